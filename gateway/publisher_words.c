/* SPDX-License-Identifier: Apache-2.0 */
/* publisher_words - see publisher_words.h */
#include "gateway/publisher_words.h"

#include "gateway/json_write.h"

#include <stdio.h>
#include <string.h>

void words_topic(const struct site *site, const char *own, char ret_text[WORDS_TOPIC])
{
	snprintf(ret_text, WORDS_TOPIC, "picket/v1/%s/%s/%s", site->site, site->gateway, own);
}

void words_prefix(const struct site *site, char ret_text[WORDS_TOPIC])
{
	words_topic(site, "", ret_text);
}

void words_client_id(const struct site *site, char ret_text[WORDS_TOPIC])
{
	snprintf(ret_text, WORDS_TOPIC, "picket-%s-%s", site->site, site->gateway);
}

static bool begins(const char *text, const char *beginning)
{
	return strncmp(text, beginning, strlen(beginning)) == 0;
}

bool words_response_topic_ok(const struct site *site, const char *topic)
{
	char reply[WORDS_TOPIC], room[WORDS_TOPIC];

	if (topic[0] == '\0' || topic[0] == '$' || strpbrk(topic, "+#"))
		return false;
	if (!begins(topic, "picket/"))
		return true;
	words_topic(site, "reply", reply);
	snprintf(room, sizeof room, "picket/v1/%s/room/", site->site);
	size_t length = strlen(reply);
	bool own_reply = begins(topic, reply) && (topic[length] == '\0' || topic[length] == '/');
	return own_reply || begins(topic, room);
}

static void write_run(struct json *json, const struct event_context *context)
{
	char config[80];

	snprintf(config, sizeof config, "sha256:%.64s", context->site->hash);
	json_text(json, "boot", context->boot);
	json_text(json, "epoch", context->epoch);
	json_text(json, "config", config);
	json_text(json, "version", PICKET_VERSION);
}

ssize_t words_status_json(const struct event_context *context, enum words_status status, struct wall now,
                          char *ret_text, size_t size)
{
	struct json json = json_begin(ret_text, size);
	char time[28];

	event_time_text(now, time);
	json_open_object(&json, NULL);
	json_text(&json, "state", status == STATUS_ONLINE ? "online" : "offline");
	if (status != STATUS_ONLINE)
		json_text(&json, "reason", status == STATUS_LOST ? "lost" : "stopped");
	if (status != STATUS_LOST)
		json_text(&json, "time", time);
	write_run(&json, context);
	json_close(&json);
	return json_end(&json);
}

static void write_counts(struct json *json, const struct publisher_facts *facts)
{
	json_open_object(json, "counts");
	json_uint(json, "active", facts->counts.active);
	json_uint(json, "unacked", facts->counts.unacked);
	json_uint(json, "latched", facts->counts.latched);
	json_uint(json, "sensors_bad", facts->counts.sensors_bad);
	json_uint(json, "devices_lost", facts->devices_lost);
	json_open_array(json, "by_priority");
	for (size_t i = 0; i < sizeof facts->counts.by_priority / sizeof facts->counts.by_priority[0]; i++)
		json_uint(json, NULL, facts->counts.by_priority[i]);
	json_close(json);
	json_close(json);
}

static void write_uplink(struct json *json, const struct publisher_stats *stats)
{
	json_open_object(json, "uplink");
	json_uint(json, "connects", stats->connects);
	json_uint(json, "published", stats->published);
	json_uint(json, "refused", stats->refused);
	json_text(json, "error", stats->error[0] ? stats->error : NULL);
	json_close(json);
}

ssize_t words_heartbeat_json(const struct event_context *context, const struct words_heartbeat *heartbeat,
                             char *ret_text, size_t size)
{
	const struct journal_stats *journal = &heartbeat->journal;
	struct json json = json_begin(ret_text, size);
	char time[28];

	event_time_text(heartbeat->now, time);
	json_open_object(&json, NULL);
	json_text(&json, "time", time);
	write_run(&json, context);
	json_uint(&json, "seq", journal->head);
	json_uint(&json, "durable", journal->durable);
	json_uint(&json, "acked", heartbeat->stats.acked);
	json_uint(&json, "backlog",
	          journal->head > heartbeat->stats.acked ? journal->head - heartbeat->stats.acked : 0);
	json_text(&json, "journal_error", journal->error ? strerror(-journal->error) : NULL);
	json_uint(&json, "latency_p99_ms", heartbeat->facts.latency_p99_ms);
	write_counts(&json, &heartbeat->facts);
	write_uplink(&json, &heartbeat->stats);
	json_close(&json);
	return json_end(&json);
}
