/* SPDX-License-Identifier: Apache-2.0 */
/* verbs_list - links, devices, sensors, alarms, areas, outputs: a page of the daemon as a table */
#include "config/limits.h"
#include "gateway/ctl/reach.h"
#include "gateway/ctl/table.h"
#include "gateway/ctl/words.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Makes the text of one cell from a row; key is the column's. */
typedef enum tint (*cell_f)(const struct json_node *row, const char *key, char ret_text[WORDS_BYTES]);

struct list_column {
	struct table_column shown;
	const char *key;
	cell_f cell;
};

struct list {
	const char *name; /* of the verb, the page and the array in it */
	const char *empty;
	int (*order)(const void *a, const void *b); /* of rows; NULL: as the site file has them */
	size_t column_count;                        /* of all; those after the first `brief` only with --verbose */
	const struct list_column *columns;
	size_t brief; /* 0: all */
};

/* --- cells ------------------------------------------------------------------------------------------ */
static enum tint cell_text(const struct json_node *row, const char *key, char ret_text[WORDS_BYTES])
{
	snprintf(ret_text, WORDS_BYTES, "%s", json_node_text(row, key, "-"));
	return TINT_PLAIN;
}

static enum tint cell_count(const struct json_node *row, const char *key, char ret_text[WORDS_BYTES])
{
	snprintf(ret_text, WORDS_BYTES, "%" PRId64, json_node_int(row, key, 0));
	return TINT_PLAIN;
}

static enum tint cell_state(const struct json_node *row, const char *key, char ret_text[WORDS_BYTES])
{
	static const char *const bad[] = {"down", "lost", "bad", "failed", "substituted"};
	static const char *const warn[] = {"connecting", "unheard", "unknown", "uncertain",
	                                   "open",       "active",  "pending", "checking"};

	cell_text(row, key, ret_text);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (strcmp(ret_text, bad[i]) == 0)
			return TINT_BAD;
	for (size_t i = 0; i < sizeof warn / sizeof *warn; i++)
		if (strcmp(ret_text, warn[i]) == 0)
			return TINT_WARN;
	return TINT_PLAIN;
}

static enum tint cell_age(const struct json_node *row, const char *key, char ret_text[WORDS_BYTES])
{
	int64_t ms = json_node_int(row, key, -1);

	if (ms < 0)
		snprintf(ret_text, WORDS_BYTES, "never");
	else
		words_duration(ms, ret_text);
	return TINT_PLAIN;
}

static enum tint cell_rtt(const struct json_node *row, const char *key, char ret_text[WORDS_BYTES])
{
	int64_t us = json_node_int(row, key, 0);

	if (us == 0)
		snprintf(ret_text, WORDS_BYTES, "-");
	else
		snprintf(ret_text, WORDS_BYTES, "%.2f", (double)us / 1000);
	return TINT_PLAIN;
}

static enum tint cell_faults(const struct json_node *row, const char *key, char ret_text[WORDS_BYTES])
{
	words_faults(json_node_member(row, key), json_node_member(row, "exceptions"), ret_text);
	return TINT_PLAIN;
}

/* The last eight exchanges, the newest on the right: "+" answered, "." not. */
static enum tint cell_reach(const struct json_node *row, const char *key, char ret_text[WORDS_BYTES])
{
	int64_t reach = json_node_int(row, key, 0);

	for (int i = 0; i < 8; i++)
		ret_text[i] = reach & (1 << (7 - i)) ? '+' : '.';
	ret_text[8] = '\0';
	return TINT_PLAIN;
}

static enum tint cell_lost(const struct json_node *row, const char *key, char ret_text[WORDS_BYTES])
{
	int64_t lost = json_node_int(row, "devices_lost", 0);

	if (lost == 0)
		return cell_count(row, key, ret_text);
	snprintf(ret_text, WORDS_BYTES, "%" PRId64 ", %" PRId64 " lost", json_node_int(row, key, 0), lost);
	return TINT_BAD;
}

