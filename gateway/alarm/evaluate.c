/* SPDX-License-Identifier: Apache-2.0 */
/* evaluate - what a kind wishes into the state machines, supervision beside it; see engine_private.h */
#include "gateway/alarm/engine_private.h"

#include <assert.h>

struct evaluation {
	struct engine *engine;
	uint32_t index; /* of the sensor */
	struct sensor *sensor;
	struct cause cause;
	struct look look;
	struct verdict verdict;
};

static void begin(struct evaluation *e, struct engine *engine, uint32_t sensor, const struct cause *cause)
{
	*e = (struct evaluation){.engine = engine,
	                         .index = sensor,
	                         .sensor = &engine->sensors[sensor],
	                         .cause = *cause,
	                         .verdict = {.activity = COND_NONE}};
	e->look = (struct look){.sensor = &engine->site->sensors[sensor],
	                        .states = &engine->states[e->sensor->conditions],
	                        .memory = &e->sensor->memory,
	                        .at = cause->at,
	                        .role = ROLE_COUNT};
	for (unsigned role = 0; role < ROLE_COUNT; role++)
		e->look.inputs[role] = engine_input(engine, sensor, (enum site_role)role);
}

/* --- one state ------------------------------------------------------------------------------------- */

static void keep_time(struct engine *engine, uint32_t index, bool was_pending)
{
	const struct condition_state *state = &engine->states[index];
	struct sensor *sensor = &engine->sensors[engine->owners[index]];

	if (condition_pending(state))
		timers_set(&engine->timers, index, state->due);
	else
		timers_clear(&engine->timers, index);
	sensor->pending = (uint8_t)(sensor->pending + condition_pending(state) - was_pending);
}

static void note_activity(struct evaluation *e, uint32_t index)
{
	enum condition_id id = engine_condition_id(e->engine, index);

	if (e->verdict.activity == COND_NONE)
		e->verdict.activity = id == COND_FENCE_INTRUSION ? COND_FENCE_ACTIVITY : id;
}

/* When it came to be so; after a delay that nobody could watch to its end, when it was seen. */
static struct mono time_of(const struct evaluation *e, uint32_t index, bool was_pending)
{
	bool overdue = was_pending && kind_waits_for_good(engine_condition_id(e->engine, index));

	return overdue ? e->look.at : e->engine->states[index].due;
}

static void tell(struct evaluation *e, uint32_t index, const struct condition_state *before, enum condition_step step)
{
	if (step == STEP_ACTIVITY)
		note_activity(e, index);
	if (step == STEP_NONE || step == STEP_ACTIVITY)
		return;
	engine_follow(e->engine, index, &before->alarm);
	e->cause.hits = e->verdict.hits;
	struct mono at = time_of(e, index, condition_pending(before));
	tell_step(e->engine, index, step, at, &e->cause);
	if (index == e->sensor->conditions && step != STEP_CLEARED)
		rules_hear(e->engine, e->index, at, &e->cause);
}

static void finish_step(struct evaluation *e, uint32_t index, const struct condition_state *before,
                        enum condition_step step)
{
	bool gone = before->phase != PHASE_INACTIVE && e->engine->states[index].phase == PHASE_INACTIVE;

	keep_time(e->engine, index, condition_pending(before));
	tell(e, index, before, step);
	if (gone && condition_holds(before))
		mask_one_shot(e->engine, index, &e->cause);
}

static enum condition_step take_step(struct evaluation *e, struct condition_state *state, unsigned slot)
{
	struct mono due = e->verdict.of[slot].due;

	switch (e->verdict.of[slot].wish) {
	case WISH_TRUE:
		return condition_true(state, due, e->look.at);
	case WISH_FALSE:
		return condition_false(state, due, e->look.at);
	case WISH_HIT:
		return condition_hit(state, e->look.at);
	case WISH_KEEP:
		break;
	}
	return STEP_NONE;
}

static void grant(struct evaluation *e, unsigned slot)
{
	uint32_t index = e->sensor->conditions + slot;
	struct condition_state *state = &e->engine->states[index];
	struct condition_state before = *state;
	enum condition_step step = take_step(e, state, slot);

	if (before.phase == PHASE_INACTIVE)
		state->initial = e->cause.initial;
	finish_step(e, index, &before, step);
}

/* --- one sensor ------------------------------------------------------------------------------------ */

static bool roles_good(const struct look *look, uint32_t roles)
{
	for (unsigned role = 0; role < ROLE_COUNT; role++)
		if ((roles & 1u << role) && look->inputs[role] && look->inputs[role]->quality != QUALITY_GOOD)
			return false;
	return true;
}

