/* SPDX-License-Identifier: Apache-2.0 */
/* reading: what goes out in doubt and in health, and what a register without a value is worth. */
#include "config/limits.h"
#include "drivers/reading.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

static struct reading reading;
static struct sample sample;
static struct mono now;

static void setup(void)
{
	reading = (struct reading){0};
	now.us = 1000000;
}

static bool take(double value, enum doubt doubt)
{
	sample = (struct sample){.quality = QUALITY_GOOD, .at = now};
	bool out = reading_take(&reading, value, doubt, &sample);

	reading_last(&reading, &sample);
	return out;
}

static void later(int64_t ms)
{
	now = mono_add_ms(now, ms);
}

static bool is_good(double value)
{
	return sample.quality == QUALITY_GOOD && sample.fault == FAULT_NONE && sample.raw == value &&
	       sample.value == (value != 0);
}

START_TEST(without_doubt_every_value_goes_out)
{
	ck_assert(take(12.5, DOUBT_NONE) && is_good(12.5));
	ck_assert(take(0, DOUBT_NONE) && is_good(0));
	ck_assert(take(-1, DOUBT_NONE) && is_good(-1));
}
END_TEST

START_TEST(in_doubt_two_reads_must_agree)
{
	ck_assert(take(1, DOUBT_NONE));
	ck_assert(!take(0, DOUBT_NEW));
	ck_assert(reading.held);
	ck_assert(take(0, DOUBT_OLD) && is_good(0));
	ck_assert(!reading.held);
}
END_TEST

START_TEST(in_doubt_what_was_before_goes_out)
{
	ck_assert(take(7, DOUBT_NONE));
	ck_assert(!take(8, DOUBT_NEW));
	ck_assert(take(7, DOUBT_OLD) && is_good(7));
	ck_assert(!reading.held);
}
END_TEST

START_TEST(a_restless_number_waits_for_the_late_ones)
{
	ck_assert(take(7, DOUBT_NONE));
	ck_assert(!take(8, DOUBT_NEW));
	later(LIMIT_LATE_MS - 1);
	ck_assert(take(9, DOUBT_OLD));
	ck_assert_int_eq(sample.quality, QUALITY_UNCERTAIN);
	ck_assert_int_eq(sample.fault, FAULT_LATE);
	ck_assert(sample.raw == 7);
	later(1);
	ck_assert(take(10, DOUBT_OLD) && is_good(10));
}
END_TEST

START_TEST(a_new_doubt_begins_the_wait_anew)
{
	ck_assert(take(7, DOUBT_NONE));
	ck_assert(!take(8, DOUBT_NEW));
	later(LIMIT_LATE_MS);
	ck_assert(take(9, DOUBT_NEW));
	ck_assert_int_eq(sample.quality, QUALITY_UNCERTAIN);
	later(LIMIT_LATE_MS - 1);
	ck_assert(take(10, DOUBT_OLD));
	ck_assert_int_eq(sample.quality, QUALITY_UNCERTAIN);
	later(1);
	ck_assert(take(11, DOUBT_OLD) && is_good(11));
}
END_TEST

START_TEST(doubt_without_end_is_a_loss)
{
	double value = 0;

	ck_assert(take(value++, DOUBT_NONE));
	for (int ms = 0; ms < LIMIT_SUPERVISION_MS; ms += 100, later(100)) {
		bool out = take(value++, DOUBT_NEW);
		ck_assert(out == (ms > 0));
		ck_assert_int_eq(sample.quality, QUALITY_UNCERTAIN);
	}
	ck_assert(take(value, DOUBT_NEW));
	ck_assert_int_eq(sample.quality, QUALITY_BAD);
}
END_TEST

START_TEST(no_number_is_uncertain_then_bad)
{
	ck_assert(take(3.5, DOUBT_NONE));
	for (int i = 1; i <= LIMIT_MISSED_SCANS; i++) {
		ck_assert(take(i % 2 ? (double)NAN : (double)-INFINITY, DOUBT_NONE));
		ck_assert_int_eq(sample.quality, i < LIMIT_MISSED_SCANS ? QUALITY_UNCERTAIN : QUALITY_BAD);
		ck_assert_int_eq(sample.fault, FAULT_NUMBER);
		ck_assert(sample.raw == 3.5);
	}
	ck_assert(take(4, DOUBT_NONE) && is_good(4));
	ck_assert(take((double)NAN, DOUBT_NONE));
	ck_assert_int_eq(sample.quality, QUALITY_UNCERTAIN);
}
END_TEST

START_TEST(no_number_twice_is_confirmed)
{
	ck_assert(take(3.5, DOUBT_NONE));
	ck_assert(!take((double)NAN, DOUBT_NEW));
	ck_assert(take((double)NAN, DOUBT_OLD));
	ck_assert_int_eq(sample.fault, FAULT_NUMBER);
	ck_assert(!reading.held);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reading");
	TCase *tc = tcase_create("reading");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, without_doubt_every_value_goes_out);
	tcase_add_test(tc, in_doubt_two_reads_must_agree);
	tcase_add_test(tc, in_doubt_what_was_before_goes_out);
	tcase_add_test(tc, a_restless_number_waits_for_the_late_ones);
	tcase_add_test(tc, a_new_doubt_begins_the_wait_anew);
	tcase_add_test(tc, doubt_without_end_is_a_loss);
	tcase_add_test(tc, no_number_is_uncertain_then_bad);
	tcase_add_test(tc, no_number_twice_is_confirmed);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