static enum tint cell_link_state(const struct json_node *row, const char *key, char ret_text[WORDS_BYTES])
{
	if (!json_node_bool(row, "flapping", false))
		return cell_state(row, key, ret_text);
	snprintf(ret_text, WORDS_BYTES, "%s, flapping", json_node_text(row, key, "-"));
	return TINT_BAD;
}

/* "backup, primary bad"; "-" for a link with one way. */
static enum tint cell_way(const struct json_node *row, const char *key, char ret_text[WORDS_BYTES])
{
	const char *idle = json_node_text(row, "idle", NULL), *used = json_node_text(row, key, "primary");
	bool primary = strcmp(used, "primary") == 0;

	snprintf(ret_text, WORDS_BYTES, "-");
	if (!idle)
		return TINT_PLAIN;
	snprintf(ret_text, WORDS_BYTES, "%s, %s %s", used, primary ? "backup" : "primary", idle);
	return primary && strcmp(idle, "good") == 0 ? TINT_PLAIN : TINT_WARN;
}

/* Why it is not up, or else why the other way is bad. */
static enum tint cell_trouble(const struct json_node *row, const char *key, char ret_text[WORDS_BYTES])
{
	bool up = strcmp(json_node_text(row, "state", ""), "up") == 0 && !json_node_bool(row, "flapping", false);

	snprintf(ret_text, WORDS_BYTES, "%s", json_node_text(row, up ? "idle_error" : key, "-"));
	return strcmp(ret_text, "-") == 0 ? TINT_PLAIN : TINT_WARN;
}

static enum tint cell_priority(const struct json_node *row, const char *key, char ret_text[WORDS_BYTES])
{
	int64_t priority = json_node_int(row, key, 5);

	snprintf(ret_text, WORDS_BYTES, "P%" PRId64, priority);
	return priority <= 1 ? TINT_BAD : priority <= 3 ? TINT_WARN : TINT_PLAIN;
}

static enum tint cell_alarm_state(const struct json_node *row, const char *key, char ret_text[WORDS_BYTES])
{
	bool active = json_node_bool(row, key, false), acked = json_node_bool(row, "acked", false);
	bool latched = json_node_bool(row, "latched", false);
	const char *waits = !acked ? "to acknowledge" : latched && !active ? "to reset" : "acknowledged";

	snprintf(ret_text, WORDS_BYTES, "%s, %s", active ? "active" : "gone", waits);
	return !acked ? TINT_BAD : TINT_WARN;
}

static enum tint cell_sensor_alarms(const struct json_node *row, const char *key, char ret_text[WORDS_BYTES])
{
	const struct json_node *alarms = json_node_member(row, key);
	size_t used = 0;

	ret_text[0] = '\0';
	for (size_t i = 0; i < json_node_count(alarms) && used < WORDS_BYTES; i++)
		used += (size_t)snprintf(ret_text + used, WORDS_BYTES - used, "%s%s", i ? ", " : "",
		                         json_node_text(json_node_at(alarms, i), "condition", ""));
	return used > 0 ? TINT_BAD : TINT_PLAIN;
}

static enum tint cell_set(const struct json_node *row, const char *key, char ret_text[WORDS_BYTES])
{
	bool set = json_node_bool(row, key, false);

	snprintf(ret_text, WORDS_BYTES, "%s", set ? "set" : "unset");
	return set ? TINT_GOOD : TINT_WARN;
}

static enum tint cell_blockers(const struct json_node *row, const char *key, char ret_text[WORDS_BYTES])
{
	const char *blockers = json_node_text(row, key, NULL);

	snprintf(ret_text, WORDS_BYTES, "%s%s", blockers ? "blocked by " : "ready", blockers ? blockers : "");
	return blockers ? TINT_WARN : TINT_PLAIN;
}

static enum tint cell_left(const struct json_node *row, const char *key, char ret_text[WORDS_BYTES])
{
	int64_t ms = json_node_int(row, key, -1);

