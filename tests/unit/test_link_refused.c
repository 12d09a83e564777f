/* SPDX-License-Identifier: Apache-2.0 */
/* link: on virtual time, with devices that refuse: an address, a block, everything, for now, or for another. */
#include "tests/unit/wire.h"

#include <stdlib.h>

#define SICK 1 /* the unit that misbehaves; index 0 */

static struct wire wire;
static void teardown(void)
{
	link_free(&wire.link);
}

/* A serial bus of three devices, or one TCP connection with three units behind it. */
static void make(bool tcp, uint16_t inputs)
{
	wire_init(&wire, tcp, 60);
	for (uint8_t unit = SICK; unit <= 3; unit++)
		wire_add(&wire, unit, 150, inputs);
	wire_begin(&wire, 1);
}

static void setup_rtu(void)
{
	make(false, 16);
}

static void setup_tcp(void)
{
	make(true, 16);
}

static void check_neighbours(int64_t longest_gap_us)
{
	for (size_t i = 1; i < wire.site.device_count; i++) {
		ck_assert_uint_eq(wire.units[i].lost, 0);
		ck_assert_uint_gt(wire.units[i].good, 0);
		ck_assert_int_le(wire.units[i].longest_gap_us, longest_gap_us);
	}
}

static void sick_refuses(struct wire *w, struct wire_answer *answer)
{
	(void)w;
	answer->exception = answer->unit == SICK ? 2 : 0;
}

START_TEST(refusal_makes_points_bad_but_loses_nobody)
{
	wire_run_ms(&wire, 2000);
	wire.behave = sick_refuses;
	wire_run_ms(&wire, 2000);
	ck_assert_uint_eq(wire.units[0].lost, 0);
	ck_assert_uint_ge(wire.units[0].bad, 16);
	ck_assert_uint_eq(wire.units[0].refused, 16);
	ck_assert_uint_ge(wire.device_stats[0].exceptions[2], 32);
	ck_assert_uint_le(wire.device_stats[0].exceptions[2], 96); /* no tight loop */
	uint64_t before = wire.device_stats[0].exceptions[2];
	wire_run_ms(&wire, 10000);
	ck_assert_uint_le(wire.device_stats[0].exceptions[2], before + 67); /* one in a scan: is it alive? */
	wire.units[0].good = 0;
	wire.behave = NULL;
	wire_run_ms(&wire, 500);
	ck_assert_uint_ge(wire.units[0].good, 16);
	ck_assert_uint_eq(wire.units[0].refused, 0);
	check_neighbours(200000);
}
END_TEST

/* One input, and one that is in a hole of the plan. */
static uint16_t refused_from, refused_to;

static void sick_lacks_some(struct wire *w, struct wire_answer *answer)
{
	(void)w;
	uint32_t end = (uint32_t)answer->address + answer->count;

	if (answer->unit == SICK && answer->address <= refused_to && end > refused_from)
		answer->exception = 2;
}

START_TEST(one_refused_address_is_alone)
{
	refused_from = refused_to = (uint16_t)_i;
	wire.behave = sick_lacks_some;
	wire_run_ms(&wire, 1500);
	ck_assert_uint_eq(wire.units[0].refused, 1);
	ck_assert_uint_eq(wire.units[0].bad, 1);
	ck_assert_uint_eq(wire.units[0].lost, 0);
	unsigned asked = wire.units[0].requests, good = wire.units[0].good;
	wire_run_ms(&wire, 10000);
	ck_assert_uint_ge(wire.units[0].good - good, 15 * 65);
	/* what lies around it is read in as few requests as can be */
	ck_assert_uint_le(wire.units[0].requests - asked, 2 * 68);
	ck_assert_uint_eq(wire.units[0].uncertain, 0);
	check_neighbours(200000);
	wire_run_ms(&wire, 2 * LIMIT_MAP_MIN_MS);
	ck_assert_uint_le(wire.device_stats[0].exceptions[2], 24);
	wire.behave = NULL;
	wire_run_ms(&wire, 4 * LIMIT_MAP_MIN_MS);
	ck_assert_uint_eq(wire.units[0].refused, 0);
	asked = wire.units[0].requests;
	wire_run_ms(&wire, 10000);
	ck_assert_uint_le(wire.units[0].requests - asked, 68); /* whole again */
}
END_TEST

