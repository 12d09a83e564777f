/* SPDX-License-Identifier: Apache-2.0 */
/* path: two ways of a link, and connections that do not last. */
#include "path_rig.h"

/* --- two ways --------------------------------------------------------------------------------------- */

START_TEST(idle_way_is_checked_at_little_cost)
{
	begin(TRANSPORT_TCP, 2);
	run_ms(MINUTE_MS);
	ck_assert_int_eq(stats()->idle, PATH_GOOD);
	ck_assert_uint_eq(stats()->path, 0);
	ck_assert_uint_eq(stats()->switches, 0);
	ck_assert_uint_ge(seen.good[0], 500 * INPUTS);
	ck_assert_uint_eq(seen.good[1] + seen.wrong + seen.lost, 0);
	ck_assert_uint_ge(servers[1].requests, 5);
	ck_assert_uint_le(servers[1].requests, MINUTE_MS / LIMIT_PATH_CHECK_MS + 1);
	ck_assert_uint_eq(servers[1].accepted, servers[1].requests);
	ck_assert_uint_eq(servers[0].accepted, 1);
}
END_TEST

START_TEST(silent_primary_is_left_before_a_device_is_lost)
{
	begin(TRANSPORT_TCP, 2);
	run_ms(5000);
	servers[0].mute = true;
	struct mono before = now;
	run_ms(5000);
	ck_assert_uint_eq(stats()->path, 1);
	ck_assert_int_le(mono_since_us(seen.news_at[LINK_NEWS_SWITCHED], before), 2500000);
	ck_assert_uint_eq(seen.news[LINK_NEWS_SWITCHED], 1);
	ck_assert_str_eq(seen.text, "no device answered");
	ck_assert_uint_gt(seen.good[1], 20 * INPUTS);
	ck_assert_uint_eq(seen.wrong, 0);
	ck_assert_int_eq(stats()->idle, PATH_BAD);
	ck_assert_str_eq(stats()->idle_trouble, "no device answered");
}
END_TEST

START_TEST(refused_primary_is_left)
{
	begin(TRANSPORT_TCP, 2);
	run_ms(5000);
	server_kill(&servers[0]);
	struct mono before = now;
	run_ms(15000);
	ck_assert_uint_eq(stats()->path, 1);
	ck_assert_int_le(mono_since_us(seen.news_at[LINK_NEWS_SWITCHED], before), 1500000);
	ck_assert_uint_eq(seen.wrong, 0);
	ck_assert_str_eq(stats()->idle_trouble, "connect: Connection refused");
	server_listen(&servers[0]);
}
END_TEST

START_TEST(primary_that_is_dead_at_the_start)
{
	begin(TRANSPORT_TCP, 2);
	server_kill(&servers[0]);
	run_ms(3000);
	ck_assert_uint_eq(stats()->path, 1);
	ck_assert_uint_gt(seen.good[1], 0);
	server_listen(&servers[0]);
}
END_TEST

START_TEST(primary_is_taken_again_when_it_stays_good)
{
	begin(TRANSPORT_TCP, 2);
	run_ms(5000);
	servers[0].mute = true;
	run_ms(5000);
	ck_assert_uint_eq(stats()->path, 1);
	servers[0].mute = false;
	run_ms(LIMIT_PATH_RETURN_MS - 1000);
	ck_assert_uint_eq(stats()->path, 1); /* good, but not for long enough */
	seen.longest_gap_us = 0;
	run_ms(2 * LIMIT_PATH_CHECK_MS);
	ck_assert_uint_eq(stats()->path, 0);
	ck_assert_uint_eq(stats()->switches, 2);
	ck_assert_str_eq(seen.text, "the primary is good again");
	ck_assert_int_eq(stats()->idle, PATH_GOOD);
	ck_assert_int_le(seen.longest_gap_us, 2 * SCAN_MS * 1000); /* the return costs no scan */
	ck_assert_uint_eq(seen.wrong, 0);
}
END_TEST

START_TEST(bad_check_begins_the_wait_anew)
{
	begin(TRANSPORT_TCP, 2);
	run_ms(5000);
	servers[0].mute = true;
	run_ms(5000);
	for (int i = 0; i < 10; i++) {
		servers[0].mute = i % 2 == 1;
		run_ms(LIMIT_PATH_RETURN_MS / 2 + LIMIT_PATH_CHECK_MS / 2);
	}
	ck_assert_uint_eq(stats()->path, 1);
	ck_assert_uint_eq(stats()->switches, 1);
}
END_TEST

