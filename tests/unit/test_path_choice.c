/* SPDX-License-Identifier: Apache-2.0 */
/* path_choice, path_flap: the rules alone, on virtual time. */
#include "config/limits.h"
#include "drivers/path_choice.h"
#include "drivers/path_flap.h"

#include <check.h>
#include <stdlib.h>

#define START_US  INT64_C(1000000000)
#define MINUTE_MS INT64_C(60000)

static struct mono now;
static struct path_choice choice;

static void setup_choice(void)
{
	now = (struct mono){START_US};
	path_choice_init(&choice, now);
}

static bool fail_for_ms(int64_t ms, struct path_report *report)
{
	struct mono end = mono_add_ms(now, ms);

	for (; now.us < end.us; now = mono_add_ms(now, 100)) {
		report->failures++;
		report->silent = true;
		path_choice_report(&choice, report, now);
		if (path_choice_switch(&choice, now))
			return true;
	}
	return false;
}

static bool serve_for_ms(int64_t ms, struct path_report *report)
{
	struct mono end = mono_add_ms(now, ms);

	for (; now.us < end.us; now = mono_add_ms(now, 100)) {
		report->answers++;
		report->silent = false;
		path_choice_report(&choice, report, now);
		if (path_choice_check_due(&choice, now))
			path_choice_checked(&choice, true, now);
		if (path_choice_switch(&choice, now))
			return true;
	}
	return false;
}

START_TEST(never_to_a_way_that_is_not_known_to_be_good)
{
	struct path_report report = {0};

	ck_assert(!fail_for_ms(MINUTE_MS, &report));
	path_choice_checked(&choice, false, now);
	ck_assert(!fail_for_ms(MINUTE_MS, &report));
	path_choice_checked(&choice, true, now);
	ck_assert(fail_for_ms(1000, &report));
	ck_assert_uint_eq(choice.active, 1);
}
END_TEST

START_TEST(one_timeout_is_no_reason_for_two_seconds)
{
	struct path_report report = {.failures = 1, .silent = true};

	path_choice_checked(&choice, true, now);
	path_choice_report(&choice, &report, now);
	ck_assert(!path_choice_switch(&choice, mono_add_ms(now, LIMIT_PATH_SILENT_MS - 1)));
	ck_assert_int_eq(path_choice_next(&choice, true).us, mono_add_ms(now, LIMIT_PATH_SILENT_MS).us);
	ck_assert(path_choice_switch(&choice, mono_add_ms(now, LIMIT_PATH_SILENT_MS)));
}
END_TEST

START_TEST(primary_that_fails_again_must_prove_itself_longer)
{
	struct path_report report = {0};
	int64_t waits_ms[8];

	for (int i = 0; i < 8; i++) {
		serve_for_ms(1000, &report);
		ck_assert(fail_for_ms(5000, &report));
		ck_assert_uint_eq(choice.active, 1);
		struct mono left = now;
		ck_assert(serve_for_ms(2 * LIMIT_PATH_RETURN_MAX_MS, &report));
		ck_assert_uint_eq(choice.active, 0);
		waits_ms[i] = mono_since_us(now, left) / 1000;
	}
	ck_assert_int_le(waits_ms[0], LIMIT_PATH_RETURN_MS + 2 * LIMIT_PATH_CHECK_MS);
	ck_assert_int_ge(waits_ms[2], 4 * LIMIT_PATH_RETURN_MS);
	ck_assert_int_le(waits_ms[7], LIMIT_PATH_RETURN_MAX_MS + 2 * LIMIT_PATH_CHECK_MS);
	serve_for_ms(3 * LIMIT_PATH_RETURN_MAX_MS, &report); /* long service makes up for it */
	ck_assert(fail_for_ms(5000, &report));
	struct mono left = now;
	ck_assert(serve_for_ms(2 * LIMIT_PATH_RETURN_MAX_MS, &report));
	ck_assert_int_le(mono_since_us(now, left) / 1000, LIMIT_PATH_RETURN_MS + 2 * LIMIT_PATH_CHECK_MS);
}
END_TEST

START_TEST(losses_far_apart_are_no_flapping)
{
	struct path_flap flap = {0};

	now = (struct mono){START_US};
	for (int i = 0; i < 100; i++) {
		ck_assert(!path_flap_lost(&flap, now));
		now = mono_add_ms(now, LIMIT_FLAP_MS / (LIMIT_FLAPS - 1));
	}
	ck_assert_int_eq(path_flap_next(&flap).us, INT64_MAX);
	unsigned begins = 0;
	for (int i = 0; i < 100; i++) {
		begins += path_flap_lost(&flap, now);
		now = mono_add_ms(now, 4000);
	}
	ck_assert_uint_eq(begins, 1);
	ck_assert(!path_flap_calm(&flap, now));
	ck_assert(path_flap_calm(&flap, mono_add_ms(now, LIMIT_FLAP_MS)));
	ck_assert(!path_flap_calm(&flap, mono_add_ms(now, 2 * LIMIT_FLAP_MS)));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("path-choice");
	TCase *tc = tcase_create("choice");

	tcase_add_checked_fixture(tc, setup_choice, NULL);
	tcase_add_test(tc, never_to_a_way_that_is_not_known_to_be_good);
	tcase_add_test(tc, one_timeout_is_no_reason_for_two_seconds);
	tcase_add_test(tc, primary_that_fails_again_must_prove_itself_longer);
	tcase_add_test(tc, losses_far_apart_are_no_flapping);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
