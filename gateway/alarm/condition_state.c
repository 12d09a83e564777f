/* SPDX-License-Identifier: Apache-2.0 */
/* condition_state - see condition_state.h */
#include "gateway/alarm/condition_state.h"

#include <assert.h>

bool condition_pending(const struct condition_state *state)
{
	return state->phase == PHASE_PENDING_ON || state->phase == PHASE_PENDING_OFF;
}

bool condition_holds(const struct condition_state *state)
{
	return state->phase == PHASE_ACTIVE || state->phase == PHASE_PENDING_OFF;
}

bool condition_waits_for_reset(const struct condition_state *state)
{
	return state->alarm.latched && state->alarm.acked && !state->alarm.active;
}

/* Another occurrence. Its number is that of the event that tells of it, so the sink fills it in. */
static enum condition_step occur(struct condition_state *state)
{
	struct alarm_state *alarm = &state->alarm;
	bool further = alarm_state_retain(alarm) && !alarm->acked;

	alarm->count = alarm_state_retain(alarm) ? alarm->count + 1 : 1;
	alarm->active = true;
	alarm->acked = !state->needs_ack;
	alarm->latched = state->latching;
	alarm->occurrence = 0;
	return further ? STEP_UPDATED : STEP_RAISED;
}

static enum condition_step activate(struct condition_state *state)
{
	state->phase = PHASE_ACTIVE;
	if (state->alarm.active)
		return STEP_NONE;
	return state->suppress == SUPPRESS_NONE ? occur(state) : STEP_ACTIVITY;
}

static enum condition_step deactivate(struct condition_state *state)
{
	state->phase = PHASE_INACTIVE;
	if (!state->alarm.active)
		return STEP_NONE;
	state->alarm.active = false;
	return STEP_CLEARED;
}

enum condition_step condition_true(struct condition_state *state, struct mono due, struct mono now)
{
	if (state->phase == PHASE_PENDING_OFF)
		state->phase = PHASE_ACTIVE;
	if (state->phase == PHASE_ACTIVE)
		return STEP_NONE;
	state->due = due;
	if (mono_reached(now, due))
		return activate(state);
	state->phase = PHASE_PENDING_ON;
	return STEP_NONE;
}

enum condition_step condition_false(struct condition_state *state, struct mono due, struct mono now)
{
	if (state->phase == PHASE_PENDING_ON)
		state->phase = PHASE_INACTIVE;
	if (state->phase == PHASE_INACTIVE)
		return STEP_NONE;
	if (state->phase == PHASE_ACTIVE)
		state->due = due;
	if (mono_reached(now, state->due))
		return deactivate(state);
	state->phase = PHASE_PENDING_OFF;
	return STEP_NONE;
}

enum condition_step condition_hit(struct condition_state *state, struct mono at)
{
	bool held = condition_holds(state);

	state->phase = PHASE_ACTIVE;
	state->due = at;
	if (!held)
		return activate(state);
	if (state->suppress != SUPPRESS_NONE)
		return STEP_ACTIVITY;
	if (!state->alarm.active)
		return occur(state);
	return state->alarm.acked ? STEP_COUNTED : occur(state);
}

enum condition_step condition_expire(struct condition_state *state)
{
	assert(condition_pending(state));
	return state->phase == PHASE_PENDING_ON ? activate(state) : deactivate(state);
}

enum condition_step condition_area(struct condition_state *state, bool set, struct mono now)
{
	uint8_t priority = set ? state->priority_set : state->priority_unset;
	bool changed = priority != state->alarm.priority;

	state->suppress = set || state->always ? SUPPRESS_NONE : SUPPRESS_BY_DESIGN;
	state->alarm.priority = priority;
	if (state->suppress == SUPPRESS_NONE && condition_holds(state) && !state->alarm.active) {
		state->due = now;
		return occur(state);
	}
	return changed && alarm_state_retain(&state->alarm) ? STEP_UPDATED : STEP_NONE;
}

void condition_ack(struct condition_state *state)
{
	assert(!state->alarm.acked);
	state->alarm.acked = true;
}

void condition_reset(struct condition_state *state)
{
	assert(condition_waits_for_reset(state));
	state->alarm.latched = false;
}
