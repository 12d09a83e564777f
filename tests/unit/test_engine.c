/* SPDX-License-Identifier: Apache-2.0 */
/* engine: the edges of its interface, and what must hold whatever happens. The stories (tests/stories/) tell the rest. */
#include "gateway/alarm/engine.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POINTS  32
#define SENSORS 12
#define AREAS   3
#define DEVICES 2
#define SLOTS   (SENSORS * CONDITION_SLOTS + DEVICES)
#define EVENTS  64
#define SEEDS   500
#define STEPS   1500

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

static struct alarm_state *mirror(enum subject_kind kind, uint32_t subject, enum condition_id condition)
{
	const enum condition_id *of;

	if (kind == SUBJECT_DEVICE)
		return &heard.alarms[SENSORS * CONDITION_SLOTS + subject];
	size_t count = condition_of_kind(sensors[subject].kind, &of);
	for (size_t slot = 0; slot < count; slot++)
		if (of[slot] == condition)
			return &heard.alarms[subject * CONDITION_SLOTS + slot];
	ck_abort_msg("sensor %u has no condition %d", subject, condition);
}

/* The property that each event must have, given what was known before it. */
static void check_alarm(const struct event *event)
{
	struct alarm_state *was = mirror(event->subject_kind, event->subject, event->condition);
	const struct alarm_state *is = &event->state;
	bool begins = event->type == EVENT_ALARM_RAISED || event->type == EVENT_DEVICE_LOST;
	bool ends = event->type == EVENT_ALARM_CLEARED || event->type == EVENT_DEVICE_RESTORED;

	MUST(!was->latched || is->latched || event->type == EVENT_ALARM_RESET);
	MUST(was->acked || !is->acked || event->type == EVENT_ALARM_ACKED);
	MUST(!was->active || is->active || ends);
	MUST(was->active || !is->active || begins || event->type == EVENT_ALARM_UPDATED);
	MUST(is->occurrence >= was->occurrence);
	MUST(is->occurrence == was->occurrence || is->occurrence == event->seq);
	MUST(is->count >= 1);
	MUST(heard.only == COND_NONE || heard.only == event->condition);
	if (event->type == EVENT_ALARM_ACKED || event->type == EVENT_ALARM_RESET)
		MUST(heard.commanding);
	*was = *is;
}

static void digest(const void *bytes, size_t size)
{
	const unsigned char *at = bytes;

	while (size-- > 0)
		heard.digest = (heard.digest ^ *at++) * 1099511628211u;
}

static void put(void *context, struct event *event)
{
	uint64_t facts[] = {event->type,      (uint64_t)event->at.us, event->subject_kind, event->subject,
	                    event->condition, event->priority,        event->count,        event->age_ms,
	                    event->quality,   event->sensor_state,    event->point,        event->state.occurrence};

	(void)context;
	event->seq = ++heard.seq;
	if (event->state.occurrence == 0)
		event->state.occurrence = event->seq;
	if (event->type <= EVENT_ALARM_RESET || event->type == EVENT_DEVICE_LOST ||
	    event->type == EVENT_DEVICE_RESTORED)
		check_alarm(event);
	digest(facts, sizeof facts);
	if (heard.count < EVENTS)
		heard.last[heard.count] = *event;
	heard.count++;
}

static const struct event_sink sink = {.put = put};

static void make_sensor(uint32_t index, enum sensor_kind kind, uint32_t area)
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
		        (struct site_condition){info->priority_set, info->priority_unset, info->latched};
	}
}

static void make_site(void)
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

static void start(void)
{
	ck_assert_int_eq(engine_new(&site, &sink, &engine), 0);
}

static void setup(void)
{
	memset(&heard, 0, sizeof heard);
	heard.only = COND_NONE;
	for (size_t i = 0; i < SLOTS; i++)
		heard.alarms[i].acked = true;
	now.us = 5000000;
	make_site();
	start();
}

static void teardown(void)
{
	engine_free(&engine);
	ck_assert_ptr_null(engine);
	engine_free(&engine);
}

static void take(uint32_t point, bool value, enum quality quality)
{
	const struct sample sample = {.point = point, .value = value, .quality = quality, .at = now, .err_us = 50001};

	heard.count = 0;
	engine_sample(engine, &sample, mono_add_ms(now, 7));
}

