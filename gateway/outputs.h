/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outputs - sirens, lamps and relays: what each should be, and that it is so.
 *
 * An output is on while a trigger's alarm is active or, with pulse_s, for one pulse from each rise; or as a person
 * says, for a time. Rules:
 *
 *  O1  What an output shall be is durable (EVENT_OUTPUT_CHANGED, with its end) before it is written. So a gateway that
 *      dies in the middle of a pulse ends it when it is back, and a coil that is on without a reason is switched off.
 *  O2  A write counts when a read that was taken after it says so; without readback when the device echoed it.
 *  O3  Otherwise it is written again, LIMIT_OUTPUT_TRIES times in quick succession; then it has failed
 *      (EVENT_OUTPUT_FAILED), and is tried every LIMIT_OUTPUT_SLOW_S for ever: no siren is given up, on or off.
 *  O4  An output that is found other than it should be, whoever did it, is written again.
 *
 * No I/O and no clock: writes go out through the setup's function, samples and results come in.
 */
#ifndef PICKET_OUTPUTS_H
#define PICKET_OUTPUTS_H

#include "gateway/event.h"

struct outputs;

struct outputs_setup {
	const struct site *site;
	const struct event_sink *sink; /* the journal's */
};

/* What the outputs need of others, once it is there: the engine whose events they hear comes before the field. */
struct outputs_field {
	void *context;
	/* Hands a write to the field; its end comes as outputs_written(), later. Not 0: it cannot be taken now. */
	int (*write)(void *context, uint32_t output, uint16_t value);
	uint64_t (*durable)(void *context); /* last seq on the disk */
};

int outputs_new(const struct outputs_setup *setup, struct mono now, struct outputs **ret_outputs);
void outputs_free(struct outputs **outputs);
/* Before the first outputs_run(). */
void outputs_connect(struct outputs *outputs, const struct outputs_field *field);

/* Where the alarm engine's events go: on to the setup's sink, and triggers are seen in passing. */
const struct event_sink *outputs_sink(struct outputs *outputs);

/* --- from the journal, before the first outputs_run() ----------------------------------------------- */
/* left_ms: until it ends by itself; 0: it is over, or it had no end. */
void outputs_restore(struct outputs *outputs, uint32_t output, bool on, uint32_t left_ms);
void outputs_restore_alarm(struct outputs *outputs, uint32_t sensor, enum condition_id condition, bool active);

/* --- input ----------------------------------------------------------------------------------------- */
void outputs_sample(struct outputs *outputs, const struct sample *sample);
void outputs_written(struct outputs *outputs, uint32_t output, enum fault fault, struct mono now);
/* Acts on all that came, and on time. */
void outputs_run(struct outputs *outputs, struct mono now);
struct mono outputs_next(const struct outputs *outputs);

enum output_action { OUTPUT_OFF, OUTPUT_ON, OUTPUT_PULSE, OUTPUT_ACTION_COUNT };
const char *output_action_name(enum output_action action); /* "off" "on" "pulse" */

struct outputs_order {
	enum output_action action;
	uint32_t for_s; /* on: 0 is LIMIT_OUTPUT_S; pulse: 0 is the output's own, or a second */
	const char *user, *station, *reason, *command;
};
/* 0; -ERANGE: for_s is over LIMIT_OUTPUT_S, or does not belong to this action. */
int outputs_order(struct outputs *outputs, uint32_t output, const struct outputs_order *order, struct mono now);

/* --- for people ------------------------------------------------------------------------------------ */
struct output_view {
	bool on;           /* as it should be */
	bool settled;      /* and it is so */
	bool failed;       /* O3 */
	bool known, is;    /* as it was read last */
	struct mono until; /* MONO_NEVER: it does not end by itself */
	uint64_t writes, failures;
};
void outputs_view(const struct outputs *outputs, uint32_t output, struct output_view *ret_view);

#endif
