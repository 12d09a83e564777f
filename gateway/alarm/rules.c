/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules - what several sensors say together.
 *
 * A sensor speaks when the first condition of its kind is raised, or raised further: never while it is masked or its area is
 * unset, so nothing is verified there. At least n of m: in any order, each at most within_ms before or after the newest.
 * Sequence: for every step the latest beginning of a chain that led to it is remembered, so a fresh beginning never spoils an
 * older one that still has time. The alarm ends within_ms after what last contributed. It only raises: each sensor was told of
 * before. What was said before a restart is forgotten with it; an alarm restored as active ends.
 */
#include "gateway/alarm/engine_private.h"

#include <assert.h>

static uint32_t state_of(const struct engine *engine, uint32_t rule)
{
	return (uint32_t)engine_rule_states(engine) + rule;
}

static void step(struct engine *engine, uint32_t rule, const struct condition_state *before, enum condition_step taken,
                 const struct cause *cause)
{
	uint32_t index = state_of(engine, rule);
	struct condition_state *state = &engine->states[index];

	engine_follow(engine, index, &before->alarm);
	if (condition_pending(state))
		timers_set(&engine->timers, index, state->due);
	else
		timers_clear(&engine->timers, index);
	if (taken != STEP_ACTIVITY)
		tell_step(engine, index, taken, cause->at, cause);
}

/* Fulfilled, or only prolonged; it ends within_ms from now. */
static void contribute(struct engine *engine, uint32_t rule, bool hit, const struct cause *cause)
{
	struct condition_state *state = &engine->states[state_of(engine, rule)];
	struct condition_state before = *state;
	struct mono end = mono_add_ms(cause->at, engine->site->rules[rule].within_ms);
	enum condition_step taken = hit ? condition_hit(state, cause->at) : condition_true(state, cause->at, cause->at);

	(void)condition_false(state, end, cause->at);
	step(engine, rule, &before, taken, cause);
}

static bool recent(struct mono said, struct mono at, uint32_t within_ms)
{
	return said.us != 0 && mono_reached(mono_add_ms(said, within_ms), at);
}

/* A further sensor is a further occurrence; the same one again only prolongs. */
static void judge_count(struct engine *engine, uint32_t rule, uint32_t sensor, const struct cause *cause)
{
	const struct site_rule *of = &engine->site->rules[rule];
	struct mono *said = &engine->said[engine->said_first[rule]];
	bool new = false;
	uint32_t count = 0;

	for (size_t i = 0; i < of->member_count; i++) {
		if (of->members[i] == sensor) {
			new = !recent(said[i], cause->at, of->within_ms);
			said[i] = cause->at;
		}
		count += recent(said[i], cause->at, of->within_ms);
	}
	bool holds = condition_holds(&engine->states[state_of(engine, rule)]);
	if (count >= of->at_least)
		contribute(engine, rule, new || !holds, cause);
}

/* From the last step back, so that a sensor that stands twice takes one step at a time. */
static void judge_sequence(struct engine *engine, uint32_t rule, uint32_t sensor, const struct cause *cause)
{
	const struct site_rule *of = &engine->site->rules[rule];
	struct mono *begun = &engine->said[engine->said_first[rule]];
	bool done = false;

	for (size_t i = of->member_count; i-- > 0;) {
		if (of->members[i] != sensor)
			continue;
		if (i == 0)
			begun[i] = cause->at;
		else if (recent(begun[i - 1], cause->at, of->within_ms))
			begun[i] = begun[i - 1];
		else
			continue;
		done = done || i + 1 == of->member_count;
	}
	if (done)
		contribute(engine, rule, true, cause);
}

void rules_hear(struct engine *engine, uint32_t sensor, struct mono at, const struct cause *why)
{
	const struct cause cause = {.at = at, .now = why->now};

	if (!engine_area_of_sensor_set(engine, sensor))
		return;
	for (uint32_t i = engine->rules_first[sensor]; i < engine->rules_first[sensor + 1]; i++) {
		uint32_t rule = engine->rules_of[i];

		if (engine->site->rules[rule].sequence)
			judge_sequence(engine, rule, sensor, &cause);
		else
			judge_count(engine, rule, sensor, &cause);
	}
}

void rules_expire(struct engine *engine, uint32_t index, struct mono now)
{
	struct condition_state *state = &engine->states[index];
	struct condition_state before = *state;
	bool restored = state->due.us <= RULE_RESTORED_US;
	const struct cause cause = {.at = restored ? now : state->due, .now = now};

	enum condition_step taken = condition_expire(state);
	step(engine, index - state_of(engine, 0), &before, taken, &cause);
	mask_one_shot(engine, index, &cause);
}

/* --- tables ---------------------------------------------------------------------------------------- */

static bool has_before(const struct site_rule *rule, size_t member)
{
	for (size_t i = 0; i < member; i++)
		if (rule->members[i] == rule->members[member])
			return true;
	return false;
}

size_t rules_members(const struct site *site)
{
	size_t count = 0;

	for (size_t i = 0; i < site->rule_count; i++)
		count += site->rules[i].member_count;
	return count;
}

/* Rules by sensor, each once, in the order of the rules: counted, summed up, put in their places. */
void rules_fill(struct engine *engine)
{
	const struct site *site = engine->site;
	uint32_t *first = engine->rules_first, said = 0;

	for (size_t r = 0; r < site->rule_count; r++) {
		engine->said_first[r] = said;
		said += (uint32_t)site->rules[r].member_count;
		for (size_t m = 0; m < site->rules[r].member_count; m++)
			first[site->rules[r].members[m] + 1] += !has_before(&site->rules[r], m);
	}
	for (size_t s = 0; s < site->sensor_count; s++)
		first[s + 1] += first[s];
	uint32_t end = first[site->sensor_count];
	for (size_t r = site->rule_count; r-- > 0;)
		for (size_t m = 0; m < site->rules[r].member_count; m++)
			if (!has_before(&site->rules[r], m))
				engine->rules_of[--first[site->rules[r].members[m] + 1]] = (uint32_t)r;
	/* each entry now tells where its sensor begins: move them back by one */
	for (size_t s = 0; s < site->sensor_count; s++)
		first[s] = first[s + 1];
	first[site->sensor_count] = end;
}
