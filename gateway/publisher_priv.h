/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publisher_priv - what publisher.c (thread, shared figures), publisher_uplink.c (connection) and publisher_send.c
 * (what goes out next) share. Nobody else includes it.
 *
 * Everything but `shared` belongs to the publisher's thread.
 */
#ifndef PICKET_PUBLISHER_PRIV_H
#define PICKET_PUBLISHER_PRIV_H

#include "gateway/publisher_feed.h"
#include "gateway/publisher_mailbox.h"
#include "gateway/publisher_paho.h"
#include "gateway/publisher_sweep.h"
#include "gateway/publisher_window.h"
#include "gateway/publisher_words.h"

#include <pthread.h>

enum uplink_state { UPLINK_WAITING, UPLINK_CONNECTING, UPLINK_ONLINE };
enum stop_state { STOP_NO, STOP_DRAINING, STOP_LAST_WORDS, STOP_OVER };

struct reply {
	char topic[LIMIT_PATH]; /* full */
	unsigned char correlation[LIMIT_CORRELATION];
	size_t correlation_length;
	char json[LIMIT_PAYLOAD];
};

struct publisher_shared {
	pthread_mutex_t lock; /* held for copies only */
	struct publisher_facts facts;
	struct publisher_stats stats;
	struct reply replies[LIMIT_REPLIES];
	size_t reply_first, reply_count;
	bool stop;
	uint32_t drain_ms;
};

struct publisher {
	struct publisher_setup setup;
	const struct site *site;
	int wake;
	pthread_t thread;
	struct mailbox *mailbox;
	struct paho *paho;
	struct feed *feed;
	struct window window;
	struct sweep sweep;
	struct mono now; /* of this turn */
	struct wall wall;
	uint64_t durable; /* of this turn */
	char journal_file[LIMIT_PATH + LIMIT_ID + 8];
	char prefix[WORDS_TOPIC], status_topic[WORDS_TOPIC], client_id[WORDS_TOPIC];
	char will[LIMIT_PAYLOAD];

	/* connection */
	enum uplink_state uplink;
	unsigned url;             /* in use, or to be tried next */
	struct mono uplink_at;    /* WAITING: try then; CONNECTING: give up then; ONLINE: since */
	uint32_t pause_ms;        /* before the next round of URLs; 0: it went well */
	unsigned packet_max;      /* of the broker; 0: no limit */
	struct mono explain_next; /* not before, since it costs a handshake */

	/* what goes out next */
	bool status_due, sweep_due, events_next;
	unsigned refused_kinds; /* bits 1u << enum window_kind that were refused last */
	struct mono heartbeat_next, refused_next, feed_next;
	struct feed_item scratch;
	struct reply reply; /* taken, not sent yet */
	bool reply_waits;

	enum stop_state stop;
	struct mono stop_until;

	struct publisher_shared shared;
};

/* publisher.c */
__attribute__((format(printf, 2, 3))) void publisher_note_error(struct publisher *publisher, const char *format, ...);
bool publisher_take_reply(struct publisher *publisher, struct reply *ret_reply);

/* publisher_uplink.c */
void uplink_run(struct publisher *publisher);
void uplink_report(struct publisher *publisher, const struct report *report);
void uplink_lost(struct publisher *publisher, const char *why);
struct mono uplink_next(const struct publisher *publisher);

/* publisher_send.c */
void send_start(struct publisher *publisher); /* after a connect */
void send_report(struct publisher *publisher, const struct report *report);
void send_run(struct publisher *publisher);
bool send_idle(const struct publisher *publisher); /* everything durable is with the broker */
void send_stopped(struct publisher *publisher);
struct mono send_next(const struct publisher *publisher);

#endif
