/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim/control - the simulator's UNIX socket: commands in, one line each; answers out.
 *
 * An answer's lines begin with an exit code of the contract and a space; all but the last have "-" for the space:
 *   set sp3-inner open      →  0 sp3-inner open; undo: set sp3-inner closed
 *   list                    →  0-yard-io …
 *                              0 3 links, 4 devices, 9 sensors
 * While a scenario that was started here runs, its deeds come as "0-" lines and its end as the last one; a peer
 * that goes away in the meantime ends it.
 */
#ifndef PICKET_SIM_CONTROL_H
#define PICKET_SIM_CONTROL_H

#include "drivers/sim/command.h"
#include "drivers/sim/scenario.h"

struct sim_control;

/* The place of the socket: $PICKET_SIM_SOCKET, else sim-GATEWAY.sock beside picketd's. -EINVAL: no place for it. */
int sim_control_path(const char *gateway, char *ret_path, size_t size);
/* The folder of these sockets: $XDG_RUNTIME_DIR/picket, or /run/picket for root. -EINVAL: neither. */
int sim_control_folder(char *ret_path, size_t size);

/* A socket on which another simulator answers is refused; a dead one's is taken over. */
int sim_control_new(const char *path, const struct sim_game *game, struct sim_control **ret_control,
                    struct sim_problem *problem);
void sim_control_free(struct sim_control **control);

#endif
