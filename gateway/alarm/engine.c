/* SPDX-License-Identifier: Apache-2.0 */
/* engine - see engine.h */
#include "gateway/alarm/engine.h"

#include "gateway/alarm/engine_private.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

/* --- tables ---------------------------------------------------------------------------------------- */

enum condition_id engine_condition_id(const struct engine *engine, uint32_t state)
{
	uint32_t owner = engine->owners[state];
	const enum condition_id *ids;

	if (owner >= engine->site->sensor_count + engine->site->device_count)
		return site_rule_condition(
		        &engine->site->rules[owner - engine->site->sensor_count - engine->site->device_count]);
	if (owner >= engine->site->sensor_count) {
		size_t slots = condition_of_device(&ids);
		return ids[(state - engine->sensor_states) % slots];
	}
	condition_of_kind(engine->site->sensors[owner].kind, &ids);
	return ids[state - engine->sensors[owner].conditions];
}

static uint32_t find_slot(const struct engine *engine, uint32_t sensor, enum condition_id condition)
{
	const enum condition_id *ids;
	size_t count = condition_of_kind(engine->site->sensors[sensor].kind, &ids);

	for (uint32_t slot = 0; slot < count; slot++)
		if (ids[slot] == condition)
			return engine->sensors[sensor].conditions + slot;
	return SITE_NONE;
}

static uint32_t find_device_slot(const struct engine *engine, uint32_t device, enum condition_id condition)
{
	const enum condition_id *ids;
	size_t count = condition_of_device(&ids);

	for (uint32_t slot = 0; slot < count; slot++)
		if (ids[slot] == condition)
			return (uint32_t)(engine->sensor_states + device * count + slot);
	return SITE_NONE;
}

uint32_t engine_find_state(const struct engine *engine, enum subject_kind kind, uint32_t subject,
                           enum condition_id condition)
{
	const struct site *site = engine->site;

	if (kind == SUBJECT_SENSOR && subject < site->sensor_count)
		return find_slot(engine, subject, condition);
	if (kind == SUBJECT_DEVICE && subject < site->device_count)
		return find_device_slot(engine, subject, condition);
	if (kind == SUBJECT_RULE && subject < site->rule_count &&
	    condition == site_rule_condition(&site->rules[subject]))
		return (uint32_t)engine_rule_states(engine) + subject;
	return SITE_NONE;
}

const struct input *engine_input(const struct engine *engine, uint32_t sensor, enum site_role role)
{
	const struct sensor *of = &engine->sensors[sensor];

	return of->role[role] < 0 ? NULL : &engine->inputs[of->inputs + (uint8_t)of->role[role]];
}

const struct form *engine_form(const struct engine *engine, const struct input *input)
{
	return input->form == SITE_NONE ? NULL : &engine->forms[input->form];
}

bool engine_area_of_sensor_set(const struct engine *engine, uint32_t sensor)
{
	uint32_t area = engine->site->sensors[sensor].area;

	return area == SITE_NONE || engine->areas_set[area];
}

void engine_tally(struct engine *engine, const struct alarm_state *alarm, bool add)
{
	struct engine_counts *counts = &engine->counts;
	uint32_t one = add ? 1 : UINT32_MAX; /* minus one, modulo 2^32 */

	assert(alarm->priority < sizeof counts->by_priority / sizeof counts->by_priority[0]);
	counts->masked += (alarm->mask != MASK_NONE) * one;
	counts->active += alarm->active * one;
	counts->unacked += !alarm->acked * one;
	counts->latched += alarm->latched * one;
	counts->by_priority[alarm->priority] += (alarm->mask == MASK_NONE && (alarm->active || !alarm->acked)) * one;
}

void engine_follow(struct engine *engine, uint32_t state, const struct alarm_state *before)
{
	const struct alarm_state *alarm = &engine->states[state].alarm;
	uint32_t timer = (uint32_t)engine->state_count + state;

	engine_tally(engine, before, false);
	engine_tally(engine, alarm, true);
	if (alarm->until.us != 0)
		timers_set(&engine->timers, timer, alarm->until);
	else
		timers_clear(&engine->timers, timer);
}

/* --- state from the journal ------------------------------------------------------------------------ */

int engine_restore_alarm(struct engine *engine, enum subject_kind kind, uint32_t subject, enum condition_id condition,
                         const struct alarm_state *state)
{
	uint32_t index = engine_find_state(engine, kind, subject, condition);

	if (index == SITE_NONE)
		return -ENOENT;
	struct alarm_state before = engine->states[index].alarm;
	engine->states[index].alarm = *state;
	engine->states[index].phase = state->active ? PHASE_ACTIVE : PHASE_INACTIVE;
	engine_follow(engine, index, &before);
	if (kind == SUBJECT_RULE && state->active) {
		engine->states[index].phase = PHASE_PENDING_OFF;
		engine->states[index].due.us = RULE_RESTORED_US;
		timers_set(&engine->timers, index, engine->states[index].due);
	}
	if (kind == SUBJECT_DEVICE)
		engine->devices[subject].doubtful = state->active;
	return 0;
}

