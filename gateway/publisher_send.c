/* SPDX-License-Identifier: Apache-2.0 */
/* publisher_send - what the publisher sends next on a live connection; see publisher_priv.h */
#include "gateway/publisher_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define TICKET_COMMAND (PAHO_SUBSCRIBE_FIRST + 0)
#define TICKET_SWEEP   (PAHO_SUBSCRIBE_FIRST + 1)
#define FEED_PAUSE_MS  1000 /* before the journal is asked again after it failed */
#define PACKET_HEAD    64   /* bytes of a PUBLISH beyond topic, payload and correlation data, at most */
#define TOO_LARGE      149  /* MQTT 5, 2.4: Packet too large */

static const char *const kind_names[] = {
        [WINDOW_STATUS] = "status", [WINDOW_REPLY] = "reply", [WINDOW_HEARTBEAT] = "heartbeat",
        [WINDOW_STATE] = "state",   [WINDOW_EVENT] = "event",
};

void send_start(struct publisher *publisher)
{
	char topic[WORDS_TOPIC];

	publisher->status_due = true;
	publisher->sweep_due = true;
	publisher->refused_kinds = 0;
	publisher->heartbeat_next = publisher->now;
	publisher->feed_next = publisher->now;
	publisher->refused_next = mono_add_ms(publisher->now, LIMIT_REFUSED_MS);
	feed_rewind(publisher->feed, publisher->window.passed);
	sweep_end(&publisher->sweep);
	words_topic(publisher->site, "command", topic);
	if (paho_subscribe(publisher->paho, topic, TICKET_COMMAND) < 0)
		uplink_lost(publisher, "cannot subscribe to the command topic");
}

/* --- what came back ------------------------------------------------------------------------------------- */

static void note_refused(struct publisher *publisher, const char *what, uint64_t seq, int code)
{
	char why[100], number[24] = "";

	paho_reason(code, why, sizeof why);
	if (seq)
		snprintf(number, sizeof number, " %llu", (unsigned long long)seq);
	publisher_note_error(publisher, "the broker refuses %s%s: %s", what, number, why);
	pthread_mutex_lock(&publisher->shared.lock);
	publisher->shared.stats.refused++;
	pthread_mutex_unlock(&publisher->shared.lock);
}

static void refused(struct publisher *publisher, unsigned ticket, int code)
{
	struct window_slot slot = publisher->window.slots[ticket];
	bool fresh = window_done(&publisher->window, ticket, WINDOW_REFUSED);
	unsigned bit = 1u << slot.kind;

	if (slot.kind != WINDOW_EVENT)
		fresh = !(publisher->refused_kinds & bit);
	publisher->refused_kinds |= bit;
	if (fresh)
		note_refused(publisher, kind_names[slot.kind], slot.seq, code);
}

static void acknowledged(struct publisher *publisher, unsigned ticket)
{
	unsigned bit = 1u << publisher->window.slots[ticket].kind;
	bool was_refused = publisher->refused_kinds & bit;

	(void)window_done(&publisher->window, ticket, WINDOW_ACKNOWLEDGED);
	if (was_refused && (bit != 1u << WINDOW_EVENT || publisher->window.aside_count == 0))
		publisher->refused_kinds &= ~bit;
	if (was_refused && publisher->refused_kinds == 0)
		publisher_note_error(publisher, "%s", "");
	pthread_mutex_lock(&publisher->shared.lock);
	publisher->shared.stats.published++;
	pthread_mutex_unlock(&publisher->shared.lock);
}

static void tell_acked(struct publisher *publisher)
{
	uint64_t acked = window_acked(&publisher->window);

	pthread_mutex_lock(&publisher->shared.lock);
	bool more = acked > publisher->shared.stats.acked;
	publisher->shared.stats.acked = acked;
	publisher->shared.stats.in_flight = publisher->window.in_flight;
	pthread_mutex_unlock(&publisher->shared.lock);
	if (more)
		journal_acked(publisher->setup.journal, acked);
}

static void subscribed(struct publisher *publisher, const struct report *report)
{
	if (report->ticket == TICKET_SWEEP && report->code == 0) {
		sweep_subscribed(&publisher->sweep, publisher->now);
	} else if (report->ticket == TICKET_SWEEP) {
		sweep_end(&publisher->sweep);
		note_refused(publisher, "a look at our own retained topics", 0, report->code);
	} else if (report->code) {
		note_refused(publisher, "the subscription to commands", 0, report->code);
	}
}

void send_report(struct publisher *publisher, const struct report *report)
{
	if (publisher->uplink != UPLINK_ONLINE)
		return;
	if (report->code < 0)
		uplink_lost(publisher, "connection lost");
	else if (report->kind == REPORT_SUBSCRIBED)
		subscribed(publisher, report);
	else if (report->code)
		refused(publisher, report->ticket, report->code);
	else
		acknowledged(publisher, report->ticket);
	tell_acked(publisher);
}

/* --- what goes out: each returns 1 sent, 0 nothing to send, -errno the connection is gone ------------------ */

