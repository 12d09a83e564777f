/* SPDX-License-Identifier: Apache-2.0 */
/*
 * control_socket - the listening UNIX socket of the control interface, and who is at its other end.
 *
 * Mode 0660: the group that owns it may talk to the daemon. Who takes a place over holds the folder's flock(2)
 * meanwhile, so two daemons that start at once cannot both believe the place is free.
 */
#ifndef PICKET_CONTROL_SOCKET_H
#define PICKET_CONTROL_SOCKET_H

#include "config/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct control_socket {
	int fd; /* -1: closed */
	char path[108];
	dev_t device; /* of the file that was made, so that only this one is removed */
	ino_t inode;
};

/* -EADDRINUSE: somebody answers there. reterr says what failed and what to do. */
int control_socket_open(const char *path, struct control_socket *ret_socket, char reterr[256]);
/* Removes the file if it is still the one that was made; closes fd unless it is -1. */
void control_socket_close(struct control_socket *socket);

/* The local account at the other end (SO_PEERCRED), as /etc/passwd has it, else "uid 1234": a name service could
 * ask a network, and the loop must not wait. */
int control_socket_peer(int fd, char *ret_name, size_t size);

/* Whether the other end is root, our own user, or a member of the group that owns the socket. The file's mode lets nobody
 * else in; this does not rest on it. */
bool control_socket_is_maintainer(const struct control_socket *socket, int fd);

#endif