	if (ms < 0)
		snprintf(ret_text, WORDS_BYTES, "-");
	else
		words_duration(ms, ret_text);
	return TINT_PLAIN;
}

/* --- order ------------------------------------------------------------------------------------------ */
static int64_t compare_int(const struct json_node *a, const struct json_node *b, const char *key)
{
	return json_node_int(a, key, 0) - json_node_int(b, key, 0);
}

/* The most urgent first: priority, then what waits for a person, then the newest. */
static int order_alarms(const void *left, const void *right)
{
	const struct json_node *const *a = left, *const *b = right;
	int64_t order = compare_int(*a, *b, "priority");

	if (order == 0)
		order = json_node_bool(*a, "acked", false) - json_node_bool(*b, "acked", false);
	if (order == 0)
		order = compare_int(*b, *a, "seq");
	return order < 0 ? -1 : order > 0;
}

/* --- the lists -------------------------------------------------------------------------------------- */
static const struct list_column link_columns[] = {
        {{"LINK", false}, "id", cell_text},
        {{"STATE", false}, "state", cell_link_state},
        {{"WAY", false}, "path", cell_way},
        {{"DEVICES", true}, "devices", cell_lost},
        {{"EXCHANGES", true}, "exchanges", cell_count},
        {{"BUSY%", true}, "busy_pct", cell_count},
        {{"DEAD%", true}, "dead_pct", cell_count},
        {{"CONNECTS", true}, "connects", cell_count},
        {{"WHERE", false}, "url", cell_text},
        {{"ERRORS", false}, "faults", cell_faults},
        {{"WHY", false}, "error", cell_trouble},
        {{"CUT", true}, "disconnects", cell_count},
        {{"BYTES OUT", true}, "bytes_out", cell_count},
        {{"BYTES IN", true}, "bytes_in", cell_count},
};

static const struct list_column device_columns[] = {
        {{"DEVICE", false}, "id", cell_text},
        {{"LINK", false}, "link", cell_text},
        {{"UNIT", true}, "unit", cell_count},
        {{"STATE", false}, "state", cell_state},
        {{"REACH", false}, "reach", cell_reach},
        {{"HEARD", true}, "age_ms", cell_age},
        {{"P50 ms", true}, "rtt_p50_us", cell_rtt},
        {{"P99 ms", true}, "rtt_p99_us", cell_rtt},
        {{"GOOD", true}, "good", cell_count},
        {{"LATE SCANS", true}, "missed_deadlines", cell_count},
        {{"ERRORS", false}, "faults", cell_faults},
        {{"IDENTITY", false}, "identity", cell_state},
        {{"SAYS", false}, "said", cell_text},
        {{"CHANGED", true}, "identity_changes", cell_count},
        {{"RTT SHIFTS", true}, "rtt_shifts", cell_count},
};

static const struct list_column sensor_columns[] = {
        {{"SENSOR", false}, "id", cell_text},
        {{"KIND", false}, "kind", cell_text},
        {{"AREA", false}, "area", cell_text},
        {{"STATE", false}, "state", cell_state},
        {{"QUALITY", false}, "quality", cell_state},
        {{"AGE", true}, "age_ms", cell_age},
        {{"ALARMS", false}, "alarms", cell_sensor_alarms},
        {{"TITLE", false}, "title", cell_text},
};

static const struct list_column alarm_columns[] = {
        {{"PRIO", false}, "priority", cell_priority},   {{"ISA", false}, "isa", cell_text},
        {{"STATE", false}, "active", cell_alarm_state}, {{"ALARM", false}, "target", cell_text},
        {{"AREA", false}, "area", cell_text},           {{"COUNT", true}, "count", cell_count},
        {{"TITLE", false}, "title", cell_text},
};

