/* SPDX-License-Identifier: Apache-2.0 */
/* site_sensor - sensors, see loading.h */
#include "config/loading.h"
#include "config/site_tables.h"

#include <stdio.h>
#include <string.h>

#define PRIORITY_MAX 5
#define HITS_MAX     100
#define PRESET_MAX   9999
#define SECONDS_MAX  (LIMIT_SECONDS_MAX * 1000u) /* in ms */
#define PERCENT_MAX  100000                      /* in thousandths */

/* --- what a sensor has --------------------------------------------------------------------------- */

static void take_area(struct load *load, const struct tree_node *key, void *target)
{
	((struct site_sensor *)target)->area = load_find(load, SECTION_AREAS, key->value, "area");
}

/* The kind was looked at before: it chooses the keys. */
static void skip_kind(struct load *load, const struct tree_node *key, void *target)
{
	(void)load, (void)key, (void)target;
}

static void take_input(struct load *load, const struct tree_node *key, void *target)
{
	struct site_sensor *sensor = target;

	for (unsigned role = 0; role < ROLE_COUNT; role++) {
		if (strcmp(site_role_name((enum site_role)role), key->text) == 0)
			load_input(load, key->value, (enum site_role)role, &sensor->inputs[role]);
	}
}

static const struct bind_row camera_rows[] = {
        {.key = "id",
         .type = BIND_TEXT,
         .required = true,
         .offset = offsetof(struct site_sensor, camera),
         .max = LIMIT_ID},
        {.key = "preset",
         .type = BIND_U32,
         .offset = offsetof(struct site_sensor, preset),
         .min = 1,
         .max = PRESET_MAX},
};
const struct bind_table table_camera = BIND_TABLE("camera", camera_rows);

static void take_camera(struct load *load, const struct tree_node *key, void *target)
{
	bind_mapping(load,
	             &(struct bind_job){.table = &table_camera, .where = key, .mapping = key->value, .target = target});
}

static void take_place(struct load *load, const struct tree_node *key, void *target)
{
	struct site_sensor *sensor = target;
	const struct tree_node *list = key->value;
	uint32_t x, y;
	bool pair = list->kind == TREE_SEQUENCE && list->count == 2;

	if (!pair || !scalar_thousandths(list->first, &x) || !scalar_thousandths(list->first->next, &y) ||
	    x > PERCENT_MAX || y > PERCENT_MAX) {
		bind_refuse(load, key, list, "[X, Y], each 0 to 100 per cent of the site plan");
		return;
	}
	sensor->at_x = (float)x / 1000.0f;
	sensor->at_y = (float)y / 1000.0f;
}

static void take_name(struct load *load, const struct tree_node *key, void *target)
{
	struct site_sensor *sensor = target;
	const char *name = key->value->kind == TREE_SCALAR ? key->value->text : "";
	enum condition_id known = condition_by_name(name);

	if (!scalar_is_name(name))
		bind_refuse(load, key, key->value, "a-z, 0-9, '.', '-' and '_', at most 32");
	else if (known != COND_NONE && known != COND_INPUT_ACTIVE)
		load_error(load, key->value, "'%s' has a meaning of its own; choose another name", name);
	else
		sensor->condition_name = name;
}

/* --- conditions ---------------------------------------------------------------------------------- */

static const struct bind_row condition_rows[] = {
        {.key = "priority",
         .type = BIND_U8,
         .offset = offsetof(struct site_condition, priority_set),
         .max = PRIORITY_MAX},
        {.key = "priority_unset",
         .type = BIND_U8,
         .offset = offsetof(struct site_condition, priority_unset),
         .max = PRIORITY_MAX},
        {.key = "latched", .type = BIND_BOOL, .offset = offsetof(struct site_condition, latched)},
        {.key = "realarm_s",
         .type = BIND_SECONDS,
         .offset = offsetof(struct site_condition, realarm_ms),
         .min = 10000,
         .max = SECONDS_MAX},
};
const struct bind_table table_condition = BIND_TABLE("conditions", condition_rows);

