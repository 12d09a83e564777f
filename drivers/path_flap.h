/* SPDX-License-Identifier: Apache-2.0 */
/*
 * path_flap - connections that are lost again and again, told as one condition: it begins with the LIMIT_FLAPS-th loss
 * within LIMIT_FLAP_MS, and ends after LIMIT_FLAP_MS without one. Pure. All zero is one that lost nothing.
 */
#ifndef PICKET_PATH_FLAP_H
#define PICKET_PATH_FLAP_H

#include "config/instant.h"
#include "config/limits.h"

#include <stdbool.h>
#include <stdint.h>

struct path_flap {
	uint32_t count; /* losses in all */
	struct mono lost[LIMIT_FLAPS];
	bool flapping;
};

/* A connection was lost. True: the condition begins. */
bool path_flap_lost(struct path_flap *flap, struct mono now);
/* True: the condition ends. */
bool path_flap_calm(struct path_flap *flap, struct mono now);
/* When path_flap_calm() may say so. */
struct mono path_flap_next(const struct path_flap *flap);

#endif
