/* SPDX-License-Identifier: Apache-2.0 */
/* trace - see trace.h */
#include "drivers/trace.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct watched {
	bool used;
	bool asked; /* a request waits for its end */
	uint32_t link;
	struct mono wanted, sent; /* last asked for by a reader; when the latest request went out */
	uint64_t head;
	struct trace_frame pending; /* what came since the latest request */
	struct trace_frame frames[LIMIT_TRACE_FRAMES];
};

struct trace {
	unsigned used;
	struct watched watched[LIMIT_TRACES];
};

int trace_new(struct trace **ret_trace)
{
	struct trace *trace = calloc(1, sizeof *trace);

	if (!trace)
		return -ENOMEM;
	*ret_trace = trace;
	return 0;
}

void trace_free(struct trace **trace)
{
	free(*trace);
	*trace = NULL;
}

static struct watched *find(const struct trace *trace, uint32_t link)
{
	if (!trace || trace->used == 0)
		return NULL;
	for (size_t i = 0; i < LIMIT_TRACES; i++)
		if (trace->watched[i].used && trace->watched[i].link == link)
			return (struct watched *)&trace->watched[i];
	return NULL;
}

/* --- the reader ------------------------------------------------------------------------------------- */

static bool is_free(const struct watched *watched, struct mono now)
{
	return !watched->used || mono_since_us(now, watched->wanted) > LIMIT_TRACE_S * INT64_C(1000000);
}

int trace_watch(struct trace *trace, uint32_t link, struct mono now)
{
	struct watched *watched = find(trace, link);

	for (size_t i = 0; !watched && i < LIMIT_TRACES; i++) {
		if (!is_free(&trace->watched[i], now))
			continue;
		watched = &trace->watched[i];
		trace->used += !watched->used;
		memset(watched, 0, sizeof *watched);
		watched->used = true;
		watched->link = link;
	}
	if (!watched)
		return -EBUSY;
	watched->wanted = now;
	return 0;
}

uint64_t trace_head(const struct trace *trace, uint32_t link)
{
	const struct watched *watched = find(trace, link);

	return watched ? watched->head : 0;
}

const struct trace_frame *trace_at(const struct trace *trace, uint32_t link, uint64_t number)
{
	const struct watched *watched = find(trace, link);

	if (!watched)
		return NULL;
	uint64_t first = watched->head > LIMIT_TRACE_FRAMES ? watched->head - LIMIT_TRACE_FRAMES + 1 : 1;
	if (number < first)
		number = first;
	return number <= watched->head ? &watched->frames[number % LIMIT_TRACE_FRAMES] : NULL;
}

/* --- the link --------------------------------------------------------------------------------------- */

/* A link that nobody asks about any more is let go by the next frame. */
static struct watched *find_wanted(struct trace *trace, uint32_t link, struct mono now)
{
	struct watched *watched = find(trace, link);

	if (!watched || !is_free(watched, now))
		return watched;
	watched->used = false;
	trace->used--;
	return NULL;
}

static void add_bytes(struct trace_frame *frame, const uint8_t *bytes, size_t length)
{
	size_t room = sizeof frame->bytes - frame->kept, part = length < room ? length : room;
	size_t whole = frame->length + length;

	memcpy(frame->bytes + frame->kept, bytes, part);
	frame->kept = (uint16_t)(frame->kept + part);
	frame->length = whole < UINT16_MAX ? (uint16_t)whole : UINT16_MAX;
}

static void keep(struct watched *watched, const struct trace_frame *frame)
{
	struct trace_frame *place = &watched->frames[++watched->head % LIMIT_TRACE_FRAMES];

	*place = *frame;
	place->number = watched->head;
}

/* Bytes on which no verdict came: no request asked for them. */
static void close_pending(struct watched *watched, enum fault fault, struct mono now)
{
	struct trace_frame *frame = &watched->pending;
	int64_t after_us = watched->asked ? mono_since_us(now, watched->sent) : 0;

	if (frame->length == 0)
		frame->at = now;
	frame->fault = fault;
	frame->after_us = after_us > 0 && after_us < UINT32_MAX ? (uint32_t)after_us : 0;
	keep(watched, frame);
	*frame = (struct trace_frame){0};
	watched->asked = false;
}

void trace_sent(struct trace *trace, uint32_t link, const uint8_t *bytes, size_t length, struct mono now)
{
	struct watched *watched = find_wanted(trace, link, now);
	struct trace_frame frame = {.out = true, .at = now};

	if (!watched)
		return;
	if (watched->pending.length > 0)
		close_pending(watched, FAULT_UNEXPECTED, now);
	add_bytes(&frame, bytes, length);
	keep(watched, &frame);
	watched->asked = true;
	watched->sent = now;
}

void trace_heard(struct trace *trace, uint32_t link, const uint8_t *bytes, size_t length, struct mono now)
{
	struct watched *watched = find_wanted(trace, link, now);

	if (!watched || length == 0)
		return;
	watched->pending.at = now;
	add_bytes(&watched->pending, bytes, length);
}

void trace_ended(struct trace *trace, uint32_t link, enum fault fault, struct mono now)
{
	struct watched *watched = find_wanted(trace, link, now);

	if (watched && (watched->asked || watched->pending.length > 0))
		close_pending(watched, fault, now);
}
