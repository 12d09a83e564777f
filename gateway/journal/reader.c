/* SPDX-License-Identifier: Apache-2.0 */
/* reader - the reading side of journal.h */
#include "gateway/journal/database.h"
#include "gateway/journal/journal.h"
#include "gateway/journal/schema.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct journal_reader {
	struct database *database;
	struct statement *events, *topics, *head;
};

static bool has_wal(const char *path)
{
	char wal[2 * LIMIT_PATH];
	struct stat about;
	int length = snprintf(wal, sizeof wal, "%s-wal", path);

	return length >= (int)sizeof wal || (stat(wal, &about) == 0 && about.st_size > 0);
}

static int fail(int error, const char *path, char reterr[256])
{
	snprintf(reterr, 256, "%.190s: %.60s", path, strerror(-error));
	return error;
}

/* SQLite opens lazily: only a query shows whether it works. */
static int try_open(const char *path, enum database_mode mode, struct database **ret_database)
{
	struct database *database = NULL;
	int64_t version;
	int error = database_open(path, mode, &database);

	if (error < 0)
		return error;
	database_set_untouched(database, true);
	error = database_number(database, "SELECT count(*) FROM sqlite_schema", &version);
	if (error < 0) {
		database_close(&database);
		return error;
	}
	*ret_database = database;
	return 0;
}

static int open_database(const char *path, struct database **ret_database, char reterr[256])
{
	struct stat about;

	if (stat(path, &about) < 0)
		return fail(-errno, path, reterr);
	int error = try_open(path, DATABASE_READ, ret_database);
	if (error == 0 || error == -EUCLEAN || error == -EBUSY || error == -ENOMEM)
		return error < 0 ? fail(error, path, reterr) : 0;
	/* nowhere to put the WAL's index: without a WAL the file alone is the whole journal */
	if (has_wal(path)) {
		snprintf(reterr, 256, "%.140s: its last events are in %.9s, which cannot be read in this place; %.40s",
		         path, "the -wal", "copy the files to a directory of yours");
		return -EROFS;
	}
	error = try_open(path, DATABASE_IMMUTABLE, ret_database);
	return error < 0 ? fail(error, path, reterr) : 0;
}

static int prepare(struct journal_reader *reader)
{
	int error = statement_new(reader->database,
	                          "SELECT seq, priority, subject, payload FROM event WHERE seq > ?1 ORDER BY seq"
	                          " LIMIT ?2",
	                          &reader->events);
	if (error == 0)
		error = statement_new(reader->database,
		                      "SELECT change, topic, iif(gone, '', payload) FROM topic WHERE change > ?1"
		                      " ORDER BY change LIMIT ?2",
		                      &reader->topics);
	if (error == 0)
		error = statement_new(reader->database, "SELECT head, acked FROM meta", &reader->head);
	return error;
}

int journal_reader_open(const char *path, struct journal_reader **ret_reader, char reterr[256])
{
	struct journal_reader *reader = calloc(1, sizeof *reader);

	if (!reader)
		return -ENOMEM;
	int error = open_database(path, &reader->database, reterr);
	if (error == 0)
		error = schema_check_reader(reader->database, path, reterr);
	if (error == 0 && (error = prepare(reader)) < 0)
		fail(error, path, reterr);
	if (error < 0) {
		journal_reader_close(&reader);
		return error;
	}
	*ret_reader = reader;
	return 0;
}

void journal_reader_close(struct journal_reader **reader)
{
	if (!*reader)
		return;
	statement_free(&(*reader)->events);
	statement_free(&(*reader)->topics);
	statement_free(&(*reader)->head);
	database_close(&(*reader)->database);
	free(*reader);
	*reader = NULL;
}

int journal_read(struct journal_reader *reader, uint64_t after, unsigned limit, journal_row_f row, void *context)
{
	struct statement *events = reader->events;
	int found;

	assert(after <= INT64_MAX);
	statement_int(events, 1, (int64_t)after);
	statement_int(events, 2, limit);
	while ((found = statement_step(events)) == 1) {
		struct journal_row event = {.seq = (uint64_t)statement_column_int(events, 0),
		                            .priority = (uint8_t)statement_column_int(events, 1),
		                            .subject = statement_column_text(events, 2, NULL)};
		event.payload = statement_column_text(events, 3, &event.length);
		if (!row(context, &event)) {
			statement_reset(events);
			return 0;
		}
	}
	return found;
}

int journal_read_topics(struct journal_reader *reader, uint64_t after, unsigned limit, journal_topic_f topic,
                        void *context)
{
	struct statement *topics = reader->topics;
	int found;

	assert(after <= INT64_MAX);
	statement_int(topics, 1, (int64_t)after);
	statement_int(topics, 2, limit);
	while ((found = statement_step(topics)) == 1) {
		struct journal_topic change = {.seq = (uint64_t)statement_column_int(topics, 0),
		                               .topic = statement_column_text(topics, 1, NULL)};
		change.payload = statement_column_text(topics, 2, &change.length);
		if (!topic(context, &change)) {
			statement_reset(topics);
			return 0;
		}
	}
	return found;
}

int journal_read_head(struct journal_reader *reader, uint64_t *ret_head, uint64_t *ret_acked)
{
	int row = statement_step(reader->head);

	if (row <= 0)
		return row < 0 ? row : -EUCLEAN;
	*ret_head = (uint64_t)statement_column_int(reader->head, 0);
	*ret_acked = (uint64_t)statement_column_int(reader->head, 1);
	statement_reset(reader->head);
	return 0;
}
