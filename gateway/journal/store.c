/* SPDX-License-Identifier: Apache-2.0 */
/* store - see store.h */
#include "gateway/journal/store.h"

#include "gateway/journal/database.h"
#include "gateway/journal/kept.h"
#include "gateway/journal/schema.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRIM_ROWS   200 /* looked at in one step: a few milliseconds */
#define TOPIC_BYTES (sizeof "alarm/" + LIMIT_ID + 1 + LIMIT_TITLE)

enum query {
	QUERY_BEGIN,
	QUERY_COMMIT,
	QUERY_EVENT,
	QUERY_ALARM,
	QUERY_ALARM_OVER,
	QUERY_AREA,
	QUERY_OUTPUT,
	QUERY_TOPIC,
	QUERY_META,
	QUERY_TRIM_LOOK,
	QUERY_TRIM,
	QUERY_COUNT,
};

static const char *const queries[QUERY_COUNT] = {
        [QUERY_BEGIN] = "BEGIN IMMEDIATE",
        [QUERY_COMMIT] = "COMMIT",
        [QUERY_EVENT] = "INSERT INTO event(seq, time, priority, subject, payload) VALUES(?1, ?2, ?3, ?4, ?5)",
        [QUERY_ALARM] = "INSERT INTO alarm(kind, subject, condition, active, acked, latched, priority, count,"
                        " occurrence, raised, mask, one_shot, until)"
                        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?12, ?13, ?14)"
                        " ON CONFLICT DO UPDATE SET active = excluded.active, acked = excluded.acked,"
                        " latched = excluded.latched, priority = excluded.priority, count = excluded.count,"
                        " occurrence = excluded.occurrence, mask = excluded.mask, one_shot = excluded.one_shot,"
                        " until = excluded.until, raised = iif(?11, excluded.raised, raised)"
                        " RETURNING raised",
        [QUERY_ALARM_OVER] = "DELETE FROM alarm WHERE kind = ?1 AND subject = ?2 AND condition = ?3",
        [QUERY_AREA] = "INSERT INTO area(area, is_set) VALUES(?1, ?2)"
                       " ON CONFLICT DO UPDATE SET is_set = excluded.is_set",
        [QUERY_OUTPUT] = "INSERT INTO output(output, is_on, until) VALUES(?1, ?2, ?3)"
                         " ON CONFLICT DO UPDATE SET is_on = excluded.is_on, until = excluded.until",
        [QUERY_TOPIC] = "INSERT INTO topic(topic, change, gone, payload) VALUES(?1, ?2, 0, ?3)"
                        " ON CONFLICT DO UPDATE SET change = excluded.change, gone = 0, payload = excluded.payload",
        [QUERY_META] = "UPDATE meta SET head = ?1, acked = ?2",
        [QUERY_TRIM_LOOK] = "SELECT max(seq), min(time) FROM"
                            " (SELECT seq, time FROM event WHERE seq > ?1 ORDER BY seq LIMIT ?2)",
        [QUERY_TRIM] = "DELETE FROM event WHERE seq > ?1 AND seq <= ?2 AND time < ?3"
                       " AND seq NOT IN (SELECT occurrence FROM alarm)",
};

struct store {
	struct event_context *context;
	char path[LIMIT_PATH + LIMIT_ID + 8];
	struct database *database; /* NULL: reopening failed so far */
	struct statement *statements[QUERY_COUNT];
	uint64_t head, acked; /* committed */
	uint64_t put;         /* last seq in the open transaction */
	int64_t change;       /* last place given out in the order of topics */
	int64_t trim_after;   /* where the pass of store_trim() stands */
	char topic[TOPIC_BYTES];
	char payload[LIMIT_PAYLOAD];
};

static void close_database(struct store *store)
{
	for (int i = 0; i < QUERY_COUNT; i++)
		statement_free(&store->statements[i]);
	database_close(&store->database);
}

void store_close(struct store **store)
{
	if (!*store)
		return;
	close_database(*store);
	free(*store);
	*store = NULL;
}

uint64_t store_head(const struct store *store)
{
	return store->head;
}

uint64_t store_acked(const struct store *store)
{
	return store->acked;
}

/* --- one event ------------------------------------------------------------------------------------ */

