/* SPDX-License-Identifier: Apache-2.0 */
/* publisher_sweep - see publisher_sweep.h */
#include "gateway/publisher_sweep.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const filters[] = {"alarm/+/+", "area/+", "sensor/+"};
#define PARTS (sizeof filters / sizeof filters[0])

static void begin_round(struct sweep *sweep)
{
	sweep->count = 0;
	sweep->next = 0;
	sweep->sorted = false;
	sweep->subscribed = false;
}

void sweep_start(struct sweep *sweep)
{
	sweep->part = 0;
	sweep->rounds = 0;
	begin_round(sweep);
}

const char *sweep_filter(const struct sweep *sweep)
{
	return sweep->part < PARTS ? filters[sweep->part] : NULL;
}

void sweep_subscribed(struct sweep *sweep, struct mono now)
{
	sweep->subscribed = true;
	sweep->last = now;
}

void sweep_note(struct sweep *sweep, const char *topic, struct mono now)
{
	if (sweep->sorted || sweep->count == LIMIT_SWEEP)
		return; /* the next round has it */
	struct sweep_topic *row = &sweep->topics[sweep->count++];
	snprintf(row->text, sizeof row->text, "%s", topic);
	row->known = false;
	sweep->last = now;
}

struct mono sweep_due(const struct sweep *sweep)
{
	return sweep->subscribed && !sweep->sorted ? mono_add_ms(sweep->last, SWEEP_QUIET_MS) : MONO_NEVER;
}

static int compare(const void *left, const void *right)
{
	const struct sweep_topic *a = left, *b = right;

	return strcmp(a->text, b->text);
}

void sweep_sort(struct sweep *sweep)
{
	qsort(sweep->topics, sweep->count, sizeof sweep->topics[0], compare);
	sweep->sorted = true;
}

void sweep_known(struct sweep *sweep, const char *topic)
{
	struct sweep_topic key = {0};

	assert(sweep->sorted);
	snprintf(key.text, sizeof key.text, "%s", topic);
	struct sweep_topic *row = bsearch(&key, sweep->topics, sweep->count, sizeof sweep->topics[0], compare);
	if (row)
		row->known = true;
}

const char *sweep_stale(struct sweep *sweep)
{
	while (sweep->next < sweep->count && sweep->topics[sweep->next].known)
		sweep->next++;
	return sweep->next < sweep->count ? sweep->topics[sweep->next].text : NULL;
}

void sweep_pop(struct sweep *sweep)
{
	assert(sweep->next < sweep->count);
	sweep->next++;
}

void sweep_advance(struct sweep *sweep)
{
	bool found = false;

	for (size_t i = 0; i < sweep->count; i++)
		found = found || !sweep->topics[i].known;
	sweep->rounds++;
	if (!found || sweep->rounds == LIMIT_SWEEP_ROUNDS) {
		sweep->part++;
		sweep->rounds = 0;
	}
	begin_round(sweep);
}

void sweep_end(struct sweep *sweep)
{
	sweep->part = PARTS;
	begin_round(sweep);
}
