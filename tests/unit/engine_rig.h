/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine_rig - a hand-made site of plain inputs, an engine on it, and a sink that checks every event against what
 * the events before it told. For the unit tests of the engine.
 */
#ifndef PICKET_ENGINE_RIG_H
#define PICKET_ENGINE_RIG_H

#include "gateway/alarm/engine.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define POINTS  32
#define SENSORS 12
#define AREAS   3
#define DEVICES 2
#define RULES   4
#define MEMBERS 4
#define SLOTS   (SENSORS * CONDITION_SLOTS + DEVICES + RULES)
#define EVENTS  64

/* Check notes each of its assertions in a file: too slow for what is asked a million times. */
#define MUST(what)                                                                                                     \
	do {                                                                                                           \
		if (!(what))                                                                                           \
			ck_abort_msg("seed %llu: not %s", (unsigned long long)seed_now, #what);                        \
	} while (0)

static uint64_t seed_now;

/* --- a site, and a sink that checks every event ------------------------------------------------------ */

static struct site site;
static struct site_point points[POINTS];
static struct site_device devices[DEVICES];
static struct site_area areas[AREAS];
static struct site_sensor sensors[SENSORS];
static char ids[SENSORS][LIMIT_ID + 1];

static struct engine *engine;
static struct mono now;

static struct {
	uint64_t seq;
	struct event last[EVENTS]; /* of this call, the first EVENTS of them */
	size_t count;
	uint64_t digest;
	struct alarm_state alarms[SLOTS]; /* as the events tell them */
	bool commanding;
	enum condition_id only; /* COND_NONE: alarm events of any condition are allowed */
} heard;

static inline struct alarm_state *mirror(enum subject_kind kind, uint32_t subject, enum condition_id condition)
{
	const enum condition_id *of;

	if (kind == SUBJECT_DEVICE)
		return &heard.alarms[SENSORS * CONDITION_SLOTS + subject];
	if (kind == SUBJECT_RULE)
		return &heard.alarms[SENSORS * CONDITION_SLOTS + DEVICES + subject];
	size_t count = condition_of_kind(sensors[subject].kind, &of);
	for (size_t slot = 0; slot < count; slot++)
		if (of[slot] == condition)
			return &heard.alarms[subject * CONDITION_SLOTS + slot];
	ck_abort_msg("sensor %u has no condition %d", subject, condition);
}

/* The property that each event must have, given what was known before it. */
static inline void check_alarm(const struct event *event)
{
	struct alarm_state *was = mirror(event->subject_kind, event->subject, event->condition);
	const struct alarm_state *is = &event->state;
	bool begins = event->type == EVENT_ALARM_RAISED || event->type == EVENT_DEVICE_LOST;
	bool ends = event->type == EVENT_ALARM_CLEARED || event->type == EVENT_DEVICE_RESTORED;

	MUST(!was->latched || is->latched || event->type == EVENT_ALARM_RESET);
	MUST(was->acked || !is->acked || event->type == EVENT_ALARM_ACKED || (is->mask && !was->mask));
	MUST(!was->active || is->active || ends);
	MUST(was->active || !is->active || begins || event->type == EVENT_ALARM_UPDATED ||
	     event->type == EVENT_ALARM_UNSHELVED);
	MUST(is->occurrence >= was->occurrence);
	MUST(is->occurrence == was->occurrence || is->occurrence == event->seq);
	MUST(is->count >= 1 || !is->active);
	MUST(!is->mask || is->acked);
	MUST(!is->mask || is->mask == MASK_INHIBITED || is->until.us > 0); /* nothing is hidden for ever */
	MUST(!is->mask || !begins);                                        /* nor announced */
	MUST(!(was->mask && !is->mask) || event->type == EVENT_ALARM_UNSHELVED ||
	     event->type == EVENT_ALARM_UNSUPPRESSED || event->type == EVENT_ALARM_INSERVICE);
	MUST(!condition_info(event->condition)->managed || !is->mask || is->mask == MASK_OUT_OF_SERVICE);
	MUST(heard.only == COND_NONE || heard.only == event->condition);
	if (event->type == EVENT_ALARM_ACKED || event->type == EVENT_ALARM_RESET)
		MUST(heard.commanding);
	*was = *is;
}

static inline void digest(const void *bytes, size_t size)
{
	const unsigned char *at = bytes;

	while (size-- > 0)
		heard.digest = (heard.digest ^ *at++) * 1099511628211u;
}

static inline void put(void *context, struct event *event)
{
	uint64_t facts[] = {event->type,      (uint64_t)event->at.us, event->subject_kind, event->subject,
	                    event->condition, event->priority,        event->count,        event->age_ms,
	                    event->quality,   event->sensor_state,    event->point,        event->state.occurrence};

	(void)context;
	event->seq = ++heard.seq;
	if (event->state.occurrence == 0)
		event->state.occurrence = event->seq;
	if (event_of_alarm(event))
		check_alarm(event);
	digest(facts, sizeof facts);
	if (heard.count < EVENTS)
		heard.last[heard.count] = *event;
	heard.count++;
}

static const struct event_sink sink = {.put = put};

static inline void make_sensor(uint32_t index, enum sensor_kind kind, uint32_t area)
{
	struct site_sensor *sensor = &sensors[index];
	const enum condition_id *of;
	size_t count = condition_of_kind(kind, &of);

	snprintf(ids[index], sizeof ids[index], "sensor-with-a-rather-long-id-%02u", index);
	*sensor = (struct site_sensor){.id = ids[index], .title = ids[index], .kind = kind, .area = area};
	for (size_t role = 0; role < ROLE_COUNT; role++)
		sensor->inputs[role].point = SITE_NONE;
	for (size_t slot = 0; slot < count; slot++) {
		const struct condition_info *info = condition_info(of[slot]);

		sensor->conditions[slot] =
		        (struct site_condition){info->priority_set, info->priority_unset, info->latched, 0};
	}
}

static inline void make_site(void)
{
	site = (struct site){.device_count = DEVICES,
	                     .point_count = POINTS,
	                     .area_count = AREAS,
	                     .sensor_count = SENSORS,
	                     .devices = devices,
	                     .points = points,
	                     .areas = areas,
	                     .sensors = sensors};
	for (uint32_t i = 0; i < POINTS; i++)
		points[i] = (struct site_point){.name = "di", .device = i * DEVICES / POINTS};
	for (uint32_t i = 0; i < AREAS; i++)
		areas[i] = (struct site_area){.id = "area", .title = "area", .start_unset = i == 1};
	for (uint32_t i = 0; i < SENSORS; i++) {
		make_sensor(i, KIND_INPUT, 0);
		sensors[i].inputs[ROLE_INPUT].point = i;
	}
}

static inline void start(void)
{
	ck_assert_int_eq(engine_new(&site, &sink, &engine), 0);
}

static inline void setup(void)
{
	memset(&heard, 0, sizeof heard);
	heard.only = COND_NONE;
	for (size_t i = 0; i < SLOTS; i++)
		heard.alarms[i].acked = true;
	now.us = 5000000;
	make_site();
	start();
}

static inline void teardown(void)
{
	engine_free(&engine);
	ck_assert_ptr_null(engine);
	engine_free(&engine);
}

static inline void take(uint32_t point, bool value, enum quality quality)
{
	const struct sample sample = {.point = point, .value = value, .quality = quality, .at = now, .err_us = 50001};

	heard.count = 0;
	engine_sample(engine, &sample, mono_add_ms(now, 7));
}

/* How order() means what masks. */
static uint32_t mask_s;
static bool mask_once;

static inline enum command_result order(enum command_verb verb, enum subject_kind kind, uint32_t subject,
                                        const struct event *about)
{
	char reason[LIMIT_REASON + 1];
	struct engine_command command = {.verb = verb,
	                                 .level = LEVEL_MAINTAINER,
	                                 .kind = kind,
	                                 .subject = subject,
	                                 .for_s = mask_s,
	                                 .one_shot = mask_once,
	                                 .isolate = mask_once,
	                                 .override = mask_once,
	                                 .user = "op",
	                                 .reason = "work",
	                                 .id = "c1"};

	if (about) {
		command.condition = about->condition;
		command.occurrence = about->state.occurrence;
	}
	heard.count = 0;
	return engine_command(engine, &command, now, reason);
}

#endif
