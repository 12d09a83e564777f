/* SPDX-License-Identifier: Apache-2.0 */
/* verbs_bus - peek, poke, trace, output: what goes out on a wire, through the daemon's own schedule */
#include "config/limits.h"
#include "gateway/ctl/order.h"
#include "gateway/ctl/reach.h"
#include "gateway/ctl/say.h"
#include "gateway/ctl/words.h"
#include "gateway/json_write.h"

#include <assert.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define REQUEST_BYTES 1024
#define PATH_BYTES    160
#define FETCH_MS      20  /* between two looks for an answer */
#define FETCHES       500 /* of them: longer than the daemon tries */
#define FRAMES_MS     100 /* between two looks for frames */
#define BITS          16

/* --- one exchange ----------------------------------------------------------------------------------- */

static void wait_ms(int ms)
{
	(void)poll(NULL, 0, ms);
}

static enum ctl_exit failed(const struct ctl_call *call, const struct client_answer *answer)
{
	const struct json_node *root = json_doc_root(answer->doc);

	if (call->options.given[OPTION_JSON])
		fputs(answer->body, stdout);
	else
		say_error("%s: %s", call->verb->name, json_node_text(root, "detail", "no reason given"));
	switch (answer->status) {
	case 400:
		return CTL_USAGE;
	case 403:
		return CTL_REFUSED;
	default:
		return CTL_NO;
	}
}

/* A request and its answer, however long the bus takes. On CTL_DONE the answer is the caller's. */
static enum ctl_exit exchange(const struct ctl_call *call, const char *json, struct client_answer *ret_answer)
{
	struct client_answer answer = {0};
	char path[PATH_BYTES];
	enum ctl_exit code = reach_ask(&call->options, "/v1/bus", json, &answer);

	if (code != CTL_DONE)
		return code;
	if (answer.status != 202) {
		code = failed(call, &answer);
		client_answer_free(&answer);
		return code;
	}
	snprintf(path, sizeof path, "/v1/bus?job=%" PRId64, json_node_int(json_doc_root(answer.doc), "job", 0));
	client_answer_free(&answer);
	for (int i = 0; i < FETCHES; i++) {
		code = reach_page(&call->options, path, &answer);
		if (code != CTL_DONE)
			return code;
		if (strcmp(json_node_text(json_doc_root(answer.doc), "state", ""), "done") == 0) {
			*ret_answer = answer;
			return CTL_DONE;
		}
		client_answer_free(&answer);
		wait_ms(FETCH_MS);
	}
	say_error("the daemon has no answer yet; try again");
	return CTL_NO;
}

/* CTL_NO after saying why, when the device did not do it. */
static enum ctl_exit check_done(const struct ctl_call *call, const struct json_node *root)
{
	const char *fault = json_node_text(root, "fault", "none");

	if (strcmp(fault, "none") == 0)
		return CTL_DONE;
	if (call->options.given[OPTION_JSON])
		return CTL_NO;
	if (strcmp(fault, "exception") == 0)
		say_error("the device refused: exception %" PRId64 ", %s", json_node_int(root, "exception", 0),
		          json_node_text(root, "detail", "unknown"));
	else
		say_error("no answer: %s", fault);
	return CTL_NO;
}

struct number_rule {
	const char *what;
	uint64_t least, most;
};

static bool take_number(const char *text, const struct number_rule *rule, uint64_t *ret_number)
{
	if (options_number(text, rule->most, ret_number) == 0 && *ret_number >= rule->least)
		return true;
	say_error("%s is a number from %" PRIu64 " to %" PRIu64 ", not \"%s\"", rule->what, rule->least, rule->most,
	          text);
	return false;
}

static struct json begin_request(const struct ctl_call *call, uint64_t unit, uint64_t address, char *text)
{
	struct json json = json_begin(text, REQUEST_BYTES);

	json_open_object(&json, NULL);
	json_text(&json, "op", call->verb->name);
	json_text(&json, "link", call->arguments[0]);
	json_uint(&json, "unit", unit);
	json_text(&json, "table", call->arguments[2]);
	json_uint(&json, "address", address);
	return json;
}

static bool take_place(const struct ctl_call *call, uint64_t *ret_unit, uint64_t *ret_address)
{
	static const struct number_rule units = {"UNIT", 1, 255}, addresses = {"ADDRESS", 0, UINT16_MAX};

	return take_number(call->arguments[1], &units, ret_unit) &&
	       take_number(call->arguments[3], &addresses, ret_address);
}

/* --- peek ------------------------------------------------------------------------------------------- */

static void print_value(const char *table, int64_t address, int64_t value)
{
	char bits[BITS + 1] = "";

	if (strcmp(table, "discrete") == 0 || strcmp(table, "coil") == 0) {
		printf("%5" PRId64 "  %" PRId64 "\n", address, value);
		return;
	}
	for (int i = 0; i < BITS; i++)
		bits[i] = value >> (BITS - 1 - i) & 1 ? '1' : '0';
	printf("%5" PRId64 "  %5" PRId64 "  0x%04" PRIx64 "  %s\n", address, value, (uint64_t)value, bits);
}

