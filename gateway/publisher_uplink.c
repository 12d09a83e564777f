/* SPDX-License-Identifier: Apache-2.0 */
/* publisher_uplink - the publisher's connection: which broker, when to try again, when it is dead; see publisher_priv.h */
#include "gateway/publisher_priv.h"
#include "gateway/tls_explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEADY_MS        10000 /* a connection that lasted so long was a good one: the next pause is short again */
#define EXPLAIN_PAUSE_MS 10000

static const char *url_of(const struct publisher *publisher)
{
	return publisher->site->broker.urls[publisher->url];
}

static void set_connected(struct publisher *publisher, bool connected)
{
	struct publisher_stats *stats = &publisher->shared.stats;

	pthread_mutex_lock(&publisher->shared.lock);
	stats->connected = connected;
	stats->in_flight = 0;
	snprintf(stats->url, sizeof stats->url, "%s", url_of(publisher));
	if (connected) {
		stats->connects++;
		stats->error[0] = '\0';
	}
	pthread_mutex_unlock(&publisher->shared.lock);
}

/* Half of the pause is certain, half is chance, so that the gateways of a site do not come back all at once. */
static void wait_before(struct publisher *publisher, uint32_t pause_ms)
{
	uint32_t jitter_ms = arc4random_uniform(pause_ms / 2 + 1);

	publisher->uplink = UPLINK_WAITING;
	publisher->uplink_at = mono_add_ms(publisher->now, pause_ms - jitter_ms);
}

static void close_link(struct publisher *publisher)
{
	paho_close(publisher->paho);
	window_reset(&publisher->window, LIMIT_WINDOW);
	set_connected(publisher, false);
}

/* The next URL soon; after the last the first, later and later. */
static void try_next(struct publisher *publisher)
{
	uint32_t pause_ms = LIMIT_UPLINK_MIN_MS;

	publisher->url++;
	if (publisher->url == publisher->site->broker.url_count) {
		publisher->url = 0;
		publisher->pause_ms = publisher->pause_ms ? publisher->pause_ms * 2 : LIMIT_UPLINK_MIN_MS;
		if (publisher->pause_ms > LIMIT_UPLINK_MAX_MS)
			publisher->pause_ms = LIMIT_UPLINK_MAX_MS;
		pause_ms = publisher->pause_ms;
	}
	wait_before(publisher, pause_ms);
}

void uplink_lost(struct publisher *publisher, const char *why)
{
	bool steady = mono_since_us(publisher->now, publisher->uplink_at) >= STEADY_MS * 1000;

	close_link(publisher);
	publisher_note_error(publisher, "%s", why);
	publisher->url = 0;
	if (steady || publisher->pause_ms == 0)
		publisher->pause_ms = LIMIT_UPLINK_MIN_MS;
	else if (publisher->pause_ms * 2 <= LIMIT_UPLINK_MAX_MS)
		publisher->pause_ms *= 2;
	wait_before(publisher, publisher->pause_ms);
}

static void explain(struct publisher *publisher, const struct report *report)
{
	char why[160];

	if (report && report->code >= 128) {
		paho_reason(report->code, why, sizeof why);
		publisher_note_error(publisher, "the broker refuses the connection: %s", why);
	} else if (mono_reached(publisher->now, publisher->explain_next)) {
		(void)tls_explain(&publisher->site->broker, url_of(publisher), LIMIT_EXPLAIN_MS, why, sizeof why);
		publisher_note_error(publisher, "%s", why);
		/* with several brokers each gets its turn */
		publisher->explain_next = mono_add_ms(
		        publisher->now, publisher->url + 1 < publisher->site->broker.url_count ? 0 : EXPLAIN_PAUSE_MS);
	}
}

static void connect_failed(struct publisher *publisher, const struct report *report)
{
	close_link(publisher);
	if (publisher->stop == STOP_NO)
		explain(publisher, report);
	try_next(publisher);
}

static void go_online(struct publisher *publisher, const struct report *report)
{
	publisher->uplink = UPLINK_ONLINE;
	publisher->uplink_at = publisher->now;
	publisher->packet_max = report->packet_max;
	publisher->explain_next = publisher->now;
	window_reset(&publisher->window, report->receive_max ? report->receive_max : LIMIT_WINDOW);
	/* a quarter of the window back in hand is worth a wake-up, a single PUBACK is not */
	mailbox_set_patience(publisher->mailbox, publisher->window.limit / 4 + 1);
	set_connected(publisher, true);
	send_start(publisher);
}

void uplink_report(struct publisher *publisher, const struct report *report)
{
	char why[160];

	if (report->kind == REPORT_CONNECTED && publisher->uplink == UPLINK_CONNECTING) {
		go_online(publisher, report);
	} else if (report->kind == REPORT_NOT_CONNECTED && publisher->uplink == UPLINK_CONNECTING) {
		connect_failed(publisher, report);
	} else if (report->kind == REPORT_LOST && publisher->uplink == UPLINK_ONLINE && report->code) {
		char reason[100];
		paho_reason(report->code, reason, sizeof reason);
		snprintf(why, sizeof why, "the broker ended it: %s", reason);
		uplink_lost(publisher, why);
	} else if (report->kind == REPORT_LOST && publisher->uplink == UPLINK_ONLINE) {
		uplink_lost(publisher, "connection lost");
	}
}

void uplink_run(struct publisher *publisher)
{
	struct mono oldest = window_oldest(&publisher->window);

	if (publisher->uplink == UPLINK_ONLINE && mono_reached(publisher->now, mono_add_ms(oldest, LIMIT_PUBACK_MS)))
		uplink_lost(publisher, "no acknowledgement from the broker for 5 s");
	else if (publisher->uplink == UPLINK_CONNECTING && mono_reached(publisher->now, publisher->uplink_at))
		connect_failed(publisher, NULL);
	if (publisher->uplink != UPLINK_WAITING || !mono_reached(publisher->now, publisher->uplink_at))
		return;
	set_connected(publisher, false);
	publisher->uplink = UPLINK_CONNECTING;
	publisher->uplink_at = mono_add_ms(publisher->now, LIMIT_UPLINK_CONNECT_MS);
	if (paho_connect(publisher->paho, url_of(publisher)) < 0)
		connect_failed(publisher, NULL);
}

struct mono uplink_next(const struct publisher *publisher)
{
	if (publisher->uplink == UPLINK_ONLINE)
		return mono_add_ms(window_oldest(&publisher->window), LIMIT_PUBACK_MS);
	return publisher->uplink_at;
}
