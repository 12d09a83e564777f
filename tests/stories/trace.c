/* SPDX-License-Identifier: Apache-2.0 */
/* trace - see trace.h */
#include "tests/stories/trace.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 512
#define LINES_MAX  1000

static void reserve(struct trace *trace, size_t more)
{
	if (trace->length + more <= trace->size)
		return;
	trace->size = 2 * (trace->length + more);
	trace->text = realloc(trace->text, trace->size);
	if (!trace->text)
		abort();
}

void trace_line(struct trace *trace, const char *format, ...)
{
	char line[LINE_BYTES];
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length >= sizeof line)
		abort();
	reserve(trace, (size_t)length + 2);
	memcpy(trace->text + trace->length, line, (size_t)length);
	trace->length += (size_t)length;
	trace->text[trace->length++] = '\n';
	trace->text[trace->length] = '\0';
}

void trace_free(struct trace *trace)
{
	free(trace->text);
	*trace = (struct trace){0};
}

/* --- one event ------------------------------------------------------------------------------------- */

static const char *subject_of(const struct site *site, const struct event *event)
{
	switch (event->subject_kind) {
	case SUBJECT_SENSOR:
		return site->sensors[event->subject].id;
	case SUBJECT_DEVICE:
		return site->devices[event->subject].id;
	case SUBJECT_AREA:
		return site->areas[event->subject].id;
	case SUBJECT_OUTPUT:
		return site->outputs[event->subject].id;
	case SUBJECT_RULE:
		return site->rules[event->subject].id;
	case SUBJECT_GATEWAY:
		break;
	}
	return "gateway";
}

static size_t add(char *text, size_t used, const char *word)
{
	size_t length = strlen(word);

	if (used + length + 1 >= LINE_BYTES)
		abort();
	memcpy(text + used, word, length + 1);
	return used + length;
}

static size_t add_number(char *text, size_t used, const char *name, uint64_t value)
{
	char word[64];

	snprintf(word, sizeof word, " %s%llu", name, (unsigned long long)value);
	return add(text, used, word);
}

static size_t add_mask(char *text, size_t used, const struct event *event, struct mono from)
{
	long long s = mono_since_us(event->state.until, from) / 1000000;
	char word[64];

	used = add(text, used, " ");
	used = add(text, used, alarm_mask_name((enum alarm_mask)event->state.mask));
	used = add(text, used, event->state.one_shot ? " once" : "");
	snprintf(word, sizeof word, " until %02lld:%02lld", s / 60, s % 60);
	return event->state.until.us ? add(text, used, word) : used;
}

static size_t add_alarm(char *text, size_t used, const struct event *event, struct mono from)
{
	const char isa[] = {' ', alarm_state_isa(&event->state), '\0'};
	const char *code = event_sia(event);

	used = add(text, used, isa);
	used = add(text, used, event->state.latched ? " latched" : "");
	used = add_number(text, used, "p", event->priority);
	used = add(text, used, code ? " " : "");
	used = add(text, used, code ? code : "");
	used = add_number(text, used, "#", event->state.occurrence);
	return event->state.mask == MASK_NONE ? used : add_mask(text, used, event, from);
}

static size_t add_sensor(char *text, size_t used, const struct event *event)
{
	used = add(text, used, " ");
	used = add(text, used, sensor_state_name(event->sensor_state));
	if (event->quality != QUALITY_GOOD) {
		used = add(text, used, " ");
		used = add(text, used, quality_name(event->quality));
	}
	return used;
}

static size_t add_rest(char *text, size_t used, const struct event *event)
{
	if (event->subject_kind == SUBJECT_AREA) {
		used = add(text, used, " ");
		used = add(text, used, event_sia(event));
	}
	if (event->count > 1 || (event->count && event->condition == COND_FENCE_ACTIVITY))
		used = add_number(text, used, "count=", event->count);
	used = add(text, used, event->initial ? " initial" : "");
	used = add(text, used, event->user[0] ? " by " : "");
	used = add(text, used, event->user);
	used = add(text, used, event->reason[0] ? " why " : "");
	return add(text, used, event->reason);
}

void trace_event(struct trace *trace, const struct site *site, const struct event *event, struct mono from)
{
	char text[LINE_BYTES] = "";
	long long ms = mono_since_us(event->at, from) / 1000;
	size_t used = 0;

	if (event->condition != COND_NONE) {
		bool sensor = event->subject_kind == SUBJECT_SENSOR && event->condition < COND_COUNT;

		used = add(text, used, " ");
		used = add(text, used,
		           sensor ? site_condition_name(site, event->subject, event->condition)
		                  : condition_info(event->condition)->name);
		if (event->type != EVENT_SENSOR_CHANGED)
			used = add_alarm(text, used, event, from);
	}
	if (event->type == EVENT_SENSOR_CHANGED)
		used = add_sensor(text, used, event);
	add_rest(text, used, event);
	trace_line(trace, "> %02lld:%02lld.%03lld %s %s%s", ms / 60000, ms / 1000 % 60, ms % 1000,
	           event_type_name(event->type) + strlen("picket."), subject_of(site, event), text);
}

/* --- difference ------------------------------------------------------------------------------------ */

struct lines {
	size_t count;
	const char *at[LINES_MAX];
	int length[LINES_MAX];
};

static void split(struct lines *lines, const char *text)
{
	lines->count = 0;
	while (*text && lines->count < LINES_MAX) {
		size_t length = strcspn(text, "\n");

		lines->at[lines->count] = text;
		lines->length[lines->count++] = (int)length;
		text += length + (text[length] == '\n');
	}
}

static bool same(const struct lines *a, size_t i, const struct lines *b, size_t j)
{
	return a->length[i] == b->length[j] && memcmp(a->at[i], b->at[j], (size_t)a->length[i]) == 0;
}

/* longest[i][j]: of what is common to a from i and b from j */
static uint16_t longest[LINES_MAX + 1][LINES_MAX + 1];

static void measure(const struct lines *a, const struct lines *b)
{
	for (size_t i = a->count + 1; i-- > 0;) {
		for (size_t j = b->count + 1; j-- > 0;) {
			if (i == a->count || j == b->count)
				longest[i][j] = 0;
			else if (same(a, i, b, j))
				longest[i][j] = (uint16_t)(longest[i + 1][j + 1] + 1);
			else
				longest[i][j] =
				        longest[i + 1][j] > longest[i][j + 1] ? longest[i + 1][j] : longest[i][j + 1];
		}
	}
}

void trace_diff(FILE *out, const char *expected, const char *actual)
{
	static struct lines a, b;
	size_t i = 0, j = 0;

	split(&a, expected);
	split(&b, actual);
	measure(&a, &b);
	while (i < a.count || j < b.count) {
		if (i < a.count && j < b.count && same(&a, i, &b, j)) {
			fprintf(out, "  %.*s\n", a.length[i], a.at[i]);
			i++, j++;
		} else if (j == b.count || (i < a.count && longest[i + 1][j] >= longest[i][j + 1])) {
			fprintf(out, "- %.*s\n", a.length[i], a.at[i]);
			i++;
		} else {
			fprintf(out, "+ %.*s\n", b.length[j], b.at[j]);
			j++;
		}
	}
}
