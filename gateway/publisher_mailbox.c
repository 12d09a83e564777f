/* SPDX-License-Identifier: Apache-2.0 */
/* publisher_mailbox - see publisher_mailbox.h */
#include "gateway/publisher_mailbox.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define REPORTS (4 * LIMIT_WINDOW) /* one each for what is in flight, and the connection's own */

struct ring {
	char *items;
	size_t size, capacity, first, count;
};

struct mailbox {
	pthread_mutex_t lock;
	int fd;
	unsigned patience; /* reports of success that may wait without waking the owner */
	struct ring reports, commands, topics;
};

static int ring_new(struct ring *ring, size_t size, size_t capacity)
{
	ring->items = calloc(capacity, size);
	ring->size = size;
	ring->capacity = capacity;
	return ring->items ? 0 : -ENOMEM;
}

static bool ring_put(struct ring *ring, const void *item)
{
	if (ring->count == ring->capacity)
		return false;
	memcpy(ring->items + (ring->first + ring->count) % ring->capacity * ring->size, item, ring->size);
	ring->count++;
	return true;
}

static bool ring_take(struct ring *ring, void *ret_item)
{
	if (ring->count == 0)
		return false;
	memcpy(ret_item, ring->items + ring->first * ring->size, ring->size);
	ring->first = (ring->first + 1) % ring->capacity;
	ring->count--;
	return true;
}

int mailbox_new(struct mailbox **ret_mailbox)
{
	struct mailbox *mailbox = calloc(1, sizeof *mailbox);

	if (!mailbox)
		return -ENOMEM;
	pthread_mutex_init(&mailbox->lock, NULL);
	mailbox->patience = 1;
	mailbox->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	int error = mailbox->fd < 0 ? -errno : 0;
	if (!error)
		error = ring_new(&mailbox->reports, sizeof(struct report), REPORTS);
	if (!error)
		error = ring_new(&mailbox->commands, sizeof(struct publisher_command), LIMIT_COMMAND_QUEUE);
	if (!error)
		error = ring_new(&mailbox->topics, LIMIT_TOPIC, LIMIT_SWEEP);
	if (error) {
		mailbox_free(&mailbox);
		return error;
	}
	*ret_mailbox = mailbox;
	return 0;
}

void mailbox_free(struct mailbox **mailbox)
{
	if (!*mailbox)
		return;
	if ((*mailbox)->fd >= 0)
		close((*mailbox)->fd);
	pthread_mutex_destroy(&(*mailbox)->lock);
	free((*mailbox)->reports.items);
	free((*mailbox)->commands.items);
	free((*mailbox)->topics.items);
	free(*mailbox);
	*mailbox = NULL;
}

int mailbox_fd(const struct mailbox *mailbox)
{
	return mailbox->fd;
}

void mailbox_wake(struct mailbox *mailbox)
{
	uint64_t one = 1;
	ssize_t written = write(mailbox->fd, &one, sizeof one);

	(void)written; /* refused only when the counter is full, and then the owner is awake anyway */
}

void mailbox_begin(struct mailbox *mailbox)
{
	uint64_t counter;
	ssize_t got = read(mailbox->fd, &counter, sizeof counter);

	(void)got; /* nothing there is fine */
}

static bool put(struct mailbox *mailbox, struct ring *ring, const void *item)
{
	pthread_mutex_lock(&mailbox->lock);
	bool fits = ring_put(ring, item);
	pthread_mutex_unlock(&mailbox->lock);
	mailbox_wake(mailbox);
	return fits;
}

static bool take(struct mailbox *mailbox, struct ring *ring, void *ret_item)
{
	pthread_mutex_lock(&mailbox->lock);
	bool some = ring_take(ring, ret_item);
	pthread_mutex_unlock(&mailbox->lock);
	return some;
}

void mailbox_set_patience(struct mailbox *mailbox, unsigned reports)
{
	assert(reports >= 1);
	pthread_mutex_lock(&mailbox->lock);
	mailbox->patience = reports;
	pthread_mutex_unlock(&mailbox->lock);
}

void mailbox_report(struct mailbox *mailbox, const struct report *report)
{
	pthread_mutex_lock(&mailbox->lock);
	bool fits = ring_put(&mailbox->reports, report);
	bool urgent =
	        report->kind != REPORT_PUBLISHED || report->code != 0 || mailbox->reports.count >= mailbox->patience;
	pthread_mutex_unlock(&mailbox->lock);
	assert(fits); /* more answers than questions */
	if (urgent)
		mailbox_wake(mailbox);
}

void mailbox_command(struct mailbox *mailbox, const struct publisher_command *command)
{
	(void)put(mailbox, &mailbox->commands, command); /* full: no answer, and the sender asks again */
}

void mailbox_topic(struct mailbox *mailbox, const char *topic)
{
	char copy[LIMIT_TOPIC] = "";

	snprintf(copy, sizeof copy, "%s", topic);
	(void)put(mailbox, &mailbox->topics, copy); /* full: the next round sees it */
}

bool mailbox_take_report(struct mailbox *mailbox, struct report *ret_report)
{
	return take(mailbox, &mailbox->reports, ret_report);
}

bool mailbox_take_command(struct mailbox *mailbox, struct publisher_command *ret_command)
{
	return take(mailbox, &mailbox->commands, ret_command);
}

bool mailbox_take_topic(struct mailbox *mailbox, char ret_topic[LIMIT_TOPIC])
{
	return take(mailbox, &mailbox->topics, ret_topic);
}

void mailbox_flush(struct mailbox *mailbox)
{
	pthread_mutex_lock(&mailbox->lock);
	mailbox->reports.count = 0;
	mailbox->topics.count = 0;
	pthread_mutex_unlock(&mailbox->lock);
}
