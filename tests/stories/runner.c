/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runner - plays a story through the alarm engine on virtual time and compares what happens; see README.md.
 *
 *   picket-story FILE            exit 0 when the story comes out as written, 1 with the difference when not
 *   picket-story --update FILE   writes what came out into the file, for a person to read before committing it
 */
#include "config/site_load.h"
#include "gateway/alarm/engine.h"
#include "tests/stories/order.h"
#include "tests/stories/trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCAN_MS    100
#define WORD_BYTES 80
#define ALARMS_MAX 64 /* different alarms of one story */
#define STORY_LINE 256

/* What every story's site begins with: two modules of eight inputs each, and one of numbers. */
static const char prelude[] =
        "picket: 1\nsite: story\ngateway: gw\n"
        "broker: {urls: [\"mqtt://127.0.0.1:1883\"]}\n"
        "journal: {dir: /var/lib/picket}\n"
        "links: {net: {url: \"tcp://127.0.0.1:1502\"}}\n"
        "devices:\n"
        "  io: {link: net, unit: 1, scan_ms: 100, points: {di: {table: discrete, address: 0, count: 8}}}\n"
        "  far: {link: net, unit: 2, scan_ms: 100, points: {di: {table: discrete, address: 0, count: 8}}}\n"
        "  num:\n"
        "    link: net\n"
        "    unit: 3\n"
        "    scan_ms: 100\n"
        "    points:\n"
        "      loop: {table: input, address: 0, count: 4, type: u16}\n"
        "      ma: {table: input, address: 10, count: 2, type: u16, scale: 0.001, unit: mA}\n"
        "      hits: {table: input, address: 20, count: 2, type: u16, counter: true}\n"
        "      mv: {table: input, address: 30, count: 2, type: i16, scale: 0.1, unit: mV}\n"
        "      mode: {table: input, address: 40, type: u16, values: {idle: 0, watch: 1, alarm: 2, fault: 3}}\n"
        "loops: {dual: {short: [0, 85], alarm: [1310, 1456], normal: [1985, 2128], open: [3600, 4095]}}\n";

struct kept_alarm {
	enum subject_kind kind;
	uint32_t subject;
	enum condition_id condition;
	struct alarm_state state;
};

struct story {
	struct site *site;
	struct engine *engine;
	struct event_sink sink;
	struct trace trace;
	struct mono from, now;
	uint64_t seq;
	double *wire;                       /* by point */
	bool *lost;                         /* by device */
	struct kept_alarm kept[ALARMS_MAX]; /* what a journal would restore */
	size_t kept_count;
	const char *path;
	unsigned line;
};

static _Noreturn void fail(const struct story *story, const char *what)
{
	fprintf(stderr, "%s:%u: %s\n", story->path, story->line, what);
	exit(2);
}

/* --- the world around the engine ------------------------------------------------------------------- */

static void keep(struct story *story, const struct event *event)
{
	size_t i = 0;

	while (i < story->kept_count &&
	       (story->kept[i].kind != event->subject_kind || story->kept[i].subject != event->subject ||
	        story->kept[i].condition != event->condition))
		i++;
	if (i == ALARMS_MAX)
		fail(story, "too many alarms for one story");
	story->kept[i] = (struct kept_alarm){event->subject_kind, event->subject, event->condition, event->state};
	if (i == story->kept_count)
		story->kept_count++;
}

static void put(void *context, struct event *event)
{
	struct story *story = context;
	bool alarm = event->type != EVENT_SENSOR_CHANGED && event->condition < COND_COUNT;

	event->seq = ++story->seq;
	if (alarm && event->state.occurrence == 0)
		event->state.occurrence = event->seq;
	if (alarm)
		keep(story, event);
	trace_event(&story->trace, story->site, event, story->from);
}

static void advance(struct story *story, int64_t ms)
{
	struct mono until = mono_add_ms(story->now, ms), next;

	while (next = engine_next(story->engine), mono_reached(until, next))
		engine_tick(story->engine, next.us > story->now.us ? next : story->now);
	story->now = until;
}

static void sample(struct story *story, uint32_t point, double value, enum quality quality)
{
	const struct sample taken = {.point = point,
	                             .value = value != 0,
	                             .raw = value,
	                             .quality = quality,
	                             .fault = quality == QUALITY_GOOD ? FAULT_NONE : FAULT_TIMEOUT,
	                             .at = story->now,
	                             .err_us = SCAN_MS * 500};

	engine_sample(story->engine, &taken, story->now);
}

