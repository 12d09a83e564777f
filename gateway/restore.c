/* SPDX-License-Identifier: Apache-2.0 */
/* restore - see restore.h */
#include "gateway/restore.h"

#include <string.h>

struct restoring {
	const struct site *site;
	struct engine *engine;
	struct outputs *outputs;
	uint32_t unknown;
};

static enum condition_id condition_of_sensor(const struct site *site, uint32_t sensor, const char *name)
{
	const enum condition_id *ids;
	size_t count = condition_of_kind(site->sensors[sensor].kind, &ids);

	for (size_t i = 0; i < count; i++)
		if (strcmp(site_condition_name(site, sensor, ids[i]), name) == 0)
			return ids[i];
	return COND_NONE;
}

static void restore_alarm(void *context, enum subject_kind kind, const char *subject, const char *condition,
                          const struct alarm_state *state)
{
	struct restoring *restoring = context;
	const struct site *site = restoring->site;
	uint32_t index = SITE_NONE;
	enum condition_id id = COND_NONE;

	if (kind == SUBJECT_SENSOR) {
		index = site_sensor_by_id(site, subject);
		if (index != SITE_NONE)
			id = condition_of_sensor(site, index, condition);
	} else if (kind == SUBJECT_RULE) {
		index = site_rule_by_id(site, subject);
		id = condition_by_name(condition);
	} else if (kind == SUBJECT_DEVICE) {
		index = site_device_by_id(site, subject);
		id = condition_by_name(condition);
	}
	if (index == SITE_NONE || id == COND_NONE ||
	    engine_restore_alarm(restoring->engine, kind, index, id, state) < 0)
		restoring->unknown++;
}

static void restore_area(void *context, const char *area, bool set)
{
	struct restoring *restoring = context;
	uint32_t index = site_area_by_id(restoring->site, area);

	if (index == SITE_NONE)
		restoring->unknown++;
	else
		engine_restore_area(restoring->engine, index, set);
}

static void restore_output(void *context, const char *output, bool on, uint32_t left_ms)
{
	struct restoring *restoring = context;

	for (uint32_t i = 0; i < restoring->site->output_count; i++)
		if (strcmp(restoring->site->outputs[i].id, output) == 0)
			outputs_restore(restoring->outputs, i, on, left_ms);
}

/* A trigger that was active before is still, until its sensor says otherwise. */
static void restore_triggers(const struct restoring *restoring)
{
	for (size_t i = 0; i < restoring->site->output_count; i++) {
		const struct site_output *output = &restoring->site->outputs[i];
		for (uint32_t t = 0; t < output->trigger_count; t++) {
			const struct site_trigger *trigger = &output->triggers[t];
			const struct alarm_state *state =
			        engine_alarm(restoring->engine, SUBJECT_SENSOR, trigger->sensor, trigger->condition);
			outputs_restore_alarm(restoring->outputs, trigger->sensor, trigger->condition,
			                      state && state->active);
		}
	}
}

int restore_state(struct journal *journal, const struct restore_parts *parts, struct restore_time time,
                  uint32_t *ret_unknown)
{
	struct restoring restoring = {.site = parts->site, .engine = parts->engine, .outputs = parts->outputs};
	struct journal_restore restore = {.context = &restoring,
	                                  .now = time.mono,
	                                  .wall = time.wall,
	                                  .alarm = restore_alarm,
	                                  .area = restore_area,
	                                  .output = restore_output};
	int error = journal_restore(journal, &restore);

	if (error < 0)
		return error;
	restore_triggers(&restoring);
	*ret_unknown = restoring.unknown;
	return 0;
}
