/* SPDX-License-Identifier: Apache-2.0 */
/* verbs_status - the gateway at a glance */
#include "gateway/ctl/reach.h"
#include "gateway/ctl/say.h"
#include "gateway/ctl/words.h"

#include <inttypes.h>
#include <stdio.h>

static void line(const char *name, enum tint tint, const char *text)
{
	char clean[WORDS_BYTES * 2];
	bool colour = say_colour(stdout);

	say_clean(text, clean, sizeof clean);
	printf("%-9s %s%s%s\n", name, say_tint(tint, colour), clean, say_plain(tint, colour));
}

static void print_daemon(const struct json_node *root)
{
	char text[WORDS_BYTES * 2], up[WORDS_BYTES];

	snprintf(text, sizeof text, "%s/%s, %s", json_node_text(root, "site", "?"),
	         json_node_text(root, "gateway", "?"), json_node_text(root, "title", ""));
	line("gateway", TINT_PLAIN, text);
	words_duration(json_node_int(root, "uptime_s", 0) * 1000, up);
	snprintf(text, sizeof text, "picketd %s, up %s, config %.19s", json_node_text(root, "version", "?"), up,
	         json_node_text(root, "config", "?"));
	line("daemon", TINT_PLAIN, text);
}

static void print_alarms(const struct json_node *root)
{
	const struct json_node *alarms = json_node_member(root, "alarms");
	int64_t active = json_node_int(alarms, "active", 0), unacked = json_node_int(alarms, "unacked", 0);
	char text[WORDS_BYTES];

	snprintf(text, sizeof text, "%" PRId64 " active, %" PRId64 " to acknowledge, %" PRId64 " latched", active,
	         unacked, json_node_int(alarms, "latched", 0));
	line("alarms", unacked > 0 ? TINT_BAD : active > 0 ? TINT_WARN : TINT_GOOD, text);
}

/* "14, all good" or "14, 3 lost" */
static void print_part(const struct json_node *root, const char *name, const char *key, const char *word)
{
	const struct json_node *part = json_node_member(root, name);
	int64_t total = json_node_int(part, "total", 0), bad = json_node_int(part, key, 0);
	char text[WORDS_BYTES];

	if (bad > 0)
		snprintf(text, sizeof text, "%" PRId64 ", %" PRId64 " %s", total, bad, word);
	else
		snprintf(text, sizeof text, "%" PRId64 ", none %s", total, word);
	line(name, bad > 0 ? TINT_BAD : TINT_GOOD, text);
}

/* "2 of 3 up" */
static void print_share(const struct json_node *root, const char *name, const char *key)
{
	const struct json_node *part = json_node_member(root, name);
	int64_t total = json_node_int(part, "total", 0), some = json_node_int(part, key, 0);
	char text[WORDS_BYTES];

	snprintf(text, sizeof text, "%" PRId64 " of %" PRId64 " %s", some, total, key);
	line(name, some < total ? TINT_WARN : TINT_GOOD, text);
}

static void print_broker(const struct json_node *root)
{
	const struct json_node *broker = json_node_member(root, "broker");
	const char *url = json_node_text(broker, "url", "");
	bool connected = json_node_bool(broker, "connected", false);
	char text[WORDS_BYTES * 2];

	if (connected)
		snprintf(text, sizeof text, "connected to %s", url);
	else
		snprintf(text, sizeof text, "NOT connected%s%s: %s", url[0] ? " to " : "", url,
		         json_node_text(broker, "error", "not tried yet"));
	line("broker", connected ? TINT_GOOD : TINT_BAD, text);
}

static void print_journal(const struct json_node *root)
{
	const struct json_node *journal = json_node_member(root, "journal");
	const char *error = json_node_text(journal, "error", NULL);
	int64_t backlog = json_node_int(journal, "backlog", 0);
	char text[WORDS_BYTES * 2];

	int used = snprintf(text, sizeof text, "seq %" PRId64 ", on disk %" PRId64 ", acknowledged %" PRId64,
	                    json_node_int(journal, "head", 0), json_node_int(journal, "durable", 0),
	                    json_node_int(journal, "acked", 0));
	if (backlog > 0 && used > 0)
		snprintf(text + used, sizeof text - (size_t)used, ", %" PRId64 " to deliver", backlog);
	line("journal", error ? TINT_BAD : TINT_PLAIN, text);
	if (error)
		line("", TINT_BAD, error);
}

static void print_latency(const struct json_node *root)
{
	int64_t ms = json_node_int(root, "latency_p99_ms", -1);
	char text[WORDS_BYTES];

	if (ms < 0)
		return;
	snprintf(text, sizeof text, "99 of 100 events recorded within %" PRId64 " ms of their sample", ms);
	line("latency", TINT_PLAIN, text);
}

static void print_status(const struct json_node *root)
{
	print_daemon(root);
	print_alarms(root);
	print_part(root, "sensors", "bad", "without good values");
	print_part(root, "devices", "lost", "lost");
	print_share(root, "links", "up");
	print_share(root, "areas", "set");
	print_broker(root);
	print_journal(root);
	print_latency(root);
}

enum ctl_exit verb_status(const struct ctl_call *call)
{
	struct client_answer answer = {0};
	enum ctl_exit code = reach_page(&call->options, "/v1/status", &answer);

	if (code != CTL_DONE)
		return code;
	if (call->options.given[OPTION_JSON])
		fputs(answer.body, stdout);
	else
		print_status(json_doc_root(answer.doc));
	client_answer_free(&answer);
	return code;
}