static enum command_result order(enum command_verb verb, enum subject_kind kind, uint32_t subject,
                                 const struct event *about)
{
	char reason[LIMIT_REASON + 1];
	struct engine_command command = {.verb = verb, .kind = kind, .subject = subject, .user = "op", .id = "c1"};

	if (about) {
		command.condition = about->condition;
		command.occurrence = about->state.occurrence;
	}
	heard.count = 0;
	return engine_command(engine, &command, now, reason);
}

/* --- edges ------------------------------------------------------------------------------------------ */

START_TEST(idle_engine_wants_no_tick)
{
	ck_assert_int_eq(engine_next(engine).us, INT64_MAX);
	engine_tick(engine, now);
	ck_assert_uint_eq(heard.seq, 0);
}
END_TEST

START_TEST(event_carries_the_sample)
{
	sensors[0].inputs[ROLE_INPUT].invert = true;
	engine_free(&engine);
	start();
	take(0, false, QUALITY_GOOD);
	const struct event *event = &heard.last[0];
	ck_assert_uint_eq(heard.count, 2);
	ck_assert_int_eq(event->type, EVENT_ALARM_RAISED);
	ck_assert_uint_eq(event->point, 0);
	ck_assert(!event->value); /* as on the wire, not as wired */
	ck_assert_uint_eq(event->age_ms, 7);
	ck_assert_uint_eq(event->err_ms, 51);
	ck_assert_int_eq(event->quality, QUALITY_GOOD);
	ck_assert_int_eq(event->sensor_state, SENSOR_ACTIVE);
	ck_assert(event->initial && event->area_set);
	ck_assert_uint_eq(event->count, 1);
	ck_assert_uint_eq(event->state.occurrence, event->seq);
}
END_TEST

START_TEST(point_of_two_sensors_serves_both)
{
	sensors[1].inputs[ROLE_INPUT].point = 0;
	engine_free(&engine);
	start();
	take(0, true, QUALITY_GOOD);
	ck_assert_uint_eq(heard.count, 4);
	ck_assert_uint_eq(heard.last[0].subject, 0);
	ck_assert_uint_eq(heard.last[2].subject, 1);
}
END_TEST

START_TEST(command_knows_its_target)
{
	struct event about = {.condition = COND_TAMPER};

	ck_assert_int_eq(order(VERB_ACK, SUBJECT_SENSOR, SENSORS, &about), COMMAND_NO_SUCH_TARGET);
	ck_assert_int_eq(order(VERB_ACK, SUBJECT_AREA, 0, &about), COMMAND_NO_SUCH_TARGET);
	ck_assert_int_eq(order(VERB_RESET, SUBJECT_DEVICE, 0, &about), COMMAND_NO_SUCH_TARGET);
	ck_assert_int_eq(order(VERB_SET, SUBJECT_SENSOR, 0, NULL), COMMAND_NO_SUCH_TARGET);
	ck_assert_int_eq(order(VERB_UNSET, SUBJECT_AREA, AREAS, NULL), COMMAND_NO_SUCH_TARGET);
	ck_assert_int_eq(order(VERB_COUNT, SUBJECT_AREA, 0, NULL), COMMAND_NO_SUCH_TARGET);
	ck_assert_int_eq(order(VERB_ACK, SUBJECT_SENSOR, 0, &about), COMMAND_NOT_NEEDED);
	ck_assert_uint_eq(heard.seq, 0);
}
END_TEST

START_TEST(command_is_in_its_event)
{
	take(0, true, QUALITY_GOOD);
	struct event raised = heard.last[0];
	heard.commanding = true;
	ck_assert_int_eq(order(VERB_ACK, SUBJECT_SENSOR, 0, &raised), COMMAND_OK);
	ck_assert_str_eq(heard.last[0].user, "op");
	ck_assert_str_eq(heard.last[0].command, "c1");
	ck_assert_int_eq(heard.last[0].type, EVENT_ALARM_ACKED);
}
END_TEST

START_TEST(restore_refuses_what_the_site_lacks)
{
	struct alarm_state state = {.active = true, .priority = 1, .count = 1, .occurrence = 9};

	ck_assert_int_eq(engine_restore_alarm(engine, SUBJECT_SENSOR, 0, COND_DURESS, &state), -ENOENT);
	ck_assert_int_eq(engine_restore_alarm(engine, SUBJECT_SENSOR, SENSORS, COND_TAMPER, &state), -ENOENT);
	ck_assert_int_eq(engine_restore_alarm(engine, SUBJECT_GATEWAY, 0, COND_TAMPER, &state), -ENOENT);
	ck_assert_int_eq(engine_restore_alarm(engine, SUBJECT_DEVICE, 1, COND_DEVICE_LOST, &state), 0);
	ck_assert(engine_alarm(engine, SUBJECT_DEVICE, 1, COND_DEVICE_LOST)->active);
	ck_assert_ptr_null(engine_alarm(engine, SUBJECT_DEVICE, 1, COND_TAMPER));
}
END_TEST

