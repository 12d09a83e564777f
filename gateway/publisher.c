/* SPDX-License-Identifier: Apache-2.0 */
/* publisher - see publisher.h */
#include "gateway/publisher.h"

#include "gateway/loop.h"
#include "gateway/publisher_priv.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LAST_WORDS_MS  1000  /* for the PUBACK of "stopped" */
#define LONGEST_NAP_MS 60000 /* bounds the argument of poll() */
#define PUBACK_NAP_MS  20    /* PUBACKs that did not wake us are looked for after this */

void publisher_note_error(struct publisher *publisher, const char *format, ...)
{
	struct publisher_stats *stats = &publisher->shared.stats;
	va_list arguments;

	pthread_mutex_lock(&publisher->shared.lock);
	va_start(arguments, format);
	vsnprintf(stats->error, sizeof stats->error, format, arguments);
	va_end(arguments);
	pthread_mutex_unlock(&publisher->shared.lock);
}

bool publisher_take_reply(struct publisher *publisher, struct reply *ret_reply)
{
	struct publisher_shared *shared = &publisher->shared;

	pthread_mutex_lock(&shared->lock);
	bool some = shared->reply_count > 0;
	if (some) {
		*ret_reply = shared->replies[shared->reply_first];
		shared->reply_first = (shared->reply_first + 1) % LIMIT_REPLIES;
		shared->reply_count--;
	}
	pthread_mutex_unlock(&shared->lock);
	return some;
}

/* --- the thread --------------------------------------------------------------------------------------------- */

static void take_mail(struct publisher *publisher)
{
	struct report report;
	struct publisher_command command;
	char topic[LIMIT_TOPIC];

	while (mailbox_take_report(publisher->mailbox, &report)) {
		if (report.kind == REPORT_PUBLISHED || report.kind == REPORT_SUBSCRIBED)
			send_report(publisher, &report);
		else
			uplink_report(publisher, &report);
	}
	while (mailbox_take_topic(publisher->mailbox, topic))
		sweep_note(&publisher->sweep, topic, publisher->now);
	while (mailbox_take_command(publisher->mailbox, &command))
		if (publisher->setup.command)
			publisher->setup.command(publisher->setup.command_context, &command);
}

static void run_stop(struct publisher *publisher)
{
	pthread_mutex_lock(&publisher->shared.lock);
	bool stop = publisher->shared.stop;
	uint32_t drain_ms = publisher->shared.drain_ms;
	pthread_mutex_unlock(&publisher->shared.lock);
	bool late = mono_reached(publisher->now, publisher->stop_until);

	if (stop && publisher->stop == STOP_NO) {
		publisher->stop = STOP_DRAINING;
		publisher->stop_until = mono_add_ms(publisher->now, drain_ms);
	} else if (publisher->stop == STOP_DRAINING && (late || send_idle(publisher))) {
		publisher->stop = STOP_LAST_WORDS;
		publisher->stop_until = mono_add_ms(publisher->now, LAST_WORDS_MS);
		send_stopped(publisher);
	} else if (publisher->stop == STOP_LAST_WORDS &&
	           (late || publisher->uplink != UPLINK_ONLINE || publisher->window.in_flight == 0)) {
		publisher->stop = STOP_OVER;
	}
}

static void turn(struct publisher *publisher)
{
	loop_clock(&publisher->now, &publisher->wall);
	publisher->durable = journal_durable(publisher->setup.journal);
	take_mail(publisher);
	if (publisher->stop == STOP_NO || publisher->uplink != UPLINK_WAITING)
		uplink_run(publisher);
	if (publisher->stop < STOP_LAST_WORDS)
		send_run(publisher);
	run_stop(publisher);
}

static int nap_ms(const struct publisher *publisher)
{
	struct mono now, next = mono_min(uplink_next(publisher), send_next(publisher));
	struct wall wall;

	if (publisher->stop != STOP_NO)
		next = mono_min(next, publisher->stop_until);
	loop_clock(&now, &wall);
	if (publisher->window.in_flight > 0)
		next = mono_min(next, mono_add_ms(now, PUBACK_NAP_MS));
	int64_t us = mono_since_us(next, now);
	if (us <= 0)
		return 0;
	return us >= LONGEST_NAP_MS * 1000LL ? LONGEST_NAP_MS : (int)((us + 999) / 1000);
}

static void *run(void *context)
{
	struct publisher *publisher = context;
	uint64_t counter;

	while (publisher->stop != STOP_OVER) {
		struct pollfd fds[] = {{.fd = publisher->wake, .events = POLLIN},
		                       {.fd = mailbox_fd(publisher->mailbox), .events = POLLIN}};
		(void)poll(fds, 2, nap_ms(publisher)); /* whatever woke us: look at everything */
		ssize_t got = read(publisher->wake, &counter, sizeof counter);
		(void)got;
		mailbox_begin(publisher->mailbox);
		turn(publisher);
		if (publisher->stop == STOP_DRAINING || publisher->stop == STOP_LAST_WORDS)
			run_stop(publisher);
	}
	paho_close(publisher->paho);
	return NULL;
}

/* --- start and end ------------------------------------------------------------------------------------------ */

/* Files that are not there would only be noticed when the broker is. */
static int check_file(const char *key, const char *path, bool secret, char reterr[256])
{
	struct stat status;

	if (!path)
		return 0;
	if (stat(path, &status) < 0 || access(path, R_OK) < 0) {
		int error = -errno;
		snprintf(reterr, 256, "broker.%s %s: %s", key, path, strerror(-error));
		return error;
	}
	if (secret && (status.st_mode & (S_IROTH | S_IWOTH))) {
		snprintf(reterr, 256, "broker.%s %s: everybody may read the private key; chmod o-rw it", key, path);
		return -EPERM;
	}
	return 0;
}

