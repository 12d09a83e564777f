/* SPDX-License-Identifier: Apache-2.0 */
/* event_json - see event_json.h */
#include "gateway/event_json.h"

#include "gateway/json_write.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ID_BYTES     (LIMIT_ID + 1 + 16 + 1 + 20 + 1)             /* GATEWAY/EPOCH/SEQ */
#define SOURCE_BYTES (sizeof "picket/" + LIMIT_ID + 1 + LIMIT_ID) /* picket/SITE/GATEWAY */
#define POINT_BYTES  (2 * LIMIT_ID + 2 + sizeof "/65535")         /* DEVICE/NAME/INDEX */
#define TIME_BYTES   28                                           /* as event_time_text() writes it */
#define LAST_US      (INT64_C(253402300800) * 1000000 - 1)        /* end of the year 9999 */

static bool of_area(const struct event *event)
{
	return event->subject_kind == SUBJECT_AREA &&
	       (event->type == EVENT_AREA_SET || event->type == EVENT_AREA_UNSET ||
	        event->type == EVENT_AREA_SET_REFUSED);
}

static ssize_t written(int length, size_t size)
{
	assert(length >= 0);
	return (size_t)length < size ? length : -EMSGSIZE;
}

static const struct site_sensor *sensor_of(const struct event_context *context, const struct event *event)
{
	if (event->subject_kind != SUBJECT_SENSOR)
		return NULL;
	assert(event->subject < context->site->sensor_count);
	return &context->site->sensors[event->subject];
}

const char *event_subject(const struct site *site, const struct event *event)
{
	switch (event->subject_kind) {
	case SUBJECT_SENSOR:
		assert(event->subject < site->sensor_count);
		return site->sensors[event->subject].id;
	case SUBJECT_DEVICE:
		assert(event->subject < site->device_count);
		return site->devices[event->subject].id;
	case SUBJECT_AREA:
		assert(event->subject < site->area_count);
		return site->areas[event->subject].id;
	case SUBJECT_OUTPUT:
		assert(event->subject < site->output_count);
		return site->outputs[event->subject].id;
	case SUBJECT_RULE:
		assert(event->subject < site->rule_count);
		return site->rules[event->subject].id;
	case SUBJECT_GATEWAY:
		break;
	}
	return "";
}

const char *event_condition(const struct site *site, const struct event *event)
{
	if (event->subject_kind == SUBJECT_SENSOR && event->condition < COND_COUNT)
		return site_condition_name(site, event->subject, event->condition);
	return condition_info(event->condition)->name;
}

/* Days since 1970 as a date of the proleptic Gregorian calendar: years of 365 days from a 1st of March, so that
 * the leap day is the last of its year. */
static void civil(int64_t days, int *ret_year, int *ret_month, int *ret_day)
{
	int64_t shifted = days + 719468; /* from 0000-03-01 */
	int64_t era = shifted / 146097, in_era = shifted % 146097;
	int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * in_year + 2) / 153; /* 0: March */

	*ret_day = (int)(in_year - (153 * month + 2) / 5 + 1);
	*ret_month = (int)(month < 10 ? month + 3 : month - 9);
	*ret_year = (int)(year + era * 400 + (*ret_month <= 2));
}

void event_time_text(struct wall time, char ret_text[TIME_BYTES])
{
	int64_t us = time.us < 0 ? 0 : time.us > LAST_US ? LAST_US : time.us;
	int64_t seconds = us / 1000000 % 86400;
	int year, month, day;
	char text[96]; /* the compiler cannot know that a year has four digits */

	civil(us / 1000000 / 86400, &year, &month, &day);
	int length =
	        snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", year, month, day,
	                 (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60), (int)(us % 1000000));
	assert(length == TIME_BYTES - 1);
	memcpy(ret_text, text, TIME_BYTES);
}

ssize_t event_id(const struct event_context *context, uint64_t seq, char *ret_text, size_t size)
{
	return written(snprintf(ret_text, size, "%s/%s/%" PRIu64, context->site->gateway, context->epoch, seq), size);
}

static void write_time(struct json *json, const char *key, struct wall time)
{
	char text[TIME_BYTES];

	event_time_text(time, text);
	json_text(json, key, text);
}