void engine_restore_area(struct engine *engine, uint32_t area, bool set)
{
	assert(area < engine->site->area_count);
	if (engine->areas_set[area] == set)
		return;
	engine->areas_set[area] = set;
	engine_place_in_area(engine, area, set);
}

/* --- input ----------------------------------------------------------------------------------------- */

static void run_timers(struct engine *engine, struct mono until, struct mono now)
{
	uint32_t state;

	while (timers_take(&engine->timers, until, &state)) {
		uint32_t masked = state - (uint32_t)engine->state_count;

		if (state >= engine->sensor_states && state < engine->state_count)
			rules_expire(engine, state, now);
		else if (state < engine->state_count)
			evaluate_expiry(engine, state, now);
		else
			mask_lapse(engine, masked, engine->states[masked].alarm.until, now);
	}
}

/* A level that stays may still count: a climber, a trigger that was too early. */
static bool stays_of_interest(const struct input *input)
{
	return input->value && (input->role == ROLE_HIT || input->role == ROLE_LEVEL || input->role == ROLE_TRIGGER);
}

/* A device restored as lost is not announced as back when it answers from the start. */
static void believe_device(struct engine *engine, const struct sample *sample, struct mono now)
{
	uint32_t device = engine->site->points[sample->point].device;
	const struct cause cause = {.at = sample->at, .now = now};

	if (sample->quality == QUALITY_GOOD && engine->devices[device].doubtful)
		evaluate_device(engine, device, false, &cause);
}

static bool is_settled(const struct engine *engine, const struct input *input, const struct sample *sample)
{
	return input_settled(input, sample) && !stays_of_interest(input) && engine->sensors[input->sensor].pending == 0;
}

static void look_at(struct engine *engine, struct input *input, const struct sample *sample, struct mono now)
{
	believe_device(engine, sample, now);
	evaluate_sample(engine, input, sample, now);
}

/* What the point's value means, then as with a bit. */
static void take_formed(struct engine *engine, struct input *input, const struct sample *of_point, struct mono now)
{
	struct form *form = &engine->forms[input->form];
	enum form_trouble before = form->trouble;
	struct sample sample = *of_point;

	if (!form_take(form, &sample))
		return;
	sample.value = form->truth;
	bool moved = form->moved.us == sample.at.us && engine->site->sensors[input->sensor].timing.stuck_ms > 0;
	bool news = form->keep || form->back || form->hits > 0 || form->trouble != before || moved;
	if (!news && is_settled(engine, input, &sample))
		input_touch(input, &sample);
	else
		look_at(engine, input, &sample, now);
}

static void take_bit(struct engine *engine, struct input *input, const struct sample *sample, struct mono now)
{
	if (is_settled(engine, input, sample))
		input_touch(input, sample);
	else
		look_at(engine, input, sample, now);
}

void engine_sample(struct engine *engine, const struct sample *sample, struct mono now)
{
	assert(sample->point < engine->site->point_count);
	uint32_t first = engine->uses_first[sample->point], end = engine->uses_first[sample->point + 1];

	run_timers(engine, sample->at, now);
	for (uint32_t use = first; use < end; use++) {
		struct input *input = &engine->inputs[engine->uses[use]];

		if (input->form == SITE_NONE)
			take_bit(engine, input, sample, now);
		else
			take_formed(engine, input, sample, now);
	}
}

void engine_cleared(struct engine *engine, uint32_t point)
{
	assert(point < engine->site->point_count);
	for (uint32_t use = engine->uses_first[point]; use < engine->uses_first[point + 1]; use++)
		input_clear(&engine->inputs[engine->uses[use]]);
}

void engine_device(struct engine *engine, uint32_t device, bool lost, enum fault fault, struct mono now)
{
	const struct cause cause = {.at = now, .now = now, .fault = fault};

	assert(device < engine->site->device_count);
	evaluate_device(engine, device, lost, &cause);
}

void engine_device_condition(struct engine *engine, const struct engine_device_news *news, struct mono now)
{
	const struct cause cause = {.at = now, .now = now, .said = news->said};

	assert(news->device < engine->site->device_count && news->condition != COND_DEVICE_LOST);
	evaluate_device_condition(engine, news->device, news->condition, news->active, &cause);
}

void engine_tick(struct engine *engine, struct mono now)
{
	run_timers(engine, now, now);
}

struct mono engine_next(const struct engine *engine)
{
	return timers_next(&engine->timers);
}
