/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event_json - how events and states look outside: CloudEvents 1.0 (structured mode) and the retained topics.
 *
 * Pure: same input, same bytes. Every function returns the length without the NUL, or -EMSGSIZE when `size` is
 * too small; LIMIT_PAYLOAD is always enough (a test proves it with the longest strings the loader lets through).
 */
#ifndef PICKET_EVENT_JSON_H
#define PICKET_EVENT_JSON_H

#include "gateway/event.h"

#include <sys/types.h>

/* What is the same for all events of one run. */
struct event_context {
	const struct site *site;
	char epoch[17]; /* the journal's creation time in hex */
	char boot[37];  /* id of this run of the daemon, a UUID */
};

/* Names that stand for the event outside: id of its subject, "" for the gateway; of its condition, which must be one. */
const char *event_subject(const struct site *site, const struct event *event);
const char *event_condition(const struct site *site, const struct event *event);

/* When the alarm changes by itself (alarm_state.until), by the wall clock of the event; 0: never. */
struct wall event_until(const struct event *event);

/* "gw-1/674250a8/184467" */
ssize_t event_id(const struct event_context *context, uint64_t seq, char *ret_text, size_t size);

ssize_t event_json(const struct event_context *context, const struct event *event, char *ret_text, size_t size);

/* --- retained state; topics are relative to picket/v1/SITE/GATEWAY/ ------------------------------- */
/* "alarm/sp3-inner/door.forced", "sensor/sp3-inner", "area/north": the state topics that an event changes.
 * -ENOENT: this event changes none of that sort. An alarm that is no longer of interest gets an empty payload. */
ssize_t event_alarm_topic(const struct event_context *context, const struct event *event, char *ret_text, size_t size);
/* raised: time of the event that raised it, which only the journal remembers */
ssize_t event_alarm_json(const struct event_context *context, const struct event *event, struct wall raised,
                         char *ret_text, size_t size);
ssize_t event_sensor_topic(const struct event_context *context, const struct event *event, char *ret_text, size_t size);
ssize_t event_sensor_json(const struct event_context *context, const struct event *event, char *ret_text, size_t size);
ssize_t event_area_topic(const struct event_context *context, const struct event *event, char *ret_text, size_t size);
ssize_t event_area_json(const struct event_context *context, const struct event *event, char *ret_text, size_t size);

/* A sensor that this run has not heard yet: state and quality "unknown". */
ssize_t event_sensor_unknown_json(const struct event_context *context, uint32_t sensor, struct wall now, char *ret_text,
                                  size_t size);

/* Whether the site still has the thing that a state topic is about: after an edit of the site file the topics of
 * former things must be cleared. */
bool event_topic_known(const struct site *site, const char *topic);

/* "2026-11-23T21:03:04.512345Z"; years outside 1970 to 9999 are held at that edge. */
void event_time_text(struct wall time, char ret_text[28]);

#endif