static void print_values(const struct json_node *root)
{
	const struct json_node *values = json_node_member(root, "values");
	int64_t address = json_node_int(root, "address", 0);

	for (size_t i = 0; i < json_node_count(values); i++)
		print_value(json_node_text(root, "table", ""), address + (int64_t)i,
		            json_node_whole(json_node_at(values, i), 0));
}

enum ctl_exit verb_peek(const struct ctl_call *call)
{
	static const struct number_rule counts = {"COUNT", 1, LIMIT_READ_BITS};
	char request[REQUEST_BYTES];
	struct client_answer answer = {0};
	uint64_t unit, address, count = 1;

	if (!take_place(call, &unit, &address))
		return CTL_USAGE;
	if (call->count > 4 && !take_number(call->arguments[4], &counts, &count))
		return CTL_USAGE;
	struct json json = begin_request(call, unit, address, request);
	json_uint(&json, "count", count);
	json_close(&json);
	if (json_end(&json) < 0)
		return CTL_USAGE;
	enum ctl_exit code = exchange(call, request, &answer);
	if (code != CTL_DONE)
		return code;
	code = check_done(call, json_doc_root(answer.doc));
	if (call->options.given[OPTION_JSON])
		fputs(answer.body, stdout);
	else if (code == CTL_DONE)
		print_values(json_doc_root(answer.doc));
	client_answer_free(&answer);
	return code;
}

/* --- poke ------------------------------------------------------------------------------------------- */

static bool take_value(const struct ctl_call *call, uint64_t *ret_value)
{
	bool coil = strcmp(call->arguments[2], "coil") == 0;
	const struct number_rule values = {"VALUE", 0, coil ? 1 : UINT16_MAX};
	const char *text = call->arguments[4];

	if (coil && strcmp(text, "on") == 0)
		text = "1";
	if (coil && strcmp(text, "off") == 0)
		text = "0";
	return take_number(text, &values, ret_value);
}

static bool agreed(const struct ctl_call *call, uint64_t value)
{
	char **words = call->arguments;
	int answer;

	if (call->options.given[OPTION_YES])
		return true;
	if (!isatty(STDIN_FILENO)) {
		say_error("a write wants a yes: give --yes, or a terminal to ask at");
		return false;
	}
	fprintf(stderr, "Write %" PRIu64 " to %s %s of unit %s on %s? [y/N] ", value, words[2], words[3], words[1],
	        words[0]);
	answer = getchar();
	if (answer == 'y' || answer == 'Y')
		return true;
	say_error("nothing was written");
	return false;
}

enum ctl_exit verb_poke(const struct ctl_call *call)
{
	char request[REQUEST_BYTES];
	struct client_answer answer = {0};
	uint64_t unit, address, value;

	if (!take_place(call, &unit, &address) || !take_value(call, &value) || !agreed(call, value))
		return CTL_USAGE;
	struct json json = begin_request(call, unit, address, request);
	json_uint(&json, "value", value);
	if (call->options.values[OPTION_REASON])
		json_text(&json, "reason", call->options.values[OPTION_REASON]);
	json_close(&json);
	if (json_end(&json) < 0)
		return CTL_USAGE;
	enum ctl_exit code = exchange(call, request, &answer);
	if (code != CTL_DONE)
		return code;
	code = check_done(call, json_doc_root(answer.doc));
	if (call->options.given[OPTION_JSON])
		fputs(answer.body, stdout);
	else if (code == CTL_DONE)
		printf("%s %s of unit %s on %s is written: %" PRIu64 "; it is on record\n", call->arguments[2],
		       call->arguments[3], call->arguments[1], call->arguments[0], value);
	client_answer_free(&answer);
	return code;
}

/* --- trace ------------------------------------------------------------------------------------------ */

struct tracing {
	const struct ctl_call *call;
	int64_t unit;  /* of the device that is looked at; negative: all */
	int64_t asked; /* unit of the latest request */
	uint64_t after;
};

static void print_bytes(const char *hex)
{
	for (size_t i = 0; hex[i] && hex[i + 1]; i += 2)
		printf(" %c%c", hex[i], hex[i + 1]);
}

static void print_frame(const struct json_node *frame)
{
	bool out = strcmp(json_node_text(frame, "direction", ""), "out") == 0;
	const char *fault = json_node_text(frame, "fault", "none"), *text = json_node_text(frame, "text", "");
	bool bad = strcmp(fault, "none") != 0;
	char time[WORDS_BYTES];

	words_local_time(json_node_text(frame, "time", ""), time);
	printf("%s %s", time, out ? "->" : "<-");
	if (!out)
		printf(" %8.3f ms", (double)json_node_int(frame, "after_us", 0) / 1000);
	printf(" %s%s%s%s", text, text[0] && bad ? ", " : "", bad ? "!" : "", bad ? fault : "");
	if (json_node_int(frame, "length", 0) > 0)
		printf(" |");
	print_bytes(json_node_text(frame, "hex", ""));
	putchar('\n');
}