/* event_json.h: LIMIT_PAYLOAD and ids of LIMIT_ID are enough for everything */
static void assert_fits(ssize_t length)
{
	assert(length >= 0);
}

static int put_topic(struct store *store)
{
	struct statement *topic = store->statements[QUERY_TOPIC];

	statement_text(topic, 1, store->topic);
	statement_int(topic, 2, ++store->change);
	statement_text(topic, 3, store->payload);
	return statement_run(topic);
}

static int put_event(struct store *store, const struct event *event)
{
	struct statement *insert = store->statements[QUERY_EVENT];

	assert_fits(event_json(store->context, event, store->payload, sizeof store->payload));
	statement_int(insert, 1, (int64_t)event->seq);
	statement_int(insert, 2, event->time.us);
	statement_int(insert, 3, event->priority);
	statement_text(insert, 4, event_subject(store->context->site, event));
	statement_text(insert, 5, store->payload);
	return statement_run(insert);
}

static void name_alarm(const struct store *store, struct statement *statement, const struct event *event)
{
	statement_text(statement, 1,
	               event->subject_kind == SUBJECT_SENSOR ? "sensor"
	               : event->subject_kind == SUBJECT_RULE ? "rule"
	                                                     : "device");
	statement_text(statement, 2, event_subject(store->context->site, event));
	statement_text(statement, 3, event_condition(store->context->site, event));
}

static int keep_alarm(struct store *store, const struct event *event, struct wall *ret_raised)
{
	struct statement *upsert = store->statements[QUERY_ALARM];
	const struct alarm_state *state = &event->state;

	name_alarm(store, upsert, event);
	statement_int(upsert, 4, state->active);
	statement_int(upsert, 5, state->acked);
	statement_int(upsert, 6, state->latched);
	statement_int(upsert, 7, state->priority);
	statement_int(upsert, 8, state->count);
	statement_int(upsert, 9, (int64_t)state->occurrence);
	statement_int(upsert, 10, event->time.us);
	statement_int(upsert, 11, event_raises(event));
	statement_int(upsert, 12, state->mask);
	statement_int(upsert, 13, state->one_shot);
	statement_int(upsert, 14, event_until(event).us);
	int row = statement_step(upsert);
	if (row < 0)
		return row;
	assert(row == 1);
	ret_raised->us = statement_column_int(upsert, 0);
	return statement_run(upsert);
}

static int put_alarm(struct store *store, const struct event *event)
{
	struct statement *over = store->statements[QUERY_ALARM_OVER];
	struct wall raised = event->time;
	int error;

	if (event_alarm_topic(store->context, event, store->topic, sizeof store->topic) == -ENOENT)
		return 0;
	if (alarm_state_retain(&event->state)) {
		error = keep_alarm(store, event, &raised);
	} else {
		name_alarm(store, over, event);
		error = statement_run(over);
	}
	if (error < 0)
		return error;
	assert_fits(event_alarm_json(store->context, event, raised, store->payload, sizeof store->payload));
	return put_topic(store);
}

static int put_sensor(struct store *store, const struct event *event)
{
	if (event_sensor_topic(store->context, event, store->topic, sizeof store->topic) == -ENOENT)
		return 0;
	assert_fits(event_sensor_json(store->context, event, store->payload, sizeof store->payload));
	return put_topic(store);
}

static int put_area(struct store *store, const struct event *event)
{
	struct statement *upsert = store->statements[QUERY_AREA];

	if (event_area_topic(store->context, event, store->topic, sizeof store->topic) == -ENOENT)
		return 0;
	statement_text(upsert, 1, event_subject(store->context->site, event));
	statement_int(upsert, 2, event->type == EVENT_AREA_SET); /* refused: it stays unset */
	int error = statement_run(upsert);
	if (error < 0)
		return error;
	assert_fits(event_area_json(store->context, event, store->payload, sizeof store->payload));
	return put_topic(store);
}

static int put_output(struct store *store, const struct event *event)
{
	struct statement *upsert = store->statements[QUERY_OUTPUT];

	if (event->type != EVENT_OUTPUT_CHANGED)
		return 0;
	statement_text(upsert, 1, event_subject(store->context->site, event));
	statement_int(upsert, 2, event->value);
	statement_int(upsert, 3, event->for_ms ? event->time.us + (int64_t)event->for_ms * 1000 : 0);
	return statement_run(upsert);
}

