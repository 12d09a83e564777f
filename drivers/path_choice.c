/* SPDX-License-Identifier: Apache-2.0 */
/* path_choice - see path_choice.h */
#include "drivers/path_choice.h"

#include "config/limits.h"

void path_choice_init(struct path_choice *choice, struct mono now)
{
	*choice = (struct path_choice){.idle = PATH_UNKNOWN,
	                               .check_at = now,
	                               .switched_at = now,
	                               .return_ms = LIMIT_PATH_RETURN_MS,
	                               .hold_ms = LIMIT_PATH_HOLD_MS};
}

static int64_t twice(int64_t ms, int64_t most)
{
	return ms * 2 < most ? ms * 2 : most;
}

void path_choice_report(struct path_choice *choice, const struct path_report *report, struct mono now)
{
	if (report->answers != choice->answers) {
		choice->forgiven = report->failures;
		choice->served = true;
		choice->hold_ms = LIMIT_PATH_HOLD_MS;
	}
	choice->answers = report->answers;
	choice->failures = report->failures;
	bool failing = report->silent && report->failures > choice->forgiven;
	if (failing && !choice->failing) {
		choice->failing_since = now;
		choice->check_at = mono_min(choice->check_at, now); /* the other one may be needed soon */
	}
	choice->failing = failing;
	if (failing && report->failures - choice->forgiven >= LIMIT_PATH_FAILURES)
		choice->failing_since = mono_min(choice->failing_since, mono_add_ms(now, -LIMIT_PATH_SILENT_MS));
}

void path_choice_checked(struct path_choice *choice, bool good, struct mono now)
{
	if (good && choice->idle != PATH_GOOD)
		choice->good_since = now;
	choice->idle = good ? PATH_GOOD : PATH_BAD;
	choice->check_at = mono_add_ms(now, choice->failing ? LIMIT_PATH_HASTE_MS : LIMIT_PATH_CHECK_MS);
}

bool path_choice_check_due(const struct path_choice *choice, struct mono now)
{
	return mono_reached(now, choice->check_at);
}

/* When the active way is to be left; MONO_NEVER as things stand now. */
static struct mono leave_at(const struct path_choice *choice)
{
	if (choice->idle != PATH_GOOD || !choice->failing)
		return MONO_NEVER;
	struct mono patience = mono_add_ms(choice->failing_since, LIMIT_PATH_SILENT_MS);
	struct mono held = choice->served ? patience : mono_add_ms(choice->switched_at, choice->hold_ms);

	return patience.us > held.us ? patience : held;
}

/* From a backup that fails, too, the primary is a way like any other. */
static struct mono return_at(const struct path_choice *choice)
{
	if (choice->active == 0 || choice->idle != PATH_GOOD || choice->failing)
		return MONO_NEVER;
	return mono_add_ms(choice->good_since, choice->return_ms);
}

/* A primary that fails soon after the return to it must prove itself longer the next time. */
static void learn(struct path_choice *choice, struct mono now)
{
	bool soon = choice->returned && !mono_reached(now, mono_add_ms(choice->switched_at, 2 * choice->return_ms));

	if (choice->active != 0)
		return;
	choice->return_ms = soon ? twice(choice->return_ms, LIMIT_PATH_RETURN_MAX_MS) : LIMIT_PATH_RETURN_MS;
}

bool path_choice_switch(struct path_choice *choice, struct mono now)
{
	bool leaves = mono_reached(now, leave_at(choice)), returns = mono_reached(now, return_at(choice));

	if (!leaves && !returns)
		return false;
	if (leaves)
		learn(choice, now);
	if (leaves && !choice->served)
		choice->hold_ms = twice(choice->hold_ms, LIMIT_PATH_HOLD_MAX_MS);
	choice->active = !choice->active;
	choice->idle = leaves ? PATH_BAD : PATH_GOOD; /* what it was just now */
	choice->returned = !leaves;
	choice->forgiven = choice->failures;
	choice->failing = choice->served = false;
	choice->switched_at = now;
	choice->check_at = mono_add_ms(now, LIMIT_PATH_CHECK_MS);
	return true;
}

struct mono path_choice_next(const struct path_choice *choice, bool checking)
{
	struct mono next = mono_min(leave_at(choice), return_at(choice));

	return checking ? next : mono_min(next, choice->check_at);
}
