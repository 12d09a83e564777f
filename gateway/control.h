/* SPDX-License-Identifier: Apache-2.0 */
/*
 * control - the local control socket: HTTP/1.1 and JSON on a UNIX socket (libmicrohttpd), driven by the loop.
 *
 *   GET  /v1/status /v1/links /v1/devices /v1/sensors /v1/alarms /v1/areas
 *        /v1/outputs
 *   GET  /v1/trace, POST and GET /v1/bus   as control_bus.h
 *   POST /v1/command     body and answer as commands.h; user is the peer's (SO_PEERCRED)
 *
 * Every answer is {"schema":"picket.NAME/1", …}. Errors: 404, 405, 413 with {"schema":"picket.error/1","error":…,
 * "detail":…}. An answer to a command has status 200 when it was done, 409 when the answer is no, 403 when it was
 * refused. A page goes out row by row as its reader takes it, so that a large one never holds up the loop: each row
 * is of one instant, the page need not be.
 * curl --unix-socket PATH http://picket/v1/status works.
 */
#ifndef PICKET_CONTROL_H
#define PICKET_CONTROL_H

#include "drivers/poller.h"
#include "gateway/commands.h"
#include "gateway/publisher.h"

struct control;
struct control_bus;
struct field;
struct outputs;
struct recorder;

/* What the pages are made from. Everything outlives the control socket. */
struct control_view {
	const struct event_context *context;
	const struct poller *poller;
	struct engine *engine;
	struct commands *commands;
	const struct journal *journal;
	struct publisher *publisher;
	const struct recorder *recorder; /* NULL: no latency figure */
	const struct field *field;       /* NULL: no identities */
	const struct outputs *outputs;   /* NULL: none */
	struct control_bus *bus;         /* NULL: no /v1/bus and /v1/trace */
	struct mono now;                 /* set by the loop each turn */
	struct wall wall;
	struct mono started;
};

/*
 * The place of the socket: the site file's; else GATEWAY.sock in $RUNTIME_DIRECTORY, which systemd sets for a service
 * (systemd.exec(5)); else in /run/picket for root; else in $XDG_RUNTIME_DIR/picket.
 * -ENOENT: none of these is known; -ENAMETOOLONG: longer than `size` or than a socket's name may be.
 */
int control_socket_path(const struct site *site, char *ret_path, size_t size);

/* A socket that another living daemon answers on is -EADDRINUSE; a dead one's is taken over. The folder is made when
 * its parent is there. reterr says what failed and what to do. */
int control_new(const char *path, struct control_view *view, struct control **ret_control, char reterr[256]);
void control_free(struct control **control);
int control_fd(const struct control *control); /* for the loop's epoll */
/* Call when control_fd is readable and by control_next() in any case. */
void control_run(struct control *control);
struct mono control_next(const struct control *control, struct mono now);

#endif
