/* SPDX-License-Identifier: Apache-2.0 */
/* control_bus_json - see control_bus_json.h */
#include "gateway/control_bus_json.h"

#include "drivers/frame_text.h"
#include "gateway/event_json.h"
#include "gateway/json_doc.h"
#include "gateway/json_write.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TRACE_ROWS 16 /* of at most 900 bytes each: they fit in LIMIT_PAGE_PIECE */
#define DIGITS_MAX 18
#define MBAP_UNIT  6 /* where the unit stands in a TCP frame */

static const char *const table_names[] = {
        [TABLE_DISCRETE] = "discrete", [TABLE_COIL] = "coil", [TABLE_INPUT] = "input", [TABLE_HOLDING] = "holding"};
#define TABLES (sizeof table_names / sizeof table_names[0])

const char *bus_table_name(enum site_table table)
{
	assert(table < TABLES);
	return table_names[table];
}

uint32_t bus_link_by_id(const struct site *site, const char *id)
{
	for (uint32_t i = 0; id && i < site->link_count; i++)
		if (strcmp(site->links[i].id, id) == 0)
			return i;
	return SITE_NONE;
}

uint64_t bus_number(const char *text)
{
	uint64_t number = 0;

	if (!text || strlen(text) > DIGITS_MAX)
		return 0;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return 0;
		number = number * 10 + (uint64_t)(*text - '0');
	}
	return number;
}

/* --- requests --------------------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static int refuse(char why[160], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why, 160, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

struct range {
	const char *key;
	int64_t least, most, otherwise;
};

static int take_number(const struct json_node *root, const struct range *range, int64_t *ret_number, char why[160])
{
	int64_t number = json_node_int(root, range->key, range->otherwise);

	if (number < range->least || number > range->most)
		return refuse(why, "%s must be a whole number from %lld to %lld", range->key, (long long)range->least,
		              (long long)range->most);
	*ret_number = number;
	return 0;
}

static int take_table(const struct json_node *root, struct bus_order *order, char why[160])
{
	const char *name = json_node_text(root, "table", "");
	size_t table = 0;

	while (table < TABLES && strcmp(table_names[table], name) != 0)
		table++;
	order->table = (enum site_table)table;
	if (order->poke && order->table != TABLE_COIL && order->table != TABLE_HOLDING)
		return refuse(why, "table must be coil or holding");
	return table < TABLES ? 0 : refuse(why, "table must be discrete, coil, input or holding");
}

static int take_place(const struct json_node *root, struct bus_order *order, char why[160])
{
	const struct range units = {"unit", 1, 255, -1}, addresses = {"address", 0, UINT16_MAX, -1};
	int64_t unit = 0, address = 0;

	int error = take_number(root, &units, &unit, why);
	if (!error)
		error = take_table(root, order, why);
	if (!error)
		error = take_number(root, &addresses, &address, why);
	order->unit = (uint8_t)unit;
	order->address = (uint16_t)address;
	return error;
}

static int take_value(const struct json_node *root, struct bus_order *order, char why[160])
{
	const struct range values = {"value", 0, order->table == TABLE_COIL ? 1 : UINT16_MAX, -1};
	int64_t value = 0;

	int error = take_number(root, &values, &value, why);
	if (error)
		return error;
	order->value = (uint16_t)value;
	order->pdu = pdu_write(order->table, order->address, order->value);
	return 0;
}

static int take_count(const struct json_node *root, struct bus_order *order, char why[160])
{
	int64_t room = UINT16_MAX - order->address + 1, most = pdu_count_max(order->table), count = 0;
	const struct range counts = {"count", 1, most < room ? most : room, 1};

	int error = take_number(root, &counts, &count, why);
	if (error)
		return error;
	order->count = (uint16_t)count;
	order->pdu = pdu_read(order->table, order->address, order->count);
	return 0;
}

static int take_order(const struct site *site, const struct json_node *root, struct bus_order *order, char why[160])
{
	const char *op = json_node_text(root, "op", "");

	order->poke = strcmp(op, "poke") == 0;
	if (!order->poke && strcmp(op, "peek") != 0)
		return refuse(why, "op must be peek or poke");
	order->link = bus_link_by_id(site, json_node_text(root, "link", NULL));
	if (order->link == SITE_NONE)
		return refuse(why, "there is no such link");
	snprintf(order->reason, sizeof order->reason, "%s", json_node_text(root, "reason", ""));
	int error = take_place(root, order, why);
	if (!error)
		error = order->poke ? take_value(root, order, why) : take_count(root, order, why);
	return error;
}

int bus_order_parse(const struct site *site, const char *json, size_t length, struct bus_order *ret_order,
                    char why[160])
{
	struct json_doc *doc = NULL;
	struct bus_order order = {0};
	char ignored[160];

	if (json_doc_parse(json, length, LIMIT_COMMAND_BYTES, &doc, ignored) < 0)
		return refuse(why, "it is no JSON document");
	int error = take_order(site, json_doc_root(doc), &order, why);
	json_doc_free(&doc);
	if (!error)
		*ret_order = order;
	return error;
}

/* --- answers ---------------------------------------------------------------------------------------- */