static const char *slot_name(const struct site_sensor *sensor, enum condition_id id)
{
	return id == COND_INPUT_ACTIVE && sensor->condition_name ? sensor->condition_name : condition_info(id)->name;
}

uint32_t load_condition_slot(struct load *load, const struct tree_node *where, const char *wanted,
                             const struct site_sensor *sensor)
{
	const enum condition_id *ids;
	size_t count = condition_of_kind(sensor->kind, &ids);
	struct nearest nearest;
	struct load_hint hint;

	nearest_start(&nearest, wanted);
	for (uint32_t slot = 0; slot < count; slot++) {
		const char *name = slot_name(sensor, ids[slot]);

		if (strcmp(name, wanted) == 0)
			return slot;
		nearest_offer(&nearest, name);
	}
	load_error(load, where, "kind %s has no condition '%.64s'%s", sensor_kind_name(sensor->kind), wanted,
	           load_hint(&nearest, &hint));
	return SITE_NONE;
}

static void take_condition(struct load *load, const struct tree_node *key, struct site_sensor *sensor)
{
	uint32_t index = load_condition_slot(load, key, key->text, sensor);

	if (index == SITE_NONE)
		return;
	struct site_condition *slot = &sensor->conditions[index];

	bind_mapping(load, &(struct bind_job){
	                           .table = &table_condition, .where = key, .mapping = key->value, .target = slot});
	if (tree_get(key->value, "priority") && tree_get(key->value, "priority_unset") == NULL)
		slot->priority_unset = slot->priority_set;
}

/* The short way for the one condition that the kind is about: its first. */
static void take_priority(struct load *load, const struct tree_node *key, void *target)
{
	struct site_sensor *sensor = target;
	uint32_t priority;

	if (!scalar_uint(key->value, &priority) || priority > PRIORITY_MAX) {
		bind_refuse(load, key, key->value, "a whole number 0 to 5, decimal, without quotes");
		return;
	}
	sensor->conditions[0].priority_set = (uint8_t)priority;
	sensor->conditions[0].priority_unset = (uint8_t)priority;
}

static void check_conditions(struct load *load, const struct tree_node *key, void *target)
{
	(void)target;
	if (key->value->kind != TREE_MAPPING)
		bind_refuse(load, key, key->value, "a mapping of conditions");
}

/* After all other keys: the name of an input's condition is one of them. */
static void take_conditions(struct load *load, const struct tree_node *mapping, struct site_sensor *sensor)
{
	const struct tree_node *conditions = tree_get(mapping, "conditions");

	if (conditions == NULL || conditions->kind != TREE_MAPPING)
		return;
	for (const struct tree_node *key = conditions->first; key; key = key->next) {
		if (!key->repeated)
			take_condition(load, key, sensor);
	}
}

/* --- the table ----------------------------------------------------------------------------------- */

#define DOOR   (1u << KIND_DOOR)
#define FENCE  (1u << KIND_FENCE)
#define CAMERA (1u << KIND_CAMERA)
#define DURESS (1u << KIND_DURESS)
#define TAMPER (1u << KIND_TAMPER)
#define POWER  (1u << KIND_POWER)
#define INPUT  (1u << KIND_INPUT)
#define ALL    ((1u << KIND_COUNT) - 1)

#define IN_SENSOR(member) offsetof(struct site_sensor, member)
#define SECONDS(name, member, who, least)                                                                              \
	{                                                                                                              \
		.key = (name), .type = BIND_SECONDS, .kinds = (who), .offset = IN_SENSOR(timing.member),               \
		.min = (least), .max = SECONDS_MAX                                                                     \
	}
#define WIRED(name, who)                                                                                               \
	{                                                                                                              \
		.key = (name), .type = BIND_OWN, .kinds = (who), .own = take_input                                     \
	}
#define NEEDED(name, who)                                                                                              \
	{                                                                                                              \
		.key = (name), .type = BIND_OWN, .required = true, .kinds = (who), .own = take_input                   \
	}

