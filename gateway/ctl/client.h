/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client - one request to the daemon's control socket and its answer.
 *
 * It asks in HTTP/1.0, so that an answer is never chunked and ends with the connection (RFC 9112, 6.3); a document
 * that was cut off does not parse. One deadline for the whole exchange.
 */
#ifndef PICKET_CLIENT_H
#define PICKET_CLIENT_H

#include "gateway/json_doc.h"

#include <stddef.h>

#define CLIENT_TIMEOUT_MS 10000

struct client_answer {
	unsigned status; /* HTTP's */
	char *body;      /* as it came, NUL-terminated */
	size_t length;
	struct json_doc *doc;
};

struct client_request {
	const char *socket;
	const char *path; /* "/v1/status" */
	const char *body; /* NULL: GET, otherwise POST */
};

/* 0; -ENOENT or -ECONNREFUSED: no daemon there; -EACCES: no permission; -ETIMEDOUT; -EMSGSIZE: larger than
 * LIMIT_PAGE; -EPROTO: no answer of a picketd; -EPIPE: cut off. */
int client_exchange(const struct client_request *request, struct client_answer *ret_answer);
void client_answer_free(struct client_answer *answer);

/* Whether somebody listens: 0, or as above. */
int client_probe(const char *socket);

#endif
