/* SPDX-License-Identifier: Apache-2.0 */
/* path_flap - see path_flap.h */
#include "drivers/path_flap.h"

bool path_flap_lost(struct path_flap *flap, struct mono now)
{
	flap->lost[flap->count % LIMIT_FLAPS] = now;
	flap->count++;
	struct mono oldest = flap->lost[flap->count % LIMIT_FLAPS];
	bool many = flap->count >= LIMIT_FLAPS && !mono_reached(now, mono_add_ms(oldest, LIMIT_FLAP_MS));
	bool begins = many && !flap->flapping;

	flap->flapping |= many;
	return begins;
}

struct mono path_flap_next(const struct path_flap *flap)
{
	if (!flap->flapping)
		return MONO_NEVER;
	return mono_add_ms(flap->lost[(flap->count - 1) % LIMIT_FLAPS], LIMIT_FLAP_MS);
}

bool path_flap_calm(struct path_flap *flap, struct mono now)
{
	if (!mono_reached(now, path_flap_next(flap)))
		return false;
	flap->flapping = false;
	return true;
}
