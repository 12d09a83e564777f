/* SPDX-License-Identifier: Apache-2.0 */
/* sim/signal: values on their way to registers and back, and what an input's truth is made of. */
#include "drivers/sim/signal.c" /* part of a program, so not in a library */

#include <check.h>
#include <stdlib.h>

static struct site_point points[4];
static struct site_loop loop = {.bands = {[BAND_SHORT] = {0, 85},
                                          [BAND_ALARM] = {1310, 1456},
                                          [BAND_NORMAL] = {1985, 2128},
                                          [BAND_OPEN] = {3600, 4095}}};
static struct site site = {.points = points, .point_count = 1, .loops = &loop};
static struct site_input input;
static struct sim_flip flips[SIM_SIGNAL_MOST];

static void setup(void)
{
	memset(points, 0, sizeof points);
	points[0].type = TYPE_U16;
	points[0].table = TABLE_INPUT;
	input = (struct site_input){.point = 0, .above = HUGE_VAL, .below = -HUGE_VAL};
}

static const struct {
	enum site_type type;
	enum site_order order;
	double value;
	uint16_t words[2];
} registers[] = {
        {TYPE_U16, ORDER_ABCD, 513, {0x0201, 0}},
        {TYPE_I16, ORDER_ABCD, -2, {0xfffe, 0}},
        {TYPE_U32, ORDER_ABCD, 0x01020304, {0x0102, 0x0304}},
        {TYPE_U32, ORDER_CDAB, 0x01020304, {0x0304, 0x0102}},
        {TYPE_U32, ORDER_BADC, 0x01020304, {0x0201, 0x0403}},
        {TYPE_U32, ORDER_DCBA, 0x01020304, {0x0403, 0x0201}},
        {TYPE_I32, ORDER_ABCD, -1, {0xffff, 0xffff}},
        {TYPE_F32, ORDER_ABCD, -21.75, {0xc1ae, 0x0000}},
        {TYPE_F32, ORDER_DCBA, -21.75, {0x0000, 0xaec1}},
};

START_TEST(numbers_lie_in_registers_as_their_type_and_order_say)
{
	uint16_t words[2] = {0};
	uint32_t raw = 0;

	points[0].type = registers[_i].type;
	points[0].order = registers[_i].order;
	ck_assert_int_eq(sim_signal_raw(&points[0], registers[_i].value, &raw), 0);
	sim_signal_to_words(&points[0], raw, words);
	for (size_t i = 0; i < site_point_width(&points[0]); i++)
		ck_assert_uint_eq(words[i], registers[_i].words[i]);
	ck_assert_uint_eq(sim_signal_from_words(&points[0], words), raw);
	ck_assert_double_eq(sim_signal_value(&points[0], raw), registers[_i].value);
}
END_TEST

START_TEST(scale_and_offset_both_ways)
{
	uint32_t raw = 0;

	points[0].scale = 0.1;
	points[0].offset = -40;
	ck_assert_int_eq(sim_signal_raw(&points[0], 12.5, &raw), 0);
	ck_assert_uint_eq(raw, 525);
	ck_assert_double_eq_tol(sim_signal_value(&points[0], raw), 12.5, 1e-9);
}
END_TEST

START_TEST(what_a_type_cannot_hold_is_refused)
{
	uint32_t raw = 77;

	ck_assert_int_eq(sim_signal_raw(&points[0], 65536, &raw), -ERANGE);
	ck_assert_int_eq(sim_signal_raw(&points[0], -1, &raw), -ERANGE);
	points[0].type = TYPE_I16;
	ck_assert_int_eq(sim_signal_raw(&points[0], 32768, &raw), -ERANGE);
	ck_assert_uint_eq(raw, 77);
}
END_TEST

static void check_both_ways(void)
{
	for (int truth = 0; truth < 2; truth++) {
		ck_assert_uint_ge(sim_signal_flips(&site, &input, truth, flips), 1);
		ck_assert_int_eq(sim_signal_truth(&site, &input, flips[0].value), truth);
	}
}

