/* SPDX-License-Identifier: Apache-2.0 */
/* input_form: what each form makes of values, and of values that are none of its own. */
#include "drivers/random.h"
#include "gateway/alarm/input_form.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#define SCAN_MS 100

static struct site_point points[2];
static struct site_loop loop;
static const struct site site = {.points = points, .point_count = 2, .loops = &loop, .loop_count = 1};
static struct site_input input;
static struct form form;
static struct mono now;
static struct sample sample;

static void setup(void)
{
	points[0] = points[1] = (struct site_point){.table = TABLE_INPUT, .type = TYPE_U16};
	loop = (struct site_loop){.bands = {[BAND_SHORT] = {0, 85},
	                                    [BAND_ALARM] = {1310, 1456},
	                                    [BAND_NORMAL] = {1985, 2128},
	                                    [BAND_OPEN] = {3600, 4095}}};
	input = (struct site_input){.other = 1, .above = HUGE_VAL, .below = -HUGE_VAL};
	now.us = 1000000;
}

static void begin(enum site_form kind)
{
	input.form = kind;
	form = form_new(&site, &input);
}

static bool take_of(uint32_t point, double raw, enum quality quality)
{
	now = mono_add_ms(now, SCAN_MS);
	sample = (struct sample){.point = point, .raw = raw, .value = raw != 0, .quality = quality, .at = now};
	return form_take(&form, &sample);
}

static void take(double raw)
{
	ck_assert(take_of(0, raw, QUALITY_GOOD));
}

/* The truth after this value. */
static bool truth(double raw)
{
	take(raw);
	ck_assert(!form.keep);
	return form.truth;
}

/* --- level ----------------------------------------------------------------------------------------- */

START_TEST(level_above_with_hysteresis)
{
	input.above = 100;
	input.hysteresis = 10;
	begin(FORM_LEVEL);
	ck_assert(!truth(95)); /* in between at the first look */
	ck_assert(!truth(100));
	ck_assert(truth(101));
	ck_assert(truth(91));
	ck_assert(!truth(90));
	ck_assert(!truth(99));
}
END_TEST

START_TEST(level_below_with_hysteresis)
{
	input.below = 20;
	input.hysteresis = 5;
	begin(FORM_LEVEL);
	ck_assert(!truth(20));
	ck_assert(truth(19));
	ck_assert(truth(24));
	ck_assert(!truth(25));
}
END_TEST

START_TEST(level_outside_of_a_window)
{
	input.above = 100;
	input.below = 20;
	begin(FORM_LEVEL);
	ck_assert(!truth(20));
	ck_assert(truth(19));
	ck_assert(truth(101));
	ck_assert(!truth(100));
}
END_TEST

START_TEST(level_is_in_the_unit_of_the_point)
{
	points[0].scale = 0.1;
	points[0].offset = -20;
	input.above = 50; /* raw 700 */
	begin(FORM_LEVEL);
	ck_assert(!truth(700));
	ck_assert(truth(701));
}
END_TEST

/* --- enum ------------------------------------------------------------------------------------------ */

START_TEST(enum_is_one_of_its_values)
{
	static const int64_t values[] = {3, -7};

	points[0].type = TYPE_I16;
	input.values = values;
	input.value_count = 2;
	begin(FORM_ENUM);
	ck_assert(!truth(0));
	ck_assert(truth(3));
	ck_assert(!truth(7));
	ck_assert(truth(-7));
}
END_TEST

/* --- loop ------------------------------------------------------------------------------------------ */

START_TEST(loop_bands_to_their_ends)
{
	static const struct {
		double raw;
		bool keep, truth;
		enum form_trouble now;
	} rows[] = {
	        {0, true, false, TROUBLE_SHORT},    {85, true, false, TROUBLE_SHORT},
	        {86, true, false, TROUBLE_DRIFT},   {1309, true, false, TROUBLE_DRIFT},
	        {1310, false, true, TROUBLE_NONE},  {1456, false, true, TROUBLE_NONE},
	        {1457, true, true, TROUBLE_DRIFT},  {1984, true, true, TROUBLE_DRIFT},
	        {1985, false, false, TROUBLE_NONE}, {2128, false, false, TROUBLE_NONE},
	        {2129, true, false, TROUBLE_DRIFT}, {3599, true, false, TROUBLE_DRIFT},
	        {3600, true, false, TROUBLE_OPEN},  {4095, true, false, TROUBLE_OPEN},
	        {4096, true, false, TROUBLE_DRIFT}, {65535, true, false, TROUBLE_DRIFT},
	};

	begin(FORM_LOOP);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		take(rows[i].raw);
		ck_assert_int_eq(form.keep, rows[i].keep);
		ck_assert_int_eq(form.truth, rows[i].truth);
		ck_assert_int_eq(form.now, rows[i].now);
	}
}
END_TEST

