/* SPDX-License-Identifier: Apache-2.0 */
/* sim/state - see state.h */
#include "drivers/sim/state.h"

#include "config/limits.h"
#include "drivers/sim/number.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define COUNT_OF(a) (sizeof(a) / sizeof *(a))
#define ANY_KIND    KIND_COUNT
#define HINT        64
#define HITS        "hits+"

/* A word: what it does to the inputs that are wired. The first one must be. */
struct word {
	enum sensor_kind kind;
	const char *name, *undo;
	bool pulse;
	size_t count;
	struct {
		enum site_role role;
		bool value;
	} sets[2];
};

static const struct word words[] = {
        {KIND_DOOR, "open", "closed", false, 2, {{ROLE_CONTACT, true}, {ROLE_BOLT, false}}},
        {KIND_DOOR, "closed", "open", false, 2, {{ROLE_CONTACT, false}, {ROLE_BOLT, true}}},
        {KIND_DOOR, "locked", "unlocked", false, 2, {{ROLE_BOLT, true}, {ROLE_CONTACT, false}}},
        {KIND_DOOR, "unlocked", "locked", false, 2, {{ROLE_BOLT, false}, {ROLE_CONTACT, false}}},
        {KIND_DOOR, "release", "norelease", false, 1, {{ROLE_RELEASE, true}}},
        {KIND_DOOR, "norelease", "release", false, 1, {{ROLE_RELEASE, false}}},
        {KIND_FENCE, "hit", NULL, true, 1, {{ROLE_HIT, true}}},
        {KIND_FENCE, "hit", NULL, true, 1, {{ROLE_LEVEL, true}}},
        {KIND_FENCE, "hit", NULL, true, 1, {{ROLE_COUNTER, true}}},
        {KIND_FENCE, "quiet", NULL, false, 1, {{ROLE_HIT, false}}},
        {KIND_FENCE, "quiet", NULL, false, 1, {{ROLE_LEVEL, false}}},
        {KIND_CAMERA, "trigger", "clear", false, 1, {{ROLE_TRIGGER, true}}},
        {KIND_CAMERA, "clear", "trigger", false, 1, {{ROLE_TRIGGER, false}}},
        {KIND_DURESS, "press", "release", false, 1, {{ROLE_INPUT, true}}},
        {KIND_DURESS, "release", "press", false, 1, {{ROLE_INPUT, false}}},
        {KIND_POWER, "lost", "good", false, 1, {{ROLE_INPUT, true}}},
        {KIND_POWER, "good", "lost", false, 1, {{ROLE_INPUT, false}}},
        {KIND_TAMPER, "on", "off", false, 1, {{ROLE_INPUT, true}}},
        {KIND_TAMPER, "off", "on", false, 1, {{ROLE_INPUT, false}}},
        {KIND_INPUT, "on", "off", false, 1, {{ROLE_INPUT, true}}},
        {KIND_INPUT, "off", "on", false, 1, {{ROLE_INPUT, false}}},
        {ANY_KIND, "tamper", "notamper", false, 1, {{ROLE_TAMPER, true}}},
        {ANY_KIND, "notamper", "tamper", false, 1, {{ROLE_TAMPER, false}}},
};

/* The first word of a kind whose opposite is its normal state: what a pulse does. */
static const char *const moments[KIND_COUNT] = {
        [KIND_DOOR] = "open", [KIND_FENCE] = "hit",  [KIND_CAMERA] = "trigger", [KIND_DURESS] = "press",
        [KIND_TAMPER] = "on", [KIND_POWER] = "lost", [KIND_INPUT] = "on",
};