START_TEST(one_dead_device_is_no_reason)
{
	begin(TRANSPORT_TCP, 2);
	servers[0].dead_unit = 8;
	run_ms(2 * MINUTE_MS);
	ck_assert_uint_eq(seen.lost, 1);
	ck_assert_uint_eq(stats()->switches, 0);
	ck_assert_int_eq(stats()->idle, PATH_GOOD);
}
END_TEST

START_TEST(gateway_without_its_bus_is_left)
{
	begin(TRANSPORT_TCP, 2);
	run_ms(2000);
	servers[0].exception = 0x0B;
	run_ms(5000);
	ck_assert_uint_eq(stats()->path, 1);
	ck_assert_uint_gt(seen.good[1], 0);
	run_ms(MINUTE_MS);
	ck_assert_uint_eq(stats()->path, 1);
	ck_assert_str_eq(stats()->idle_trouble, "the gateway there does not reach the device");
}
END_TEST

START_TEST(two_dead_ways_are_not_tried_in_turn)
{
	begin(TRANSPORT_TCP, 2);
	run_ms(5000);
	servers[0].mute = servers[1].mute = true;
	run_ms(10 * MINUTE_MS);
	ck_assert_uint_le(stats()->switches, 1); /* the check may have been good just before */
	ck_assert_uint_eq(seen.lost, DEVICES);
	ck_assert_int_eq(stats()->idle, PATH_BAD);
	servers[1].mute = false;
	run_ms(5000);
	ck_assert_uint_eq(stats()->path, 1);
	ck_assert_uint_eq(seen.back, DEVICES);
}
END_TEST

START_TEST(two_ways_that_only_look_good)
{
	begin(TRANSPORT_RTU_TCP, 2); /* their check is a connection */
	run_ms(5000);
	servers[0].mute = servers[1].mute = true;
	run_ms(60 * MINUTE_MS);
	ck_assert_uint_ge(stats()->switches, 5);
	ck_assert_uint_le(stats()->switches, 20);
	ck_assert_uint_eq(seen.lost, DEVICES);
	ck_assert_uint_eq(seen.back, 0);
	servers[0].mute = servers[1].mute = false;
	run_ms(5000);
	ck_assert_uint_eq(seen.back, DEVICES);
	ck_assert_uint_eq(seen.wrong, 0);
}
END_TEST

START_TEST(rtu_frames_over_tcp)
{
	begin(TRANSPORT_RTU_TCP, 2);
	run_ms(20000);
	ck_assert_uint_gt(seen.good[0], 100 * INPUTS);
	ck_assert_uint_eq(servers[1].requests, 0); /* the bus behind it may be the same */
	ck_assert_uint_ge(servers[1].accepted, 2);
	ck_assert_int_eq(stats()->idle, PATH_GOOD);
	servers[0].mute = true;
	run_ms(5000);
	ck_assert_uint_eq(stats()->path, 1);
	ck_assert_uint_gt(seen.good[1], 0);
	ck_assert_uint_eq(seen.wrong, 0);
}
END_TEST

/* The values of the two ways differ in every bit: one taken from the way that was left would be a wrong one. */
START_TEST(answer_of_the_way_that_was_left_is_not_believed)
{
	begin(TRANSPORT_TCP, 2);
	for (int round = 0; round < 20; round++) {
		struct server *used = &servers[stats()->path];
		used->mute = false;
		run_ms(LIMIT_PATH_CHECK_MS + 1000);
		used = &servers[stats()->path];
		used->mute = true;
		for (uint64_t before = stats()->switches; stats()->switches == before;)
			step(mono_add_ms(now, 10));
		for (size_t i = 0; i < CONNS; i++)
			if (used->conns[i] >= 0)
				(void)send(used->conns[i], used->late, used->late_length, MSG_NOSIGNAL);
		used->mute = false;
	}
	ck_assert_uint_ge(stats()->switches, 20);
	ck_assert_uint_eq(seen.wrong, 0);
	ck_assert_uint_gt(seen.good[0], 0);
	ck_assert_uint_gt(seen.good[1], 0);
}
END_TEST

