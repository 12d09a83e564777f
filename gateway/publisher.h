/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publisher - the thread that alone talks to the MQTT broker (Paho MQTTAsync, MQTT 5).
 *
 * It reads the journal, never a queue of its own: an event goes out when it is durable, is in flight at most
 * LIMIT_WINDOW at a time, and counts as delivered when its PUBACK came and those of all before it. After a
 * reconnect or a restart everything that was not acknowledged is sent again, in order, with the same id.
 * Retained state is sent in full after each connect; what the broker still keeps of former days is cleared.
 *
 * Topics and payloads: the MQTT part of the contract in the documentation. Last Will: status offline, "lost".
 */
#ifndef PICKET_PUBLISHER_H
#define PICKET_PUBLISHER_H

#include "gateway/alarm/engine.h"
#include "gateway/journal/journal.h"

struct publisher;

struct publisher_command {
	char payload[LIMIT_COMMAND_BYTES + 1];
	size_t length; /* larger than LIMIT_COMMAND_BYTES: it was cut, refuse it */
	bool retained;
	char response_topic[LIMIT_PATH]; /* "": answer on the reply topic */
	unsigned char correlation[64];
	size_t correlation_length;
};

struct publisher_setup {
	const struct event_context *context;
	struct journal *journal; /* told of what is acknowledged; its file is read */
	/* Called on the publisher's thread with a command from the broker; copy and wake the loop, nothing more. */
	void (*command)(void *context, const struct publisher_command *command);
	void *command_context;
};

/* Figures for the heartbeat that only the loop knows; it sets them about once a second. */
struct publisher_facts {
	struct engine_counts counts;
	uint32_t devices_lost;
	uint32_t latency_p99_ms; /* sample taken to journal append */
};

struct publisher_stats {
	bool connected;
	char url[LIMIT_PATH];   /* of the broker in use or tried last */
	char error[LIMIT_PATH]; /* why it is not connected, or what the broker refused last; "" when well */
	uint64_t acked;         /* seq */
	uint64_t published, connects, refused;
	uint32_t in_flight;
};

/* Makes the thread; a broker that is away is no error. wake: the eventfd given to journal_start(). */
int publisher_start(const struct publisher_setup *setup, int wake, struct publisher **ret_publisher, char reterr[256]);
void publisher_set_facts(struct publisher *publisher, const struct publisher_facts *facts);
/* Answer to a command; copied. -ENOBUFS: too many wait. */
int publisher_reply(struct publisher *publisher, const struct publisher_command *command, const char *json);
void publisher_stats(struct publisher *publisher, struct publisher_stats *ret_stats);
/* Waits up to drain_ms for what is durable to be acknowledged, publishes status offline "stopped", ends. */
void publisher_stop(struct publisher **publisher, uint32_t drain_ms);

#endif
