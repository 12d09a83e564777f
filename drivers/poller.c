/* SPDX-License-Identifier: Apache-2.0 */
/* poller - see poller.h */
#include "drivers/poller.h"

#include "config/limits.h"
#include "drivers/link.h"
#include "drivers/path.h"
#include "drivers/random.h"
#include "drivers/resolver.h"
#include "drivers/transaction.h"
#include "drivers/urgency.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define EVENTS        256 /* taken from the kernel at a time */
#define ROUNDS        8   /* so many times in one run: a flood must not keep the loop from its other work */
#define RECEIVE_BYTES 1024
#define WATCHED       UINT32_MAX /* for an index of carriers: the descriptor of poller_watch() */
#define RESOLVER      (UINT32_MAX - 1)

/* A link on its path, and its place in the heap of timers. */
struct carrier {
	struct link *link;
	struct path *path;
	struct mono next;
	size_t place;
	bool connecting;
	bool postponed; /* wants to connect, in the next grid step */
	bool nameless;  /* wants to connect, once its name is looked up */
	bool awaited;   /* sent a request and heard nothing since */
};

struct poller {
	const struct site *site;
	struct poller_sink sink;
	struct poller_tap tap;
	int epoll;
	struct resolver *resolver;         /* NULL: the site has no host names */
	struct epoll_event events[EVENTS]; /* found by poller_wait(), taken by poller_run() */
	int found;
	uint32_t awaited; /* carriers */
	size_t count;
	struct carrier *carriers;
	struct carrier **heap; /* the earliest timer first */
	struct device_stats *devices;
	struct link_stats *links;
	uint8_t *urgency; /* by point */
	struct mono now, woken_for;
	int64_t connect_step; /* grid step in which the connections below were begun */
	uint32_t connects;
};

/* --- timers ----------------------------------------------------------------------------------------- */

static void put(struct poller *poller, size_t place, struct carrier *carrier)
{
	poller->heap[place] = carrier;
	carrier->place = place;
}

static void sift_up(struct poller *poller, struct carrier *carrier)
{
	size_t place = carrier->place;

	while (place > 0 && carrier->next.us < poller->heap[(place - 1) / 2]->next.us) {
		put(poller, place, poller->heap[(place - 1) / 2]);
		place = (place - 1) / 2;
	}
	put(poller, place, carrier);
}

static void sift_down(struct poller *poller, struct carrier *carrier)
{
	size_t place = carrier->place;

	for (;;) {
		size_t child = 2 * place + 1;
		if (child + 1 < poller->count && poller->heap[child + 1]->next.us < poller->heap[child]->next.us)
			child++;
		if (child >= poller->count || poller->heap[child]->next.us >= carrier->next.us)
			break;
		put(poller, place, poller->heap[child]);
		place = child;
	}
	put(poller, place, carrier);
}

static void set_timer(struct poller *poller, struct carrier *carrier, struct mono next)
{
	carrier->next = next;
	sift_up(poller, carrier);
	sift_down(poller, carrier);
}

/* --- ports ------------------------------------------------------------------------------------------ */

static int watch(struct poller *poller, struct carrier *carrier, int operation)
{
	uint32_t wanted = carrier->connecting ? EPOLLOUT : EPOLLIN;
	struct epoll_event event = {.events = wanted, .data.u32 = (uint32_t)(carrier - poller->carriers)};

	return epoll_ctl(poller->epoll, operation, path_fd(carrier->path), &event) < 0 ? -errno : 0;
}

static void await(struct poller *poller, struct carrier *carrier, bool awaited)
{
	if (carrier->awaited && !awaited)
		poller->awaited--;
	else if (!carrier->awaited && awaited)
		poller->awaited++;
	carrier->awaited = awaited;
}

static void hang_up(struct poller *poller, struct carrier *carrier)
{
	await(poller, carrier, false);
	path_close(carrier->path, poller->now); /* and epoll forgets it */
	carrier->connecting = carrier->postponed = carrier->nameless = false;
}

