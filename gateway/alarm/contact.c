/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contact - the kinds that are one contact: duress, tamper, power, input.
 *
 * A tamper has no delays but the two samples of its input. Of the others power and a plain input may have an on-delay,
 * all a hold; both are 0 unless the site file gives them.
 */
#include "gateway/alarm/kind.h"

static void judge_delayed(const struct look *look, struct verdict *verdict)
{
	const struct site_timing *timing = &look->sensor->timing;
	const struct input *input = look->inputs[ROLE_INPUT];

	if (!look_knows(look, ROLE_INPUT))
		return;
	if (look_is(look, ROLE_INPUT))
		wish_true(verdict, 0, mono_add_ms(input->since, timing->on_delay_ms));
	else
		wish_false(verdict, 0, hold_ends(look, input));
}

static void judge(const struct look *look, struct verdict *verdict)
{
	if (look->sensor->kind == KIND_TAMPER) {
		wish_level(look, ROLE_INPUT, verdict, 0);
		return;
	}
	judge_delayed(look, verdict);
	wish_level(look, ROLE_TAMPER, verdict, 1);
}

static enum sensor_state state(const struct look *look)
{
	return look_is(look, ROLE_INPUT) ? SENSOR_ACTIVE : SENSOR_NORMAL;
}

const struct kind kind_contact = {.judge = judge, .state = state};
