/* SPDX-License-Identifier: Apache-2.0 */
/* control_status - the status page: what a person asks first; see control_pages.h */
#include "gateway/control_pages.h"
#include "gateway/recorder.h"

#include <stdio.h>
#include <string.h>

static void journal_members(struct json *json, const struct control_source *source)
{
	struct journal_stats stats;

	journal_stats(source->view->journal, &stats);
	json_open_object(json, "journal");
	json_text(json, "path", source->journal_path);
	json_uint(json, "head", stats.head);
	json_uint(json, "durable", stats.durable);
	json_uint(json, "acked", stats.acked);
	json_uint(json, "backlog", stats.head > stats.acked ? stats.head - stats.acked : 0);
	json_uint(json, "commits", stats.commits);
	json_uint(json, "commit_p99_us", stats.commit_p99_us);
	json_text(json, "error", stats.error ? strerrordesc_np(-stats.error) : NULL);
	json_close(json);
}

static void broker_members(struct json *json, const struct control_view *view)
{
	struct publisher_stats stats;

	publisher_stats(view->publisher, &stats);
	json_open_object(json, "broker");
	json_bool(json, "connected", stats.connected);
	json_text(json, "url", stats.url);
	json_text(json, "error", stats.error[0] ? stats.error : NULL);
	json_uint(json, "acked", stats.acked);
	json_uint(json, "published", stats.published);
	json_uint(json, "refused", stats.refused);
	json_uint(json, "connects", stats.connects);
	json_uint(json, "in_flight", stats.in_flight);
	json_close(json);
}

static void alarm_members(struct json *json, const struct engine_counts *counts)
{
	json_open_object(json, "alarms");
	json_uint(json, "active", counts->active);
	json_uint(json, "unacked", counts->unacked);
	json_uint(json, "latched", counts->latched);
	json_open_object(json, "by_priority");
	for (unsigned priority = 0; priority < 6; priority++) {
		char key[2] = {(char)('0' + priority), '\0'};
		json_uint(json, key, counts->by_priority[priority]);
	}
	json_close(json);
	json_close(json);
}

static void field_members(struct json *json, const struct control_view *view)
{
	const struct site *site = view->context->site;
	size_t up = 0, lost = 0, unheard = 0;

	for (uint32_t i = 0; i < site->link_count; i++)
		up += poller_link_stats(view->poller, i)->condition == LINK_UP;
	for (uint32_t i = 0; i < site->device_count; i++) {
		const struct device_stats *stats = poller_device_stats(view->poller, i);
		lost += stats->lost;
		unheard += !stats->lost && !stats->heard;
	}
	json_open_object(json, "links");
	json_uint(json, "total", site->link_count);
	json_uint(json, "up", up);
	json_close(json);
	json_open_object(json, "devices");
	json_uint(json, "total", site->device_count);
	json_uint(json, "lost", lost);
	json_uint(json, "unheard", unheard);
	json_close(json);
}

static void area_members(struct json *json, const struct control_view *view)
{
	size_t set = 0, total = view->context->site->area_count;

	for (uint32_t i = 0; i < total; i++)
		set += engine_area_set(view->engine, i);
	json_open_object(json, "areas");
	json_uint(json, "total", total);
	json_uint(json, "set", set);
	json_close(json);
}

static void gateway_members(struct json *json, const struct control_view *view)
{
	const struct site *site = view->context->site;
	char config[80];

	snprintf(config, sizeof config, "sha256:%s", site->hash);
	json_text(json, "title", site->title);
	json_text(json, "version", PICKET_VERSION);
	json_int(json, "uptime_s", mono_since_us(view->now, view->started) / 1000000);
	json_text(json, "boot", view->context->boot);
	json_text(json, "epoch", view->context->epoch);
	json_text(json, "config", config);
	if (view->recorder)
		json_uint(json, "latency_p99_ms", recorder_latency_p99_ms(view->recorder));
}

void control_status_members(struct json *json, const struct control_source *source)
{
	const struct control_view *view = source->view;
	struct engine_counts counts;

	engine_counts(view->engine, &counts);
	gateway_members(json, view);
	journal_members(json, source);
	broker_members(json, view);
	alarm_members(json, &counts);
	field_members(json, view);
	json_open_object(json, "sensors");
	json_uint(json, "total", view->context->site->sensor_count);
	json_uint(json, "bad", counts.sensors_bad);
	json_close(json);
	area_members(json, view);
}
