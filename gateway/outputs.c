/* SPDX-License-Identifier: Apache-2.0 */
/* outputs - see outputs.h */
#include "gateway/outputs.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define PRIORITY_CHANGED 4
#define PRIORITY_FAILED  1
#define PULSE_S          1 /* of an output that has no pulse of its own */
#define DISK_US          2000

enum phase {
	PHASE_UNSEEN,   /* since the start nothing is known of it */
	PHASE_SETTLED,  /* it is what it should be */
	PHASE_DUE,      /* to be written at `at`, once the decision is durable */
	PHASE_WRITING,  /* the field has it */
	PHASE_CHECKING, /* waits for a read to confirm it, until `at` */
};

struct output {
	bool on;
	struct mono until;
	uint64_t seq; /* of the event that decided it */
	enum phase phase;
	struct mono at;
	struct mono written; /* end of the last write */
	unsigned tries;
	bool failed;
	bool sent;             /* what the last write said */
	bool known, is, found; /* as read last; found: since the last look */
	enum fault fault;      /* of the last attempt */
	bool *active;          /* by trigger */
	bool news;             /* of a trigger */
	uint32_t risen;        /* trigger that rose last; SITE_NONE: none since the last run */
	uint64_t writes, failures;
};

struct outputs {
	struct outputs_setup setup;
	struct outputs_field field;
	struct event_sink tap;
	struct output *rows;
	bool *active; /* of all triggers */
	bool woken;
	struct mono next;
};

const char *output_action_name(enum output_action action)
{
	static const char *const names[OUTPUT_ACTION_COUNT] = {
	        [OUTPUT_OFF] = "off", [OUTPUT_ON] = "on", [OUTPUT_PULSE] = "pulse"};

	assert(action < OUTPUT_ACTION_COUNT);
	return names[action];
}

static const struct site_output *site_of(const struct outputs *outputs, size_t index)
{
	return &outputs->setup.site->outputs[index];
}

/* --- triggers, seen in passing ---------------------------------------------------------------------- */

struct alarm_news {
	uint32_t sensor;
	enum condition_id condition;
	bool active, rise;
};

static void note_alarm(struct outputs *outputs, const struct alarm_news *news)
{
	for (size_t i = 0; i < outputs->setup.site->output_count; i++) {
		const struct site_output *of = site_of(outputs, i);
		for (uint32_t t = 0; t < of->trigger_count; t++) {
			if (of->triggers[t].sensor != news->sensor || of->triggers[t].condition != news->condition)
				continue;
			outputs->rows[i].active[t] = news->active;
			outputs->rows[i].news = outputs->woken = true;
			if (news->rise)
				outputs->rows[i].risen = t;
		}
	}
}

static void tap_put(void *context, struct event *event)
{
	struct outputs *outputs = context;
	bool further = event->type == EVENT_ALARM_UPDATED && event->state.occurrence == 0;

	event_emit(outputs->setup.sink, event);
	if (event->subject_kind != SUBJECT_SENSOR || event->type >= EVENT_SENSOR_CHANGED)
		return;
	note_alarm(outputs, &(struct alarm_news){.sensor = event->subject,
	                                         .condition = event->condition,
	                                         .active = event->state.active,
	                                         .rise = event->type == EVENT_ALARM_RAISED || further});
}

/* --- life ------------------------------------------------------------------------------------------- */

static size_t count_triggers(const struct site *site)
{
	size_t count = 0;

	for (size_t i = 0; i < site->output_count; i++)
		count += site->outputs[i].trigger_count;
	return count;
}

int outputs_new(const struct outputs_setup *setup, struct mono now, struct outputs **ret_outputs)
{
	struct outputs *outputs = calloc(1, sizeof *outputs);
	size_t used = 0;

	if (!outputs)
		return -ENOMEM;
	outputs->setup = *setup;
	outputs->tap = (struct event_sink){.context = outputs, .put = tap_put};
	outputs->rows = calloc(setup->site->output_count + 1, sizeof *outputs->rows);
	outputs->active = calloc(count_triggers(setup->site) + 1, sizeof *outputs->active);
	if (!outputs->rows || !outputs->active) {
		outputs_free(&outputs);
		return -ENOMEM;
	}
	for (size_t i = 0; i < setup->site->output_count; i++) {
		outputs->rows[i] = (struct output){
		        .until = MONO_NEVER, .at = now, .risen = SITE_NONE, .active = outputs->active + used};
		used += setup->site->outputs[i].trigger_count;
	}
	outputs->woken = true;
	outputs->next = now;
	*ret_outputs = outputs;
	return 0;
}