START_TEST(view_is_as_old_as_its_oldest_point)
{
	struct sensor_view view;

	sensors[0].inputs[ROLE_TAMPER].point = POINTS - 1;
	engine_free(&engine);
	start();
	take(0, true, QUALITY_GOOD);
	engine_sensor(engine, 0, &view);
	ck_assert_int_eq(view.at.us, 0);
	ck_assert_int_eq(view.state, SENSOR_UNKNOWN);
	ck_assert_int_eq(view.quality, QUALITY_UNKNOWN);
	struct mono first = now;
	take(POINTS - 1, false, QUALITY_GOOD);
	now = mono_add_ms(now, 100);
	take(POINTS - 1, false, QUALITY_GOOD);
	engine_sensor(engine, 0, &view);
	ck_assert_int_eq(view.at.us, first.us);
	ck_assert_int_eq(view.state, SENSOR_ACTIVE);
	ck_assert_int_eq(view.quality, QUALITY_GOOD);
}
END_TEST

START_TEST(blockers_fit_and_say_how_many_more)
{
	char reason[LIMIT_REASON + 1];

	engine_area_blockers(engine, 0, reason);
	ck_assert_uint_lt(strlen(reason), sizeof reason);
	ck_assert_ptr_nonnull(strstr(reason, ids[0]));
	ck_assert_ptr_nonnull(strstr(reason, ", and 7 more"));
	engine_area_blockers(engine, 2, reason);
	ck_assert_str_eq(reason, "");
}
END_TEST

START_TEST(late_tick_keeps_the_time)
{
	sensors[0].timing.on_delay_ms = 1000;
	engine_free(&engine);
	start();
	take(0, true, QUALITY_GOOD);
	ck_assert_int_eq(engine_next(engine).us, now.us + 1000000);
	heard.count = 0;
	engine_tick(engine, mono_add_ms(now, 1300));
	ck_assert_uint_eq(heard.count, 1);
	ck_assert_int_eq(heard.last[0].at.us, now.us + 1000000);
	ck_assert_uint_eq(heard.last[0].age_ms, 1300);
	ck_assert_int_eq(engine_next(engine).us, INT64_MAX);
}
END_TEST

/* A timer that is due before a sample was taken comes first, however late the tick. */
START_TEST(sample_runs_what_was_due_before_it)
{
	sensors[0].timing.on_delay_ms = 1000;
	engine_free(&engine);
	start();
	take(0, true, QUALITY_GOOD);
	now = mono_add_ms(now, 1500);
	take(0, false, QUALITY_GOOD);
	ck_assert_uint_eq(heard.count, 1);
	ck_assert_int_eq(heard.last[0].type, EVENT_ALARM_RAISED);
}
END_TEST

/* --- what must hold whatever happens ------------------------------------------------------------------ */

static uint64_t random_state;

static uint32_t dice(uint32_t sides)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 33) % sides;
}

static const enum site_role roles_of[KIND_COUNT][4] = {
        [KIND_DOOR] = {ROLE_CONTACT, ROLE_BOLT, ROLE_RELEASE, ROLE_TAMPER},
        [KIND_FENCE] = {ROLE_HIT, ROLE_TAMPER, ROLE_TAMPER, ROLE_TAMPER},
        [KIND_CAMERA] = {ROLE_TRIGGER, ROLE_TAMPER, ROLE_TAMPER, ROLE_TAMPER},
        [KIND_DURESS] = {ROLE_INPUT, ROLE_TAMPER, ROLE_TAMPER, ROLE_TAMPER},
        [KIND_TAMPER] = {ROLE_INPUT, ROLE_INPUT, ROLE_INPUT, ROLE_INPUT},
        [KIND_POWER] = {ROLE_INPUT, ROLE_TAMPER, ROLE_TAMPER, ROLE_TAMPER},
        [KIND_INPUT] = {ROLE_INPUT, ROLE_TAMPER, ROLE_TAMPER, ROLE_TAMPER},
};

