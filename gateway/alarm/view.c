/* SPDX-License-Identifier: Apache-2.0 */
/* view - what people see of the engine, and what blocks setting; see engine.h */
#include "gateway/alarm/engine_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define MORE_BYTES sizeof ", and 4294967295 more"

const struct alarm_state *engine_alarm(const struct engine *engine, enum subject_kind kind, uint32_t subject,
                                       enum condition_id condition)
{
	uint32_t index = engine_find_state(engine, kind, subject, condition);

	return index == SITE_NONE ? NULL : &engine->states[index].alarm;
}

void engine_sensor(const struct engine *engine, uint32_t sensor, struct sensor_view *ret_view)
{
	assert(sensor < engine->site->sensor_count);
	const struct sensor *of = &engine->sensors[sensor];
	struct sensor_view view = {
	        .state = (enum sensor_state)of->state, .quality = (enum quality)of->quality, .at = MONO_NEVER};

	for (unsigned i = 0; i < of->input_count; i++) {
		const struct input *input = &engine->inputs[of->inputs + i];

		view.at = mono_min(view.at, input->at);
		if (view.quality == QUALITY_GOOD && input->quality == QUALITY_UNCERTAIN)
			view.quality = QUALITY_UNCERTAIN;
	}
	if (of->input_count == 0)
		view.at.us = 0;
	*ret_view = view;
}

bool engine_area_set(const struct engine *engine, uint32_t area)
{
	assert(area < engine->site->area_count);
	return engine->areas_set[area];
}

void engine_counts(const struct engine *engine, struct engine_counts *ret_counts)
{
	*ret_counts = engine->counts;
}

/* --- what blocks setting ---------------------------------------------------------------------------- */

static bool at_rest(const struct engine *engine, uint32_t sensor)
{
	switch ((enum sensor_state)engine->sensors[sensor].state) {
	case SENSOR_NORMAL:
	case SENSOR_LOCKED:
		return true;
	case SENSOR_CLOSED: /* closed is not secure when there is a bolt to look at */
		return engine_input(engine, sensor, ROLE_BOLT) == NULL;
	case SENSOR_UNKNOWN:
	case SENSOR_ACTIVE:
	case SENSOR_OPEN:
		break;
	}
	return false;
}

static bool is_bypassed(const struct engine *engine, uint32_t sensor)
{
	const struct sensor *of = &engine->sensors[sensor];

	for (unsigned slot = 0; slot < of->slot_count; slot++) {
		uint8_t mask = engine->states[of->conditions + slot].alarm.mask;

		if (mask == MASK_INHIBITED || mask == MASK_ISOLATED)
			return true;
	}
	return false;
}

/* EN 50131-1 table 4: an active detector, a fault, a tamper prevents setting; so does what waits for a reset. What is
 * bypassed blocks only with what a bypass does not mask. */
bool view_blocks(const struct engine *engine, uint32_t sensor)
{
	const struct sensor *of = &engine->sensors[sensor];

	if (!is_bypassed(engine, sensor) && (of->quality != QUALITY_GOOD || !at_rest(engine, sensor)))
		return true;
	for (unsigned slot = 0; slot < of->slot_count; slot++) {
		const struct condition_state *state = &engine->states[of->conditions + slot];

		if (state->alarm.mask <= MASK_SHELVED && (state->phase != PHASE_INACTIVE || state->alarm.latched))
			return true;
	}
	return false;
}

/* false: no room for it and, should others follow, for their number */
static bool add_name(char ret_reason[LIMIT_REASON + 1], const char *name)
{
	size_t used = strlen(ret_reason), room = LIMIT_REASON + 1 - used;
	const char *comma = used ? ", " : "";

	if (strlen(comma) + strlen(name) + MORE_BYTES > room)
		return false;
	snprintf(ret_reason + used, room, "%s%s", comma, name);
	return true;
}

void engine_area_blockers(const struct engine *engine, uint32_t area, char ret_reason[LIMIT_REASON + 1])
{
	uint32_t more = 0;

	assert(area < engine->site->area_count);
	ret_reason[0] = '\0';
	for (uint32_t i = 0; i < engine->site->sensor_count; i++)
		if (engine->site->sensors[i].area == area && view_blocks(engine, i))
			more += more || !add_name(ret_reason, engine->site->sensors[i].id);
	size_t used = strlen(ret_reason);
	if (more)
		snprintf(ret_reason + used, LIMIT_REASON + 1 - used, ", and %u more", more);
}
