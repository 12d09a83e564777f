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
	struct sim_due silence, leave, arrival;
	struct sim_stream_use use;
	struct mono busy_until; /* end of the last frame on a serial line; us 0: none yet */
	size_t sent;            /* bytes of the first answer that have left */
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

static int64_t characters_us(const struct sim_stream *stream, size_t count)
{
	return (int64_t)count * stream->setup.pace.character_ns / 1000;
}

/* A frame begins, or goes on, with so many bytes. */
static void note_request(struct sim_stream *stream, size_t count, struct mono now)
{
	bool begins = stream->in_length == 0;
	int64_t gap_us = mono_since_us(now, stream->busy_until);

	if (begins) {
		stream->use.requests++;
		if (stream->busy_until.us && gap_us < stream->use.least_gap_us)
			stream->use.least_gap_us = gap_us;
		if (stream->busy_until.us && gap_us < stream->setup.pace.quiet_us)
			stream->use.early++;
	}
	struct mono from = !begins && stream->busy_until.us > now.us ? stream->busy_until : now;
	stream->busy_until = mono_add_us(from, characters_us(stream, count));
}

static void arrive(void *context)
{
	serve_rtu(context);
}

static void take_rtu(struct sim_stream *stream)
{
	if (!stream->setup.pace.byte_by_byte || stream->deaf)
		serve_rtu(stream);
	else
		sim_loop_arm(stream->setup.loop, &stream->arrival,
		             mono_add_us(stream->busy_until, stream->setup.pace.quiet_us));
}

static void receive(void *context, uint32_t events)
{
	struct sim_stream *stream = context;

	(void)events;
	if (stream->fd < 0)
		return;
	if (stream->in_length == ROOM)
		stream->in_length = 0; /* more than any frame has, before the first of it has arrived: noise */
	ssize_t count = read(stream->fd, stream->in + stream->in_length, ROOM - stream->in_length);
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (count <= 0) {
		lose(stream);
		return;
	}
	if (stream->setup.transport != TRANSPORT_TCP)
		note_request(stream, (size_t)count, sim_loop_now());
	stream->in_length += (size_t)count;
	if (stream->setup.transport != TRANSPORT_TCP)
		take_rtu(stream);
	else
		serve_tcp(stream);
}

/* Bytes of the first answer that should have left by now. */
static size_t bytes_due(const struct sim_stream *stream, struct mono now)
{
	const struct sim_answer *answer = &stream->answers[stream->first];

	if (!mono_reached(now, answer->at))
		return 0;
	if (!stream->setup.pace.byte_by_byte)
		return answer->length;
	size_t due = 1 + (size_t)(mono_since_us(now, answer->at) * 1000 / stream->setup.pace.character_ns);
	return due < answer->length ? due : answer->length;
}

static void end_answer(struct sim_stream *stream, struct mono now)
{
	const struct sim_answer *answer = &stream->answers[stream->first];
	bool whole = stream->sent == answer->length;

	stream->first = (stream->first + 1) % LIMIT_SIM_REPLIES;
	stream->waiting--;
	stream->sent = 0;
	stream->busy_until = now;
	if (whole)
		stream->setup.calls->sent(stream->setup.context, answer);
}

/* Whether the stream is still there afterwards. A serial line loses what its peer does not take. */
static bool leave_now(struct sim_stream *stream, size_t due, struct mono now)
{
	const struct sim_answer *answer = &stream->answers[stream->first];
	ssize_t count = write(stream->fd, answer->bytes + stream->sent, due - stream->sent);

	if (count == (ssize_t)(due - stream->sent)) {
		stream->sent = due;
		if (due == answer->length)
			end_answer(stream, now);
		return true;
	}
	if (stream->setup.transport == TRANSPORT_RTU) {
		end_answer(stream, now);
		return true;
	}
	lose(stream);
	return false;
}

static void leave(void *context)
{
	struct sim_stream *stream = context;
	struct mono now = sim_loop_now();
	size_t due = 0;

	while (stream->waiting && (due = bytes_due(stream, now)) > stream->sent)
		if (!leave_now(stream, due, now))
			return;
	if (stream->waiting)
		sim_loop_arm(stream->setup.loop, &stream->leave,
		             mono_add_us(stream->answers[stream->first].at, characters_us(stream, stream->sent) + 1));
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
	stream->sent = 0;
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
	stream->arrival = (struct sim_due){.fire = arrive, .context = stream};
	stream->use.least_gap_us = INT64_MAX;
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
	sim_loop_cancel(stream->setup.loop, &stream->arrival);
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

struct sim_stream_use sim_stream_use(const struct sim_stream *stream)
{
	return stream->use;
}
