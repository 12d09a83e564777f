/* SPDX-License-Identifier: Apache-2.0 */
/* site_device - links and the devices on them, see loading.h */
#include "config/loading.h"
#include "config/site_tables.h"

#include <string.h>

#define TIMEOUT_TCP_MS 200
#define TIMEOUT_RTU_MS 60
#define SCAN_MS        100

/* --- links --------------------------------------------------------------------------------------- */

static void take_url(struct load *load, const struct tree_node *key, void *target)
{
	struct site_link *link = target;

	load_link_url(load, key->value, &link->endpoints[0]);
}

static const struct bind_row link_rows[] = {
        {.key = "url", .type = BIND_OWN, .required = true, .own = take_url},
        {.key = "timeout_ms",
         .type = BIND_U32,
         .offset = offsetof(struct site_link, timeout_ms),
         .min = LIMIT_TIMEOUT_MS_MIN,
         .max = LIMIT_TIMEOUT_MS_MAX},
};
const struct bind_table table_link = BIND_TABLE("links", link_rows);

static void load_one_link(struct load *load, const struct tree_node *key, struct site_link *link)
{
	link->id = key->text;
	link->endpoint_count = 1;
	link->dead = 1;
	link->place = load_place(key);
	bind_mapping(load,
	             &(struct bind_job){.table = &table_link, .where = key, .mapping = key->value, .target = link});
	if (link->timeout_ms == 0)
		link->timeout_ms = site_link_is_rtu(link) ? TIMEOUT_RTU_MS : TIMEOUT_TCP_MS;
}

/* What a link occupies: an address and port, or a tty. */
static const char *endpoint_name(struct load *load, const struct site_endpoint *end)
{
	const char *name = end->path ? end->path : arena_print(load->arena, "[%s]:%u", end->host, end->port);

	load->no_memory |= name == NULL;
	return name ? name : "";
}

/* Two links to one endpoint would not see each other's units, and fight for a bus. */
static void check_endpoints(struct load *load)
{
	struct site *site = load->site;
	struct name_index index = {load_alloc(load, site->link_count + 1, sizeof(*index.entries)), 0};

	for (uint32_t i = 0; index.entries && i < site->link_count; i++) {
		const struct site_endpoint *end = &site->links[i].endpoints[0];

		if (end->host || end->path)
			index.entries[index.count++] = (struct name_entry){endpoint_name(load, end), i};
	}
	name_index_sort(&index);
	for (size_t i = 1; i < index.count; i++) {
		const struct name_entry *first = &index.entries[i - 1], *again = &index.entries[i];

		if (strcmp(first->name, again->name) == 0)
			load_error(load, load->sections[SECTION_LINKS].keys[again->row],
			           "link '%s' is the same connection as link '%s'; one link carries all its devices",
			           site->links[again->row].id, site->links[first->row].id);
	}
}

void load_links(struct load *load)
{
	const struct load_section *section = &load->sections[SECTION_LINKS];
	struct site *site = load->site;

	site->links = load_alloc(load, section->count + 1, sizeof(*site->links));
	if (site->links == NULL)
		return;
	site->link_count = section->count;
	for (size_t i = 0; i < section->count; i++)
		load_one_link(load, section->keys[i], &site->links[i]);
	check_endpoints(load);
}

/* --- devices ------------------------------------------------------------------------------------- */

struct device_job {
	struct site_device device;
	uint32_t base;
	const struct tree_node *points; /* mapping, or NULL */
	const struct tree_node *unit;
};

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
        {.key = "allow_slow", .type = BIND_LATER},
};
const struct bind_table table_device = BIND_TABLE("devices", device_rows);

static void apply_profile(const struct profile *profile, struct site_device *device)
{
	device->profile = profile->name;
	device->max_bits = profile->max_bits;
	device->max_words = profile->max_words;
	device->max_gap = profile->max_gap;
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
	if (key->value->kind == TREE_MAPPING)
		expand_points(load, index, &job, profile);
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
		site->device_count = i + 1;
		check_unit(load, section->keys[i], &site->devices[i], taken);
	}
	load_point_index(load);
}
