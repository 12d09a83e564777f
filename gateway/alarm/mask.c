/* SPDX-License-Identifier: Apache-2.0 */
/* mask - shelving, bypass and out of service: what they hide, for how long, and what comes back; see engine.h */
#include "gateway/alarm/engine_private.h"

#include <assert.h>

static enum event_type begins(enum alarm_mask how)
{
	switch (how) {
	case MASK_SHELVED:
		return EVENT_ALARM_SHELVED;
	case MASK_OUT_OF_SERVICE:
		return EVENT_ALARM_OUTOFSERVICE;
	case MASK_NONE:
	case MASK_INHIBITED:
	case MASK_ISOLATED:
		break;
	}
	return EVENT_ALARM_SUPPRESSED;
}

static enum event_type ends(enum alarm_mask how)
{
	switch (how) {
	case MASK_SHELVED:
		return EVENT_ALARM_UNSHELVED;
	case MASK_OUT_OF_SERVICE:
		return EVENT_ALARM_INSERVICE;
	case MASK_NONE:
	case MASK_INHIBITED:
	case MASK_ISOLATED:
		break;
	}
	return EVENT_ALARM_UNSUPPRESSED;
}

static void put_on(struct engine *engine, uint32_t index, const struct condition_mask *mask, const struct cause *cause)
{
	struct condition_state *state = &engine->states[index];
	struct alarm_state before = state->alarm;

	condition_mask(state, mask);
	engine_follow(engine, index, &before);
	tell_alarm(engine, index, begins(mask->how), cause->at, cause);
}

/* What is true comes back: acknowledged with the event that says so when it was seen, else raised after it. */
static void take_off(struct engine *engine, uint32_t index, bool seen, const struct cause *cause)
{
	struct condition_state *state = &engine->states[index];
	struct alarm_state before = state->alarm;

	condition_unmask(state, seen, cause->at);
	engine_follow(engine, index, &before);
	tell_alarm(engine, index, ends((enum alarm_mask)before.mask), cause->at, cause);
	if (seen)
		return;
	before = state->alarm;
	enum condition_step step = condition_return(state, cause->at);
	engine_follow(engine, index, &before);
	tell_step(engine, index, step, cause->at, cause);
}

void mask_lapse(struct engine *engine, uint32_t index, struct mono at, struct mono now)
{
	const struct cause cause = {.at = at, .now = now};
	struct condition_state *state = &engine->states[index];
	struct alarm_state before = state->alarm;

	if (state->alarm.mask != MASK_NONE) {
		take_off(engine, index, false, &cause);
		return;
	}
	enum condition_step step = condition_return(state, at);
	engine_follow(engine, index, &before);
	tell_step(engine, index, step, at, &cause);
}

void mask_one_shot(struct engine *engine, uint32_t index, const struct cause *cause)
{
	if (engine->states[index].alarm.one_shot)
		take_off(engine, index, false, cause);
}

void mask_period_ends(struct engine *engine, uint32_t area, const struct cause *cause)
{
	const struct cause nobody = {.at = cause->at, .now = cause->now};

	for (uint32_t i = 0; i < engine->sensor_states; i++)
		if (engine->states[i].alarm.mask == MASK_INHIBITED &&
		    engine->site->sensors[engine->owners[i]].area == area)
			take_off(engine, i, false, &nobody);
}

/* --- one alarm ------------------------------------------------------------------------------------- */

static const struct condition_info *info_of(const struct engine *engine, uint32_t index)
{
	return condition_info(engine_condition_id(engine, index));
}

/* A stronger mask takes the place of a weaker one; not the other way round. */
static enum command_result may_mask(const struct engine *engine, uint32_t index, enum alarm_mask how,
                                    const struct cause *cause)
{
	const struct engine_command *command = cause->command;

	if (how == MASK_SHELVED && info_of(engine, index)->managed)
		return COMMAND_NOT_MASKABLE;
	if (how == MASK_OUT_OF_SERVICE && command->level < LEVEL_MAINTAINER)
		return COMMAND_LEVEL;
	if (command->reason[0] == '\0')
		return COMMAND_NO_REASON;
	return engine->states[index].alarm.mask >= how ? COMMAND_NOT_NEEDED : COMMAND_OK;
}

static enum command_result mask_alarm(struct engine *engine, uint32_t index, enum alarm_mask how,
                                      const struct cause *cause)
{
	const struct engine_command *command = cause->command;
	bool shelve = how == MASK_SHELVED;
	uint32_t longest_s = shelve ? LIMIT_SHELVE_S : LIMIT_SERVICE_S;
	uint32_t for_s = command->for_s ? command->for_s : shelve ? LIMIT_SHELVE_DEFAULT_S : LIMIT_SERVICE_DEFAULT_S;
	const struct condition_mask mask = {.how = how,
	                                    .one_shot = shelve && command->one_shot,
	                                    .until = mono_add_ms(cause->at, (int64_t)for_s * 1000)};

	if (for_s > longest_s)
		return COMMAND_TOO_LONG;
	enum command_result result = may_mask(engine, index, how, cause);
	if (result == COMMAND_OK)
		put_on(engine, index, &mask, cause);
	return result;
}

