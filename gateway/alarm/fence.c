/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fence - blows against a wire, counted within a window.
 *
 * A rise of the hit input, or of the level over its threshold, is a hit; so is one that stays (a climber) once in each
 * dead time. Within dead_ms after a hit nothing counts: one blow is one hit, however many inputs saw it. A counter
 * tells how many hits there were since the last look: as many of them count as the dead time lets. Each hit starts the window again; when it has run out the count begins anew.
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

/* How many of the counter's hits since the look before are blows of their own. */
static uint32_t hits_that_count(const struct look *look)
{
	int64_t dead_us = look->sensor->timing.dead_ms * INT64_C(1000);
	struct mono first = look->news.from;

	if (dead_us == 0)
		return look->news.hits;
	if (look->memory->fence.hits > 0 && first.us < look->memory->fence.last.us + dead_us)
		first.us = look->memory->fence.last.us + dead_us;
	if (first.us > look->at.us)
		return 0;
	int64_t most = mono_since_us(look->at, first) / dead_us + 1;
	return look->news.hits < most ? look->news.hits : (uint32_t)most;
}

static void count_hits(const struct look *look, uint32_t hits)
{
	union kind_memory *memory = look->memory;
	struct mono end = mono_add_ms(memory->fence.last, look->sensor->timing.window_ms);

	if (memory->fence.hits > 0 && look->at.us > end.us)
		memory->fence.hits = 0;
	memory->fence.hits += hits;
	memory->fence.last = look->at;
}

/* After `hits` more; rise: blows, not a load that stays. */
static void judge_hits(const struct look *look, uint32_t hits, bool rise, struct verdict *verdict)
{
	const struct condition_state *intrusion = &look->states[SLOT_INTRUSION];
	bool active = condition_holds(intrusion);

	count_hits(look, hits);
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

static const enum site_role sources[] = {ROLE_HIT, ROLE_LEVEL, ROLE_COUNTER};

#define SOURCES (sizeof sources / sizeof sources[0])

/* false: one of them still says something, or has not been quiet for long enough. */
static bool is_quiet(const struct look *look, struct mono *ret_hold_ends)
{
	struct mono end = {0};

	for (size_t i = 0; i < SOURCES; i++) {
		const struct input *input = look->inputs[sources[i]];

		if (!input || !input->known)
			continue;
		if (input->raw || input->value)
			return false;
		struct mono one = hold_ends(look, input);
		end = end.us > one.us ? end : one;
	}
	*ret_hold_ends = end;
	return true;
}

static void judge_source(const struct look *look, struct verdict *verdict)
{
	const struct input *input = look->inputs[look->role];
	const struct condition_state *intrusion = &look->states[SLOT_INTRUSION];
	struct mono end;

	/* an intrusion that is still there after a restart is no new one */
	bool rise = look->news.rise && !(look->news.first && condition_holds(intrusion));
	if (input->raw && is_hit(look, rise))
		judge_hits(look, 1, rise, verdict);
	else if (input->raw && condition_holds(intrusion))
		wish_true(verdict, SLOT_INTRUSION, look->at);
	else if (input->known && is_quiet(look, &end))
		wish_false(verdict, SLOT_INTRUSION, end);
}

static void judge_counter(const struct look *look, struct verdict *verdict)
{
	uint32_t hits = hits_that_count(look);
	struct mono end;

	if (hits > 0)
		judge_hits(look, hits, true, verdict);
	else if (look->inputs[ROLE_COUNTER]->known && is_quiet(look, &end))
		wish_false(verdict, SLOT_INTRUSION, end);
}

static void judge(const struct look *look, struct verdict *verdict)
{
	wish_level(look, ROLE_TAMPER, verdict, SLOT_TAMPER);
	if (look->role == ROLE_COUNTER)
		judge_counter(look, verdict);
	else if (look->role == ROLE_HIT || look->role == ROLE_LEVEL)
		judge_source(look, verdict);
}

static enum sensor_state state(const struct look *look)
{
	for (size_t i = 0; i < SOURCES; i++)
		if (look_is(look, sources[i]))
			return SENSOR_ACTIVE;
	return SENSOR_NORMAL;
}

const struct kind kind_fence = {.judge = judge, .state = state};
