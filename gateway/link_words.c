/* SPDX-License-Identifier: Apache-2.0 */
/* link_words - see link_words.h */
#include "gateway/link_words.h"

#include "gateway/log.h"

#include <stdio.h>
#include <string.h>

static const char *parity_name(char parity)
{
	return parity == 'E' ? "even" : parity == 'O' ? "odd" : "none";
}

static void serial_url(const struct site_endpoint *end, char ret_text[LINK_URL_BYTES])
{
	const struct site_rs485 *rs485 = &end->rs485;
	int used = snprintf(ret_text, LINK_URL_BYTES, "rtu:%s?baud=%u&parity=%s&stop=%u", end->path, end->baud,
	                    parity_name(end->parity), end->stop_bits);

	if (rs485->on && used > 0 && used < LINK_URL_BYTES)
		snprintf(ret_text + used, LINK_URL_BYTES - (size_t)used,
		         "&rs485=on&rts=%s&delay_before_ms=%u&delay_after_ms=%u", rs485->rts_low ? "low" : "high",
		         rs485->before_ms, rs485->after_ms);
}

void link_url(const struct site_endpoint *end, char ret_text[LINK_URL_BYTES])
{
	const char *scheme = end->transport == TRANSPORT_TCP ? "tcp" : "rtu+tcp";

	if (end->transport == TRANSPORT_RTU)
		serial_url(end, ret_text);
	else if (strchr(end->host, ':'))
		snprintf(ret_text, LINK_URL_BYTES, "%s://[%s]:%u", scheme, end->host, end->port);
	else
		snprintf(ret_text, LINK_URL_BYTES, "%s://%s:%u", scheme, end->host, end->port);
}

static const char *way_name(uint8_t path)
{
	return path == 0 ? "primary" : "backup";
}

static const char *or_null(const char *text)
{
	return text[0] ? text : NULL;
}

void link_members(struct json *json, const struct site_link *link, const struct link_stats *stats)
{
	char url[LINK_URL_BYTES], idle_url[LINK_URL_BYTES];
	bool two = link->endpoint_count > 1;

	link_url(&link->endpoints[stats->path], url);
	link_url(&link->endpoints[two ? !stats->path : 0], idle_url);
	json_text(json, "url", url);
	json_text(json, "path", way_name(stats->path));
	json_uint(json, "switches", stats->switches);
	json_bool(json, "flapping", stats->flapping);
	json_text(json, "error", or_null(stats->trouble));
	json_text(json, "idle_url", two ? idle_url : NULL);
	json_text(json, "idle", two ? path_health_name(stats->idle) : NULL);
	json_text(json, "idle_error", or_null(stats->idle_trouble));
}

void link_log(const struct site *site, const struct link_change *change)
{
	const struct site_link *link = &site->links[change->link];
	char url[LINK_URL_BYTES];

	link_url(&link->endpoints[change->path], url);
	switch (change->news) {
	case LINK_NEWS_TROUBLE:
		log_line(LOG_LEVEL_WARNING, "link %s (%s): %s; it is tried again until it works", link->id, url,
		         change->text);
		break;
	case LINK_NEWS_SWITCHED:
		log_line(LOG_LEVEL_WARNING, "link %s: %s; the %s is used now (%s)", link->id, change->text,
		         way_name(change->path), url);
		break;
	case LINK_NEWS_FLAPPING:
		log_line(LOG_LEVEL_WARNING,
		         "link %s (%s) is lost again and again (%s); not told again until it is steady", link->id, url,
		         change->text);
		break;
	case LINK_NEWS_STEADY:
		log_line(LOG_LEVEL_INFO, "link %s (%s) is steady again", link->id, url);
		break;
	}
}