START_TEST(a_refused_hole_loses_no_point)
{
	teardown();
	bool tcp = wire.tcp;
	wire_init(&wire, tcp, 60);
	wire_add(&wire, SICK, 150, 16);
	wire.points[7].used = wire.points[8].used = false;
	wire.devices[0].max_gap = 4;
	refused_from = 7;
	refused_to = 8;
	wire.behave = sick_lacks_some;
	wire_begin(&wire, 1);
	wire_run_ms(&wire, 20000);
	ck_assert_uint_eq(wire.units[0].refused, 0);
	ck_assert_uint_eq(wire.units[0].bad + wire.units[0].uncertain, 0);
	ck_assert_uint_ge(wire.units[0].good, 14 * 130);
	ck_assert_uint_le(wire.device_stats[0].exceptions[2], 6);
}
END_TEST

static void sick_is_busy(struct wire *w, struct wire_answer *answer)
{
	(void)w;
	answer->exception = answer->unit == SICK ? 6 : 0;
}

START_TEST(a_busy_device_is_left_alone)
{
	wire_run_ms(&wire, 2000);
	wire.behave = sick_is_busy;
	wire_run_ms(&wire, 300);
	ck_assert_uint_eq(wire.units[0].bad, 0);
	wire_run_ms(&wire, 20000);
	ck_assert_uint_eq(wire.units[0].lost, 0);
	ck_assert_uint_eq(wire.units[0].bad, 16);
	ck_assert_uint_ge(wire.device_stats[0].exceptions[6], 20);
	ck_assert_uint_le(wire.device_stats[0].exceptions[6],
	                  46); /* half a second apart at least, after the first few */
	wire.behave = NULL;
	wire_run_ms(&wire, LIMIT_BUSY_MAX_MS + 10);
	ck_assert_uint_ge(wire.units[0].good, 16);
	check_neighbours(200000);
}
END_TEST

static void no_way_to_sick(struct wire *w, struct wire_answer *answer)
{
	(void)w;
	answer->exception = answer->unit == SICK ? 0x0B : 0;
}

START_TEST(a_gateway_speaks_for_a_silent_unit)
{
	wire_run_ms(&wire, 2000);
	wire.behave = no_way_to_sick;
	wire_run_ms(&wire, 5000);
	ck_assert_uint_eq(wire.units[0].lost, 1);
	ck_assert_uint_eq(wire.stats.connects, 1);
	wire.behave = NULL;
	wire_run_ms(&wire, 2100);
	ck_assert_uint_eq(wire.units[0].back, 1);
	check_neighbours(200000);
}
END_TEST

static void add_all(TCase *tc)
{
	tcase_add_test(tc, refusal_makes_points_bad_but_loses_nobody);
	tcase_add_loop_test(tc, one_refused_address_is_alone, 0, 16);
	tcase_add_test(tc, a_refused_hole_loses_no_point);
	tcase_add_test(tc, a_busy_device_is_left_alone);
	tcase_add_test(tc, a_gateway_speaks_for_a_silent_unit);
}

int main(void)
{
	Suite *suite = suite_create("link_refused");
	TCase *rtu = tcase_create("rtu"), *tcp = tcase_create("tcp");

	tcase_add_checked_fixture(rtu, setup_rtu, teardown);
	tcase_add_checked_fixture(tcp, setup_tcp, teardown);
	add_all(rtu);
	add_all(tcp);
	suite_add_tcase(suite, rtu);
	suite_add_tcase(suite, tcp);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