/* One line of JSON a frame, made anew: what the daemon sent is one document of many. */
static void print_json(const struct json_node *frame)
{
	char line[2 * REQUEST_BYTES];
	struct json json = json_begin(line, sizeof line);

	json_open_object(&json, NULL);
	json_text(&json, "schema", "picket.frame/1");
	json_int(&json, "n", json_node_int(frame, "n", 0));
	static const char *const texts[] = {"time", "direction", "fault", "hex", "text"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (json_node_text(frame, texts[i], NULL))
			json_text(&json, texts[i], json_node_text(frame, texts[i], ""));
	json_int(&json, "unit", json_node_int(frame, "unit", 0));
	json_int(&json, "after_us", json_node_int(frame, "after_us", 0));
	json_int(&json, "length", json_node_int(frame, "length", 0));
	json_close(&json);
	if (json_end(&json) > 0)
		puts(line);
}

static void print_frames(struct tracing *tracing, const struct json_node *frames)
{
	for (size_t i = 0; i < json_node_count(frames); i++) {
		const struct json_node *frame = json_node_at(frames, i);
		tracing->after = (uint64_t)json_node_int(frame, "n", 0);
		tracing->asked = json_node_int(frame, "unit", tracing->asked);
		if (tracing->unit >= 0 && tracing->unit != tracing->asked)
			continue;
		if (tracing->call->options.given[OPTION_JSON])
			print_json(frame);
		else
			print_frame(frame);
	}
	fflush(stdout);
}

/* The unit of the device that is asked for; negative: every one. */
static enum ctl_exit find_unit(struct tracing *tracing)
{
	const char *wanted = tracing->call->options.values[OPTION_DEVICE];
	struct client_answer answer = {0};

	tracing->unit = -1;
	if (!wanted)
		return CTL_DONE;
	enum ctl_exit code = reach_page(&tracing->call->options, "/v1/devices", &answer);
	if (code != CTL_DONE)
		return code;
	const struct json_node *devices = json_node_member(json_doc_root(answer.doc), "devices");
	for (size_t i = 0; i < json_node_count(devices); i++) {
		const struct json_node *device = json_node_at(devices, i);
		if (strcmp(json_node_text(device, "id", ""), wanted) == 0 &&
		    strcmp(json_node_text(device, "link", ""), tracing->call->arguments[0]) == 0)
			tracing->unit = json_node_int(device, "unit", -1);
	}
	client_answer_free(&answer);
	if (tracing->unit >= 0)
		return CTL_DONE;
	say_error("there is no device %s on link %s", wanted, tracing->call->arguments[0]);
	return CTL_USAGE;
}

/* What is new since the last look. */
static enum ctl_exit look(struct tracing *tracing, bool first)
{
	struct client_answer answer = {0};
	char path[PATH_BYTES];

	snprintf(path, sizeof path, "/v1/trace?link=%.32s&after=%" PRIu64, tracing->call->arguments[0],
	         first ? UINT32_MAX : tracing->after);
	enum ctl_exit code = reach_page(&tracing->call->options, path, &answer);
	if (code != CTL_DONE)
		return code;
	const struct json_node *root = json_doc_root(answer.doc);
	if (first)
		tracing->after = (uint64_t)json_node_int(root, "head", 0);
	else
		print_frames(tracing, json_node_member(root, "frames"));
	client_answer_free(&answer);
	return CTL_DONE;
}

enum ctl_exit verb_trace(const struct ctl_call *call)
{
	struct tracing tracing = {.call = call};
	uint64_t left = call->options.given[OPTION_LINES] ? call->options.lines : UINT64_MAX;
	enum ctl_exit code = find_unit(&tracing);

	if (code == CTL_DONE)
		code = look(&tracing, true);
	for (uint64_t start = tracing.after; code == CTL_DONE && tracing.after - start < left;) {
		wait_ms(FRAMES_MS);
		code = look(&tracing, false);
	}
	return code;
}

/* --- output ----------------------------------------------------------------------------------------- */

enum ctl_exit verb_output(const struct ctl_call *call)
{
	const char *output = call->arguments[0], *state = call->arguments[1];
	struct order order = {.verb = "output",
	                      .target = output,
	                      .state = state,
	                      .for_s = call->options.for_s,
	                      .reason = call->options.values[OPTION_REASON]};
	bool off = strcmp(state, "off") == 0;
	char done[256];

	if (!off && strcmp(state, "on") != 0 && strcmp(state, "pulse") != 0) {
		say_error("output %s on, off or pulse? not \"%s\"", output, state);
		return CTL_USAGE;
	}
	snprintf(done, sizeof done, "output %.64s: %.8s; picketctl outputs shows what came of it%s%.64s%s", output,
	         state, off ? "" : "; undo: picketctl output ", off ? "" : output, off ? "" : " off");
	return order_give(call, &order, done);
}
