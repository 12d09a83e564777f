/* SPDX-License-Identifier: Apache-2.0 */
/* reading - see reading.h */
#include "drivers/reading.h"

#include "config/limits.h"

#include <math.h>

#define LATE_US        (LIMIT_LATE_MS * INT64_C(1000))
#define SUPERVISION_US (LIMIT_SUPERVISION_MS * INT64_C(1000))

void reading_last(const struct reading *reading, struct sample *sample)
{
	sample->raw = reading->value;
	sample->value = reading->value != 0;
}

static bool is_same(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static void hold(struct reading *reading, double value, enum doubt doubt, struct mono at)
{
	if (!reading->held)
		reading->held_from = reading->doubted = at;
	if (doubt == DOUBT_NEW)
		reading->doubted = at;
	reading->held = true;
	reading->suspected = value;
}

static bool is_confirmed(const struct reading *reading, double value, enum doubt doubt, struct mono at)
{
	if (!reading->held)
		return false;
	if (is_same(reading->suspected, value))
		return true;
	return doubt == DOUBT_OLD && mono_since_us(at, reading->doubted) >= LATE_US;
}

static void bring_nothing(struct sample *sample, enum fault fault, bool bad)
{
	sample->quality = bad ? QUALITY_BAD : QUALITY_UNCERTAIN;
	sample->fault = fault;
}

static void accept(struct reading *reading, double value, struct sample *sample)
{
	reading->held = false;
	if (!isfinite(value)) {
		reading->odd++;
		bring_nothing(sample, FAULT_NUMBER, reading->odd >= LIMIT_MISSED_SCANS);
		return;
	}
	reading->odd = 0;
	reading->known = true;
	reading->value = value;
}

bool reading_take(struct reading *reading, double value, enum doubt doubt, struct sample *sample)
{
	bool as_before = reading->known && is_same(reading->value, value);
	bool waited = reading->held;

	if (doubt == DOUBT_NONE || as_before || is_confirmed(reading, value, doubt, sample->at)) {
		accept(reading, value, sample);
	} else {
		hold(reading, value, doubt, sample->at);
		bring_nothing(sample, FAULT_LATE, mono_since_us(sample->at, reading->held_from) >= SUPERVISION_US);
	}
	return !reading->held || waited;
}