static const struct bind_row sensor_rows[] = {
        {.key = "kind", .type = BIND_OWN, .own = skip_kind},
        {.key = "title", .type = BIND_TEXT, .offset = IN_SENSOR(title), .max = LIMIT_TITLE},
        {.key = "area", .type = BIND_OWN, .required = true, .own = take_area},
        NEEDED("contact", DOOR),
        WIRED("bolt", DOOR),
        WIRED("release", DOOR),
        WIRED("hit", FENCE),
        WIRED("counter", FENCE),
        WIRED("level", FENCE),
        {.key = "threshold", .type = BIND_REAL, .kinds = FENCE, .offset = IN_SENSOR(inputs[ROLE_LEVEL].above)},
        {.key = "hysteresis", .type = BIND_REAL, .kinds = FENCE, .offset = IN_SENSOR(inputs[ROLE_LEVEL].hysteresis)},
        NEEDED("trigger", CAMERA),
        NEEDED("input", DURESS | TAMPER | POWER | INPUT),
        WIRED("tamper", ALL & ~TAMPER),
        SECONDS("held_s", held_ms, DOOR, 1),
        SECONDS("pre_alarm_s", pre_alarm_ms, DOOR, 0),
        SECONDS("bolt_s", bolt_ms, DOOR, 0),
        SECONDS("release_s", release_ms, DOOR, 0),
        {.key = "count",
         .type = BIND_U32,
         .kinds = FENCE,
         .offset = IN_SENSOR(timing.count),
         .min = 1,
         .max = HITS_MAX},
        SECONDS("window_s", window_ms, FENCE, 1),
        {.key = "dead_ms",
         .type = BIND_U32,
         .kinds = FENCE,
         .offset = IN_SENSOR(timing.dead_ms),
         .max = LIMIT_SECONDS_MAX},
        SECONDS("hold_s", hold_ms, FENCE | CAMERA | DURESS | INPUT, 0),
        SECONDS("retrigger_s", retrigger_ms, CAMERA, 0),
        SECONDS("stuck_s", stuck_ms, CAMERA | FENCE | INPUT, 1),
        SECONDS("on_delay_s", on_delay_ms, POWER | INPUT, 0),
        {.key = "condition", .type = BIND_OWN, .kinds = INPUT, .own = take_name},
        {.key = "priority", .type = BIND_OWN, .own = take_priority},
        {.key = "conditions", .type = BIND_OWN, .own = check_conditions},
        {.key = "guidance", .type = BIND_LINES, .offset = IN_SENSOR(guidance), .max = LIMIT_GUIDANCE},
        {.key = "camera", .type = BIND_OWN, .own = take_camera},
        {.key = "at", .type = BIND_OWN, .own = take_place},
        {.key = "interlock", .type = BIND_LATER},
        {.key = "allow_slow", .type = BIND_BOOL, .offset = IN_SENSOR(allow_slow)},
};
const struct bind_table table_sensor = BIND_TABLE("sensors", sensor_rows);

static const struct site_timing default_timing[KIND_COUNT] = {
        [KIND_DOOR] = {.held_ms = 20000, .pre_alarm_ms = 5000, .bolt_ms = 5000, .release_ms = 5000},
        [KIND_FENCE] = {.count = 2, .window_ms = 20000, .dead_ms = 1000, .hold_ms = 5000},
        [KIND_CAMERA] = {.retrigger_ms = 2000, .stuck_ms = 300000, .hold_ms = 5000},
};

/* --- cross checks within a sensor ---------------------------------------------------------------- */

static void refuse_value(struct load *load, const struct tree_node *mapping, const char *name, const char *why)
{
	const struct tree_node *value = tree_get(mapping, name);

	load_error(load, value ? value : mapping, "'%s' %s", name, why);
}

static void check_door(struct load *load, const struct tree_node *mapping, struct site_sensor *sensor)
{
	struct site_timing *timing = &sensor->timing;
	bool given = tree_get(mapping, "pre_alarm_s") != NULL;

	if (timing->pre_alarm_ms >= timing->held_ms && given)
		refuse_value(load, mapping, "pre_alarm_s",
		             "is not less than held_s; it is the warning before that time");
	else if (timing->pre_alarm_ms >= timing->held_ms)
		timing->pre_alarm_ms = 0; /* so short a time has no room for a warning */
	if (tree_get(mapping, "bolt_s") && tree_get(mapping, "bolt") == NULL)
		refuse_value(load, mapping, "bolt_s", "has no effect without a bolt");
	if (tree_get(mapping, "release_s") && tree_get(mapping, "release") == NULL)
		refuse_value(load, mapping, "release_s", "has no effect without a release");
}

