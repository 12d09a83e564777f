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
                              .maskable = true,
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
                            .maskable = true,
                            .priority_set = 2,
                            .priority_unset = 3,
                            .ack = true,
                            .always = true,
                            .sia_set = "DL",
                            .sia_unset = "DM",
                            .sia_restore = "DH",
                            .cid = "426"},
        [COND_DOOR_HELD_PRE] = {.name = "door.held.pre",
                                .maskable = true,
                                .priority_set = 4,
                                .priority_unset = 4,
                                .always = true,
                                .sia_set = "DN",
                                .sia_unset = "DN",
                                .sia_restore = "DH",
                                .cid = "426"},
        [COND_DOOR_NOT_LOCKED] = {.name = "door.not_locked",
                                  .maskable = true,
                                  .priority_set = 2,
                                  .priority_unset = 3,
                                  .ack = true,
                                  .always = true,
                                  .sia_set = "DT",
                                  .sia_unset = "DT",
                                  .sia_restore = "DR",
                                  .cid = "427"},
        [COND_FENCE_INTRUSION] = {.name = "fence.intrusion",
                                  .maskable = true,
                                  .priority_set = 1,
                                  .priority_unset = 5,
                                  .ack = true,
                                  .sia_set = "BA",
                                  .sia_unset = "BA",
                                  .sia_restore = "BH",
                                  .cid = "131"},
        [COND_CAMERA_TRIGGER] = {.name = "camera.trigger",
                                 .maskable = true,
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
                         .managed = true,
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
                         .managed = true,
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
                               .maskable = true,
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
        [COND_LOOP_SHORT] = {.name = "loop.short",
                             .priority_set = 1,
                             .priority_unset = 3,
                             .latched = true,
                             .ack = true,
                             .always = true,
                             .sia_set = "BT",
                             .sia_unset = "BT",
                             .sia_restore = "BJ",
                             .cid = "372"},
        [COND_LOOP_OPEN] = {.name = "loop.open",
                            .priority_set = 1,
                            .priority_unset = 3,
                            .latched = true,
                            .ack = true,
                            .always = true,
                            .sia_set = "BT",
                            .sia_unset = "BT",
                            .sia_restore = "BJ",
                            .cid = "371"},
        [COND_LOOP_DRIFT] = {.name = "loop.drift",
                             .priority_set = 4,
                             .priority_unset = 4,
                             .always = true,
                             .sia_set = "YX",
                             .sia_unset = "YX",
                             .sia_restore = "YZ",
                             .cid = "393"},
        [COND_STUCK] = {.name = "stuck",
                        .priority_set = 3,
                        .priority_unset = 3,
                        .ack = true,
                        .always = true,
                        .sia_set = "NA",
                        .sia_unset = "NA",
                        .sia_restore = "NS",
                        .cid = "391"},
        [COND_DEVICE_LOST] = {.name = "device.lost",
                              .priority_set = 2,
                              .priority_unset = 2,
                              .ack = true,
                              .always = true,
                              .sia_set = "ET",
                              .sia_unset = "ET",
                              .sia_restore = "ER",
                              .cid = "333"},
        [COND_DEVICE_SUBSTITUTED] = {.name = "device.substituted",
                                     .priority_set = 1,
                                     .priority_unset = 1,
                                     .latched = true,
                                     .ack = true,
                                     .always = true,
                                     .sia_set = "AA",
                                     .sia_unset = "AA",
                                     .sia_restore = "ER",
                                     .cid = "145"},
        [COND_DEVICE_MAP] = {.name = "device.map",
                             .priority_set = 3,
                             .priority_unset = 3,
                             .ack = true,
                             .always = true,
                             .sia_set = "ET",
                             .sia_unset = "ET",
                             .sia_restore = "ER",
                             .cid = "330"},
        [COND_GATEWAY_LATE] = {.name = "gateway.late",
                               .priority_set = 3,
                               .priority_unset = 3,
                               .ack = true,
                               .always = true,
                               .sia_set = "YX",
                               .sia_unset = "YX",
                               .sia_restore = "YZ",
                               .cid = "300"},
        [COND_VERIFIED] = {.name = "verified",
                           .priority_set = 1,
                           .priority_unset = 1,
                           .ack = true,
                           .always = true,
                           .sia_set = "BV",
                           .sia_unset = "BV",
                           .sia_restore = "BH",
                           .cid = "139"},
        [COND_SEQUENCE] = {.name = "sequence",
                           .priority_set = 1,
                           .priority_unset = 1,
                           .ack = true,
                           .always = true,
                           .sia_set = "BV",
                           .sia_unset = "BV",
                           .sia_restore = "BH",
                           .cid = "139"},
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

#define LOOPS COND_LOOP_SHORT, COND_LOOP_OPEN, COND_LOOP_DRIFT

static const struct kind_row kinds[KIND_COUNT] = {
        [KIND_DOOR] = {"door",
                       9,
                       {COND_DOOR_FORCED, COND_DOOR_HELD, COND_DOOR_HELD_PRE, COND_DOOR_NOT_LOCKED, COND_TAMPER, LOOPS,
                        COND_SUPERVISION_LOST}},
        [KIND_FENCE] = {"fence", 7, {COND_FENCE_INTRUSION, COND_TAMPER, LOOPS, COND_STUCK, COND_SUPERVISION_LOST}},
        [KIND_CAMERA] = {"camera",
                         7,
                         {COND_CAMERA_TRIGGER, COND_CAMERA_STUCK, COND_TAMPER, LOOPS, COND_SUPERVISION_LOST}},
        [KIND_DURESS] = {"duress", 6, {COND_DURESS, COND_TAMPER, LOOPS, COND_SUPERVISION_LOST}},
        [KIND_TAMPER] = {"tamper", 5, {COND_TAMPER, LOOPS, COND_SUPERVISION_LOST}},
        [KIND_POWER] = {"power", 6, {COND_POWER_LOST, COND_TAMPER, LOOPS, COND_SUPERVISION_LOST}},
        [KIND_INPUT] = {"input", 7, {COND_INPUT_ACTIVE, COND_TAMPER, LOOPS, COND_STUCK, COND_SUPERVISION_LOST}},
};

static const enum condition_id device_ids[CONDITION_DEVICE_SLOTS] = {COND_DEVICE_LOST, COND_DEVICE_SUBSTITUTED,
                                                                     COND_DEVICE_MAP, COND_STUCK};

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

size_t condition_of_device(const enum condition_id **ret_ids)
{
	*ret_ids = device_ids;
	return CONDITION_DEVICE_SLOTS;
}

bool condition_is_of_devices(enum condition_id id)
{
	for (size_t slot = 0; slot < CONDITION_DEVICE_SLOTS; slot++)
		if (device_ids[slot] == id)
			return true;
	return false;
}
