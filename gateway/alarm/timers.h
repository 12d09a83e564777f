/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timers - one deadline for each of a fixed number of things, in a heap that knows where each of them is.
 *
 * Idle things cost nothing; setting and clearing is O(log n) of the running ones. Due in order of time, then of
 * number, so that the same input always gives the same order.
 */
#ifndef PICKET_TIMERS_H
#define PICKET_TIMERS_H

#include "config/instant.h"

#include <stddef.h>
#include <stdint.h>

struct timers {
	uint32_t count;   /* running */
	uint32_t *heap;   /* numbers */
	uint32_t *place;  /* in heap, by number; TIMERS_IDLE */
	struct mono *due; /* by number */
};

#define TIMERS_IDLE UINT32_MAX

int timers_new(struct timers *timers, size_t things);
void timers_free(struct timers *timers);

void timers_set(struct timers *timers, uint32_t thing, struct mono due);
void timers_clear(struct timers *timers, uint32_t thing);
/* MONO_NEVER when none runs */
struct mono timers_next(const struct timers *timers);
/* Takes out the first that is due; false: none is. */
bool timers_take(struct timers *timers, struct mono now, uint32_t *ret_thing);

#endif
