/* SPDX-License-Identifier: Apache-2.0 */
/* test_site_wiring - loops, inputs and outputs: what the site file says is what the model holds */
#include "tests/unit/site_model.h"

#include <math.h>

static const struct site_input *only_input(enum site_role role)
{
	return &site->sensors[0].inputs[role];
}

/* --- loops --------------------------------------------------------------------------------------- */

START_TEST(bands_of_a_loop)
{
	static const struct {
		double value;
		enum site_band band;
	} cases[] = {{0, BAND_SHORT},    {85, BAND_SHORT},   {85.5, BAND_COUNT},       {1310, BAND_ALARM},
	             {1456, BAND_ALARM}, {1457, BAND_COUNT}, {2000, BAND_NORMAL},      {3599, BAND_COUNT},
	             {4095, BAND_OPEN},  {4096, BAND_COUNT}, {(double)NAN, BAND_COUNT}};

	load_text(SITE(DOOR));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_msg(site_loop_band(&site->loops[0], cases[i].value) == cases[i].band, "%g", cases[i].value);
}
END_TEST

START_TEST(a_loop_without_short_and_open)
{
	load_text(SITE(DOOR));
	const struct site_loop *loop = &site->loops[1];

	ck_assert_str_eq(loop->id, "single");
	ck_assert_str_eq(loop->unit, "mA");
	ck_assert_int_eq(site_loop_band(loop, 1), BAND_NORMAL);
	ck_assert_int_eq(site_loop_band(loop, 12.5), BAND_ALARM);
	ck_assert_int_eq(site_loop_band(loop, 0.5), BAND_NORMAL);
	ck_assert_int_eq(site_loop_band(loop, 100), BAND_COUNT);
}
END_TEST

/* --- inputs -------------------------------------------------------------------------------------- */

START_TEST(a_bit_is_a_bit)
{
	load_text(SITE("  it: {kind: door, area: north, contact: not io/di/2}\n"));
	const struct site_input *input = only_input(ROLE_CONTACT);

	ck_assert_int_eq(input->form, FORM_BIT);
	ck_assert_uint_eq(input->point, index_of("di/2"));
	ck_assert(input->invert);
	ck_assert_uint_eq(input->other, SITE_NONE);
	ck_assert_uint_eq(only_input(ROLE_BOLT)->point, SITE_NONE);
}
END_TEST

START_TEST(a_level_on_one_side)
{
	load_text(SITE("  it: {kind: input, area: north, input: {point: io/level/1, above: 40.5, hysteresis: 2}}\n"));
	const struct site_input *input = only_input(ROLE_INPUT);

	ck_assert_int_eq(input->form, FORM_LEVEL);
	ck_assert_uint_eq(input->point, index_of("level/1"));
	ck_assert_double_eq_tol(input->above, 40.5, 1e-9);
	ck_assert(isinf(input->below) && input->below < 0);
	ck_assert_double_eq_tol(input->hysteresis, 2, 1e-9);
	ck_assert(point_named("level/1")->used);
}
END_TEST

START_TEST(a_level_on_the_other_side)
{
	load_text(SITE("  it: {kind: input, area: north, input: {point: not io/level/1, below: -3}}\n"));
	const struct site_input *input = only_input(ROLE_INPUT);

	ck_assert(isinf(input->above) && input->above > 0);
	ck_assert_double_eq_tol(input->below, -3, 1e-9);
	ck_assert(input->invert);
}
END_TEST

START_TEST(one_register_for_two_roles)
{
	load_text(SITE("  it: {kind: door, area: north, contact: {point: io/state, is: [open, alarm]},\n"
	               "       tamper: {point: io/state, is: alarm}}\n"));
	const struct site_input *contact = only_input(ROLE_CONTACT), *tamper = only_input(ROLE_TAMPER);

	ck_assert_int_eq(contact->form, FORM_ENUM);
	ck_assert_uint_eq(contact->value_count, 2);
	ck_assert_int_eq(contact->values[0], 7);
	ck_assert_int_eq(contact->values[1], -3);
	ck_assert_uint_eq(tamper->value_count, 1);
	ck_assert_int_eq(tamper->values[0], -3);
}
END_TEST

START_TEST(a_supervised_loop)
{
	load_text(SITE("  it: {kind: door, area: north, contact: {loop: dual, point: not io/raw}}\n"));
	const struct site_input *input = only_input(ROLE_CONTACT);

	ck_assert_int_eq(input->form, FORM_LOOP);
	ck_assert_uint_eq(input->loop, 0);
	ck_assert_uint_eq(input->point, index_of("raw"));
	ck_assert(input->invert);
}
END_TEST