static void write_id(struct json *json, const char *key, const struct event_context *context, uint64_t seq)
{
	char text[ID_BYTES];
	ssize_t length = event_id(context, seq, text, sizeof text);

	assert(length > 0);
	json_text(json, key, text);
}

static void write_if(struct json *json, const char *key, const char *text)
{
	if (text && text[0])
		json_text(json, key, text);
}

struct wall event_until(const struct event *event)
{
	int64_t us = event->state.until.us;

	return (struct wall){us ? event->time.us + (us - event->at.us) : 0};
}

static void write_envelope(struct json *json, const struct event_context *context, const struct event *event)
{
	char source[SOURCE_BYTES];
	int length = snprintf(source, sizeof source, "picket/%s/%s", context->site->site, context->site->gateway);

	assert(length > 0 && (size_t)length < sizeof source);
	json_text(json, "specversion", "1.0");
	write_id(json, "id", context, event->seq);
	json_text(json, "source", source);
	json_text(json, "type", event_type_name(event->type));
	write_if(json, "subject", event_subject(context->site, event));
	write_time(json, "time", event->time);
	json_text(json, "datacontenttype", "application/json");
}

/* Who it is about, in words that need no other document. */
static void write_subject(struct json *json, const struct event_context *context, const struct event *event)
{
	const struct site *site = context->site;
	const struct site_sensor *sensor = sensor_of(context, event);

	if (sensor) {
		json_text(json, "sensor", sensor->id);
		json_text(json, "kind", sensor_kind_name(sensor->kind));
		if (sensor->area != SITE_NONE)
			json_text(json, "area", site->areas[sensor->area].id);
		write_if(json, "title", sensor->title);
	} else if (event->subject_kind == SUBJECT_DEVICE) {
		json_text(json, "device", event_subject(context->site, event));
	} else if (event->subject_kind == SUBJECT_RULE) {
		json_text(json, "rule", event_subject(context->site, event));
		write_if(json, "title", site->rules[event->subject].title);
	} else if (event->subject_kind == SUBJECT_AREA) {
		json_text(json, "area", event_subject(context->site, event));
		write_if(json, "title", site->areas[event->subject].title);
	} else if (event->subject_kind == SUBJECT_OUTPUT) {
		json_text(json, "output", event_subject(context->site, event));
	}
}

static void write_state(struct json *json, const struct event *event)
{
	const struct alarm_state *state = &event->state;
	const char isa[2] = {alarm_state_isa(state), '\0'};

	json_open_object(json, "state");
	json_bool(json, "active", state->active);
	json_bool(json, "acked", state->acked);
	json_bool(json, "latched", state->latched);
	json_text(json, "suppressed", alarm_mask_name((enum alarm_mask)state->mask));
	if (state->mask != MASK_NONE && state->until.us != 0)
		write_time(json, "until", event_until(event));
	if (state->one_shot)
		json_bool(json, "one_shot", true);
	json_text(json, "isa", isa);
	json_close(json);
}

static void write_condition(struct json *json, const struct event_context *context, const struct event *event)
{
	if (event->condition == COND_NONE || event->condition == COND_COUNT)
		return;
	json_text(json, "condition", event_condition(context->site, event));
	if (!event_of_alarm(event))
		return;
	if (event->state.occurrence)
		write_id(json, "occurrence", context, event->state.occurrence);
	write_state(json, event);
}

static void write_codes(struct json *json, const struct event *event)
{
	write_if(json, "sia", event_sia(event));
	write_if(json, "cid", event_cid(event));
}

static void write_point(struct json *json, const struct event_context *context, const struct event *event)
{
	const struct site *site = context->site;
	char text[POINT_BYTES];

	if (event->point == SITE_NONE)
		return;
	assert(event->point < site->point_count);
	const struct site_point *point = &site->points[event->point];
	int length = snprintf(text, sizeof text, "%s/%s", site->devices[point->device].id, point->name);
	assert(length > 0 && (size_t)length < sizeof text);
	json_text(json, "point", text);
}

/* A bit as 0 or 1; a number in its unit, with the digits that its type carries. */
static void write_value(struct json *json, const struct site *site, const struct event *event)
{
	const struct site_point *point = &site->points[event->point];

	if (point->type == TYPE_BIT) {
		json_int(json, "value", event->value);
		return;
	}
	json_real(json, "value", site_point_value(point, event->raw), point->type == TYPE_F32 ? 7 : 10);
	write_if(json, "unit", point->unit);
}

