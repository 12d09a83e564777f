/* SPDX-License-Identifier: Apache-2.0 */
/*
 * round_trip - how long the answers of one device take, and how long to wait for the next.
 *
 * As TCP does it (RFC 6298, 2): a smoothed mean, a smoothed deviation, four of which are added, and doubling after
 * each exchange that brought nothing, until an answer comes. What the bytes take on a serial line is not part of it:
 * the caller takes it off and adds it again, since a long answer is no slow device. Pure.
 */
#ifndef PICKET_ROUND_TRIP_H
#define PICKET_ROUND_TRIP_H

#include <stdint.h>

#define ROUND_TRIPS 32 /* kept for the percentiles */

struct round_trip {
	uint32_t kept_us[ROUND_TRIPS];
	uint32_t count;
	int64_t mean_us, deviation_us;
	uint32_t doublings;
};

struct round_trip_bounds {
	int64_t least_us, most_us;
};

/* An answer that took so long, and so much of it without the bytes. */
void round_trip_add(struct round_trip *trip, int64_t whole_us, int64_t bare_us);
/* An exchange brought nothing. */
void round_trip_missed(struct round_trip *trip);
/* How long to wait; the most, while nothing is known. */
int64_t round_trip_wait_us(const struct round_trip *trip, const struct round_trip_bounds *bounds);
/* The same without the doublings. */
int64_t round_trip_usual_us(const struct round_trip *trip, const struct round_trip_bounds *bounds);
/* Of the whole times; only after the first. */
void round_trip_percentiles(const struct round_trip *trip, uint32_t *ret_p50_us, uint32_t *ret_p99_us);

#endif