static void scan(struct story *story)
{
	for (uint32_t i = 0; i < story->site->point_count; i++)
		if (story->site->points[i].used)
			sample(story, i, story->wire[i],
			       story->lost[story->site->points[i].device] ? QUALITY_BAD : QUALITY_GOOD);
}

static void restart(struct story *story)
{
	engine_free(&story->engine);
	if (engine_new(story->site, &story->sink, &story->engine) < 0)
		fail(story, "no memory");
}

/* --- words ------------------------------------------------------------------------------------------ */

static uint32_t point_by_name(const struct story *story, const char *name)
{
	const struct site *site = story->site;

	for (uint32_t i = 0; i < site->point_count; i++) {
		char full[WORD_BYTES];

		snprintf(full, sizeof full, "%s/%s", site->devices[site->points[i].device].id, site->points[i].name);
		if (strcmp(full, name) == 0)
			return i;
	}
	fail(story, "no such point");
}

static enum quality quality_by_name(const struct story *story, const char *name)
{
	if (name[0] == '\0')
		return QUALITY_GOOD;
	for (enum quality q = QUALITY_UNKNOWN; q <= QUALITY_BAD; q++)
		if (strcmp(quality_name(q), name) == 0)
			return q;
	fail(story, "no such quality");
}

static void do_level(struct story *story, const char *verb, const char *rest)
{
	char point[WORD_BYTES], quality[WORD_BYTES] = "";
	double value;

	if (sscanf(rest, "%79s = %lf %79s", point, &value, quality) < 2)
		fail(story, "wants POINT = NUMBER [uncertain|bad]");
	uint32_t index = point_by_name(story, point);
	story->wire[index] = value;
	if (strcmp(verb, "sample") == 0)
		sample(story, index, value, quality_by_name(story, quality));
}

static void do_scan(struct story *story, const char *verb, const char *rest)
{
	int times = 1;

	(void)verb;
	if (rest[0] && sscanf(rest, "x%d", &times) != 1)
		fail(story, "wants nothing or xTIMES");
	for (int i = 0; i < times; i++) {
		if (i > 0)
			advance(story, SCAN_MS);
		scan(story);
	}
}

static void do_device(struct story *story, const char *verb, const char *rest)
{
	uint32_t device = site_device_by_id(story->site, rest);
	bool lost = strcmp(verb, "lose") == 0;

	if (device == SITE_NONE)
		fail(story, "no such device");
	story->lost[device] = lost;
	engine_device(story->engine, device, lost, lost ? FAULT_TIMEOUT : FAULT_NONE, story->now);
}

static void do_command(struct story *story, const char *verb, const char *rest)
{
	struct engine_command command;
	char reason[LIMIT_REASON + 1];

	if (!order_read(story->site, verb, rest, &command))
		fail(story, "wants a target, and words that README.md explains");
	enum command_result result = engine_command(story->engine, &command, story->now, reason);
	trace_line(&story->trace, "> = %s%s%s", order_result(result), reason[0] ? ": " : "", reason);
}

/* A new engine with what the journal kept; the areas as they were. */
static void do_restart(struct story *story, const char *verb, const char *rest)
{
	bool set[LIMIT_AREAS];

	(void)verb, (void)rest;
	for (uint32_t i = 0; i < story->site->area_count; i++)
		set[i] = engine_area_set(story->engine, i);
	restart(story);
	for (size_t i = 0; i < story->kept_count; i++) {
		const struct kept_alarm *kept = &story->kept[i];

		if (alarm_state_retain(&kept->state) &&
		    engine_restore_alarm(story->engine, kept->kind, kept->subject, kept->condition, &kept->state) < 0)
			fail(story, "cannot restore");
	}
	for (uint32_t i = 0; i < story->site->area_count; i++)
		engine_restore_area(story->engine, i, set[i]);
}

static void do_wait(struct story *story, const char *verb, const char *rest)
{
	(void)story, (void)verb, (void)rest;
}

static void do_view(struct story *story, const char *verb, const char *rest)
{
	uint32_t sensor = site_sensor_by_id(story->site, rest);
	struct sensor_view view;

	(void)verb;
	if (sensor == SITE_NONE)
		fail(story, "no such sensor");
	engine_sensor(story->engine, sensor, &view);
	trace_line(&story->trace, "> = %s %s", sensor_state_name(view.state), quality_name(view.quality));
}

static void do_clear(struct story *story, const char *verb, const char *rest)
{
	(void)verb;
	engine_cleared(story->engine, point_by_name(story, rest));
}

