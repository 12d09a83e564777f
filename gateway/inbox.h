/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inbox - commands on their way from the publisher's thread to the loop.
 *
 * A bounded ring of LIMIT_COMMAND_QUEUE. When it is full the newest is dropped and counted: its
 * sender gets no answer and asks again, which is safe since commands are idempotent by id.
 */
#ifndef PICKET_INBOX_H
#define PICKET_INBOX_H

#include "gateway/publisher.h"

struct inbox;

int inbox_new(struct inbox **ret_inbox);
void inbox_free(struct inbox **inbox);
int inbox_fd(const struct inbox *inbox); /* readable while something waits */

/* From any thread. */
void inbox_put(struct inbox *inbox, const struct publisher_command *command);
/* From the loop. false: empty. */
bool inbox_take(struct inbox *inbox, struct publisher_command *ret_command);
uint64_t inbox_dropped(struct inbox *inbox);

#endif
