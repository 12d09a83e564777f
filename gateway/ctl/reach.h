/* SPDX-License-Identifier: Apache-2.0 */
/* reach - find the daemon that is meant, ask it, and say in words what went wrong. */
#ifndef PICKET_REACH_H
#define PICKET_REACH_H

#include "gateway/ctl/client.h"
#include "gateway/ctl/ctl.h"

/* The socket: --socket, else --gateway, else $PICKET_SOCKET, else the only one that a daemon answers on in
 * /run/picket and $XDG_RUNTIME_DIR/picket. Says on stderr why there is none. */
enum ctl_exit reach_socket(const struct options *options, char *ret_path, size_t size);

/* A page of the daemon, e.g. "/v1/status". On CTL_DONE the answer is the caller's. */
enum ctl_exit reach_page(const struct options *options, const char *path, struct client_answer *ret_answer);

/* Any request; body NULL: GET. Whatever the status, on CTL_DONE the answer is the caller's. */
enum ctl_exit reach_ask(const struct options *options, const char *path, const char *body,
                        struct client_answer *ret_answer);

/* A command; done or not, the answer is the caller's on CTL_DONE, CTL_NO and CTL_REFUSED if its doc is set. */
enum ctl_exit reach_command(const struct options *options, const char *json, struct client_answer *ret_answer);

#endif
