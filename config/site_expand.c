/* SPDX-License-Identifier: Apache-2.0 */
/* site_expand - lines of points to points, see loading.h */
#include "config/loading.h"

#include <string.h>

#define WORD_BITS 16

struct site_point load_group_point(const struct point_group *group, uint32_t number)
{
	struct site_point point = group->model;
	bool bit_of_register = load_is_register(group) && point.type == TYPE_BIT;
	uint32_t bit = bit_of_register ? group->bit + number : 0;
	uint32_t step = bit_of_register ? bit / WORD_BITS : number * site_point_width(&point);

	point.table = (enum site_table)group->table;
	point.address = (uint16_t)(group->address - group->base + step);
	point.bit = (uint8_t)(bit % WORD_BITS);
	point.clear.address = (uint16_t)(point.clear.address + number * group->clear_step);
	return point;
}

size_t load_groups_total(const struct point_groups *groups)
{
	size_t total = 0;

	for (size_t i = 0; i < groups->count; i++)
		total += groups->rows[i].broken ? 0 : load_group_size(&groups->rows[i]);
	return total;
}

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
	struct site_point point = load_group_point(group, number);
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
	size_t total = load_groups_total(groups);

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

		for (uint32_t n = 0; !group->broken && n < load_group_size(group); n++)
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
