/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim/command - what a person or a scenario can tell the simulator, one line each:
 *
 *   set TARGET STATE [TIMES]     pulse TARGET [MS]       get SENSOR|POINT      list
 *   kill|freeze|revive DEVICE|LINK                       slow DEVICE MS [JITTER_MS]
 *   run FILE                     say TEXT                quit
 *
 * Reading a line resolves every name, so that a scenario's mistakes are found before it starts.
 */
#ifndef PICKET_SIM_COMMAND_H
#define PICKET_SIM_COMMAND_H

#include "config/limits.h"
#include "drivers/sim/plant.h"
#include "drivers/sim/state.h"
#include "drivers/sim/wire.h"

#include <stdio.h>

enum sim_verb {
	SIM_SET,
	SIM_PULSE,
	SIM_GET,
	SIM_LIST,
	SIM_KILL,
	SIM_FREEZE,
	SIM_REVIVE,
	SIM_SLOW,
	SIM_RUN, /* the owner of the scenario does it */
	SIM_SAY,
	SIM_QUIT,
	SIM_VERB_COUNT,
};

struct sim_command {
	enum sim_verb verb;
	char words[2][LIMIT_ID * 2 + 2]; /* target and state, as written */
	struct sim_change change;        /* set, pulse */
	uint32_t times, on_ms;
	uint32_t sensor, point, device, link; /* SITE_NONE: not this one */
	struct sim_slowness slowness;
	bool json;
	char text[LIMIT_SIM_LINE]; /* run: file; say: text */
};

/* Everything that a command acts upon. */
struct sim_game {
	const struct site *site;
	struct sim_loop *loop;
	struct sim_plant *plant;
	struct sim_wire *wire;
};

/* SIM_VERB_COUNT when there is no such verb; a near one is then in *ret_hint ("; did you mean …" or ""). */
enum sim_verb sim_verb_by_name(const char *name, char ret_hint[64]);

int sim_command_parse(const struct site *site, const char *line, struct sim_command *ret_command,
                      struct sim_problem *problem);

/* Does it and writes the answer, lines without a mark at the end of the last. Not for SIM_RUN. */
int sim_command_do(const struct sim_game *game, const struct sim_command *command, FILE *answer,
                   struct sim_problem *problem);

#endif