static void random_sensor(uint32_t index)
{
	enum sensor_kind kind = index < KIND_COUNT ? (enum sensor_kind)index : (enum sensor_kind)dice(KIND_COUNT);
	struct site_timing *timing = &sensors[index].timing;

	make_sensor(index, kind, dice(AREAS));
	for (size_t i = 0; i < 4; i++)
		if (i == 0 || dice(2))
			sensors[index].inputs[roles_of[kind][i]] = (struct site_input){dice(POINTS), dice(4) == 0};
	*timing = (struct site_timing){.held_ms = dice(4) * 1000,
	                               .pre_alarm_ms = dice(3) * 700,
	                               .bolt_ms = dice(2000),
	                               .release_ms = dice(2000),
	                               .window_ms = 1000 + dice(5000),
	                               .dead_ms = dice(2) * dice(1000),
	                               .hold_ms = dice(3) * 1000,
	                               .count = 1 + dice(3),
	                               .retrigger_ms = dice(2000),
	                               .stuck_ms = dice(2) * 3000,
	                               .on_delay_ms = dice(2) * 500};
	if (dice(4) == 0)
		sensors[index].conditions[0].latched = !sensors[index].conditions[0].latched;
}

static void restart_engine(void)
{
	static struct alarm_state kept[SLOTS];
	bool set[AREAS];

	memcpy(kept, heard.alarms, sizeof kept);
	for (uint32_t i = 0; i < AREAS; i++)
		set[i] = engine_area_set(engine, i);
	engine_free(&engine);
	start();
	for (uint32_t i = 0; i < SENSORS * CONDITION_SLOTS; i++) {
		const enum condition_id *of;

		condition_of_kind(sensors[i / CONDITION_SLOTS].kind, &of);
		if (alarm_state_retain(&kept[i]))
			ck_assert_int_eq(engine_restore_alarm(engine, SUBJECT_SENSOR, i / CONDITION_SLOTS,
			                                      of[i % CONDITION_SLOTS], &kept[i]),
			                 0);
	}
	for (uint32_t i = 0; i < DEVICES; i++)
		if (alarm_state_retain(&kept[SENSORS * CONDITION_SLOTS + i]))
			engine_restore_alarm(engine, SUBJECT_DEVICE, i, COND_DEVICE_LOST,
			                     &kept[SENSORS * CONDITION_SLOTS + i]);
	for (uint32_t i = 0; i < AREAS; i++)
		engine_restore_area(engine, i, set[i]);
}

static void random_command(void)
{
	enum command_verb verb = (enum command_verb)dice(VERB_COUNT);
	bool area = verb == VERB_SET || verb == VERB_UNSET, device = dice(8) == 0;
	struct event about = {.condition = device ? COND_DEVICE_LOST : (enum condition_id)dice(COND_COUNT),
	                      .state.occurrence = dice(3) ? 0 : heard.seq - dice(20) % (heard.seq + 1)};

	heard.commanding = true;
	order(verb,
	      area     ? SUBJECT_AREA
	      : device ? SUBJECT_DEVICE
	               : SUBJECT_SENSOR,
	      area     ? dice(AREAS)
	      : device ? dice(DEVICES)
	               : dice(SENSORS),
	      &about);
	heard.commanding = false;
}

static void random_sample(bool *wires)
{
	static const enum quality qualities[] = {QUALITY_UNCERTAIN, QUALITY_BAD, QUALITY_BAD};
	uint32_t point = dice(POINTS), fate = dice(30);
	enum quality quality = fate < 3 ? qualities[fate] : QUALITY_GOOD;

	if (dice(4) == 0)
		wires[point] = !wires[point];
	if (quality != QUALITY_GOOD)
		heard.only = COND_SUPERVISION_LOST; /* a lost point touches nothing else */
	take(point, wires[point], quality);
	heard.only = COND_NONE;
}

static void random_device(void)
{
	heard.only = COND_DEVICE_LOST;
	engine_device(engine, dice(DEVICES), dice(2), FAULT_TIMEOUT, now);
	heard.only = COND_NONE;
}

static void check_counts(void)
{
	struct engine_counts counts, wanted = {0};

	for (size_t i = 0; i < SLOTS; i++) {
		const struct alarm_state *alarm = &heard.alarms[i];

		wanted.active += alarm->active;
		wanted.unacked += !alarm->acked;
		wanted.latched += alarm->latched;
		wanted.by_priority[alarm->priority] += alarm->active || !alarm->acked;
	}
	engine_counts(engine, &counts);
	wanted.sensors_bad = counts.sensors_bad;
	MUST(memcmp(&counts, &wanted, sizeof counts) == 0);
}

