/* SPDX-License-Identifier: Apache-2.0 */
/*
 * life - devices that have a value which must change: a counter of their own, a clock, a noise. One that stands still
 * for within_ms while the device answers is stuck: a frozen copy of itself, or something that only repeats
 * what the device once said.
 *
 * A loss of the value starts the time anew and ends nothing; only a change that was seen does. Pure but for its hook.
 */
#ifndef PICKET_LIFE_H
#define PICKET_LIFE_H

#include "config/site.h"
#include "drivers/sample.h"

struct life;

struct life_hooks {
	void *context;
	/* Told once each time; the first change after the start too, since an alarm may have been restored. */
	void (*stuck)(void *context, uint32_t device, bool stuck, struct mono at);
};

/* 0 or -ENOMEM. The site outlives it; hooks are copied. */
int life_new(const struct site *site, const struct life_hooks *hooks, struct life **ret_life);
void life_free(struct life **life);

void life_sample(struct life *life, const struct sample *sample);
void life_run(struct life *life, struct mono now);
/* When life_run() may have something to do; MONO_NEVER: nothing. */
struct mono life_next(const struct life *life);

#endif
