/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine - the alarm logic: samples, commands and time in, events out. Nothing else: no clock, no I/O, no log,
 * and no allocation after engine_new(). The same input gives the same events, always.
 *
 * Every sensor has the conditions of its kind (condition_of_kind), every device those of condition_of_device(), every rule verified or sequence. Each condition
 * is a state machine of its own: losing supervision never hides, absorbs or acknowledges an intrusion.
 *
 * Rules (alarm tables of the manual, after ISA-18.2 / IEC 62682, EN 50131-1, IEC 60839-11-1):
 *  - The first good sample after a start is evaluated as a level: a door already open is raised at once.
 *  - Opening counts from the first sample; closing, and clearing in general, needs two good samples in a row. A
 *    tamper needs two in both directions.
 *  - A sample that is not good changes nothing but supervision_lost; when the point is good again, levels decide. No
 *    delay runs out while its points are not good. QUALITY_UNCERTAIN is seen in engine_sensor() but makes no event: it
 *    is made good, or becomes a loss.
 *  - In an unset area, conditions that are not 24-hour ("always") take their unset priority; those a person causes
 *    by using the area (fence.intrusion, camera.trigger, input.active) are kept as events but raise no alarm: as
 *    EVENT_SENSOR_CHANGED with that condition, fence.activity for a fence. Unsetting takes no alarm away.
 *  - What becomes true again before it was acknowledged is a further occurrence (EVENT_ALARM_UPDATED, for a device
 *    EVENT_DEVICE_LOST), with a number of its own; after that it is raised again. A fence and a camera may be hit again
 *    while still active: unacknowledged a further occurrence, acknowledged an update of the same one.
 *  - The number of an occurrence is the seq of the event that tells of it. Such an event comes to the sink with
 *    state.occurrence 0, and the sink puts its seq there.
 *  - An alarm may be masked by people: shelved (LIMIT_SHELVE_S at most, with a reason; not what is highly managed),
 *    its sensor bypassed (inhibited until the area is next unset, or isolated), out of service (with a time when it must
 *    be back). A bypass masks alarms only, never tamper, trouble, supervision. Masking acknowledges. A masked condition
 *    is still evaluated: what would have been raised is EVENT_SENSOR_CHANGED with that condition. Unshelved by hand, what is
 *    true comes back acknowledged with EVENT_ALARM_UNSHELVED itself; when a mask ends by itself, is restored or put back
 *    into service, what is true is raised (ISA-18.2 11.7.3). A stronger mask replaces a weaker one.
 *  - A rule hears each sensor whose first condition is raised or raised further: n of m within
 *    a time in any order, or a sequence. It raises an alarm of its own and changes nothing of theirs (rules.c).
 *  - Set with override inhibits what blocks for the one set period; EVENT_AREA_SET then counts and names it. A tamper or
 *    duress that blocks wants a maintainer.
 *  - An acknowledged alarm that is still active after realarm_ms is raised again (OPC UA Part 9 ReAlarmTime).
 *  - A device tells of its loss by EVENT_DEVICE_LOST and EVENT_DEVICE_RESTORED, not by raised and cleared.
 *  - EVENT_ALARM_LATCHED follows the event (cleared or acked) after which only a reset is left to do.
 *  - Times: an event bears the time of the sample, or of the moment a delay ran out, however late it is found.
 */
#ifndef PICKET_ENGINE_H
#define PICKET_ENGINE_H

#include "gateway/event.h"

struct engine;

/* Sensors see SENSOR_UNKNOWN and no good sample yet. Areas are as their start says. */
int engine_new(const struct site *site, const struct event_sink *sink, struct engine **ret_engine);
void engine_free(struct engine **engine);

/* --- state from the journal, before the first sample ---------------------------------------------- */
/* -ENOENT: the site has no such sensor or it has no such condition (the site file was edited). */
int engine_restore_alarm(struct engine *engine, enum subject_kind kind, uint32_t subject, enum condition_id condition,
                         const struct alarm_state *state);
void engine_restore_area(struct engine *engine, uint32_t area, bool set);

