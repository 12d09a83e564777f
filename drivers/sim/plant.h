/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim/plant - the field as it stands: the registers of every device, who flips them and when, and the record.
 *
 * Every flip is a line on stdout for people, and in the log for programs, in nanoseconds of CLOCK_MONOTONIC:
 *   F ns device point value    the point flipped; a number in its unit
 *   V ns device point value    the first answer that carries this value has been sent
 */
#ifndef PICKET_SIM_PLANT_H
#define PICKET_SIM_PLANT_H

#include "config/site.h"
#include "drivers/sim/bank.h"
#include "drivers/sim/frame.h"
#include "drivers/sim/loop.h"
#include "drivers/sim/state.h"

#include <stdio.h>

struct sim_plant;

/* Which sensor's input a point is; sensor SITE_NONE: nobody's. The first one, when several share it. */
struct sim_use {
	uint32_t sensor;
	enum site_role role;
};

/* Every sensor in its normal state. log may be NULL and stays the caller's. */
int sim_plant_new(const struct site *site, struct sim_loop *loop, FILE *log, struct sim_plant **ret_plant);
void sim_plant_free(struct sim_plant **plant);

void sim_plant_flip(struct sim_plant *plant, struct sim_flip flip);

/* Flips, and back to `off` after on_ms; so many times, begun a second apart. -EBUSY: too many under way. */
struct sim_pulse {
	struct sim_flip on;
	uint32_t off; /* raw; nothing for a flip that adds */
	uint32_t on_ms, times;
};
int sim_plant_pulse(struct sim_plant *plant, const struct sim_pulse *pulse);

uint32_t sim_plant_value(const struct sim_plant *plant, uint32_t point);
struct sim_use sim_plant_use(const struct sim_plant *plant, uint32_t point);
struct sim_bank *sim_plant_bank(struct sim_plant *plant, uint32_t device);

/* Flips so far: an answer made at this count carries all of them. */
uint64_t sim_plant_count(const struct sim_plant *plant);
/* An answer made when the count was `count` has been sent. */
void sim_plant_served(struct sim_plant *plant, uint32_t device, struct sim_span span, uint64_t count);

#endif
