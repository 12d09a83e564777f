/* SPDX-License-Identifier: Apache-2.0 */
/* link: on virtual time, with devices that are silent, late, double, slow, garbled, gone and back. */
#include "tests/unit/wire.h"

#include <stdlib.h>

#define SICK 1 /* the unit that misbehaves; index 0 */

static struct wire wire;
static int64_t sick_delay_us;
static unsigned sick_every;

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

/* --- health ----------------------------------------------------------------------------------------- */

START_TEST(healthy_devices_keep_their_period)
{
	wire_run_ms(&wire, 30000);
	for (size_t i = 0; i < 3; i++) {
		ck_assert_uint_ge(wire.units[i].requests, 199);
		ck_assert_uint_le(wire.units[i].requests, 201);
		ck_assert_uint_ge(wire.units[i].good, (wire.units[i].requests - 1) * 16);
		ck_assert_uint_eq(wire.units[i].uncertain, 0);
		ck_assert_int_le(wire.units[i].longest_gap_us, 170000);
	}
	ck_assert_uint_eq(wire.wrong, 0);
	ck_assert_uint_eq(wire.device_stats[0].reach, 255);
	ck_assert_uint_ge(wire.device_stats[0].rtt_p50_us, 4000);
	ck_assert_uint_le(wire.device_stats[0].rtt_p99_us, 5000);
}
END_TEST

/* --- silence ---------------------------------------------------------------------------------------- */

static void sick_is_silent(struct wire *w, struct wire_answer *answer)
{
	(void)w;
	answer->silent = answer->unit == SICK;
}

START_TEST(silent_device_is_lost_in_three_scans)
{
	wire_run_ms(&wire, 5000);
	struct mono silent = wire.now;
	wire.behave = sick_is_silent;
	wire_run_ms(&wire, 5000);
	ck_assert_uint_eq(wire.units[0].lost, 1);
	ck_assert_int_le(mono_since_us(wire.units[0].lost_at, silent), LIMIT_LOST_MS * 1000 + 170000);
	ck_assert_uint_eq(wire.units[0].bad, 16);
	ck_assert_uint_ge(wire.units[0].uncertain, 32);
	ck_assert(wire.device_stats[0].lost);
}
END_TEST

START_TEST(silent_from_the_start_is_lost_too)
{
	wire.behave = sick_is_silent;
	wire_run_ms(&wire, LIMIT_LOST_MS + 500);
	ck_assert_uint_eq(wire.units[0].lost, 1);
	ck_assert_uint_eq(wire.units[0].good, 0);
	ck_assert(!wire.device_stats[0].heard);
}
END_TEST

/* The contract: a silent device costs its own bus at most 5 % of the time. */
START_TEST(lost_device_costs_five_per_cent_at_most)
{
	wire.behave = sick_is_silent;
	wire_run_ms(&wire, 5000);
	unsigned before = wire.units[0].requests;
	wire.units[1].longest_gap_us = wire.units[2].longest_gap_us = 0;
	wire_run_ms(&wire, 100000);
	unsigned probes = wire.units[0].requests - before;
	ck_assert_uint_ge(probes, 40);
	/* twice what its answers took, at least 20 ms, and every fourth time as long as the site allows */
	unsigned each_ms = wire.tcp ? 60 : (3 * 41 + 60) / 4 + LIMIT_DRAIN_MS;
	ck_assert_uint_le(probes * each_ms, 100000 * LIMIT_DEAD_SHARE_PCT / 100 + 100);
	check_neighbours(260000);
	ck_assert_uint_ge(wire.units[1].requests, 695);
	link_refresh_stats(wire.link, wire.now);
	ck_assert_uint_ge(wire.stats.dead_pct, 1);
	ck_assert_uint_le(wire.stats.dead_pct, LIMIT_DEAD_SHARE_PCT);
}
END_TEST