void outputs_free(struct outputs **outputs)
{
	if (!*outputs)
		return;
	free((*outputs)->rows);
	free((*outputs)->active);
	free(*outputs);
	*outputs = NULL;
}

void outputs_connect(struct outputs *outputs, const struct outputs_field *field)
{
	outputs->field = *field;
}

const struct event_sink *outputs_sink(struct outputs *outputs)
{
	return &outputs->tap;
}

void outputs_restore(struct outputs *outputs, uint32_t output, bool on, uint32_t left_ms)
{
	struct output *row = &outputs->rows[output];

	assert(output < outputs->setup.site->output_count && row->phase == PHASE_UNSEEN);
	row->on = on;
	row->until = on && left_ms > 0 ? mono_add_ms(row->at, left_ms) : MONO_NEVER;
	row->news = true;
}

void outputs_restore_alarm(struct outputs *outputs, uint32_t sensor, enum condition_id condition, bool active)
{
	note_alarm(outputs, &(struct alarm_news){.sensor = sensor, .condition = condition, .active = active});
}

/* --- decisions -------------------------------------------------------------------------------------- */

/* Why an output is what it is, in words, and whose wish it was. */
struct decision {
	bool on;
	struct mono until;
	char reason[LIMIT_REASON + 1];
	const struct outputs_order *order; /* NULL: nobody's */
};

static void copy_person(struct event *event, const struct outputs_order *order)
{
	snprintf(event->user, sizeof event->user, "%s", order->user ? order->user : "");
	snprintf(event->station, sizeof event->station, "%s", order->station ? order->station : "");
	snprintf(event->command, sizeof event->command, "%s", order->command ? order->command : "");
}

static uint32_t left_ms(struct mono until, struct mono now)
{
	int64_t us = until.us == INT64_MAX ? 0 : mono_since_us(until, now);

	return us > 0 ? (uint32_t)((us + 999) / 1000) : 0;
}

static uint64_t tell(struct outputs *outputs, size_t index, enum event_type type, const struct decision *decision,
                     struct mono now)
{
	const struct output *row = &outputs->rows[index];
	struct event event = {.type = type,
	                      .at = now,
	                      .subject_kind = SUBJECT_OUTPUT,
	                      .subject = (uint32_t)index,
	                      .condition = COND_NONE,
	                      .point = SITE_NONE,
	                      .priority = type == EVENT_OUTPUT_FAILED ? PRIORITY_FAILED : PRIORITY_CHANGED,
	                      .value = row->on,
	                      .fault = row->fault,
	                      .for_ms = left_ms(row->until, now)};

	snprintf(event.reason, sizeof event.reason, "%s", decision->reason);
	if (decision->order)
		copy_person(&event, decision->order);
	event_emit(outputs->setup.sink, &event);
	return event.seq;
}

static void decide(struct outputs *outputs, size_t index, const struct decision *decision, struct mono now)
{
	struct output *row = &outputs->rows[index];
	bool wrong = row->known && row->is != decision->on;
	bool change = wrong || row->on != decision->on || row->phase != PHASE_SETTLED;

	row->on = decision->on;
	row->until = decision->until;
	row->fault = FAULT_NONE;
	row->seq = tell(outputs, index, EVENT_OUTPUT_CHANGED, decision, now);
	if (!change)
		return;
	row->tries = 0;
	row->at = now;
	if (row->phase != PHASE_WRITING) /* what is on the wire comes to its end first */
		row->phase = PHASE_DUE;
}

static bool any_active(const struct outputs *outputs, size_t index)
{
	for (uint32_t t = 0; t < site_of(outputs, index)->trigger_count; t++)
		if (outputs->rows[index].active[t])
			return true;
	return false;
}

static void decide_rise(struct outputs *outputs, size_t index, struct mono now)
{
	const struct site *site = outputs->setup.site;
	const struct site_output *of = site_of(outputs, index);
	const struct site_trigger *trigger = &of->triggers[outputs->rows[index].risen];
	struct decision decision = {.on = true, .until = MONO_NEVER};

	if (of->pulse_ms)
		decision.until = mono_add_ms(now, of->pulse_ms);
	snprintf(decision.reason, sizeof decision.reason, "%s/%s", site->sensors[trigger->sensor].id,
	         site_condition_name(site, trigger->sensor, trigger->condition));
	decide(outputs, index, &decision, now);
}

