/* SPDX-License-Identifier: Apache-2.0 */
/* site_number - points that are numbers, see loading.h */
#include "config/loading.h"
#include "config/site_tables.h"

#include <stdio.h>
#include <string.h>

/* Where a key of a line stands; the line when it is not given. */
static const struct tree_node *value_of(const struct point_group *group, const char *key)
{
	const struct tree_node *value = tree_get(group->key->value, key);

	return value ? value : group->key;
}

static void refuse(struct load *load, struct point_group *group, const char *key, const char *why)
{
	load_error(load, value_of(group, key), "'%s' %s", key, why);
	group->broken = true;
}

/* --- names of values ----------------------------------------------------------------------------- */

struct raw_range {
	int64_t low, high;
};

static struct raw_range range_of(enum site_type type)
{
	static const struct raw_range ranges[] = {[TYPE_U16] = {0, UINT16_MAX},
	                                          [TYPE_I16] = {INT16_MIN, INT16_MAX},
	                                          [TYPE_U32] = {0, UINT32_MAX},
	                                          [TYPE_I32] = {INT32_MIN, INT32_MAX}};

	return ranges[type];
}

static bool take_value(struct load *load, struct point_group *group, const struct tree_node *key,
                       struct site_enum *ret_row)
{
	struct raw_range range = range_of(group->model.type);
	int64_t raw;

	if (!scalar_is_id(key->text)) {
		load_error(load, key, "'%.64s' is no name of a value; allowed: a-z, 0-9 and -, at most %d", key->text,
		           LIMIT_ID);
		return false;
	}
	if (!scalar_int(key->value, &raw) || raw < range.low || raw > range.high) {
		char allowed[96];

		snprintf(allowed, sizeof(allowed), "a whole number %lld to %lld, decimal, without quotes",
		         (long long)range.low, (long long)range.high);
		bind_refuse(load, key, key->value, allowed);
		return false;
	}
	*ret_row = (struct site_enum){key->text, raw};
	return true;
}

static bool is_free(struct load *load, const struct site_enum *rows, size_t count, const struct tree_node *key)
{
	for (size_t i = 0; i < count; i++) {
		if (rows[i].raw != rows[count].raw)
			continue;
		load_error(load, key, "'%s' and '%s' are the same value", rows[i].name, key->text);
		return false;
	}
	return true;
}

static void take_values(struct load *load, struct point_group *group)
{
	const struct tree_node *mapping = group->values;

	if (mapping->kind != TREE_MAPPING || mapping->count == 0 || mapping->count > LIMIT_VALUES) {
		refuse(load, group, "values", "wants a mapping of names to numbers, at most 64");
		return;
	}
	struct site_enum *rows = load_alloc(load, mapping->count, sizeof(*rows));
	uint32_t count = 0;

	for (const struct tree_node *key = mapping->first; rows && key; key = key->next) {
		if (key->repeated)
			continue;
		if (take_value(load, group, key, &rows[count]) && is_free(load, rows, count, key))
			count++;
		else
			group->broken = true;
	}
	group->model.enums = rows;
	group->model.enum_count = count;
}

/* --- the number ---------------------------------------------------------------------------------- */

/* The keys that a bit has no use for. */
static void refuse_number(struct load *load, struct point_group *group)
{
	static const char *const keys[] = {"order", "scale", "offset", "unit", "counter", "values"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (tree_get(group->key->value, keys[i]))
			refuse(load, group, keys[i], "is for numbers; this point is one bit");
	}
}

static void check_counter(struct load *load, struct point_group *group)
{
	const struct tree_node *line = group->key->value;
	bool whole = group->model.type == TYPE_U16 || group->model.type == TYPE_U32;

	if (!group->model.counter)
		return;
	if (!whole)
		refuse(load, group, "counter", "is only for u16 and u32: where does it wrap?");
	if (tree_get(line, "scale") || tree_get(line, "offset"))
		refuse(load, group, tree_get(line, "scale") ? "scale" : "offset",
		       "is not for a counter: it counts whole events");
	if (group->values)
		refuse(load, group, "values", "is not for a counter");
}

