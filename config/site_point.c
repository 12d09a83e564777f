/* SPDX-License-Identifier: Apache-2.0 */
/* site_point - the lines of "points:", see loading.h */
#include "config/loading.h"
#include "config/site_tables.h"

#include <string.h>

#define ADDRESS_MAX 65535
#define WORD_BITS   16

static const char *const table_names[] = {[TABLE_DISCRETE] = "discrete",
                                          [TABLE_COIL] = "coil",
                                          [TABLE_INPUT] = "input",
                                          [TABLE_HOLDING] = "holding",
                                          NULL};

static const char *const type_names[] = {[TYPE_BIT] = "bit",
                                         [TYPE_U16] = "u16",
                                         [TYPE_I16] = "i16",
                                         [TYPE_U32] = "u32",
                                         [TYPE_I32] = "i32",
                                         [TYPE_F32] = "f32",
                                         NULL};

static const char *const order_names[] = {
        [ORDER_ABCD] = "abcd", [ORDER_CDAB] = "cdab", [ORDER_BADC] = "badc", [ORDER_DCBA] = "dcba", NULL};

const char *load_table_name(uint32_t table)
{
	return table_names[table];
}

const char *load_type_name(enum site_type type)
{
	return type_names[type];
}

#define IN_GROUP(member) offsetof(struct point_group, member)

static const struct bind_row point_rows[] = {
        {.key = "table", .type = BIND_CHOICE, .required = true, .offset = IN_GROUP(table), .names = table_names},
        {.key = "address", .type = BIND_U32, .required = true, .offset = IN_GROUP(address), .max = ADDRESS_MAX + 1},
        {.key = "count", .type = BIND_U32, .offset = IN_GROUP(count), .min = 1, .max = LIMIT_POINTS_DEVICE},
        {.key = "bit", .type = BIND_U32, .offset = IN_GROUP(bit), .max = WORD_BITS - 1},
        {.key = "base", .type = BIND_U32, .offset = IN_GROUP(base), .max = 1},
        {.key = "type", .type = BIND_CHOICE, .offset = IN_GROUP(type), .names = type_names},
        {.key = "order", .type = BIND_CHOICE, .offset = IN_GROUP(order), .names = order_names},
        {.key = "scale", .type = BIND_REAL, .offset = IN_GROUP(model.scale)},
        {.key = "offset", .type = BIND_REAL, .offset = IN_GROUP(model.offset)},
        {.key = "unit", .type = BIND_TEXT, .offset = IN_GROUP(model.unit), .max = LIMIT_UNIT_NAME},
        {.key = "counter", .type = BIND_BOOL, .offset = IN_GROUP(model.counter)},
        {.key = "values", .type = BIND_NODE, .offset = IN_GROUP(values)},
        {.key = "latched", .type = BIND_BOOL, .offset = IN_GROUP(model.latched)},
        {.key = "clear", .type = BIND_NODE, .offset = IN_GROUP(clear)},
        {.key = "write", .type = BIND_BOOL, .offset = IN_GROUP(model.write)},
};
const struct bind_table table_point = BIND_TABLE("points", point_rows);

/* --- a line -------------------------------------------------------------------------------------- */

static void break_group(struct load *load, struct point_group *group, const char *text)
{
	load_error(load, group->key, "%s", text);
	group->broken = true;
}

/* What one point is: a bit, or a number. */
static void check_type(struct load *load, struct point_group *group)
{
	bool given = group->type != LOAD_NOT_GIVEN, bit = group->bit != LOAD_NOT_GIVEN;

	group->model.type = given ? (enum site_type)group->type : TYPE_BIT;
	if (!load_is_register(group) && bit)
		break_group(load, group, "'bit' is only for the tables input and holding");
	else if (!load_is_register(group) && group->model.type != TYPE_BIT)
		break_group(load, group, "'type' is only for the tables input and holding: this point is one bit");
	else if (load_is_register(group) && !bit && !given)
		break_group(load, group,
		            "'type' or 'bit' is missing: is a point the number in the register, or one bit of it?");
	else if (load_is_register(group) && !bit && group->model.type == TYPE_BIT)
		break_group(load, group, "'bit' is missing: which bit of the register?");
	else if (bit && group->model.type != TYPE_BIT)
		break_group(load, group, "'bit' is for a point of one bit; a number takes the whole register");
}

