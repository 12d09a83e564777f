/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publisher_paho - one MQTT 5 connection, by Eclipse Paho's MQTTAsync; nobody else includes its header.
 *
 * Every call is the publisher thread's. Nothing blocks longer than name resolution takes; every outcome comes as a
 * report in the mailbox. Paho keeps no messages of ours: no persistence, no sending while disconnected, clean start,
 * session expiry 0. It must never be given more publishes than the broker takes in flight, or it sends `window` a
 * second (Paho 1.3.12); the caller counts.
 *
 * A connection is a handle of its own, destroyed with it: no report of a former one can come.
 */
#ifndef PICKET_PUBLISHER_PAHO_H
#define PICKET_PUBLISHER_PAHO_H

#include "gateway/publisher_mailbox.h"

struct paho;

struct paho_setup {
	const struct site_broker *broker;
	const char *client_id;
	const char *prefix;       /* of all our topics, "picket/v1/SITE/GATEWAY/"; topics arrive without it */
	const char *will_topic;   /* full, retained, QoS 1 */
	const char *will_payload; /* all strings outlive the paho */
	struct mailbox *mailbox;
};

struct paho_message {
	const char *topic; /* full */
	const char *payload;
	size_t length;
	bool retained;
	bool unacknowledged;              /* QoS 0: takes no ticket, no report comes */
	const unsigned char *correlation; /* NULL: none */
	size_t correlation_length;
};

enum { PAHO_SUBSCRIBE_FIRST = LIMIT_WINDOW, PAHO_TICKETS = LIMIT_WINDOW + 4 }; /* tickets of subscribes */

int paho_new(const struct paho_setup *setup, struct paho **ret_paho);
void paho_free(struct paho **paho);

/* 0: REPORT_CONNECTED or REPORT_NOT_CONNECTED will come. */
int paho_connect(struct paho *paho, const char *url);
/* Says good-bye if it can (the broker then keeps the will to itself) and forgets the connection. */
void paho_close(struct paho *paho);

/* 0: REPORT_PUBLISHED with this ticket (below LIMIT_WINDOW) will come, unless the connection goes first. */
int paho_publish(struct paho *paho, const struct paho_message *message, unsigned ticket);
/* Without our own publishes (MQTT 5 "no local"). ticket: PAHO_SUBSCRIBE_FIRST and up. */
int paho_subscribe(struct paho *paho, const char *topic, unsigned ticket);
void paho_unsubscribe(struct paho *paho, const char *topic);

/* "not authorized (135)" */
void paho_reason(int code, char *ret_text, size_t size);

#endif
