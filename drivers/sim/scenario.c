/* SPDX-License-Identifier: Apache-2.0 */
/* sim/scenario - see scenario.h */
#include "drivers/sim/scenario.h"

#include "config/nearest.h"
#include "config/scalar.h"
#include "config/yaml_tree.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct step {
	uint32_t at_ms;
	struct sim_command command;
};

struct sim_scenario {
	struct step *steps;
	size_t count, room, next;
	const struct sim_game *game;
	const struct sim_audience *audience;
	struct sim_due due;
	struct mono started;
};

/* What is being read. */
struct reading {
	const char *path;
	const struct site *site;
	struct site_errors *errors;
	struct sim_scenario *scenario;
	uint32_t at_ms; /* of the step under way */
	bool wrong;
};

static const char *const keys[] = {"at", "after", "set", "do", "say"};

#define KEYS (sizeof keys / sizeof *keys)
#define WRONG(reading, node, ...)                                                                                      \
	do {                                                                                                           \
		struct site_spot spot_ = {(reading)->path, 0, (node)->line, (node)->column};                           \
		(reading)->wrong = true;                                                                               \
		site_errors_add((reading)->errors, spot_, __VA_ARGS__);                                                \
	} while (0)

static void add_line(struct reading *reading, const struct tree_node *node, const char *line)
{
	struct sim_scenario *scenario = reading->scenario;
	struct step *step = &scenario->steps[scenario->count];
	struct sim_problem problem;

	if (scenario->count == scenario->room) {
		WRONG(reading, node, "more than %d deeds; split the scenario", LIMIT_SIM_STEPS);
		return;
	}
	step->at_ms = reading->at_ms;
	if (sim_command_parse(reading->site, line, &step->command, &problem) < 0)
		WRONG(reading, node, "%s", problem.text);
	else if (step->command.verb == SIM_RUN)
		WRONG(reading, node, "a scenario cannot run another");
	else
		scenario->count++;
}

static const char *text_of(struct reading *reading, const struct tree_node *key)
{
	const struct tree_node *value = key->value;

	if (value->kind == TREE_SCALAR && value->text[0] && scalar_is_printable(value->text, false))
		return value->text;
	WRONG(reading, value, "%s: one line of text is wanted, not %s", key->text, tree_kind_name(value));
	return NULL;
}

static void read_set(struct reading *reading, const struct tree_node *key)
{
	char line[LIMIT_SIM_LINE];

	if (key->value->kind != TREE_MAPPING) {
		WRONG(reading, key->value, "set: {TARGET: STATE} is wanted, not %s", tree_kind_name(key->value));
		return;
	}
	for (const struct tree_node *target = key->value->first; target; target = target->next) {
		const char *state = text_of(reading, target);
		if (!state)
			continue;
		snprintf(line, sizeof line, "set %s %s", target->text, state);
		add_line(reading, target, line);
	}
}

static void read_deed(struct reading *reading, const struct tree_node *key)
{
	char line[LIMIT_SIM_LINE];

	if (strcmp(key->text, "set") == 0) {
		read_set(reading, key);
		return;
	}
	const char *text = text_of(reading, key);
	if (!text)
		return;
	bool say = strcmp(key->text, "say") == 0;
	if ((size_t)snprintf(line, sizeof line, "%s%s", say ? "say " : "", text) >= sizeof line)
		WRONG(reading, key->value, "%s: longer than %d bytes", key->text, LIMIT_SIM_LINE - 1);
	else
		add_line(reading, key->value, line);
}

static void read_time(struct reading *reading, const struct tree_node *step)
{
	const struct tree_node *at = tree_get(step, "at"), *after = tree_get(step, "after");
	const struct tree_node *node = at ? at : after;
	uint32_t ms;

	if (!node)
		return;
	if (at && after)
		WRONG(reading, after, "at or after, not both");
	else if (!scalar_thousandths(node, &ms) || ms > LIMIT_SECONDS_MAX * 1000u)
		WRONG(reading, node, "seconds from 0 to %d are wanted, like 2.5", LIMIT_SECONDS_MAX);
	else if (at && ms < reading->at_ms)
		WRONG(reading, at, "the step above is later, at %u.%03u s", reading->at_ms / 1000,
		      reading->at_ms % 1000);
	else
		reading->at_ms = at ? ms : reading->at_ms + ms;
}

static bool known_key(const char *text)
{
	for (size_t i = 0; i < KEYS; i++)
		if (strcmp(keys[i], text) == 0)
			return true;
	return false;
}

