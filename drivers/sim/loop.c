/* SPDX-License-Identifier: Apache-2.0 */
/* sim/loop - see loop.h */
#include "drivers/sim/loop.h"

#include "config/limits.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

struct sim_loop {
	int epoll, timer;
	bool stop;
	struct sim_due *first, *last; /* soonest first */
	struct mono timer_at;         /* what the timer is set to */
	void (*after)(void *context);
	void *after_context;
};

int sim_loop_new(struct sim_loop **ret_loop)
{
	struct sim_loop *loop = calloc(1, sizeof *loop);

	if (!loop)
		return -ENOMEM;
	loop->timer_at = MONO_NEVER;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	loop->timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
	if (loop->epoll < 0 || loop->timer < 0 || epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->timer, &event) < 0) {
		int error = -errno;
		sim_loop_free(&loop);
		return error;
	}
	*ret_loop = loop;
	return 0;
}

void sim_loop_free(struct sim_loop **loop)
{
	if (!*loop)
		return;
	if ((*loop)->timer >= 0)
		close((*loop)->timer);
	if ((*loop)->epoll >= 0)
		close((*loop)->epoll);
	free(*loop);
	*loop = NULL;
}

static int control(struct sim_loop *loop, int operation, int fd, struct epoll_event event)
{
	assert(event.data.ptr);
	return epoll_ctl(loop->epoll, operation, fd, &event) < 0 ? -errno : 0;
}

int sim_loop_add(struct sim_loop *loop, int fd, uint32_t events, struct sim_watch *watch)
{
	return control(loop, EPOLL_CTL_ADD, fd, (struct epoll_event){.events = events, .data.ptr = watch});
}

int sim_loop_change(struct sim_loop *loop, int fd, uint32_t events, struct sim_watch *watch)
{
	return control(loop, EPOLL_CTL_MOD, fd, (struct epoll_event){.events = events, .data.ptr = watch});
}

void sim_loop_cancel(struct sim_loop *loop, struct sim_due *due)
{
	if (!due->armed)
		return;
	*(due->previous ? &due->previous->next : &loop->first) = due->next;
	*(due->next ? &due->next->previous : &loop->last) = due->previous;
	due->previous = due->next = NULL;
	due->armed = false;
}

void sim_loop_arm(struct sim_loop *loop, struct sim_due *due, struct mono at)
{
	struct sim_due *before;

	assert(due->fire);
	sim_loop_cancel(loop, due);
	/* from the end: most moments are later than all that wait */
	for (before = loop->last; before && before->at.us > at.us; before = before->previous)
		;
	due->at = at;
	due->armed = true;
	due->previous = before;
	due->next = before ? before->next : loop->first;
	*(before ? &before->next : &loop->first) = due;
	*(due->next ? &due->next->previous : &loop->last) = due;
}

void sim_loop_after(struct sim_loop *loop, void (*after)(void *context), void *context)
{
	loop->after = after;
	loop->after_context = context;
}

static int set_timer(struct sim_loop *loop)
{
	struct mono at = loop->first ? loop->first->at : MONO_NEVER;
	struct itimerspec when = {0};

	if (at.us == loop->timer_at.us)
		return 0;
	if (at.us != INT64_MAX) {
		when.it_value.tv_sec = at.us / 1000000;
		when.it_value.tv_nsec = at.us % 1000000 * 1000;
	}
	if (timerfd_settime(loop->timer, TFD_TIMER_ABSTIME, &when, NULL) < 0)
		return -errno;
	loop->timer_at = at;
	return 0;
}

static void fire_due(struct sim_loop *loop)
{
	struct mono now = sim_loop_now();

	while (loop->first && mono_reached(now, loop->first->at)) {
		struct sim_due *due = loop->first;
		sim_loop_cancel(loop, due);
		due->fire(due->context);
	}
}

static void dispatch(struct sim_loop *loop, const struct epoll_event *event)
{
	struct sim_watch *watch = event->data.ptr;
	uint64_t expirations;

	if (watch) {
		watch->ready(watch->context, event->events);
		return;
	}
	if (read(loop->timer, &expirations, sizeof expirations) > 0)
		loop->timer_at = MONO_NEVER;
}

int sim_loop_run(struct sim_loop *loop)
{
	struct epoll_event events[LIMIT_SIM_TURN];

	while (!loop->stop) {
		int error = set_timer(loop);
		if (error < 0)
			return error;
		int count = epoll_wait(loop->epoll, events, LIMIT_SIM_TURN, -1);
		if (count < 0 && errno != EINTR)
			return -errno;
		for (int i = 0; i < count; i++)
			dispatch(loop, &events[i]);
		fire_due(loop);
		if (loop->after)
			loop->after(loop->after_context);
	}
	return 0;
}

void sim_loop_stop(struct sim_loop *loop)
{
	loop->stop = true;
}

struct mono sim_loop_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (struct mono){now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000};
}

int64_t sim_loop_stamp_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}