int store_put(struct store *store, const struct event *event)
{
	assert(event->seq == store->put + 1); /* J2 */
	int error = put_event(store, event);
	if (error == 0)
		error = put_alarm(store, event);
	if (error == 0)
		error = put_sensor(store, event);
	if (error == 0)
		error = put_area(store, event);
	if (error == 0)
		error = put_output(store, event);
	if (error == 0)
		store->put = event->seq;
	return error;
}

/* --- transactions --------------------------------------------------------------------------------- */

int store_begin(struct store *store)
{
	if (!store->database)
		return -EIO;
	store->put = store->head;
	return statement_run(store->statements[QUERY_BEGIN]);
}

int store_commit(struct store *store, uint64_t acked)
{
	struct statement *meta = store->statements[QUERY_META];

	if (acked < store->acked)
		acked = store->acked;
	statement_int(meta, 1, (int64_t)store->put);
	statement_int(meta, 2, (int64_t)acked);
	int error = statement_run(meta);
	if (error == 0)
		error = statement_run(store->statements[QUERY_COMMIT]);
	if (error < 0)
		return error;
	store->head = store->put;
	store->acked = acked;
	return 0;
}

void store_rollback(struct store *store)
{
	/* fails when SQLite has rolled back by itself already */
	if (store->database)
		(void)database_exec(store->database, "ROLLBACK");
	store->put = store->head;
}

int store_checkpoint(struct store *store, unsigned pages)
{
	if (!store->database)
		return -EIO;
	if (database_wal_pages(store->database) <= pages)
		return 0;
	int error = database_checkpoint(store->database, false);
	return error == -EBUSY ? 0 : error; /* a reader is in the way: later */
}

int store_trim(struct store *store, struct wall before)
{
	struct statement *look = store->statements[QUERY_TRIM_LOOK], *trim = store->statements[QUERY_TRIM];
	int64_t after = store->trim_after;

	if (!store->database)
		return -EIO;
	store->trim_after = 0;
	statement_int(look, 1, after);
	statement_int(look, 2, TRIM_ROWS);
	int row = statement_step(look);
	if (row < 0)
		return row;
	assert(row == 1);
	int64_t last = statement_column_int(look, 0), oldest = statement_column_int(look, 1);
	statement_reset(look);
	if (last == 0 || oldest >= before.us || after >= (int64_t)store->acked)
		return 0;
	statement_int(trim, 1, after);
	statement_int(trim, 2, last < (int64_t)store->acked ? last : (int64_t)store->acked); /* J4 */
	statement_int(trim, 3, before.us);
	int error = statement_run(trim);
	if (error < 0)
		return error;
	store->trim_after = last;
	return 1;
}

/* --- opening -------------------------------------------------------------------------------------- */

static int prepare(struct store *store)
{
	int64_t head = 0, acked = 0;
	int error = database_exec(store->database, "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
	                                           "PRAGMA journal_size_limit = 8388608; PRAGMA secure_delete = OFF;"
	                                           "PRAGMA temp_store = MEMORY;");

	for (int i = 0; i < QUERY_COUNT && error == 0; i++)
		error = statement_new(store->database, queries[i], &store->statements[i]);
	if (error == 0)
		error = database_number(store->database, "SELECT head FROM meta", &head);
	if (error == 0)
		error = database_number(store->database, "SELECT acked FROM meta", &acked);
	if (error == 0)
		error = database_number(store->database, "SELECT coalesce(max(change), 0) FROM topic", &store->change);
	if (error < 0)
		return error;
	store->head = store->put = (uint64_t)head;
	store->acked = (uint64_t)acked;
	return 0;
}

int store_reopen(struct store *store)
{
	close_database(store);
	int64_t head;
	int error = database_open(store->path, DATABASE_WRITE, &store->database);
	if (error == 0) /* SQLite finds the WAL at the first look into the file, and checkpoints nothing before */
		error = database_number(store->database, "SELECT head FROM meta", &head);
	if (error == 0)
		error = database_checkpoint(store->database, true);
	if (error == 0)
		error = prepare(store);
	if (error < 0)
		close_database(store);
	return error;
}

