/* SPDX-License-Identifier: Apache-2.0 */
/* schema - the tables of store.h: makes them in a new file, and refuses a file that is not this gateway's journal. */
#ifndef PICKET_SCHEMA_H
#define PICKET_SCHEMA_H

#include "gateway/event_json.h"
#include "gateway/journal/database.h"

/*
 * Checks or makes, and fills in context->epoch. A file that is refused is not touched: -EUCLEAN damaged, -EINVAL no
 * journal, or of another gateway or site, -ENOTSUP of a newer format. Only afterwards is the database in WAL mode.
 */
int schema_check(struct database *database, struct event_context *context, struct wall now, const char *path,
                 char reterr[256]);

/* For a reader: a journal of a format that it knows? Errors as above. */
int schema_check_reader(struct database *database, const char *path, char reterr[256]);

#endif
