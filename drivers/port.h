/* SPDX-License-Identifier: Apache-2.0 */
/*
 * port - the descriptor under one way of a link: a TCP connection or a serial line (or pty). Nothing here ever waits.
 *
 * TCP: an address, or a name that the resolver looks up. A name may have several addresses; each attempt that fails
 * goes on to the next, and has the name looked up again. Known addresses are used for as long as no others are known.
 *
 * Serial lines are opened and set up by libmodbus, always by the path of the site file, so that an adapter may come
 * back as another device. They are locked (TIOCEXCL and flock): two masters on one bus would spoil each other's
 * frames, and a line that another holds is left as it is. RS-485 (struct serial_rs485 of linux/serial.h) is set and
 * read back; a line that cannot do what the site file says is not opened.
 *
 * All functions return 0 or -errno; port_trouble() has the reason in words.
 */
#ifndef PICKET_PORT_H
#define PICKET_PORT_H

#include "config/site.h"
#include "drivers/resolver.h"

#include <sys/types.h>

struct port;

/* Checks the address and allocates; opens nothing. -EINVAL: host is neither an address nor called a name, or the
 * baud rate or parity is none that a port has. resolver: may be NULL when the host is no name. */
int port_new(const struct site_endpoint *end, struct resolver *resolver, struct port **ret_port);
void port_free(struct port **port);

/* 0: open; -EINPROGRESS: a connection is under way, port_finish() when it is writable; -EAGAIN: no address is known
 * yet, call again when the resolver has answered. */
int port_open(struct port *port, struct mono now);
/* What became of the connection. */
int port_finish(struct port *port);
void port_close(struct port *port);

/* Whether a way that is not in use could be opened, as far as one can see without disturbing who uses the same bus:
 * opening raises RTS, which turns some transceivers round. Only for serial lines. */
int port_look(struct port *port);

/* -1 while closed. */
int port_fd(const struct port *port);
/* All of it or nothing: a port that cannot take one request at once is as good as dead (-EIO). */
int port_send(struct port *port, const uint8_t *bytes, size_t length);
/* Bytes read; 0: none now; -ECONNRESET: the other end is gone. */
ssize_t port_receive(struct port *port, uint8_t *bytes, size_t size);

/* Why the latest attempt failed or the latest connection ended, for people; "" before any did. */
const char *port_trouble(const struct port *port);

#endif