START_TEST(return_is_seen_in_two_seconds)
{
	wire.behave = sick_is_silent;
	wire_run_ms(&wire, 20000 + _i * 433);
	struct mono back = wire.now;
	wire.behave = NULL;
	wire_run_ms(&wire, 4000);
	ck_assert_uint_eq(wire.units[0].back, 1);
	ck_assert_int_le(mono_since_us(wire.units[0].back_at, back), wire.tcp ? 2100000 : 2300000);
	ck_assert_uint_eq(wire.wrong, 0);
}
END_TEST

static void all_are_silent(struct wire *w, struct wire_answer *answer)
{
	(void)w;
	answer->silent = true;
}

START_TEST(dead_bus_loses_all_and_finds_all_again)
{
	wire_run_ms(&wire, 2000);
	wire.behave = all_are_silent;
	wire_run_ms(&wire, 20000);
	for (size_t i = 0; i < 3; i++)
		ck_assert_uint_eq(wire.units[i].lost, 1);
	wire.behave = NULL;
	wire_run_ms(&wire, 6000);
	for (size_t i = 0; i < 3; i++)
		ck_assert_uint_eq(wire.units[i].back, 1);
	ck_assert_uint_eq(wire.wrong, 0);
}
END_TEST

static void most_are_silent(struct wire *w, struct wire_answer *answer)
{
	(void)w;
	answer->silent = answer->unit > 2;
}

/* Thirty dead slaves beside one good one, from the start. */
START_TEST(many_dead_do_not_starve_the_living)
{
	wire_init(&wire, false, 60);
	for (uint8_t unit = 1; unit <= 32; unit++)
		wire_add(&wire, unit, 150, 16);
	wire_begin(&wire, 1);
	wire.behave = most_are_silent;
	wire_run_ms(&wire, 20000);
	wire.units[0].longest_gap_us = wire.units[1].longest_gap_us = 0;
	wire_run_ms(&wire, 60000);
	for (size_t i = 0; i < 32; i++)
		ck_assert_uint_eq(wire.units[i].lost, i >= 2);
	ck_assert_int_le(wire.units[0].longest_gap_us, 260000);
	ck_assert_int_le(wire.units[1].longest_gap_us, 260000);
}
END_TEST

/* --- what must never become a value ------------------------------------------------------------------ */

static void sick_is_late(struct wire *w, struct wire_answer *answer)
{
	if (answer->unit == SICK && w->units[0].requests % sick_every == 0)
		answer->delay_us = 60000 + sick_delay_us;
}

/* From 1 ms to 2 s after the timeout, once in a while and in a row. */
static void sweep_late(int offset)
{
	for (sick_every = 1; sick_every <= 5; sick_every++) {
		wire.behave = sick_is_late;
		for (sick_delay_us = 1000 + 19700 * offset; sick_delay_us <= 2000000; sick_delay_us += 99700) {
			wire_run_ms(&wire, 5000);
			ck_assert_msg(wire.wrong == 0, "%lld us late, every %u", (long long)sick_delay_us, sick_every);
		}
		wire.behave = NULL;
		wire_run_ms(&wire, 10000);
	}
	ck_assert_uint_gt(wire.stats.faults[FAULT_LATE], 0);
	check_neighbours(wire.tcp ? 400000 : 500000);
}

START_TEST(late_answers_never_become_values)
{
	sweep_late(_i);
}
END_TEST

/* A small device has no second shape to be asked in: it has to wait. */
START_TEST(late_answers_of_a_device_with_one_shape)
{
	teardown();
	make(false, 8);
	sweep_late(_i);
}
END_TEST

static void sick_is_double(struct wire *w, struct wire_answer *answer)
{
	if (answer->unit == SICK && w->units[0].requests % 3 == 0)
		answer->twin_us = sick_delay_us;
}

START_TEST(duplicates_never_become_values)
{
	wire.behave = sick_is_double;
	for (sick_delay_us = 500; sick_delay_us <= 140000; sick_delay_us += 3111) {
		wire_run_ms(&wire, 5000);
		ck_assert_msg(wire.wrong == 0, "%lld us after the first", (long long)sick_delay_us);
	}
	ck_assert_uint_eq(wire.units[0].lost, 0);
	check_neighbours(500000);
}
END_TEST

static void sick_trickles(struct wire *w, struct wire_answer *answer)
{
	(void)w;
	if (answer->unit == SICK)
		answer->piece_us = sick_delay_us;
}

