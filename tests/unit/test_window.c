/* SPDX-License-Identifier: Apache-2.0 */
/* What is in flight, what is acknowledged, what was refused. */
#include "gateway/publisher_window.h"

#include <check.h>
#include <stdlib.h>

static struct window window;

static void set_up(void)
{
	window_init(&window, 100);
	window_reset(&window, LIMIT_WINDOW);
}

static unsigned sent(uint64_t seq)
{
	return window_take(&window, WINDOW_EVENT, seq, (struct mono){(int64_t)seq});
}

START_TEST(acked_is_the_highest_without_a_gap)
{
	unsigned a = sent(101), b = sent(102), c = sent(103);

	window_done(&window, c, WINDOW_ACKNOWLEDGED);
	window_done(&window, b, WINDOW_ACKNOWLEDGED);
	ck_assert_uint_eq(window_acked(&window), 100);
	window_done(&window, a, WINDOW_ACKNOWLEDGED);
	ck_assert_uint_eq(window_acked(&window), 103);
}
END_TEST

START_TEST(all_kinds_share_the_slots)
{
	window_reset(&window, 3);
	sent(101);
	window_take(&window, WINDOW_HEARTBEAT, 0, (struct mono){5});
	ck_assert(window_room(&window));
	unsigned state = window_take(&window, WINDOW_STATE, 0, (struct mono){6});
	ck_assert(!window_room(&window));
	ck_assert(!window_event_room(&window));
	window_done(&window, state, WINDOW_ACKNOWLEDGED);
	ck_assert(window_room(&window));
	ck_assert_uint_eq(window_acked(&window), 100);
}
END_TEST

START_TEST(no_broker_gets_more_than_the_library_stands)
{
	window_reset(&window, 65535);
	for (uint64_t i = 1; i <= LIMIT_WINDOW; i++)
		sent(100 + i);
	ck_assert(!window_room(&window));
}
END_TEST

START_TEST(a_new_connection_sends_again_what_was_not_acknowledged)
{
	unsigned a = sent(101), b = sent(102);

	window_done(&window, b, WINDOW_ACKNOWLEDGED);
	window_reset(&window, 20);
	ck_assert_uint_eq(window.passed, 100);
	ck_assert_int_eq(window_oldest(&window).us, MONO_NEVER.us);
	a = sent(101);
	window_done(&window, a, WINDOW_ACKNOWLEDGED);
	ck_assert_uint_eq(window_acked(&window), 101);
}
END_TEST

START_TEST(the_oldest_in_flight_is_known)
{
	unsigned first = window_take(&window, WINDOW_HEARTBEAT, 0, (struct mono){7});

	window_take(&window, WINDOW_STATE, 0, (struct mono){9});
	ck_assert_int_eq(window_oldest(&window).us, 7);
	window_done(&window, first, WINDOW_ACKNOWLEDGED);
	ck_assert_int_eq(window_oldest(&window).us, 9);
}
END_TEST

START_TEST(a_refused_event_holds_acked_but_not_the_stream)
{
	unsigned a = sent(101), b = sent(102), c = sent(103);

	window_done(&window, a, WINDOW_ACKNOWLEDGED);
	ck_assert(window_done(&window, b, WINDOW_REFUSED));
	window_done(&window, c, WINDOW_ACKNOWLEDGED);
	ck_assert_uint_eq(window.passed, 103);
	ck_assert_uint_eq(window_acked(&window), 101);
	/* offered again, refused again: not news */
	window_retry_all(&window);
	ck_assert_uint_eq(window_retry(&window), 102);
	b = sent(102);
	ck_assert_uint_eq(window_retry(&window), 0);
	ck_assert(!window_done(&window, b, WINDOW_REFUSED));
	/* and taken at last */
	window_retry_all(&window);
	b = sent(102);
	ck_assert(window_done(&window, b, WINDOW_ACKNOWLEDGED));
	ck_assert_uint_eq(window_acked(&window), 103);
}
END_TEST