static void wrong_key(struct reading *reading, const struct tree_node *key)
{
	struct nearest near = sim_near(key->text);
	char hint[64];

	for (size_t i = 0; i < KEYS; i++)
		nearest_offer(&near, keys[i]);
	sim_near_text(&near, hint, sizeof hint);
	WRONG(reading, key, "'%.40s': a step has at, after, set, do and say%s", key->text, hint);
}

static void read_step(struct reading *reading, const struct tree_node *step)
{
	size_t deeds = 0;

	if (step->kind != TREE_MAPPING) {
		WRONG(reading, step, "a step is a mapping like {after: 1, set: {TARGET: STATE}}, not %s",
		      tree_kind_name(step));
		return;
	}
	read_time(reading, step);
	for (const struct tree_node *key = step->first; key; key = key->next) {
		if (!known_key(key->text)) {
			wrong_key(reading, key);
		} else if (key->text[0] != 'a') {
			deeds++;
			read_deed(reading, key);
		}
	}
	if (deeds == 0)
		WRONG(reading, step, "a step without a deed: set, do or say");
}

/* How many deeds there can be: every set may hold several. */
static size_t count_deeds(const struct tree_node *root)
{
	size_t count = 0;

	for (const struct tree_node *step = root->first; step; step = step->next) {
		const struct tree_node *set = tree_get(step, "set");
		count += 2 + (set ? set->count : 0);
	}
	return count < LIMIT_SIM_STEPS ? count : LIMIT_SIM_STEPS;
}

static void read_steps(struct reading *reading, const struct tree_node *root)
{
	if (root->kind != TREE_SEQUENCE || !root->first) {
		WRONG(reading, root, "a scenario is a list of steps, not %s", tree_kind_name(root));
		return;
	}
	for (const struct tree_node *step = root->first; step; step = step->next)
		read_step(reading, step);
}

static int read_file(struct arena *arena, struct reading *reading)
{
	const struct tree_node *root;
	int error = tree_load(arena, reading->path, reading->errors, &root);

	if (error < 0)
		return error;
	struct sim_scenario *scenario = reading->scenario;
	scenario->room = count_deeds(root);
	scenario->steps = calloc(scenario->room + 1, sizeof *scenario->steps);
	if (!scenario->steps)
		return -ENOMEM;
	read_steps(reading, root);
	return reading->wrong || reading->errors->count ? -EINVAL : 0;
}

int sim_scenario_load(const char *path, const struct site *site, struct sim_scenario **ret_scenario,
                      struct site_errors *errors)
{
	struct arena *arena = arena_new();
	struct sim_scenario *scenario = calloc(1, sizeof *scenario);
	struct reading reading = {.path = path, .site = site, .errors = errors, .scenario = scenario};
	int error = arena && scenario ? read_file(arena, &reading) : -ENOMEM;

	arena_free(&arena);
	site_errors_sort(errors);
	if (error < 0)
		sim_scenario_free(&scenario);
	else
		*ret_scenario = scenario;
	return error;
}

void sim_scenario_free(struct sim_scenario **scenario)
{
	if (!*scenario)
		return;
	if ((*scenario)->game)
		sim_loop_cancel((*scenario)->game->loop, &(*scenario)->due);
	free((*scenario)->steps);
	free(*scenario);
	*scenario = NULL;
}

static int play_step(struct sim_scenario *scenario, const struct step *step, struct sim_problem *problem)
{
	char *text = NULL;
	size_t length;
	FILE *answer = open_memstream(&text, &length);

	if (!answer)
		return sim_problem_set(problem, SIM_NO, "%s", strerror(ENOMEM));
	int error = sim_command_do(scenario->game, &step->command, answer, problem);
	fclose(answer);
	if (error == 0)
		scenario->audience->line(scenario->audience->context, text);
	free(text);
	return error;
}

static void play(void *context)
{
	struct sim_scenario *scenario = context;
	struct sim_problem problem;

	while (scenario->next < scenario->count) {
		const struct step *step = &scenario->steps[scenario->next];
		struct mono at = mono_add_ms(scenario->started, step->at_ms);
		if (!mono_reached(sim_loop_now(), at)) {
			sim_loop_arm(scenario->game->loop, &scenario->due, at);
			return;
		}
		if (play_step(scenario, step, &problem) < 0) {
			scenario->audience->end(scenario->audience->context, &problem);
			return;
		}
		scenario->next++;
	}
	scenario->audience->end(scenario->audience->context, NULL);
}

void sim_scenario_start(struct sim_scenario *scenario, const struct sim_game *game, const struct sim_audience *audience)
{
	assert(!scenario->game);
	scenario->game = game;
	scenario->audience = audience;
	scenario->started = sim_loop_now();
	scenario->due = (struct sim_due){.fire = play, .context = scenario};
	sim_loop_arm(game->loop, &scenario->due, scenario->started);
}
