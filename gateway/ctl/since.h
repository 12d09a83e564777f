/* SPDX-License-Identifier: Apache-2.0 */
/* since - where a reader of events begins: at a sequence number, at a time, or some time ago. */
#ifndef PICKET_SINCE_H
#define PICKET_SINCE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct since {
	uint64_t seq;  /* the first one wanted; 0 when it is a time */
	char time[24]; /* UTC, "2026-11-23T21:03:04": compares as text with an event's time; "" when it is a seq */
};

/*
 * "184467", "2026-11-23", "2026-11-23T21:03[:04][Z]" (a blank may stand for the T), "21:03[:04]" of today, "90s",
 * "15m", "2h", "3d" before now. Without Z a time is local. -EINVAL: none of these.
 */
int since_parse(const char *text, time_t now, struct since *ret_since);

#endif
