/* SPDX-License-Identifier: Apache-2.0 */
/*
 * path_choice - which of a link's two ways is used, and how the other one is.
 *
 *  - Away from a way that serves nobody: no device's latest exchange brought an answer, and that was so
 *    LIMIT_PATH_FAILURES times or for LIMIT_PATH_SILENT_MS; and the other way was checked and is good.
 *  - Back to the primary when it was good at every check for LIMIT_PATH_RETURN_MS; twice as long each time that it
 *    failed again soon after, up to LIMIT_PATH_RETURN_MAX_MS.
 *  - Two ways that both look good and serve nobody are not tried in turn for ever: without an answer in between,
 *    each pause before the next switch is twice the one before, from LIMIT_PATH_HOLD_MS to LIMIT_PATH_HOLD_MAX_MS.
 *
 * The way that is not used is checked every LIMIT_PATH_CHECK_MS, and every LIMIT_PATH_HASTE_MS while the other one
 * fails. How it is checked is the caller's business (path.h). Pure: time comes in.
 */
#ifndef PICKET_PATH_CHOICE_H
#define PICKET_PATH_CHOICE_H

#include "drivers/poller.h"

struct path_choice {
	uint8_t active;
	enum path_health idle; /* of the other one */

	uint64_t answers, failures; /* as last reported */
	uint64_t forgiven;          /* failures before the latest answer, or before the latest switch */
	bool failing;               /* no device answers */
	bool served;                /* an answer came since the latest switch */
	bool returned;              /* the latest switch went back to a primary that was good for long */
	struct mono failing_since, switched_at;

	struct mono good_since; /* the idle one, at every check */
	struct mono check_at;
	int64_t return_ms, hold_ms;
};

/* What the active way has brought so far. Both figures only grow. */
struct path_report {
	uint64_t answers;  /* exchanges that a device answered */
	uint64_t failures; /* exchanges that brought none, and connections that were not made */
	bool silent;       /* no device's latest exchange brought an answer, or there is no connection */
};

void path_choice_init(struct path_choice *choice, struct mono now);
void path_choice_report(struct path_choice *choice, const struct path_report *report, struct mono now);
/* What a check of the idle way has found. */
void path_choice_checked(struct path_choice *choice, bool good, struct mono now);

bool path_choice_check_due(const struct path_choice *choice, struct mono now);
/* True: the other way is to be used from now on; it is the active one already. */
bool path_choice_switch(struct path_choice *choice, struct mono now);
/* When either may change without a new report. checking: a check is under way, so none is due. */
struct mono path_choice_next(const struct path_choice *choice, bool checking);

#endif
