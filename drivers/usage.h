/* SPDX-License-Identifier: Apache-2.0 */
/* usage - how much of the last ten seconds a link was busy, and how much of it for lost devices. */
#ifndef PICKET_USAGE_H
#define PICKET_USAGE_H

#include "config/instant.h"

#define USAGE_SECONDS 10

struct usage {
	int64_t second[USAGE_SECONDS]; /* which second of mono each slot counts */
	uint32_t busy_us[USAGE_SECONDS], dead_us[USAGE_SECONDS];
};

/* An exchange that took from start to end; counted to the second of its end. */
void usage_add(struct usage *usage, struct mono start, struct mono end, bool dead);
void usage_percent(const struct usage *usage, struct mono now, uint32_t *ret_busy_pct, uint32_t *ret_dead_pct);

#endif
