/* SPDX-License-Identifier: Apache-2.0 */
/* condition - see condition.h */
#include "config/condition.h"

#include <assert.h>
#include <string.h>

/*
 * Codes: SIA DC-03 event codes and Contact ID (SIA DC-05) event codes. A forced door of an unset area is trouble
 * (DJ), as is a tamper (TT). A fence, a camera trigger or a plain input of an unset area is somebody at work.
 */
static const struct condition_info infos[] = {
        [COND_DOOR_FORCED] = {.name = "door.forced",
                              .priority_set = 1,
                              .priority_unset = 2,
                              .latched = true,
                              .ack = true,
                              .always = true,
                              .sia_set = "DF",
                              .sia_unset = "DJ",
                              .sia_restore = "DR",
                              .cid = "423"},
        [COND_DOOR_HELD] = {.name = "door.held",
                            .priority_set = 2,
                            .priority_unset = 3,
                            .ack = true,
                            .always = true,
                            .sia_set = "DL",
                            .sia_unset = "DM",
                            .sia_restore = "DH",
                            .cid = "426"},
        [COND_DOOR_HELD_PRE] = {.name = "door.held.pre",
                                .priority_set = 4,
                                .priority_unset = 4,
                                .always = true,
                                .sia_set = "DN",
                                .sia_unset = "DN",
                                .sia_restore = "DH",
                                .cid = "426"},
        [COND_DOOR_NOT_LOCKED] = {.name = "door.not_locked",
                                  .priority_set = 2,
                                  .priority_unset = 3,
                                  .ack = true,
                                  .always = true,
                                  .sia_set = "DT",
                                  .sia_unset = "DT",
                                  .sia_restore = "DR",
                                  .cid = "427"},
        [COND_FENCE_INTRUSION] = {.name = "fence.intrusion",
                                  .priority_set = 1,
                                  .priority_unset = 5,
                                  .ack = true,
                                  .sia_set = "BA",
                                  .sia_unset = "BA",
                                  .sia_restore = "BH",
                                  .cid = "131"},
        [COND_CAMERA_TRIGGER] = {.name = "camera.trigger",
                                 .priority_set = 2,
                                 .priority_unset = 5,
                                 .ack = true,
                                 .sia_set = "BA",
                                 .sia_unset = "BA",
                                 .sia_restore = "BH",
                                 .cid = "130"},
        [COND_CAMERA_STUCK] = {.name = "camera.stuck",
                               .priority_set = 3,
                               .priority_unset = 3,
                               .ack = true,
                               .always = true,
                               .sia_set = "IA",
                               .sia_unset = "IA",
                               .sia_restore = "IR",
                               .cid = "380"},
        [COND_DURESS] = {.name = "duress",
                         .priority_set = 0,
                         .priority_unset = 0,
                         .latched = true,
                         .ack = true,
                         .always = true,
                         .sia_set = "HA",
                         .sia_unset = "HA",
                         .sia_restore = "HH",
                         .cid = "122"},
        [COND_TAMPER] = {.name = "tamper",
                         .priority_set = 1,
                         .priority_unset = 2,
                         .latched = true,
                         .ack = true,
                         .always = true,
                         .sia_set = "TA",
                         .sia_unset = "TT",
                         .sia_restore = "TR",
                         .cid = "137"},
        [COND_POWER_LOST] = {.name = "power.lost",
                             .priority_set = 2,
                             .priority_unset = 2,
                             .ack = true,
                             .always = true,
                             .sia_set = "AT",
                             .sia_unset = "AT",
                             .sia_restore = "AR",
                             .cid = "301"},
        [COND_INPUT_ACTIVE] = {.name = "input.active",
                               .priority_set = 3,
                               .priority_unset = 5,
                               .ack = true,
                               .sia_set = "UA",
                               .sia_unset = "UA",
                               .sia_restore = "UH",
                               .cid = "140"},
        [COND_SUPERVISION_LOST] = {.name = "supervision_lost",
                                   .priority_set = 1,
                                   .priority_unset = 2,
                                   .ack = true,
                                   .always = true,
                                   .sia_set = "BZ",
                                   .sia_unset = "BZ",
                                   .sia_restore = "BR",
                                   .cid = "147"},
        [COND_DEVICE_LOST] = {.name = "device.lost",
                              .priority_set = 2,
                              .priority_unset = 2,
                              .ack = true,
                              .always = true,
                              .sia_set = "ET",
                              .sia_unset = "ET",
                              .sia_restore = "ER",
                              .cid = "333"},
        [COND_FENCE_ACTIVITY] = {.name = "fence.activity",
                                 .priority_set = 5,
                                 .priority_unset = 5,
                                 .sia_set = "BS",
                                 .sia_unset = "BS",
                                 .sia_restore = "BH",
                                 .cid = "138"},
};

struct kind_row {
	const char *name;
	size_t count;
	enum condition_id ids[CONDITION_SLOTS];
};

static const struct kind_row kinds[KIND_COUNT] = {
        [KIND_DOOR] = {"door",
                       6,
                       {COND_DOOR_FORCED, COND_DOOR_HELD, COND_DOOR_HELD_PRE, COND_DOOR_NOT_LOCKED, COND_TAMPER,
                        COND_SUPERVISION_LOST}},
        [KIND_FENCE] = {"fence", 3, {COND_FENCE_INTRUSION, COND_TAMPER, COND_SUPERVISION_LOST}},
        [KIND_CAMERA] = {"camera", 4, {COND_CAMERA_TRIGGER, COND_CAMERA_STUCK, COND_TAMPER, COND_SUPERVISION_LOST}},
        [KIND_DURESS] = {"duress", 3, {COND_DURESS, COND_TAMPER, COND_SUPERVISION_LOST}},
        [KIND_TAMPER] = {"tamper", 2, {COND_TAMPER, COND_SUPERVISION_LOST}},
        [KIND_POWER] = {"power", 3, {COND_POWER_LOST, COND_TAMPER, COND_SUPERVISION_LOST}},
        [KIND_INPUT] = {"input", 3, {COND_INPUT_ACTIVE, COND_TAMPER, COND_SUPERVISION_LOST}},
};

const struct condition_info *condition_info(enum condition_id id)
{
	assert((size_t)id < sizeof infos / sizeof infos[0] && infos[id].name);
	return &infos[id];
}

enum condition_id condition_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof infos / sizeof infos[0]; i++)
		if (infos[i].name && strcmp(infos[i].name, name) == 0)
			return (enum condition_id)i;
	return COND_NONE;
}

const char *sensor_kind_name(enum sensor_kind kind)
{
	assert(kind < KIND_COUNT);
	return kinds[kind].name;
}

enum sensor_kind sensor_kind_by_name(const char *name)
{
	enum sensor_kind kind = 0;

	while (kind < KIND_COUNT && strcmp(kinds[kind].name, name) != 0)
		kind++;
	return kind;
}

size_t condition_of_kind(enum sensor_kind kind, const enum condition_id **ret_ids)
{
	assert(kind < KIND_COUNT);
	*ret_ids = kinds[kind].ids;
	return kinds[kind].count;
}
