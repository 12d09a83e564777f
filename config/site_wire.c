/* SPDX-License-Identifier: Apache-2.0 */
/* site_wire - the names of points where they are used, see loading.h */
#include "config/loading.h"

#include <stdio.h>
#include <string.h>

#define NOT "not "

/* How far "name/0", "name/1", … of a device go; 0: there is no such group. */
static uint32_t group_size(const struct load *load, uint32_t device, const char *group, size_t length)
{
	const struct site *site = load->site;
	uint32_t size = 0;

	for (uint32_t i = 0; i < site->devices[device].point_count; i++) {
		const char *name = site->points[site->devices[device].point_first + i].name;

		if (strncmp(name, group, length) == 0 && name[length] == '/')
			size++;
	}
	return size;
}

static void report_point(struct load *load, const struct tree_node *value, uint32_t device, const char *point)
{
	const struct site_device *row = &load->site->devices[device];
	size_t length = strcspn(point, "/");
	uint32_t size = load->errors->omitted ? 0 : group_size(load, device, point, length);
	struct nearest nearest;
	struct load_hint hint = {""};

	nearest_start(&nearest, point);
	for (uint32_t i = 0; load->errors->omitted == 0 && i < row->point_count; i++)
		nearest_offer(&nearest, load->site->points[row->point_first + i].name);
	if (size && length < LIMIT_ID)
		snprintf(hint.text, sizeof(hint.text), "; there is %.*s/0 to %.*s/%u", (int)length, point, (int)length,
		         point, size - 1);
	else
		load_hint(&nearest, &hint);
	load_error(load, value, "device '%s' has no point '%.64s'%s", row->id, point, hint.text);
}

static void report_device(struct load *load, const struct tree_node *value, const char *name)
{
	struct tree_node half = *value;

	half.text = name;
	load_find(load, SECTION_DEVICES, &half, "device");
}

/* Says which half of DEVICE/POINT is wrong, unless an earlier error has already. */
static void report_name(struct load *load, const struct tree_node *value, const char *text, bool invertible)
{
	size_t length = strcspn(text, "/");
	char name[LIMIT_PATH];

	if (text[length] != '/' || length >= sizeof(name)) {
		load_error(load, value, "'%.64s' is no input; allowed: DEVICE/POINT%s", text,
		           invertible ? " or not DEVICE/POINT" : "");
		return;
	}
	memcpy(name, text, length);
	name[length] = '\0';
	uint32_t device = name_index_find(&load->sections[SECTION_DEVICES].index, name);

	if (device == NAME_INDEX_NONE)
		report_device(load, value, name);
	else if (!load->device_broken[device])
		report_point(load, value, device, text + length + 1);
}

uint32_t load_point(struct load *load, const struct tree_node *value, bool *ret_invert)
{
	if (value->kind != TREE_SCALAR || scalar_is_empty(value)) {
		load_error(load, value, "%s is wanted: DEVICE/POINT%s", ret_invert ? "an input" : "a point",
		           ret_invert ? " or not DEVICE/POINT" : "");
		return SITE_NONE;
	}
	const char *text = value->text;
	bool invert = strncmp(text, NOT, strlen(NOT)) == 0;

	if (invert && ret_invert == NULL) {
		load_error(load, value, "'not' is not possible here; allowed: DEVICE/POINT");
		return SITE_NONE;
	}
	if (invert)
		text += strlen(NOT) + strspn(text + strlen(NOT), " ");
	uint32_t point = name_index_find(&load->points, text);

	if (point == NAME_INDEX_NONE) {
		report_name(load, value, text, ret_invert != NULL);
		return SITE_NONE;
	}
	if (ret_invert)
		*ret_invert = invert;
	return point;
}

uint32_t load_point_of(struct load *load, const struct tree_node *value, uint32_t device)
{
	const struct site_device *row = &load->site->devices[device];

	if (value->kind != TREE_SCALAR || scalar_is_empty(value)) {
		load_error(load, value, "the name of a point of this device is wanted");
		return SITE_NONE;
	}
	for (uint32_t i = row->point_first; i < row->point_first + row->point_count; i++) {
		if (strcmp(load->site->points[i].name, value->text) == 0)
			return i;
	}
	if (!load->device_broken[device])
		report_point(load, value, device, value->text);
	return SITE_NONE;
}
