/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loading - the state of one site_load(), shared by the files that do its parts. Nobody else includes it.
 *
 *   site_load.c     files and includes, the sections, the order of the work
 *   site_top.c      site, gateway, broker, journal, control;  site_area.c  areas
 *   site_link.c     links;               site_url.c      addresses
 *   site_device.c   devices;             site_identity.c what a device says it is;  profile.c  device templates
 *   site_point.c    lines of points;     site_number.c   numbers and latches
 *   site_overlap.c  points that are the same;            site_expand.c  lines to points
 *   site_sensor.c   sensors;             site_input.c    what a sensor is wired to;  site_loop.c  supervised loops
 *   site_wire.c     the names of points; site_output.c   outputs;    site_rule.c  rules;  bind.c  tables of keys
 *
 * Nothing stops at an error: it becomes a row, and the work goes on with what is left. Only memory ends it.
 */
#ifndef PICKET_LOADING_H
#define PICKET_LOADING_H

#include "config/arena.h"
#include "config/bind.h"
#include "config/limits.h"
#include "config/name_index.h"
#include "config/nearest.h"
#include "config/scalar.h"
#include "config/site.h"
#include "config/site_error.h"
#include "config/yaml_tree.h"

#define LOAD_FILES (LIMIT_INCLUDES + LIMIT_PROFILES)

struct load_file {
	struct tree_source source;
	const char *real_path; /* to know a file again */
	const struct tree_node *root;
};

/* The entries of one section, over all files: the keys of the mappings, in the order of the files. */
struct load_section {
	const char *name;
	const struct tree_node **keys;
	size_t count;
	struct name_index index; /* id -> place in keys, which is its place in the site */
};

enum load_section_id {
	SECTION_LINKS,
	SECTION_AREAS,
	SECTION_DEVICES,
	SECTION_LOOPS,
	SECTION_SENSORS,
	SECTION_RULES,
	SECTION_OUTPUTS,
	SECTION_COUNT
};

/* A line of "points:", before it becomes that many points. */
struct point_group {
	const char *name;
	uint32_t table; /* enum site_table */
	uint32_t address, count, base, bit;
	uint32_t type, order;    /* enums of the site, or LOAD_NOT_GIVEN */
	uint32_t clear_step;     /* from one point's clear address to the next one's */
	struct site_point model; /* what all its points have in common */
	const struct tree_node *values, *clear;
	bool broken; /* an error said why */
	const struct tree_node *key;
};

#define LOAD_NOT_GIVEN UINT32_MAX

struct point_groups {
	size_t count;
	struct point_group *rows;
};

struct profile {
	const char *name;
	bool broken;
	uint32_t base;
	uint16_t max_bits, max_words, max_gap;
	uint32_t turnaround_ms;
	struct site_identity identity;
	const struct tree_node *point_keys; /* mapping, or NULL */
	struct point_groups points;
	const char *title, *manual; /* for people; read so that they are checked */
};

struct load {
	struct arena *arena;
	struct site *site;
	struct site_errors *errors;
	const char *path;      /* of the site file */
	const char *directory; /* of the site file, with its last '/', or "" */
	bool no_memory;
	bool incomplete; /* a file could not be read: a name that is missing may stand there */
	size_t file_count;
	struct load_file files[LOAD_FILES];
	size_t include_count; /* of the files: the site file and its parts */
	struct load_section sections[SECTION_COUNT];
	bool *device_broken; /* its points are not all known */
	size_t point_room;
	struct name_index points; /* "device/point" */
	size_t profile_count;
	struct profile *profiles;
};

__attribute__((format(printf, 3, 4))) void load_error(struct load *load, const struct tree_node *where,
                                                      const char *format, ...);

/* Zeroed, in the site's arena. NULL: no_memory is set, and the caller just leaves. */
void *load_alloc(struct load *load, size_t count, size_t size);

/* Text as it is, or below the site file's folder when it is a relative path. */
const char *load_path(struct load *load, const char *text);

/* Reads and parses one more file. NULL: there are errors. */
struct load_file *load_add_file(struct load *load, const char *name);

/* The row of an id in a section; SITE_NONE after saying so at where, with the nearest name. */
uint32_t load_find(struct load *load, enum load_section_id section, const struct tree_node *where, const char *what);

struct site_place load_place(const struct tree_node *node);

/* "; did you mean 'x'?" for an error text, or ""; the text is in the hint. */
struct load_hint {
	char text[96];
};
const char *load_hint(const struct nearest *nearest, struct load_hint *hint);

/* The parts, in the order of the work. */
void load_top(struct load *load, const struct tree_node *root);
void load_links(struct load *load);
void load_areas(struct load *load);
void load_devices(struct load *load);
void load_loops(struct load *load);
void load_sensors(struct load *load);
void load_rules(struct load *load);
void load_outputs(struct load *load);

/* NULL after saying why at where. Each profile is read once. */
const struct profile *load_profile(struct load *load, const struct tree_node *where);

/* points: of a device or profile; base is its default. false: errors said what is wrong with some of them. */
bool load_point_groups(struct load *load, const struct tree_node *mapping, uint32_t base, struct point_groups *groups);
void load_device_points(struct load *load, uint32_t device, const struct point_groups *groups);
void load_point_index(struct load *load);

/* The parts of a line that make it a number, or latched; they set broken. */
void load_number(struct load *load, struct point_group *group);
void load_latch(struct load *load, struct point_group *group);
static inline bool load_is_register(const struct point_group *group)
{
	return group->table == TABLE_INPUT || group->table == TABLE_HOLDING;
}
static inline uint32_t load_group_size(const struct point_group *group)
{
	return group->count ? group->count : 1; /* without count there is one, and it has no number */
}
const char *load_table_name(uint32_t table);
const char *load_type_name(enum site_type type);
struct site_point load_group_point(const struct point_group *group, uint32_t number);
size_t load_groups_total(const struct point_groups *groups);
void load_check_overlaps(struct load *load, struct point_groups *groups);

/* identity: of a device or profile. */
void load_identity(struct load *load, const struct tree_node *key, struct site_identity *identity);

/*
 * "DEVICE/POINT", or "not DEVICE/POINT" where ret_invert is given: the point, or SITE_NONE after saying what is wrong
 * (unless an error about the device has).
 */
uint32_t load_point(struct load *load, const struct tree_node *value, bool *ret_invert);
/* The same below one device: "POINT". */
uint32_t load_point_of(struct load *load, const struct tree_node *value, uint32_t device);

/* What stands behind the key of a role; the input has its defaults, see load_no_input(). */
void load_input(struct load *load, const struct tree_node *value, enum site_role role, struct site_input *input);
struct site_input load_no_input(void);
/* A limit that a sound NAMUR transmitter can reach, or none (infinite). */
bool load_is_current(double value);

/* The slot of a condition that the sensor can have; SITE_NONE after saying so at where. */
uint32_t load_condition_slot(struct load *load, const struct tree_node *where, const char *wanted,
                             const struct site_sensor *sensor);

/* tcp://HOST:PORT, rtu:DEVICE?… or rtu+tcp://HOST:PORT?…; false after saying what is wrong. */
bool load_link_url(struct load *load, const struct tree_node *value, struct site_endpoint *end);
/* A broker's url with its port written out; NULL after saying what is wrong. */
const char *load_broker_url(struct load *load, const struct tree_node *value, bool *ret_tls);

/* SHA-256 over the bytes of all files, in hex. 0 or -EIO. */
int load_hash(const struct load *load, char ret_hex[65]);

#endif
