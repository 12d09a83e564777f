/* SPDX-License-Identifier: Apache-2.0 */
/* schema - see schema.h */
#include "gateway/journal/schema.h"

#include "gateway/journal/store.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* until: wall clock in microseconds; 0: it does not end by itself */
#define OUTPUT_TABLE                                                                                                   \
	"CREATE TABLE output(output TEXT PRIMARY KEY, is_on INTEGER NOT NULL, until INTEGER NOT NULL) STRICT,"         \
	" WITHOUT ROWID;"

static const char tables[] =
        "CREATE TABLE meta(site TEXT NOT NULL, gateway TEXT NOT NULL, epoch TEXT NOT NULL, head INTEGER NOT NULL,"
        " acked INTEGER NOT NULL) STRICT;"
        "CREATE TABLE event(seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, priority INTEGER NOT NULL,"
        " subject TEXT NOT NULL, payload TEXT NOT NULL) STRICT;"
        "CREATE TABLE alarm(kind TEXT NOT NULL, subject TEXT NOT NULL, condition TEXT NOT NULL,"
        " active INTEGER NOT NULL, acked INTEGER NOT NULL, latched INTEGER NOT NULL, priority INTEGER NOT NULL,"
        " count INTEGER NOT NULL, occurrence INTEGER NOT NULL, raised INTEGER NOT NULL,"
        " mask INTEGER NOT NULL DEFAULT 0, one_shot INTEGER NOT NULL DEFAULT 0, until INTEGER NOT NULL DEFAULT 0,"
        " PRIMARY KEY(kind, subject, condition)) STRICT, WITHOUT ROWID;"
        "CREATE TABLE area(area TEXT PRIMARY KEY, is_set INTEGER NOT NULL) STRICT, WITHOUT ROWID;" OUTPUT_TABLE
        "CREATE TABLE topic(topic TEXT PRIMARY KEY, change INTEGER NOT NULL UNIQUE, gone INTEGER NOT NULL,"
        " payload TEXT NOT NULL) STRICT, WITHOUT ROWID;";

/* What each format has that the one before had not; steps[n] leads to format n + 2. */
static const char *const steps[] = {
        "ALTER TABLE alarm ADD COLUMN mask INTEGER NOT NULL DEFAULT 0;"
        "ALTER TABLE alarm ADD COLUMN one_shot INTEGER NOT NULL DEFAULT 0;"
        "ALTER TABLE alarm ADD COLUMN until INTEGER NOT NULL DEFAULT 0;",
        OUTPUT_TABLE,
};
static_assert(sizeof steps / sizeof steps[0] == STORE_SCHEMA - 1, "a step for each format");

struct heading {
	int64_t application, version, objects;
};

__attribute__((format(printf, 3, 4))) static int refuse(int error, char reterr[256], const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(reterr, 256, format, arguments);
	va_end(arguments);
	return error;
}

static int damaged(struct database *database, int error, const char *path, char reterr[256])
{
	return refuse(error, reterr, "%.120s: %.100s; left as it is", path, database_message(database));
}

static int read_heading(struct database *database, struct heading *ret_heading)
{
	int error = database_number(database, "PRAGMA application_id", &ret_heading->application);

	if (error == 0)
		error = database_number(database, "PRAGMA user_version", &ret_heading->version);
	if (error == 0)
		error = database_number(database, "SELECT count(*) FROM sqlite_schema", &ret_heading->objects);
	return error;
}

static int check_heading(const struct heading *heading, const char *path, char reterr[256])
{
	if (heading->application != STORE_APPLICATION)
		return refuse(-EINVAL, reterr, "%.160s: not a Picket journal; left as it is", path);
	if (heading->version < 1)
		return refuse(-EINVAL, reterr, "%.160s: a Picket journal of no known format; left as it is", path);
	if (heading->version > STORE_SCHEMA)
		return refuse(-ENOTSUP, reterr,
		              "%.120s: format %" PRId64 " is newer than this picketd (%d); left as it is", path,
		              heading->version, STORE_SCHEMA);
	return 0;
}

