/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publisher_window - which publishes are in flight, and how far the stream of events is acknowledged.
 *
 * Pure bookkeeping: no Paho, no clock, no journal. A publish takes a slot; its number is the ticket that comes
 * back with the PUBACK. All QoS 1 publishes count, since the broker's Receive Maximum counts them all.
 *
 * passed: everything up to it was acknowledged by the broker or set aside. An event that the broker refused for
 * good (not authorised, too large) is set aside: the stream goes on without it, it is offered again after each
 * reconnect and every so often, and until the broker takes it `acked` stays below it, so that the journal keeps it.
 */
#ifndef PICKET_PUBLISHER_WINDOW_H
#define PICKET_PUBLISHER_WINDOW_H

#include "config/instant.h"
#include "config/limits.h"

#include <stdbool.h>
#include <stdint.h>

enum window_kind { WINDOW_STATUS, WINDOW_REPLY, WINDOW_HEARTBEAT, WINDOW_STATE, WINDOW_EVENT };

struct window_slot {
	bool used;
	enum window_kind kind;
	uint64_t seq; /* of an event; 0: of none */
	struct mono sent;
};

struct window_event { /* sent and above `passed` */
	uint64_t seq;
	bool done;
};

struct window {
	unsigned limit; /* slots that may be used, at most LIMIT_WINDOW */
	unsigned in_flight;
	struct window_slot slots[LIMIT_WINDOW];
	uint64_t passed;
	unsigned first, count; /* of the ring */
	struct window_event ring[LIMIT_SENT_SPAN];
	unsigned aside_count;
	uint64_t aside[LIMIT_SET_ASIDE]; /* ascending */
	uint64_t retried;                /* those up to it have been offered again in this round */
};

void window_init(struct window *window, uint64_t acked);
/* A new connection: nothing is in flight, what is above `passed` goes again, the set-aside ones are offered again. */
void window_reset(struct window *window, unsigned limit);

bool window_room(const struct window *window);
/* There is room for an event that was not sent on this connection yet. */
bool window_event_room(const struct window *window);
/* Takes a slot; the caller has checked for room. seq 0 unless kind is WINDOW_EVENT; events come in ascending order,
 * except those that are set aside. Returns the ticket. */
unsigned window_take(struct window *window, enum window_kind kind, uint64_t seq, struct mono now);
/* Undoes window_take() of the newest event or anything else, when the send was not accepted at all. */
void window_untake(struct window *window, unsigned ticket);

enum window_verdict { WINDOW_ACKNOWLEDGED, WINDOW_REFUSED };
/* Frees the slot. false: a refusal of an event that is set aside already, not worth reporting again. */
bool window_done(struct window *window, unsigned ticket, enum window_verdict verdict);

bool window_is_aside(const struct window *window, uint64_t seq);
/* The stream came to an event that is set aside already: it goes on. Needs window_event_room(). */
void window_skip(struct window *window, uint64_t seq);

uint64_t window_acked(const struct window *window);
struct mono window_oldest(const struct window *window); /* when it was sent; MONO_NEVER: nothing is in flight */
/* The next set-aside event to offer again in this round; 0: none. It is offered by window_take(). */
uint64_t window_retry(const struct window *window);
void window_retry_all(struct window *window); /* a new round */

#endif
