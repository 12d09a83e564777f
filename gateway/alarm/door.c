/* SPDX-License-Identifier: Apache-2.0 */
/*
 * door - forced, held, pre-alarm, not locked.
 *
 * An opening is judged once: authorised when the release was given, or fell no longer than release_ms before.
 * A release read in another exchange may be older than the opening (a handle with a contact gives both at the
 * same moment), so the judgement waits for a release sample that is not older, DOOR_DOUBT_MS at most; when
 * both are read in one exchange it waits for nothing. IEC 60839-11-1 wants inputs processed after 400 ms.
 *
 * A forced door is not held too: one opening is one alarm. Who opened a door that was held before a restart
 * is known: it stays held and is not forced.
 */
#include "config/limits.h"
#include "gateway/alarm/kind.h"

enum { SLOT_FORCED, SLOT_HELD, SLOT_HELD_PRE, SLOT_NOT_LOCKED, SLOT_TAMPER };

#define DOOR_DOUBT_MS 400

static bool released(const struct look *look, struct mono opened)
{
	const struct input *release = look->inputs[ROLE_RELEASE];

	if (!release || !release->known || release->lost)
		return false;
	if (release->value)
		return true;
	return release->changed.us != 0 &&
	       mono_reached(mono_add_ms(release->changed, look->sensor->timing.release_ms), opened);
}

/* There is nothing more to hear of the release. */
static bool release_is_told(const struct look *look, struct mono opened)
{
	const struct input *release = look->inputs[ROLE_RELEASE];

	return !release || release->lost || (release->quality == QUALITY_GOOD && mono_reached(release->at, opened));
}

/* The judgement waits no longer than this. */
static struct mono doubt_ends(const struct look *look, struct mono opened)
{
	const struct input *release = look->inputs[ROLE_RELEASE];
	/* never heard: supervision speaks by then at the latest */
	bool unheard = release && release->quality == QUALITY_UNKNOWN;

	return mono_add_ms(opened, unheard ? LIMIT_SUPERVISION_MS : DOOR_DOUBT_MS);
}

static void judge_opening(const struct look *look, struct mono opened)
{
	union kind_memory *memory = look->memory;
	bool forced = condition_holds(&look->states[SLOT_FORCED]);
	bool held = condition_holds(&look->states[SLOT_HELD]) || condition_holds(&look->states[SLOT_HELD_PRE]);

	if (memory->door.judged)
		return;
	memory->door.authorised = !forced && (held || released(look, opened));
	memory->door.judged = forced || memory->door.authorised || release_is_told(look, opened) ||
	                      mono_reached(look->at, doubt_ends(look, opened));
}

/* Restored in its pre-alarm, the door has only that long left. */
static struct mono held_from(const struct look *look, struct mono opened)
{
	const struct site_timing *timing = &look->sensor->timing;

	if (condition_holds(&look->states[SLOT_HELD_PRE]) && timing->pre_alarm_ms < timing->held_ms)
		return mono_add_ms(opened, (int64_t)timing->pre_alarm_ms - (int64_t)timing->held_ms);
	return opened;
}

static void wish_held(const struct look *look, struct verdict *verdict)
{
	const struct site_timing *timing = &look->sensor->timing;
	struct mono from = look->memory->door.held_from;
	struct mono due = mono_add_ms(from, timing->held_ms);
	bool pre = timing->pre_alarm_ms > 0 && !condition_holds(&look->states[SLOT_HELD]);
	uint32_t lead_ms = timing->pre_alarm_ms < timing->held_ms ? timing->pre_alarm_ms : timing->held_ms;

	wish_true(verdict, SLOT_HELD, due);
	if (pre && !mono_reached(look->at, due))
		wish_true(verdict, SLOT_HELD_PRE, mono_add_ms(due, -(int64_t)lead_ms));
	else
		wish_false(verdict, SLOT_HELD_PRE, look->at);
}

static void judge_open(const struct look *look, struct verdict *verdict)
{
	union kind_memory *memory = look->memory;
	struct mono opened = look->inputs[ROLE_CONTACT]->since;

	if (!memory->door.open) {
		memory->door.opened = opened;
		memory->door.held_from = held_from(look, opened);
		memory->door.open = true;
		memory->door.judged = false;
	}
	judge_opening(look, opened);
	if (memory->door.authorised)
		wish_false(verdict, SLOT_FORCED, look->at);
	else
		wish_true(verdict, SLOT_FORCED, memory->door.judged ? opened : doubt_ends(look, opened));
	if (memory->door.authorised && look->sensor->timing.held_ms > 0) {
		wish_held(look, verdict);
		return;
	}
	wish_false(verdict, SLOT_HELD, look->at);
	wish_false(verdict, SLOT_HELD_PRE, look->at);
}

static void judge_bolt(const struct look *look, struct verdict *verdict)
{
	const struct input *contact = look->inputs[ROLE_CONTACT], *bolt = look->inputs[ROLE_BOLT];

	if (!look_knows(look, ROLE_BOLT))
		return;
	if (contact->value || bolt->value) {
		wish_false(verdict, SLOT_NOT_LOCKED, look->at);
		return;
	}
	struct mono since = contact->since.us > bolt->since.us ? contact->since : bolt->since;
	wish_true(verdict, SLOT_NOT_LOCKED, mono_add_ms(since, look->sensor->timing.bolt_ms));
}

/* Closed before it was known who opened it: true, the door is to be judged first. */
static bool judge_late(const struct look *look, struct verdict *verdict)
{
	union kind_memory *memory = look->memory;

	if (!memory->door.open || memory->door.judged)
		return false;
	judge_opening(look, memory->door.opened);
	if (memory->door.judged && !memory->door.authorised) {
		wish_true(verdict, SLOT_FORCED, memory->door.opened);
		verdict->again = true; /* and closed it is */
	}
	return !memory->door.authorised;
}

static void judge(const struct look *look, struct verdict *verdict)
{
	wish_level(look, ROLE_TAMPER, verdict, SLOT_TAMPER);
	if (!look_knows(look, ROLE_CONTACT))
		return;
	judge_bolt(look, verdict);
	if (look_is(look, ROLE_CONTACT)) {
		judge_open(look, verdict);
		return;
	}
	if (judge_late(look, verdict))
		return;
	look->memory->door.open = false;
	wish_false(verdict, SLOT_FORCED, look->at);
	wish_false(verdict, SLOT_HELD, look->at);
	wish_false(verdict, SLOT_HELD_PRE, look->at);
}

static enum sensor_state state(const struct look *look)
{
	if (look_is(look, ROLE_CONTACT))
		return SENSOR_OPEN;
	return look_is(look, ROLE_BOLT) ? SENSOR_LOCKED : SENSOR_CLOSED;
}

const struct kind kind_door = {.judge = judge, .state = state};
