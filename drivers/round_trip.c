/* SPDX-License-Identifier: Apache-2.0 */
/* round_trip - see round_trip.h */
#include "drivers/round_trip.h"

#include <stdlib.h>
#include <string.h>

#define DOUBLINGS_MAX 10 /* of the shortest wait: more than the longest that a site may ask for */

void round_trip_add(struct round_trip *trip, int64_t whole_us, int64_t bare_us)
{
	trip->doublings = 0;
	if (bare_us < 0)
		bare_us = 0;
	if (trip->count == 0) {
		trip->mean_us = bare_us;
		trip->deviation_us = bare_us / 2;
	} else {
		int64_t off_us = bare_us - trip->mean_us;
		trip->deviation_us += ((off_us < 0 ? -off_us : off_us) - trip->deviation_us) / 4;
		trip->mean_us += off_us / 8;
	}
	trip->kept_us[trip->count++ % ROUND_TRIPS] = (uint32_t)whole_us;
	if (trip->count == 2 * ROUND_TRIPS)
		trip->count = ROUND_TRIPS; /* all are kept: only the place counts */
}

void round_trip_missed(struct round_trip *trip)
{
	if (trip->doublings < DOUBLINGS_MAX)
		trip->doublings++;
}

static int64_t within(int64_t us, const struct round_trip_bounds *bounds)
{
	if (us < bounds->least_us)
		us = bounds->least_us;
	return us < bounds->most_us ? us : bounds->most_us;
}

int64_t round_trip_usual_us(const struct round_trip *trip, const struct round_trip_bounds *bounds)
{
	if (trip->count == 0)
		return bounds->most_us;
	return within(trip->mean_us + 4 * trip->deviation_us, bounds);
}

int64_t round_trip_wait_us(const struct round_trip *trip, const struct round_trip_bounds *bounds)
{
	return within(round_trip_usual_us(trip, bounds) << trip->doublings, bounds);
}

static int by_size(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

void round_trip_percentiles(const struct round_trip *trip, uint32_t *ret_p50_us, uint32_t *ret_p99_us)
{
	uint32_t sorted[ROUND_TRIPS];
	size_t count = trip->count < ROUND_TRIPS ? trip->count : ROUND_TRIPS;

	memcpy(sorted, trip->kept_us, count * sizeof *sorted);
	qsort(sorted, count, sizeof *sorted, by_size);
	*ret_p50_us = sorted[count / 2];
	*ret_p99_us = sorted[count * 99 / 100];
}
