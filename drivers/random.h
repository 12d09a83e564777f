/* SPDX-License-Identifier: Apache-2.0 */
/* random - small seeded numbers for jitter, each owner with a state of its own; nothing secret. */
#ifndef PICKET_RANDOM_H
#define PICKET_RANDOM_H

#include <stdint.h>

/* splitmix64 (Steele, Lea, Flood 2014): any seed is a good one. */
static inline uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += 0x9E3779B97F4A7C15u;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return z ^ z >> 31;
}

/* From half of the span to the whole of it: the usual jitter of a backoff. */
static inline int64_t random_jitter(uint64_t *state, int64_t span)
{
	return span - (int64_t)(random_next(state) % (uint64_t)(span / 2 + 1));
}

#endif
