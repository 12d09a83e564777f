/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim/state - what people call the states of a sensor, and which points stand for them.
 *
 * Pure. A target is a sensor ("sp3-inner"), one of its inputs ("sp3-inner.contact", in the sense of the sensor:
 * an inverted input is turned round) or a bare point ("gate-io/di/0", as it is on the wire). An input that is watched
 * for it can be short or open or drift; a number is set to a value in its unit or to one of its names, or by +N and -N.
 *
 *   door    open closed locked unlocked release norelease     fence   hit quiet
 *   camera  trigger clear    duress  press release    power  lost good    tamper, input  on off
 *   any sensor with a tamper input: tamper notamper           inputs and points: on off
 *   a fence with a counter: hits+N
 *
 * "closed" and "locked" are the same: the door's own lock throws the bolt.
 */
#ifndef PICKET_SIM_STATE_H
#define PICKET_SIM_STATE_H

#include "config/nearest.h"
#include "config/site.h"
#include "drivers/sim/signal.h"

enum sim_code { SIM_DONE = 0, SIM_NO = 1, SIM_USAGE = 2, SIM_UNREACHABLE = 3 };

/* What was wrong with a command: an exit code of the contract, and words for a person. */
struct sim_problem {
	enum sim_code code;
	char text[400];
};

__attribute__((format(printf, 3, 4))) int sim_problem_set(struct sim_problem *problem, enum sim_code code,
                                                          const char *format, ...);

/* The nearest name, in words: "; did you mean 'open'?", or "". */
struct nearest sim_near(const char *word);
void sim_near_text(const struct nearest *near, char *ret_text, size_t size);

struct sim_change {
	size_t count;
	struct sim_flip flips[4];
	bool pulse;       /* the state is a moment (a hit on a fence): the first flip, and back */
	uint32_t back;    /* raw, to what */
	const char *undo; /* the opposite state, NULL: none */
};

/* 0, or -EINVAL with the problem told. */
int sim_state_resolve(const struct site *site, const char *target, const char *state, struct sim_change *ret_change,
                      struct sim_problem *problem);

/* The change that a pulse on this target begins with: on for an input or point, the moment's state of a sensor. */
int sim_state_pulse(const struct site *site, const char *target, struct sim_change *ret_change,
                    struct sim_problem *problem);

/* Whether an input is true when nothing happens. */
bool sim_state_normal(enum site_role role);

int sim_state_sensor(const struct site *site, const char *id, uint32_t *ret_sensor, struct sim_problem *problem);
int sim_state_point(const struct site *site, const char *name, uint32_t *ret_point, struct sim_problem *problem);

#endif
