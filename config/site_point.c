/* SPDX-License-Identifier: Apache-2.0 */
/* site_point - the points of devices, see loading.h */
#include "config/loading.h"
#include "config/site_tables.h"

#include <stdlib.h>
#include <string.h>

#define ADDRESS_MAX   65535
#define WORD_BITS     16
#define BIT_NOT_GIVEN UINT32_MAX

static const char *const table_names[] = {[TABLE_DISCRETE] = "discrete",
                                          [TABLE_COIL] = "coil",
                                          [TABLE_INPUT] = "input",
                                          [TABLE_HOLDING] = "holding",
                                          NULL};

#define TABLE_NOT_GIVEN UINT32_MAX

static const struct bind_row point_rows[] = {
        {.key = "table",
         .type = BIND_CHOICE,
         .required = true,
         .offset = offsetof(struct point_group, table),
         .names = table_names},
        {.key = "address",
         .type = BIND_U32,
         .required = true,
         .offset = offsetof(struct point_group, address),
         .max = ADDRESS_MAX + 1},
        {.key = "count",
         .type = BIND_U32,
         .offset = offsetof(struct point_group, count),
         .min = 1,
         .max = LIMIT_POINTS_DEVICE},
        {.key = "bit", .type = BIND_U32, .offset = offsetof(struct point_group, bit), .max = WORD_BITS - 1},
        {.key = "base", .type = BIND_U32, .offset = offsetof(struct point_group, base), .max = 1},
        {.key = "type", .type = BIND_LATER},
        {.key = "scale", .type = BIND_LATER},
        {.key = "unit", .type = BIND_LATER},
        {.key = "counter", .type = BIND_LATER},
        {.key = "write", .type = BIND_LATER},
};
const struct bind_table table_point = BIND_TABLE("points", point_rows);

static bool is_register(const struct point_group *group)
{
	return group->table == TABLE_INPUT || group->table == TABLE_HOLDING;
}

/* How many points; without count: there is one, and it has no number. */
static uint32_t size_of(const struct point_group *group)
{
	return group->count ? group->count : 1;
}

/* --- a line of points: --------------------------------------------------------------------------- */

static void check_bit(struct load *load, struct point_group *group)
{
	bool given = group->bit != BIT_NOT_GIVEN;

	if (is_register(group) && !given)
		load_error(load, group->key,
		           "'bit' is missing: a point is one bit; whole registers are not supported yet");
	if (!is_register(group) && given)
		load_error(load, group->key, "'bit' is only for the tables input and holding");
	group->broken |= is_register(group) != given;
}

static void check_range(struct load *load, struct point_group *group)
{
	uint32_t bits = is_register(group) ? WORD_BITS : 1;
	uint32_t first_bit = is_register(group) ? group->bit : 0;

	if (group->address < group->base) {
		load_error(load, group->key, "address 0 is before the first: with base 1 addresses start at 1");
		group->broken = true;
		return;
	}
	uint32_t last = group->address - group->base + (first_bit + size_of(group) - 1) / bits;

	if (last > ADDRESS_MAX) {
		load_error(load, group->key, "the last of %u points is past address %d", size_of(group), ADDRESS_MAX);
		group->broken = true;
	}
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
	if (load->errors->count + load->errors->omitted > before) {
		group->broken = true;
		return;
	}
	check_bit(load, group);
	if (!group->broken)
		check_range(load, group);
}

/* --- overlaps ------------------------------------------------------------------------------------ */

/* One bit of the wire and the group that claims it. */
struct claim {
	uint64_t bit;
	uint32_t group;
};

static int compare_claims(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;

	if (a->bit != b->bit)
		return a->bit < b->bit ? -1 : 1;
	return (a->group > b->group) - (a->group < b->group);
}

static struct site_point point_of(const struct point_group *group, uint32_t number)
{
	struct site_point point = {.table = (enum site_table)group->table};
	uint32_t bit = is_register(group) ? group->bit + number : 0;
	uint32_t step = is_register(group) ? bit / WORD_BITS : number;

	point.address = (uint16_t)(group->address - group->base + step);
	point.bit = (uint8_t)(bit % WORD_BITS);
	return point;
}

static size_t make_claims(const struct point_groups *groups, struct claim *claims)
{
	size_t count = 0;

	for (uint32_t i = 0; i < groups->count; i++) {
		const struct point_group *group = &groups->rows[i];

		for (uint32_t n = 0; !group->broken && n < size_of(group); n++) {
			struct site_point point = point_of(group, n);
			uint64_t bit = (uint64_t)point.table << 20 | (uint64_t)point.address << 4 | point.bit;

			claims[count++] = (struct claim){bit, i};
		}
	}
	return count;
}