/* --- input ---------------------------------------------------------------------------------------- */
void engine_sample(struct engine *engine, const struct sample *sample, struct mono now);
void engine_device(struct engine *engine, uint32_t device, bool lost, enum fault fault, struct mono now);
/* A latched point was cleared: if the next sample is true again, it is so anew. */
void engine_cleared(struct engine *engine, uint32_t point);
/* A condition of a device besides its loss: device.substituted, device.map, stuck. said: what the device said, or why;
 * it is the reason in the event. NULL: nothing. Repeating it changes nothing. */
struct engine_device_news {
	uint32_t device;
	enum condition_id condition;
	bool active;
	const char *said;
};
void engine_device_condition(struct engine *engine, const struct engine_device_news *news, struct mono now);
/* Runs all timers that are due. */
void engine_tick(struct engine *engine, struct mono now);
/* When it next wants a tick; MONO_NEVER when no timer runs. */
struct mono engine_next(const struct engine *engine);

/* --- commands -------------------------------------------------------------------------------------- */
enum command_result {
	COMMAND_OK,
	COMMAND_NO_SUCH_TARGET,
	COMMAND_STALE_OCCURRENCE, /* names an occurrence that is no longer current */
	COMMAND_NOT_NEEDED,       /* nothing to acknowledge or reset, area already so */
	COMMAND_STILL_ACTIVE,     /* reset of a condition that is still true */
	COMMAND_NOT_ACKED,        /* reset before acknowledge */
	COMMAND_BLOCKED,          /* an area that is not ready to set; ret_reason names what blocks */
	COMMAND_NOT_MASKABLE,     /* a highly managed alarm, or a sensor that nothing may hide */
	COMMAND_NO_REASON,        /* who hides an alarm says why */
	COMMAND_TOO_LONG,         /* longer than LIMIT_SHELVE_S, LIMIT_SERVICE_S, LIMIT_ISOLATE_S */
	COMMAND_LEVEL,            /* wants a higher access level */
};

/* Access levels of EN 50131-1; 1 and 4 have no commands here. */
enum command_level { LEVEL_OPERATOR = 2, LEVEL_MAINTAINER = 3 };

struct engine_command {
	enum command_verb verb;
	enum command_level level;
	enum subject_kind kind; /* ack, reset, masks of an alarm: sensor or device; bypass: sensor; set, unset: area */
	uint32_t subject;
	enum condition_id condition; /* of an alarm */
	uint64_t occurrence;         /* of an alarm: seq of the occurrence meant; 0: the current one */
	uint32_t for_s;              /* shelve, bypass to isolate, out of service; 0: the default */
	bool one_shot;               /* shelve: at most until it is gone the next time */
	bool isolate;                /* bypass: until restored, not for one set period */
	bool override;               /* set: inhibits what blocks, for the set period that begins */
	char user[LIMIT_USER + 1];
	char station[LIMIT_USER + 1];
	char reason[LIMIT_REASON + 1];
	char id[LIMIT_USER + 1];
};

/* Emits what the command changes (acked, reset, area set, set_refused); accepted and refused are the caller's. */
enum command_result engine_command(struct engine *engine, const struct engine_command *command, struct mono now,
                                   char ret_reason[LIMIT_REASON + 1]);

/* --- for people ------------------------------------------------------------------------------------ */
/* NULL: that subject has no such condition. */
const struct alarm_state *engine_alarm(const struct engine *engine, enum subject_kind kind, uint32_t subject,
                                       enum condition_id condition);

struct sensor_view {
	enum sensor_state state;
	enum quality quality;
	struct mono at; /* of the oldest of its points' last good samples; us 0: never */
};
void engine_sensor(const struct engine *engine, uint32_t sensor, struct sensor_view *ret_view);
bool engine_area_set(const struct engine *engine, uint32_t area);
/* Names of what blocks setting, comma separated; empty: ready. */
void engine_area_blockers(const struct engine *engine, uint32_t area, char ret_reason[LIMIT_REASON + 1]);

struct engine_counts {
	uint32_t active, unacked, latched, masked; /* alarms */
	uint32_t by_priority[6];                   /* of those active or unacknowledged, and not masked */
	uint32_t sensors_bad;                      /* sensors whose quality is not good */
};
void engine_counts(const struct engine *engine, struct engine_counts *ret_counts);

#endif