static int check_files(const struct site_broker *broker, char reterr[256])
{
	int error = check_file("ca_file", broker->ca_file, false, reterr);

	if (!error)
		error = check_file("cert_file", broker->cert_file, false, reterr);
	if (!error)
		error = check_file("key_file", broker->key_file, true, reterr);
	return error;
}

static void publisher_free(struct publisher **publisher)
{
	if (!*publisher)
		return;
	paho_free(&(*publisher)->paho);
	mailbox_free(&(*publisher)->mailbox);
	feed_close(&(*publisher)->feed);
	pthread_mutex_destroy(&(*publisher)->shared.lock);
	free(*publisher);
	*publisher = NULL;
}

static int prepare_names(struct publisher *publisher)
{
	const struct site *site = publisher->site;
	ssize_t will = words_status_json(publisher->setup.context, STATUS_LOST, (struct wall){0}, publisher->will,
	                                 sizeof publisher->will);

	words_prefix(site, publisher->prefix);
	words_topic(site, "status", publisher->status_topic);
	words_client_id(site, publisher->client_id);
	return will < 0 ? (int)will : journal_path(site, publisher->journal_file, sizeof publisher->journal_file);
}

static int prepare(struct publisher *publisher, char reterr[256])
{
	struct paho_setup paho = {.broker = &publisher->site->broker,
	                          .client_id = publisher->client_id,
	                          .prefix = publisher->prefix,
	                          .will_topic = publisher->status_topic,
	                          .will_payload = publisher->will};
	uint64_t acked = 0;

	int error = prepare_names(publisher);
	if (!error)
		error = mailbox_new(&publisher->mailbox);
	paho.mailbox = publisher->mailbox;
	if (!error)
		error = paho_new(&paho, &publisher->paho);
	if (!error)
		error = feed_open(publisher->journal_file, &publisher->feed, reterr);
	if (!error)
		error = feed_acked(publisher->feed, &acked);
	window_init(&publisher->window, acked);
	sweep_end(&publisher->sweep);
	publisher->shared.stats.acked = acked;
	snprintf(publisher->shared.stats.url, LIMIT_PATH, "%s", publisher->site->broker.urls[0]);
	return error;
}

int publisher_start(const struct publisher_setup *setup, int wake, struct publisher **ret_publisher, char reterr[256])
{
	const struct site *site = setup->context->site;
	int error = check_files(&site->broker, reterr);

	if (error < 0)
		return error;
	struct publisher *publisher = calloc(1, sizeof *publisher);
	if (!publisher)
		return -ENOMEM;
	publisher->setup = *setup;
	publisher->site = site;
	publisher->wake = wake;
	loop_clock(&publisher->now, &publisher->wall);
	pthread_mutex_init(&publisher->shared.lock, NULL);
	publisher->uplink_at = publisher->now;
	publisher->explain_next = publisher->now;
	error = prepare(publisher, reterr);
	if (!error)
		error = -pthread_create(&publisher->thread, NULL, run, publisher);
	if (error < 0) {
		publisher_free(&publisher);
		return error;
	}
	*ret_publisher = publisher;
	return 0;
}

void publisher_stop(struct publisher **publisher, uint32_t drain_ms)
{
	if (!*publisher)
		return;
	pthread_mutex_lock(&(*publisher)->shared.lock);
	(*publisher)->shared.stop = true;
	(*publisher)->shared.drain_ms = drain_ms;
	pthread_mutex_unlock(&(*publisher)->shared.lock);
	mailbox_wake((*publisher)->mailbox);
	pthread_join((*publisher)->thread, NULL);
	publisher_free(publisher);
}

/* --- from other threads --------------------------------------------------------------------------------------- */

void publisher_set_facts(struct publisher *publisher, const struct publisher_facts *facts)
{
	pthread_mutex_lock(&publisher->shared.lock);
	publisher->shared.facts = *facts;
	pthread_mutex_unlock(&publisher->shared.lock);
}

void publisher_stats(struct publisher *publisher, struct publisher_stats *ret_stats)
{
	pthread_mutex_lock(&publisher->shared.lock);
	*ret_stats = publisher->shared.stats;
	pthread_mutex_unlock(&publisher->shared.lock);
}

static void address_reply(const struct site *site, const struct publisher_command *command, struct reply *reply)
{
	char own[WORDS_TOPIC];

	words_topic(site, "reply", own);
	bool asked = words_response_topic_ok(site, command->response_topic);
	snprintf(reply->topic, sizeof reply->topic, "%s", asked ? command->response_topic : own);
	reply->correlation_length = command->correlation_length;
	memcpy(reply->correlation, command->correlation, command->correlation_length);
}

int publisher_reply(struct publisher *publisher, const struct publisher_command *command, const char *json)
{
	struct publisher_shared *shared = &publisher->shared;

	if (strlen(json) >= LIMIT_PAYLOAD)
		return -EMSGSIZE;
	pthread_mutex_lock(&shared->lock);
	bool room = shared->reply_count < LIMIT_REPLIES;
	if (room) {
		struct reply *reply = &shared->replies[(shared->reply_first + shared->reply_count) % LIMIT_REPLIES];
		address_reply(publisher->site, command, reply);
		snprintf(reply->json, sizeof reply->json, "%s", json);
		shared->reply_count++;
	}
	pthread_mutex_unlock(&shared->lock);
	mailbox_wake(publisher->mailbox);
	return room ? 0 : -ENOBUFS;
}