START_TEST(a_loop_in_a_unit)
{
	load_text(SITE("  it: {kind: door, area: north, contact: {loop: single, point: io/ma}}\n"));
	ck_assert_int_eq(only_input(ROLE_CONTACT)->form, FORM_LOOP);
	ck_assert_uint_eq(only_input(ROLE_CONTACT)->loop, 1);
}
END_TEST

START_TEST(a_namur_transmitter)
{
	load_text(SITE("  it: {kind: input, area: north, input: {namur: io/ma, above: 12}}\n"));
	ck_assert_int_eq(only_input(ROLE_INPUT)->form, FORM_NAMUR);
	ck_assert_double_eq_tol(only_input(ROLE_INPUT)->above, 12, 1e-9);
}
END_TEST

START_TEST(a_pair_closes_and_opens)
{
	load_text(SITE("  it: {kind: door, area: north, contact: {pair: [io/di/1, io/di/0]}}\n"));
	const struct site_input *input = only_input(ROLE_CONTACT);

	ck_assert_int_eq(input->form, FORM_PAIR);
	ck_assert_uint_eq(input->point, index_of("di/1"));
	ck_assert_uint_eq(input->other, index_of("di/0"));
	ck_assert(point_named("di/0")->used && point_named("di/1")->used);
}
END_TEST

START_TEST(counts_are_events)
{
	load_text(SITE("  it: {kind: camera, area: north, trigger: {counter: io/hits/1}}\n"));
	ck_assert_int_eq(only_input(ROLE_TRIGGER)->form, FORM_COUNTER);
	ck_assert_uint_eq(only_input(ROLE_TRIGGER)->point, index_of("hits/1"));
}
END_TEST

START_TEST(a_fence_that_counts_and_measures)
{
	/* threshold before level: the order of the keys does not matter */
	load_text(SITE("  it: {kind: fence, area: north, threshold: 40, hysteresis: 5, counter: io/hits/0,\n"
	               "       level: io/level/0, stuck_s: 60, allow_slow: true}\n"));
	const struct site_sensor *sensor = &site->sensors[0];

	ck_assert_uint_eq(sensor->inputs[ROLE_HIT].point, SITE_NONE);
	ck_assert_int_eq(sensor->inputs[ROLE_COUNTER].form, FORM_COUNTER);
	ck_assert_uint_eq(sensor->inputs[ROLE_COUNTER].point, index_of("hits/0"));
	ck_assert_int_eq(sensor->inputs[ROLE_LEVEL].form, FORM_LEVEL);
	ck_assert_double_eq_tol(sensor->inputs[ROLE_LEVEL].above, 40, 1e-9);
	ck_assert_double_eq_tol(sensor->inputs[ROLE_LEVEL].hysteresis, 5, 1e-9);
	ck_assert_uint_eq(sensor->timing.stuck_ms, 60000);
	ck_assert(sensor->allow_slow);
}
END_TEST

START_TEST(a_fence_with_a_transmitter)
{
	load_text(SITE("  it: {kind: fence, area: north, level: {namur: io/ma}, threshold: 12}\n"));
	ck_assert_int_eq(only_input(ROLE_LEVEL)->form, FORM_NAMUR);
	ck_assert_double_eq_tol(only_input(ROLE_LEVEL)->above, 12, 1e-9);
}
END_TEST

START_TEST(a_fence_is_never_stuck_unless_told)
{
	load_text(SITE("  it: {kind: fence, area: north, hit: io/di/0}\n"));
	ck_assert_uint_eq(site->sensors[0].timing.stuck_ms, 0);
}
END_TEST

/* --- outputs ------------------------------------------------------------------------------------- */