static void fall(struct poller *poller, struct carrier *carrier)
{
	hang_up(poller, carrier);
	link_closed(carrier->link, poller->now);
}

static void open_port(struct poller *poller, struct carrier *carrier)
{
	int64_t step = poller->now.us / LIMIT_GRID_US;

	if (step != poller->connect_step)
		poller->connects = 0;
	poller->connect_step = step;
	carrier->postponed = poller->connects >= LIMIT_CONNECT_BURST;
	if (carrier->postponed)
		return;
	poller->connects++;
	int error = path_open(carrier->path, poller->now);
	carrier->nameless = error == -EAGAIN;
	carrier->connecting = error == -EINPROGRESS;
	if (carrier->nameless)
		return;
	if (!error || carrier->connecting)
		error = watch(poller, carrier, EPOLL_CTL_ADD);
	if (error)
		fall(poller, carrier);
	else if (!carrier->connecting)
		link_opened(carrier->link, poller->now);
}

static void show(const struct poller *poller, const struct carrier *carrier, bool sent,
                 const struct transaction_bytes *bytes)
{
	if (poller->tap.frames)
		poller->tap.frames(poller->tap.context, (uint32_t)(carrier - poller->carriers), sent, bytes,
		                   poller->now);
}

static int send_frame(struct poller *poller, struct carrier *carrier, const struct link_action *action)
{
	struct transaction_bytes frame = {action->frame, action->length};

	show(poller, carrier, true, &frame);
	/* a serial bus has no moment to give away */
	if (!site_link_is_rtu(&poller->site->links[carrier - poller->carriers]))
		await(poller, carrier, true);
	return path_send(carrier->path, action->frame, action->length);
}

/* Does what the link asks for, until it asks for nothing more. */
static void carry_out(struct poller *poller, struct carrier *carrier)
{
	for (;;) {
		struct link_action action = link_take_action(carrier->link);
		if (action.close)
			hang_up(poller, carrier);
		if (action.open)
			open_port(poller, carrier);
		else if (action.length > 0 && send_frame(poller, carrier, &action) < 0)
			fall(poller, carrier);
		else
			break;
	}
}

static void obey(struct poller *poller, struct carrier *carrier)
{
	carry_out(poller, carrier);
	if (path_run(carrier->path, poller->now)) {
		await(poller, carrier, false);
		carrier->connecting = carrier->postponed = carrier->nameless = false;
		link_switch(carrier->link, path_active(carrier->path), poller->now);
		carry_out(poller, carrier);
	}
	struct mono next = mono_min(link_next(carrier->link), path_next(carrier->path));
	if (carrier->postponed)
		next = (struct mono){(poller->now.us / LIMIT_GRID_US + 1) * LIMIT_GRID_US};
	set_timer(poller, carrier, next);
}

static void connected(struct poller *poller, struct carrier *carrier)
{
	carrier->connecting = false;
	if (path_finish(carrier->path, poller->now) < 0 || watch(poller, carrier, EPOLL_CTL_MOD) < 0)
		fall(poller, carrier);
	else
		link_opened(carrier->link, poller->now);
}

static void receive(struct poller *poller, struct carrier *carrier)
{
	uint8_t bytes[RECEIVE_BYTES];
	ssize_t count = path_receive(carrier->path, bytes, sizeof bytes);
	struct transaction_bytes received = {bytes, count > 0 ? (size_t)count : 0};

	await(poller, carrier, false);
	if (count > 0)
		show(poller, carrier, false, &received);
	if (count < 0)
		fall(poller, carrier);
	else if (count > 0)
		link_received(carrier->link, received.data, received.length, poller->now);
}