START_TEST(trickle_is_no_value_and_delays_nobody)
{
	wire.behave = sick_trickles;
	sick_delay_us = 30000;
	wire_run_ms(&wire, 60000);
	ck_assert_uint_eq(wire.wrong, 0);
	ck_assert_uint_eq(wire.units[0].good, 0);
	ck_assert_uint_ge(wire.units[0].lost, 1);
	ck_assert_uint_gt(wire.units[1].good, wire.tcp ? 300 : 16 * 300);
}
END_TEST

static void (*spoil)(struct wire *, struct wire_answer *);

static void sick_is_spoilt(struct wire *w, struct wire_answer *answer)
{
	if (answer->unit == SICK && w->units[0].requests % sick_every == 0)
		answer->spoil = spoil;
}

/* a flipped bit of a TCP value is not to be seen: there TCP's own checksum has to do */
START_TEST(spoilt_frames_never_become_values)
{
	if (wire.tcp && wire_spoils[_i] == wire_spoil_bit)
		return;
	wire.behave = sick_is_spoilt;
	spoil = wire_spoils[_i];
	for (sick_every = 1; sick_every <= 4; sick_every++)
		wire_run_ms(&wire, 30000);
	ck_assert_uint_eq(wire.wrong, 0);
	ck_assert_uint_eq(wire.units[1].lost, 0);
	ck_assert_uint_eq(wire.units[2].lost, 0);
	wire.behave = NULL;
	wire_run_ms(&wire, 5000);
	ck_assert_uint_eq(wire.units[0].lost, wire.units[0].back);
	ck_assert_uint_eq(wire.wrong, 0);
}
END_TEST

/* --- connections ------------------------------------------------------------------------------------ */

START_TEST(refused_connection_loses_all_soon_and_backs_off)
{
	link_free(&wire.link);
	wire_init(&wire, true, 60);
	wire_add(&wire, 1, 100, 16);
	wire.refuse = true;
	wire_begin(&wire, 7);
	wire_run_ms(&wire, 60000);
	ck_assert_uint_eq(wire.units[0].lost, 1);
	ck_assert_int_le(mono_since_us(wire.units[0].lost_at, (struct mono){WIRE_START}), 600000);
	ck_assert_uint_ge(wire.opens, 28); /* at most 2 s apart */
	ck_assert_uint_le(wire.opens, 66); /* and after the first few at least 1 s */
	struct mono last = wire.open_times[(wire.opens - 1) % 64];
	ck_assert_int_le(mono_since_us(wire.now, last), 2000000);
	wire.refuse = false;
	struct mono back = wire.now;
	wire_run_ms(&wire, 3000);
	ck_assert_uint_eq(wire.units[0].back, 1);
	ck_assert_int_le(mono_since_us(wire.units[0].back_at, back), 2010000);
}
END_TEST

START_TEST(reset_connection_costs_one_scan)
{
	wire_run_ms(&wire, 5000);
	wire.open = false;
	wire.flight_count = 0;
	link_closed(wire.link, wire.now);
	wire_obey(&wire);
	wire_run_ms(&wire, 5000);
	for (size_t i = 0; i < 3; i++) {
		ck_assert_uint_eq(wire.units[i].lost, 0);
		ck_assert_int_le(wire.units[i].longest_gap_us, 320000);
	}
	ck_assert_uint_eq(wire.stats.connects, 2);
}
END_TEST

