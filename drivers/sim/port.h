/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim/port - the real ends of a simulated link: a TCP listener on loopback, or a pty with a symlink where the
 * site file expects the serial port. Each opens non-blocking and explains its failures for a person.
 */
#ifndef PICKET_SIM_PORT_H
#define PICKET_SIM_PORT_H

#include "config/site.h"
#include "drivers/sim/state.h"

/* A pty: the master for us, the slave kept open so that readers may come and go. */
struct sim_pty {
	int master, slave; /* -1: none */
	int closes;        /* inotify: readable when a reader has closed the port */
	char name[64];     /* "/dev/pts/7" */
};

/* Whether this link can be served at all, and nothing stands in its place; a symlink that a simulator left
 * behind when it was killed is removed. To be asked of every link before the first is opened. */
int sim_port_check(const struct site_link *link, struct sim_problem *problem);

int sim_port_listen(const struct site_link *link, int *ret_fd, struct sim_problem *problem);
int sim_port_open_pty(const struct site_link *link, struct sim_pty *ret_pty, struct sim_problem *problem);

/* A reader has gone, and its exclusive use of the port (TIOCEXCL) with it, as on a real port's last close: a pty
 * keeps that mark. To be called when `closes` is readable. */
void sim_port_release(struct sim_pty *pty);

/* Closes what is open, and removes the symlink when it is still ours. */
void sim_port_close_pty(const struct site_link *link, struct sim_pty *pty);

#endif
