/* SPDX-License-Identifier: Apache-2.0 */
/* check_schedule - see check_schedule.h */
#include "gateway/ctl/check_schedule.h"

#include "config/limits.h"
#include "gateway/ctl/table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>

#define SHOWN     10 /* rows of a table unless all are wanted */
#define CELL      (2 * LIMIT_ID + 32)
#define ROW_BYTES 512 /* of JSON: three ids and some figures */
#define TIGHT     0.7 /* of a link's time: from here on a new device may be one too many */

/* Rows, the worst first; order tells which is worse. */
struct ranking {
	size_t count;
	uint32_t *rows;
};

typedef int (*ranking_order)(const void *left, const void *right, void *schedule);

static int by_time(const void *left, const void *right, void *context)
{
	const struct schedule *schedule = context;
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	int64_t a_us = schedule_worst_us(&schedule->inputs[a].times),
	        b_us = schedule_worst_us(&schedule->inputs[b].times);

	if (a_us != b_us)
		return a_us > b_us ? -1 : 1;
	return a < b ? -1 : a > b;
}

static int by_load(const void *left, const void *right, void *context)
{
	const struct schedule *schedule = context;
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	double a_load = schedule->links[a].load, b_load = schedule->links[b].load;

	if (a_load > b_load || a_load < b_load)
		return a_load > b_load ? -1 : 1;
	return a < b ? -1 : a > b;
}

static int rank(const struct schedule *schedule, size_t count, ranking_order order, struct ranking *ret_ranking)
{
	struct ranking ranking = {.count = count, .rows = calloc(count + 1, sizeof *ranking.rows)};

	if (!ranking.rows)
		return -ENOMEM;
	for (uint32_t i = 0; i < count; i++)
		ranking.rows[i] = i;
	qsort_r(ranking.rows, count, sizeof *ranking.rows, order, (void *)(uintptr_t)schedule);
	*ret_ranking = ranking;
	return 0;
}

static const char *verdict_name(enum schedule_verdict verdict)
{
	static const char *const names[] = {[SCHEDULE_FREE] = "free",
	                                    [SCHEDULE_FAST] = "fast",
	                                    [SCHEDULE_ALLOWED] = "allowed",
	                                    [SCHEDULE_REFUSED] = "refused"};

	return names[verdict];
}

/* --- text ------------------------------------------------------------------------------------------- */

static int cell_format(struct table *table, enum tint tint, const char *format, ...)
        __attribute__((format(printf, 3, 4)));

static int cell_format(struct table *table, enum tint tint, const char *format, ...)
{
	char text[CELL];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	return table_cell(table, tint, text);
}

static int cell_ms(struct table *table, enum tint tint, int64_t us)
{
	if (us == RESPONSE_NEVER)
		return table_cell(table, TINT_BAD, "none");
	return cell_format(table, tint, "%" PRId64 " ms", (us + 999) / 1000);
}

static int link_row(struct table *table, const struct site *site, const struct schedule *schedule, uint32_t row)
{
	const struct schedule_link *link = &schedule->links[row];
	enum tint tint = link->load > 1 ? TINT_BAD : link->load > TIGHT ? TINT_WARN : TINT_PLAIN;
	int error = table_cell(table, TINT_PLAIN, site->links[row].id);

	error = error ? error : cell_format(table, TINT_PLAIN, "%" PRIu32, link->devices);
	error = error ? error : cell_format(table, TINT_PLAIN, "%" PRIu32, link->requests);
	error = error ? error : cell_format(table, TINT_PLAIN, "%.1f", link->requests_per_s);
	error = error ? error : cell_format(table, tint, "%.0f %%", link->load * 100);
	return error ? error : cell_format(table, TINT_PLAIN, "%" PRIu32, link->dead);
}

static int input_row(struct table *table, const struct site *site, const struct schedule *schedule, uint32_t row)
{
	static const enum tint tints[] = {[SCHEDULE_FREE] = TINT_PLAIN,
	                                  [SCHEDULE_FAST] = TINT_PLAIN,
	                                  [SCHEDULE_ALLOWED] = TINT_WARN,
	                                  [SCHEDULE_REFUSED] = TINT_BAD};
	const struct schedule_input *input = &schedule->inputs[row];
	const struct site_point *point = &site->points[input->point];
	enum tint tint = tints[input->verdict];
	int error = cell_format(table, tint, "%s.%s", site->sensors[input->sensor].id, site_role_name(input->role));

	error = error ? error : cell_format(table, TINT_PLAIN, "%s/%s", site->devices[point->device].id, point->name);
	error = error ? error : cell_ms(table, TINT_PLAIN, input->times.alive_us);
	error = error ? error : cell_ms(table, tint, input->times.dead_us);
	error = error ? error : cell_ms(table, TINT_PLAIN, input->times.falling_us);
	if (error)
		return error;
	if (input->verdict == SCHEDULE_FREE)
		return table_cell(table, TINT_DIM, "no limit");
	if (input->verdict == SCHEDULE_FAST)
		return table_cell(table, TINT_PLAIN, "ok");
	return cell_format(table, tint, "over %d ms, %s", LIMIT_DETECT_MS, verdict_name(input->verdict));
}

/* What a table shows: its columns, how to fill one row, and which rows come first. */
struct listing {
	const struct table_column *columns;
	size_t column_count, row_count;
	ranking_order order;
	int (*row)(struct table *table, const struct site *site, const struct schedule *schedule, uint32_t row);
	const char *what;
};

