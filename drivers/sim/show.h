/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim/show - how the plant stands, for people and (--json) for programs.
 */
#ifndef PICKET_SIM_SHOW_H
#define PICKET_SIM_SHOW_H

#include "drivers/sim/command.h"

/* The answer to get and list. */
void sim_show(const struct sim_game *game, const struct sim_command *command, FILE *answer);

#endif
