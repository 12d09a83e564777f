/* SPDX-License-Identifier: Apache-2.0 */
/* latches - see latches.h */
#include "gateway/latches.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

enum phase {
	PHASE_QUIET,   /* reads false, or not heard */
	PHASE_SET,     /* reads true: to be cleared when its events are durable */
	PHASE_WRITING, /* the write is under way */
	PHASE_WRITTEN, /* and done; the next reading tells */
};

struct latch {
	uint32_t point;
	enum phase phase;
	uint64_t seq;    /* everything up to here is to be durable first */
	struct mono due; /* not written before this */
};

struct latches {
	struct latches_hooks hooks;
	uint32_t *by_point; /* index into rows; SITE_NONE: not latched */
	struct latch *rows;
	size_t count;
};

int latches_new(const struct site *site, const struct latches_hooks *hooks, struct latches **ret_latches)
{
	struct latches *latches = calloc(1, sizeof *latches);

	if (!latches)
		return -ENOMEM;
	latches->hooks = *hooks;
	latches->by_point = calloc(site->point_count + 1, sizeof *latches->by_point);
	latches->rows = calloc(site->point_count + 1, sizeof *latches->rows);
	if (!latches->by_point || !latches->rows) {
		latches_free(&latches);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < site->point_count; i++) {
		bool watched = site->points[i].latched && site->points[i].used;

		latches->by_point[i] = watched ? (uint32_t)latches->count : SITE_NONE;
		if (watched)
			latches->rows[latches->count++].point = i;
	}
	*ret_latches = latches;
	return 0;
}

void latches_free(struct latches **latches)
{
	if (!*latches)
		return;
	free((*latches)->by_point);
	free((*latches)->rows);
	free(*latches);
	*latches = NULL;
}

void latches_sample(struct latches *latches, const struct sample *sample)
{
	uint32_t index = latches->by_point[sample->point];

	if (index == SITE_NONE || sample->quality != QUALITY_GOOD)
		return;
	struct latch *latch = &latches->rows[index];
	if (latch->phase == PHASE_WRITING)
		return;
	if (!sample->value) {
		*latch = (struct latch){.point = sample->point};
		return;
	}
	if (latch->phase == PHASE_SET)
		return;
	latch->phase = PHASE_SET;
	latch->seq = latches->hooks.head(latches->hooks.context);
}

void latches_written(struct latches *latches, uint32_t point, enum fault fault, struct mono now)
{
	assert(latches->by_point[point] != SITE_NONE);
	struct latch *latch = &latches->rows[latches->by_point[point]];

	assert(latch->phase == PHASE_WRITING);
	latch->due = mono_add_ms(now, LATCHES_RETRY_MS);
	latch->phase = fault == FAULT_NONE ? PHASE_WRITTEN : PHASE_SET;
	if (fault == FAULT_NONE)
		latches->hooks.cleared(latches->hooks.context, point);
}

void latches_run(struct latches *latches, struct mono now)
{
	uint64_t durable = latches->count ? latches->hooks.durable(latches->hooks.context) : 0;

	for (size_t i = 0; i < latches->count; i++) {
		struct latch *latch = &latches->rows[i];

		if (latch->phase != PHASE_SET || latch->seq > durable || !mono_reached(now, latch->due))
			continue;
		/* before the call: its end may come from within */
		latch->phase = PHASE_WRITING;
		if (latches->hooks.clear(latches->hooks.context, latch->point) == 0)
			continue;
		latch->phase = PHASE_SET;
		latch->due = mono_add_ms(now, LATCHES_RETRY_MS);
	}
}

struct mono latches_next(const struct latches *latches, struct mono now)
{
	struct mono next = MONO_NEVER;

	for (size_t i = 0; i < latches->count; i++)
		if (latches->rows[i].phase == PHASE_SET && !mono_reached(now, latches->rows[i].due))
			next = mono_min(next, latches->rows[i].due);
	return next;
}
