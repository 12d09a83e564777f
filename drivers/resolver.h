/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resolver - addresses of host names, looked up by a thread of its own, since a lookup may take half a minute.
 *
 * One thread for all names, made with the first of them; without names there is none. The loop asks, goes on, and
 * is told by a descriptor when an answer has come. At most one question a name waits, so the queue is bounded by the
 * number of names; questions are answered in the order they were put. A lookup that fails leaves the addresses of
 * the last one that did not.
 *
 * All functions but the thread's are for one caller. They return 0 or -errno and never wait for a lookup: freeing
 * leaves one that is under way to the thread, which then ends by itself.
 */
#ifndef PICKET_RESOLVER_H
#define PICKET_RESOLVER_H

#include "config/instant.h"
#include "config/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct resolver;

struct resolver_address {
	struct sockaddr_storage any;
	socklen_t length;
};

/* What is known of a name. */
struct resolver_answer {
	uint32_t lookups;  /* answered so far, well or not */
	const char *error; /* of the latest; NULL: it went well. Static text */
	size_t count;      /* addresses of the latest that went well; 0: there was none */
	struct resolver_address addresses[LIMIT_ADDRESSES];
};

/* capacity: names that may be added. */
int resolver_new(size_t capacity, struct resolver **ret_resolver);
void resolver_free(struct resolver **resolver);

/* -ENAMETOOLONG: no host has such a name (RFC 1035, 2.3.4); -EAGAIN: no thread could be made. */
int resolver_add(struct resolver *resolver, const char *host, uint16_t port, uint32_t *ret_name);

/* Readable after each answer; resolver_hear() makes it unreadable again. */
int resolver_fd(const struct resolver *resolver);
void resolver_hear(struct resolver *resolver);

/* Puts the question, unless it waits already or was put less than LIMIT_RESOLVE_MS ago. */
void resolver_ask(struct resolver *resolver, uint32_t name, struct mono now);
void resolver_read(struct resolver *resolver, uint32_t name, struct resolver_answer *ret_answer);

#endif