/* An answer has come: whoever waits for one looks whether it is his. */
static void look_up(struct poller *poller)
{
	resolver_hear(poller->resolver);
	for (size_t i = 0; i < poller->count; i++) {
		struct carrier *carrier = &poller->carriers[i];
		if (!carrier->nameless)
			continue;
		open_port(poller, carrier);
		obey(poller, carrier);
	}
}

static void take_news(struct poller *poller, uint32_t index)
{
	if (index == WATCHED)
		return;
	if (index == RESOLVER) {
		look_up(poller);
		return;
	}
	struct carrier *carrier = &poller->carriers[index];
	if (carrier->connecting)
		connected(poller, carrier);
	else
		receive(poller, carrier);
	obey(poller, carrier);
}

static void receive_all(struct poller *poller)
{
	for (int round = 1;; round++) {
		int found = poller->found;
		for (int i = 0; i < found; i++)
			take_news(poller, poller->events[i].data.u32);
		poller->found = 0;
		if (found < EVENTS || round == ROUNDS)
			break;
		poller->found = epoll_wait(poller->epoll, poller->events, EVENTS, 0);
	}
}

/* --- public ----------------------------------------------------------------------------------------- */

static int add_carrier(struct poller *poller, struct mono now)
{
	uint32_t index = (uint32_t)poller->count;
	struct carrier *carrier = &poller->carriers[index];
	uint64_t seed = (uint64_t)now.us + index;
	struct link_setup setup = {.site = poller->site,
	                           .link = index,
	                           .sink = &poller->sink,
	                           .devices = poller->devices,
	                           .stats = &poller->links[index],
	                           .urgency = poller->urgency,
	                           .start = now,
	                           .seed = random_next(&seed)};
	struct path_setup ways = {.site = poller->site,
	                          .link = index,
	                          .sink = &poller->sink,
	                          .devices = poller->devices,
	                          .stats = &poller->links[index],
	                          .resolver = poller->resolver,
	                          .start = now};

	poller->count++;
	int error = path_new(&ways, &carrier->path);
	if (!error)
		error = link_new(&setup, &carrier->link);
	if (error)
		return error;
	carrier->next = mono_min(link_next(carrier->link), path_next(carrier->path));
	carrier->place = index;
	sift_up(poller, carrier);
	return 0;
}

static int allocate(struct poller *poller)
{
	poller->carriers = calloc(poller->site->link_count + 1, sizeof *poller->carriers);
	poller->heap = calloc(poller->site->link_count + 1, sizeof(struct carrier *));
	poller->links = calloc(poller->site->link_count + 1, sizeof *poller->links);
	poller->devices = calloc(poller->site->device_count + 1, sizeof *poller->devices);
	if (!poller->carriers || !poller->heap || !poller->links || !poller->devices)
		return -ENOMEM;
	poller->epoll = epoll_create1(EPOLL_CLOEXEC);
	return poller->epoll < 0 ? -errno : 0;
}

/* Only a site with names gets a resolver and its thread. */
static int add_resolver(struct poller *poller)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = RESOLVER};
	size_t names = 0;

	for (size_t i = 0; i < poller->site->link_count; i++)
		for (size_t j = 0; j < poller->site->links[i].endpoint_count; j++)
			names += poller->site->links[i].endpoints[j].is_name;
	if (names == 0)
		return 0;
	int error = resolver_new(names, &poller->resolver);
	if (error)
		return error;
	return epoll_ctl(poller->epoll, EPOLL_CTL_ADD, resolver_fd(poller->resolver), &event) < 0 ? -errno : 0;
}

int poller_new(const struct site *site, const struct poller_sink *sink, struct mono now, struct poller **ret_poller)
{
	struct poller *poller = calloc(1, sizeof *poller);

	if (!poller)
		return -ENOMEM;
	poller->epoll = -1;
	poller->site = site;
	poller->sink = *sink;
	poller->now = poller->woken_for = now;
	int error = allocate(poller);
	if (!error)
		error = urgency_new(site, &poller->urgency);
	if (!error)
		error = add_resolver(poller);
	while (!error && poller->count < site->link_count)
		error = add_carrier(poller, now);
	if (error) {
		poller_free(&poller);
		return error;
	}
	*ret_poller = poller;
	return 0;
}

