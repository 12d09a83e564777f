/* SPDX-License-Identifier: Apache-2.0 */
/* site_device - devices, see loading.h */
#include "config/loading.h"
#include "config/site_tables.h"

#include <string.h>

#define SCAN_MS 100

struct device_job {
	struct site_device device;
	uint32_t base;
	const struct tree_node *points; /* mapping, or NULL */
	const struct tree_node *alive;  /* mapping, or NULL */
};

struct alive_job {
	const struct tree_node *point;
	uint32_t within_ms;
};

static const struct bind_row alive_rows[] = {
        {.key = "point", .type = BIND_NODE, .required = true, .offset = offsetof(struct alive_job, point)},
        {.key = "within_s",
         .type = BIND_SECONDS,
         .required = true,
         .offset = offsetof(struct alive_job, within_ms),
         .min = 1,
         .max = LIMIT_SECONDS_MAX * 1000u},
};
const struct bind_table table_alive = BIND_TABLE("alive", alive_rows);

static void take_link(struct load *load, const struct tree_node *key, void *target)
{
	struct device_job *job = target;

	job->device.link = load_find(load, SECTION_LINKS, key->value, "link");
}

/* The profile was read before: it gives the defaults of the other keys. */
static void skip_profile(struct load *load, const struct tree_node *key, void *target)
{
	(void)load, (void)key, (void)target;
}

static void take_points(struct load *load, const struct tree_node *key, void *target)
{
	struct device_job *job = target;

	if (key->value->kind == TREE_MAPPING)
		job->points = key->value;
	else
		bind_refuse(load, key, key->value, "a mapping of point names");
}

static void take_identity(struct load *load, const struct tree_node *key, void *target)
{
	struct device_job *job = target;

	load_identity(load, key, &job->device.identity);
}

static void take_alive(struct load *load, const struct tree_node *key, void *target)
{
	(void)load;
	((struct device_job *)target)->alive = key;
}

#define IN_DEVICE(member) offsetof(struct device_job, device.member)

static const struct bind_row device_rows[] = {
        {.key = "link", .type = BIND_OWN, .required = true, .own = take_link},
        {.key = "unit",
         .type = BIND_U8,
         .required = true,
         .offset = IN_DEVICE(unit),
         .min = LIMIT_UNIT_MIN,
         .max = LIMIT_UNIT_MAX_TCP},
        {.key = "profile", .type = BIND_OWN, .own = skip_profile},
        {.key = "scan_ms",
         .type = BIND_U32,
         .offset = IN_DEVICE(scan_ms),
         .min = LIMIT_SCAN_MS_MIN,
         .max = LIMIT_SCAN_MS_MAX},
        {.key = "points", .type = BIND_OWN, .own = take_points},
        {.key = "base", .type = BIND_U32, .offset = offsetof(struct device_job, base), .max = 1},
        {.key = "max_bits", .type = BIND_U16, .offset = IN_DEVICE(max_bits), .min = 1, .max = LIMIT_READ_BITS},
        {.key = "max_words", .type = BIND_U16, .offset = IN_DEVICE(max_words), .min = 1, .max = LIMIT_READ_WORDS},
        {.key = "max_gap", .type = BIND_U16, .offset = IN_DEVICE(max_gap), .max = LIMIT_READ_BITS},
        {.key = "turnaround_ms",
         .type = BIND_U32,
         .offset = IN_DEVICE(turnaround_ms),
         .min = 1,
         .max = LIMIT_TIMEOUT_MS_MAX},
        {.key = "identity", .type = BIND_OWN, .own = take_identity},
        {.key = "alive", .type = BIND_OWN, .own = take_alive},
        {.key = "allow_slow", .type = BIND_BOOL, .offset = IN_DEVICE(allow_slow)},
};
const struct bind_table table_device = BIND_TABLE("devices", device_rows);

static void apply_profile(const struct profile *profile, struct site_device *device)
{
	device->profile = profile->name;
	device->max_bits = profile->max_bits;
	device->max_words = profile->max_words;
	device->max_gap = profile->max_gap;
	device->turnaround_ms = profile->turnaround_ms;
	device->identity = profile->identity;
}

static void check_unit(struct load *load, const struct tree_node *key, const struct site_device *device,
                       uint32_t *taken)
{
	const struct site *site = load->site;

	if (device->link == SITE_NONE || device->unit == 0)
		return;
	const struct site_link *link = &site->links[device->link];
	const struct tree_node *unit = tree_get(key->value, "unit");
	uint32_t *slot = &taken[(size_t)device->link * (LIMIT_UNIT_MAX_TCP + 1) + device->unit];

	if (site_link_is_rtu(link) && device->unit > LIMIT_UNIT_MAX)
		load_error(load, unit, "unit %u is not possible on a serial bus; allowed: %d to %d", device->unit,
		           LIMIT_UNIT_MIN, LIMIT_UNIT_MAX);
	if (*slot) {
		const struct site_device *other = &site->devices[*slot - 1];

		load_error(load, unit, "unit %u of link '%s' is device '%s' already (%.150s:%u)", device->unit,
		           link->id, other->id, site->files[other->place.file], other->place.line);
		return;
	}
	*slot = (uint32_t)(device - site->devices) + 1;
}

