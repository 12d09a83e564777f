/* SPDX-License-Identifier: Apache-2.0 */
/* tables - what engine_new() makes of the site, and the end of it; see engine_private.h */
#include "gateway/alarm/engine.h"

#include "gateway/alarm/engine_private.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

/* --- tables ---------------------------------------------------------------------------------------- */

static void *rows_new(size_t count, size_t bytes)
{
	return calloc(count + 1, bytes); /* never of zero bytes */
}

static size_t slots_of(enum sensor_kind kind)
{
	const enum condition_id *ids;

	return condition_of_kind(kind, &ids);
}

static void count_rows(struct engine *engine)
{
	const struct site *site = engine->site;

	for (size_t i = 0; i < site->sensor_count; i++) {
		engine->state_count += slots_of(site->sensors[i].kind);
		for (size_t role = 0; role < ROLE_COUNT; role++) {
			const struct site_input *input = &site->sensors[i].inputs[role];

			engine->input_count += input->point != SITE_NONE;
			engine->form_count += input->point != SITE_NONE && form_is_needed(input);
		}
	}
	engine->sensor_states = engine->state_count;
	engine->state_count += site->device_count * CONDITION_DEVICE_SLOTS + site->rule_count;
}

static int tables_new(struct engine *engine)
{
	const struct site *site = engine->site;

	count_rows(engine);
	engine->sensors = rows_new(site->sensor_count, sizeof *engine->sensors);
	engine->inputs = rows_new(engine->input_count, sizeof *engine->inputs);
	engine->states = rows_new(engine->state_count, sizeof *engine->states);
	engine->owners = rows_new(engine->state_count, sizeof *engine->owners);
	engine->devices = rows_new(site->device_count, sizeof *engine->devices);
	engine->areas_set = rows_new(site->area_count, sizeof *engine->areas_set);
	engine->uses_first = rows_new(site->point_count + 1, sizeof *engine->uses_first);
	engine->uses = rows_new(2 * engine->input_count, sizeof *engine->uses); /* a pair has two points */
	engine->forms = rows_new(engine->form_count, sizeof *engine->forms);
	engine->form_count = 0; /* from here on: those that are made */
	engine->rules_first = rows_new(site->sensor_count + 1, sizeof *engine->rules_first);
	engine->rules_of = rows_new(rules_members(site), sizeof *engine->rules_of);
	engine->said_first = rows_new(site->rule_count, sizeof *engine->said_first);
	engine->said = rows_new(rules_members(site), sizeof *engine->said);
	if (!engine->sensors || !engine->inputs || !engine->states || !engine->owners || !engine->devices ||
	    !engine->areas_set || !engine->uses_first || !engine->uses || !engine->forms || !engine->rules_first ||
	    !engine->rules_of || !engine->said_first || !engine->said)
		return -ENOMEM;
	return timers_new(&engine->timers, 2 * engine->state_count);
}

static struct condition_state fresh_state(const struct site_condition *of, const struct condition_info *info)
{
	return (struct condition_state){.alarm = {.acked = true},
	                                .latching = of->latched,
	                                .realarm_ms = of->realarm_ms,
	                                .needs_ack = info->ack,
	                                .always = info->always,
	                                .priority_set = of->priority_set,
	                                .priority_unset = of->priority_unset};
}

static uint32_t add_form(struct engine *engine, uint32_t sensor, const struct site_input *of)
{
	if (!form_is_needed(of))
		return SITE_NONE;
	engine->sensors[sensor].formed = true;
	engine->forms[engine->form_count] = form_new(engine->site, of);
	return (uint32_t)engine->form_count++;
}

static void fill_inputs(struct engine *engine, uint32_t index, uint32_t *next)
{
	const struct site_sensor *of = &engine->site->sensors[index];
	struct sensor *sensor = &engine->sensors[index];

	sensor->inputs = *next;
	for (uint8_t role = 0; role < ROLE_COUNT; role++) {
		sensor->role[role] = -1;
		if (of->inputs[role].point == SITE_NONE)
			continue;
		assert(of->inputs[role].point < engine->site->point_count);
		sensor->role[role] = (int8_t)sensor->input_count++;
		engine->inputs[(*next)++] =
		        (struct input){.point = of->inputs[role].point,
		                       .form = add_form(engine, index, &of->inputs[role]),
		                       .sensor = index,
		                       .role = role,
		                       .invert = of->inputs[role].invert,
		                       .slow = role == ROLE_TAMPER || (role == ROLE_INPUT && of->kind == KIND_TAMPER)};
	}
}

static void fill_states(struct engine *engine, uint32_t index, uint32_t *next)
{
	const struct site_sensor *of = &engine->site->sensors[index];
	struct sensor *sensor = &engine->sensors[index];
	const enum condition_id *ids;

	sensor->slot_count = (uint8_t)condition_of_kind(of->kind, &ids);
	sensor->conditions = *next;
	for (uint8_t slot = 0; slot < sensor->slot_count; slot++) {
		if (ids[slot] == COND_LOOP_SHORT)
			sensor->loops = slot;
		engine->owners[*next] = index;
		engine->states[(*next)++] = fresh_state(&of->conditions[slot], condition_info(ids[slot]));
	}
}

