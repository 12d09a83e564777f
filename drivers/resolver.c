/* SPDX-License-Identifier: Apache-2.0 */
/* resolver - see resolver.h */
#include "drivers/resolver.h"

#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct name {
	char host[LIMIT_HOST + 1];
	char service[8];
	bool waits, asked;
	struct mono asked_at;
	struct resolver_answer answer;
};

/* What the lock guards is everything but the event, the capacity, and hosts and services once added. */
struct resolver {
	pthread_mutex_t lock;
	pthread_cond_t work;
	pthread_t thread;
	bool threaded, busy, quit;
	int event;
	size_t capacity, count;
	struct name *names;
	uint32_t *queue; /* a ring of names that wait */
	size_t first, waiting;
};

static void lock(struct resolver *resolver)
{
	int failed = pthread_mutex_lock(&resolver->lock);

	assert(!failed);
}

static void unlock(struct resolver *resolver)
{
	int failed = pthread_mutex_unlock(&resolver->lock);

	assert(!failed);
}

static void destroy(struct resolver *resolver)
{
	if (resolver->event >= 0)
		close(resolver->event);
	pthread_cond_destroy(&resolver->work);
	pthread_mutex_destroy(&resolver->lock);
	free(resolver->names);
	free(resolver->queue);
	free(resolver);
}

/* --- the thread ------------------------------------------------------------------------------------- */

/* A lookup's outcome in our own form; only the first LIMIT_ADDRESSES are kept. */
static void look_up(const struct name *name, struct resolver_answer *ret_answer)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV}, *list = NULL;
	int error = getaddrinfo(name->host, name->service, &hints, &list);

	*ret_answer = (struct resolver_answer){.error = error ? gai_strerror(error) : NULL};
	if (error)
		return;
	for (const struct addrinfo *each = list; each && ret_answer->count < LIMIT_ADDRESSES; each = each->ai_next) {
		struct resolver_address *address = &ret_answer->addresses[ret_answer->count++];
		assert(each->ai_addrlen <= sizeof address->any);
		memcpy(&address->any, each->ai_addr, each->ai_addrlen);
		address->length = each->ai_addrlen;
	}
	freeaddrinfo(list);
}

static void keep(struct name *name, const struct resolver_answer *found)
{
	uint32_t lookups = name->answer.lookups + 1;

	if (found->count > 0)
		name->answer = *found;
	else
		name->answer.error = found->error ? found->error : "it has no address";
	name->answer.lookups = lookups;
	name->waits = false;
}

static void announce(const struct resolver *resolver)
{
	uint64_t one = 1;
	ssize_t written = write(resolver->event, &one, sizeof one);

	assert(written == sizeof one);
}

/* The lock is held, but for the lookup itself. */
static void answer_next(struct resolver *resolver)
{
	struct name *name = &resolver->names[resolver->queue[resolver->first]];
	struct resolver_answer found;

	resolver->first = (resolver->first + 1) % resolver->capacity;
	resolver->waiting--;
	resolver->busy = true;
	unlock(resolver);
	look_up(name, &found);
	lock(resolver);
	resolver->busy = false;
	keep(name, &found);
	announce(resolver);
}

static void *run(void *context)
{
	struct resolver *resolver = context;

	lock(resolver);
	while (!resolver->quit) {
		if (resolver->waiting > 0)
			answer_next(resolver);
		else
			pthread_cond_wait(&resolver->work, &resolver->lock);
	}
	bool orphan = !resolver->threaded;
	unlock(resolver);
	if (orphan)
		destroy(resolver);
	return NULL;
}

/* Signals are for the threads that expect them. */
static int start(struct resolver *resolver)
{
	sigset_t all, before;

	sigfillset(&all);
	int error = pthread_sigmask(SIG_SETMASK, &all, &before);
	if (error)
		return -error;
	error = pthread_create(&resolver->thread, NULL, run, resolver);
	resolver->threaded = !error;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -error;
}

/* --- public ----------------------------------------------------------------------------------------- */

int resolver_new(size_t capacity, struct resolver **ret_resolver)
{
	struct resolver *resolver = calloc(1, sizeof *resolver);

	if (!resolver)
		return -ENOMEM;
	pthread_mutex_init(&resolver->lock, NULL);
	pthread_cond_init(&resolver->work, NULL);
	resolver->capacity = capacity;
	resolver->names = calloc(capacity + 1, sizeof *resolver->names);
	resolver->queue = calloc(capacity + 1, sizeof *resolver->queue);
	resolver->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	int error = resolver->event < 0 ? -errno : 0;
	if (!resolver->names || !resolver->queue)
		error = -ENOMEM;
	if (error) {
		destroy(resolver);
		return error;
	}
	*ret_resolver = resolver;
	return 0;
}

void resolver_free(struct resolver **ref)
{
	struct resolver *resolver = *ref;

	if (!resolver)
		return;
	*ref = NULL;
	lock(resolver);
	bool threaded = resolver->threaded, busy = resolver->busy;
	pthread_t thread = resolver->thread;
	resolver->quit = true;
	resolver->threaded = threaded && !busy; /* else the thread owns all of it from here */
	pthread_cond_signal(&resolver->work);
	unlock(resolver);
	if (busy) {
		pthread_detach(thread);
		return;
	}
	if (threaded)
		pthread_join(thread, NULL);
	destroy(resolver);
}

int resolver_add(struct resolver *resolver, const char *host, uint16_t port, uint32_t *ret_name)
{
	if (strlen(host) > LIMIT_HOST)
		return -ENAMETOOLONG;
	lock(resolver);
	assert(resolver->count < resolver->capacity);
	int error = resolver->threaded ? 0 : start(resolver);
	if (!error) {
		struct name *name = &resolver->names[resolver->count];
		snprintf(name->host, sizeof name->host, "%s", host);
		snprintf(name->service, sizeof name->service, "%u", port);
		*ret_name = (uint32_t)resolver->count++;
	}
	unlock(resolver);
	return error;
}

int resolver_fd(const struct resolver *resolver)
{
	return resolver->event;
}

void resolver_hear(struct resolver *resolver)
{
	uint64_t answers;
	ssize_t count = read(resolver->event, &answers, sizeof answers);

	assert(count == sizeof answers || errno == EAGAIN);
}

void resolver_ask(struct resolver *resolver, uint32_t index, struct mono now)
{
	assert(index < resolver->count);
	struct name *name = &resolver->names[index];

	lock(resolver);
	bool due = !name->asked || mono_reached(now, mono_add_ms(name->asked_at, LIMIT_RESOLVE_MS));
	if (due && !name->waits) {
		name->asked = name->waits = true;
		name->asked_at = now;
		resolver->queue[(resolver->first + resolver->waiting++) % resolver->capacity] = index;
		pthread_cond_signal(&resolver->work);
	}
	unlock(resolver);
}

void resolver_read(struct resolver *resolver, uint32_t index, struct resolver_answer *ret_answer)
{
	assert(index < resolver->count);
	lock(resolver);
	*ret_answer = resolver->names[index].answer;
	unlock(resolver);
}
