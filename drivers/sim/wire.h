/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim/wire - every link of the site, played: who listens, who answers, how late, and who is dead.
 *
 * Killed: a TCP link has no listener and no connections; a device that shares its TCP link with others is missed
 * by the gateway before it, which answers exception 0x0B; on a serial line it is silent. Frozen: takes requests,
 * never answers. A request for a unit that is not on the link: 0x0B on TCP, silence on a serial line.
 * A serial answer is as late as its bytes, those of the request and 3.5 characters take at the line's baud rate.
 */
#ifndef PICKET_SIM_WIRE_H
#define PICKET_SIM_WIRE_H

#include "config/site.h"
#include "drivers/sim/loop.h"
#include "drivers/sim/plant.h"
#include "drivers/sim/state.h"
#include "drivers/sim/stream.h"

struct sim_wire;

enum sim_health { SIM_ALIVE, SIM_KILLED, SIM_FROZEN };
const char *sim_health_name(enum sim_health health); /* "alive" "killed" "frozen" */

struct sim_slowness {
	uint32_t delay_ms, jitter_ms; /* so much later, and up to so much more */
};

struct sim_wire_setup {
	const struct site *site;
	struct sim_loop *loop;
	struct sim_plant *plant;
	uint64_t seed;    /* of the jitter */
	bool wire_timing; /* serial lines take their time byte by byte, see stream.h */
};

/* Opens every link, or none: then the problem says why. */
int sim_wire_new(const struct sim_wire_setup *setup, struct sim_wire **ret_wire, struct sim_problem *problem);
void sim_wire_free(struct sim_wire **wire);

int sim_wire_link(struct sim_wire *wire, uint32_t link, enum sim_health health, struct sim_problem *problem);
int sim_wire_device(struct sim_wire *wire, uint32_t device, enum sim_health health, struct sim_problem *problem);
void sim_wire_slow(struct sim_wire *wire, uint32_t device, struct sim_slowness slowness);

enum sim_health sim_wire_link_health(const struct sim_wire *wire, uint32_t link);
/* The worse of the device's and its link's. */
enum sim_health sim_wire_device_health(const struct sim_wire *wire, uint32_t device);
/* false: no serial line. */
bool sim_wire_use(const struct sim_wire *wire, uint32_t link, struct sim_stream_use *ret_use);
struct sim_slowness sim_wire_slowness(const struct sim_wire *wire, uint32_t device);

#endif