static struct json begin(const char *schema, char *text, size_t size)
{
	assert(size >= LIMIT_PAGE_PIECE);
	struct json json = json_begin(text, size - 1);

	json_open_object(&json, NULL);
	json_text(&json, "schema", schema);
	return json;
}

static void end(struct json *json)
{
	json_close(json);
	ssize_t length = json_end(json);
	assert(length > 0);
	memcpy(json->text + length, "\n", 2);
}

unsigned bus_say_error(enum bus_status status, const char *error, const char *detail, char *ret_text, size_t size)
{
	struct json json = begin("picket.error/1", ret_text, size);

	json_text(&json, "error", error);
	json_text(&json, "detail", detail);
	end(&json);
	return status;
}

unsigned bus_say_job(uint64_t number, char *ret_text, size_t size)
{
	struct json json = begin("picket.bus/1", ret_text, size);

	json_uint(&json, "job", number);
	end(&json);
	return BUS_ACCEPTED;
}

static void say_values(struct json *json, const struct bus_answer *answer)
{
	const struct bus_order *order = &answer->order;

	json_open_array(json, "values");
	for (uint16_t i = 0; i < order->count; i++)
		json_uint(json, NULL, pdu_value(&order->pdu, answer->pdu, i));
	json_close(json);
}

unsigned bus_say_answer(const struct bus_answer *answer, bool done, char *ret_text, size_t size)
{
	struct json json = begin("picket.bus/1", ret_text, size);

	json_uint(&json, "job", answer->number);
	json_text(&json, "state", done ? "done" : "pending");
	if (done) {
		json_text(&json, "fault", fault_name(answer->fault));
		if (answer->fault == FAULT_EXCEPTION) {
			json_uint(&json, "exception", answer->code);
			json_text(&json, "detail", frame_exception_name(answer->code));
		}
		json_int(&json, "rtt_us", answer->rtt_us);
		json_text(&json, "table", bus_table_name(answer->order.table));
		json_uint(&json, "address", answer->order.address);
		if (answer->pdu && !answer->order.poke)
			say_values(&json, answer);
	}
	end(&json);
	return BUS_OK;
}

static void say_frame(struct json *json, const struct bus_trace *page, const struct trace_frame *frame)
{
	static const char digits[] = "0123456789abcdef";
	struct frame_source source = {.framing = site_link_is_rtu(&page->site->links[page->link]) ? FRAMING_RTU
	                                                                                          : FRAMING_TCP,
	                              .request = frame->out,
	                              .bytes = frame->bytes,
	                              .length = frame->kept};
	char hex[2 * LIMIT_ADU_TCP + 1], text[FRAME_TEXT] = "", time[28];

	for (size_t i = 0; i < frame->kept; i++) {
		hex[2 * i] = digits[frame->bytes[i] >> 4];
		hex[2 * i + 1] = digits[frame->bytes[i] & 15];
	}
	hex[2 * frame->kept] = '\0';
	if (frame->kept > 0)
		(void)frame_text(&source, text);
	event_time_text((struct wall){page->wall.us - mono_since_us(page->now, frame->at)}, time);
	json_open_object(json, NULL);
	json_uint(json, "n", frame->number);
	json_text(json, "time", time);
	json_text(json, "direction", frame->out ? "out" : "in");
	if (!frame->out) {
		json_text(json, "fault", fault_name(frame->fault));
		json_uint(json, "after_us", frame->after_us);
	}
	size_t unit_at = source.framing == FRAMING_RTU ? 0 : MBAP_UNIT;
	if (frame->kept > unit_at)
		json_uint(json, "unit", frame->bytes[unit_at]);
	json_uint(json, "length", frame->length);
	json_text(json, "hex", hex);
	json_text(json, "text", text);
	json_close(json);
}

unsigned bus_say_trace(const struct bus_trace *page, char *ret_text, size_t size)
{
	struct json json = begin("picket.trace/1", ret_text, size);
	const struct trace_frame *frame = trace_at(page->trace, page->link, page->after + 1);

	json_text(&json, "link", page->site->links[page->link].id);
	json_uint(&json, "head", trace_head(page->trace, page->link));
	json_open_array(&json, "frames");
	for (unsigned rows = 0; frame && rows < TRACE_ROWS; rows++) {
		say_frame(&json, page, frame);
		frame = trace_at(page->trace, page->link, frame->number + 1);
	}
	json_close(&json);
	end(&json);
	return BUS_OK;
}