/* After the points: it is one of them. */
static void check_alive(struct load *load, uint32_t index, const struct tree_node *key)
{
	struct site_device *device = &load->site->devices[index];
	struct alive_job job = {0};

	bind_mapping(load,
	             &(struct bind_job){.table = &table_alive, .where = key, .mapping = key->value, .target = &job});
	if (job.point == NULL)
		return;
	uint32_t point = load_point_of(load, job.point, index);

	if (point == SITE_NONE)
		return;
	load->site->points[point].used = true;
	device->alive = (struct site_alive){point, job.within_ms};
	if (job.within_ms && job.within_ms <= device->scan_ms)
		load_error(load, tree_get(key->value, "within_s"),
		           "'within_s' is not more than scan_ms: the point would have no time to change");
}

static void check_times(struct load *load, const struct tree_node *key, const struct site_device *device)
{
	const struct tree_node *turn = tree_get(key->value, "turnaround_ms");

	if (device->link == SITE_NONE || device->turnaround_ms < load->site->links[device->link].timeout_ms)
		return;
	load_error(load, turn ? turn : key, "'turnaround_ms' of %u is not less than the timeout_ms of its link, %u",
	           device->turnaround_ms, load->site->links[device->link].timeout_ms);
}

/* Half of a number is no number: both registers come in one answer. */
static void check_width(struct load *load, uint32_t index)
{
	const struct site_device *device = &load->site->devices[index];

	for (uint32_t i = 0; i < device->point_count && device->max_words < 2; i++) {
		const struct site_point *point = &load->site->points[device->point_first + i];

		if (site_point_width(point) <= device->max_words)
			continue;
		load_error(load, load->sections[SECTION_DEVICES].keys[index],
		           "point '%s' takes two registers, and max_words is %u", point->name, device->max_words);
		return;
	}
}

/* Points of the profile first, then the device's own. */
static void expand_points(struct load *load, uint32_t index, const struct device_job *job,
                          const struct profile *profile)
{
	const struct tree_node *key = load->sections[SECTION_DEVICES].keys[index];
	struct point_groups groups = {0};
	size_t room = (profile ? profile->points.count : 0) + (job->points ? job->points->count : 0);

	groups.rows = load_alloc(load, room + 1, sizeof(*groups.rows));
	if (groups.rows == NULL)
		return;
	if (profile) {
		memcpy(groups.rows, profile->points.rows, profile->points.count * sizeof(*groups.rows));
		groups.count = profile->points.count;
	}
	if (job->points && !load_point_groups(load, job->points, job->base, &groups))
		load->device_broken[index] = true;
	load_device_points(load, index, &groups);
	if (load->site->devices[index].point_count == 0 && !load->device_broken[index])
		load_error(load, key, "device '%.64s' has no points; give it a profile, or points", key->text);
}

static void load_one_device(struct load *load, uint32_t index)
{
	const struct tree_node *key = load->sections[SECTION_DEVICES].keys[index];
	const struct tree_node *name = tree_get(key->value, "profile");
	const struct profile *profile = name ? load_profile(load, name) : NULL;
	struct device_job job = {.device = {.id = key->text,
	                                    .link = SITE_NONE,
	                                    .scan_ms = SCAN_MS,
	                                    .max_bits = LIMIT_READ_BITS,
	                                    .max_words = LIMIT_READ_WORDS,
	                                    .alive.point = SITE_NONE,
	                                    .place = load_place(key)}};

	if (profile)
		apply_profile(profile, &job.device);
	load->device_broken[index] = key->value->kind != TREE_MAPPING || (name && (!profile || profile->broken));
	bind_mapping(load,
	             &(struct bind_job){.table = &table_device, .where = key, .mapping = key->value, .target = &job});
	load->site->devices[index] = job.device;
	load->site->device_count = index + 1;
	if (key->value->kind != TREE_MAPPING)
		return;
	expand_points(load, index, &job, profile);
	check_width(load, index);
	check_times(load, key, &load->site->devices[index]);
	if (job.alive)
		check_alive(load, index, job.alive);
}

void load_devices(struct load *load)
{
	const struct load_section *section = &load->sections[SECTION_DEVICES];
	struct site *site = load->site;
	size_t slots = site->link_count * (LIMIT_UNIT_MAX_TCP + 1);
	uint32_t *taken = load_alloc(load, slots + 1, sizeof(*taken)); /* device + 1 of each unit of each link */

	site->devices = load_alloc(load, section->count + 1, sizeof(*site->devices));
	load->device_broken = load_alloc(load, section->count + 1, sizeof(*load->device_broken));
	if (load->no_memory)
		return;
	for (uint32_t i = 0; i < section->count && !load->no_memory; i++) {
		load_one_device(load, i);
		check_unit(load, section->keys[i], &site->devices[i], taken);
	}
	load_point_index(load);
}