static const struct list_column area_columns[] = {
        {{"AREA", false}, "id", cell_text},
        {{"STATE", false}, "set", cell_set},
        {{"LAYER", false}, "layer", cell_text},
        {{"TITLE", false}, "title", cell_text},
        {{"TO SET", false}, "blockers", cell_blockers},
};

static const struct list_column output_columns[] = {
        {{"OUTPUT", false}, "id", cell_text},       {{"WANTED", false}, "wanted", cell_text},
        {{"FOUND", false}, "found", cell_text},     {{"STATE", false}, "state", cell_state},
        {{"LEFT", true}, "left_ms", cell_left},     {{"WRITES", true}, "writes", cell_count},
        {{"MISSED", true}, "failures", cell_count}, {{"POINT", false}, "point", cell_text},
};

#define COLUMNS(of) sizeof of / sizeof *of, of

static const struct list lists[] = {
        {"links", "the site has no links", NULL, COLUMNS(link_columns), 11},
        {"devices", "the site has no devices", NULL, COLUMNS(device_columns), 11},
        {"sensors", "the site has no sensors", NULL, COLUMNS(sensor_columns), 0},
        {"alarms", "no alarm is active, unacknowledged or latched", order_alarms, COLUMNS(alarm_columns), 0},
        {"areas", "the site has no areas", NULL, COLUMNS(area_columns), 0},
        {"outputs", "the site has no outputs", NULL, COLUMNS(output_columns), 0},
};

static const struct list *list_by_name(const char *name)
{
	size_t count = sizeof lists / sizeof *lists, i = 0;

	while (i < count && strcmp(lists[i].name, name) != 0)
		i++;
	assert(i < count);
	return &lists[i];
}

static int add_row(struct table *table, const struct list *list, const struct json_node *row)
{
	char text[WORDS_BYTES];
	int error = 0;

	for (size_t i = 0; i < list->column_count && error == 0; i++) {
		const struct list_column *column = &list->columns[i];
		enum tint tint = column->cell(row, column->key, text);
		error = table_cell(table, tint, text);
	}
	return error;
}

static int print_rows(const struct list *list, const struct json_node **rows, size_t count)
{
	struct table_column titles[TABLE_COLUMNS];
	struct table *table = NULL;

	for (size_t i = 0; i < list->column_count; i++)
		titles[i] = list->columns[i].shown;
	int error = table_new(titles, list->column_count, &table);
	for (size_t i = 0; i < count && error == 0; i++)
		error = add_row(table, list, rows[i]);
	if (error == 0)
		table_print(table, stdout, say_width(stdout), say_colour(stdout));
	table_free(&table);
	return error;
}

static int print_list(const struct list *list, const struct json_node *array)
{
	size_t count = json_node_count(array);
	const struct json_node **rows = calloc(count ? count : 1, sizeof *rows);
	int error = 0;

	if (!rows)
		return -1;
	for (size_t i = 0; i < count; i++)
		rows[i] = json_node_at(array, i);
	if (list->order && count > 1)
		qsort(rows, count, sizeof *rows, list->order);
	if (count == 0)
		say_note("%s", list->empty);
	else
		error = print_rows(list, rows, count);
	free(rows);
	return error;
}

enum ctl_exit verb_list(const struct ctl_call *call)
{
	struct list shown = *list_by_name(call->verb->name);
	const struct list *list = &shown;
	struct client_answer answer = {0};
	char path[32];

	if (shown.brief && !call->options.given[OPTION_VERBOSE])
		shown.column_count = shown.brief;
	snprintf(path, sizeof path, "/v1/%s", list->name);
	enum ctl_exit code = reach_page(&call->options, path, &answer);
	if (code != CTL_DONE)
		return code;
	if (call->options.given[OPTION_JSON]) {
		fputs(answer.body, stdout);
	} else if (print_list(list, json_node_member(json_doc_root(answer.doc), list->name)) < 0) {
		say_error("out of memory");
		code = CTL_NO;
	}
	client_answer_free(&answer);
	return code;
}