/* The head must be that of the events, and the small tables sound; the events themselves are too many to read. */
static int check_content(struct database *database, const char *path, char reterr[256])
{
	static const char *const checks[] = {"PRAGMA quick_check('meta')", "PRAGMA quick_check('alarm')",
	                                     "PRAGMA quick_check('area')", "PRAGMA quick_check('topic')"};
	struct statement *statement = NULL;
	int64_t beyond = 0;

	for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
		int error = statement_new(database, checks[i], &statement);
		int row = error < 0 ? error : statement_step(statement);
		bool sound = row == 1 && strcmp(statement_column_text(statement, 0, NULL), "ok") == 0;
		statement_free(&statement);
		if (!sound)
			return refuse(row < 0 ? row : -EUCLEAN, reterr, "%.140s: damaged (%s); left as it is", path,
			              checks[i] + strlen("PRAGMA "));
	}
	int error =
	        database_number(database, "SELECT coalesce(max(seq), 0) > (SELECT head FROM meta) FROM event", &beyond);
	if (error < 0)
		return damaged(database, error, path, reterr);
	return beyond ? refuse(-EUCLEAN, reterr, "%.140s: damaged (events beyond its head); left as it is", path) : 0;
}

static int check_owner(struct database *database, struct event_context *context, const char *path, char reterr[256])
{
	struct statement *statement = NULL;
	int error = statement_new(database, "SELECT site, gateway, epoch FROM meta", &statement);
	int row = error < 0 ? error : statement_step(statement);

	if (row < 0) {
		statement_free(&statement);
		return damaged(database, row, path, reterr);
	}
	const char *site = row ? statement_column_text(statement, 0, NULL) : "";
	const char *gateway = row ? statement_column_text(statement, 1, NULL) : "";
	if (strcmp(site, context->site->site) != 0 || strcmp(gateway, context->site->gateway) != 0)
		error = refuse(-EINVAL, reterr,
		               "%.100s: is of gateway %.32s of site %.32s; move it away or correct the site file", path,
		               gateway, site);
	else
		snprintf(context->epoch, sizeof context->epoch, "%s", statement_column_text(statement, 2, NULL));
	statement_free(&statement);
	return error;
}

static int fill_meta(struct database *database, struct event_context *context, struct wall now)
{
	struct statement *insert = NULL;
	int error = statement_new(database, "INSERT INTO meta VALUES(?1, ?2, ?3, 0, 0)", &insert);

	if (error < 0)
		return error;
	snprintf(context->epoch, sizeof context->epoch, "%08" PRIx64, (uint64_t)(now.us / 1000000));
	statement_text(insert, 1, context->site->site);
	statement_text(insert, 2, context->site->gateway);
	statement_text(insert, 3, context->epoch);
	error = statement_run(insert);
	statement_free(&insert);
	return error;
}

static int make(struct database *database, struct event_context *context, struct wall now)
{
	char identity[96];

	snprintf(identity, sizeof identity, "PRAGMA application_id = %d; PRAGMA user_version = %d;", STORE_APPLICATION,
	         STORE_SCHEMA);
	int error = database_exec(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE");
	if (error == 0)
		error = database_exec(database, tables);
	if (error == 0)
		error = database_exec(database, identity);
	if (error == 0)
		error = fill_meta(database, context, now);
	if (error == 0)
		error = database_exec(database, "COMMIT");
	if (error < 0)
		(void)database_exec(database, "ROLLBACK");
	return error;
}

/* From an older format to this one, in one transaction. */
static int move_on(struct database *database, int64_t version)
{
	char mark[48];

	if (version == STORE_SCHEMA)
		return 0;
	int error = database_exec(database, "BEGIN IMMEDIATE");
	for (int64_t from = version; error == 0 && from < STORE_SCHEMA; from++)
		error = database_exec(database, steps[from - 1]);
	snprintf(mark, sizeof mark, "PRAGMA user_version = %d;", STORE_SCHEMA);
	if (error == 0)
		error = database_exec(database, mark);
	if (error == 0)
		error = database_exec(database, "COMMIT");
	if (error < 0)
		(void)database_exec(database, "ROLLBACK");
	return error;
}

int schema_check(struct database *database, struct event_context *context, struct wall now, const char *path,
                 char reterr[256])
{
	struct heading heading;

	database_set_untouched(database, true);
	int error = read_heading(database, &heading);
	if (error < 0)
		return damaged(database, error, path, reterr);
	if (heading.application == 0 && heading.version == 0 && heading.objects == 0) {
		error = make(database, context, now);
		if (error < 0)
			return damaged(database, error, path, reterr);
	} else {
		error = check_heading(&heading, path, reterr);
		if (error == 0)
			error = check_owner(database, context, path, reterr);
		if (error == 0)
			error = check_content(database, path, reterr);
		if (error == 0 && (error = move_on(database, heading.version)) < 0)
			return damaged(database, error, path, reterr);
	}
	if (error == 0)
		database_set_untouched(database, false);
	return error;
}

int schema_check_reader(struct database *database, const char *path, char reterr[256])
{
	struct heading heading;
	int error = read_heading(database, &heading);

	return error < 0 ? damaged(database, error, path, reterr) : check_heading(&heading, path, reterr);
}