int sim_problem_set(struct sim_problem *problem, enum sim_code code, const char *format, ...)
{
	va_list arguments;

	problem->code = code;
	va_start(arguments, format);
	vsnprintf(problem->text, sizeof problem->text, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

struct nearest sim_near(const char *word)
{
	struct nearest near;

	nearest_start(&near, word);
	return near;
}

void sim_near_text(const struct nearest *near, char *ret_text, size_t size)
{
	if (near->best)
		snprintf(ret_text, size, "; did you mean '%.40s'?", near->best);
	else
		ret_text[0] = '\0';
}

bool sim_state_normal(enum site_role role)
{
	return role == ROLE_BOLT;
}

int sim_state_sensor(const struct site *site, const char *id, uint32_t *ret_sensor, struct sim_problem *problem)
{
	uint32_t sensor = site_sensor_by_id(site, id);
	struct nearest near = sim_near(id);
	char hint[HINT];

	if (sensor != SITE_NONE) {
		*ret_sensor = sensor;
		return 0;
	}
	for (size_t i = 0; i < site->sensor_count; i++)
		nearest_offer(&near, site->sensors[i].id);
	sim_near_text(&near, hint, sizeof hint);
	return sim_problem_set(problem, SIM_NO, "no sensor '%.80s'%s", id, hint);
}

static int find_device(const struct site *site, const char *id, uint32_t *ret_device, struct sim_problem *problem)
{
	uint32_t device = site_device_by_id(site, id);
	struct nearest near = sim_near(id);
	char hint[HINT];

	if (device != SITE_NONE) {
		*ret_device = device;
		return 0;
	}
	for (size_t i = 0; i < site->device_count; i++)
		nearest_offer(&near, site->devices[i].id);
	sim_near_text(&near, hint, sizeof hint);
	return sim_problem_set(problem, SIM_NO, "no device '%.80s'%s", id, hint);
}

/* "gate-io" of "gate-io/di/0", and where the rest begins */
static const char *split(const char *text, char mark, char *ret_head, size_t size)
{
	const char *at = strchr(text, mark);
	size_t length = (size_t)(at - text) < size - 1 ? (size_t)(at - text) : size - 1;

	memcpy(ret_head, text, length);
	ret_head[length] = '\0';
	return at + 1;
}

int sim_state_point(const struct site *site, const char *name, uint32_t *ret_point, struct sim_problem *problem)
{
	char head[LIMIT_ID + 2], hint[HINT];
	uint32_t device = SITE_NONE;

	if (!strchr(name, '/'))
		return sim_problem_set(problem, SIM_USAGE, "'%.80s' is no point; a point is DEVICE/POINT", name);
	const char *rest = split(name, '/', head, sizeof head);
	int error = find_device(site, head, &device, problem);
	if (error < 0)
		return error;
	const struct site_device *row = &site->devices[device];
	struct nearest near = sim_near(rest);
	for (uint32_t i = row->point_first; i < row->point_first + row->point_count; i++) {
		nearest_offer(&near, site->points[i].name);
		if (strcmp(site->points[i].name, rest) != 0)
			continue;
		*ret_point = i;
		return 0;
	}
	sim_near_text(&near, hint, sizeof hint);
	return sim_problem_set(problem, SIM_NO, "device %s has no point '%.80s'%s", head, rest, hint);
}

static bool is_switch(const char *state, bool *ret_on)
{
	*ret_on = strcmp(state, "on") == 0;
	return *ret_on || strcmp(state, "off") == 0;
}

static const struct site_enum *find_name(const struct site_point *point, const char *name)
{
	for (uint32_t i = 0; i < point->enum_count; i++)
		if (strcmp(point->enums[i].name, name) == 0)
			return &point->enums[i];
	return NULL;
}

/* A number as people write it: a value, one of its names, or +N and -N to what is there. */
static int parse_number(const struct site_point *point, const char *target, const char *state,
                        struct sim_flip *ret_flip, struct sim_problem *problem)
{
	const struct site_enum *name = find_name(point, state);
	bool add = state[0] == '+' || (state[0] == '-' && point->counter);
	double value = name ? site_point_value(point, (double)name->raw) : 0;

	if (!name && sim_decimal(state, &value) < 0)
		return sim_problem_set(problem, SIM_USAGE, "%.80s takes a number%s, not '%.40s'", target,
		                       point->enum_count ? " or one of its names" : "", state);
	int error = sim_signal_raw(point, add ? value + point->offset : value, &ret_flip->value);
	if (error < 0)
		return sim_problem_set(problem, SIM_USAGE, "%.80s cannot hold %.40s", target, state);
	ret_flip->add = add && point->type != TYPE_F32;
	if (add && point->type == TYPE_F32)
		return sim_problem_set(problem, SIM_USAGE, "%.80s is no whole number: give it a value", target);
	return 0;
}

static int parse_value(const struct site_point *point, const char *target, const char *state,
                       struct sim_change *ret_change, struct sim_problem *problem)
{
	struct sim_change change = {.count = 1, .flips = {ret_change->flips[0]}};
	bool on = false;

	if (point->type != TYPE_BIT) {
		int error = parse_number(point, target, state, &change.flips[0], problem);
		if (error < 0)
			return error;
	} else if (is_switch(state, &on)) {
		change.flips[0].value = on;
		change.undo = on ? "off" : "on";
	} else {
		return sim_problem_set(problem, SIM_USAGE, "%.80s takes on or off, not '%.80s'", target, state);
	}
	*ret_change = change;
	return 0;
}

static int resolve_point(const struct site *site, const char *target, const char *state, struct sim_change *ret_change,
                         struct sim_problem *problem)
{
	struct sim_change change = {0};
	int error = sim_state_point(site, target, &change.flips[0].point, problem);

	if (error == 0)
		error = parse_value(&site->points[change.flips[0].point], target, state, &change, problem);
	if (error == 0)
		*ret_change = change;
	return error;
}

static int find_role(const struct site_sensor *sensor, const char *name, enum site_role *ret_role,
                     struct sim_problem *problem)
{
	struct nearest near = sim_near(name);
	char hint[HINT];

	for (enum site_role role = 0; role < ROLE_COUNT; role++) {
		if (sensor->inputs[role].point == SITE_NONE)
			continue;
		nearest_offer(&near, site_role_name(role));
		if (strcmp(site_role_name(role), name) != 0)
			continue;
		*ret_role = role;
		return 0;
	}
	sim_near_text(&near, hint, sizeof hint);
	return sim_problem_set(problem, SIM_NO, "%s %s has no input '%.80s'%s", sensor_kind_name(sensor->kind),
	                       sensor->id, name, hint);
}

/* An input by on and off, by the way its line breaks, or as the number that it is. */
static int resolve_role(const struct site *site, const char *target, const char *state, struct sim_change *ret_change,
                        struct sim_problem *problem)
{
	char head[LIMIT_ID + 2];
	const char *rest = split(target, '.', head, sizeof head);
	enum site_role role = ROLE_COUNT;
	uint32_t index = SITE_NONE;
	struct sim_change change = {0};
	bool on = false;

	int error = sim_state_sensor(site, head, &index, problem);
	if (error == 0)
		error = find_role(&site->sensors[index], rest, &role, problem);
	if (error < 0)
		return error;
	const struct site_input *input = &site->sensors[index].inputs[role];
	change.count = sim_signal_break(site, input, state, change.flips);
	if (change.count == 0 && is_switch(state, &on)) {
		change.count = sim_signal_flips(site, input, on, change.flips);
		change.undo = input->form == FORM_COUNTER ? NULL : on ? "off" : "on";
	} else if (change.count == 0) {
		change.flips[0].point = input->point;
		error = parse_value(&site->points[input->point], target, state, &change, problem);
	}
	if (error == 0)
		*ret_change = change;
	return error;
}

static bool word_fits(const struct word *word, const struct site_sensor *sensor)
{
	return (word->kind == sensor->kind || word->kind == ANY_KIND) &&
	       sensor->inputs[word->sets[0].role].point != SITE_NONE;
}

/* "door sp3-inner has no state 'opne'; did you mean 'open'? It takes: open closed …" */
static int no_such_word(const struct site_sensor *sensor, const char *state, struct sim_problem *problem)
{
	struct nearest near = sim_near(state);
	char list[160] = "", hint[HINT];
	size_t length = 0;

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (!word_fits(&words[i], sensor))
			continue;
		nearest_offer(&near, words[i].name);
		int more = snprintf(list + length, sizeof list - length, " %s", words[i].name);
		if (more > 0 && (size_t)more < sizeof list - length)
			length += (size_t)more;
	}
	sim_near_text(&near, hint, sizeof hint);
	return sim_problem_set(problem, SIM_USAGE, "%s %s has no state '%.40s'%s It takes:%s",
	                       sensor_kind_name(sensor->kind), sensor->id, state, near.best ? hint : ".", list);
}

static void add_input(const struct site *site, const struct site_input *input, bool truth, struct sim_change *change)
{
	struct sim_flip flips[SIM_SIGNAL_MOST];

	if (input->point == SITE_NONE)
		return;
	size_t count = sim_signal_flips(site, input, truth, flips);
	for (size_t i = 0; i < count && change->count < COUNT_OF(change->flips); i++)
		change->flips[change->count++] = flips[i];
	if (sim_signal_flips(site, input, !truth, flips) > 0 && change->count == count)
		change->back = flips[0].value;
}

static int resolve_word(const struct site *site, uint32_t index, const char *state, struct sim_change *ret_change,
                        struct sim_problem *problem)
{
	const struct site_sensor *sensor = &site->sensors[index];
	const struct word *word = NULL;
	struct sim_change change = {0};

	for (size_t i = 0; i < COUNT_OF(words) && !word; i++)
		if (word_fits(&words[i], sensor) && strcmp(words[i].name, state) == 0)
			word = &words[i];
	if (!word)
		return no_such_word(sensor, state, problem);
	for (size_t i = 0; i < word->count; i++)
		add_input(site, &sensor->inputs[word->sets[i].role], word->sets[i].value, &change);
	change.pulse = word->pulse;
	change.undo = word->undo;
	*ret_change = change;
	return 0;
}

static int resolve_sensor(const struct site *site, uint32_t index, const char *state, struct sim_change *ret_change,
                          struct sim_problem *problem)
{
	const struct site_input *counter = &site->sensors[index].inputs[ROLE_COUNTER];
	struct sim_change change = {.flips[0].point = counter->point};

	if (strncmp(state, HITS, strlen(HITS)) != 0 || counter->point == SITE_NONE)
		return resolve_word(site, index, state, ret_change, problem);
	int error = parse_value(&site->points[counter->point], state, state + strlen(HITS) - 1, &change, problem);
	if (error == 0)
		*ret_change = change;
	return error;
}

int sim_state_resolve(const struct site *site, const char *target, const char *state, struct sim_change *ret_change,
                      struct sim_problem *problem)
{
	bool point = strchr(target, '/') != NULL, role = strchr(target, '.') != NULL;
	uint32_t sensor;

	if (!point && !role) {
		int error = sim_state_sensor(site, target, &sensor, problem);
		return error < 0 ? error : resolve_sensor(site, sensor, state, ret_change, problem);
	}
	return point ? resolve_point(site, target, state, ret_change, problem)
	             : resolve_role(site, target, state, ret_change, problem);
}

int sim_state_pulse(const struct site *site, const char *target, struct sim_change *ret_change,
                    struct sim_problem *problem)
{
	const char *state = "on";
	struct sim_change change;
	uint32_t sensor;

	if (!strchr(target, '/') && !strchr(target, '.')) {
		int error = sim_state_sensor(site, target, &sensor, problem);
		if (error < 0)
			return error;
		state = moments[site->sensors[sensor].kind];
	}
	int error = sim_state_resolve(site, target, state, &change, problem);
	if (error < 0)
		return error;
	if (!change.pulse && strchr(target, '/')) /* a bare point goes back to off */
		change.back = 0;
	change.pulse = true;
	*ret_change = change;
	return 0;
}
