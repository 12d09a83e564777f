/* SPDX-License-Identifier: Apache-2.0 */
/* kind - see kind.h */
#include "gateway/alarm/kind.h"

#include <assert.h>

static const struct kind *const kinds[KIND_COUNT] = {
        [KIND_DOOR] = &kind_door,      [KIND_FENCE] = &kind_fence,    [KIND_CAMERA] = &kind_camera,
        [KIND_DURESS] = &kind_contact, [KIND_TAMPER] = &kind_contact, [KIND_POWER] = &kind_contact,
        [KIND_INPUT] = &kind_contact,
};

const struct kind *kind_of(enum sensor_kind kind)
{
	assert(kind < KIND_COUNT);
	return kinds[kind];
}

#define ROLE(name)  (1u << ROLE_##name)
#define ROLES_EVERY ((1u << ROLE_COUNT) - 1)

uint32_t kind_roles(enum sensor_kind kind, enum condition_id condition)
{
	static const uint32_t roles[COND_COUNT] = {
	        [COND_DOOR_FORCED] = ROLE(CONTACT),
	        [COND_DOOR_HELD] = ROLE(CONTACT),
	        [COND_DOOR_HELD_PRE] = ROLE(CONTACT),
	        [COND_DOOR_NOT_LOCKED] = ROLE(CONTACT) | ROLE(BOLT),
	        [COND_FENCE_INTRUSION] = ROLE(HIT) | ROLE(LEVEL) | ROLE(COUNTER),
	        [COND_CAMERA_TRIGGER] = ROLE(TRIGGER),
	        [COND_CAMERA_STUCK] = ROLE(TRIGGER),
	        [COND_DURESS] = ROLE(INPUT),
	        [COND_TAMPER] = ROLE(TAMPER),
	        [COND_POWER_LOST] = ROLE(INPUT),
	        [COND_INPUT_ACTIVE] = ROLE(INPUT),
	        [COND_SUPERVISION_LOST] = ROLES_EVERY,
	        [COND_LOOP_SHORT] = ROLES_EVERY,
	        [COND_LOOP_OPEN] = ROLES_EVERY,
	        [COND_LOOP_DRIFT] = ROLES_EVERY,
	        [COND_STUCK] = ROLE(HIT) | ROLE(LEVEL) | ROLE(COUNTER) | ROLE(INPUT),
	};

	if (condition == COND_TAMPER && kind == KIND_TAMPER)
		return ROLE(INPUT);
	return roles[condition];
}

/* Held or stuck wants to be seen true to the end. A forced door was seen open: only who opened it is in doubt. */
bool kind_waits_for_good(enum condition_id condition)
{
	return condition != COND_DOOR_FORCED && condition != COND_SUPERVISION_LOST;
}

bool look_knows(const struct look *look, enum site_role role)
{
	return look->inputs[role] && look->inputs[role]->known;
}

bool look_is(const struct look *look, enum site_role role)
{
	return look_knows(look, role) && look->inputs[role]->value;
}

struct mono hold_ends(const struct look *look, const struct input *input)
{
	struct mono end = mono_add_ms(input->since, look->sensor->timing.hold_ms);

	return mono_reached(look->at, end) ? look->at : end;
}

void wish_true(struct verdict *verdict, unsigned slot, struct mono due)
{
	verdict->of[slot].wish = WISH_TRUE;
	verdict->of[slot].due = due;
}

void wish_false(struct verdict *verdict, unsigned slot, struct mono due)
{
	verdict->of[slot].wish = WISH_FALSE;
	verdict->of[slot].due = due;
}

void wish_hit(struct verdict *verdict, unsigned slot)
{
	verdict->of[slot].wish = WISH_HIT;
}

void wish_level(const struct look *look, enum site_role role, struct verdict *verdict, unsigned slot)
{
	if (!look_knows(look, role))
		return;
	if (look_is(look, role))
		wish_true(verdict, slot, look->inputs[role]->since);
	else
		wish_false(verdict, slot, look->at);
}
