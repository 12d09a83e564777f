/* SPDX-License-Identifier: Apache-2.0 */
/* link_words - a link's ways and troubles for people: the members of its row on the control socket, and log lines. */
#ifndef PICKET_LINK_WORDS_H
#define PICKET_LINK_WORDS_H

#include "drivers/poller.h"
#include "gateway/json_write.h"

#define LINK_URL_BYTES (LIMIT_PATH + 128) /* the longest url, with all its settings */

/* As the site file has it, with what is set by default. */
void link_url(const struct site_endpoint *end, char ret_text[LINK_URL_BYTES]);

/* url, path, switches, flapping, error; idle_url, idle and idle_error, null for a link with one way. */
void link_members(struct json *json, const struct site_link *link, const struct link_stats *stats);

/* One log line, with what it means. */
void link_log(const struct site *site, const struct link_change *change);

#endif
