/* SPDX-License-Identifier: Apache-2.0 */
/* sim/command - see command.h */
#include "drivers/sim/command.h"

#include "drivers/sim/number.h"
#include "drivers/sim/show.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PULSE_MS  300
#define TIMES_MAX 1000
#define ARGUMENTS 4 /* one more than any verb takes */
#define SPACE     " \t\r\n"
#define HINT      64

/* The words after the verb. */
struct arguments {
	size_t count;
	const char *words[ARGUMENTS];
	const char *rest; /* all of them as written */
};

struct verb {
	const char *name, *usage;
	size_t least, most; /* arguments */
	int (*parse)(const struct site *site, const struct arguments *arguments, struct sim_command *command,
	             struct sim_problem *problem);
};

static int parse_set(const struct site *site, const struct arguments *arguments, struct sim_command *command,
                     struct sim_problem *problem)
{
	uint64_t times = 1;
	int error = sim_state_resolve(site, arguments->words[0], arguments->words[1], &command->change, problem);

	if (error < 0)
		return error;
	if (arguments->count == 3 && !command->change.pulse)
		return sim_problem_set(problem, SIM_USAGE, "'%.40s' is no moment, so it cannot happen '%.20s' times",
		                       arguments->words[1], arguments->words[2]);
	if (arguments->count == 3 && (sim_number(arguments->words[2], TIMES_MAX, &times) < 0 || times == 0))
		return sim_problem_set(problem, SIM_USAGE, "'%.20s' is not a number from 1 to %d", arguments->words[2],
		                       TIMES_MAX);
	command->times = (uint32_t)times;
	command->on_ms = PULSE_MS;
	return 0;
}

static int parse_pulse(const struct site *site, const struct arguments *arguments, struct sim_command *command,
                       struct sim_problem *problem)
{
	uint64_t on_ms = PULSE_MS;

	if (arguments->count == 2 && (sim_number(arguments->words[1], LIMIT_SIM_DELAY_MS, &on_ms) < 0 || on_ms == 0))
		return sim_problem_set(problem, SIM_USAGE, "'%.20s' is not a number of milliseconds from 1 to %d",
		                       arguments->words[1], LIMIT_SIM_DELAY_MS);
	command->on_ms = (uint32_t)on_ms;
	command->times = 1;
	return sim_state_pulse(site, arguments->words[0], &command->change, problem);
}

static int parse_get(const struct site *site, const struct arguments *arguments, struct sim_command *command,
                     struct sim_problem *problem)
{
	if (strchr(arguments->words[0], '/'))
		return sim_state_point(site, arguments->words[0], &command->point, problem);
	return sim_state_sensor(site, arguments->words[0], &command->sensor, problem);
}

static int parse_body(const struct site *site, const struct arguments *arguments, struct sim_command *command,
                      struct sim_problem *problem)
{
	const char *id = arguments->words[0];
	struct nearest near = sim_near(id);
	char hint[HINT];

	command->device = site_device_by_id(site, id);
	for (uint32_t i = 0; i < site->link_count && command->device == SITE_NONE; i++) {
		nearest_offer(&near, site->links[i].id);
		if (strcmp(site->links[i].id, id) == 0)
			command->link = i;
	}
	if (command->device != SITE_NONE || command->link != SITE_NONE)
		return 0;
	for (size_t i = 0; i < site->device_count; i++)
		nearest_offer(&near, site->devices[i].id);
	sim_near_text(&near, hint, sizeof hint);
	return sim_problem_set(problem, SIM_NO, "no device or link '%.80s'%s", id, hint);
}

static int parse_slow(const struct site *site, const struct arguments *arguments, struct sim_command *command,
                      struct sim_problem *problem)
{
	uint64_t ms[2] = {0, 0};

	for (size_t i = 1; i < arguments->count; i++)
		if (sim_number(arguments->words[i], LIMIT_SIM_DELAY_MS, &ms[i - 1]) < 0)
			return sim_problem_set(problem, SIM_USAGE, "'%.20s' is not a number of milliseconds up to %d",
			                       arguments->words[i], LIMIT_SIM_DELAY_MS);
	command->slowness = (struct sim_slowness){(uint32_t)ms[0], (uint32_t)ms[1]};
	int error = parse_body(site, arguments, command, problem);
	if (error == 0 && command->device == SITE_NONE)
		return sim_problem_set(problem, SIM_USAGE, "%.80s is a link; only devices are slow",
		                       arguments->words[0]);
	return error;
}