static bool may_change(const struct look *look, enum condition_id id)
{
	return !kind_waits_for_good(id) || roles_good(look, kind_roles(look->sensor->kind, id));
}

static void judge(struct evaluation *e)
{
	const enum condition_id *ids;
	unsigned slots = (unsigned)condition_of_kind(e->look.sensor->kind, &ids) - 1;

	do {
		e->verdict = (struct verdict){.activity = COND_NONE};
		kind_of(e->look.sensor->kind)->judge(&e->look, &e->verdict);
		for (unsigned slot = 0; slot < slots; slot++)
			if (e->verdict.of[slot].wish != WISH_KEEP && may_change(&e->look, ids[slot]))
				grant(e, slot);
	} while (e->verdict.again);
}

/* One lost point is enough; back is when all have said so twice. */
static void supervise(struct evaluation *e)
{
	unsigned slot = e->sensor->slot_count - 1u;
	bool lost = false, good = true;

	for (unsigned i = 0; i < e->sensor->input_count; i++) {
		const struct input *input = &e->engine->inputs[e->sensor->inputs + i];

		lost |= input->lost;
		good &= input->good == INPUT_SAMPLES;
	}
	if (lost)
		wish_true(&e->verdict, slot, e->look.at);
	else if (good)
		wish_false(&e->verdict, slot, e->look.at);
	grant(e, slot);
}

/* --- the wires ------------------------------------------------------------------------------------- */

static void wish_trouble(struct evaluation *e, enum form_trouble trouble)
{
	unsigned slot = e->sensor->loops + (unsigned)(trouble - TROUBLE_SHORT);
	struct mono due = MONO_NEVER;
	bool settled = true;

	for (unsigned i = 0; i < e->sensor->input_count; i++) {
		const struct form *form = engine_form(e->engine, &e->engine->inputs[e->sensor->inputs + i]);

		if (form && form->trouble == trouble)
			due = mono_min(due, mono_add_ms(form->since, form_delay_ms(form)));
		settled &= !form || form->run >= FORM_SAMPLES;
	}
	if (due.us != MONO_NEVER.us)
		wish_true(&e->verdict, slot, due);
	else if (settled)
		wish_false(&e->verdict, slot, e->look.at);
	grant(e, slot);
}

/* When the first of the sensor's numbers has rested for too long. */
static struct mono life_ends(const struct evaluation *e)
{
	struct mono end = MONO_NEVER;

	for (unsigned i = 0; i < e->sensor->input_count; i++) {
		const struct input *input = &e->engine->inputs[e->sensor->inputs + i];
		const struct form *form = engine_form(e->engine, input);

		if (form && form_shows_life(form) && input->role != ROLE_TAMPER && form->moved.us != 0)
			end = mono_min(end, mono_add_ms(form->moved, e->look.sensor->timing.stuck_ms));
	}
	return end;
}

/* A loss hides whether the value moved: after it the time begins anew, and nothing ends until it is seen to move. */
static void watch_life(struct evaluation *e)
{
	unsigned slot = e->sensor->loops + (unsigned)(TROUBLE_DRIFT - TROUBLE_SHORT) + 1;
	struct mono end = life_ends(e);

	if (end.us == MONO_NEVER.us)
		return;
	e->cause.initial = false; /* that it rests is never found at the first look */
	if (e->look.news.moved && !e->look.news.anew && !mono_reached(e->look.at, end)) {
		wish_false(&e->verdict, slot, e->look.at);
		grant(e, slot);
	}
	wish_true(&e->verdict, slot, end);
	grant(e, slot);
	e->cause.initial = e->look.news.first;
}

static void watch_wires(struct evaluation *e)
{
	enum sensor_kind kind = e->look.sensor->kind;

	for (enum form_trouble trouble = TROUBLE_SHORT; e->sensor->formed && trouble <= TROUBLE_DRIFT; trouble++)
		wish_trouble(e, trouble);
	if ((kind == KIND_FENCE || kind == KIND_INPUT) && e->look.sensor->timing.stuck_ms > 0)
		watch_life(e);
}

/* A missed scan is not told: it is either made good or becomes a loss. */
static enum quality quality_of(const struct evaluation *e)
{
	enum quality quality = QUALITY_GOOD;

	for (unsigned i = 0; i < e->sensor->input_count; i++) {
		const struct input *input = &e->engine->inputs[e->sensor->inputs + i];

		if (input->lost)
			return QUALITY_BAD;
		if (!input->known)
			quality = QUALITY_UNKNOWN;
	}
	return quality;
}