static void hangs_up(struct wire *w, struct wire_answer *answer)
{
	answer->silent = true;
	w->flight_count = 0;
	answer->spoil = NULL;
	wire_fly(w, mono_add_us(w->now, 100), (const uint8_t *)"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8);
}

START_TEST(garbage_after_connect_makes_no_storm)
{
	wire.behave = hangs_up;
	wire_run_ms(&wire, 60000);
	ck_assert_uint_le(wire.opens, 66);
	for (size_t i = 0; i < 3; i++)
		ck_assert_uint_eq(wire.units[i].good, 0);
}
END_TEST

START_TEST(silent_connection_is_opened_anew)
{
	wire_run_ms(&wire, 2000);
	wire.behave = all_are_silent;
	wire_run_ms(&wire, 10000);
	ck_assert_uint_ge(wire.stats.disconnects, 2);
	ck_assert_uint_le(wire.stats.connects, 20);
}
END_TEST

START_TEST(one_silent_unit_leaves_the_connection_alone)
{
	wire.behave = sick_is_silent;
	wire_run_ms(&wire, 60000);
	ck_assert_uint_eq(wire.stats.connects, 1);
	check_neighbours(260000);
}
END_TEST

static void everything_babbles(struct wire *w, struct wire_answer *answer)
{
	answer->silent = true;
	for (int i = 0; i < 400; i++)
		wire_fly(w, mono_add_us(w->now, 1000 + 5000 * i), (const uint8_t *)"\x55\x01\x00", 3);
}

START_TEST(babbling_line_loses_all_and_recovers)
{
	wire.behave = everything_babbles;
	wire_run_ms(&wire, 30000);
	for (size_t i = 0; i < 3; i++)
		ck_assert_uint_eq(wire.units[i].lost, 1);
	wire.behave = NULL;
	wire.flight_count = 0;
	wire_run_ms(&wire, 6000);
	for (size_t i = 0; i < 3; i++)
		ck_assert_uint_eq(wire.units[i].back, 1);
	ck_assert_uint_eq(wire.wrong, 0);
}
END_TEST

START_TEST(a_process_that_stood_still_loses_nobody)
{
	wire_run_ms(&wire, 2005);
	wire.now = mono_add_ms(wire.now, 30000);
	link_resume(wire.link, wire.now);
	wire_run_ms(&wire, 2000);
	for (size_t i = 0; i < 3; i++) {
		ck_assert_uint_eq(wire.units[i].lost, 0);
		ck_assert_uint_eq(wire.units[i].bad, 0);
	}
	ck_assert_uint_eq(wire.wrong, 0);
}
END_TEST

static void add_shared(TCase *tc)
{
	tcase_add_test(tc, healthy_devices_keep_their_period);
	tcase_add_test(tc, silent_device_is_lost_in_three_scans);
	tcase_add_test(tc, silent_from_the_start_is_lost_too);
	tcase_add_test(tc, lost_device_costs_five_per_cent_at_most);
	tcase_add_loop_test(tc, return_is_seen_in_two_seconds, 0, 8);
	tcase_add_test(tc, dead_bus_loses_all_and_finds_all_again);
	tcase_add_loop_test(tc, late_answers_never_become_values, 0, 5);
	tcase_add_test(tc, duplicates_never_become_values);
	tcase_add_test(tc, trickle_is_no_value_and_delays_nobody);
	tcase_add_loop_test(tc, spoilt_frames_never_become_values, 0, 4);
	tcase_add_test(tc, reset_connection_costs_one_scan);
	tcase_add_test(tc, a_process_that_stood_still_loses_nobody);
}

int main(void)
{
	Suite *suite = suite_create("link");
	TCase *rtu = tcase_create("rtu"), *tcp = tcase_create("tcp"), *any = tcase_create("any");

	tcase_add_checked_fixture(rtu, setup_rtu, teardown);
	tcase_add_checked_fixture(tcp, setup_tcp, teardown);
	tcase_add_checked_fixture(any, NULL, teardown);
	add_shared(rtu);
	add_shared(tcp);
	tcase_add_loop_test(rtu, late_answers_of_a_device_with_one_shape, 0, 5);
	tcase_add_test(rtu, babbling_line_loses_all_and_recovers);
	tcase_add_test(tcp, refused_connection_loses_all_soon_and_backs_off);
	tcase_add_test(tcp, garbage_after_connect_makes_no_storm);
	tcase_add_test(tcp, silent_connection_is_opened_anew);
	tcase_add_test(tcp, one_silent_unit_leaves_the_connection_alone);
	tcase_add_test(any, many_dead_do_not_starve_the_living);
	suite_add_tcase(suite, rtu);
	suite_add_tcase(suite, tcp);
	suite_add_tcase(suite, any);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