static int print_listing(const struct listing *listing, const struct site *site, const struct schedule *schedule,
                         bool all)
{
	struct table *table = NULL;
	struct ranking ranking = {0};
	size_t shown = all || listing->row_count < SHOWN ? listing->row_count : SHOWN;
	int error = rank(schedule, listing->row_count, listing->order, &ranking);

	if (error == 0)
		error = table_new(listing->columns, listing->column_count, &table);
	for (size_t i = 0; i < shown && error == 0; i++)
		error = listing->row(table, site, schedule, ranking.rows[i]);
	if (error == 0) {
		putchar('\n');
		table_print(table, stdout, say_width(stdout), say_colour(stdout));
		if (shown < listing->row_count)
			printf("and %zu %s more, none worse (-v shows them)\n", listing->row_count - shown,
			       listing->what);
	}
	table_free(&table);
	free(ranking.rows);
	return error;
}

static void print_allowed(const struct schedule *schedule)
{
	size_t count = 0;

	for (size_t i = 0; i < schedule->input_count; i++)
		count += schedule->inputs[i].verdict == SCHEDULE_ALLOWED;
	if (count)
		printf("warning: %zu alarm input%s may take longer than %d ms to be seen; allow_slow lets %s\n", count,
		       count == 1 ? "" : "s", LIMIT_DETECT_MS, count == 1 ? "it" : "them");
}

int check_schedule_print(const struct site *site, const struct schedule *schedule, bool all)
{
	static const struct table_column link_columns[] = {{"LINK", false},    {"DEVICES", true}, {"REQUESTS", true},
	                                                   {"A SECOND", true}, {"LOAD", true},    {"DEAD", true}};
	static const struct table_column input_columns[] = {{"SLOWEST", false}, {"POINT", false},  {"ALIVE", true},
	                                                    {"DEAD", true},     {"FALLING", true}, {"LIMIT", false}};
	const struct listing links = {link_columns, 6, schedule->link_count, by_load, link_row, "links"};
	const struct listing inputs = {input_columns, 6, schedule->input_count, by_time, input_row, "inputs"};
	int error = print_listing(&links, site, schedule, all);

	if (error == 0)
		error = print_listing(&inputs, site, schedule, all);
	if (error < 0)
		return error;
	puts("ALIVE: all devices answer; DEAD: so many of its link do not (above); FALLING: they just stopped");
	print_allowed(schedule);
	return 0;
}

/* --- JSON ------------------------------------------------------------------------------------------- */

static void json_ms(struct json *json, const char *key, int64_t us)
{
	if (us == RESPONSE_NEVER)
		json_raw(json, key, "null");
	else
		json_number(json, key, (double)us / 1000, 3);
}

static void json_link(struct json *json, const struct site *site, const struct schedule *schedule, size_t row)
{
	const struct schedule_link *link = &schedule->links[row];

	json_open_object(json, NULL);
	json_text(json, "link", site->links[row].id);
	json_uint(json, "devices", link->devices);
	json_uint(json, "requests", link->requests);
	json_number(json, "requests_per_s", link->requests_per_s, 1);
	json_number(json, "load_pct", link->load * 100, 1);
	json_uint(json, "dead", link->dead);
	json_close(json);
}

static void json_times(struct json *json, const struct schedule_times *times)
{
	json_ms(json, "alive_ms", times->alive_us);
	json_ms(json, "dead_ms", times->dead_us);
	json_ms(json, "falling_ms", times->falling_us);
}

static void json_device(struct json *json, const struct site *site, const struct schedule *schedule, size_t row)
{
	json_open_object(json, NULL);
	json_text(json, "device", site->devices[row].id);
	json_uint(json, "requests", schedule->devices[row].requests);
	json_ms(json, "scan_takes_ms", schedule->devices[row].scan_us);
	json_times(json, &schedule->devices[row].times);
	json_close(json);
}

static void json_input(struct json *json, const struct site *site, const struct schedule_input *input)
{
	const struct site_point *point = &site->points[input->point];
	char name[CELL];

	snprintf(name, sizeof name, "%s/%s", site->devices[point->device].id, point->name);
	json_open_object(json, NULL);
	json_text(json, "sensor", site->sensors[input->sensor].id);
	json_text(json, "input", site_role_name(input->role));
	json_text(json, "point", name);
	json_uint(json, "samples", input->samples);
	json_times(json, &input->times);
	json_text(json, "verdict", verdict_name(input->verdict));
	json_close(json);
}

void check_schedule_json(struct json *json, const struct site *site, const struct schedule *schedule)
{
	json_open_object(json, "schedule");
	json_uint(json, "limit_ms", LIMIT_DETECT_MS);
	json_open_array(json, "links");
	for (size_t i = 0; i < schedule->link_count; i++)
		json_link(json, site, schedule, i);
	json_close(json);
	json_open_array(json, "devices");
	for (size_t i = 0; i < schedule->device_count; i++)
		if (schedule->devices[i].requests)
			json_device(json, site, schedule, i);
	json_close(json);
	json_open_array(json, "inputs");
	for (size_t i = 0; i < schedule->input_count; i++)
		json_input(json, site, &schedule->inputs[i]);
	json_close(json);
	json_close(json);
}

size_t check_schedule_json_room(const struct schedule *schedule)
{
	return (schedule->link_count + schedule->device_count + schedule->input_count + 1) * ROW_BYTES;
}