static int send_message(struct publisher *publisher, const struct paho_message *message, enum window_kind kind,
                        uint64_t seq)
{
	unsigned ticket = window_take(&publisher->window, kind, seq, publisher->now);
	size_t size = PACKET_HEAD + strlen(message->topic) + message->length + message->correlation_length;

	if (publisher->packet_max && size > publisher->packet_max) {
		refused(publisher, ticket, TOO_LARGE); /* sent, it would cost the connection */
		tell_acked(publisher);
		return 1;
	}
	int error = paho_publish(publisher->paho, message, ticket);
	if (error < 0)
		window_untake(&publisher->window, ticket);
	return error < 0 ? error : 1;
}

static int send_own(struct publisher *publisher, const char *own, const struct paho_message *message,
                    enum window_kind kind)
{
	char topic[WORDS_TOPIC];
	struct paho_message full = *message;

	words_topic(publisher->site, own, topic);
	full.topic = topic;
	return send_message(publisher, &full, kind, 0);
}

static int send_status(struct publisher *publisher, enum words_status status)
{
	char payload[LIMIT_PAYLOAD];
	ssize_t length = words_status_json(publisher->setup.context, status, publisher->wall, payload, sizeof payload);

	if (length < 0)
		return (int)length;
	struct paho_message message = {.payload = payload, .length = (size_t)length, .retained = true};
	message.unacknowledged = !window_room(&publisher->window);
	message.topic = publisher->status_topic;
	if (message.unacknowledged)
		return paho_publish(publisher->paho, &message, 0);
	return send_message(publisher, &message, WINDOW_STATUS, 0);
}

static int send_hello(struct publisher *publisher)
{
	if (!publisher->status_due)
		return 0;
	publisher->status_due = false;
	return send_status(publisher, STATUS_ONLINE);
}

static int send_reply(struct publisher *publisher)
{
	struct reply *reply = &publisher->reply;

	if (!publisher->reply_waits)
		publisher->reply_waits = publisher_take_reply(publisher, reply);
	if (!publisher->reply_waits)
		return 0;
	struct paho_message message = {.topic = reply->topic,
	                               .payload = reply->json,
	                               .length = strlen(reply->json),
	                               .correlation = reply->correlation,
	                               .correlation_length = reply->correlation_length};
	int result = send_message(publisher, &message, WINDOW_REPLY, 0);
	publisher->reply_waits = result < 0;
	return result;
}

static int send_heartbeat(struct publisher *publisher)
{
	struct words_heartbeat heartbeat = {.now = publisher->wall};
	char payload[LIMIT_PAYLOAD];

	if (!mono_reached(publisher->now, publisher->heartbeat_next))
		return 0;
	publisher->heartbeat_next = mono_add_ms(publisher->now, LIMIT_HEARTBEAT_MS);
	journal_stats(publisher->setup.journal, &heartbeat.journal);
	pthread_mutex_lock(&publisher->shared.lock);
	heartbeat.facts = publisher->shared.facts;
	heartbeat.stats = publisher->shared.stats;
	pthread_mutex_unlock(&publisher->shared.lock);
	ssize_t length = words_heartbeat_json(publisher->setup.context, &heartbeat, payload, sizeof payload);
	if (length < 0)
		return 0; /* LIMIT_PAYLOAD is several times enough */
	struct paho_message message = {.payload = payload, .length = (size_t)length};
	return send_own(publisher, "heartbeat", &message, WINDOW_HEARTBEAT);
}

/* A failure of the journal is no failure of the connection. */
static int feed_failed(struct publisher *publisher, int error)
{
	publisher->feed_next = mono_add_ms(publisher->now, FEED_PAUSE_MS);
	publisher_note_error(publisher, "the journal cannot be read: %s", strerror(-error));
	return 0;
}

static int send_event_item(struct publisher *publisher, const struct feed_item *item)
{
	char topic[WORDS_TOPIC];

	words_topic(publisher->site, "event", topic);
	struct paho_message message = {.topic = topic, .payload = item->payload, .length = item->length};
	return send_message(publisher, &message, WINDOW_EVENT, item->seq);
}

static int send_refused_again(struct publisher *publisher)
{
	if (mono_reached(publisher->now, publisher->refused_next)) {
		publisher->refused_next = mono_add_ms(publisher->now, LIMIT_REFUSED_MS);
		window_retry_all(&publisher->window);
		if (publisher->refused_kinds & 1u << WINDOW_STATE)
			feed_rewind_states(publisher->feed);
	}
	uint64_t seq = window_retry(&publisher->window);
	if (seq == 0)
		return 0;
	int error = feed_one(publisher->feed, seq, &publisher->scratch);
	return error < 0 ? feed_failed(publisher, error) : send_event_item(publisher, &publisher->scratch);
}