/* What the field said. */
static void write_sample(struct json *json, const struct event_context *context, const struct event *event)
{
	if (event->type == EVENT_SENSOR_CHANGED)
		json_text(json, "sensor_state", sensor_state_name(event->sensor_state));
	if (event->subject_kind == SUBJECT_SENSOR || event->subject_kind == SUBJECT_DEVICE)
		json_text(json, "quality", quality_name(event->quality));
	if (event->fault != FAULT_NONE)
		json_text(json, "fault", fault_name(event->fault));
	if (event->point != SITE_NONE && event->quality != QUALITY_UNKNOWN)
		write_value(json, context->site, event);
	write_point(json, context, event);
	if (event->point != SITE_NONE) {
		json_uint(json, "age_ms", event->age_ms);
		json_uint(json, "err_ms", event->err_ms);
	}
	if (event->subject_kind == SUBJECT_OUTPUT)
		json_int(json, "value", event->value);
	if (event->for_ms)
		json_uint(json, "for_ms", event->for_ms);
	if (event->count)
		json_uint(json, "count", event->count);
	if (event->initial)
		json_bool(json, "initial", true);
}

static void write_people(struct json *json, const struct event *event)
{
	write_if(json, "user", event->user);
	write_if(json, "station", event->station);
	write_if(json, "reason", event->reason);
	write_if(json, "command", event->command);
}

static void write_camera(struct json *json, const struct site_sensor *sensor)
{
	if (!sensor || !sensor->camera)
		return;
	json_open_object(json, "camera");
	json_text(json, "id", sensor->camera);
	if (sensor->preset)
		json_uint(json, "preset", sensor->preset);
	json_close(json);
}

static void write_place(struct json *json, const struct site_sensor *sensor)
{
	if (!sensor || sensor->at_x < 0 || sensor->at_y < 0)
		return;
	json_open_array(json, "at");
	json_number(json, NULL, (double)sensor->at_x, 1);
	json_number(json, NULL, (double)sensor->at_y, 1);
	json_close(json);
}

static void write_run(struct json *json, const struct event_context *context, const struct event *event)
{
	json_text(json, "epoch", context->epoch);
	json_uint(json, "seq", event->seq);
	write_if(json, "boot", context->boot);
}

static void write_config(struct json *json, const struct site *site)
{
	char text[sizeof "sha256:" + sizeof site->hash];

	snprintf(text, sizeof text, "sha256:%s", site->hash);
	json_text(json, "config", text);
}

ssize_t event_json(const struct event_context *context, const struct event *event, char *ret_text, size_t size)
{
	struct json json = json_begin(ret_text, size);
	const struct site_sensor *sensor = sensor_of(context, event);

	json_open_object(&json, NULL);
	write_envelope(&json, context, event);
	json_open_object(&json, "data");
	write_run(&json, context, event);
	write_subject(&json, context, event);
	write_condition(&json, context, event);
	json_uint(&json, "priority", event->priority);
	if (of_area(event))
		json_bool(&json, "set", event->type == EVENT_AREA_SET);
	write_sample(&json, context, event);
	write_codes(&json, event);
	if (event_raises(event) && sensor)
		write_if(&json, "guidance", sensor->guidance);
	if (event_of_alarm(event))
		write_camera(&json, sensor);
	write_people(&json, event);
	write_config(&json, context->site);
	json_close(&json);
	json_close(&json);
	return json_end(&json);
}

/* --- retained state ------------------------------------------------------------------------------- */

ssize_t event_alarm_topic(const struct event_context *context, const struct event *event, char *ret_text, size_t size)
{
	if (!event_of_alarm(event))
		return -ENOENT;
	return written(snprintf(ret_text, size, "alarm/%s/%s", event_subject(context->site, event),
	                        event_condition(context->site, event)),
	               size);
}

static ssize_t empty(char *ret_text, size_t size)
{
	if (size == 0)
		return -EMSGSIZE;
	ret_text[0] = '\0';
	return 0;
}

