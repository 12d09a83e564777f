/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publisher_feed - what the journal has for the broker: events in order, and retained states that changed.
 *
 * Reads a few at a time, and only when the journal has more on disk than was read. It belongs to the publisher's
 * thread, as its reader does. Peek gives the same item until it is popped.
 */
#ifndef PICKET_PUBLISHER_FEED_H
#define PICKET_PUBLISHER_FEED_H

#include "gateway/journal/journal.h"

struct feed_item {
	uint64_t seq;
	char topic[LIMIT_TOPIC]; /* relative; "" for an event */
	char payload[LIMIT_PAYLOAD];
	size_t length;
};

struct feed;

/* reterr: as the journal says. */
int feed_open(const char *path, struct feed **ret_feed, char reterr[256]);
void feed_close(struct feed **feed);
/* What the journal says was acknowledged in former runs. */
int feed_acked(struct feed *feed, uint64_t *ret_acked);

/* Events after `after` again, and all states. */
void feed_rewind(struct feed *feed, uint64_t after);
void feed_rewind_states(struct feed *feed);

/* durable: last committed seq. 1 and the item, 0: nothing new, -errno of the journal. */
int feed_event(struct feed *feed, uint64_t durable, const struct feed_item **ret_item);
void feed_pop_event(struct feed *feed);
int feed_state(struct feed *feed, uint64_t durable, const struct feed_item **ret_item);
void feed_pop_state(struct feed *feed);
/* Every state was popped once since the last rewind. */
bool feed_states_complete(const struct feed *feed);

/* One event, apart from the stream. -ENOENT: the journal has no such event. */
int feed_one(struct feed *feed, uint64_t seq, struct feed_item *ret_item);

/* Calls back with every retained topic that is not empty. */
int feed_each_topic(struct feed *feed, void (*topic)(void *context, const char *topic), void *context);

#endif
