/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port - the descriptor under a link: a TCP connection or a serial line (or pty). Nothing here ever waits.
 *
 * Serial lines are opened and set up by libmodbus, and then locked (TIOCEXCL and flock): two masters on one bus
 * would spoil each other's frames. All functions return 0 or -errno.
 */
#ifndef PICKET_PORT_H
#define PICKET_PORT_H

#include "config/site.h"

#include <sys/types.h>

struct port;

/* Checks the address and allocates; opens nothing. -EINVAL: host is not a literal address, or the baud rate or
 * parity is none that a port has. */
int port_new(const struct site_link *link, struct port **ret_port);
void port_free(struct port **port);

/* 0: open; -EINPROGRESS: a connection is under way, port_finish() when it is writable. */
int port_open(struct port *port);
/* What became of the connection. */
int port_finish(struct port *port);
void port_close(struct port *port);

/* -1 while closed. */
int port_fd(const struct port *port);
/* All of it or nothing: a port that cannot take one request at once is as good as dead (-EIO). */
int port_send(struct port *port, const uint8_t *bytes, size_t length);
/* Bytes read; 0: none now; -ECONNRESET: the other end is gone. */
ssize_t port_receive(struct port *port, uint8_t *bytes, size_t size);

#endif
