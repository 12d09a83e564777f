/* SPDX-License-Identifier: Apache-2.0 */
/* publisher_feed - see publisher_feed.h */
#include "gateway/publisher_feed.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct batch {
	struct feed_item items[LIMIT_FEED];
	unsigned next, count;
};

struct feed {
	struct journal_reader *reader;
	struct batch events, states;
	uint64_t after;        /* last event read */
	uint64_t state_after;  /* place of the last state read */
	uint64_t states_as_of; /* durable when the states were read to their end */
	bool states_ended, states_complete;
	bool oversized; /* the journal holds something no message can */
};

int feed_open(const char *path, struct feed **ret_feed, char reterr[256])
{
	struct feed *feed = calloc(1, sizeof *feed);

	if (!feed)
		return -ENOMEM;
	int error = journal_reader_open(path, &feed->reader, reterr);
	if (error < 0) {
		feed_close(&feed);
		return error;
	}
	*ret_feed = feed;
	return 0;
}

void feed_close(struct feed **feed)
{
	if (!*feed)
		return;
	journal_reader_close(&(*feed)->reader);
	free(*feed);
	*feed = NULL;
}

int feed_acked(struct feed *feed, uint64_t *ret_acked)
{
	uint64_t head, acked;
	int error = journal_read_head(feed->reader, &head, &acked);

	if (error == 0)
		*ret_acked = acked;
	return error;
}

void feed_rewind(struct feed *feed, uint64_t after)
{
	feed->events.next = 0;
	feed->events.count = 0;
	feed->after = after;
	feed_rewind_states(feed);
}

void feed_rewind_states(struct feed *feed)
{
	feed->states.next = 0;
	feed->states.count = 0;
	feed->state_after = 0;
	feed->states_ended = false;
	feed->states_complete = false;
}

/* false: it does not fit, which the writer of the journal rules out. */
static bool fill_item(struct feed_item *item, uint64_t seq, const char *topic, const char *payload, size_t length)
{
	if (length >= sizeof item->payload || strlen(topic) >= sizeof item->topic)
		return false;
	item->seq = seq;
	item->length = length;
	snprintf(item->topic, sizeof item->topic, "%s", topic);
	if (length > 0)
		memcpy(item->payload, payload, length);
	item->payload[length] = '\0';
	return true;
}

static bool take_row(void *context, const struct journal_row *row)
{
	struct feed *feed = context;

	if (!fill_item(&feed->events.items[feed->events.count], row->seq, "", row->payload, row->length)) {
		feed->oversized = true;
		return false;
	}
	feed->events.count++;
	feed->after = row->seq;
	return true;
}

int feed_event(struct feed *feed, uint64_t durable, const struct feed_item **ret_item)
{
	if (feed->events.next == feed->events.count && feed->after < durable) {
		feed->events.next = 0;
		feed->events.count = 0;
		int error = journal_read(feed->reader, feed->after, LIMIT_FEED, take_row, feed);
		if (error < 0)
			return error;
		if (feed->events.count == 0 && feed->oversized)
			return -EMSGSIZE;
	}
	if (feed->events.next == feed->events.count)
		return 0;
	*ret_item = &feed->events.items[feed->events.next];
	return 1;
}

void feed_pop_event(struct feed *feed)
{
	assert(feed->events.next < feed->events.count);
	feed->events.next++;
}

static bool take_topic(void *context, const struct journal_topic *topic)
{
	struct feed *feed = context;

	struct feed_item *item = &feed->states.items[feed->states.count];
	if (!fill_item(item, topic->seq, topic->topic, topic->payload, topic->length)) {
		feed->oversized = true;
		return false;
	}
	feed->states.count++;
	feed->state_after = topic->seq;
	return true;
}

static int read_states(struct feed *feed, uint64_t durable)
{
	feed->states.next = 0;
	feed->states.count = 0;
	int error = journal_read_topics(feed->reader, feed->state_after, LIMIT_FEED, take_topic, feed);
	if (error < 0)
		return error;
	if (feed->oversized)
		return -EMSGSIZE;
	feed->states_ended = feed->states.count < LIMIT_FEED;
	feed->states_as_of = durable;
	return 0;
}

int feed_state(struct feed *feed, uint64_t durable, const struct feed_item **ret_item)
{
	bool empty = feed->states.next == feed->states.count;

	if (empty && (!feed->states_ended || feed->states_as_of < durable)) {
		int error = read_states(feed, durable);
		if (error < 0)
			return error;
	}
	if (feed->states.next == feed->states.count) {
		feed->states_complete = true;
		return 0;
	}
	*ret_item = &feed->states.items[feed->states.next];
	return 1;
}

void feed_pop_state(struct feed *feed)
{
	assert(feed->states.next < feed->states.count);
	feed->states.next++;
}

bool feed_states_complete(const struct feed *feed)
{
	return feed->states_complete;
}

struct wanted {
	uint64_t seq;
	struct feed_item *item;
	bool found;
};

static bool take_wanted(void *context, const struct journal_row *row)
{
	struct wanted *wanted = context;

	if (row->seq == wanted->seq)
		wanted->found = fill_item(wanted->item, row->seq, "", row->payload, row->length);
	return false;
}

int feed_one(struct feed *feed, uint64_t seq, struct feed_item *ret_item)
{
	struct wanted wanted = {.seq = seq, .item = ret_item};

	assert(seq > 0);
	int error = journal_read(feed->reader, seq - 1, 1, take_wanted, &wanted);
	return error < 0 ? error : wanted.found ? 0 : -ENOENT;
}

struct each {
	void (*topic)(void *context, const char *topic);
	void *context;
};

static bool pass_topic(void *context, const struct journal_topic *topic)
{
	const struct each *each = context;

	if (topic->length > 0)
		each->topic(each->context, topic->topic);
	return true;
}

int feed_each_topic(struct feed *feed, void (*topic)(void *context, const char *topic), void *context)
{
	struct each each = {.topic = topic, .context = context};

	return journal_read_topics(feed->reader, 0, UINT_MAX, pass_topic, &each);
}