static bool same_alarm(const struct alarm_state *a, const struct alarm_state *b)
{
	if (!alarm_state_retain(a) && !alarm_state_retain(b))
		return true;
	return a->active == b->active && a->acked == b->acked && a->latched == b->latched &&
	       a->priority == b->priority && a->count == b->count && a->occurrence == b->occurrence;
}

/* The engine is in the state that its events told. */
static void check_told(void)
{
	uint32_t bad = 0;
	struct engine_counts counts;

	for (uint32_t i = 0; i < SENSORS; i++) {
		const enum condition_id *of;
		size_t count = condition_of_kind(sensors[i].kind, &of);
		struct sensor_view view;

		for (size_t slot = 0; slot < count; slot++)
			MUST(same_alarm(engine_alarm(engine, SUBJECT_SENSOR, i, of[slot]),
			                &heard.alarms[i * CONDITION_SLOTS + slot]));
		engine_sensor(engine, i, &view);
		MUST(view.quality == QUALITY_GOOD || view.quality == QUALITY_UNCERTAIN || view.state == SENSOR_UNKNOWN);
		bad += view.quality != QUALITY_GOOD && view.quality != QUALITY_UNCERTAIN;
	}
	for (uint32_t i = 0; i < DEVICES; i++)
		MUST(same_alarm(engine_alarm(engine, SUBJECT_DEVICE, i, COND_DEVICE_LOST),
		                &heard.alarms[SENSORS * CONDITION_SLOTS + i]));
	engine_counts(engine, &counts);
	MUST(counts.sensors_bad == bad);
	check_counts();
}

static void one_step(bool *wires)
{
	uint32_t fate = dice(100);

	now = mono_add_ms(now, dice(4) ? dice(150) : dice(3000));
	heard.count = 0;
	engine_tick(engine, now);
	MUST(engine_next(engine).us > now.us);
	if (fate < 80)
		random_sample(wires);
	else if (fate < 84)
		random_device();
	else if (fate < 99)
		random_command();
	else
		restart_engine();
}

static uint64_t live(uint64_t seed)
{
	bool wires[POINTS] = {false};

	engine_free(&engine);
	setup();
	engine_free(&engine);
	seed_now = seed;
	random_state = seed * 0x9e3779b97f4a7c15u + 1;
	for (uint32_t i = 0; i < SENSORS; i++)
		random_sensor(i);
	start();
	for (int step = 0; step < STEPS; step++) {
		one_step(wires);
		check_told();
	}
	return heard.digest;
}

START_TEST(holds_for_random_lives)
{
	uint64_t events = 0;

	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		live(seed);
		events += heard.seq;
	}
	ck_assert_uint_gt(events, SEEDS * 100); /* something happened */
}
END_TEST

START_TEST(same_input_same_events)
{
	for (uint64_t seed = 1; seed <= 5; seed++)
		ck_assert_uint_eq(live(seed), live(seed));
	ck_assert_uint_ne(live(1), live(2));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("engine");
	TCase *edges = tcase_create("edges"), *lives = tcase_create("lives");
	SRunner *runner = srunner_create(suite);

	tcase_add_checked_fixture(edges, setup, teardown);
	tcase_add_checked_fixture(lives, setup, teardown);
	tcase_add_test(edges, idle_engine_wants_no_tick);
	tcase_add_test(edges, event_carries_the_sample);
	tcase_add_test(edges, point_of_two_sensors_serves_both);
	tcase_add_test(edges, command_knows_its_target);
	tcase_add_test(edges, command_is_in_its_event);
	tcase_add_test(edges, restore_refuses_what_the_site_lacks);
	tcase_add_test(edges, view_is_as_old_as_its_oldest_point);
	tcase_add_test(edges, blockers_fit_and_say_how_many_more);
	tcase_add_test(edges, late_tick_keeps_the_time);
	tcase_add_test(edges, sample_runs_what_was_due_before_it);
	tcase_add_test(lives, holds_for_random_lives);
	tcase_add_test(lives, same_input_same_events);
	tcase_set_timeout(lives, 100);
	suite_add_tcase(suite, edges);
	suite_add_tcase(suite, lives);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
