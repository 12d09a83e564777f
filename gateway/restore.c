/* SPDX-License-Identifier: Apache-2.0 */
/* restore - see restore.h */
#include "gateway/restore.h"

#include <string.h>

struct restoring {
	const struct site *site;
	struct engine *engine;
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

int restore_state(struct journal *journal, const struct site *site, struct engine *engine, struct restore_time time,
                  uint32_t *ret_unknown)
{
	struct restoring restoring = {.site = site, .engine = engine};
	struct journal_restore restore = {.context = &restoring,
	                                  .now = time.mono,
	                                  .wall = time.wall,
	                                  .alarm = restore_alarm,
	                                  .area = restore_area};
	int error = journal_restore(journal, &restore);

	if (error < 0)
		return error;
	*ret_unknown = restoring.unknown;
	return 0;
}
