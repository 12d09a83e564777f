/* SPDX-License-Identifier: Apache-2.0 */
/* verbs_events - the journal: read from its file, so that it works with the daemon dead */
#include "config/site_load.h"
#include "gateway/ctl/event_line.h"
#include "gateway/ctl/reach.h"
#include "gateway/ctl/since.h"
#include "gateway/journal/journal.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK       1000      /* rows looked at in one step back, or printed in one read */
#define LINES_USUAL 20        /* when neither --lines nor --since is given */
#define FOLLOW_NS   200000000 /* between two looks at the journal */
#define EVENT_BYTES 65536     /* a stored event has at most LIMIT_PAYLOAD; a damaged one is no event */

struct events {
	struct journal_reader *reader;
	const struct options *options;
	struct since since;
	bool follow, json, colour;
	uint64_t floor;   /* rows up to this seq are not wanted */
	uint64_t last;    /* the last row that was read */
	uint64_t rows;    /* read in this block */
	uint64_t matches; /* counted */
	uint64_t skip;    /* matches still to leave out */
	uint64_t printed;
};

/* --- which rows ------------------------------------------------------------------------------------- */
static bool in_time(const struct events *events, const struct journal_row *row)
{
	struct json_doc *doc = NULL;
	char why[160];

	if (!events->since.time[0])
		return true;
	if (json_doc_parse(row->payload, row->length, EVENT_BYTES, &doc, why) < 0)
		return false;
	bool late = strcmp(json_node_text(json_doc_root(doc), "time", ""), events->since.time) >= 0;
	json_doc_free(&doc);
	return late;
}

static bool wanted(const struct events *events, const struct journal_row *row)
{
	const struct options *options = events->options;

	if (options->given[OPTION_PRIORITY] && row->priority > options->priority)
		return false;
	if (options->values[OPTION_SENSOR] && strcmp(row->subject, options->values[OPTION_SENSOR]) != 0)
		return false;
	return in_time(events, row);
}

/* --- rows as they come ------------------------------------------------------------------------------ */
static void print_row(struct events *events, const struct journal_row *row)
{
	struct json_doc *doc = NULL;
	char why[160];

	if (events->json) {
		const char *before = events->follow || events->printed == 0 ? "" : ",\n";
		printf("%s%.*s%s", before, (int)row->length, row->payload, events->follow ? "\n" : "");
	} else if (json_doc_parse(row->payload, row->length, EVENT_BYTES, &doc, why) == 0) {
		event_line_print(json_doc_root(doc), stdout, events->colour);
	} else {
		say_error("event %llu in the journal is damaged: %s", (unsigned long long)row->seq, why);
	}
	json_doc_free(&doc);
	events->printed++;
}

static bool take_row(void *context, const struct journal_row *row)
{
	struct events *events = context;

	events->last = row->seq;
	events->rows++;
	if (!wanted(events, row))
		return true;
	if (events->skip > 0)
		events->skip--;
	else
		print_row(events, row);
	return true;
}

static bool count_row(void *context, const struct journal_row *row)
{
	struct events *events = context;

	if (row->seq >= events->last)
		return false;
	if (wanted(events, row))
		events->matches++;
	return true;
}

/* Whether the first row of a block is older than what is wanted. */
static bool note_older(void *context, const struct journal_row *row)
{
	struct events *events = context;

	events->matches = !in_time(events, row);
	return false;
}

/* --- where to begin --------------------------------------------------------------------------------- */
/* Back from the head in blocks until one begins before the time: the work goes with what is printed, not with the
 * journal's size. */
static int find_time(struct events *events, uint64_t head)
{
	uint64_t after = head;

	for (events->matches = 0; after > 0 && !events->matches;) {
		after = after > BLOCK ? after - BLOCK : 0;
		int error = after ? journal_read(events->reader, after, 1, note_older, events) : 0;
		if (error < 0)
			return error;
	}
	events->floor = after;
	return 0;
}

/* Back in blocks until `lines` rows match; what matches beyond that in the first block is skipped. */
static int find_last(struct events *events, uint64_t head, uint64_t lines)
{
	uint64_t after = head;

	events->matches = 0;
	events->last = head + 1;
	while (after > events->floor && events->matches < lines) {
		uint64_t block = after - events->floor > BLOCK ? BLOCK : after - events->floor;
		after -= block;
		int error = journal_read(events->reader, after, BLOCK, count_row, events);
		if (error < 0)
			return error;
		events->last = after + 1;
	}
	events->floor = after;
	events->skip = events->matches > lines ? events->matches - lines : 0;
	return 0;
}