START_TEST(refused_events_are_offered_in_order_once_a_round)
{
	unsigned a = sent(101), b = sent(102), c = sent(103);

	window_done(&window, c, WINDOW_REFUSED);
	window_done(&window, a, WINDOW_REFUSED);
	window_done(&window, b, WINDOW_ACKNOWLEDGED);
	window_retry_all(&window);
	ck_assert_uint_eq(window_retry(&window), 101);
	window_done(&window, sent(101), WINDOW_REFUSED);
	ck_assert_uint_eq(window_retry(&window), 103);
	window_done(&window, sent(103), WINDOW_ACKNOWLEDGED);
	ck_assert_uint_eq(window_retry(&window), 0);
	ck_assert_uint_eq(window_acked(&window), 100);
}
END_TEST

START_TEST(the_stream_skips_what_is_set_aside)
{
	unsigned a = sent(101), b = sent(102);

	(void)a;
	window_done(&window, b, WINDOW_REFUSED);
	window_reset(&window, 20); /* 101 was never acknowledged: both come again */
	a = sent(101);
	ck_assert(window_is_aside(&window, 102));
	window_skip(&window, 102);
	window_done(&window, a, WINDOW_ACKNOWLEDGED);
	ck_assert_uint_eq(window.passed, 102);
	ck_assert_uint_eq(window_acked(&window), 101);
}
END_TEST

START_TEST(when_too_much_is_refused_the_stream_waits)
{
	uint64_t seq = 100;

	while (window_event_room(&window)) {
		ck_assert_uint_lt(seq, 100 + 2 * LIMIT_SET_ASIDE);
		window_done(&window, sent(++seq), WINDOW_REFUSED);
	}
	ck_assert_uint_eq(window.aside_count, LIMIT_SET_ASIDE);
	ck_assert(window_room(&window));
	ck_assert_uint_eq(window_acked(&window), 100);
}
END_TEST

START_TEST(one_slow_acknowledgement_bounds_what_is_sent_beyond_it)
{
	uint64_t seq = 101;

	sent(seq);
	while (window_event_room(&window)) {
		ck_assert_uint_lt(seq, 100 + 2 * LIMIT_SENT_SPAN);
		window_done(&window, sent(++seq), WINDOW_ACKNOWLEDGED);
	}
	ck_assert_uint_eq(seq, 100 + LIMIT_SENT_SPAN);
	ck_assert_uint_eq(window_acked(&window), 100);
}
END_TEST

START_TEST(a_send_that_failed_leaves_no_trace)
{
	window_untake(&window, sent(101));
	ck_assert_uint_eq(window.in_flight, 0);
	window_done(&window, sent(101), WINDOW_REFUSED);
	window_retry_all(&window);
	window_untake(&window, sent(101));
	ck_assert_uint_eq(window_retry(&window), 101);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("window");
	TCase *tests = tcase_create("window");

	tcase_add_checked_fixture(tests, set_up, NULL);
	tcase_add_test(tests, acked_is_the_highest_without_a_gap);
	tcase_add_test(tests, all_kinds_share_the_slots);
	tcase_add_test(tests, no_broker_gets_more_than_the_library_stands);
	tcase_add_test(tests, a_new_connection_sends_again_what_was_not_acknowledged);
	tcase_add_test(tests, the_oldest_in_flight_is_known);
	tcase_add_test(tests, a_refused_event_holds_acked_but_not_the_stream);
	tcase_add_test(tests, refused_events_are_offered_in_order_once_a_round);
	tcase_add_test(tests, the_stream_skips_what_is_set_aside);
	tcase_add_test(tests, when_too_much_is_refused_the_stream_waits);
	tcase_add_test(tests, one_slow_acknowledgement_bounds_what_is_sent_beyond_it);
	tcase_add_test(tests, a_send_that_failed_leaves_no_trace);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
