/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reading - of one point: whether the value just read may be given out, and how good it is.
 *
 * In doubt (device.h) a value that differs from the one before waits until a second read says the same. A number may
 * never say the same twice: it goes out when no answer from before the last doubt can be on its way any more, which is
 * LIMIT_LATE_MS. While it waits longer than one read it is QUALITY_UNCERTAIN, after LIMIT_SUPERVISION_MS
 * QUALITY_BAD. An f32 that is no finite number (a device's way to say that it has no value) is uncertain, and bad the
 * LIMIT_MISSED_SCANSth time in a row.
 *
 * Pure.
 */
#ifndef PICKET_READING_H
#define PICKET_READING_H

#include "drivers/sample.h"

/* Whether a change is confirmed before it is given out. */
enum doubt {
	DOUBT_NONE,
	DOUBT_OLD, /* only because a value of the last read waits */
	DOUBT_NEW, /* something happened since the last read */
};

/* All zero: nothing read yet. */
struct reading {
	bool known, held;
	double value;          /* as last given out, good; only when known */
	double suspected;      /* when held: as read last, in doubt */
	struct mono held_from; /* since when it waits */
	struct mono doubted;   /* when held: the last read of a new doubt */
	uint32_t odd;          /* reads in a row that brought no number */
};

/* The sample comes as good, and gets the quality and fault that it has. false: nothing to give out, read again soon. */
bool reading_take(struct reading *reading, double value, enum doubt doubt, struct sample *sample);
/* The value to give out, into a sample: of one that is not good, the last good one. */
void reading_last(const struct reading *reading, struct sample *sample);

#endif
