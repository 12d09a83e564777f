/* SPDX-License-Identifier: Apache-2.0 */
/* people - commands: acknowledge, reset, set, unset; see engine.h */
#include "gateway/alarm/engine_private.h"

#include <assert.h>

static enum command_result may_ack(const struct condition_state *state)
{
	return state->alarm.acked ? COMMAND_NOT_NEEDED : COMMAND_OK;
}

static enum command_result may_reset(const struct condition_state *state)
{
	if (!state->alarm.latched)
		return COMMAND_NOT_NEEDED;
	if (state->alarm.active)
		return COMMAND_STILL_ACTIVE;
	return state->alarm.acked ? COMMAND_OK : COMMAND_NOT_ACKED;
}

static void ack_or_reset(struct engine *engine, uint32_t index, const struct cause *cause)
{
	struct condition_state *state = &engine->states[index];
	bool ack = cause->command->verb == VERB_ACK;

	struct alarm_state before = state->alarm;
	if (ack)
		condition_ack(state, cause->at);
	else
		condition_reset(state);
	engine_follow(engine, index, &before);
	tell_alarm(engine, index, ack ? EVENT_ALARM_ACKED : EVENT_ALARM_RESET, cause->at, cause);
	if (condition_waits_for_reset(state))
		tell_alarm(engine, index, EVENT_ALARM_LATCHED, cause->at, cause);
}

static enum command_result command_alarm(struct engine *engine, const struct cause *cause)
{
	const struct engine_command *command = cause->command;
	uint32_t index = engine_find_state(engine, command->kind, command->subject, command->condition);

	if (index == SITE_NONE)
		return COMMAND_NO_SUCH_TARGET;
	const struct condition_state *state = &engine->states[index];
	if (command->occurrence != 0 && command->occurrence != state->alarm.occurrence)
		return COMMAND_STALE_OCCURRENCE;
	enum command_result result = command->verb == VERB_ACK ? may_ack(state) : may_reset(state);
	if (result == COMMAND_OK)
		ack_or_reset(engine, index, cause);
	return result;
}

/* An override is told with the names of what it overrides; it is for one set period, and on record. */
static enum command_result may_set(struct engine *engine, const struct cause *cause, int *ret_overridden,
                                   char ret_reason[LIMIT_REASON + 1])
{
	uint32_t area = cause->command->subject;

	engine_area_blockers(engine, area, ret_reason);
	if (ret_reason[0] == '\0')
		return COMMAND_OK;
	if (!cause->command->override) {
		tell_area(engine, area, EVENT_AREA_SET_REFUSED, cause, ret_reason);
		return COMMAND_BLOCKED;
	}
	if (cause->command->reason[0] == '\0')
		return COMMAND_NO_REASON;
	*ret_overridden = mask_override(engine, area, cause);
	return *ret_overridden < 0 ? COMMAND_LEVEL : COMMAND_OK;
}

static enum command_result command_area(struct engine *engine, const struct cause *cause,
                                        char ret_reason[LIMIT_REASON + 1])
{
	const struct engine_command *command = cause->command;
	uint32_t area = command->subject;
	bool set = command->verb == VERB_SET;

	if (command->kind != SUBJECT_AREA || area >= engine->site->area_count)
		return COMMAND_NO_SUCH_TARGET;
	if (engine->areas_set[area] == set)
		return COMMAND_NOT_NEEDED;
	int overridden = 0;
	enum command_result result = set ? may_set(engine, cause, &overridden, ret_reason) : COMMAND_OK;
	if (result != COMMAND_OK)
		return result;
	struct cause told = *cause;
	told.hits = (uint32_t)overridden;
	engine->areas_set[area] = set;
	tell_area(engine, area, set ? EVENT_AREA_SET : EVENT_AREA_UNSET, &told, overridden ? ret_reason : NULL);
	ret_reason[0] = '\0';
	evaluate_area(engine, area, cause);
	if (!set)
		mask_period_ends(engine, area, cause);
	return COMMAND_OK;
}

enum command_result engine_command(struct engine *engine, const struct engine_command *command, struct mono now,
                                   char ret_reason[LIMIT_REASON + 1])
{
	const struct cause cause = {.at = now, .now = now, .command = command};

	ret_reason[0] = '\0';
	switch (command->verb) {
	case VERB_ACK:
	case VERB_RESET:
		return command_alarm(engine, &cause);
	case VERB_SET:
	case VERB_UNSET:
		return command_area(engine, &cause, ret_reason);
	case VERB_SHELVE:
	case VERB_UNSHELVE:
	case VERB_BYPASS:
	case VERB_RESTORE:
	case VERB_OUT_OF_SERVICE:
	case VERB_IN_SERVICE:
		return mask_command(engine, &cause);
	case VERB_OUTPUT: /* nothing of the alarm logic: commands.c */
	case VERB_COUNT:
		break;
	}
	return COMMAND_NO_SUCH_TARGET;
}
