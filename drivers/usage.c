/* SPDX-License-Identifier: Apache-2.0 */
/* usage - see usage.h */
#include "drivers/usage.h"

#define SECOND_US 1000000

void usage_add(struct usage *usage, struct mono start, struct mono end, bool dead)
{
	int64_t second = end.us / SECOND_US;
	int slot = (int)(second % USAGE_SECONDS);
	uint32_t took_us = (uint32_t)mono_since_us(end, start);

	if (usage->second[slot] != second) {
		usage->second[slot] = second;
		usage->busy_us[slot] = usage->dead_us[slot] = 0;
	}
	usage->busy_us[slot] += took_us;
	usage->dead_us[slot] += dead ? took_us : 0;
}

void usage_percent(const struct usage *usage, struct mono now, uint32_t *ret_busy_pct, uint32_t *ret_dead_pct)
{
	int64_t second = now.us / SECOND_US, busy_us = 0, dead_us = 0;

	for (int slot = 0; slot < USAGE_SECONDS; slot++)
		if (usage->second[slot] > second - USAGE_SECONDS) {
			busy_us += usage->busy_us[slot];
			dead_us += usage->dead_us[slot];
		}
	int64_t span_us = (USAGE_SECONDS - 1) * SECOND_US + now.us % SECOND_US + 1;
	*ret_busy_pct = (uint32_t)(busy_us * 100 / span_us);
	*ret_dead_pct = (uint32_t)(dead_us * 100 / span_us);
}
