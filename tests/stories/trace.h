/* SPDX-License-Identifier: Apache-2.0 */
/* trace - text that a story produces, and how two texts differ. */
#ifndef PICKET_STORY_TRACE_H
#define PICKET_STORY_TRACE_H

#include "gateway/event.h"

#include <stdio.h>

struct trace {
	char *text;
	size_t length, size;
};

/* Adds one line; the newline is added. */
void trace_line(struct trace *trace, const char *format, ...) __attribute__((format(printf, 2, 3)));
void trace_free(struct trace *trace);

/* "> 00:00.500 raised sp3-inner door.forced B latched p1 DF #3 count=1 initial"; from: what is 00:00.000 */
void trace_event(struct trace *trace, const struct site *site, const struct event *event, struct mono from);

/* Prints the lines that differ, - expected, + actual, with what is common between them. */
void trace_diff(FILE *out, const char *expected, const char *actual);

#endif
