/* SPDX-License-Identifier: Apache-2.0 */
/* kept - see kept.h */
#include "gateway/journal/kept.h"

#include <string.h>

/* The wall clock may have been set meanwhile: nothing ends before now, nor later than the longest mask. */
static struct mono mono_of(const struct journal_restore *restore, int64_t until_us, int64_t mask)
{
	int64_t longest_us = (mask == MASK_SHELVED ? LIMIT_SHELVE_S : LIMIT_ISOLATE_S) * INT64_C(1000000);
	int64_t left_us = until_us - restore->wall.us;

	if (until_us == 0)
		return (struct mono){0};
	left_us = left_us < 0 ? 0 : left_us > longest_us ? longest_us : left_us;
	return (struct mono){restore->now.us + left_us};
}

static enum subject_kind kind_of(const char *name)
{
	if (strcmp(name, "rule") == 0)
		return SUBJECT_RULE;
	return strcmp(name, "device") == 0 ? SUBJECT_DEVICE : SUBJECT_SENSOR;
}

static int restore_alarms(struct database *database, const struct journal_restore *restore)
{
	struct statement *all = NULL;
	int row;

	int error = statement_new(database,
	                          "SELECT kind, subject, condition, active, acked, latched, priority, count,"
	                          " occurrence, mask, one_shot, until FROM alarm ORDER BY occurrence",
	                          &all);
	if (error < 0)
		return error;
	while ((row = statement_step(all)) == 1) {
		struct alarm_state state = {
		        .active = statement_column_int(all, 3) != 0,
		        .acked = statement_column_int(all, 4) != 0,
		        .latched = statement_column_int(all, 5) != 0,
		        .priority = (uint8_t)statement_column_int(all, 6),
		        .count = (uint32_t)statement_column_int(all, 7),
		        .occurrence = (uint64_t)statement_column_int(all, 8),
		        .mask = (uint8_t)statement_column_int(all, 9),
		        .one_shot = statement_column_int(all, 10) != 0,
		        .until = mono_of(restore, statement_column_int(all, 11), statement_column_int(all, 9))};
		if (state.mask > MASK_OUT_OF_SERVICE)
			state.mask = MASK_NONE; /* a damaged row hides nothing */
		restore->alarm(restore->context, kind_of(statement_column_text(all, 0, NULL)),
		               statement_column_text(all, 1, NULL), statement_column_text(all, 2, NULL), &state);
	}
	statement_free(&all);
	return row;
}

static int restore_areas(struct database *database, const struct journal_restore *restore)
{
	struct statement *all = NULL;
	int row;

	int error = statement_new(database, "SELECT area, is_set FROM area ORDER BY area", &all);
	if (error < 0)
		return error;
	while ((row = statement_step(all)) == 1)
		restore->area(restore->context, statement_column_text(all, 0, NULL), statement_column_int(all, 1) != 0);
	statement_free(&all);
	return row;
}

/* A pulse whose end is over, by whatever the clock says now, has no time left; none lasts longer than it can. */
static uint32_t left_ms(const struct journal_restore *restore, int64_t until_us)
{
	int64_t left_us = until_us - restore->wall.us, longest_us = LIMIT_OUTPUT_S * INT64_C(1000000);

	if (until_us == 0 || left_us <= 0)
		return 0;
	return (uint32_t)((left_us < longest_us ? left_us : longest_us) / 1000);
}

static int restore_outputs(struct database *database, const struct journal_restore *restore)
{
	struct statement *all = NULL;
	int row;

	int error = statement_new(database, "SELECT output, is_on, until FROM output ORDER BY output", &all);
	if (error < 0)
		return error;
	while ((row = statement_step(all)) == 1)
		restore->output(restore->context, statement_column_text(all, 0, NULL),
		                statement_column_int(all, 1) != 0, left_ms(restore, statement_column_int(all, 2)));
	statement_free(&all);
	return row;
}

int kept_restore(struct database *database, const struct journal_restore *restore)
{
	int error = restore_alarms(database, restore);

	if (error >= 0)
		error = restore_areas(database, restore);
	return error < 0 || !restore->output ? error : restore_outputs(database, restore);
}
