/* SPDX-License-Identifier: Apache-2.0 */
/*
 * database - SQLite, and nobody else includes it: connections, statements, and its errors as -errno.
 *
 * A connection and its statements belong to one thread at a time. What SQLite says becomes: -ENOSPC full, -EROFS
 * read-only, -EBUSY locked by another, -EUCLEAN corrupt or no database at all, -ENOMEM, -EACCES cannot be opened, else
 * -EIO.
 */
#ifndef PICKET_DATABASE_H
#define PICKET_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct database;
struct statement;

enum database_mode {
	DATABASE_WRITE,     /* the file must be there; an empty one is a new database */
	DATABASE_READ,      /* also while another process writes */
	DATABASE_IMMUTABLE, /* nobody writes, and nothing beside the file can be made or is there */
};

int database_open(const char *path, enum database_mode mode, struct database **ret_database);
/* Statements must be freed before. */
void database_close(struct database **database);
/* What SQLite said last, for people. */
const char *database_message(const struct database *database);

int database_exec(struct database *database, const char *sql);
/* First column of the first row of `sql`; -ENODATA without a row. */
int database_number(struct database *database, const char *sql, int64_t *ret_value);

/* Closing then leaves file and WAL as they are; for a database that is not ours, or not yet known to be. */
void database_set_untouched(struct database *database, bool untouched);
/* Moves the WAL into the file. truncate: all of it, or -EBUSY; otherwise as far as readers let it. */
int database_checkpoint(struct database *database, bool truncate);
/* Pages in the WAL at the last commit. */
unsigned database_wal_pages(const struct database *database);

int statement_new(struct database *database, const char *sql, struct statement **ret_statement);
void statement_free(struct statement **statement);
/* Parameters from 1; columns from 0. Text must live until the reset. */
void statement_int(struct statement *statement, int parameter, int64_t value);
void statement_text(struct statement *statement, int parameter, const char *text);
/* 1: a row; 0: done; or -errno. Done and failed statements are reset. */
int statement_step(struct statement *statement);
/* Steps to the end, for a statement whose rows are of no interest. */
int statement_run(struct statement *statement);
void statement_reset(struct statement *statement);
int64_t statement_column_int(const struct statement *statement, int column);
/* Never NULL; valid until the next step or reset. ret_length may be NULL. */
const char *statement_column_text(const struct statement *statement, int column, size_t *ret_length);

#endif
