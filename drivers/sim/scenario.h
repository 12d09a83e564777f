/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim/scenario - a story played on the plant, from a YAML file: a list of steps, each with a time and a deed.
 *
 *   - say: a door is forced            say: a line on the simulator's output
 *     at: 2.5                          at: seconds from the start of the scenario; never before the step above
 *   - after: 1                         after: seconds from the step above; neither: at once
 *     set: {sp3-inner: open}           set: TARGET: STATE, as many as happen together
 *   - {after: 3, do: kill gate-io}     do: any command but run
 *
 * Every mistake is reported with its place, and every name is known, before anything is played.
 */
#ifndef PICKET_SIM_SCENARIO_H
#define PICKET_SIM_SCENARIO_H

#include "config/site_load.h"
#include "drivers/sim/command.h"

struct sim_scenario;

/* -EINVAL with at least one row in *errors, or -ENOMEM. */
int sim_scenario_load(const char *path, const struct site *site, struct sim_scenario **ret_scenario,
                      struct site_errors *errors);
void sim_scenario_free(struct sim_scenario **scenario);

struct sim_audience {
	void *context;
	void (*line)(void *context, const char *text);                 /* each deed, in words */
	void (*end)(void *context, const struct sim_problem *problem); /* NULL: to the last step */
};

/* Plays it, once, from the loop. The scenario may be freed at any time but from within the audience's line(). */
void sim_scenario_start(struct sim_scenario *scenario, const struct sim_game *game,
                        const struct sim_audience *audience);

#endif