static void fill_rules(struct engine *engine, uint32_t next)
{
	const struct site *site = engine->site;

	for (uint32_t i = 0; i < site->rule_count; i++, next++) {
		const struct site_rule *rule = &site->rules[i];
		const struct site_condition plain = {.priority_set = rule->priority, .priority_unset = rule->priority};

		engine->owners[next] = (uint32_t)(site->sensor_count + site->device_count) + i;
		engine->states[next] = fresh_state(&plain, condition_info(site_rule_condition(rule)));
		condition_area(&engine->states[next], true, (struct mono){0});
	}
	assert(next == engine->state_count);
	rules_fill(engine);
}

static void fill_devices(struct engine *engine, uint32_t next)
{
	const enum condition_id *ids;
	size_t slots = condition_of_device(&ids), first = next, end = engine_rule_states(engine);

	for (; next < end; next++) {
		const struct condition_info *info = condition_info(ids[(next - first) % slots]);
		const struct site_condition plain = {.priority_set = info->priority_set,
		                                     .priority_unset = info->priority_unset,
		                                     .latched = info->latched};
		engine->owners[next] = (uint32_t)(engine->site->sensor_count + (next - first) / slots);
		engine->states[next] = fresh_state(&plain, info);
		condition_area(&engine->states[next], true, (struct mono){0});
	}
	fill_rules(engine, (uint32_t)end);
}

/* The second point of a pair; SITE_NONE: there is none. */
static uint32_t other_point(const struct engine *engine, size_t input)
{
	const struct form *form = engine_form(engine, &engine->inputs[input]);

	return form && form->of->form == FORM_PAIR ? form->of->other : SITE_NONE;
}

static void put_use(struct engine *engine, uint32_t point, size_t input)
{
	if (point != SITE_NONE)
		engine->uses[--engine->uses_first[point + 1]] = (uint32_t)input;
}

/* Inputs by point, in the order of the sensors: counted, summed up, put in their places. */
static void fill_uses(struct engine *engine)
{
	size_t points = engine->site->point_count;
	uint32_t *first = engine->uses_first;

	for (size_t i = 0; i < engine->input_count; i++) {
		first[engine->inputs[i].point + 1]++;
		if (other_point(engine, i) != SITE_NONE)
			first[other_point(engine, i) + 1]++;
	}
	for (size_t p = 0; p < points; p++)
		first[p + 1] += first[p];
	uint32_t uses = first[points];
	for (size_t i = engine->input_count; i-- > 0;) {
		put_use(engine, engine->inputs[i].point, i);
		put_use(engine, other_point(engine, i), i);
	}
	/* each entry now tells where its point begins: move them back by one */
	for (size_t p = 0; p < points; p++)
		first[p] = first[p + 1];
	first[points] = uses;
}

void engine_place_in_area(struct engine *engine, uint32_t area, bool set)
{
	for (uint32_t i = 0; i < engine->site->sensor_count; i++) {
		struct sensor *sensor = &engine->sensors[i];

		if (engine->site->sensors[i].area != area)
			continue;
		for (uint8_t slot = 0; slot < sensor->slot_count; slot++) {
			struct condition_state *state = &engine->states[sensor->conditions + slot];

			engine_tally(engine, &state->alarm, false);
			condition_area(state, set, (struct mono){0});
			engine_tally(engine, &state->alarm, true);
		}
	}
}

static void fill_tables(struct engine *engine)
{
	const struct site *site = engine->site;
	uint32_t input = 0, state = 0;

	for (uint32_t i = 0; i < site->sensor_count; i++) {
		fill_inputs(engine, i, &input);
		fill_states(engine, i, &state);
	}
	fill_devices(engine, state);
	fill_uses(engine);
	for (uint32_t i = 0; i < site->sensor_count; i++)
		for (uint8_t slot = 0; slot < engine->sensors[i].slot_count; slot++)
			condition_area(&engine->states[engine->sensors[i].conditions + slot],
			               site->sensors[i].area == SITE_NONE ||
			                       !site->areas[site->sensors[i].area].start_unset,
			               (struct mono){0});
	for (uint32_t i = 0; i < site->area_count; i++)
		engine->areas_set[i] = !site->areas[i].start_unset;
	engine->counts.sensors_bad = (uint32_t)site->sensor_count;
}

int engine_new(const struct site *site, const struct event_sink *sink, struct engine **ret_engine)
{
	struct engine *engine = calloc(1, sizeof *engine);

	if (!engine)
		return -ENOMEM;
	engine->site = site;
	engine->sink = sink;
	int error = tables_new(engine);
	if (error) {
		engine_free(&engine);
		return error;
	}
	fill_tables(engine);
	*ret_engine = engine;
	return 0;
}

void engine_free(struct engine **engine)
{
	struct engine *old = *engine;

	if (!old)
		return;
	timers_free(&old->timers);
	free(old->sensors);
	free(old->inputs);
	free(old->forms);
	free(old->states);
	free(old->owners);
	free(old->devices);
	free(old->areas_set);
	free(old->uses_first);
	free(old->uses);
	free(old->rules_first);
	free(old->rules_of);
	free(old->said_first);
	free(old->said);
	free(old);
	*engine = NULL;
}
