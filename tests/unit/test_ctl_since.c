/* SPDX-License-Identifier: Apache-2.0 */
/* --since: sequence numbers, times and ages */
#include "gateway/ctl/options.c"
#include "gateway/ctl/since.c"

#include <check.h>
#include <stdlib.h>

#define NOW 1764104584 /* 2025-11-25T21:03:04Z */

static struct since since;

/* Local time is two hours ahead of UTC. */
static void setup(void)
{
	setenv("TZ", "TEST-2", 1);
	tzset();
	since = (struct since){.seq = 99, .time = "untouched"};
}

static const struct {
	const char *text, *time;
} good[] = {
        {"2025-11-23T21:03:04Z", "2025-11-23T21:03:04"},
        {"2025-11-23T21:03:04", "2025-11-23T19:03:04"},
        {"2025-11-23 21:03", "2025-11-23T19:03:00"},
        {"2025-11-23T21:03Z", "2025-11-23T21:03:00"},
        {"2025-11-23", "2025-11-22T22:00:00"},
        {"21:03", "2025-11-25T19:03:00"},
        {"21:03:30", "2025-11-25T19:03:30"},
        {"90s", "2025-11-25T21:01:34"},
        {"15m", "2025-11-25T20:48:04"},
        {"2h", "2025-11-25T19:03:04"},
        {"3d", "2025-11-22T21:03:04"},
};

START_TEST(times_and_ages_become_utc)
{
	ck_assert_int_eq(since_parse(good[_i].text, NOW, &since), 0);
	ck_assert_str_eq(since.time, good[_i].time);
	ck_assert_uint_eq(since.seq, 0);
}
END_TEST

START_TEST(a_number_is_a_seq)
{
	ck_assert_int_eq(since_parse("184467", NOW, &since), 0);
	ck_assert_uint_eq(since.seq, 184467);
	ck_assert_str_eq(since.time, "");
}
END_TEST

START_TEST(the_time_compares_as_text_with_that_of_events)
{
	ck_assert_int_eq(since_parse("2025-11-23T21:03:04Z", NOW, &since), 0);
	ck_assert_int_gt(strcmp("2025-11-23T21:03:04.000001Z", since.time), 0);
	ck_assert_int_lt(strcmp("2025-11-23T21:03:03.999999Z", since.time), 0);
}
END_TEST

static const char *const bad[] = {
        "", "yesterday", "2025-13-01", "25:00", "2x", "-5", "h", "5m3", "2025-11-23T21:03:04X", "99999999999999999999"};

START_TEST(anything_else_is_refused)
{
	ck_assert_int_eq(since_parse(bad[_i], NOW, &since), -EINVAL);
	ck_assert_uint_eq(since.seq, 99);
	ck_assert_str_eq(since.time, "untouched");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ctl_since");
	TCase *cases = tcase_create("since");

	tcase_add_checked_fixture(cases, setup, NULL);
	tcase_add_loop_test(cases, times_and_ages_become_utc, 0, (int)(sizeof good / sizeof *good));
	tcase_add_test(cases, a_number_is_a_seq);
	tcase_add_test(cases, the_time_compares_as_text_with_that_of_events);
	tcase_add_loop_test(cases, anything_else_is_refused, 0, (int)(sizeof bad / sizeof *bad));
	suite_add_tcase(suite, cases);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
