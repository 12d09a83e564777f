/* SPDX-License-Identifier: Apache-2.0 */
/* sim/stream - see stream.h */
#include "drivers/sim/stream.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define ROOM 1024 /* a few requests of LIMIT_ADU_TCP */

struct sim_stream {
	struct sim_stream_setup setup;
	struct sim_watch watch;
	int fd; /* -1: closed */
	uint8_t in[ROOM];
	size_t in_length;
	bool deaf; /* a bad frame on a serial line: until silence */
	struct sim_due silence, leave;
	struct sim_answer answers[LIMIT_SIM_REPLIES];
	size_t first, waiting;
	struct sim_stream *next; /* in a list of closed ones */
};

static void lose(struct sim_stream *stream)
{
	sim_stream_close(stream);
	stream->setup.calls->closed(stream->setup.context, stream);
}

static void drop(struct sim_stream *stream, size_t length)
{
	stream->in_length -= length;
	memmove(stream->in, stream->in + length, stream->in_length);
}

static void serve(struct sim_stream *stream, size_t length)
{
	uint8_t request[ROOM];

	memcpy(request, stream->in, length);
	drop(stream, length);
	stream->setup.calls->request(stream->setup.context, stream, request, length);
}

static void serve_tcp(struct sim_stream *stream)
{
	int length = 0;

	while (stream->fd >= 0 && (length = sim_frame_tcp(stream->in, stream->in_length)) > 0)
		serve(stream, (size_t)length);
	if (stream->fd >= 0 && length < 0)
		lose(stream);
}

static void serve_rtu(struct sim_stream *stream)
{
	int length = 0;

	while (!stream->deaf && (length = sim_frame_rtu(stream->in, stream->in_length)) > 0)
		serve(stream, (size_t)length);
	if (stream->deaf || length < 0) {
		stream->deaf = true;
		stream->in_length = 0;
	}
	if (stream->deaf || stream->in_length)
		sim_loop_arm(stream->setup.loop, &stream->silence, mono_add_us(sim_loop_now(), LIMIT_SIM_SILENCE_US));
	else
		sim_loop_cancel(stream->setup.loop, &stream->silence);
}

static void end_silence(void *context)
{
	struct sim_stream *stream = context;
	int length = sim_frame_rtu_silent(stream->in, stream->in_length);

	if (!stream->deaf && length > 0)
		serve(stream, (size_t)length);
	stream->deaf = false;
	stream->in_length = 0;
}

static void receive(void *context, uint32_t events)
{
	struct sim_stream *stream = context;

	(void)events;
	if (stream->fd < 0)
		return;
	assert(stream->in_length < ROOM);
	ssize_t count = read(stream->fd, stream->in + stream->in_length, ROOM - stream->in_length);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (count <= 0) {
		lose(stream);
		return;
	}
	stream->in_length += (size_t)count;
	if (stream->setup.transport == TRANSPORT_TCP)
		serve_tcp(stream);
	else
		serve_rtu(stream);
}

/* Whether the stream is still there afterwards. */
static bool leave_now(struct sim_stream *stream, const struct sim_answer *answer)
{
	ssize_t count = write(stream->fd, answer->bytes, answer->length);

	if (count == (ssize_t)answer->length) {
		stream->setup.calls->sent(stream->setup.context, answer);
		return true;
	}
	if (stream->setup.transport == TRANSPORT_RTU)
		return true;
	lose(stream);
	return false;
}

static void leave(void *context)
{
	struct sim_stream *stream = context;

	while (stream->waiting && mono_reached(sim_loop_now(), stream->answers[stream->first].at)) {
		const struct sim_answer *answer = &stream->answers[stream->first];
		stream->first = (stream->first + 1) % LIMIT_SIM_REPLIES;
		stream->waiting--;
		if (!leave_now(stream, answer))
			return;
	}
	if (stream->waiting)
		sim_loop_arm(stream->setup.loop, &stream->leave, stream->answers[stream->first].at);
}

void sim_stream_send(struct sim_stream *stream, const struct sim_answer *answer)
{
	if (stream->fd < 0 || stream->waiting == LIMIT_SIM_REPLIES)
		return;
	stream->answers[(stream->first + stream->waiting) % LIMIT_SIM_REPLIES] = *answer;
	stream->waiting++;
	if (stream->waiting == 1)
		leave(stream);
}

void sim_stream_forget(struct sim_stream *stream)
{
	stream->waiting = 0;
	sim_loop_cancel(stream->setup.loop, &stream->leave);
}

int sim_stream_new(const struct sim_stream_setup *setup, struct sim_stream **ret_stream)
{
	struct sim_stream *stream = calloc(1, sizeof *stream);

	if (!stream) {
		close(setup->fd);
		return -ENOMEM;
	}
	stream->setup = *setup;
	stream->fd = setup->fd;
	stream->watch = (struct sim_watch){.ready = receive, .context = stream};
	stream->silence = (struct sim_due){.fire = end_silence, .context = stream};
	stream->leave = (struct sim_due){.fire = leave, .context = stream};
	int error = sim_loop_add(setup->loop, stream->fd, EPOLLIN, &stream->watch);
	if (error < 0) {
		sim_stream_free(&stream);
		return error;
	}
	*ret_stream = stream;
	return 0;
}

void sim_stream_close(struct sim_stream *stream)
{
	if (stream->fd < 0)
		return;
	sim_stream_forget(stream);
	sim_loop_cancel(stream->setup.loop, &stream->silence);
	close(stream->fd);
	stream->fd = -1;
}

void sim_stream_free(struct sim_stream **stream)
{
	if (!*stream)
		return;
	sim_stream_close(*stream);
	free(*stream);
	*stream = NULL;
}

void sim_stream_bury(struct sim_stream *stream, struct sim_stream **graves)
{
	sim_stream_close(stream);
	stream->next = *graves;
	*graves = stream;
}

void sim_stream_free_all(struct sim_stream **graves)
{
	while (*graves) {
		struct sim_stream *stream = *graves;
		*graves = stream->next;
		sim_stream_free(&stream);
	}
}
