/* SPDX-License-Identifier: Apache-2.0 */
/*
 * control_bus - single reads and writes for people, through the daemon's own schedule, and the frames of a link.
 *
 *   POST /v1/bus          {"op":"peek","link":…,"unit":…,"table":"input","address":…,"count":…}
 *                         {"op":"poke","link":…,"unit":…,"table":"coil","address":…,"value":…,"reason":…}
 *                         202 {"schema":"picket.bus/1","job":N}
 *   GET  /v1/bus?job=N    {…,"state":"pending"}, or "done" with "fault", "exception", "rtt_us" and the values; once
 *   GET  /v1/trace?link=ID&after=N   the frames of a link after number N, which is watched from the first question on
 *
 * Nobody waits in here: an answer is fetched. LIMIT_BUS_JOBS are under way at a time, and one that nobody fetches is
 * dropped after LIMIT_BUS_JOB_S.
 *
 * A poke needs control.poke in the site file and a maintainer: root, the daemon's own user, or a member of the socket's
 * group. It is never of an output's point. Asked for, taken or refused, it is an event with its user; when taken, it is
 * sent only once that event is durable.
 */
#ifndef PICKET_CONTROL_BUS_H
#define PICKET_CONTROL_BUS_H

#include "gateway/field.h"

#include <stddef.h>

struct control_bus;

struct control_bus_setup {
	const struct site *site;
	const struct event_sink *sink;
	struct recorder *recorder; /* both clocks, and what is durable */
	struct field *field;
};

int control_bus_new(const struct control_bus_setup *setup, struct control_bus **ret_bus);
/* After field_free(): what is under way is forgotten. */
void control_bus_free(struct control_bus **bus);

struct control_bus_request {
	const char *json;
	size_t length;
	const char *user;
	bool maintainer;
};
/* All three fill in the body of an answer and return its HTTP status. size is at least LIMIT_PAGE_PIECE. */
unsigned control_bus_begin(struct control_bus *bus, const struct control_bus_request *request, char *ret_text,
                           size_t size);
unsigned control_bus_fetch(struct control_bus *bus, const char *job, char *ret_text, size_t size);
unsigned control_bus_trace(struct control_bus *bus, const char *link, const char *after, char *ret_text, size_t size);

/* Sends what waited for the disk, drops what nobody fetched. */
void control_bus_run(struct control_bus *bus, struct mono now);
struct mono control_bus_next(const struct control_bus *bus);

#endif