static int parse_text(const struct site *site, const struct arguments *arguments, struct sim_command *command,
                      struct sim_problem *problem)
{
	(void)site;
	(void)problem;
	snprintf(command->text, sizeof command->text, "%s", arguments->rest);
	return 0;
}

static int parse_bare(const struct site *site, const struct arguments *arguments, struct sim_command *command,
                      struct sim_problem *problem)
{
	(void)site;
	(void)arguments;
	(void)command;
	(void)problem;
	return 0;
}

static const struct verb verbs[SIM_VERB_COUNT] = {
        [SIM_SET] = {"set", "set SENSOR|SENSOR.INPUT|DEVICE/POINT STATE [TIMES]", 2, 3, parse_set},
        [SIM_PULSE] = {"pulse", "pulse SENSOR|SENSOR.INPUT|DEVICE/POINT [MS]", 1, 2, parse_pulse},
        [SIM_GET] = {"get", "get SENSOR|DEVICE/POINT [--json]", 1, 1, parse_get},
        [SIM_LIST] = {"list", "list [--json]", 0, 0, parse_bare},
        [SIM_KILL] = {"kill", "kill DEVICE|LINK", 1, 1, parse_body},
        [SIM_FREEZE] = {"freeze", "freeze DEVICE|LINK", 1, 1, parse_body},
        [SIM_REVIVE] = {"revive", "revive DEVICE|LINK", 1, 1, parse_body},
        [SIM_SLOW] = {"slow", "slow DEVICE MS [JITTER_MS]", 2, 3, parse_slow},
        [SIM_RUN] = {"run", "run FILE", 1, SIZE_MAX, parse_text},
        [SIM_SAY] = {"say", "say TEXT", 1, SIZE_MAX, parse_text},
        [SIM_QUIT] = {"quit", "quit", 0, 0, parse_bare},
};

enum sim_verb sim_verb_by_name(const char *name, char ret_hint[64])
{
	struct nearest near = sim_near(name);

	ret_hint[0] = '\0';
	for (enum sim_verb verb = 0; verb < SIM_VERB_COUNT; verb++) {
		if (strcmp(verbs[verb].name, name) == 0)
			return verb;
		nearest_offer(&near, verbs[verb].name);
	}
	sim_near_text(&near, ret_hint, HINT);
	return SIM_VERB_COUNT;
}

/* Cuts the line at its spaces. --json is no argument, wherever it stands. */
static void cut(char *line, struct arguments *ret_arguments, bool *ret_json)
{
	char *save = NULL;

	for (char *word = strtok_r(line, SPACE, &save); word; word = strtok_r(NULL, SPACE, &save)) {
		if (strcmp(word, "--json") == 0) {
			*ret_json = true;
			continue;
		}
		if (ret_arguments->count < ARGUMENTS)
			ret_arguments->words[ret_arguments->count] = word;
		ret_arguments->count++;
	}
}

static void keep_words(const struct arguments *arguments, struct sim_command *command)
{
	for (size_t i = 0; i < arguments->count && i < 2; i++)
		snprintf(command->words[i], sizeof command->words[i], "%s", arguments->words[i]);
}

static int parse_rest(const struct site *site, char *rest, struct sim_command *command, struct sim_problem *problem)
{
	const struct verb *verb = &verbs[command->verb];
	struct arguments arguments = {.rest = rest};
	char cuttable[LIMIT_SIM_LINE];

	snprintf(cuttable, sizeof cuttable, "%s", rest);
	cut(cuttable, &arguments, &command->json);
	if (arguments.count < verb->least || arguments.count > verb->most)
		return sim_problem_set(problem, SIM_USAGE, "%s what? Usage: %s", verb->name, verb->usage);
	if (command->json && command->verb != SIM_GET && command->verb != SIM_LIST)
		return sim_problem_set(problem, SIM_USAGE, "%s has no --json; get and list have", verb->name);
	keep_words(&arguments, command);
	return verb->parse(site, &arguments, command, problem);
}

int sim_command_parse(const struct site *site, const char *line, struct sim_command *ret_command,
                      struct sim_problem *problem)
{
	struct sim_command command = {.sensor = SITE_NONE, .point = SITE_NONE, .device = SITE_NONE, .link = SITE_NONE};
	char copy[LIMIT_SIM_LINE], hint[HINT];