START_TEST(each_form_is_true_and_false_as_told)
{
	static const int64_t alarms[] = {0, 2};

	for (int invert = 0; invert < 2; invert++) {
		input.invert = invert;
		input.form = FORM_LEVEL;
		input.above = 50;
		input.hysteresis = 5;
		check_both_ways();
		input.below = 10;
		check_both_ways();
		input.above = HUGE_VAL;
		check_both_ways();
		input.form = FORM_ENUM;
		input.values = alarms;
		input.value_count = 2;
		check_both_ways();
		input.form = FORM_LOOP;
		check_both_ways();
	}
}
END_TEST

START_TEST(a_level_that_is_quiet_is_out_of_its_hysteresis)
{
	input.form = FORM_LEVEL;
	input.above = 50;
	input.hysteresis = 5;
	sim_signal_flips(&site, &input, false, flips);
	ck_assert_double_le(sim_signal_value(&points[0], flips[0].value), 45);
}
END_TEST

START_TEST(a_counter_counts_and_never_takes_back)
{
	input.form = FORM_COUNTER;
	ck_assert_uint_eq(sim_signal_flips(&site, &input, true, flips), 1);
	ck_assert(flips[0].add);
	ck_assert_uint_eq(flips[0].value, 1);
	ck_assert_uint_eq(sim_signal_flips(&site, &input, false, flips), 0);
}
END_TEST

START_TEST(a_pair_has_two_contacts_that_disagree)
{
	points[0].type = points[1].type = TYPE_BIT;
	input.form = FORM_PAIR;
	input.other = 1;
	ck_assert_uint_eq(sim_signal_flips(&site, &input, true, flips), 2);
	ck_assert_uint_eq(flips[0].value, 1);
	ck_assert_uint_eq(flips[1].value, 0);
	ck_assert_uint_eq(sim_signal_break(&site, &input, "open", flips), 2);
	ck_assert_uint_eq(flips[0].value + flips[1].value, 0);
}
END_TEST

START_TEST(a_loop_breaks_into_its_bands_and_between_them)
{
	input.form = FORM_LOOP;
	ck_assert_uint_eq(sim_signal_break(&site, &input, "short", flips), 1);
	ck_assert_int_eq(site_loop_band(&loop, flips[0].value), BAND_SHORT);
	ck_assert_uint_eq(sim_signal_break(&site, &input, "open", flips), 1);
	ck_assert_int_eq(site_loop_band(&loop, flips[0].value), BAND_OPEN);
	ck_assert_uint_eq(sim_signal_break(&site, &input, "drift", flips), 1);
	ck_assert_int_eq(site_loop_band(&loop, flips[0].value), BAND_COUNT);
	ck_assert_uint_eq(sim_signal_break(&site, &input, "hit", flips), 0);
}
END_TEST

START_TEST(four_to_twenty_milliamperes)
{
	points[0].scale = 0.001;
	input.form = FORM_NAMUR;
	input.above = 16;
	check_both_ways();
	sim_signal_flips(&site, &input, false, flips);
	ck_assert_double_ge(sim_signal_value(&points[0], flips[0].value), 4);
	sim_signal_break(&site, &input, "open", flips);
	ck_assert_double_lt(sim_signal_value(&points[0], flips[0].value), 3.6);
	sim_signal_break(&site, &input, "short", flips);
	ck_assert_double_gt(sim_signal_value(&points[0], flips[0].value), 21);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {scale_and_offset_both_ways,
	                              what_a_type_cannot_hold_is_refused,
	                              each_form_is_true_and_false_as_told,
	                              a_level_that_is_quiet_is_out_of_its_hysteresis,
	                              a_counter_counts_and_never_takes_back,
	                              a_pair_has_two_contacts_that_disagree,
	                              a_loop_breaks_into_its_bands_and_between_them,
	                              four_to_twenty_milliamperes};
	Suite *suite = suite_create("sim signal");
	TCase *signals = tcase_create("signals");

	tcase_add_checked_fixture(signals, setup, NULL);
	tcase_add_loop_test(signals, numbers_lie_in_registers_as_their_type_and_order_say, 0,
	                    sizeof registers / sizeof *registers);
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		tcase_add_test(signals, tests[i]);
	suite_add_tcase(suite, signals);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
