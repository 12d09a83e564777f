/* SPDX-License-Identifier: Apache-2.0 */
/* restore - state of alarms, areas and outputs from the journal: by name, since the site file may have changed. */
#ifndef PICKET_RESTORE_H
#define PICKET_RESTORE_H

#include "gateway/alarm/engine.h"
#include "gateway/journal/journal.h"
#include "gateway/outputs.h"

/* One moment by both clocks: masks end by the wall clock, which alone goes on while nothing runs. */
struct restore_time {
	struct mono mono;
	struct wall wall;
};

/* What takes the state in. */
struct restore_parts {
	const struct site *site;
	struct engine *engine;
	struct outputs *outputs;
};

/* *ret_unknown: states of things that the site no longer has; they are left out. */
int restore_state(struct journal *journal, const struct restore_parts *parts, struct restore_time time,
                  uint32_t *ret_unknown);

#endif