static void check_range(struct load *load, struct point_group *group)
{
	bool bit_of_register = load_is_register(group) && group->model.type == TYPE_BIT;
	uint32_t bits = bit_of_register ? WORD_BITS : 1;
	uint32_t first_bit = bit_of_register ? group->bit : 0;
	uint32_t wide = load_group_size(group) * site_point_width(&group->model);

	if (group->address < group->base) {
		break_group(load, group, "address 0 is before the first: with base 1 addresses start at 1");
		return;
	}
	uint32_t last = group->address - group->base + (first_bit + wide - 1) / bits;

	if (last > ADDRESS_MAX) {
		load_error(load, group->key, "the last of %u points is past address %d", load_group_size(group),
		           ADDRESS_MAX);
		group->broken = true;
	}
}

static void check_write(struct load *load, struct point_group *group)
{
	if (!group->model.write)
		return;
	if (group->table == TABLE_DISCRETE || group->table == TABLE_INPUT)
		break_group(load, group, "'write' is only for the tables coil and holding: others cannot be written");
	else if (group->table == TABLE_HOLDING && group->model.type == TYPE_BIT)
		break_group(load, group,
		            "'write' is not for one bit of a register: the other fifteen would be written with it");
}

static bool is_named(const struct point_groups *groups, const char *name)
{
	for (size_t i = 0; i < groups->count; i++) {
		if (strcmp(groups->rows[i].name, name) == 0)
			return true;
	}
	return false;
}

static void load_group(struct load *load, const struct tree_node *key, struct point_group *group)
{
	size_t before = load->errors->count + load->errors->omitted;

	bind_mapping(load,
	             &(struct bind_job){.table = &table_point, .where = key, .mapping = key->value, .target = group});
	if (!scalar_is_id(key->text))
		load_error(load, key, "'%.64s' is no name of a point; allowed: a-z, 0-9 and -, at most %d", key->text,
		           LIMIT_ID);
	group->broken = load->errors->count + load->errors->omitted > before;
	if (!group->broken)
		check_type(load, group);
	if (!group->broken)
		check_range(load, group);
	if (!group->broken)
		check_write(load, group);
	if (!group->broken)
		load_number(load, group);
	if (!group->broken)
		load_latch(load, group);
}

static void read_groups(struct load *load, const struct tree_node *mapping, uint32_t base, struct point_groups *groups)
{
	struct point_groups profile = *groups;

	for (const struct tree_node *key = mapping->first; key; key = key->next) {
		struct point_group *group = &groups->rows[groups->count];

		if (key->repeated)
			continue;
		*group = (struct point_group){.name = key->text,
		                              .table = LOAD_NOT_GIVEN,
		                              .base = base,
		                              .bit = LOAD_NOT_GIVEN,
		                              .type = LOAD_NOT_GIVEN,
		                              .order = LOAD_NOT_GIVEN,
		                              .model.scale = 1,
		                              .key = key};
		load_group(load, key, group);
		if (is_named(&profile, key->text)) {
			load_error(load, key, "'%.64s' is a point of the profile already", key->text);
			group->broken = true;
		}
		groups->count++;
	}
}

bool load_point_groups(struct load *load, const struct tree_node *mapping, uint32_t base, struct point_groups *groups)
{
	bool whole = true;

	if (mapping->count > LIMIT_POINTS_DEVICE) {
		load_error(load, mapping, "%zu names of points; a device has at most %d", mapping->count,
		           LIMIT_POINTS_DEVICE);
		return false;
	}
	read_groups(load, mapping, base, groups);
	if (load_groups_total(groups) > LIMIT_POINTS_DEVICE) {
		load_error(load, mapping, "%zu points; a device has at most %d", load_groups_total(groups),
		           LIMIT_POINTS_DEVICE);
		groups->count = 0;
		return false;
	}
	load_check_overlaps(load, groups);
	for (size_t i = 0; i < groups->count; i++)
		whole &= !groups->rows[i].broken;
	return whole;
}
