/* SPDX-License-Identifier: Apache-2.0 */
/* loop - see loop.h */
#include "gateway/loop.h"

#include "gateway/log.h"
#include "gateway/watch.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#define LOOP_EVENTS       8       /* descriptors besides the field's: three */
#define LOOP_SECOND_US    1000000 /* figures and log lines */
#define LOOP_DISK_WAIT_US 10000   /* how soon to look again for room in the journal */

enum loop_source { SOURCE_CONTROL, SOURCE_INBOX, SOURCE_SIGNALS };

struct loop {
	struct loop_parts parts;
	struct watch watch;
	int epoll; /* control socket, commands, signals; the poller's own waits for it and for the field */
	int signals;
	unsigned ready; /* sources that the last wait named, bits 1u << enum loop_source */
	bool stop, field_waits;
	struct mono next_second;
};

static int64_t clock_us(clockid_t clock)
{
	struct timespec now;
	int failed = clock_gettime(clock, &now);

	assert(!failed);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void loop_clock(struct mono *ret_mono, struct wall *ret_wall)
{
	ret_mono->us = clock_us(CLOCK_BOOTTIME);
	ret_wall->us = clock_us(CLOCK_REALTIME);
}

static int add_source(const struct loop *loop, int fd, enum loop_source source)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)source};

	return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

int loop_new(const struct loop_parts *parts, int signals, struct loop **ret_loop)
{
	struct loop *loop = calloc(1, sizeof *loop);

	if (!loop)
		return -ENOMEM;
	loop->parts = *parts;
	loop->signals = signals;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	int error = loop->epoll < 0 ? -errno : 0;
	if (!error)
		error = poller_watch(parts->poller, loop->epoll);
	if (!error)
		error = add_source(loop, control_fd(parts->control), SOURCE_CONTROL);
	if (!error)
		error = add_source(loop, inbox_fd(parts->inbox), SOURCE_INBOX);
	if (!error)
		error = add_source(loop, signals, SOURCE_SIGNALS);
	if (error) {
		loop_free(&loop);
		return error;
	}
	*ret_loop = loop;
	return 0;
}

void loop_free(struct loop **loop)
{
	if (!*loop)
		return;
	if ((*loop)->epoll >= 0)
		close((*loop)->epoll);
	free(*loop);
	*loop = NULL;
}

static void take_signals(struct loop *loop)
{
	struct signalfd_siginfo info;

	while (read(loop->signals, &info, sizeof info) == (ssize_t)sizeof info) {
		if (info.ssi_signo == SIGHUP)
			log_line(LOG_LEVEL_WARNING, "SIGHUP: reload is not supported yet; restart to change the site");
		else
			loop->stop = true;
	}
}

static void take_commands(struct loop *loop, struct mono now, struct wall wall)
{
	static_assert(LIMIT_COMMAND_QUEUE <= 1024, "one turn takes them all");
	struct publisher_command command;
	char reply[LIMIT_PAYLOAD];

	while (inbox_take(loop->parts.inbox, &command)) {
		struct command_request request = {.source = COMMAND_FROM_BROKER,
		                                  .json = command.payload,
		                                  .length = command.length,
		                                  .retained = command.retained};
		(void)commands_run(loop->parts.commands, &request, now, wall, reply, sizeof reply);
		if (publisher_reply(loop->parts.publisher, &command, reply) < 0)
			log_line(LOG_LEVEL_WARNING, "a reply to a command was dropped: too many wait");
	}
}

static bool is_ready(const struct loop *loop, enum loop_source source)
{
	return loop->ready & 1u << source;
}

static void turn(struct loop *loop)
{
	struct loop_parts *parts = &loop->parts;
	struct mono now;
	struct wall wall;

	loop_clock(&now, &wall);
	recorder_clock(parts->recorder, now, wall);
	parts->view->now = now;
	parts->view->wall = wall;
	loop->field_waits = !recorder_room(parts->recorder); /* then the field is neither read nor waited for */
	if (!loop->field_waits) {
		poller_run(parts->poller, now);
		engine_tick(parts->engine, now);
		field_run(parts->field, now);
		control_bus_run(parts->bus, now);
		if (is_ready(loop, SOURCE_INBOX))
			take_commands(loop, now, wall);
	}
	if (is_ready(loop, SOURCE_CONTROL) || mono_reached(now, control_next(parts->control, now)))
		control_run(parts->control);
	recorder_flush(parts->recorder);
	if (mono_reached(now, loop->next_second)) {
		watch_second(&loop->watch, parts, loop->field_waits);
		loop->next_second = mono_add_us(now, LOOP_SECOND_US);
	}
}

static struct timespec time_to_wait(const struct loop *loop)
{
	const struct loop_parts *parts = &loop->parts;
	struct mono now;
	struct wall wall;

	loop_clock(&now, &wall);
	struct mono wake = mono_min(loop->next_second, control_next(parts->control, now));
	if (loop->field_waits)
		wake = mono_min(wake, mono_add_us(now, LOOP_DISK_WAIT_US));
	else
		wake = mono_min(mono_min(wake, mono_min(field_next(parts->field), control_bus_next(parts->bus))),
		                mono_min(poller_next(parts->poller), engine_next(parts->engine)));
	int64_t us = mono_since_us(wake, now);
	if (us < 0)
		us = 0;
	return (struct timespec){.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000};
}

static int wait_for_sources(struct loop *loop)
{
	static const struct timespec no_time = {0};
	struct epoll_event events[LOOP_EVENTS];
	struct timespec wait = time_to_wait(loop);
	bool others = loop->field_waits;

	loop->ready = 0;
	int error = loop->field_waits ? 0 : poller_wait(loop->parts.poller, &wait, &others);
	if (error < 0 || !others)
		return error;
	int count = epoll_pwait2(loop->epoll, events, LOOP_EVENTS, loop->field_waits ? &wait : &no_time, NULL);
	if (count < 0 && errno != EINTR)
		return -errno;
	for (int i = 0; i < count; i++)
		loop->ready |= 1u << events[i].data.u32;
	return 0;
}

int loop_run(struct loop *loop)
{
	int error = 0;

	loop->ready = ~0u; /* the first turn looks everywhere */
	while (!loop->stop && !error) {
		turn(loop);
		error = wait_for_sources(loop);
		if (is_ready(loop, SOURCE_SIGNALS))
			take_signals(loop);
	}
	return error;
}