/* true: there is something new to tell */
static bool see_state(struct evaluation *e)
{
	enum quality quality = quality_of(e);
	enum sensor_state state =
	        quality == QUALITY_GOOD ? kind_of(e->look.sensor->kind)->state(&e->look) : SENSOR_UNKNOWN;
	bool news = quality != (enum quality)e->sensor->quality || state != (enum sensor_state)e->sensor->state;

	e->engine->counts.sensors_bad += (quality != QUALITY_GOOD);
	e->engine->counts.sensors_bad -= (e->sensor->quality != QUALITY_GOOD);
	e->sensor->quality = (uint8_t)quality;
	e->sensor->state = (uint8_t)state;
	return news;
}

static void conclude(struct evaluation *e, bool news)
{
	e->cause.hits = e->verdict.hits;
	if (news || e->verdict.activity != COND_NONE)
		tell_sensor(e->engine, e->index, e->verdict.activity, &e->cause);
}

/* true: it says something of truth */
static bool take(struct evaluation *e, struct input *input, const struct sample *sample)
{
	const struct form *form = engine_form(e->engine, input);
	bool good = sample->quality == QUALITY_GOOD;

	if (form && form->keep && good) {
		input_keep(input, sample, &e->look.news);
		return false;
	}
	input_take(input, sample, &e->look.news);
	if (form && form->of->form == FORM_COUNTER && good) {
		e->look.news.hits = form->hits;
		e->look.news.rise = form->hits > 0;
		e->cause.said = form->back ? "the counter went back: its device was started anew" : NULL;
	}
	return good;
}

void evaluate_sample(struct engine *engine, struct input *input, const struct sample *sample, struct mono now)
{
	struct evaluation e;
	struct cause cause = {.at = sample->at, .now = now, .input = input, .fault = sample->fault};

	begin(&e, engine, input->sensor, &cause);
	bool telling = take(&e, input, sample);
	e.cause.initial = e.look.news.first;
	e.look.role = (enum site_role)input->role;
	bool news = see_state(&e);
	if (telling)
		judge(&e);
	if (sample->quality == QUALITY_GOOD)
		watch_wires(&e);
	supervise(&e);
	conclude(&e, news || e.cause.said);
}

void evaluate_expiry(struct engine *engine, uint32_t index, struct mono now)
{
	struct condition_state *state = &engine->states[index];
	struct evaluation e;
	struct cause cause = {.at = state->due, .now = now};

	assert(engine->owners[index] < engine->site->sensor_count);
	begin(&e, engine, engine->owners[index], &cause);
	/* it stays pending without a timer: the next good sample finds the delay run out */
	if (!may_change(&e.look, engine_condition_id(engine, index)))
		return;
	judge(&e);
	/* a hold that the kind leaves to its end */
	if (condition_pending(state) && mono_reached(cause.at, state->due)) {
		struct condition_state before = *state;

		finish_step(&e, index, &before, condition_expire(state));
	}
	conclude(&e, false);
}

/* --- devices and areas ----------------------------------------------------------------------------- */

/* A condition of a device that is true or not as its owner says. */
static void evaluate_of_device(struct engine *engine, uint32_t index, bool active, const struct cause *cause)
{
	struct condition_state *state = &engine->states[index];
	struct alarm_state before = state->alarm;
	enum condition_step step =
	        active ? condition_true(state, cause->at, cause->at) : condition_false(state, cause->at, cause->at);

	engine_follow(engine, index, &before);
	state->initial = cause->initial;
	if (step != STEP_ACTIVITY)
		tell_step(engine, index, step, cause->at, cause);
	if (!active)
		mask_one_shot(engine, index, cause);
}

void evaluate_device(struct engine *engine, uint32_t device, bool lost, const struct cause *cause)
{
	engine->devices[device].doubtful = false;
	evaluate_of_device(engine, engine_find_state(engine, SUBJECT_DEVICE, device, COND_DEVICE_LOST), lost, cause);
}

void evaluate_device_condition(struct engine *engine, uint32_t device, enum condition_id condition, bool active,
                               const struct cause *cause)
{
	uint32_t index = engine_find_state(engine, SUBJECT_DEVICE, device, condition);

	assert(index != SITE_NONE);
	if (engine->states[index].alarm.active != active)
		evaluate_of_device(engine, index, active, cause);
}

void evaluate_area(struct engine *engine, uint32_t area, const struct cause *cause)
{
	for (uint32_t i = 0; i < engine->sensor_states; i++) {
		struct condition_state *state = &engine->states[i];

		if (engine->site->sensors[engine->owners[i]].area != area)
			continue;
		struct alarm_state before = state->alarm;
		enum condition_step step = condition_area(state, engine->areas_set[area], cause->at);
		engine_follow(engine, i, &before);
		tell_step(engine, i, step, cause->at, cause);
	}
}
