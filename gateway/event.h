/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event - one thing that happened, as it goes from its source through the journal to the broker.
 *
 * Sources fill it and call event_emit(); the sink (gateway/recorder.c in the daemon, a trace in tests) gives it
 * its sequence number and wall time and hands it on. Plain data: copied, never owned.
 */
#ifndef PICKET_EVENT_H
#define PICKET_EVENT_H

#include "config/instant.h"
#include "config/limits.h"
#include "config/site.h"
#include "drivers/sample.h"

enum event_type {
	EVENT_ALARM_RAISED,
	EVENT_ALARM_UPDATED, /* a further occurrence, another count, another priority */
	EVENT_ALARM_ACKED,
	EVENT_ALARM_CLEARED, /* the condition is gone; may still be unacknowledged or latched */
	EVENT_ALARM_LATCHED, /* gone, acknowledged, and waiting for a reset */
	EVENT_ALARM_RESET,
	EVENT_ALARM_SHELVED,
	EVENT_ALARM_UNSHELVED,    /* by hand, or its time is over; state.acked says which */
	EVENT_ALARM_SUPPRESSED,   /* its sensor is inhibited or isolated */
	EVENT_ALARM_UNSUPPRESSED, /* and not any more */
	EVENT_ALARM_OUTOFSERVICE,
	EVENT_ALARM_INSERVICE,
	EVENT_SENSOR_CHANGED,
	EVENT_DEVICE_LOST,
	EVENT_DEVICE_RESTORED,
	EVENT_AREA_SET,
	EVENT_AREA_UNSET,
	EVENT_AREA_SET_REFUSED,
	EVENT_COMMAND_ACCEPTED,
	EVENT_COMMAND_REFUSED,
	EVENT_GATEWAY_STARTED,
	EVENT_GATEWAY_STOPPED,
	EVENT_OUTPUT_CHANGED, /* what it shall be from now on; for_ms: until it ends by itself */
	EVENT_OUTPUT_FAILED,  /* it cannot be brought to that; it is tried on */
	EVENT_TYPE_COUNT,
};

const char *event_type_name(enum event_type type); /* "picket.alarm.raised" … */

enum subject_kind {
	SUBJECT_GATEWAY,
	SUBJECT_SENSOR,
	SUBJECT_DEVICE,
	SUBJECT_AREA,
	SUBJECT_RULE,
	SUBJECT_OUTPUT,
};

/* Who masks an alarm, the weakest first. Evaluation goes on underneath; one that the area's state suppresses is not
 * told apart here: it is of no interest until the area is set. */
enum alarm_mask {
	MASK_NONE,
	MASK_SHELVED,        /* an operator, for a time */
	MASK_INHIBITED,      /* bypass of its sensor for one set period */
	MASK_ISOLATED,       /* bypass of its sensor until restored, at most LIMIT_ISOLATE_S */
	MASK_OUT_OF_SERVICE, /* maintenance, with a time when it must be back */
};
const char *alarm_mask_name(enum alarm_mask mask); /* "shelved" … ; MASK_NONE: NULL */

/* The condition state machine of one alarm: ISA-18.2 / IEC 62682, letters derived. */
struct alarm_state {
	bool active;
	bool acked; /* true when nothing waits for a person */
	bool latched;
	uint8_t priority;
	uint32_t count;      /* of occurrences since it was last of no interest; 0: never raised */
	uint64_t occurrence; /* seq of the event that raised it last; 0: none */
	uint8_t mask;        /* enum alarm_mask */
	bool one_shot;       /* shelved until it is gone the next time */
	struct mono until;   /* masked: when that ends by itself; else when it alarms again; us 0: never */
};

/* 'A' normal, 'B' unacknowledged active, 'C' acknowledged active, 'D' returned unacknowledged;
 * latched and gone: 'D' until acknowledged, then 'C' until reset; 'E' shelved, 'F' suppressed, 'G' out of service. */
char alarm_state_isa(const struct alarm_state *state);

/* Of interest: active, unacknowledged, latched (OPC UA Part 9 "Retain") or masked. */
bool alarm_state_retain(const struct alarm_state *state);

enum sensor_state {
	SENSOR_UNKNOWN, /* not heard since start, or lost */
	SENSOR_NORMAL,
	SENSOR_ACTIVE,
	SENSOR_CLOSED, /* door: closed */
	SENSOR_LOCKED, /* door: closed, bolt thrown */
	SENSOR_OPEN,   /* door: open */
};
const char *sensor_state_name(enum sensor_state state); /* "unknown" "normal" "active" "closed" "locked" "open" */

struct event {
	/* given by the sink */
	uint64_t seq;
	struct wall time; /* of `at` */

	/* given by the source */
	enum event_type type;
	struct mono at; /* when the sample was taken on the wire, or when a command was carried out */
	enum subject_kind subject_kind;
	uint32_t subject;            /* index into the site's array of that kind */
	enum condition_id condition; /* COND_NONE: of no alarm */
	struct alarm_state state;    /* of that alarm after this event; meaningless without a condition */
	uint8_t priority;            /* of this event, 0 to 5 */
	bool initial;                /* found like this at the first look after a start */
	enum sensor_state sensor_state;
	enum quality quality;
	enum fault fault;
	bool value;      /* of the point behind it */
	double raw;      /* of a point that is a number: before scale and offset */
	uint32_t point;  /* SITE_NONE: none */
	uint32_t age_ms; /* of the sample when the event was made */
	uint32_t err_ms; /* the change may have been this much earlier */
	uint32_t count;  /* occurrences, hits of a fence, sensors that a setting overrides; 0: does not apply */
	uint32_t for_ms; /* of an output that is on: it ends after so long; 0: it has no end */
	bool area_set;   /* of the subject's area, or of the area itself */

	/* of people; empty when nobody did it */
	char user[LIMIT_USER + 1];
	char station[LIMIT_USER + 1];
	char reason[LIMIT_REASON + 1]; /* their words, or why it was refused, or what blocks setting */
	char command[LIMIT_USER + 1];  /* id of the command behind it */
};

/* The event is a step of its alarm's state machine. */
bool event_of_alarm(const struct event *event);

/* It begins an occurrence of its alarm, which is named after it. */
bool event_raises(const struct event *event);

/* SIA DC-03 code, and Contact ID code of what begins, goes on or ends; NULL: it has none, as an acknowledgement. */
const char *event_sia(const struct event *event);
const char *event_cid(const struct event *event);

struct event_sink {
	void *context;
	/* Sets event->seq (previous + 1) and event->time, and takes a copy. Cannot fail: see recorder.h. */
	void (*put)(void *context, struct event *event);
};

static inline void event_emit(const struct event_sink *sink, struct event *event)
{
	sink->put(sink->context, event);
}

#endif
