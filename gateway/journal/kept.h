/* SPDX-License-Identifier: Apache-2.0 */
/* kept - the alarm and area states that a journal's file keeps, read back after a start. */
#ifndef PICKET_JOURNAL_KEPT_H
#define PICKET_JOURNAL_KEPT_H

#include "gateway/journal/database.h"
#include "gateway/journal/journal.h"

/* Calls restore for each row, alarms in the order of their occurrence. 0 or -errno. */
int kept_restore(struct database *database, const struct journal_restore *restore);

#endif
