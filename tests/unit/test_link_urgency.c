/* SPDX-License-Identifier: Apache-2.0 */
/* link: on virtual time, whose turn it is on a bus that has less time than is asked of it, and who is told. */
#include "tests/unit/wire.h"

#include "drivers/urgency.h"

#include <stdlib.h>

static struct wire wire;
static uint8_t urgency[WIRE_POINTS];
static int64_t answer_us;

static void takes_long(struct wire *w, struct wire_answer *answer)
{
	(void)w;
	answer->delay_us = answer_us;
}

static void begin(int64_t each_us)
{
	wire.urgency = urgency;
	wire.behave = takes_long;
	answer_us = each_us;
	wire_begin(&wire, 1);
}

static void setup(void)
{
	memset(urgency, URGENCY_INTRUSION, sizeof urgency);
	wire_init(&wire, false, 100);
}

static void teardown(void)
{
	ck_assert_uint_eq(wire.wrong, 0);
	link_free(&wire.link);
}

/* Ten devices of 15 ms each want 150 ms of every 100: the urgent two get theirs, the others what is left. */
START_TEST(the_urgent_keep_their_period_on_a_crowded_bus)
{
	for (uint8_t unit = 1; unit <= 10; unit++)
		wire_add(&wire, unit, 100, 8);
	for (size_t i = 0; i < 80; i++)
		urgency[i] = i / 8 % 5 == 2 ? URGENCY_INTRUSION : URGENCY_OTHER;
	begin(13000);
	wire_run_ms(&wire, 5000);
	for (size_t i = 0; i < 10; i++)
		wire.units[i].longest_gap_us = 0;
	wire_run_ms(&wire, 60000);
	for (size_t i = 0; i < 10; i++) {
		bool urgent = i % 5 == 2;
		ck_assert_uint_eq(wire.units[i].lost, 0);
		ck_assert_int_le(wire.units[i].longest_gap_us, urgent ? 150000 : 400000);
		ck_assert_int_eq(wire.device_stats[i].late, !urgent);
		ck_assert_uint_eq(wire.units[i].late, !urgent);
	}
}
END_TEST

/* However busy the urgent are, nobody is forgotten: each is read before it would be lost. */
START_TEST(the_patient_are_not_starved)
{
	for (uint8_t unit = 1; unit <= 9; unit++)
		wire_add(&wire, unit, 100, 8);
	for (size_t i = 0; i < 8; i++)
		urgency[i] = URGENCY_OTHER;
	begin(18000);
	wire_run_ms(&wire, 60000);
	ck_assert_uint_eq(wire.units[0].lost, 0);
	ck_assert_uint_ge(wire.units[0].good, 8 * 20);
	ck_assert_int_le(wire.units[0].longest_gap_us, 3000000);
}
END_TEST

/* By deadline: a quick device is not delayed by slow ones that were due before it. */
START_TEST(the_nearest_deadline_goes_first)
{
	wire_add(&wire, 1, 60, 8);
	for (uint8_t unit = 2; unit <= 11; unit++)
		wire_add(&wire, unit, 1000, 8);
	begin(18000);
	wire_run_ms(&wire, 5000);
	wire.units[0].longest_gap_us = 0;
	wire_run_ms(&wire, 60000);
	ck_assert_int_le(wire.units[0].longest_gap_us, 60000 + 20000 + 5000 + 1000);
	ck_assert_uint_eq(wire.device_stats[0].missed_deadlines, 0);
	for (size_t i = 1; i <= 10; i++)
		ck_assert_uint_ge(wire.units[i].good, 8 * 60);
}
END_TEST

START_TEST(late_ends_when_there_is_time_again)
{
	for (uint8_t unit = 1; unit <= 8; unit++)
		wire_add(&wire, unit, 100, 8);
	begin(18000);
	wire_run_ms(&wire, 10000);
	ck_assert(wire.device_stats[0].late);
	answer_us = 4000;
	wire_run_ms(&wire, LIMIT_LATE_SPAN_MS + 1000);
	for (size_t i = 0; i < 8; i++) {
		ck_assert(!wire.device_stats[i].late);
		ck_assert_uint_eq(wire.units[i].late, 1);
	}
}
END_TEST

/* A device that is silent is not late: its link has time. */
static void first_is_silent(struct wire *w, struct wire_answer *answer)
{
	(void)w;
	answer->silent = answer->unit == 1;
}

