/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fence - blows against a wire, counted within a window.
 *
 * A rise is a hit; so is a level that stays (a climber) once in each dead time. Within dead_ms after a hit nothing
 * counts: one blow is one hit. Each hit starts the window again; when it has run out the count begins anew.
 * `count` hits within the window are an intrusion; it ends hold_ms after the wire is quiet. Fewer are
 * fence.activity, so that it stays visible how often a zone is touched. This is the event count, alarm window
 * and event window of fence processors.
 */
#include "gateway/alarm/kind.h"

enum { SLOT_INTRUSION, SLOT_TAMPER };

/* rise and stays: what this sample is, before dead time. */
static bool is_hit(const struct look *look, bool rise)
{
	const struct site_timing *timing = &look->sensor->timing;
	union kind_memory *memory = look->memory;

	if (memory->fence.hits > 0 && !mono_reached(look->at, mono_add_ms(memory->fence.last, timing->dead_ms)))
		return false;
	return rise || timing->dead_ms > 0;
}

static void count_hit(const struct look *look)
{
	union kind_memory *memory = look->memory;
	struct mono end = mono_add_ms(memory->fence.last, look->sensor->timing.window_ms);

	if (memory->fence.hits > 0 && look->at.us > end.us)
		memory->fence.hits = 0;
	memory->fence.hits++;
	memory->fence.last = look->at;
}

static void judge_hit(const struct look *look, bool rise, struct verdict *verdict)
{
	const struct condition_state *intrusion = &look->states[SLOT_INTRUSION];
	bool active = condition_holds(intrusion);

	count_hit(look);
	verdict->hits = look->memory->fence.hits;
	if (active && !rise)
		wish_true(verdict, SLOT_INTRUSION, look->at);
	else if (active || verdict->hits >= look->sensor->timing.count)
		wish_hit(verdict, SLOT_INTRUSION);
	if (!active && !condition_suppressed(intrusion) && verdict->hits < look->sensor->timing.count)
		verdict->activity = COND_FENCE_ACTIVITY;
	/* of a zone where people work only blows are worth an event, not that somebody leans on it */
	if (condition_suppressed(intrusion) && rise)
		verdict->activity = COND_FENCE_ACTIVITY;
}

static void judge_wire(const struct look *look, struct verdict *verdict)
{
	const struct input *hit = look->inputs[ROLE_HIT];
	const struct condition_state *intrusion = &look->states[SLOT_INTRUSION];

	if (look->role != ROLE_HIT)
		return;
	/* an intrusion that is still there after a restart is no new one */
	bool rise = look->news.rise && !(look->news.first && condition_holds(intrusion));
	if (hit->raw && is_hit(look, rise))
		judge_hit(look, rise, verdict);
	else if (hit->raw && condition_holds(intrusion))
		wish_true(verdict, SLOT_INTRUSION, look->at);
	else if (hit->known && !hit->value)
		wish_false(verdict, SLOT_INTRUSION, hold_ends(look, hit));
}

static void judge(const struct look *look, struct verdict *verdict)
{
	wish_level(look, ROLE_TAMPER, verdict, SLOT_TAMPER);
	judge_wire(look, verdict);
}

static enum sensor_state state(const struct look *look)
{
	return look_is(look, ROLE_HIT) ? SENSOR_ACTIVE : SENSOR_NORMAL;
}

const struct kind kind_fence = {.judge = judge, .state = state};
