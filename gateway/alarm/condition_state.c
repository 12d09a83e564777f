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

bool condition_suppressed(const struct condition_state *state)
{
	return state->suppress != SUPPRESS_NONE || state->alarm.mask != MASK_NONE;
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
	alarm->until.us = 0;
	return further ? STEP_UPDATED : STEP_RAISED;
}

static enum condition_step activate(struct condition_state *state)
{
	state->phase = PHASE_ACTIVE;
	if (state->alarm.active)
		return STEP_NONE;
	return condition_suppressed(state) ? STEP_ACTIVITY : occur(state);
}

static enum condition_step deactivate(struct condition_state *state)
{
	state->phase = PHASE_INACTIVE;
	if (!state->alarm.active)
		return STEP_NONE;
	state->alarm.active = false;
	if (state->alarm.mask == MASK_NONE)
		state->alarm.until.us = 0;
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
	if (condition_suppressed(state))
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
	if (!condition_suppressed(state) && condition_holds(state) && !state->alarm.active) {
		state->due = now;
		return occur(state);
	}
	return changed && alarm_state_retain(&state->alarm) ? STEP_UPDATED : STEP_NONE;
}

void condition_ack(struct condition_state *state, struct mono now)
{
	assert(!state->alarm.acked);
	state->alarm.acked = true;
	if (state->alarm.active && state->realarm_ms > 0 && state->alarm.mask == MASK_NONE)
		state->alarm.until = mono_add_ms(now, state->realarm_ms);
}

void condition_reset(struct condition_state *state)
{
	assert(condition_waits_for_reset(state));
	state->alarm.latched = false;
}

void condition_mask(struct condition_state *state, const struct condition_mask *mask)
{
	assert(mask->how != MASK_NONE);
	state->alarm.mask = (uint8_t)mask->how;
	state->alarm.one_shot = mask->one_shot;
	state->alarm.until = mask->until;
	state->alarm.acked = true;
}

void condition_unmask(struct condition_state *state, bool seen, struct mono now)
{
	struct alarm_state *alarm = &state->alarm;

	assert(alarm->mask != MASK_NONE);
	alarm->mask = MASK_NONE;
	alarm->one_shot = false;
	alarm->until.us = 0;
	if (!seen || condition_suppressed(state) || !condition_holds(state))
		return;
	if (!alarm->active) {
		state->due = now;
		(void)occur(state);
	}
	alarm->acked = true;
	if (state->realarm_ms > 0)
		alarm->until = mono_add_ms(now, state->realarm_ms);
}

enum condition_step condition_return(struct condition_state *state, struct mono now)
{
	if (state->alarm.mask == MASK_NONE)
		state->alarm.until.us = 0;
	if (condition_suppressed(state) || !condition_holds(state))
		return STEP_NONE;
	state->due = now;
	return occur(state);
}