void poller_free(struct poller **ref)
{
	struct poller *poller = *ref;

	if (!poller)
		return;
	for (size_t i = 0; i < poller->count; i++) {
		link_free(&poller->carriers[i].link);
		path_free(&poller->carriers[i].path);
	}
	resolver_free(&poller->resolver);
	if (poller->epoll >= 0)
		close(poller->epoll);
	free(poller->carriers);
	free(poller->heap);
	free(poller->links);
	free(poller->devices);
	free(poller->urgency);
	free(poller);
	*ref = NULL;
}

int poller_watch(struct poller *poller, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = WATCHED};

	return epoll_ctl(poller->epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static bool found_watched(const struct poller *poller)
{
	for (int i = 0; i < poller->found; i++)
		if (poller->events[i].data.u32 == WATCHED)
			return true;
	return false;
}

/* The first answers of many are there: the others are worth a moment. */
static int gather(struct poller *poller)
{
	const struct timespec moment = {.tv_nsec = LIMIT_GATHER_US * 1000};

	(void)nanosleep(&moment, NULL); /* a signal only makes it shorter */
	return epoll_wait(poller->epoll, poller->events, EVENTS, 0);
}

int poller_wait(struct poller *poller, const struct timespec *longest, bool *ret_watched)
{
	int found = epoll_pwait2(poller->epoll, poller->events, EVENTS, longest, NULL);

	poller->found = found > 0 ? found : 0;
	bool more = poller->awaited >= (uint32_t)poller->found + LIMIT_GATHER_LINKS;
	if (found > 0 && more && !found_watched(poller))
		found = gather(poller);
	if (found < 0 && errno != EINTR)
		return -errno;
	poller->found = found > 0 ? found : 0;
	*ret_watched = found_watched(poller);
	return 0;
}

struct mono poller_next(const struct poller *poller)
{
	return poller->count ? poller->heap[0]->next : MONO_NEVER;
}

/* A process that was stopped, or a loop that waited for its disk, must not take its own absence for silence. */
static void look_for_stall(struct poller *poller, struct mono now)
{
	bool stalled = poller->woken_for.us != INT64_MAX &&
	               mono_since_us(now, poller->woken_for) > LIMIT_STALL_MS * INT64_C(1000);

	for (size_t i = 0; stalled && i < poller->count; i++)
		link_resume(poller->carriers[i].link, now);
}

void poller_run(struct poller *poller, struct mono now)
{
	poller->now = now;
	look_for_stall(poller, now);
	receive_all(poller);
	while (mono_reached(now, poller_next(poller))) {
		struct carrier *carrier = poller->heap[0];
		if (carrier->postponed)
			open_port(poller, carrier);
		await(poller, carrier, false); /* whatever comes, nobody waits for it as one of many */
		link_run(carrier->link, now);
		obey(poller, carrier);
	}
	poller->woken_for = poller_next(poller);
}

int poller_submit(struct poller *poller, uint32_t link, struct job *job)
{
	assert(link < poller->count);
	struct carrier *carrier = &poller->carriers[link];
	int error = link_submit(carrier->link, job);

	if (!error)
		set_timer(poller, carrier, poller->now);
	return error;
}

void poller_set_tap(struct poller *poller, const struct poller_tap *tap)
{
	poller->tap = *tap;
}

const struct device_stats *poller_device_stats(const struct poller *poller, uint32_t device)
{
	assert(device < poller->site->device_count);
	return &poller->devices[device];
}

const struct link_stats *poller_link_stats(const struct poller *poller, uint32_t link)
{
	assert(link < poller->site->link_count);
	link_refresh_stats(poller->carriers[link].link, poller->now);
	return &poller->links[link];
}