static int find_start(struct events *events)
{
	const struct options *options = events->options;
	uint64_t head, acked;
	int error = journal_read_head(events->reader, &head, &acked);

	if (error == 0 && events->since.seq)
		events->floor = events->since.seq - 1;
	else if (error == 0 && events->since.time[0])
		error = find_time(events, head);
	if (error < 0)
		return error;
	if (options->given[OPTION_LINES])
		return find_last(events, head, options->lines);
	return options->given[OPTION_SINCE] ? 0 : find_last(events, head, LINES_USUAL);
}

/* --- reading ---------------------------------------------------------------------------------------- */
static int read_rest(struct events *events)
{
	int error;

	do {
		events->rows = 0;
		error = journal_read(events->reader, events->last, BLOCK, take_row, events);
	} while (error == 0 && events->rows == BLOCK);
	return error;
}

static int follow(struct events *events)
{
	const struct timespec pause = {.tv_nsec = FOLLOW_NS};
	int error = 0;

	while (error == 0 && !ferror(stdout)) {
		fflush(stdout);
		nanosleep(&pause, NULL);
		error = read_rest(events);
	}
	return error;
}

static int print_events(struct events *events)
{
	bool document = events->json && !events->follow;
	int error = find_start(events);

	if (error < 0)
		return error;
	events->last = events->floor;
	if (document)
		printf("{\"schema\":\"picket.events/1\",\"events\":[");
	error = read_rest(events);
	if (document)
		puts("]}");
	if (error == 0 && events->follow)
		error = follow(events);
	if (error == 0 && events->printed == 0 && !events->json)
		say_note("no such event in the journal");
	return error;
}

/* --- which journal ---------------------------------------------------------------------------------- */
static enum ctl_exit journal_of_site(const char *site_path, char *ret_path, size_t size)
{
	struct site *site = NULL;
	struct site_errors errors = {0};
	int error = site_load(site_path, &site, &errors);

	if (error == 0)
		error = journal_path(site, ret_path, size);
	if (error < 0)
		say_error("%s: %s; picketctl check says more", site_path,
		          errors.count ? errors.rows[0].text : strerror(-error));
	site_errors_free(&errors);
	site_free(&site);
	return error < 0 ? CTL_NO : CTL_DONE;
}

static enum ctl_exit journal_of_daemon(const struct options *options, char *ret_path, size_t size)
{
	struct client_answer answer = {0};
	enum ctl_exit code = reach_page(options, "/v1/status", &answer);

	if (code != CTL_DONE) {
		say_note("without the daemon: picketctl events --site SITE.yaml, or --journal FILE");
		return code;
	}
	const struct json_node *journal = json_node_member(json_doc_root(answer.doc), "journal");
	snprintf(ret_path, size, "%s", json_node_text(journal, "path", ""));
	client_answer_free(&answer);
	return CTL_DONE;
}

static enum ctl_exit find_journal(const struct options *options, char *ret_path, size_t size)
{
	if (options->values[OPTION_SITE])
		return journal_of_site(options->values[OPTION_SITE], ret_path, size);
	if (!options->values[OPTION_JOURNAL])
		return journal_of_daemon(options, ret_path, size);
	snprintf(ret_path, size, "%s", options->values[OPTION_JOURNAL]);
	return CTL_DONE;
}

static enum ctl_exit open_journal(struct events *events)
{
	char path[PATH_MAX], why[256] = "";
	enum ctl_exit code = find_journal(events->options, path, sizeof path);

	if (code != CTL_DONE)
		return code;
	int error = journal_reader_open(path, &events->reader, why);
	if (error == 0)
		return CTL_DONE;
	if (why[0])
		say_error("%s", why);
	else
		say_error("%s: %s", path, strerror(-error));
	return error == -EACCES || error == -EPERM ? CTL_REFUSED : CTL_NO;
}

enum ctl_exit verb_events(const struct ctl_call *call)
{
	struct events events = {.options = &call->options,
	                        .follow = call->options.given[OPTION_FOLLOW],
	                        .json = call->options.given[OPTION_JSON],
	                        .colour = say_colour(stdout)};
	const char *since = call->options.values[OPTION_SINCE];

	if (since && since_parse(since, time(NULL), &events.since) < 0) {
		say_error("--since wants a seq, a time (2026-11-23T21:03, 21:03) or an age (15m, 2h, 3d), not \"%s\"",
		          since);
		return CTL_USAGE;
	}
	enum ctl_exit code = open_journal(&events);
	if (code != CTL_DONE)
		return code;
	int error = print_events(&events);
	if (error < 0) {
		say_error("the journal cannot be read: %s", strerror(-error));
		code = CTL_NO;
	}
	journal_reader_close(&events.reader);
	return code;
}
