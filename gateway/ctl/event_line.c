/* SPDX-License-Identifier: Apache-2.0 */
/* event_line - see event_line.h */
#include "gateway/ctl/event_line.h"

#include "gateway/ctl/words.h"

#include <inttypes.h>
#include <string.h>

#define REST_BYTES 1024

/* Adds "WORDS" after a comma, when there are any. */
static void add(char ret_text[REST_BYTES], const char *before, const char *words)
{
	size_t used = strlen(ret_text);

	if (words && words[0])
		snprintf(ret_text + used, REST_BYTES - used, "%s%s%s", used ? ", " : "", before, words);
}

static const char *what(const struct json_node *event)
{
	const char *type = json_node_text(event, "type", "?");

	return strncmp(type, "picket.", 7) == 0 ? type + 7 : type;
}

static void whose(const struct json_node *event, const struct json_node *data, char ret_text[WORDS_BYTES])
{
	const char *subject = json_node_text(event, "subject", "-"), *condition = json_node_text(data, "condition", "");

	snprintf(ret_text, WORDS_BYTES, "%s%s%s", subject, condition[0] ? "/" : "", condition);
}

static void rest(const struct json_node *event, const struct json_node *data, char ret_text[REST_BYTES])
{
	const char *quality = json_node_text(data, "quality", ""), *fault = json_node_text(data, "fault", "");
	const char *title = json_node_text(data, "title", ""), *subject = json_node_text(event, "subject", "");
	int64_t count = json_node_int(data, "count", 0);
	char number[32] = "";

	ret_text[0] = '\0';
	if (strcmp(title, subject) != 0)
		add(ret_text, "", title);
	add(ret_text, "", json_node_text(data, "sensor_state", ""));
	if (quality[0] && strcmp(quality, "good") != 0)
		add(ret_text, "quality ", quality);
	if (fault[0] && strcmp(fault, "none") != 0)
		add(ret_text, "", fault);
	if (count > 1)
		snprintf(number, sizeof number, "%" PRId64 " times", count);
	add(ret_text, "", number);
	if (json_node_bool(data, "initial", false))
		add(ret_text, "", "found so at the start");
	add(ret_text, "by ", json_node_text(data, "user", ""));
	add(ret_text, "", json_node_text(data, "reason", ""));
}

static enum tint tint_of(const char *type, int64_t priority)
{
	if (strcmp(type, "alarm.raised") == 0)
		return priority <= 1 ? TINT_BAD : TINT_WARN;
	if (strcmp(type, "device.lost") == 0)
		return TINT_WARN;
	return TINT_PLAIN;
}

void event_line_print(const struct json_node *event, FILE *stream, bool colour)
{
	const struct json_node *data = json_node_member(event, "data");
	int64_t priority = json_node_int(data, "priority", 5);
	enum tint tint = tint_of(what(event), priority);
	char when[WORDS_BYTES], who[WORDS_BYTES], words[REST_BYTES], text[REST_BYTES * 2], clean[REST_BYTES * 2];

	words_local_time(json_node_text(event, "time", "?"), when);
	whose(event, data, who);
	rest(event, data, words);
	snprintf(text, sizeof text, "%s %7" PRId64 " P%" PRId64 " %-16s %-28s %s", when, json_node_int(data, "seq", 0),
	         priority, what(event), who, words);
	say_clean(text, clean, sizeof clean);
	size_t length = strlen(clean);
	while (length > 0 && clean[length - 1] == ' ')
		clean[--length] = '\0';
	fprintf(stream, "%s%s%s\n", say_tint(tint, colour), clean, say_plain(tint, colour));
}
