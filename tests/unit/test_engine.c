/* SPDX-License-Identifier: Apache-2.0 */
/* engine: the edges of its interface; what it does is told by tests/stories/ */
#include "tests/unit/engine_rig.h"

#include <errno.h>
#include <stdlib.h>

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

START_TEST(tamper_sensor_names_its_point)
{
	make_sensor(0, KIND_TAMPER, 0);
	sensors[0].inputs[ROLE_INPUT].point = 9;
	sensors[9].inputs[ROLE_INPUT].point = 0;
	engine_free(&engine);
	start();
	take(9, true, QUALITY_GOOD);
	ck_assert_uint_eq(heard.count, 0);
	now = mono_add_ms(now, 100);
	take(9, true, QUALITY_GOOD);
	ck_assert_int_eq(heard.last[0].condition, COND_TAMPER);
	ck_assert_uint_eq(heard.last[0].point, 9);
	engine_restore_area(engine, 0, false);
	struct event about = {.condition = COND_TAMPER};
	heard.commanding = true;
	ck_assert_int_eq(order(VERB_ACK, SUBJECT_SENSOR, 0, &about), COMMAND_OK);
	ck_assert_uint_eq(heard.last[0].point, 9); /* also of an event that no sample made */
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

int main(void)
{
	Suite *suite = suite_create("engine");
	TCase *tcase = tcase_create("engine");
	SRunner *runner = srunner_create(suite);

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, idle_engine_wants_no_tick);
	tcase_add_test(tcase, event_carries_the_sample);
	tcase_add_test(tcase, point_of_two_sensors_serves_both);
	tcase_add_test(tcase, tamper_sensor_names_its_point);
	tcase_add_test(tcase, command_knows_its_target);
	tcase_add_test(tcase, command_is_in_its_event);
	tcase_add_test(tcase, restore_refuses_what_the_site_lacks);
	tcase_add_test(tcase, view_is_as_old_as_its_oldest_point);
	tcase_add_test(tcase, blockers_fit_and_say_how_many_more);
	tcase_add_test(tcase, late_tick_keeps_the_time);
	tcase_add_test(tcase, sample_runs_what_was_due_before_it);
	tcase_set_timeout(tcase, 20);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