	if ((size_t)snprintf(copy, sizeof copy, "%s", line + strspn(line, SPACE)) >= sizeof copy)
		return sim_problem_set(problem, SIM_USAGE, "longer than %d bytes", LIMIT_SIM_LINE - 1);
	copy[strcspn(copy, "\r\n")] = '\0';
	char *end = copy + strcspn(copy, SPACE);
	char *rest = *end ? end + 1 + strspn(end + 1, SPACE) : end;
	*end = '\0';
	command.verb = sim_verb_by_name(copy, hint);
	if (command.verb == SIM_VERB_COUNT)
		return sim_problem_set(problem, SIM_USAGE, "no verb '%.40s'%s", copy, hint);
	int error = parse_rest(site, rest, &command, problem);
	if (error == 0)
		*ret_command = command;
	return error;
}

/* A line among the flips, with the time as they have it. */
static void note(const char *mark, const char *words)
{
	int64_t us = sim_loop_stamp_ns() / 1000;

	printf("%" PRId64 ".%06" PRId64 " %s%s\n", us / 1000000, us % 1000000, mark, words);
}

static int do_change(const struct sim_game *game, const struct sim_command *command, FILE *answer,
                     struct sim_problem *problem)
{
	const struct sim_change *change = &command->change;
	const char *state = command->verb == SIM_SET ? command->words[1] : "pulse";

	if (change->pulse) {
		struct sim_pulse pulse = {change->flips[0], change->back, command->on_ms, command->times};
		if (sim_plant_pulse(game->plant, &pulse) < 0)
			return sim_problem_set(problem, SIM_NO, "%d pulses are under way already", LIMIT_SIM_PULSES);
		fprintf(answer, "%s %s, %" PRIu32 " ms, %" PRIu32 " time%s", command->words[0], state, command->on_ms,
		        command->times, command->times == 1 ? "" : "s");
		return 0;
	}
	for (size_t i = 0; i < change->count; i++)
		sim_plant_flip(game->plant, change->flips[i]);
	fprintf(answer, "%s %s", command->words[0], state);
	if (change->undo)
		fprintf(answer, "; undo: set %s %s", command->words[0], change->undo);
	return 0;
}

static int do_health(const struct sim_game *game, const struct sim_command *command, FILE *answer,
                     struct sim_problem *problem)
{
	static const enum sim_health healths[SIM_VERB_COUNT] = {
	        [SIM_KILL] = SIM_KILLED, [SIM_FREEZE] = SIM_FROZEN, [SIM_REVIVE] = SIM_ALIVE};
	enum sim_health health = healths[command->verb];
	bool device = command->device != SITE_NONE;
	char words[LIMIT_ID * 2 + 32];

	int error = device ? sim_wire_device(game->wire, command->device, health, problem)
	                   : sim_wire_link(game->wire, command->link, health, problem);
	if (error < 0)
		return error;
	snprintf(words, sizeof words, "%s %s is %s", device ? "device" : "link", command->words[0],
	         sim_health_name(health));
	note("", words);
	fputs(words, answer);
	if (health != SIM_ALIVE)
		fprintf(answer, "; undo: revive %s", command->words[0]);
	return 0;
}

static void do_slow(const struct sim_game *game, const struct sim_command *command, FILE *answer)
{
	struct sim_slowness slowness = command->slowness;

	sim_wire_slow(game->wire, command->device, slowness);
	fprintf(answer, "device %s answers %" PRIu32 " to %" PRIu32 " ms late", command->words[0], slowness.delay_ms,
	        slowness.delay_ms + slowness.jitter_ms);
	if (slowness.delay_ms || slowness.jitter_ms)
		fprintf(answer, "; undo: slow %s 0", command->words[0]);
}

static void do_say(const struct sim_command *command, FILE *answer)
{
	note("== ", command->text);
	fputs(command->text, answer);
}

static void do_quit(const struct sim_game *game, FILE *answer)
{
	sim_loop_stop(game->loop);
	fputs("bye", answer);
}

int sim_command_do(const struct sim_game *game, const struct sim_command *command, FILE *answer,
                   struct sim_problem *problem)
{
	int error = 0;

	assert(command->verb < SIM_VERB_COUNT && command->verb != SIM_RUN);
	if (command->verb == SIM_SET || command->verb == SIM_PULSE)
		error = do_change(game, command, answer, problem);
	else if (command->verb == SIM_KILL || command->verb == SIM_FREEZE || command->verb == SIM_REVIVE)
		error = do_health(game, command, answer, problem);
	else if (command->verb == SIM_SLOW)
		do_slow(game, command, answer);
	else if (command->verb == SIM_SAY)
		do_say(command, answer);
	else if (command->verb == SIM_QUIT)
		do_quit(game, answer);
	else
		sim_show(game, command, answer);
	return error;
}
