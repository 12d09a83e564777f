/* SPDX-License-Identifier: Apache-2.0 */
/* path_timing - see path_timing.h */
#include "drivers/path_timing.h"

#define SILENCE_FAST_US 1750 /* SL 2.5.1.1: fixed above 19200 baud */
#define SILENCE_BAUD    19200
#define CHARACTER_BITS  11 /* start, eight, parity or a second stop, stop */

struct path_timing path_timing_of(const struct site_endpoint *end)
{
	struct path_timing timing = {.stream = end->transport != TRANSPORT_RTU, .silence_us = SILENCE_FAST_US};
	uint32_t baud = end->baud ? end->baud : SILENCE_BAUD;

	if (end->transport == TRANSPORT_TCP)
		return (struct path_timing){.stream = true};
	if (baud <= SILENCE_BAUD)
		timing.silence_us = CHARACTER_BITS * INT64_C(3500000) / baud;
	timing.drain_us = (timing.stream ? LIMIT_DRAIN_NET_MS : LIMIT_DRAIN_MS) * INT64_C(1000);
	return timing;
}
