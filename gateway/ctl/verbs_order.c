/* SPDX-License-Identifier: Apache-2.0 */
/* verbs_order - ack, reset, set, unset: what changes something, and how to take it back */
#include "config/limits.h"
#include "config/nearest.h"
#include "gateway/ctl/order.h"
#include "gateway/ctl/reach.h"
#include "gateway/ctl/say.h"
#include "gateway/json_write.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TARGET_BYTES 128
#define UUID_BYTES   37

/* A random id from the kernel (random(4)): a repeat of a command is known by it. */
static bool make_id(char ret_id[UUID_BYTES])
{
	FILE *file = fopen("/proc/sys/kernel/random/uuid", "re");

	if (!file)
		return false;
	bool whole = fread(ret_id, 1, UUID_BYTES - 1, file) == UUID_BYTES - 1;
	ret_id[UUID_BYTES - 1] = '\0';
	fclose(file);
	return whole;
}

static void time_text(char *ret_text, size_t size)
{
	time_t now = time(NULL);
	struct tm parts;

	gmtime_r(&now, &parts);
	strftime(ret_text, size, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

/* The command as the contract has it; who gives it is the socket's to say. */
static bool order_json(const struct order *order, char *ret_text, size_t size)
{
	char id[UUID_BYTES], now[32], station[HOST_NAME_MAX + 1] = "";

	if (!make_id(id))
		return false;
	time_text(now, sizeof now);
	(void)gethostname(station, sizeof station - 1);
	station[strnlen(station, LIMIT_USER)] = '\0';
	struct json json = json_begin(ret_text, size);
	json_open_object(&json, NULL);
	json_text(&json, "id", id);
	json_text(&json, "cmd", order->verb);
	json_text(&json, "target", order->target);
	if (order->occurrence)
		json_text(&json, "occurrence", order->occurrence);
	if (order->reason)
		json_text(&json, "reason", order->reason);
	if (order->state)
		json_text(&json, "state", order->state);
	if (order->for_s)
		json_uint(&json, "for_s", order->for_s);
	if (order->one_shot)
		json_bool(&json, "one_shot", true);
	if (order->override)
		json_bool(&json, "override", true);
	if (order->isolate)
		json_bool(&json, "isolate", true);
	if (station[0])
		json_text(&json, "station", station);
	json_text(&json, "time", now);
	json_close(&json);
	return json_end(&json) > 0;
}

static bool check_reason(const char *reason)
{
	if (!reason || strlen(reason) <= LIMIT_REASON)
		return true;
	say_error("a reason has at most %d bytes", LIMIT_REASON);
	return false;
}

/* The name on a page that is nearest to the one the daemon does not know. */
static void suggest(const struct options *options, const char *page, const char *key, const char *name)
{
	struct client_answer answer = {0};
	struct nearest near;
	char path[32];

	snprintf(path, sizeof path, "/v1/%s", page);
	if (reach_page(options, path, &answer) != CTL_DONE)
		return;
	const struct json_node *rows = json_node_member(json_doc_root(answer.doc), page);
	nearest_start(&near, name);
	for (size_t i = 0; i < json_node_count(rows); i++)
		nearest_offer(&near, json_node_text(json_node_at(rows, i), key, ""));
	if (near.best && strcmp(near.best, name) != 0)
		say_note("did you mean %s?", near.best);
	client_answer_free(&answer);
}

static void print_refusal(const struct order *order, const struct json_node *reply, enum ctl_exit code)
{
	const char *error = json_node_text(reply, "error", "no reason given");
	const char *detail = json_node_text(reply, "detail", "");

	say_error("%s %s: %s%s%s%s", order->verb, order->target, code == CTL_REFUSED ? "not allowed: " : "", error,
	          detail[0] ? ": " : "", detail);
}

enum ctl_exit order_give(const struct ctl_call *call, const struct order *order, const char *done)
{
	char json[LIMIT_COMMAND_BYTES];
	struct client_answer answer = {0};

	if (!check_reason(order->reason))
		return CTL_USAGE;

	if (!order_json(order, json, sizeof json)) {
		say_error("cannot make a command: its words are too long, or /proc is not mounted");
		return CTL_NO;
	}
	enum ctl_exit code = reach_command(&call->options, json, &answer);
	if (!answer.doc)
		return code;
	if (call->options.given[OPTION_JSON])
		fputs(answer.body, stdout);
	else if (code == CTL_DONE)
		puts(done);
	else
		print_refusal(order, json_doc_root(answer.doc), code);
	client_answer_free(&answer);
	return code;
}

/* --- alarms ----------------------------------------------------------------------------------------- */
struct alarm_choice {
	char target[TARGET_BYTES], occurrence[TARGET_BYTES];
	unsigned count; /* of alarms that fit the words and wait for the verb */
	char names[512];
};

static bool waits_for(const struct json_node *alarm, const char *verb)
{
	bool acked = json_node_bool(alarm, "acked", true);

	if (strcmp(verb, "ack") == 0)
		return !acked;
	return acked && json_node_bool(alarm, "latched", false);
}

static bool fits(const struct json_node *alarm, const char *verb, const char *words)
{
	const char *target = json_node_text(alarm, "target", "");
	size_t length = strlen(words);

	if (strchr(words, '/'))
		return strcmp(target, words) == 0;
	return strncmp(target, words, length) == 0 && target[length] == '/' && waits_for(alarm, verb);
}

static void choose(struct alarm_choice *choice, const struct json_node *alarm)
{
	const char *target = json_node_text(alarm, "target", "");
	size_t used = strlen(choice->names);

	choice->count++;
	snprintf(choice->target, sizeof choice->target, "%s", target);
	snprintf(choice->occurrence, sizeof choice->occurrence, "%s", json_node_text(alarm, "occurrence", ""));
	snprintf(choice->names + used, sizeof choice->names - used, "%s%s", used ? ", " : "", target);
}

/* The alarm that is meant and its occurrence as it is now: one that is raised while the person types is not
 * acknowledged unseen. */
static enum ctl_exit find_alarm(const struct ctl_call *call, struct alarm_choice *ret_choice)
{
	struct client_answer answer = {0};
	enum ctl_exit code = reach_page(&call->options, "/v1/alarms", &answer);

	if (code != CTL_DONE)
		return code;
	const struct json_node *alarms = json_node_member(json_doc_root(answer.doc), "alarms");
	for (size_t i = 0; i < json_node_count(alarms); i++) {
		const struct json_node *alarm = json_node_at(alarms, i);
		if (fits(alarm, call->verb->name, call->arguments[0]))
			choose(ret_choice, alarm);
	}
	client_answer_free(&answer);
	return CTL_DONE;
}

static enum ctl_exit nothing_to_do(const struct ctl_call *call)
{
	static const char words[] = "no alarm of it waits for this";

	if (call->options.given[OPTION_JSON])
		printf("{\"schema\":\"picket.command/1\",\"ok\":false,\"error\":\"not_needed\",\"detail\":\"%s\"}\n",
		       words);
	else
		say_error("%s %s: %s; picketctl alarms lists them", call->verb->name, call->arguments[0], words);
	return CTL_NO;
}

static enum ctl_exit several(const struct ctl_call *call, const struct alarm_choice *choice)
{
	say_error("%s has several: %s; name one", call->arguments[0], choice->names);
	return CTL_USAGE;
}

enum ctl_exit verb_alarm(const struct ctl_call *call)
{
	struct alarm_choice choice = {0};
	struct order order = {.verb = call->verb->name,
	                      .target = call->arguments[0],
	                      .occurrence = call->options.values[OPTION_OCCURRENCE],
	                      .reason = call->options.values[OPTION_REASON]};
	char done[TARGET_BYTES * 2];

	if (!check_reason(order.reason))
		return CTL_USAGE;
	enum ctl_exit code = find_alarm(call, &choice);
	if (code != CTL_DONE)
		return code;
	if (choice.count > 1)
		return several(call, &choice);
	if (choice.count == 0 && !strchr(order.target, '/'))
		return nothing_to_do(call);
	if (choice.count == 1)
		order.target = choice.target;
	if (choice.count == 1 && !order.occurrence && choice.occurrence[0])
		order.occurrence = choice.occurrence;
	bool ack = strcmp(order.verb, "ack") == 0;
	snprintf(done, sizeof done, "%s %s", order.target,
	         ack ? "acknowledged; this cannot be undone, it is on record"
	             : "reset; this cannot be undone, the alarm is raised again when its cause comes back");
	return order_give(call, &order, done);
}

/* --- areas ------------------------------------------------------------------------------------------ */
enum ctl_exit verb_area(const struct ctl_call *call)
{
	const char *area = call->arguments[0], *verb = call->verb->name;
	struct order order = {.verb = verb,
	                      .target = area,
	                      .reason = call->options.values[OPTION_REASON],
	                      .override = call->options.given[OPTION_OVERRIDE]};
	char done[TARGET_BYTES * 2];

	snprintf(done, sizeof done, "area %.64s %s; undo: picketctl %s %.64s", area, verb,
	         strcmp(verb, "set") == 0 ? "unset" : "set", area);
	enum ctl_exit code = order_give(call, &order, done);
	if (code == CTL_NO && !call->options.given[OPTION_JSON])
		suggest(&call->options, "areas", "id", area);
	return code;
}
