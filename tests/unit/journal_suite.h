/* SPDX-License-Identifier: Apache-2.0 */
/* journal_suite - what the suites of the journal share: the fixture, and what a reader sees. */
#ifndef PICKET_JOURNAL_SUITE_H
#define PICKET_JOURNAL_SUITE_H

#include "tests/unit/journal_rig.h"

#include <check.h>
#include <errno.h>

#define DEADLINE_MS 20000

static struct rig rig;
static struct journal *journal;
static struct journal_reader *reader;

static inline void begin(void)
{
	ck_assert(rig_begin(&rig));
	journal = NULL;
	reader = NULL;
}

static inline void end(void)
{
	journal_reader_close(&reader);
	journal_close(&journal);
	rig_end(&rig);
}

static inline void start(void)
{
	ck_assert_msg(journal_open(&rig.context, RIG_NOW, &journal, rig.why) == 0, "%s", rig.why);
	ck_assert_int_eq(journal_start(journal, -1), 0);
}

static inline void put(struct event event)
{
	ck_assert_int_eq(journal_append(journal, &event), 0);
	journal_flush(journal);
}

static inline void put_changes(uint64_t first, uint64_t last)
{
	for (uint64_t seq = first; seq <= last; seq++)
		put(rig_changed(seq, seq % 2 ? SENSOR_OPEN : SENSOR_CLOSED));
}

static inline void look(void)
{
	journal_reader_close(&reader);
	ck_assert_msg(journal_reader_open(rig.path, &reader, rig.why) == 0, "%s", rig.why);
}

/* --- what a reader sees ------------------------------------------------------------------------- */

struct rows {
	uint64_t count, first, last, most;
	bool gap, bad;
	char payload[LIMIT_PAYLOAD];
};

static inline bool take_row(void *context, const struct journal_row *row)
{
	struct rows *rows = context;

	if (rows->count++ == 0)
		rows->first = row->seq;
	else
		rows->gap = rows->gap || row->seq != rows->last + 1;
	rows->last = row->seq;
	rows->bad = rows->bad || row->length != strlen(row->payload);
	snprintf(rows->payload, sizeof rows->payload, "%s", row->payload);
	return rows->most == 0 || rows->count < rows->most;
}

static inline struct rows read_rows(uint64_t after, unsigned limit)
{
	struct rows rows = {0};

	ck_assert_int_eq(journal_read(reader, after, limit, take_row, &rows), 0);
	ck_assert(!rows.bad);
	return rows;
}

struct topics {
	const char *wanted;
	unsigned count;
	bool found, bad;
	uint64_t last;
	char payload[LIMIT_PAYLOAD];
};

static inline bool take_topic(void *context, const struct journal_topic *topic)
{
	struct topics *topics = context;

	topics->bad = topics->bad || topic->seq <= topics->last || topic->length != strlen(topic->payload);
	topics->last = topic->seq;
	topics->count++;
	if (topics->wanted && strcmp(topic->topic, topics->wanted) == 0) {
		topics->found = true;
		snprintf(topics->payload, sizeof topics->payload, "%s", topic->payload);
	}
	return true;
}

static inline struct topics read_topics(const char *wanted, uint64_t after)
{
	struct topics topics = {.wanted = wanted, .last = after};

	ck_assert_int_eq(journal_read_topics(reader, after, 1000, take_topic, &topics), 0);
	ck_assert(!topics.bad);
	return topics;
}

static inline void check_integrity(void)
{
	char command[LIMIT_PATH + 64], answer[64] = "";

	snprintf(command, sizeof command, "sqlite3 -readonly '%s' 'PRAGMA integrity_check'", rig.path);
	FILE *pipe = popen(command, "r");
	ck_assert_ptr_nonnull(pipe);
	ck_assert_ptr_nonnull(fgets(answer, sizeof answer, pipe));
	ck_assert_int_eq(pclose(pipe), 0);
	ck_assert_str_eq(answer, "ok\n");
}

static inline TCase *add(Suite *suite, const char *name)
{
	TCase *tests = tcase_create(name);

	tcase_add_checked_fixture(tests, begin, end);
	tcase_set_timeout(tests, 100);
	suite_add_tcase(suite, tests);
	return tests;
}

static inline int run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}

#endif