static void decide_end(struct outputs *outputs, size_t index, const char *why, struct mono now)
{
	struct decision decision = {.until = MONO_NEVER};

	snprintf(decision.reason, sizeof decision.reason, "%s", why);
	decide(outputs, index, &decision, now);
}

/* What its triggers and its end want of an output. */
static void follow(struct outputs *outputs, size_t index, struct mono now)
{
	struct output *row = &outputs->rows[index];
	bool level = site_of(outputs, index)->pulse_ms == 0;
	bool over = row->on && mono_reached(now, row->until);

	if (row->risen != SITE_NONE && (!level || any_active(outputs, index)))
		decide_rise(outputs, index, now);
	else if (over && level && any_active(outputs, index))
		row->until = MONO_NEVER;
	else if (over)
		decide_end(outputs, index, "its time is over", now);
	else if (row->news && row->on && row->until.us == INT64_MAX && !(level && any_active(outputs, index)))
		decide_end(outputs, index, "what switched it on is gone", now);
	row->risen = SITE_NONE;
	row->news = false;
}

int outputs_order(struct outputs *outputs, uint32_t output, const struct outputs_order *order, struct mono now)
{
	const struct site_output *of = site_of(outputs, output);
	struct decision decision = {.on = order->action != OUTPUT_OFF, .until = MONO_NEVER, .order = order};
	uint32_t own_ms = of->pulse_ms ? of->pulse_ms : PULSE_S * 1000;

	assert(output < outputs->setup.site->output_count);
	if (order->for_s > LIMIT_OUTPUT_S || (order->action == OUTPUT_OFF && order->for_s))
		return -ERANGE;
	if (order->for_s)
		decision.until = mono_add_ms(now, (int64_t)order->for_s * 1000);
	else if (order->action == OUTPUT_ON)
		decision.until = mono_add_ms(now, LIMIT_OUTPUT_S * INT64_C(1000));
	else if (order->action == OUTPUT_PULSE)
		decision.until = mono_add_ms(now, own_ms);
	snprintf(decision.reason, sizeof decision.reason, "%.*s", LIMIT_REASON, order->reason ? order->reason : "");
	decide(outputs, output, &decision, now);
	outputs->woken = true;
	return 0;
}

/* --- getting it so ---------------------------------------------------------------------------------- */

static void settle(struct outputs *outputs, size_t index, struct mono now)
{
	struct output *row = &outputs->rows[index];
	struct decision decision = {.reason = "it obeys again"};

	row->phase = PHASE_SETTLED;
	row->fault = FAULT_NONE;
	if (row->failed)
		row->seq = tell(outputs, index, EVENT_OUTPUT_CHANGED, &decision, now);
	row->failed = false;
}

/* An attempt brought nothing: again, soon at first. */
static void miss(struct outputs *outputs, size_t index, struct mono now)
{
	struct output *row = &outputs->rows[index];
	struct decision decision = {.on = row->on};
	bool slow = row->tries >= LIMIT_OUTPUT_TRIES;

	row->failures++;
	row->phase = PHASE_DUE;
	row->at = mono_add_ms(now, slow ? LIMIT_OUTPUT_SLOW_S * 1000 : LIMIT_OUTPUT_MS);
	if (!slow || row->failed)
		return;
	row->failed = true;
	if (row->fault != FAULT_NONE)
		snprintf(decision.reason, sizeof decision.reason, "cannot be switched %s: %s", row->on ? "on" : "off",
		         fault_name(row->fault));
	else
		snprintf(decision.reason, sizeof decision.reason, "was switched %s, but reads %s",
		         row->on ? "on" : "off", row->known ? row->is ? "on" : "off" : "nothing");
	(void)tell(outputs, index, EVENT_OUTPUT_FAILED, &decision, now);
}

static void write_out(struct outputs *outputs, size_t index, struct mono now)
{
	struct output *row = &outputs->rows[index];

	if (outputs->field.durable(outputs->field.context) < row->seq) { /* O1 */
		row->at = mono_add_us(now, DISK_US);
		return;
	}
	if (outputs->field.write(outputs->field.context, (uint32_t)index, row->on) != 0) {
		row->at = mono_add_ms(now, LIMIT_OUTPUT_MS);
		return;
	}
	if (row->tries < LIMIT_OUTPUT_TRIES)
		row->tries++;
	row->writes++;
	row->sent = row->on;
	row->phase = PHASE_WRITING;
}

/* How long a read may take to confirm a write: two scans, and not less than LIMIT_OUTPUT_MS. */
static int64_t check_ms(const struct outputs *outputs, size_t index)
{
	const struct site *site = outputs->setup.site;
	int64_t scans_ms = 2 * (int64_t)site->devices[site->points[site_of(outputs, index)->point].device].scan_ms;

	return scans_ms > LIMIT_OUTPUT_MS ? scans_ms : LIMIT_OUTPUT_MS;
}