ssize_t event_alarm_json(const struct event_context *context, const struct event *event, struct wall raised,
                         char *ret_text, size_t size)
{
	const struct site_sensor *sensor = sensor_of(context, event);
	struct json json = json_begin(ret_text, size);

	if (!event_of_alarm(event))
		return -ENOENT;
	if (!alarm_state_retain(&event->state))
		return empty(ret_text, size);
	json_open_object(&json, NULL);
	write_run(&json, context, event);
	write_subject(&json, context, event);
	write_condition(&json, context, event);
	json_uint(&json, "priority", event->state.priority);
	json_uint(&json, "count", event->state.count);
	write_time(&json, "raised", raised);
	write_time(&json, "time", event->time);
	if (sensor)
		write_if(&json, "guidance", sensor->guidance);
	write_camera(&json, sensor);
	write_place(&json, sensor);
	if (event->type == EVENT_ALARM_ACKED || event->state.mask != MASK_NONE) {
		write_if(&json, "user", event->user);
		write_if(&json, "station", event->station);
	}
	if (event->state.mask != MASK_NONE)
		write_if(&json, "reason", event->reason);
	json_close(&json);
	return json_end(&json);
}

ssize_t event_sensor_topic(const struct event_context *context, const struct event *event, char *ret_text, size_t size)
{
	if (event->type != EVENT_SENSOR_CHANGED || event->subject_kind != SUBJECT_SENSOR)
		return -ENOENT;
	return written(snprintf(ret_text, size, "sensor/%s", event_subject(context->site, event)), size);
}

static void write_sensor(struct json *json, const struct event_context *context, const struct event *event)
{
	write_subject(json, context, event);
	json_text(json, "state", sensor_state_name(event->sensor_state));
	json_text(json, "quality", quality_name(event->quality));
	if (event->fault != FAULT_NONE)
		json_text(json, "fault", fault_name(event->fault));
	write_time(json, "time", event->time);
	write_camera(json, sensor_of(context, event));
	write_place(json, sensor_of(context, event));
}

ssize_t event_sensor_json(const struct event_context *context, const struct event *event, char *ret_text, size_t size)
{
	struct json json = json_begin(ret_text, size);

	if (event->type != EVENT_SENSOR_CHANGED || event->subject_kind != SUBJECT_SENSOR)
		return -ENOENT;
	json_open_object(&json, NULL);
	write_run(&json, context, event);
	write_sensor(&json, context, event);
	json_close(&json);
	return json_end(&json);
}

ssize_t event_sensor_unknown_json(const struct event_context *context, uint32_t sensor, struct wall now, char *ret_text,
                                  size_t size)
{
	struct json json = json_begin(ret_text, size);
	struct event event = {.type = EVENT_SENSOR_CHANGED,
	                      .time = now,
	                      .subject_kind = SUBJECT_SENSOR,
	                      .subject = sensor,
	                      .condition = COND_NONE,
	                      .sensor_state = SENSOR_UNKNOWN,
	                      .quality = QUALITY_UNKNOWN};

	json_open_object(&json, NULL);
	json_text(&json, "epoch", context->epoch);
	write_if(&json, "boot", context->boot);
	write_sensor(&json, context, &event);
	json_close(&json);
	return json_end(&json);
}

ssize_t event_area_topic(const struct event_context *context, const struct event *event, char *ret_text, size_t size)
{
	if (!of_area(event))
		return -ENOENT;
	return written(snprintf(ret_text, size, "area/%s", event_subject(context->site, event)), size);
}

ssize_t event_area_json(const struct event_context *context, const struct event *event, char *ret_text, size_t size)
{
	struct json json = json_begin(ret_text, size);
	bool refused = event->type == EVENT_AREA_SET_REFUSED;

	if (!of_area(event))
		return -ENOENT;
	json_open_object(&json, NULL);
	json_text(&json, "epoch", context->epoch);
	if (event->seq)
		json_uint(&json, "seq", event->seq);
	write_subject(&json, context, event);
	write_if(&json, "layer", context->site->areas[event->subject].layer);
	json_text(&json, "state", event->type == EVENT_AREA_SET ? "set" : "unset");
	if (refused)
		write_if(&json, "blockers", event->reason);
	write_time(&json, "time", event->time);
	write_if(&json, "user", event->user);
	write_if(&json, "station", event->station);
	json_close(&json);
	return json_end(&json);
}
