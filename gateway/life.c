/* SPDX-License-Identifier: Apache-2.0 */
/* life - see life.h */
#include "gateway/life.h"

#include <errno.h>
#include <stdlib.h>

enum told { TOLD_NOTHING, TOLD_ALIVE, TOLD_STUCK };

struct pulse {
	double raw;
	struct mono moved; /* or first heard */
	bool heard;        /* since the start, or the last loss */
	enum told told;
};

struct life {
	const struct site *site;
	struct life_hooks hooks;
	struct pulse *pulses; /* by device */
	struct mono next;     /* not later than the first that may be stuck */
};

int life_new(const struct site *site, const struct life_hooks *hooks, struct life **ret_life)
{
	struct life *life = calloc(1, sizeof *life);

	if (!life)
		return -ENOMEM;
	life->site = site;
	life->hooks = *hooks;
	life->next = MONO_NEVER;
	life->pulses = calloc(site->device_count + 1, sizeof *life->pulses);
	if (!life->pulses) {
		life_free(&life);
		return -ENOMEM;
	}
	*ret_life = life;
	return 0;
}

void life_free(struct life **life)
{
	if (!*life)
		return;
	free((*life)->pulses);
	free(*life);
	*life = NULL;
}

static struct mono end_of(const struct life *life, uint32_t device)
{
	return mono_add_ms(life->pulses[device].moved, life->site->devices[device].alive.within_ms);
}

static void tell(struct life *life, uint32_t device, enum told what, struct mono at)
{
	if (life->pulses[device].told == what)
		return;
	life->pulses[device].told = what;
	life->hooks.stuck(life->hooks.context, device, what == TOLD_STUCK, at);
}

static void take_good(struct life *life, uint32_t device, const struct sample *sample)
{
	struct pulse *pulse = &life->pulses[device];
	bool heard = pulse->heard, moved = heard && sample->raw != pulse->raw;

	pulse->raw = sample->raw;
	pulse->heard = true;
	if (heard && !moved)
		return;
	pulse->moved = sample->at;
	life->next = mono_min(life->next, end_of(life, device));
	if (moved)
		tell(life, device, TOLD_ALIVE, sample->at);
}

void life_sample(struct life *life, const struct sample *sample)
{
	uint32_t device = life->site->points[sample->point].device;
	const struct site_alive *alive = &life->site->devices[device].alive;

	if (alive->within_ms == 0 || alive->point != sample->point)
		return;
	if (sample->quality == QUALITY_GOOD)
		take_good(life, device, sample);
	else if (sample->quality == QUALITY_BAD)
		life->pulses[device].heard = false;
}

void life_run(struct life *life, struct mono now)
{
	if (!mono_reached(now, life->next))
		return;
	life->next = MONO_NEVER;
	for (uint32_t i = 0; i < life->site->device_count; i++) {
		if (!life->pulses[i].heard || life->pulses[i].told == TOLD_STUCK)
			continue;
		if (mono_reached(now, end_of(life, i)))
			tell(life, i, TOLD_STUCK, end_of(life, i));
		else
			life->next = mono_min(life->next, end_of(life, i));
	}
}

struct mono life_next(const struct life *life)
{
	return life->next;
}
