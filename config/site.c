/* SPDX-License-Identifier: Apache-2.0 */
/* site - see site.h */
#include "config/site.h"

#include <assert.h>
#include <string.h>

static const char *const verb_names[VERB_COUNT] = {
        [VERB_ACK] = "ack",
        [VERB_RESET] = "reset",
        [VERB_SET] = "set",
        [VERB_UNSET] = "unset",
        [VERB_SHELVE] = "shelve",
        [VERB_UNSHELVE] = "unshelve",
        [VERB_BYPASS] = "bypass",
        [VERB_RESTORE] = "restore",
        [VERB_OUT_OF_SERVICE] = "out_of_service",
        [VERB_IN_SERVICE] = "in_service",
        [VERB_OUTPUT] = "output",
};

const char *command_verb_name(enum command_verb verb)
{
	assert(verb < VERB_COUNT);
	return verb_names[verb];
}

enum command_verb command_verb_by_name(const char *name)
{
	for (unsigned verb = 0; verb < VERB_COUNT; verb++) {
		if (strcmp(verb_names[verb], name) == 0)
			return (enum command_verb)verb;
	}
	return VERB_COUNT;
}

static const char *const role_names[ROLE_COUNT] = {
        [ROLE_CONTACT] = "contact", [ROLE_BOLT] = "bolt",       [ROLE_RELEASE] = "release",
        [ROLE_HIT] = "hit",         [ROLE_TRIGGER] = "trigger", [ROLE_INPUT] = "input",
        [ROLE_TAMPER] = "tamper",   [ROLE_COUNTER] = "counter", [ROLE_LEVEL] = "level",
};

const char *site_role_name(enum site_role role)
{
	assert(role < ROLE_COUNT);
	return role_names[role];
}

const char *site_band_name(enum site_band band)
{
	static const char *const names[BAND_COUNT] = {"short", "alarm", "normal", "open"};

	assert(band < BAND_COUNT);
	return names[band];
}

enum site_band site_loop_band(const struct site_loop *loop, double value)
{
	unsigned band = 0;

	while (band < BAND_COUNT && !(value >= loop->bands[band].low && value <= loop->bands[band].high))
		band++;
	return (enum site_band)band;
}

/* The id of row i of an array whose rows begin with their id. */
struct id_table {
	const void *rows;
	size_t count, row_bytes;
	const uint32_t *by_id; /* NULL: look at each */
};

static const char *id_at(const struct id_table *table, size_t i)
{
	const char *id;

	memcpy(&id, (const char *)table->rows + i * table->row_bytes, sizeof(id));
	return id;
}

static uint32_t find_linear(const struct id_table *table, const char *id)
{
	for (size_t i = 0; i < table->count; i++) {
		if (strcmp(id_at(table, i), id) == 0)
			return (uint32_t)i;
	}
	return SITE_NONE;
}

static uint32_t find_id(const struct id_table *table, const char *id)
{
	size_t low = 0, high = table->count;

	if (table->by_id == NULL)
		return find_linear(table, id);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(id, id_at(table, table->by_id[middle]));

		if (order == 0)
			return table->by_id[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return SITE_NONE;
}

static_assert(offsetof(struct site_sensor, id) == 0 && offsetof(struct site_device, id) == 0 &&
                      offsetof(struct site_area, id) == 0,
              "id_at() takes the first member");

uint32_t site_sensor_by_id(const struct site *site, const char *id)
{
	struct id_table table = {site->sensors, site->sensor_count, sizeof(*site->sensors), site->sensors_by_id};

	return find_id(&table, id);
}

uint32_t site_device_by_id(const struct site *site, const char *id)
{
	struct id_table table = {site->devices, site->device_count, sizeof(*site->devices), site->devices_by_id};

	return find_id(&table, id);
}

uint32_t site_area_by_id(const struct site *site, const char *id)
{
	struct id_table table = {site->areas, site->area_count, sizeof(*site->areas), site->areas_by_id};

	return find_id(&table, id);
}

const char *site_condition_name(const struct site *site, uint32_t sensor, enum condition_id id)
{
	assert(sensor < site->sensor_count || sensor == SITE_NONE);
	if (id == COND_INPUT_ACTIVE && sensor != SITE_NONE && site->sensors[sensor].condition_name)
		return site->sensors[sensor].condition_name;
	return condition_info(id)->name;
}

uint32_t site_rule_by_id(const struct site *site, const char *id)
{
	struct id_table table = {site->rules, site->rule_count, sizeof(*site->rules), site->rules_by_id};

	return find_id(&table, id);
}
