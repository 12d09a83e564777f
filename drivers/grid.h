/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grid - the common steps at which scans start, so that many links share one wake-up of the process.
 *
 * Quick scans go by LIMIT_GRID_US, those of LIMIT_GRID_SLOW_MS and more by LIMIT_GRID_SLOW_US, and where each link is
 * its own wire (TCP) by LIMIT_GRID_COARSE_US when that divides the period: then scans stay exactly a period apart.
 */
#ifndef PICKET_GRID_H
#define PICKET_GRID_H

#include "config/limits.h"

#include <stdbool.h>
#include <stdint.h>

static inline int64_t grid_step_us(int64_t period_us, bool shared_wire)
{
	if (period_us < LIMIT_GRID_SLOW_MS * INT64_C(1000))
		return LIMIT_GRID_US;
	return shared_wire || period_us % LIMIT_GRID_COARSE_US != 0 ? LIMIT_GRID_SLOW_US : LIMIT_GRID_COARSE_US;
}

#endif
