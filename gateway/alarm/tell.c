/* SPDX-License-Identifier: Apache-2.0 */
/* tell - events about alarms, sensors and areas; see engine_private.h */
#include "gateway/alarm/engine_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static void add_people(struct event *event, const struct engine_command *command)
{
	static_assert(sizeof event->user == sizeof command->user && sizeof event->station == sizeof command->station &&
	                      sizeof event->reason == sizeof command->reason &&
	                      sizeof event->command == sizeof command->id,
	              "copied whole");

	if (!command)
		return;
	memcpy(event->user, command->user, sizeof event->user);
	memcpy(event->station, command->station, sizeof event->station);
	memcpy(event->reason, command->reason, sizeof event->reason);
	memcpy(event->command, command->id, sizeof event->command);
}

static void add_input(struct event *event, const struct input *input, const struct cause *cause)
{
	if (!input)
		return;
	int64_t age_us = input->at.us ? mono_since_us(cause->now, input->at) : 0;

	event->point = input->point;
	event->value = input->raw != input->invert;
	event->raw = input->number;
	event->quality = (enum quality)input->quality;
	event->age_ms = age_us > 0 ? (uint32_t)(age_us / 1000) : 0;
	event->err_ms = (input->err_us + 999) / 1000;
}

/* The point behind a condition: the one just looked at when it is one of them, else the first. */
static const struct input *input_behind(const struct engine *engine, uint32_t sensor, enum condition_id id,
                                        const struct cause *cause)
{
	uint32_t roles = kind_roles(engine->site->sensors[sensor].kind, id);

	if (cause->input && (roles & 1u << cause->input->role))
		return cause->input;
	for (unsigned role = 0; role < ROLE_COUNT; role++)
		if ((roles & 1u << role) && engine_input(engine, sensor, (enum site_role)role))
			return engine_input(engine, sensor, (enum site_role)role);
	return NULL;
}

static void about_sensor(struct event *event, const struct engine *engine, uint32_t sensor)
{
	event->subject_kind = SUBJECT_SENSOR;
	event->subject = sensor;
	event->sensor_state = (enum sensor_state)engine->sensors[sensor].state;
	event->area_set = engine_area_of_sensor_set(engine, sensor);
}

static void about_device(struct event *event, const struct engine *engine, uint32_t device)
{
	uint32_t state = engine_find_state(engine, SUBJECT_DEVICE, device, COND_DEVICE_LOST);

	event->subject_kind = SUBJECT_DEVICE;
	event->subject = device;
	event->quality = engine->states[state].alarm.active ? QUALITY_BAD : QUALITY_GOOD;
	event->area_set = true;
}

void tell_alarm(struct engine *engine, uint32_t index, enum event_type type, struct mono at, const struct cause *cause)
{
	struct condition_state *state = &engine->states[index];
	uint32_t owner = engine->owners[index], sensors = (uint32_t)engine->site->sensor_count;
	struct event event = {.type = type,
	                      .at = at,
	                      .condition = engine_condition_id(engine, index),
	                      .state = state->alarm,
	                      .priority = state->alarm.priority,
	                      .point = SITE_NONE,
	                      .fault = cause->fault,
	                      .initial = state->initial && state->alarm.active && !cause->command,
	                      .count = cause->hits ? cause->hits : state->alarm.count};

	if (owner < sensors) {
		about_sensor(&event, engine, owner);
		add_input(&event, input_behind(engine, owner, event.condition, cause), cause);
	} else if (index < engine_rule_states(engine)) {
		about_device(&event, engine, owner - sensors);
	} else {
		event.subject_kind = SUBJECT_RULE;
		event.subject = owner - sensors - (uint32_t)engine->site->device_count;
		event.quality = QUALITY_GOOD;
		event.area_set = true;
	}
	if (cause->said)
		snprintf(event.reason, sizeof event.reason, "%s", cause->said);
	add_people(&event, cause->command);
	event_emit(engine->sink, &event);
	if (state->alarm.occurrence == 0)
		state->alarm.occurrence = event.seq;
}

static enum event_type type_of(enum condition_step step, bool lost)
{
	if (step == STEP_CLEARED)
		return lost ? EVENT_DEVICE_RESTORED : EVENT_ALARM_CLEARED;
	if (lost)
		return EVENT_DEVICE_LOST;
	return step == STEP_RAISED ? EVENT_ALARM_RAISED : EVENT_ALARM_UPDATED;
}

void tell_step(struct engine *engine, uint32_t index, enum condition_step step, struct mono at,
               const struct cause *cause)
{
	bool lost = engine_condition_id(engine, index) == COND_DEVICE_LOST;

	if (step == STEP_NONE)
		return;
	assert(step != STEP_ACTIVITY);
	tell_alarm(engine, index, type_of(step, lost), at, cause);
	if (step == STEP_CLEARED && condition_waits_for_reset(&engine->states[index]))
		tell_alarm(engine, index, EVENT_ALARM_LATCHED, at, cause);
}

void tell_sensor(struct engine *engine, uint32_t sensor, enum condition_id activity, const struct cause *cause)
{
	struct event event = {.type = EVENT_SENSOR_CHANGED,
	                      .at = cause->at,
	                      .condition = activity,
	                      .priority = 5,
	                      .point = SITE_NONE,
	                      .fault = cause->fault,
	                      .initial = cause->initial,
	                      .count = activity == COND_NONE ? 0 : cause->hits};

	if (cause->said)
		snprintf(event.reason, sizeof event.reason, "%s", cause->said);
	uint32_t state = engine_find_state(engine, SUBJECT_SENSOR, sensor, activity);

	about_sensor(&event, engine, sensor);
	add_input(&event, cause->input, cause);
	event.quality = (enum quality)engine->sensors[sensor].quality;
	if (state != SITE_NONE) {
		event.state = engine->states[state].alarm;
		event.priority = engine->states[state].alarm.priority;
	}
	event_emit(engine->sink, &event);
}

void tell_area(struct engine *engine, uint32_t area, enum event_type type, const struct cause *cause,
               const char *reason)
{
	struct event event = {.type = type,
	                      .at = cause->at,
	                      .subject_kind = SUBJECT_AREA,
	                      .subject = area,
	                      .condition = COND_NONE,
	                      .priority = 5,
	                      .point = SITE_NONE,
	                      .count = cause->hits,
	                      .area_set = engine->areas_set[area]};

	add_people(&event, cause->command);
	if (reason)
		memcpy(event.reason, reason, strnlen(reason, LIMIT_REASON) + 1);
	event.reason[LIMIT_REASON] = '\0';
	event_emit(engine->sink, &event);
}
