/* SPDX-License-Identifier: Apache-2.0 */
/* site_output - what may be written, and when, see loading.h */
#include "config/loading.h"
#include "config/site_tables.h"

#include <string.h>

#define PULSE_MIN_MS 100

/* --- what makes it act --------------------------------------------------------------------------- */

static bool is_rule(const struct load *load, const char *name)
{
	for (size_t i = 0; i < load->include_count; i++) {
		if (load->files[i].root && tree_key(tree_get(load->files[i].root, "rules"), name))
			return true;
	}
	return false;
}

static uint32_t find_sensor(struct load *load, const struct tree_node *item, const char *name)
{
	struct tree_node half = *item;

	half.text = name;
	if (item->kind == TREE_SCALAR && is_rule(load, name)) {
		load_error(load, item, "'%.64s' is a rule; rules are not supported yet", name);
		return SITE_NONE;
	}
	return load_find(load, SECTION_SENSORS, &half, "sensor");
}

/* SENSOR, which is the condition that its kind is about, or SENSOR/CONDITION. */
static bool take_trigger(struct load *load, const struct tree_node *item, struct site_trigger *ret_trigger)
{
	const char *text = item->kind == TREE_SCALAR ? item->text : "";
	size_t length = strcspn(text, "/");
	const char *name = arena_copy(load->arena, text, length);

	load->no_memory |= name == NULL;
	uint32_t sensor = name ? find_sensor(load, item, name) : SITE_NONE;

	if (sensor == SITE_NONE || sensor >= load->site->sensor_count)
		return false;
	const struct site_sensor *row = &load->site->sensors[sensor];
	uint32_t slot = text[length] ? load_condition_slot(load, item, text + length + 1, row) : 0;
	const enum condition_id *ids;

	if (slot == SITE_NONE)
		return false;
	condition_of_kind(row->kind, &ids);
	*ret_trigger = (struct site_trigger){sensor, ids[slot]};
	return true;
}

static bool is_new(struct load *load, const struct tree_node *item, const struct site_trigger *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].sensor != rows[count].sensor || rows[i].condition != rows[count].condition)
			continue;
		load_error(load, item, "'%.64s' stands in this list already", item->text);
		return false;
	}
	return true;
}

static void take_on(struct load *load, const struct tree_node *key, void *target)
{
	struct site_output *output = target;
	const struct tree_node *list = key->value;

	if (list->kind != TREE_SEQUENCE || list->count == 0 || list->count > LIMIT_TRIGGERS) {
		bind_refuse(load, key, list, "a list of SENSOR or SENSOR/CONDITION, at most 256");
		return;
	}
	struct site_trigger *rows = load_alloc(load, list->count, sizeof(*rows));

	for (const struct tree_node *item = list->first; rows && item; item = item->next) {
		if (take_trigger(load, item, &rows[output->trigger_count]) &&
		    is_new(load, item, rows, output->trigger_count))
			output->trigger_count++;
	}
	output->triggers = rows;
}

/* --- what is written ----------------------------------------------------------------------------- */

static void take_point(struct load *load, const struct tree_node *key, void *target)
{
	struct site_output *output = target;
	uint32_t point = load_point(load, key->value, NULL);
	const struct site_point *row = point == SITE_NONE ? NULL : &load->site->points[point];

	if (row == NULL)
		return;
	if (!row->write)
		load_error(load, key->value, "'%.64s' is read only; a point that is written needs write: true",
		           key->value->text);
	else if (row->table == TABLE_HOLDING && row->type != TYPE_U16)
		load_error(load, key->value, "'%.64s' is %s; an output is a coil, or a holding register of type u16",
		           key->value->text, load_type_name(row->type));
	else
		output->point = point;
}

static const struct bind_row output_rows[] = {
        {.key = "point", .type = BIND_OWN, .required = true, .own = take_point},
        {.key = "on", .type = BIND_OWN, .required = true, .own = take_on},
        {.key = "pulse_s",
         .type = BIND_SECONDS,
         .offset = offsetof(struct site_output, pulse_ms),
         .min = PULSE_MIN_MS,
         .max = LIMIT_SECONDS_MAX * 1000u},
        {.key = "readback", .type = BIND_BOOL, .offset = offsetof(struct site_output, readback)},
};
const struct bind_table table_output = BIND_TABLE("outputs", output_rows);

/* Two outputs of one point would undo each other. */
static void check_owner(struct load *load, uint32_t *owners, uint32_t index)
{
	const struct site_output *output = &load->site->outputs[index];
	const struct tree_node *key = load->sections[SECTION_OUTPUTS].keys[index];

	if (output->point == SITE_NONE)
		return;
	load->site->points[output->point].used |= output->readback;
	if (owners[output->point])
		load_error(load, tree_get(key->value, "point"), "output '%s' writes this point already",
		           load->site->outputs[owners[output->point] - 1].id);
	owners[output->point] = index + 1;
}

void load_outputs(struct load *load)
{
	const struct load_section *section = &load->sections[SECTION_OUTPUTS];
	struct site *site = load->site;
	uint32_t *owners = load_alloc(load, site->point_count + 1, sizeof(*owners)); /* output + 1 of each point */

	site->outputs = load_alloc(load, section->count + 1, sizeof(*site->outputs));
	if (site->outputs == NULL || owners == NULL)
		return;
	site->output_count = section->count;
	for (uint32_t i = 0; i < section->count; i++) {
		const struct tree_node *key = section->keys[i];

		site->outputs[i] = (struct site_output){
		        .id = key->text, .point = SITE_NONE, .readback = true, .place = load_place(key)};
		bind_mapping(load, &(struct bind_job){.table = &table_output,
		                                      .where = key,
		                                      .mapping = key->value,
		                                      .target = &site->outputs[i]});
		check_owner(load, owners, i);
	}
}
