/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publisher_words - the topics and the status and heartbeat payloads of one gateway (the contract's part 3).
 *
 * Pure. Payload functions return the length without the NUL, or -EMSGSIZE.
 */
#ifndef PICKET_PUBLISHER_WORDS_H
#define PICKET_PUBLISHER_WORDS_H

#include "gateway/publisher.h"

#include <sys/types.h>

/* Longest full topic: the prefix of two ids and what LIMIT_TOPIC allows. */
#define WORDS_TOPIC (10 + 2 * (LIMIT_ID + 1) + LIMIT_TOPIC)

/* "picket/v1/SITE/GATEWAY/" */
void words_prefix(const struct site *site, char ret_text[WORDS_TOPIC]);
/* The prefix and `own`. */
void words_topic(const struct site *site, const char *own, char ret_text[WORDS_TOPIC]);
/* "picket-SITE-GATEWAY": the same client id on two gateways makes a broker throw one of them out. */
void words_client_id(const struct site *site, char ret_text[WORDS_TOPIC]);

/* An answer may go there: a topic name without wildcards, not of the broker's own ($…), and below picket/v1/ only
 * where answers belong (our reply topic, or the site's room/), so that nobody can make us speak as a gateway. */
bool words_response_topic_ok(const struct site *site, const char *topic);

enum words_status { STATUS_ONLINE, STATUS_STOPPED, STATUS_LOST };
/* now is not used for STATUS_LOST: the broker sends that one, we do not know when. */
ssize_t words_status_json(const struct event_context *context, enum words_status status, struct wall now,
                          char *ret_text, size_t size);

struct words_heartbeat {
	struct wall now;
	struct publisher_facts facts;
	struct publisher_stats stats;
	struct journal_stats journal;
};
ssize_t words_heartbeat_json(const struct event_context *context, const struct words_heartbeat *heartbeat,
                             char *ret_text, size_t size);

#endif
