/* SPDX-License-Identifier: Apache-2.0 */
/* publisher_window - see publisher_window.h */
#include "gateway/publisher_window.h"

#include <assert.h>
#include <string.h>

void window_init(struct window *window, uint64_t acked)
{
	*window = (struct window){.limit = LIMIT_WINDOW, .passed = acked};
}

void window_reset(struct window *window, unsigned limit)
{
	assert(limit > 0);
	memset(window->slots, 0, sizeof window->slots);
	window->limit = limit < LIMIT_WINDOW ? limit : LIMIT_WINDOW;
	window->in_flight = 0;
	window->first = 0;
	window->count = 0;
	window->retried = 0;
}

bool window_room(const struct window *window)
{
	return window->in_flight < window->limit;
}

bool window_event_room(const struct window *window)
{
	/* every event in flight may yet be refused and need a place aside */
	return window_room(window) && window->count < LIMIT_SENT_SPAN &&
	       window->aside_count + window->in_flight < LIMIT_SET_ASIDE;
}

static unsigned aside_find(const struct window *window, uint64_t seq)
{
	unsigned i = 0;

	while (i < window->aside_count && window->aside[i] < seq)
		i++;
	return i;
}

bool window_is_aside(const struct window *window, uint64_t seq)
{
	unsigned i = aside_find(window, seq);

	return i < window->aside_count && window->aside[i] == seq;
}

static void aside_add(struct window *window, uint64_t seq)
{
	unsigned i = aside_find(window, seq);

	assert(window->aside_count < LIMIT_SET_ASIDE);
	memmove(&window->aside[i + 1], &window->aside[i], (window->aside_count - i) * sizeof window->aside[0]);
	window->aside[i] = seq;
	window->aside_count++;
}

static void aside_remove(struct window *window, uint64_t seq)
{
	unsigned i = aside_find(window, seq);

	assert(i < window->aside_count && window->aside[i] == seq);
	window->aside_count--;
	memmove(&window->aside[i], &window->aside[i + 1], (window->aside_count - i) * sizeof window->aside[0]);
}

static void ring_push(struct window *window, uint64_t seq)
{
	assert(window->count < LIMIT_SENT_SPAN);
	assert(seq > window->passed);
	window->ring[(window->first + window->count) % LIMIT_SENT_SPAN] = (struct window_event){.seq = seq};
	window->count++;
}

static void ring_done(struct window *window, uint64_t seq)
{
	for (unsigned i = 0; i < window->count; i++) {
		struct window_event *event = &window->ring[(window->first + i) % LIMIT_SENT_SPAN];
		if (event->seq == seq)
			event->done = true;
	}
	while (window->count > 0 && window->ring[window->first].done) {
		window->passed = window->ring[window->first].seq;
		window->first = (window->first + 1) % LIMIT_SENT_SPAN;
		window->count--;
	}
}

unsigned window_take(struct window *window, enum window_kind kind, uint64_t seq, struct mono now)
{
	unsigned ticket = 0;

	assert(window_room(window));
	assert((kind == WINDOW_EVENT) == (seq != 0));
	while (window->slots[ticket].used)
		ticket++;
	window->slots[ticket] = (struct window_slot){.used = true, .kind = kind, .seq = seq, .sent = now};
	window->in_flight++;
	if (kind == WINDOW_EVENT && window_is_aside(window, seq))
		window->retried = seq;
	else if (kind == WINDOW_EVENT)
		ring_push(window, seq);
	return ticket;
}

void window_skip(struct window *window, uint64_t seq)
{
	assert(window_is_aside(window, seq));
	ring_push(window, seq);
	ring_done(window, seq);
}

static struct window_slot free_slot(struct window *window, unsigned ticket)
{
	assert(ticket < LIMIT_WINDOW && window->slots[ticket].used);
	struct window_slot slot = window->slots[ticket];
	window->slots[ticket] = (struct window_slot){0};
	window->in_flight--;
	return slot;
}

void window_untake(struct window *window, unsigned ticket)
{
	struct window_slot slot = free_slot(window, ticket);

	if (slot.kind != WINDOW_EVENT)
		return;
	if (window_is_aside(window, slot.seq)) {
		window->retried = slot.seq - 1;
		return;
	}
	assert(window->count > 0);
	window->count--;
	assert(window->ring[(window->first + window->count) % LIMIT_SENT_SPAN].seq == slot.seq);
}

bool window_done(struct window *window, unsigned ticket, enum window_verdict verdict)
{
	struct window_slot slot = free_slot(window, ticket);
	bool aside = slot.kind == WINDOW_EVENT && window_is_aside(window, slot.seq);

	if (slot.kind != WINDOW_EVENT)
		return true;
	if (verdict == WINDOW_REFUSED && aside)
		return false;
	if (verdict == WINDOW_REFUSED)
		aside_add(window, slot.seq);
	else if (aside)
		aside_remove(window, slot.seq);
	if (!aside)
		ring_done(window, slot.seq);
	return true;
}

uint64_t window_acked(const struct window *window)
{
	if (window->aside_count > 0 && window->aside[0] <= window->passed)
		return window->aside[0] - 1;
	return window->passed;
}

struct mono window_oldest(const struct window *window)
{
	struct mono oldest = MONO_NEVER;

	for (unsigned i = 0; i < LIMIT_WINDOW; i++)
		if (window->slots[i].used)
			oldest = mono_min(oldest, window->slots[i].sent);
	return oldest;
}

uint64_t window_retry(const struct window *window)
{
	unsigned i = aside_find(window, window->retried + 1);

	return i < window->aside_count ? window->aside[i] : 0;
}

void window_retry_all(struct window *window)
{
	window->retried = 0;
}