static int send_event(struct publisher *publisher)
{
	const struct feed_item *item;

	for (;;) {
		if (!window_event_room(&publisher->window))
			return 0;
		int some = feed_event(publisher->feed, publisher->durable, &item);
		if (some < 0)
			return feed_failed(publisher, some);
		if (some == 0)
			return 0;
		if (!window_is_aside(&publisher->window, item->seq))
			break;
		window_skip(&publisher->window, item->seq);
		feed_pop_event(publisher->feed);
		tell_acked(publisher);
	}
	int result = send_event_item(publisher, item);
	if (result > 0)
		feed_pop_event(publisher->feed);
	return result;
}

static int send_state(struct publisher *publisher)
{
	const struct feed_item *item;
	int some = feed_state(publisher->feed, publisher->durable, &item);

	if (some <= 0)
		return some < 0 ? feed_failed(publisher, some) : 0;
	struct paho_message message = {.payload = item->payload, .length = item->length, .retained = true};
	int result = send_own(publisher, item->topic, &message, WINDOW_STATE);
	if (result > 0)
		feed_pop_state(publisher->feed);
	return result;
}

/* The whole picture first; afterwards events and states take turns, so that neither can starve the other. */
static int send_from_journal(struct publisher *publisher)
{
	if (!mono_reached(publisher->now, publisher->feed_next))
		return 0;
	int result = send_refused_again(publisher);
	if (result == 0 && !feed_states_complete(publisher->feed))
		result = send_state(publisher);
	if (result != 0 || !feed_states_complete(publisher->feed))
		return result;
	publisher->events_next = !publisher->events_next;
	result = publisher->events_next ? send_event(publisher) : send_state(publisher);
	if (result == 0 && window_room(&publisher->window))
		result = publisher->events_next ? send_state(publisher) : send_event(publisher);
	return result;
}

/* --- the sweep ------------------------------------------------------------------------------------------- */

static void known(void *context, const char *topic)
{
	sweep_known(context, topic);
}

static int sweep_subscribe(struct publisher *publisher)
{
	char topic[WORDS_TOPIC];
	const char *filter = sweep_filter(&publisher->sweep);

	if (!filter)
		return 0;
	words_topic(publisher->site, filter, topic);
	return paho_subscribe(publisher->paho, topic, TICKET_SWEEP);
}

static int sweep_judge(struct publisher *publisher)
{
	char topic[WORDS_TOPIC];

	words_topic(publisher->site, sweep_filter(&publisher->sweep), topic);
	paho_unsubscribe(publisher->paho, topic);
	sweep_sort(&publisher->sweep);
	int error = feed_each_topic(publisher->feed, known, &publisher->sweep);
	if (error < 0) {
		sweep_end(&publisher->sweep);
		return feed_failed(publisher, error);
	}
	return 0;
}

static int send_sweep(struct publisher *publisher)
{
	struct sweep *sweep = &publisher->sweep;
	struct paho_message message = {.payload = "", .retained = true};

	if (publisher->sweep_due && feed_states_complete(publisher->feed)) {
		publisher->sweep_due = false;
		sweep_start(sweep);
		return sweep_subscribe(publisher);
	}
	if (mono_reached(publisher->now, sweep_due(sweep)))
		return sweep_judge(publisher);
	if (!sweep->sorted)
		return 0;
	const char *stale = sweep_stale(sweep);
	if (!stale) {
		sweep_advance(sweep);
		return sweep_subscribe(publisher);
	}
	int result = send_own(publisher, stale, &message, WINDOW_STATE);
	if (result > 0)
		sweep_pop(sweep);
	return result;
}

/* --- */

void send_run(struct publisher *publisher)
{
	static int (*const sources[])(struct publisher *) = {send_hello, send_reply, send_heartbeat, send_sweep,
	                                                     send_from_journal};
	int result = 1;

	while (publisher->uplink == UPLINK_ONLINE && result > 0 && window_room(&publisher->window)) {
		result = 0;
		for (size_t i = 0; i < sizeof sources / sizeof sources[0] && result == 0; i++)
			result = sources[i](publisher);
	}
	if (result < 0 && publisher->uplink == UPLINK_ONLINE)
		uplink_lost(publisher, "connection lost");
	tell_acked(publisher);
}

bool send_idle(const struct publisher *publisher)
{
	return publisher->uplink != UPLINK_ONLINE ||
	       (publisher->window.in_flight == 0 && publisher->window.passed >= publisher->durable);
}

void send_stopped(struct publisher *publisher)
{
	if (publisher->uplink == UPLINK_ONLINE && send_status(publisher, STATUS_STOPPED) < 0)
		uplink_lost(publisher, "connection lost");
}

struct mono send_next(const struct publisher *publisher)
{
	if (publisher->uplink != UPLINK_ONLINE)
		return MONO_NEVER;
	struct mono next = mono_min(publisher->refused_next, sweep_due(&publisher->sweep));
	if (!mono_reached(publisher->now, publisher->feed_next))
		next = mono_min(next, publisher->feed_next);
	if (window_room(&publisher->window)) /* else a PUBACK wakes us, or the deadline for one */
		next = mono_min(next, publisher->heartbeat_next);
	return next;
}