static const struct {
	const char *verb;
	void (*act)(struct story *story, const char *verb, const char *rest);
} acts[] = {
        {"sample", do_level},    {"wire", do_level}, {"scan", do_scan}, {"lose", do_device}, {"find", do_device},
        {"restart", do_restart}, {"wait", do_wait},  {"view", do_view}, {"clear", do_clear},
};

static void play_line(struct story *story, const char *line)
{
	char verb[WORD_BYTES];
	int ms, used = 0;

	if (line[0] == '>')
		return; /* what is expected: it is made anew */
	trace_line(&story->trace, "%s", line);
	if (line[0] == '\0' || line[0] == '#')
		return;
	if (sscanf(line, "t=+%d %79s %n", &ms, verb, &used) < 2 || ms < 0)
		fail(story, "wants t=+MS VERB …");
	advance(story, ms);
	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
		if (strcmp(acts[i].verb, verb) == 0) {
			acts[i].act(story, verb, line + used);
			return;
		}
	}
	if (command_verb_by_name(verb) == VERB_COUNT)
		fail(story, "no such verb");
	do_command(story, verb, line + used);
}

/* --- files ------------------------------------------------------------------------------------------ */

static char *read_all(const char *path)
{
	struct trace all = {0};
	FILE *file = fopen(path, "re");
	char line[STORY_LINE];

	if (!file) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(2);
	}
	while (fgets(line, sizeof line, file))
		trace_line(&all, "%.*s", (int)strcspn(line, "\n"), line);
	fclose(file);
	return all.text;
}

static void load_site(struct story *story, const char *yaml, size_t length)
{
	char path[] = "/tmp/picket-story-XXXXXX";
	struct site_errors errors;
	int fd = mkstemp(path);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (!file || fwrite(prelude, 1, sizeof prelude - 1, file) != sizeof prelude - 1 ||
	    fwrite(yaml, 1, length, file) != length || fclose(file) != 0)
		fail(story, "cannot write the site file");
	int error = site_load(path, &story->site, &errors);
	unlink(path);
	for (size_t i = 0; i < errors.count; i++)
		fprintf(stderr, "site, line %u: %s\n", errors.rows[i].line, errors.rows[i].text);
	site_errors_free(&errors);
	if (error < 0)
		fail(story, "the site has errors");
}

static void begin(struct story *story, const char *yaml, size_t length)
{
	load_site(story, yaml, length);
	story->from.us = 3600000000; /* an hour after the machine started */
	story->now = story->from;
	story->sink = (struct event_sink){.context = story, .put = put};
	story->wire = calloc(story->site->point_count, sizeof *story->wire);
	story->lost = calloc(story->site->device_count, sizeof *story->lost);
	if (!story->wire || !story->lost || engine_new(story->site, &story->sink, &story->engine) < 0)
		fail(story, "no memory");
}

static void finish(struct story *story)
{
	engine_free(&story->engine);
	site_free(&story->site);
	free(story->wire);
	free(story->lost);
	trace_free(&story->trace);
}

/* Text up to the line "story" is the site, with the remarks above it; then one stimulus a line. */
static void play(struct story *story, const char *text)
{
	const char *body = strstr(text, "\nstory\n");

	if (!body)
		fail(story, "no line \"story\"");
	begin(story, text, (size_t)(body - text) + 1);
	for (const char *at = text; at < body; at += strcspn(at, "\n") + 1, story->line++)
		trace_line(&story->trace, "%.*s", (int)strcspn(at, "\n"), at);
	trace_line(&story->trace, "story");
	for (const char *at = body + strlen("\nstory\n"); *at; at += strcspn(at, "\n") + 1) {
		char line[STORY_LINE];

		story->line++;
		snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
		play_line(story, line);
	}
}

static int write_back(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	if (!file || fputs(text, file) < 0 || fclose(file) != 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return 2;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct story story;
	bool update = argc == 3 && strcmp(argv[1], "--update") == 0;

	if (argc != 2 && !update) {
		fprintf(stderr, "usage: picket-story [--update] FILE\n");
		return 2;
	}
	story.path = argv[argc - 1];
	story.line = 1;
	char *text = read_all(story.path);
	play(&story, text);
	int result = strcmp(text, story.trace.text) != 0;
	if (result && update)
		result = write_back(story.path, story.trace.text);
	else if (result)
		trace_diff(stdout, text, story.trace.text);
	free(text);
	finish(&story);
	return result;
}
