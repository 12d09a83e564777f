/* SPDX-License-Identifier: Apache-2.0 */
/* watch - see watch.h */
#include "gateway/watch.h"

#include "gateway/log.h"

#include <string.h>

static uint32_t devices_lost(const struct loop_parts *parts)
{
	uint32_t lost = 0;

	for (uint32_t i = 0; i < parts->site->device_count; i++)
		lost += poller_device_stats(parts->poller, i)->lost;
	return lost;
}

static void watch_broker(struct watch *watch, const struct loop_parts *parts)
{
	struct publisher_stats stats;

	publisher_stats(parts->publisher, &stats);
	if (stats.connected && (!watch->connected || !watch->started))
		log_line(LOG_LEVEL_NOTICE, "broker %s: connected", stats.url);
	if (!stats.connected && (watch->connected || !watch->started))
		log_line(LOG_LEVEL_WARNING, "broker %s: not connected%s%s; events wait in the journal", stats.url,
		         stats.error[0] ? ": " : "", stats.error);
	if (stats.refused > watch->refused)
		log_line(LOG_LEVEL_ERROR, "broker refused a message: %s", stats.error);
	watch->connected = stats.connected;
	watch->refused = stats.refused;
}

static void watch_journal(struct watch *watch, const struct loop_parts *parts, bool field_waits)
{
	struct journal_stats stats;

	journal_stats(parts->journal, &stats);
	if (stats.error != watch->journal_error && stats.error)
		log_line(LOG_LEVEL_ERROR, "journal: cannot write: %s; trying again, nothing new is published",
		         strerror(-stats.error));
	if (stats.error != watch->journal_error && !stats.error)
		log_line(LOG_LEVEL_NOTICE, "journal: writing again");
	if (field_waits != watch->field_waits)
		log_line(field_waits ? LOG_LEVEL_ERROR : LOG_LEVEL_NOTICE, "journal: %s",
		         field_waits ? "queue full, polling waits for the disk" : "polling goes on");
	watch->journal_error = stats.error;
	watch->field_waits = field_waits;
}

void watch_second(struct watch *watch, const struct loop_parts *parts, bool field_waits)
{
	struct publisher_facts facts = {.devices_lost = devices_lost(parts),
	                                .latency_p99_ms = recorder_latency_p99_ms(parts->recorder)};

	engine_counts(parts->engine, &facts.counts);
	publisher_set_facts(parts->publisher, &facts);
	if (facts.devices_lost != watch->devices_lost)
		log_line(facts.devices_lost ? LOG_LEVEL_WARNING : LOG_LEVEL_NOTICE, "devices lost: %u of %zu",
		         facts.devices_lost, parts->site->device_count);
	watch->devices_lost = facts.devices_lost;
	uint64_t dropped = inbox_dropped(parts->inbox);
	if (dropped != watch->dropped)
		log_line(LOG_LEVEL_WARNING, "commands dropped because too many wait: %llu",
		         (unsigned long long)dropped);
	watch->dropped = dropped;
	watch_journal(watch, parts, field_waits);
	watch_broker(watch, parts);
	watch->started = true;
}