START_TEST(loop_trouble_wants_two_samples)
{
	begin(FORM_LOOP);
	take(2000);
	take(0);
	ck_assert_int_eq(form.trouble, TROUBLE_NONE);
	struct mono first = now;
	take(10);
	ck_assert_int_eq(form.trouble, TROUBLE_SHORT);
	ck_assert_int_eq(form.since.us, first.us);
	take(2000);
	ck_assert_int_eq(form.trouble, TROUBLE_SHORT);
	take(2000);
	ck_assert_int_eq(form.trouble, TROUBLE_NONE);
}
END_TEST

START_TEST(loop_on_its_way_between_bands_is_no_trouble)
{
	begin(FORM_LOOP);
	for (int i = 0; i < 10; i++) {
		take(2000);
		take(1700); /* the filter of the converter, seen on its way */
		take(1400);
		take(1700);
	}
	ck_assert_int_eq(form.trouble, TROUBLE_NONE);
}
END_TEST

START_TEST(loop_trouble_is_not_counted_over_a_gap)
{
	begin(FORM_LOOP);
	take(2000);
	take(0);
	ck_assert(take_of(0, 0, QUALITY_UNCERTAIN));
	take(0);
	ck_assert_int_eq(form.trouble, TROUBLE_NONE);
	take(0);
	ck_assert_int_eq(form.trouble, TROUBLE_SHORT);
	for (int i = 0; i < 5; i++)
		ck_assert(take_of(0, 2000, QUALITY_BAD));
	ck_assert_int_eq(form.trouble, TROUBLE_SHORT);
}
END_TEST

START_TEST(loop_in_ohm_uses_the_scale)
{
	loop.unit = "ohm";
	points[0].scale = 10;
	points[0].type = TYPE_U32;
	begin(FORM_LOOP);
	ck_assert(truth(140));
	ck_assert(!truth(200));
}
END_TEST

/* --- NAMUR ----------------------------------------------------------------------------------------- */

START_TEST(namur_out_of_range_is_no_level)
{
	points[0].scale = 0.001; /* microamperes */
	input.above = 12;
	input.hysteresis = 1;
	begin(FORM_NAMUR);
	ck_assert(!truth(4000));
	ck_assert(truth(12001));
	take(3599);
	ck_assert(form.keep && form.truth);
	ck_assert_int_eq(form.now, TROUBLE_OPEN);
	take(21001);
	ck_assert(form.keep && form.truth);
	ck_assert_int_eq(form.now, TROUBLE_SHORT);
	ck_assert(truth(21000));
	ck_assert(!truth(3600));
	ck_assert_uint_eq(form_delay_ms(&form), 4000);
}
END_TEST

/* --- pair ------------------------------------------------------------------------------------------ */

static bool take_pair(bool closes, bool opens)
{
	ck_assert(!take_of(0, closes, QUALITY_GOOD));
	return take_of(1, opens, QUALITY_GOOD);
}

START_TEST(pair_is_judged_when_both_are_new)
{
	points[0].type = points[1].type = TYPE_BIT;
	begin(FORM_PAIR);
	ck_assert(take_pair(false, true));
	ck_assert(!form.keep && !form.truth);
	ck_assert(take_pair(true, false));
	ck_assert(!form.keep && form.truth);
	ck_assert(!take_of(0, 0, QUALITY_GOOD));
	ck_assert(!take_of(0, 0, QUALITY_GOOD)); /* scanned twice as often */
	ck_assert(take_of(1, 1, QUALITY_GOOD));
	ck_assert(!form.truth);
}
END_TEST

START_TEST(pair_that_agrees_twice_is_broken)
{
	points[0].type = points[1].type = TYPE_BIT;
	begin(FORM_PAIR);
	ck_assert(take_pair(true, false));
	ck_assert(take_pair(false, false)); /* one contact opens before the other closes */
	ck_assert(form.keep && form.truth);
	ck_assert_int_eq(form.trouble, TROUBLE_NONE);
	ck_assert(take_pair(false, false));
	ck_assert_int_eq(form.trouble, TROUBLE_OPEN);
	ck_assert(take_pair(true, true));
	ck_assert(take_pair(true, true));
	ck_assert_int_eq(form.trouble, TROUBLE_SHORT);
	ck_assert(take_pair(false, true));
	ck_assert(take_pair(false, true));
	ck_assert_int_eq(form.trouble, TROUBLE_NONE);
	ck_assert(!form.truth);
}
END_TEST

START_TEST(pair_is_as_good_as_its_worse_half)
{
	points[0].type = points[1].type = TYPE_BIT;
	begin(FORM_PAIR);
	ck_assert(take_pair(false, true));
	ck_assert(take_of(0, 0, QUALITY_BAD));
	ck_assert_int_eq(sample.quality, QUALITY_BAD);
	ck_assert(!take_of(1, 1, QUALITY_GOOD)); /* the other half is still missing */
	ck_assert(take_of(0, 1, QUALITY_GOOD));
	ck_assert_int_eq(sample.quality, QUALITY_GOOD);
}
END_TEST

