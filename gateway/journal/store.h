/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store - what the journal keeps and in which tables; the writing side, one thread.
 *
 *   meta   one row: whose journal it is, its epoch, last seq given out, last seq acknowledged
 *   event  seq, and the CloudEvent as it goes out
 *   alarm  the conditions of interest, to restore
 *   area   set or not, to restore
 *   output what each shall be, and until when, to restore
 *   topic  the retained state topics; `gone`: the site has not the thing any more, so the topic must be cleared
 *
 * A transaction is store_begin, store_put for each event, store_commit. After an error call store_rollback, or
 * store_reopen when it may have been the disk, and put everything after store_head() again.
 */
#ifndef PICKET_STORE_H
#define PICKET_STORE_H

#include "gateway/journal/journal.h"

#define STORE_APPLICATION 0x5049434b /* "PICK": application_id of the SQLite header */
#define STORE_SCHEMA      3          /* user_version */

struct store;

/* Errors and words as journal_open(). The file must be there; an empty one becomes a new journal. */
int store_open(struct event_context *context, const char *path, struct wall now, struct store **ret_store,
               char reterr[256]);
void store_close(struct store **store);
uint64_t store_head(const struct store *store);
uint64_t store_acked(const struct store *store);
int store_restore(struct store *store, const struct journal_restore *restore);

int store_begin(struct store *store);
int store_put(struct store *store, const struct event *event);
/* With the head after what was put, and acked when it is higher than before. */
int store_commit(struct store *store, uint64_t acked);
void store_rollback(struct store *store);

/*
 * Opens the file anew and moves all of the WAL into it. Linux reports a failed write-back once and then takes the
 * page for clean: what an fsync failed on may look written and not be. The checkpoint writes every page again, so
 * once this returns 0, what store_head() says is on the disk, and nothing after it is in the file.
 */
int store_reopen(struct store *store);

/* Moves the WAL into the file when it has grown beyond `pages`. */
int store_checkpoint(struct store *store, unsigned pages);

/* One small step of a pass that removes acknowledged events before `before`, none of an alarm still of interest.
 * 1: the pass goes on; 0: done, the next call begins a new one. */
int store_trim(struct store *store, struct wall before);

#endif