/* A level and its threshold come together. */
static void check_level(struct load *load, const struct tree_node *mapping, const struct site_sensor *sensor)
{
	bool level = tree_get(mapping, "level") != NULL, threshold = tree_get(mapping, "threshold") != NULL;

	if (level && !threshold)
		refuse_value(load, mapping, "level", "needs a threshold: from which value on is it a hit?");
	if (threshold && !level)
		refuse_value(load, mapping, "threshold", "has no effect without a level");
	if (tree_get(mapping, "hysteresis") && !threshold)
		refuse_value(load, mapping, "hysteresis", "has no effect without a threshold");
	if (sensor->inputs[ROLE_LEVEL].form == FORM_NAMUR && !load_is_current(sensor->inputs[ROLE_LEVEL].above))
		refuse_value(load, mapping, "threshold",
		             "is not between 3.6 and 21 mA; outside of that the wire is broken");
	if (sensor->inputs[ROLE_LEVEL].hysteresis < 0)
		refuse_value(load, mapping, "hysteresis", "is negative");
}

static void check_fence(struct load *load, const struct tree_node *key, const struct site_sensor *sensor)
{
	const struct tree_node *mapping = key->value;
	const struct site_timing *timing = &sensor->timing;

	if (timing->count > 1 && timing->dead_ms >= timing->window_ms)
		refuse_value(load, mapping, tree_get(mapping, "dead_ms") ? "dead_ms" : "window_s",
		             "leaves no room for a second hit: dead_ms must be less than window_s");
	if (!tree_get(mapping, "hit") && !tree_get(mapping, "counter") && !tree_get(mapping, "level"))
		load_error(load, key, "'hit' is missing; a fence has hit, counter or level, or several of them");
	check_level(load, mapping, sensor);
}

/* Life is expected of numbers; a contact may rest for years. */
static void check_stuck(struct load *load, const struct tree_node *mapping, const struct site_sensor *sensor)
{
	bool wanted = sensor->kind == KIND_FENCE || sensor->kind == KIND_INPUT;
	bool given = wanted && tree_get(mapping, "stuck_s");
	bool number = tree_get(mapping, "level") != NULL;

	for (size_t role = 0; role < ROLE_COUNT; role++) {
		enum site_form form = sensor->inputs[role].form;

		number |= form == FORM_LEVEL || form == FORM_NAMUR || form == FORM_LOOP || form == FORM_COUNTER;
	}
	if (given && !number)
		refuse_value(load, mapping, "stuck_s", "is for numbers; one bit may rest for years");
}

static void check_counting(struct load *load, const struct tree_node *mapping, const struct site_sensor *sensor)
{
	bool state = sensor->kind == KIND_TAMPER || sensor->kind == KIND_POWER;

	if (state && sensor->inputs[ROLE_INPUT].form == FORM_COUNTER)
		refuse_value(load, mapping, "input", "of this kind is a state that lasts; a counter tells of moments");
}

/* One register may mean several things by its value; anything else is wired once. */
static bool share(const struct site_input *a, const struct site_input *b)
{
	bool same = a->form == b->form && (a->form == FORM_ENUM || a->form == FORM_LEVEL);

	if (a->point == SITE_NONE || b->point == SITE_NONE || same)
		return false;
	return a->point == b->point || a->point == b->other || a->other == b->point ||
	       (a->form == FORM_PAIR && a->other == b->other);
}

static void check_roles(struct load *load, const struct tree_node *mapping, const struct site_sensor *sensor)
{
	for (unsigned a = 0; a < ROLE_COUNT; a++) {
		for (unsigned b = a + 1; b < ROLE_COUNT; b++) {
			const char *first = site_role_name((enum site_role)a),
			           *again = site_role_name((enum site_role)b);

			if (!share(&sensor->inputs[a], &sensor->inputs[b]))
				continue;
			load_error(load, tree_get(mapping, again), "'%s' and '%s' are the same point", first, again);
		}
	}
}

