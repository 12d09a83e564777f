/* SPDX-License-Identifier: Apache-2.0 */
/* inbox - see inbox.h */
#include "gateway/inbox.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct inbox {
	pthread_mutex_t lock;
	int fd;
	size_t first, count;
	uint64_t dropped;
	struct publisher_command ring[LIMIT_COMMAND_QUEUE];
};

int inbox_new(struct inbox **ret_inbox)
{
	struct inbox *inbox = calloc(1, sizeof *inbox);

	if (!inbox)
		return -ENOMEM;
	inbox->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (inbox->fd < 0) {
		int error = -errno;
		free(inbox);
		return error;
	}
	pthread_mutex_init(&inbox->lock, NULL);
	*ret_inbox = inbox;
	return 0;
}

void inbox_free(struct inbox **inbox)
{
	if (!*inbox)
		return;
	close((*inbox)->fd);
	pthread_mutex_destroy(&(*inbox)->lock);
	free(*inbox);
	*inbox = NULL;
}

int inbox_fd(const struct inbox *inbox)
{
	return inbox->fd;
}

void inbox_put(struct inbox *inbox, const struct publisher_command *command)
{
	uint64_t one = 1;

	pthread_mutex_lock(&inbox->lock);
	if (inbox->count == LIMIT_COMMAND_QUEUE) {
		inbox->dropped++;
	} else {
		inbox->ring[(inbox->first + inbox->count) % LIMIT_COMMAND_QUEUE] = *command;
		inbox->count++;
	}
	pthread_mutex_unlock(&inbox->lock);
	ssize_t written = write(inbox->fd, &one, sizeof one);
	(void)written; /* only a counter at its maximum refuses, and then the loop is awake anyway
			*/
}

bool inbox_take(struct inbox *inbox, struct publisher_command *ret_command)
{
	uint64_t counter;

	pthread_mutex_lock(&inbox->lock);
	bool some = inbox->count > 0;
	if (some) {
		*ret_command = inbox->ring[inbox->first];
		inbox->first = (inbox->first + 1) % LIMIT_COMMAND_QUEUE;
		inbox->count--;
	} else {
		ssize_t got = read(inbox->fd, &counter, sizeof counter);
		(void)got; /* drained under the lock: no wake-up can be lost */
	}
	pthread_mutex_unlock(&inbox->lock);
	return some;
}

uint64_t inbox_dropped(struct inbox *inbox)
{
	pthread_mutex_lock(&inbox->lock);
	uint64_t dropped = inbox->dropped;
	pthread_mutex_unlock(&inbox->lock);
	return dropped;
}
