/* SPDX-License-Identifier: Apache-2.0 */
/*
 * condition - the vocabulary of alarms: sensor kinds, what can be wrong with each, and its defaults.
 *
 * One table (condition.c) carries name, priority, latching and the codes of SIA DC-03 and Contact ID
 * (SIA DC-05), so that the loader, the engine, the manual and the tests cannot disagree.
 */
#ifndef PICKET_CONDITION_H
#define PICKET_CONDITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sensor_kind {
	KIND_DOOR,
	KIND_FENCE,
	KIND_CAMERA,
	KIND_DURESS,
	KIND_TAMPER,
	KIND_POWER,
	KIND_INPUT,
	KIND_COUNT,
};

enum condition_id {
	COND_DOOR_FORCED,
	COND_DOOR_HELD,
	COND_DOOR_HELD_PRE,
	COND_DOOR_NOT_LOCKED,
	COND_FENCE_INTRUSION,
	COND_CAMERA_TRIGGER,
	COND_CAMERA_STUCK,
	COND_DURESS,
	COND_TAMPER,
	COND_POWER_LOST,
	COND_INPUT_ACTIVE,
	COND_SUPERVISION_LOST,
	COND_LOOP_SHORT,
	COND_LOOP_OPEN,
	COND_LOOP_DRIFT,
	COND_STUCK, /* of a sensor or of a device */
	COND_DEVICE_LOST,
	COND_DEVICE_SUBSTITUTED,
	COND_DEVICE_MAP,   /* the device refuses some of the addresses that it is asked for */
	COND_GATEWAY_LATE, /* scans miss their deadlines */
	COND_VERIFIED,     /* of a rule */
	COND_SEQUENCE,
	COND_COUNT,
	/* of an event that is no alarm, so never a slot of a sensor */
	COND_FENCE_ACTIVITY,
	COND_NONE,
};

/* A condition's defaults. Priorities: 0 (duress) to 5 (information). */
struct condition_info {
	const char *name;
	uint8_t priority_set;   /* while the sensor's area is set */
	uint8_t priority_unset; /* and while it is not */
	bool latched;           /* stays until reset, even when gone and acknowledged */
	bool ack;               /* a person must acknowledge it; false: it comes and goes by itself */
	bool maskable;          /* a bypass of its sensor masks it; trouble, tamper and supervision still report */
	bool managed;           /* highly managed (ISA-18.2): cannot be shelved */
	bool always;            /* raised whether the area is set or not; false: only while it is set */
	const char *sia_set;    /* SIA code when raised in a set area */
	const char *sia_unset;
	const char *sia_restore;
	const char *cid; /* Contact ID event code, or NULL */
};

/* The row of a condition; COND_FENCE_ACTIVITY has one too. Never NULL. */
const struct condition_info *condition_info(enum condition_id id);

/* COND_NONE when there is no such name. */
enum condition_id condition_by_name(const char *name);

/* "door", "fence", …; KIND_COUNT when there is no such name. */
const char *sensor_kind_name(enum sensor_kind kind);
enum sensor_kind sensor_kind_by_name(const char *name);

/*
 * The conditions a sensor of this kind can have, in the order of its slots: first what the kind is about, then tamper,
 * loop.short, loop.open, loop.drift, perhaps stuck, and at last supervision_lost.
 */
size_t condition_of_kind(enum sensor_kind kind, const enum condition_id **ret_ids);

#define CONDITION_SLOTS 9 /* the most that any kind has: a door's */

/* The conditions of every device, in the order of its slots; device.lost is the first. */
size_t condition_of_device(const enum condition_id **ret_ids);

#define CONDITION_DEVICE_SLOTS 4

/* Whether devices have it. */
bool condition_is_of_devices(enum condition_id id);

#endif