static void check_number(struct load *load, struct point_group *group)
{
	if (group->order != LOAD_NOT_GIVEN && group->model.type < TYPE_U32)
		refuse(load, group, "order", "is only for u32, i32 and f32, which take two registers");
	else if (group->order != LOAD_NOT_GIVEN)
		group->model.order = (enum site_order)group->order;
	if (group->model.scale == 0)
		refuse(load, group, "scale", "is 0: every value would be the same");
	if (group->values && group->model.type == TYPE_F32)
		refuse(load, group, "values", "is only for whole numbers, not for f32");
	else if (group->values)
		take_values(load, group);
}

void load_number(struct load *load, struct point_group *group)
{
	if (group->model.type == TYPE_BIT) {
		refuse_number(load, group);
		return;
	}
	check_number(load, group);
	check_counter(load, group);
}

/* --- latched bits -------------------------------------------------------------------------------- */

struct clear_job {
	uint32_t table, address, value, step, base;
};

static const char *const clear_tables[] = {"coil", "holding", NULL};

static const struct bind_row clear_rows[] = {
        {.key = "table",
         .type = BIND_CHOICE,
         .required = true,
         .offset = offsetof(struct clear_job, table),
         .names = clear_tables},
        {.key = "address",
         .type = BIND_U32,
         .required = true,
         .offset = offsetof(struct clear_job, address),
         .max = UINT16_MAX + 1},
        {.key = "value", .type = BIND_U32, .offset = offsetof(struct clear_job, value), .max = UINT16_MAX},
        {.key = "step", .type = BIND_U32, .offset = offsetof(struct clear_job, step), .max = 1},
        {.key = "base", .type = BIND_U32, .offset = offsetof(struct clear_job, base), .max = 1},
};
const struct bind_table table_clear = BIND_TABLE("clear", clear_rows);

static void check_clear(struct load *load, struct point_group *group, const struct clear_job *job)
{
	uint32_t last = job->address - job->base + (load_group_size(group) - 1) * job->step;

	if (job->address < job->base)
		refuse(load, group, "clear", "has address 0 before the first: with base 1 addresses start at 1");
	else if (last > UINT16_MAX)
		refuse(load, group, "clear", "is past address 65535 for the last of the points");
	if (job->table == 0 && job->value > 1)
		refuse(load, group, "clear", "writes a coil: its value is 0 or 1");
}

static void take_clear(struct load *load, struct point_group *group)
{
	struct clear_job job = {.value = 1, .step = 1, .base = group->base};
	const struct tree_node *line = group->key->value;
	size_t before = load->errors->count + load->errors->omitted;

	bind_mapping(load, &(struct bind_job){.table = &table_clear,
	                                      .where = tree_key(line, "clear"),
	                                      .mapping = group->clear,
	                                      .target = &job});
	if (load->errors->count + load->errors->omitted == before)
		check_clear(load, group, &job);
	else
		group->broken = true;
	group->clear_step = job.step;
	group->model.clear = (struct site_clear){.table = job.table == 0 ? TABLE_COIL : TABLE_HOLDING,
	                                         .address = (uint16_t)(job.address - job.base),
	                                         .value = (uint16_t)job.value};
}

void load_latch(struct load *load, struct point_group *group)
{
	if (group->model.latched && group->model.type != TYPE_BIT)
		refuse(load, group, "latched", "is for a point of one bit; for a number there is counter");
	else if (group->model.latched && group->clear == NULL)
		refuse(load, group, "latched", "needs 'clear': what is written so that the next event is seen?");
	else if (group->clear && !group->model.latched)
		refuse(load, group, "clear", "is only for a point with latched: true");
	else if (group->clear)
		take_clear(load, group);
}