START_TEST(an_output_has_triggers)
{
	load_text(SITE(
	        DOOR "  wall: {kind: fence, area: north, hit: io/di/1}\n") "outputs:\n"
	                                                                   "  horn: {point: io/siren/1, on: [wall, "
	                                                                   "it/tamper, it/loop.short], pulse_s: 30}\n");
	const struct site_output *output = &site->outputs[0];

	ck_assert_uint_eq(site->output_count, 1);
	ck_assert_str_eq(output->id, "horn");
	ck_assert_uint_eq(output->point, index_of("siren/1"));
	ck_assert_uint_eq(output->pulse_ms, 30000);
	ck_assert(output->readback);
	ck_assert(point_named("siren/1")->used);
	ck_assert_uint_eq(output->trigger_count, 3);
	ck_assert_uint_eq(output->triggers[0].sensor, 1);
	ck_assert_int_eq(output->triggers[0].condition, COND_FENCE_INTRUSION);
	ck_assert_uint_eq(output->triggers[1].sensor, 0);
	ck_assert_int_eq(output->triggers[1].condition, COND_TAMPER);
	ck_assert_int_eq(output->triggers[2].condition, COND_LOOP_SHORT);
}
END_TEST

START_TEST(an_output_that_is_not_read_back)
{
	load_text(SITE(DOOR) "outputs: {motor: {point: io/drive, on: [it], readback: false}}\n");
	ck_assert(!site->outputs[0].readback);
	ck_assert_uint_eq(site->outputs[0].pulse_ms, 0);
	ck_assert(!point_named("drive")->used);
}
END_TEST

START_TEST(loops_and_outputs_in_a_part)
{
	write_text("part.yaml", LOOPS "outputs: {horn: {point: io/siren/0, on: [it]}}\n");
	load_text(HEAD "include: [part.yaml]\n" LINKS NUMBERS AREAS "sensors:\n" DOOR);
	ck_assert_uint_eq(site->loop_count, 2);
	ck_assert_uint_eq(site->output_count, 1);
}
END_TEST

/* --- conditions ---------------------------------------------------------------------------------- */

START_TEST(tamper_then_loops_then_supervision)
{
	size_t most = 0;

	for (unsigned kind = 0; kind < KIND_COUNT; kind++) {
		const enum condition_id *ids;
		size_t count = condition_of_kind((enum sensor_kind)kind, &ids), tamper = 0;

		while (ids[tamper] != COND_TAMPER)
			ck_assert_uint_lt(++tamper, count);
		ck_assert_int_eq(ids[tamper + 1], COND_LOOP_SHORT);
		ck_assert_int_eq(ids[tamper + 2], COND_LOOP_OPEN);
		ck_assert_int_eq(ids[tamper + 3], COND_LOOP_DRIFT);
		ck_assert_int_eq(ids[count - 1], COND_SUPERVISION_LOST);
		most = count > most ? count : most;
	}
	ck_assert_uint_eq(most, CONDITION_SLOTS);
}
END_TEST

START_TEST(every_condition_has_a_row)
{
	for (unsigned id = 0; id < COND_COUNT; id++) {
		const struct condition_info *info = condition_info((enum condition_id)id);

		ck_assert_int_eq(condition_by_name(info->name), (enum condition_id)id);
		ck_assert_uint_eq(strlen(info->sia_set), 2);
		ck_assert_uint_eq(strlen(info->sia_restore), 2);
		ck_assert_uint_eq(strlen(info->cid), 3);
	}
}
END_TEST

START_TEST(a_device_is_lost_first)
{
	const enum condition_id *ids;

	ck_assert_uint_eq(condition_of_device(&ids), CONDITION_DEVICE_SLOTS);
	ck_assert_int_eq(ids[0], COND_DEVICE_LOST);
}
END_TEST

int main(void)
{
	const TTest *const inputs[] = {bands_of_a_loop,
	                               a_loop_without_short_and_open,
	                               a_bit_is_a_bit,
	                               a_level_on_one_side,
	                               a_level_on_the_other_side,
	                               one_register_for_two_roles,
	                               a_supervised_loop,
	                               a_loop_in_a_unit,
	                               a_namur_transmitter,
	                               a_pair_closes_and_opens,
	                               counts_are_events,
	                               a_fence_that_counts_and_measures,
	                               a_fence_with_a_transmitter,
	                               a_fence_is_never_stuck_unless_told,
	                               NULL};
	const TTest *const outputs[] = {an_output_has_triggers, an_output_that_is_not_read_back,
	                                loops_and_outputs_in_a_part, NULL};
	const TTest *const conditions[] = {tamper_then_loops_then_supervision, every_condition_has_a_row,
	                                   a_device_is_lost_first, NULL};
	Suite *suite = suite_create("site_wiring");

	add_case(suite, "inputs", inputs);
	add_case(suite, "outputs", outputs);
	add_case(suite, "conditions", conditions);
	return run_suite(suite);
}