/* --- a connection that does not last ------------------------------------------------------------------ */

START_TEST(half_open_stream_is_connected_anew)
{
	begin(TRANSPORT_RTU_TCP, 1);
	run_ms(2000);
	servers[0].mute = true;
	run_ms(20000);
	ck_assert_uint_ge(stats()->disconnects, 3);
	servers[0].mute = false;
	run_ms(3000);
	ck_assert_uint_eq(seen.back, seen.lost);
	ck_assert_int_eq(stats()->condition, LINK_UP);
	ck_assert_uint_eq(seen.wrong, 0);
}
END_TEST

START_TEST(flapping_is_one_condition)
{
	begin(TRANSPORT_TCP, 1);
	for (int i = 0; i < 300; i++) {
		run_ms(2000);
		server_kill(&servers[0]);
		run_ms(2000);
		server_listen(&servers[0]);
	}
	ck_assert_uint_eq(seen.news[LINK_NEWS_FLAPPING], 1);
	ck_assert(stats()->flapping);
	ck_assert_uint_le(seen.news[LINK_NEWS_TROUBLE], 20); /* at most one a minute, when the reason changes */
	ck_assert_uint_le(stats()->connects, 301);
	ck_assert_uint_eq(seen.news[LINK_NEWS_STEADY], 0);
	run_ms(2 * LIMIT_FLAP_MS);
	ck_assert_uint_eq(seen.news[LINK_NEWS_STEADY], 1);
	ck_assert(!stats()->flapping);
	ck_assert_uint_eq(seen.wrong, 0);
}
END_TEST

START_TEST(refused_for_a_day_is_told_once)
{
	begin(TRANSPORT_TCP, 1);
	server_kill(&servers[0]);
	run_ms(24 * 60 * MINUTE_MS);
	ck_assert_uint_eq(seen.news[LINK_NEWS_TROUBLE], 1);
	ck_assert_str_eq(seen.text, "connect: Connection refused");
	ck_assert_str_eq(stats()->trouble, seen.text);
	ck_assert_uint_eq(seen.lost, DEVICES);
	server_listen(&servers[0]);
	run_ms(5000);
	ck_assert_uint_eq(seen.back, DEVICES);
}
END_TEST

START_TEST(thousands_of_resets_are_no_storm)
{
	begin(TRANSPORT_TCP, 2);
	servers[0].resets = servers[1].resets = true;
	run_ms(10000);
	unsigned before = descriptors(), accepted = servers[0].accepted;
	struct mono since = now;
	while (servers[0].accepted < accepted + 2000)
		step(mono_add_ms(now, 1000));
	ck_assert_uint_le(descriptors(), before + 2); /* a connection and a check under way */
	ck_assert_int_ge(mono_since_us(now, since), INT64_C(2000) * 1000000);
	ck_assert_uint_eq(seen.news[LINK_NEWS_FLAPPING], 1);
	ck_assert_uint_le(seen.news[LINK_NEWS_TROUBLE], 2 * (unsigned)(mono_since_us(now, since) / 60000000));
	ck_assert_uint_eq(seen.lost, DEVICES);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("path");
	TCase *tc = tcase_create("ways");

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, idle_way_is_checked_at_little_cost);
	tcase_add_test(tc, silent_primary_is_left_before_a_device_is_lost);
	tcase_add_test(tc, refused_primary_is_left);
	tcase_add_test(tc, primary_that_is_dead_at_the_start);
	tcase_add_test(tc, primary_is_taken_again_when_it_stays_good);
	tcase_add_test(tc, bad_check_begins_the_wait_anew);
	tcase_add_test(tc, one_dead_device_is_no_reason);
	tcase_add_test(tc, gateway_without_its_bus_is_left);
	tcase_add_test(tc, two_dead_ways_are_not_tried_in_turn);
	tcase_add_test(tc, two_ways_that_only_look_good);
	tcase_add_test(tc, rtu_frames_over_tcp);
	tcase_add_test(tc, answer_of_the_way_that_was_left_is_not_believed);
	tcase_add_test(tc, half_open_stream_is_connected_anew);
	tcase_add_test(tc, flapping_is_one_condition);
	tcase_add_test(tc, refused_for_a_day_is_told_once);
	tcase_add_test(tc, thousands_of_resets_are_no_storm);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