/* --- sensors ------------------------------------------------------------------------------------- */

static void report_kind(struct load *load, const struct tree_node *value)
{
	struct nearest nearest;
	struct load_hint hint;
	char names[128] = "";

	nearest_start(&nearest, value->kind == TREE_SCALAR ? value->text : "");
	for (unsigned kind = 0; kind < KIND_COUNT; kind++) {
		const char *name = sensor_kind_name((enum sensor_kind)kind);
		size_t length = strlen(names);

		nearest_offer(&nearest, name);
		snprintf(names + length, sizeof(names) - length, "%s%s", kind ? ", " : "", name);
	}
	load_error(load, value, "'kind' is '%.64s'; allowed: %s%s", nearest.wanted, names, load_hint(&nearest, &hint));
}

static enum sensor_kind kind_of(struct load *load, const struct tree_node *key)
{
	const struct tree_node *value = tree_get(key->value, "kind");
	enum sensor_kind kind = value && value->kind == TREE_SCALAR ? sensor_kind_by_name(value->text) : KIND_COUNT;

	if (key->value->kind == TREE_MAPPING && value == NULL)
		load_error(load, key, "'kind' is missing");
	else if (value && kind == KIND_COUNT)
		report_kind(load, value);
	return kind;
}

static void set_defaults(struct site_sensor *sensor)
{
	const enum condition_id *ids;
	size_t count = condition_of_kind(sensor->kind, &ids);

	sensor->timing = default_timing[sensor->kind];
	for (size_t slot = 0; slot < count; slot++) {
		const struct condition_info *info = condition_info(ids[slot]);

		sensor->conditions[slot] =
		        (struct site_condition){info->priority_set, info->priority_unset, info->latched, 0};
	}
}

static void check_sensor(struct load *load, const struct tree_node *key, struct site_sensor *sensor)
{
	const struct tree_node *mapping = key->value;

	take_conditions(load, mapping, sensor);
	check_roles(load, mapping, sensor);
	if (sensor->kind == KIND_DOOR)
		check_door(load, mapping, sensor);
	if (sensor->kind == KIND_FENCE)
		check_fence(load, key, sensor);
	check_stuck(load, mapping, sensor);
	check_counting(load, mapping, sensor);
}

static void load_one_sensor(struct load *load, const struct tree_node *key, struct site_sensor *sensor)
{
	enum sensor_kind kind = kind_of(load, key);
	struct bind_job job = {.table = &table_sensor, .where = key, .mapping = key->value, .target = sensor};

	*sensor = (struct site_sensor){.id = key->text,
	                               .title = key->text,
	                               .area = SITE_NONE,
	                               .at_x = -1.0f,
	                               .at_y = -1.0f,
	                               .place = load_place(key)};
	for (size_t role = 0; role < ROLE_COUNT; role++)
		sensor->inputs[role] = load_no_input();
	if (kind != KIND_COUNT) {
		sensor->kind = kind;
		set_defaults(sensor);
		job.kind = 1u << kind;
		job.kind_name = sensor_kind_name(kind);
	}
	bind_mapping(load, &job);
	if (kind != KIND_COUNT && key->value->kind == TREE_MAPPING)
		check_sensor(load, key, sensor);
}

void load_sensors(struct load *load)
{
	const struct load_section *section = &load->sections[SECTION_SENSORS];
	struct site *site = load->site;

	site->sensors = load_alloc(load, section->count + 1, sizeof(*site->sensors));
	if (site->sensors == NULL)
		return;
	site->sensor_count = section->count;
	for (size_t i = 0; i < section->count; i++)
		load_one_sensor(load, section->keys[i], &site->sensors[i]);
	const struct tree_node *root = load->files[0].root, *written = tree_get(root, "sensors");
	bool malformed = written && written->kind != TREE_MAPPING; /* an error said so */

	if (section->count == 0 && !load->incomplete && !malformed)
		load_error(load, root, "there are no sensors: this site would watch nothing");
}
