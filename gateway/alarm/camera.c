/* SPDX-License-Identifier: Apache-2.0 */
/*
 * camera - what an analytics output says.
 *
 * A rise is a trigger unless one counted less than retrigger_ms ago; a level that outlasts that time counts then.
 * The condition ends hold_ms after the output is quiet. An output that stays longer than stuck_ms is a fault of the
 * camera: camera.stuck, beside the trigger.
 */
#include "gateway/alarm/kind.h"

enum { SLOT_TRIGGER, SLOT_STUCK, SLOT_TAMPER };

static void judge_high(const struct look *look, struct verdict *verdict)
{
	union kind_memory *memory = look->memory;
	bool active = condition_holds(&look->states[SLOT_TRIGGER]);
	/* a trigger that is still there after a restart is no new one */
	bool restored = active && look->news.first;
	struct mono next = mono_add_ms(memory->camera.last, look->sensor->timing.retrigger_ms);
	bool early = memory->camera.last.us != 0 && !mono_reached(look->at, next);

	if (!early && !restored && (look->news.rise || !active)) {
		memory->camera.last = look->at;
		wish_hit(verdict, SLOT_TRIGGER);
	} else if (active) {
		wish_true(verdict, SLOT_TRIGGER, look->at);
	}
}

static void judge_trigger(const struct look *look, struct verdict *verdict)
{
	const struct site_timing *timing = &look->sensor->timing;
	const struct input *trigger = look->inputs[ROLE_TRIGGER];

	if (look->role == ROLE_TRIGGER && trigger->raw)
		judge_high(look, verdict);
	else if (look->role == ROLE_TRIGGER && trigger->known && !trigger->value)
		wish_false(verdict, SLOT_TRIGGER, hold_ends(look, trigger));
	if (look_is(look, ROLE_TRIGGER) && timing->stuck_ms > 0)
		wish_true(verdict, SLOT_STUCK, mono_add_ms(trigger->since, timing->stuck_ms));
	else if (look_knows(look, ROLE_TRIGGER))
		wish_false(verdict, SLOT_STUCK, look->at);
}

static void judge(const struct look *look, struct verdict *verdict)
{
	wish_level(look, ROLE_TAMPER, verdict, SLOT_TAMPER);
	judge_trigger(look, verdict);
}

static enum sensor_state state(const struct look *look)
{
	return look_is(look, ROLE_TRIGGER) ? SENSOR_ACTIVE : SENSOR_NORMAL;
}

const struct kind kind_camera = {.judge = judge, .state = state};
