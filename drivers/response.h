/* SPDX-License-Identifier: Apache-2.0 */
/*
 * response - how long a scan may wait on a link, from when it is due until its last answer.
 *
 * A link does one exchange at a time and is never idle while a scan is due. Two orders are looked at, and the worse
 * one counts: by due time, and by deadline (a period after the due time). Times in microseconds. Pure.
 */
#ifndef PICKET_RESPONSE_H
#define PICKET_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RESPONSE_NEVER INT64_MAX /* the link is asked for more time than there is */

/* One device as its link has to serve it: so much work in every period. */
struct response_task {
	int64_t cost_us, period_us;
	int64_t longest_us; /* one exchange, which nothing interrupts */
	int64_t jitter_us;  /* its scans may be that much further apart than a period */
	uint32_t exchanges;
	uint32_t pauses; /* LIMIT_TWIN_MS each, within a scan; others go on in them */
};

struct response_question {
	const struct response_task *tasks;
	size_t count, about; /* about: whose scan it is */
	int64_t probe_us;    /* of the lost, within LIMIT_DEAD_SHARE_PCT of the time; 0: nobody is lost */
	int64_t burst_us;    /* work that comes once, at the worst moment */
};

int64_t response_us(const struct response_question *question);

#endif
