/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publisher_mailbox - what the MQTT library's threads hand to the publisher's thread.
 *
 * The library calls back under its one lock, so a callback only puts a copy here and wakes the owner. Reports are
 * never lost: there are at most as many as requests.
 * Messages may be: when a ring is full the
 * newest is dropped; a command gets no answer then and its sender asks again, a retained topic comes in the next round.
 */
#ifndef PICKET_PUBLISHER_MAILBOX_H
#define PICKET_PUBLISHER_MAILBOX_H

#include "gateway/publisher.h"

enum report_kind { REPORT_CONNECTED, REPORT_NOT_CONNECTED, REPORT_LOST, REPORT_PUBLISHED, REPORT_SUBSCRIBED };

struct report {
	enum report_kind kind;
	unsigned ticket;      /* of the publish or subscribe */
	int code;             /* 0 done, >= 128 the broker's reason, < 0 the library's */
	unsigned receive_max; /* CONNACK: publishes the broker takes in flight; 0: not said */
	unsigned packet_max;  /* CONNACK: bytes of a packet; 0: no limit */
	char text[64];        /* of the library, or "" */
};

struct mailbox;

int mailbox_new(struct mailbox **ret_mailbox);
void mailbox_free(struct mailbox **mailbox);
int mailbox_fd(const struct mailbox *mailbox); /* readable after a put or mailbox_wake() */

void mailbox_wake(struct mailbox *mailbox);
/* So many PUBACKs may wait before they wake the owner, who looks again by itself soon after; 1 at first. */
void mailbox_set_patience(struct mailbox *mailbox, unsigned reports);
void mailbox_report(struct mailbox *mailbox, const struct report *report);
void mailbox_command(struct mailbox *mailbox, const struct publisher_command *command);
/* A retained topic that the broker keeps for us; relative. */
void mailbox_topic(struct mailbox *mailbox, const char *topic);

/* Empties the descriptor; take everything afterwards. */
void mailbox_begin(struct mailbox *mailbox);
bool mailbox_take_report(struct mailbox *mailbox, struct report *ret_report);
bool mailbox_take_command(struct mailbox *mailbox, struct publisher_command *ret_command);
bool mailbox_take_topic(struct mailbox *mailbox, char ret_topic[LIMIT_TOPIC]);
/* Forgets reports and topics: the connection they came from is gone. Commands stay, they were acknowledged. */
void mailbox_flush(struct mailbox *mailbox);

#endif