static enum command_result unmask_alarm(struct engine *engine, uint32_t index, enum alarm_mask how,
                                        const struct cause *cause)
{
	if (engine->states[index].alarm.mask != how)
		return COMMAND_NOT_NEEDED;
	if (how == MASK_OUT_OF_SERVICE && cause->command->level < LEVEL_MAINTAINER)
		return COMMAND_LEVEL;
	take_off(engine, index, how == MASK_SHELVED, cause);
	return COMMAND_OK;
}

static enum command_result command_alarm(struct engine *engine, const struct cause *cause)
{
	const struct engine_command *command = cause->command;
	uint32_t index = engine_find_state(engine, command->kind, command->subject, command->condition);

	if (index == SITE_NONE)
		return COMMAND_NO_SUCH_TARGET;
	if (command->occurrence != 0 && command->occurrence != engine->states[index].alarm.occurrence)
		return COMMAND_STALE_OCCURRENCE;
	switch (command->verb) {
	case VERB_SHELVE:
		return mask_alarm(engine, index, MASK_SHELVED, cause);
	case VERB_UNSHELVE:
		return unmask_alarm(engine, index, MASK_SHELVED, cause);
	case VERB_OUT_OF_SERVICE:
		return mask_alarm(engine, index, MASK_OUT_OF_SERVICE, cause);
	default:
		return unmask_alarm(engine, index, MASK_OUT_OF_SERVICE, cause);
	}
}

/* --- a sensor -------------------------------------------------------------------------------------- */

static bool is_bypassed(const struct condition_state *state)
{
	return state->alarm.mask == MASK_INHIBITED || state->alarm.mask == MASK_ISOLATED;
}

static enum command_result bypass(struct engine *engine, uint32_t index, const struct cause *cause)
{
	const struct engine_command *command = cause->command;
	const struct sensor *sensor = &engine->sensors[index];
	enum alarm_mask how = command->isolate ? MASK_ISOLATED : MASK_INHIBITED;
	uint32_t for_s = command->for_s ? command->for_s : LIMIT_ISOLATE_S;
	struct condition_mask mask = {.how = how};
	bool any = false, done = false;

	if (how == MASK_ISOLATED)
		mask.until = mono_add_ms(cause->at, (int64_t)for_s * 1000);
	for (uint32_t i = sensor->conditions; i < sensor->conditions + sensor->slot_count; i++) {
		if (!info_of(engine, i)->maskable)
			continue;
		any = true;
		if (engine->states[i].alarm.mask >= how)
			continue;
		put_on(engine, i, &mask, cause);
		done = true;
	}
	return done ? COMMAND_OK : any ? COMMAND_NOT_NEEDED : COMMAND_NOT_MASKABLE;
}

/* A tamper or a duress that blocks is overridden by a maintainer only. */
static bool is_managed_active(const struct engine *engine, uint32_t index)
{
	const struct sensor *sensor = &engine->sensors[index];

	for (uint32_t i = sensor->conditions; i < sensor->conditions + sensor->slot_count; i++)
		if (info_of(engine, i)->managed &&
		    (condition_holds(&engine->states[i]) || engine->states[i].alarm.latched))
			return true;
	return false;
}

int mask_override(struct engine *engine, uint32_t area, const struct cause *cause)
{
	int count = 0;

	for (uint32_t i = 0; i < engine->site->sensor_count; i++)
		if (engine->site->sensors[i].area == area && cause->command->level < LEVEL_MAINTAINER &&
		    is_managed_active(engine, i))
			return -1;
	for (uint32_t i = 0; i < engine->site->sensor_count; i++) {
		if (engine->site->sensors[i].area != area || !view_blocks(engine, i))
			continue;
		(void)bypass(engine, i, cause);
		count++;
	}
	return count;
}

static enum command_result may_bypass(const struct engine_command *command)
{
	if (command->isolate && command->level < LEVEL_MAINTAINER)
		return COMMAND_LEVEL;
	if (command->reason[0] == '\0')
		return COMMAND_NO_REASON;
	return command->for_s > LIMIT_ISOLATE_S ? COMMAND_TOO_LONG : COMMAND_OK;
}

static enum command_result restore(struct engine *engine, const struct cause *cause)
{
	const struct sensor *sensor = &engine->sensors[cause->command->subject];
	enum command_result result = COMMAND_NOT_NEEDED;

	for (uint32_t i = sensor->conditions; i < sensor->conditions + sensor->slot_count; i++) {
		if (!is_bypassed(&engine->states[i]))
			continue;
		if (engine->states[i].alarm.mask == MASK_ISOLATED && cause->command->level < LEVEL_MAINTAINER)
			return COMMAND_LEVEL;
		take_off(engine, i, false, cause);
		result = COMMAND_OK;
	}
	return result;
}

static enum command_result command_sensor(struct engine *engine, const struct cause *cause)
{
	const struct engine_command *command = cause->command;

	if (command->kind != SUBJECT_SENSOR || command->subject >= engine->site->sensor_count)
		return COMMAND_NO_SUCH_TARGET;
	if (command->verb == VERB_RESTORE)
		return restore(engine, cause);
	enum command_result result = may_bypass(command);
	return result == COMMAND_OK ? bypass(engine, command->subject, cause) : result;
}

enum command_result mask_command(struct engine *engine, const struct cause *cause)
{
	bool sensor = cause->command->verb == VERB_BYPASS || cause->command->verb == VERB_RESTORE;

	return sensor ? command_sensor(engine, cause) : command_alarm(engine, cause);
}
