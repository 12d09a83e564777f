/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instant - the two kinds of time, kept apart by type.
 *
 * mono: CLOCK_BOOTTIME in microseconds. Every delay, window and age is counted in it; it never steps.
 * wall: CLOCK_REALTIME in microseconds since 1970 UTC. It only stamps; nothing is ever computed from it.
 *
 * Nothing here reads a clock: gateway/loop.c (and, in its own process, the simulator) is the one reader.
 */
#ifndef PICKET_INSTANT_H
#define PICKET_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

struct mono {
	int64_t us;
};

struct wall {
	int64_t us;
};

#define MONO_NEVER ((struct mono){INT64_MAX})

static inline struct mono mono_add_us(struct mono t, int64_t us)
{
	return t.us == INT64_MAX ? t : (struct mono){t.us + us};
}

static inline struct mono mono_add_ms(struct mono t, int64_t ms)
{
	return mono_add_us(t, ms * 1000);
}

/* later minus earlier, in microseconds */
static inline int64_t mono_since_us(struct mono later, struct mono earlier)
{
	return later.us - earlier.us;
}

static inline bool mono_reached(struct mono now, struct mono deadline)
{
	return now.us >= deadline.us;
}

static inline struct mono mono_min(struct mono a, struct mono b)
{
	return a.us < b.us ? a : b;
}

#endif