void outputs_written(struct outputs *outputs, uint32_t output, enum fault fault, struct mono now)
{
	struct output *row = &outputs->rows[output];

	assert(output < outputs->setup.site->output_count && row->phase == PHASE_WRITING);
	row->fault = fault;
	row->written = now;
	row->found = false;
	outputs->woken = true;
	if (row->sent != row->on) { /* decided otherwise meanwhile */
		row->phase = PHASE_DUE;
		row->at = now;
	} else if (fault != FAULT_NONE) {
		miss(outputs, output, now);
	} else if (site_of(outputs, output)->readback) {
		row->phase = PHASE_CHECKING;
		row->at = mono_add_ms(now, check_ms(outputs, output));
	} else {
		row->known = true;
		row->is = row->on;
		settle(outputs, output, now);
	}
}

void outputs_sample(struct outputs *outputs, const struct sample *sample)
{
	if (sample->quality != QUALITY_GOOD)
		return;
	for (size_t i = 0; i < outputs->setup.site->output_count; i++) {
		struct output *row = &outputs->rows[i];
		if (site_of(outputs, i)->point != sample->point || sample->at.us <= row->written.us)
			continue;
		row->known = row->found = true;
		row->is = sample->value;
		outputs->woken |= row->phase != PHASE_SETTLED || row->is != row->on;
	}
}

/* A read since the last write says what it is. */
static void look(struct outputs *outputs, size_t index, struct mono now)
{
	struct output *row = &outputs->rows[index];
	struct decision decision = {.on = row->on, .until = row->until};

	row->found = false;
	if (row->phase == PHASE_WRITING)
		return;
	if (row->is == row->on) {
		if (row->phase != PHASE_SETTLED)
			settle(outputs, index, now);
		return;
	}
	if (row->phase == PHASE_CHECKING)
		miss(outputs, index, now);
	bool lately = row->written.us && mono_since_us(now, row->written) < LIMIT_OUTPUT_SLOW_S * INT64_C(1000000);
	if (row->phase != PHASE_UNSEEN && (row->phase != PHASE_SETTLED || lately)) /* somebody else's tug of war */
		return;
	snprintf(decision.reason, sizeof decision.reason, "found %s, switched %s", row->is ? "on" : "off",
	         row->on ? "on" : "off");
	decide(outputs, index, &decision, now); /* O4 */
}

static void run_one(struct outputs *outputs, size_t index, struct mono now)
{
	struct output *row = &outputs->rows[index];
	bool blind = !site_of(outputs, index)->readback;

	follow(outputs, index, now);
	if (row->found)
		look(outputs, index, now);
	if (row->phase == PHASE_UNSEEN && blind) /* nobody can say what it is */
		row->phase = PHASE_DUE;
	if (row->phase == PHASE_CHECKING && mono_reached(now, row->at))
		miss(outputs, index, now);
	if (row->phase == PHASE_DUE && mono_reached(now, row->at))
		write_out(outputs, index, now);
}

static struct mono next_of(const struct output *row)
{
	bool waits = row->phase == PHASE_DUE || row->phase == PHASE_CHECKING;

	return mono_min(row->on ? row->until : MONO_NEVER, waits ? row->at : MONO_NEVER);
}

void outputs_run(struct outputs *outputs, struct mono now)
{
	if (!outputs->woken && !mono_reached(now, outputs->next))
		return;
	outputs->woken = false;
	outputs->next = MONO_NEVER;
	for (size_t i = 0; i < outputs->setup.site->output_count; i++) {
		run_one(outputs, i, now);
		outputs->next = mono_min(outputs->next, next_of(&outputs->rows[i]));
	}
}

struct mono outputs_next(const struct outputs *outputs)
{
	return outputs->woken ? (struct mono){0} : outputs->next;
}

void outputs_view(const struct outputs *outputs, uint32_t output, struct output_view *ret_view)
{
	const struct output *row = &outputs->rows[output];

	assert(output < outputs->setup.site->output_count);
	*ret_view = (struct output_view){.on = row->on,
	                                 .settled = row->phase == PHASE_SETTLED && (!row->known || row->is == row->on),
	                                 .failed = row->failed,
	                                 .known = row->known,
	                                 .is = row->is,
	                                 .until = row->until,
	                                 .writes = row->writes,
	                                 .failures = row->failures};
}