static void report_overlaps(struct load *load, struct point_groups *groups, const struct claim *claims, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		const struct point_group *first = &groups->rows[claims[i - 1].group];
		struct point_group *again = &groups->rows[claims[i].group];

		if (claims[i].bit != claims[i - 1].bit || again->broken)
			continue;
		load_error(load, again->key, "'%s' overlaps '%s': both have %s %u of the wire", again->name,
		           first->name, table_names[again->table], (uint32_t)(claims[i].bit >> 4 & ADDRESS_MAX));
		again->broken = true;
	}
}

static size_t total_of(const struct point_groups *groups)
{
	size_t total = 0;

	for (size_t i = 0; i < groups->count; i++)
		total += groups->rows[i].broken ? 0 : size_of(&groups->rows[i]);
	return total;
}

static void check_overlaps(struct load *load, struct point_groups *groups)
{
	struct claim *claims = malloc((total_of(groups) + 1) * sizeof(*claims));

	if (claims == NULL) {
		load->no_memory = true;
		return;
	}
	size_t count = make_claims(groups, claims);

	if (count > 1)
		qsort(claims, count, sizeof(*claims), compare_claims);
	report_overlaps(load, groups, claims, count);
	free(claims);
}

static void read_groups(struct load *load, const struct tree_node *mapping, uint32_t base, struct point_groups *groups)
{
	struct point_groups profile = *groups;

	for (const struct tree_node *key = mapping->first; key; key = key->next) {
		struct point_group *group = &groups->rows[groups->count];

		if (key->repeated)
			continue;
		*group = (struct point_group){
		        .name = key->text, .table = TABLE_NOT_GIVEN, .base = base, .bit = BIT_NOT_GIVEN, .key = key};
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
	if (total_of(groups) > LIMIT_POINTS_DEVICE) {
		load_error(load, mapping, "%zu points; a device has at most %d", total_of(groups), LIMIT_POINTS_DEVICE);
		groups->count = 0;
		return false;
	}
	check_overlaps(load, groups);
	for (size_t i = 0; i < groups->count; i++)
		whole &= !groups->rows[i].broken;
	return whole;
}

/* --- groups to points ---------------------------------------------------------------------------- */

static bool make_room(struct load *load, size_t more)
{
	struct site *site = load->site;
	size_t room = load->point_room ? load->point_room : 256;

	if (site->point_count + more <= load->point_room)
		return true;
	while (room < site->point_count + more)
		room *= 2;
	struct site_point *points = load_alloc(load, room, sizeof(*points));

	if (points == NULL)
		return false;
	if (site->point_count)
		memcpy(points, site->points, site->point_count * sizeof(*points));
	site->points = points;
	load->point_room = room;
	return true;
}

static void add_point(struct load *load, uint32_t device, const struct point_group *group, uint32_t number)
{
	struct site *site = load->site;
	struct site_point point = point_of(group, number);
	const char *id = site->devices[device].id;
	/* "device/point" is the name to be found by, its tail the name within the device */
	const char *name = group->count ? arena_print(load->arena, "%s/%s/%u", id, group->name, number)
	                                : arena_print(load->arena, "%s/%s", id, group->name);

	if (name == NULL) {
		load->no_memory = true;
		return;
	}
	point.name = name + strlen(id) + 1;
	point.device = device;
	site->points[site->point_count++] = point;
	site->devices[device].point_count++;
}

void load_device_points(struct load *load, uint32_t device, const struct point_groups *groups)
{
	size_t total = total_of(groups);

	load->site->devices[device].point_first = (uint32_t)load->site->point_count;
	if (load->site->point_count + total > LIMIT_POINTS) {
		load_error(load, load->sections[SECTION_DEVICES].keys[device], "more than %d points in all",
		           LIMIT_POINTS);
		load->device_broken[device] = true;
		return;
	}
	if (!make_room(load, total))
		return;
	for (size_t i = 0; i < groups->count; i++) {
		const struct point_group *group = &groups->rows[i];

		for (uint32_t n = 0; !group->broken && n < size_of(group); n++)
			add_point(load, device, group, n);
	}
}

void load_point_index(struct load *load)
{
	const struct site *site = load->site;
	struct name_entry *entries = load_alloc(load, site->point_count + 1, sizeof(*entries));

	if (entries == NULL)
		return;
	for (uint32_t i = 0; i < site->point_count; i++) {
		const struct site_point *point = &site->points[i];

		entries[i] = (struct name_entry){point->name - strlen(site->devices[point->device].id) - 1, i};
	}
	load->points = (struct name_index){entries, site->point_count};
	name_index_sort(&load->points);
}
