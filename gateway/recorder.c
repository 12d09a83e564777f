/* SPDX-License-Identifier: Apache-2.0 */
/* recorder - see recorder.h */
#include "gateway/recorder.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LATENCIES (sizeof((struct recorder *)0)->latency_ms / sizeof(uint32_t))

static void note_latency(struct recorder *recorder, const struct event *event)
{
	int64_t us = mono_since_us(recorder->mono, event->at);

	if (event->point == SITE_NONE) /* no sample behind it */
		return;
	recorder->latency_ms[recorder->latency_next++ % LATENCIES] = us < 0 ? 0 : (uint32_t)(us / 1000);
}

static void record(void *context, struct event *event)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	struct recorder *recorder = context;
	int error;

	event->seq = ++recorder->head;
	event->time.us = recorder->wall.us - mono_since_us(recorder->mono, event->at);
	if (event->state.occurrence == 0)
		event->state.occurrence = event->seq; /* it begins one, named by a number that its source cannot know */
	/* A turn that emits more than LIMIT_JOURNAL_SPARE while the disk stands still waits here: late, but not lost. */
	while ((error = journal_append(recorder->journal, event)) == -ENOBUFS) {
		journal_flush(recorder->journal);
		nanosleep(&pause, NULL);
	}
	recorder->fresh = true;
	assert(error == 0);
	note_latency(recorder, event);
}

void recorder_init(struct recorder *recorder, struct journal *journal)
{
	memset(recorder, 0, sizeof *recorder);
	recorder->sink = (struct event_sink){.context = recorder, .put = record};
	recorder->journal = journal;
	recorder->head = journal_head(journal);
}

void recorder_clock(struct recorder *recorder, struct mono mono, struct wall wall)
{
	recorder->mono = mono;
	recorder->wall = wall;
}

void recorder_flush(struct recorder *recorder)
{
	if (recorder->fresh)
		journal_flush(recorder->journal);
	recorder->fresh = false;
}

bool recorder_room(const struct recorder *recorder)
{
	return journal_room(recorder->journal) >= LIMIT_JOURNAL_SPARE;
}

static int compare_ms(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

uint32_t recorder_latency_p99_ms(const struct recorder *recorder)
{
	uint32_t sorted[LATENCIES];
	size_t count = recorder->latency_next < LATENCIES ? recorder->latency_next : LATENCIES;

	memcpy(sorted, recorder->latency_ms, sizeof sorted);
	qsort(sorted, count, sizeof sorted[0], compare_ms);
	return count ? sorted[(count - 1) * 99 / 100] : 0;
}
