/* SPDX-License-Identifier: Apache-2.0 */
/*
 * path - the ways of one link as one port: which of them carries the link, what became of its connections, and how
 * the other one is. A link with one endpoint has one way and no more to it.
 *
 * It keeps the link's figures about ways up to date, and tells the sink what people should know (poller.h), each once:
 * trouble when it begins, a switch of the way, and a connection that is lost again and again.
 *
 * The carrier opens, closes and sends through the path as if it were a port, and calls path_run() after each of the
 * link's steps and at path_next(). Nothing waits.
 */
#ifndef PICKET_PATH_H
#define PICKET_PATH_H

#include "drivers/poller.h"
#include "drivers/port.h"

struct path;

struct path_setup {
	const struct site *site;
	uint32_t link;
	const struct poller_sink *sink;     /* outlives the path */
	const struct device_stats *devices; /* the whole site's, by index of device */
	struct link_stats *stats;           /* this link's */
	struct resolver *resolver;          /* NULL: the link has no names */
	struct mono start;
};

/* 0, -ENOMEM, or what port_new() says. */
int path_new(const struct path_setup *setup, struct path **ret_path);
void path_free(struct path **path);

/* As the functions of port.h, for the way in use. */
int path_open(struct path *path, struct mono now);
int path_finish(struct path *path, struct mono now);
/* A connection that was up and is closed so is lost, whoever closes it. */
void path_close(struct path *path, struct mono now);
int path_fd(const struct path *path);
int path_send(struct path *path, const uint8_t *bytes, size_t length);
ssize_t path_receive(struct path *path, uint8_t *bytes, size_t size);

/* True: the other way is in use now, and nothing is open; tell link_switch(). */
bool path_run(struct path *path, struct mono now);
size_t path_active(const struct path *path);
struct mono path_next(const struct path *path);

#endif
