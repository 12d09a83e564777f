/* SPDX-License-Identifier: Apache-2.0 */
/* engine: what must hold whatever happens, on random sites, samples, commands and restarts */
#include "tests/unit/engine_rig.h"

#include <stdlib.h>

#define SEEDS 500
#define STEPS 1500

static uint64_t random_state;
static struct site_rule rules[RULES];
static uint32_t members[RULES][MEMBERS];

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
			sensors[index].inputs[roles_of[kind][i]] =
			        (struct site_input){.point = dice(POINTS), .invert = dice(4) == 0};
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
	sensors[index].conditions[0].realarm_ms = dice(2) * 5000;
}

static void random_rule(uint32_t index)
{
	uint32_t first = dice(SENSORS);
	bool sequence = dice(2);

	for (uint32_t i = 0; i < MEMBERS; i++)
		members[index][i] = sequence ? dice(SENSORS) : (first + i) % SENSORS;
	rules[index] = (struct site_rule){.id = "rule",
	                                  .title = "rule",
	                                  .sequence = sequence,
	                                  .at_least = 2 + dice(2),
	                                  .within_ms = 1000 + dice(20000),
	                                  .priority = (uint8_t)dice(3),
	                                  .member_count = 2 + dice(MEMBERS - 1),
	                                  .members = members[index]};
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
	for (uint32_t i = 0; i < RULES; i++)
		if (alarm_state_retain(&kept[SENSORS * CONDITION_SLOTS + DEVICES + i]))
			engine_restore_alarm(engine, SUBJECT_RULE, i, site_rule_condition(&rules[i]),
			                     &kept[SENSORS * CONDITION_SLOTS + DEVICES + i]);
	for (uint32_t i = 0; i < AREAS; i++)
		engine_restore_area(engine, i, set[i]);
}

static void random_command(void)
{
	enum command_verb verb = (enum command_verb)dice(VERB_COUNT);
	bool area = verb == VERB_SET || verb == VERB_UNSET, device = dice(8) == 0;
	mask_s = dice(3) * 7;
	mask_once = dice(2);
	uint32_t rule = dice(8);
	struct event about = {.condition = device ? COND_DEVICE_LOST : (enum condition_id)dice(COND_COUNT),
	                      .state.occurrence = dice(3) ? 0 : heard.seq - dice(20) % (heard.seq + 1)};

	if (rule < RULES && !area && verb != VERB_BYPASS && verb != VERB_RESTORE) {
		about.condition = site_rule_condition(&rules[rule]);
		heard.commanding = true;
		order(verb, SUBJECT_RULE, rule, &about);
		heard.commanding = false;
		return;
	}
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
		wanted.masked += alarm->mask != MASK_NONE;
		wanted.by_priority[alarm->priority] += !alarm->mask && (alarm->active || !alarm->acked);
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
	       a->priority == b->priority && a->count == b->count && a->occurrence == b->occurrence &&
	       a->mask == b->mask && a->one_shot == b->one_shot &&
	       (a->until.us == b->until.us ||
	        (!a->mask && a->until.us == 0)); /* no event tells that nothing came of it */
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
	for (uint32_t i = 0; i < RULES; i++)
		MUST(same_alarm(engine_alarm(engine, SUBJECT_RULE, i, site_rule_condition(&rules[i])),
		                &heard.alarms[SENSORS * CONDITION_SLOTS + DEVICES + i]));
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
	for (uint32_t i = 0; i < RULES; i++)
		random_rule(i);
	site.rules = rules;
	site.rule_count = RULES;
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
	Suite *suite = suite_create("engine-lives");
	TCase *tcase = tcase_create("engine-lives");
	SRunner *runner = srunner_create(suite);

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, holds_for_random_lives);
	tcase_add_test(tcase, same_input_same_events);
	tcase_set_timeout(tcase, 100);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
