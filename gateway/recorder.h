/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recorder - the one place where an event gets its sequence number and wall time, and goes to the journal.
 *
 * It belongs to the loop. recorder_room() tells the loop whether another turn's events fit; when they do not,
 * the loop stops polling until the disk has caught up: no event is dropped, and levels are evaluated again
 * when polling goes on.
 */
#ifndef PICKET_RECORDER_H
#define PICKET_RECORDER_H

#include "gateway/event.h"
#include "gateway/journal/journal.h"

struct recorder {
	struct event_sink sink; /* give &recorder.sink to the sources */
	struct journal *journal;
	uint64_t head;    /* last seq given out */
	struct mono mono; /* the two clocks, read together by the loop each turn */
	struct wall wall;
	uint32_t latency_ms[256]; /* sample to append, of the last events */
	unsigned latency_next;
	bool fresh; /* something was appended since the last flush */
};

void recorder_init(struct recorder *recorder, struct journal *journal);
void recorder_clock(struct recorder *recorder, struct mono mono, struct wall wall);
/* At the end of a turn: what it appended is one commit. */
void recorder_flush(struct recorder *recorder);
bool recorder_room(const struct recorder *recorder);
uint32_t recorder_latency_p99_ms(const struct recorder *recorder);

#endif