START_TEST(a_silent_device_is_not_late)
{
	wire_add(&wire, 1, 100, 8);
	wire_add(&wire, 2, 100, 8);
	begin(4000);
	wire_run_ms(&wire, 2000);
	wire.behave = first_is_silent;
	wire_run_ms(&wire, 20000);
	ck_assert_uint_eq(wire.units[0].lost, 1);
	ck_assert_uint_eq(wire.units[0].late + wire.units[1].late, 0);
}
END_TEST

/* --- how long an answer is waited for ---------------------------------------------------------------- */

static void one_in_ten_is_silent(struct wire *w, struct wire_answer *answer)
{
	answer->silent = answer->unit == 1 && w->units[0].requests % 10 == 9;
}

START_TEST(a_quick_device_is_not_waited_for_long)
{
	wire_init(&wire, false, 1000);
	wire_add(&wire, 1, 200, 8);
	wire_add(&wire, 2, 200, 8);
	begin(4000);
	wire_run_ms(&wire, 3000);
	wire.behave = one_in_ten_is_silent;
	wire.units[1].longest_gap_us = 0;
	wire_run_ms(&wire, 30000);
	ck_assert_uint_gt(wire.stats.faults[FAULT_TIMEOUT], 5);
	ck_assert_int_le(wire.units[1].longest_gap_us, 200000 + 60000); /* not a whole second */
	ck_assert_uint_eq(wire.units[0].lost + wire.units[1].lost, 0);
}
END_TEST

START_TEST(a_device_that_grows_slow_is_waited_for)
{
	wire_init(&wire, _i, 1000);
	wire_add(&wire, 1, 1000, 8);
	begin(4000);
	wire_run_ms(&wire, 5000);
	answer_us = 800000;
	wire_run_ms(&wire, 30000);
	uint64_t before = wire.device_stats[0].good;
	wire_run_ms(&wire, 60000);
	ck_assert_uint_ge(wire.device_stats[0].good - before, 40);
	ck_assert_uint_eq(wire.units[0].lost, wire.units[0].back);
}
END_TEST

/* --- the site's sensors ------------------------------------------------------------------------------ */

START_TEST(urgency_is_that_of_the_most_urgent_sensor)
{
	struct site_sensor sensors[] = {{.kind = KIND_POWER}, {.kind = KIND_DOOR}, {.kind = KIND_INPUT}};
	struct site site = {.point_count = 6, .sensor_count = 3, .sensors = sensors};
	uint8_t *its = NULL;

	for (size_t i = 0; i < 3; i++)
		for (int role = 0; role < ROLE_COUNT; role++)
			sensors[i].inputs[role].point = SITE_NONE;
	sensors[0].inputs[ROLE_INPUT].point = 0;
	sensors[0].inputs[ROLE_TAMPER].point = 1;
	sensors[1].inputs[ROLE_CONTACT] = (struct site_input){.point = 2, .form = FORM_PAIR, .other = 3};
	sensors[2].inputs[ROLE_INPUT].point = 2;
	sensors[2].inputs[ROLE_LEVEL].point = 4;
	ck_assert_int_eq(urgency_new(&site, &its), 0);
	static const uint8_t want[] = {URGENCY_STATE,     URGENCY_INTRUSION, URGENCY_INTRUSION,
	                               URGENCY_INTRUSION, URGENCY_STATE,     URGENCY_OTHER};
	ck_assert_mem_eq(its, want, 6);
	free(its);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("link_urgency");
	TCase *bus = tcase_create("bus"), *site = tcase_create("site");

	tcase_add_checked_fixture(bus, setup, teardown);
	tcase_add_test(bus, the_urgent_keep_their_period_on_a_crowded_bus);
	tcase_add_test(bus, the_patient_are_not_starved);
	tcase_add_test(bus, the_nearest_deadline_goes_first);
	tcase_add_test(bus, late_ends_when_there_is_time_again);
	tcase_add_test(bus, a_silent_device_is_not_late);
	tcase_add_test(bus, a_quick_device_is_not_waited_for_long);
	tcase_add_loop_test(bus, a_device_that_grows_slow_is_waited_for, 0, 2);
	tcase_add_test(site, urgency_is_that_of_the_most_urgent_sensor);
	suite_add_tcase(suite, bus);
	suite_add_tcase(suite, site);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
