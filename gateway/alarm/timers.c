/* SPDX-License-Identifier: Apache-2.0 */
/* timers - see timers.h */
#include "gateway/alarm/timers.h"

#include <errno.h>
#include <stdlib.h>

int timers_new(struct timers *timers, size_t things)
{
	*timers = (struct timers){.heap = calloc(things + 1, sizeof *timers->heap),
	                          .place = calloc(things + 1, sizeof *timers->place),
	                          .due = calloc(things + 1, sizeof *timers->due)};
	if (!timers->heap || !timers->place || !timers->due)
		return -ENOMEM;
	for (size_t i = 0; i < things; i++)
		timers->place[i] = TIMERS_IDLE;
	return 0;
}

void timers_free(struct timers *timers)
{
	free(timers->heap);
	free(timers->place);
	free(timers->due);
	*timers = (struct timers){0};
}

static bool before(const struct timers *timers, uint32_t a, uint32_t b)
{
	int64_t due_a = timers->due[a].us, due_b = timers->due[b].us;

	return due_a != due_b ? due_a < due_b : a < b;
}

static void put(struct timers *timers, uint32_t place, uint32_t thing)
{
	timers->heap[place] = thing;
	timers->place[thing] = place;
}

static void rise(struct timers *timers, uint32_t place, uint32_t thing)
{
	while (place > 0) {
		uint32_t parent = (place - 1) / 2;

		if (before(timers, timers->heap[parent], thing))
			break;
		put(timers, place, timers->heap[parent]);
		place = parent;
	}
	put(timers, place, thing);
}

static void sink(struct timers *timers, uint32_t place, uint32_t thing)
{
	for (;;) {
		uint32_t child = 2 * place + 1;

		if (child + 1 < timers->count && before(timers, timers->heap[child + 1], timers->heap[child]))
			child++;
		if (child >= timers->count || before(timers, thing, timers->heap[child]))
			break;
		put(timers, place, timers->heap[child]);
		place = child;
	}
	put(timers, place, thing);
}

void timers_clear(struct timers *timers, uint32_t thing)
{
	uint32_t place = timers->place[thing];

	if (place == TIMERS_IDLE)
		return;
	timers->place[thing] = TIMERS_IDLE;
	uint32_t last = timers->heap[--timers->count];
	if (last == thing)
		return;
	if (place > 0 && before(timers, last, timers->heap[(place - 1) / 2]))
		rise(timers, place, last);
	else
		sink(timers, place, last);
}

void timers_set(struct timers *timers, uint32_t thing, struct mono due)
{
	if (timers->place[thing] != TIMERS_IDLE && timers->due[thing].us == due.us)
		return;
	timers_clear(timers, thing);
	timers->due[thing] = due;
	rise(timers, timers->count++, thing);
}

struct mono timers_next(const struct timers *timers)
{
	return timers->count ? timers->due[timers->heap[0]] : MONO_NEVER;
}

bool timers_take(struct timers *timers, struct mono now, uint32_t *ret_thing)
{
	if (timers->count == 0 || !mono_reached(now, timers->due[timers->heap[0]]))
		return false;
	*ret_thing = timers->heap[0];
	timers_clear(timers, *ret_thing);
	return true;
}
