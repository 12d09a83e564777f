/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace - the frames of a few links, kept for a person who looks at them now.
 *
 * A link is watched from the first trace_watch() on, until nobody asked for LIMIT_TRACE_S. Of a watched link the last
 * LIMIT_TRACE_FRAMES are kept, each with a number of its own: a reader that is too slow sees the gap. What comes
 * between two requests is one frame, with what the link made of it and how long after the request it came.
 *
 * No I/O, no clock; all memory is taken by trace_new().
 */
#ifndef PICKET_TRACE_H
#define PICKET_TRACE_H

#include "config/limits.h"
#include "drivers/sample.h"

#include <stddef.h>

struct trace;

struct trace_frame {
	uint64_t number;  /* from 1 */
	bool out;         /* a request of ours */
	enum fault fault; /* of what came: FAULT_NONE is the answer. Without bytes: why there is none */
	struct mono at;
	uint32_t after_us; /* since the request; 0: there was none */
	uint16_t length;   /* as on the wire */
	uint16_t kept;     /* bytes of it below */
	uint8_t bytes[LIMIT_ADU_TCP];
};

int trace_new(struct trace **ret_trace);
void trace_free(struct trace **trace);

/* --- the reader ------------------------------------------------------------------------------------ */
/* Begins or goes on to watch a link. -EBUSY: LIMIT_TRACES others are watched. */
int trace_watch(struct trace *trace, uint32_t link, struct mono now);
/* Number of the last frame of a watched link; 0: none yet. */
uint64_t trace_head(const struct trace *trace, uint32_t link);
/* The frame of that number, or the first one after it that is still there; NULL: there is none. */
const struct trace_frame *trace_at(const struct trace *trace, uint32_t link, uint64_t number);

/* --- the link; all cost nothing while nobody watches ------------------------------------------------ */
void trace_sent(struct trace *trace, uint32_t link, const uint8_t *bytes, size_t length, struct mono now);
void trace_heard(struct trace *trace, uint32_t link, const uint8_t *bytes, size_t length, struct mono now);
/* What became of the latest request, or of what came without one. */
void trace_ended(struct trace *trace, uint32_t link, enum fault fault, struct mono now);

#endif
