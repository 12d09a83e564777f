/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine_private - what the parts of the engine share: the tables that engine_new() sizes from the site, and who
 * does what. Nobody outside gateway/alarm/ includes it.
 *
 *   tables.c    memory and what is in it at the start
 *   engine.c    samples, devices, timers
 *   evaluate.c  wishes of a kind into state machines, supervision
 *   rules.c     what several sensors say together
 *   tell.c      events
 *   people.c    commands; areas
 *   mask.c      shelving, bypass, out of service, and what comes back
 *   view.c      what people see
 */
#ifndef PICKET_ENGINE_PRIVATE_H
#define PICKET_ENGINE_PRIVATE_H

#include "gateway/alarm/engine.h"
#include "gateway/alarm/input_form.h"
#include "gateway/alarm/kind.h"
#include "gateway/alarm/timers.h"

struct sensor {
	uint32_t conditions; /* first of its states, by slot; supervision_lost is the last */
	uint32_t inputs;     /* first of its inputs */
	uint8_t input_count, slot_count;
	uint8_t loops;           /* slot of loop.short; loop.open, loop.drift and perhaps stuck follow */
	bool formed;             /* one of its inputs is more than a bit */
	uint8_t pending;         /* states that wait for a delay */
	int8_t role[ROLE_COUNT]; /* offset of the input in that role; negative: not wired */
	uint8_t state, quality;  /* enum sensor_state, enum quality: as told last, or about to be */
	union kind_memory memory;
};

struct device {
	bool doubtful; /* restored as lost and not heard of since */
};

struct engine {
	const struct site *site;
	const struct event_sink *sink;
	struct sensor *sensors;
	struct input *inputs;
	struct form *forms;             /* of the inputs that are more than a bit */
	struct condition_state *states; /* of all sensors, then those of each device, then of each rule */
	uint32_t *owners; /* of each state: a sensor, or sensor_count + device, or that + device_count + rule */
	struct device *devices;
	bool *areas_set;
	uint32_t *uses_first; /* by point: its inputs are uses[uses_first[p]] up to uses_first[p + 1] */
	uint32_t *uses;
	uint32_t *rules_first; /* by sensor: its rules are rules_of[rules_first[s]] up to rules_first[s + 1] */
	uint32_t *rules_of;
	uint32_t *said_first; /* by rule: its members' times are said[said_first[r]] and on */
	struct mono *said;    /* when each member spoke last; of a sequence: when the chain that led there began */
	size_t input_count, form_count, state_count, sensor_states;
	struct timers timers; /* by state: when its delay runs out; state_count + state: see alarm_state.until */
	struct engine_counts counts;
};

/* Why something is looked at, for the event. */
struct cause {
	struct mono at, now;
	const struct input *input; /* NULL: no sample */
	enum fault fault;
	bool initial;
	uint32_t hits;
	const char *said;                     /* the words of the event; NULL: none */
	const struct engine_command *command; /* NULL: nobody did it */
};

/* --- tables ---------------------------------------------------------------------------------------- */
/* The states of an area's sensors, before the first sample: priority and suppression as it is set or not. */
void engine_place_in_area(struct engine *engine, uint32_t area, bool set);
enum condition_id engine_condition_id(const struct engine *engine, uint32_t state);
/* SITE_NONE: that subject has no such condition. */
uint32_t engine_find_state(const struct engine *engine, enum subject_kind kind, uint32_t subject,
                           enum condition_id condition);
/* Where the states of the rules begin, behind those of the devices. */
static inline size_t engine_rule_states(const struct engine *engine)
{
	return engine->sensor_states + engine->site->device_count * CONDITION_DEVICE_SLOTS;
}
const struct input *engine_input(const struct engine *engine, uint32_t sensor, enum site_role role);
/* NULL: the input is a plain bit. */
const struct form *engine_form(const struct engine *engine, const struct input *input);
bool engine_area_of_sensor_set(const struct engine *engine, uint32_t sensor);
/* Adds or takes away an alarm from the counts. */
void engine_tally(struct engine *engine, const struct alarm_state *alarm, bool add);
/* A step was taken from `before`: counts and the timer of alarm.until follow. */
void engine_follow(struct engine *engine, uint32_t state, const struct alarm_state *before);

/* --- evaluate -------------------------------------------------------------------------------------- */
void evaluate_sample(struct engine *engine, struct input *input, const struct sample *sample, struct mono now);
void evaluate_expiry(struct engine *engine, uint32_t state, struct mono now);
void evaluate_device(struct engine *engine, uint32_t device, bool lost, const struct cause *cause);
void evaluate_device_condition(struct engine *engine, uint32_t device, enum condition_id condition, bool active,
                               const struct cause *cause);
void evaluate_area(struct engine *engine, uint32_t area, const struct cause *cause);

/* --- rules ----------------------------------------------------------------------------------------- */
#define RULE_RESTORED_US 1 /* due of an alarm restored as active: it ends with the next look */
size_t rules_members(const struct site *site);
void rules_fill(struct engine *engine);
/* The first condition of that sensor was raised, or further. */
void rules_hear(struct engine *engine, uint32_t sensor, struct mono at, const struct cause *why);
void rules_expire(struct engine *engine, uint32_t state, struct mono now);

/* --- mask ------------------------------------------------------------------------------------------ */
/* alarm.until is over. */
void mask_lapse(struct engine *engine, uint32_t state, struct mono at, struct mono now);
/* It is gone: what was shelved only until then is shelved no longer. */
void mask_one_shot(struct engine *engine, uint32_t state, const struct cause *cause);
/* The area is unset: what was inhibited for this set period is not any more. */
void mask_period_ends(struct engine *engine, uint32_t area, const struct cause *cause);
/* Inhibits what blocks setting, for the set period that begins: EN 50131-1 8.3.6. How many sensors; -1: level too low. */
int mask_override(struct engine *engine, uint32_t area, const struct cause *cause);
enum command_result mask_command(struct engine *engine, const struct cause *cause);

/* --- view ------------------------------------------------------------------------------------------ */
bool view_blocks(const struct engine *engine, uint32_t sensor);

/* --- tell ------------------------------------------------------------------------------------------ */
void tell_step(struct engine *engine, uint32_t state, enum condition_step step, struct mono at,
               const struct cause *cause);
void tell_alarm(struct engine *engine, uint32_t state, enum event_type type, struct mono at, const struct cause *cause);
/* activity: COND_NONE, or what the sensor did that is no alarm */
void tell_sensor(struct engine *engine, uint32_t sensor, enum condition_id activity, const struct cause *cause);
void tell_area(struct engine *engine, uint32_t area, enum event_type type, const struct cause *cause,
               const char *reason);

#endif