/* --- counter --------------------------------------------------------------------------------------- */

static uint32_t hits(double raw)
{
	take(raw);
	return form.hits;
}

START_TEST(counter_counts_what_no_look_saw)
{
	begin(FORM_COUNTER);
	ck_assert_uint_eq(hits(41), 0); /* where it stands */
	ck_assert(!form.truth);
	ck_assert_uint_eq(hits(41), 0);
	ck_assert_uint_eq(hits(42), 1);
	ck_assert(form.truth);
	ck_assert_uint_eq(hits(47), 5);
	ck_assert(take_of(0, 47, QUALITY_BAD));
	ck_assert_uint_eq(hits(49), 2);
}
END_TEST

START_TEST(counter_wraps_at_its_width)
{
	begin(FORM_COUNTER);
	hits(65535);
	ck_assert_uint_eq(hits(1), 2);
	points[0].type = TYPE_U32;
	begin(FORM_COUNTER);
	hits(4294967295.0);
	ck_assert_uint_eq(hits(0), 1);
	hits(65535);
	ck_assert_uint_eq(hits(65536), 1);
}
END_TEST

START_TEST(counter_that_went_back_is_no_hit)
{
	begin(FORM_COUNTER);
	hits(100);
	ck_assert_uint_eq(hits(3), 0);
	ck_assert(form.back);
	ck_assert_uint_eq(hits(4), 1);
	ck_assert(!form.back);
	hits(0);
	ck_assert_uint_eq(hits(32767), 32767); /* half of its width is still forward */
	ck_assert_uint_eq(hits(65535), 0);
	ck_assert(form.back);
}
END_TEST

/* A true count and what its register shows: no hit is lost or invented, whatever it starts at and however it wraps. */
START_TEST(counter_agrees_with_a_plain_sum)
{
	uint64_t state = (uint64_t)_i + 1, counted = 0, heard = 0;
	bool wide = _i % 2;
	uint64_t modulus = wide ? UINT64_C(1) << 32 : 1 << 16;

	points[0].type = wide ? TYPE_U32 : TYPE_U16;
	begin(FORM_COUNTER);
	uint64_t start = random_next(&state) % modulus;
	hits((double)start);
	for (unsigned i = 0; i < 2000; i++) {
		uint64_t steps[] = {0, 1, random_next(&state) % 50, random_next(&state) % (modulus / 2)};

		counted += steps[random_next(&state) % 4];
		if (random_next(&state) % 10 == 0)
			(void)take_of(0, 0, QUALITY_BAD);
		heard += hits((double)((start + counted) % modulus));
		if (form.back || heard != counted)
			ck_abort_msg("seed %d, look %u: %llu counted, %llu heard", _i + 1, i,
			             (unsigned long long)counted, (unsigned long long)heard);
	}
}
END_TEST

/* --- life ------------------------------------------------------------------------------------------ */

START_TEST(moved_tells_the_last_change)
{
	input.above = 100;
	begin(FORM_LEVEL);
	take(5);
	struct mono first = now;
	take(5);
	ck_assert_int_eq(form.moved.us, first.us);
	take(6);
	ck_assert_int_eq(form.moved.us, now.us);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("input_form");
	TCase *tc = tcase_create("forms");

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, level_above_with_hysteresis);
	tcase_add_test(tc, level_below_with_hysteresis);
	tcase_add_test(tc, level_outside_of_a_window);
	tcase_add_test(tc, level_is_in_the_unit_of_the_point);
	tcase_add_test(tc, enum_is_one_of_its_values);
	tcase_add_test(tc, loop_bands_to_their_ends);
	tcase_add_test(tc, loop_trouble_wants_two_samples);
	tcase_add_test(tc, loop_on_its_way_between_bands_is_no_trouble);
	tcase_add_test(tc, loop_trouble_is_not_counted_over_a_gap);
	tcase_add_test(tc, loop_in_ohm_uses_the_scale);
	tcase_add_test(tc, namur_out_of_range_is_no_level);
	tcase_add_test(tc, pair_is_judged_when_both_are_new);
	tcase_add_test(tc, pair_that_agrees_twice_is_broken);
	tcase_add_test(tc, pair_is_as_good_as_its_worse_half);
	tcase_add_test(tc, counter_counts_what_no_look_saw);
	tcase_add_test(tc, counter_wraps_at_its_width);
	tcase_add_test(tc, counter_that_went_back_is_no_hit);
	tcase_add_loop_test(tc, counter_agrees_with_a_plain_sum, 0, 100);
	tcase_add_test(tc, moved_tells_the_last_change);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
