/* SPDX-License-Identifier: Apache-2.0 */
/* database - see database.h */
#include "gateway/journal/database.h"

#include <assert.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUSY_MS  2000 /* longest wait for another connection: a reader that recovers the WAL */
#define URI_SIZE 2048 /* "file:", a path of LIMIT_PATH and more, each byte as %XX, and the flag */

struct database {
	sqlite3 *connection;
	unsigned wal_pages;
};

struct statement {
	sqlite3_stmt *compiled;
};

static int errno_of(sqlite3 *connection, int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
		return 0;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return -EUCLEAN;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_CANTOPEN:
		return connection && sqlite3_system_errno(connection) ? -sqlite3_system_errno(connection) : -EACCES;
	default:
		break;
	}
	/* a write that fails for want of space can also show as an I/O error */
	return connection && sqlite3_system_errno(connection) == ENOSPC ? -ENOSPC : -EIO;
}

static int count_wal_pages(void *context, sqlite3 *connection, const char *name, int pages)
{
	(void)connection;
	(void)name;
	((struct database *)context)->wal_pages = (unsigned)pages;
	return SQLITE_OK;
}

/* As a URI, so that no character of the path is taken for an option. */
static int uri_of(const char *path, bool immutable, char *ret_uri, size_t size)
{
	size_t length = (size_t)snprintf(ret_uri, size, "file:%s", path[0] == '/' ? "//" : "");

	for (const char *c = path; *c; c++) {
		bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
		             strchr("/._-", *c);
		if (size - length < sizeof "%XX")
			return -ENAMETOOLONG;
		length += (size_t)snprintf(ret_uri + length, size - length, plain ? "%c" : "%%%02X", (unsigned char)*c);
	}
	if (size - length < sizeof "?immutable=1")
		return -ENAMETOOLONG;
	snprintf(ret_uri + length, size - length, "%s", immutable ? "?immutable=1" : "");
	return 0;
}

int database_open(const char *path, enum database_mode mode, struct database **ret_database)
{
	int flags = mode == DATABASE_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
	char uri[URI_SIZE];

	int error = uri_of(path, mode == DATABASE_IMMUTABLE, uri, sizeof uri);
	if (error < 0)
		return error;
	struct database *database = calloc(1, sizeof *database);
	if (!database)
		return -ENOMEM;
	int code = sqlite3_open_v2(uri, &database->connection, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(database->connection, BUSY_MS);
	if (code != SQLITE_OK) {
		error = errno_of(database->connection, code);
		database_close(&database);
		return error;
	}
	sqlite3_extended_result_codes(database->connection, 1);
	sqlite3_wal_hook(database->connection, count_wal_pages, database);
	*ret_database = database;
	return 0;
}

void database_close(struct database **database)
{
	if (!*database)
		return;
	int code = sqlite3_close((*database)->connection);
	assert(code != SQLITE_BUSY); /* a statement was forgotten */
	free(*database);
	*database = NULL;
}

const char *database_message(const struct database *database)
{
	return sqlite3_errmsg(database->connection);
}

int database_exec(struct database *database, const char *sql)
{
	return errno_of(database->connection, sqlite3_exec(database->connection, sql, NULL, NULL, NULL));
}

int database_number(struct database *database, const char *sql, int64_t *ret_value)
{
	struct statement *statement = NULL;
	int error = statement_new(database, sql, &statement);

	if (error < 0)
		return error;
	int row = statement_step(statement);
	if (row == 1)
		*ret_value = statement_column_int(statement, 0);
	statement_free(&statement);
	return row == 1 ? 0 : row == 0 ? -ENODATA : row;
}

void database_set_untouched(struct database *database, bool untouched)
{
	int code = sqlite3_db_config(database->connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, (int)untouched, NULL);

	assert(code == SQLITE_OK);
}

int database_checkpoint(struct database *database, bool truncate)
{
	int mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
	int left = 0;
	int code = sqlite3_wal_checkpoint_v2(database->connection, NULL, mode, &left, NULL);

	if (code != SQLITE_OK)
		return errno_of(database->connection, code);
	/* -1: a connection that has not read yet knows of no WAL, does nothing and calls it done */
	if (left < 0 || (truncate && left > 0))
		return -EIO;
	database->wal_pages = 0;
	return 0;
}

unsigned database_wal_pages(const struct database *database)
{
	return database->wal_pages;
}

int statement_new(struct database *database, const char *sql, struct statement **ret_statement)
{
	struct statement *statement = calloc(1, sizeof *statement);

	if (!statement)
		return -ENOMEM;
	int code = sqlite3_prepare_v3(database->connection, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement->compiled,
	                              NULL);
	if (code != SQLITE_OK) {
		free(statement);
		return errno_of(database->connection, code);
	}
	*ret_statement = statement;
	return 0;
}

void statement_free(struct statement **statement)
{
	if (!*statement)
		return;
	sqlite3_finalize((*statement)->compiled);
	free(*statement);
	*statement = NULL;
}

void statement_int(struct statement *statement, int parameter, int64_t value)
{
	int code = sqlite3_bind_int64(statement->compiled, parameter, value);

	assert(code == SQLITE_OK);
}

void statement_text(struct statement *statement, int parameter, const char *text)
{
	int code = sqlite3_bind_text(statement->compiled, parameter, text, -1, SQLITE_STATIC);

	assert(code == SQLITE_OK);
}

int statement_step(struct statement *statement)
{
	int code = sqlite3_step(statement->compiled);

	if (code == SQLITE_ROW)
		return 1;
	int error = code == SQLITE_DONE ? 0 : errno_of(sqlite3_db_handle(statement->compiled), code);
	sqlite3_reset(statement->compiled);
	return error;
}

int statement_run(struct statement *statement)
{
	int row;

	do
		row = statement_step(statement);
	while (row == 1);
	return row;
}

void statement_reset(struct statement *statement)
{
	sqlite3_reset(statement->compiled);
}

int64_t statement_column_int(const struct statement *statement, int column)
{
	return sqlite3_column_int64(statement->compiled, column);
}

const char *statement_column_text(const struct statement *statement, int column, size_t *ret_length)
{
	const char *text = (const char *)sqlite3_column_text(statement->compiled, column);

	if (ret_length)
		*ret_length = text ? (size_t)sqlite3_column_bytes(statement->compiled, column) : 0;
	return text ? text : "";
}