/* --- what the site file may have changed ------------------------------------------------------------ */

/* Topics of former things are to be cleared; those of things that are back hold again. */
static int refresh_gone(struct store *store)
{
	struct statement *all = NULL, *mark = NULL;
	int row = 0;

	int error = statement_new(store->database, "SELECT topic, gone FROM topic ORDER BY topic", &all);
	if (error == 0)
		error = statement_new(store->database, "UPDATE topic SET gone = ?2, change = ?3 WHERE topic = ?1",
		                      &mark);
	while (error == 0 && (row = statement_step(all)) == 1) {
		const char *topic = statement_column_text(all, 0, NULL);
		bool gone = !event_topic_known(store->context->site, topic);
		if (gone == (statement_column_int(all, 1) != 0))
			continue;
		statement_text(mark, 1, topic);
		statement_int(mark, 2, gone);
		statement_int(mark, 3, ++store->change);
		error = statement_run(mark);
	}
	statement_free(&mark);
	statement_free(&all);
	return error < 0 ? error : row;
}

static int refresh_sensors(struct store *store, struct wall now)
{
	const struct site *site = store->context->site;

	for (uint32_t i = 0; i < site->sensor_count; i++) {
		snprintf(store->topic, sizeof store->topic, "sensor/%s", site->sensors[i].id);
		assert_fits(event_sensor_unknown_json(store->context, i, now, store->payload, sizeof store->payload));
		int error = put_topic(store);
		if (error < 0)
			return error;
	}
	return 0;
}

/* An area seen for the first time is as its start says, and remembered from now on. */
static int refresh_areas(struct store *store, struct wall now)
{
	const struct site *site = store->context->site;
	struct statement *known = NULL;
	int error = statement_new(store->database, "SELECT 1 FROM area WHERE area = ?1", &known);

	for (uint32_t i = 0; i < site->area_count && error == 0; i++) {
		bool set = !site->areas[i].start_unset;
		struct event event = {.type = set ? EVENT_AREA_SET : EVENT_AREA_UNSET,
		                      .time = now,
		                      .subject_kind = SUBJECT_AREA,
		                      .subject = i,
		                      .condition = COND_NONE,
		                      .area_set = set,
		                      .point = SITE_NONE};
		statement_text(known, 1, site->areas[i].id);
		error = statement_step(known);
		if (error == 0)
			error = put_area(store, &event);
		else if (error == 1)
			error = statement_run(known);
	}
	statement_free(&known);
	return error;
}

static int refresh(struct store *store, struct wall now)
{
	int error = store_begin(store);

	if (error == 0)
		error = refresh_gone(store);
	if (error == 0)
		error = refresh_sensors(store, now);
	if (error == 0)
		error = refresh_areas(store, now);
	if (error == 0)
		error = store_commit(store, 0);
	if (error < 0)
		store_rollback(store);
	return error;
}

static int fail(const struct store *store, int error, char reterr[256])
{
	snprintf(reterr, 256, "%.180s: %.70s", store->path, strerror(-error));
	return error;
}

static int open_file(struct store *store, struct wall now, char reterr[256])
{
	int error = database_open(store->path, DATABASE_WRITE, &store->database);

	if (error < 0)
		return fail(store, error, reterr);
	error = schema_check(store->database, store->context, now, store->path, reterr);
	if (error < 0)
		return error;
	error = prepare(store);
	if (error == 0)
		error = refresh(store, now);
	return error < 0 ? fail(store, error, reterr) : 0;
}

int store_open(struct event_context *context, const char *path, struct wall now, struct store **ret_store,
               char reterr[256])
{
	struct store *store = calloc(1, sizeof *store);

	if (!store)
		return -ENOMEM;
	store->context = context;
	snprintf(store->path, sizeof store->path, "%s", path);
	int error = open_file(store, now, reterr);
	if (error < 0) {
		store_close(&store);
		return error;
	}
	*ret_store = store;
	return 0;
}

int store_restore(struct store *store, const struct journal_restore *restore)
{
	return kept_restore(store->database, restore);
}
