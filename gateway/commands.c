/* SPDX-License-Identifier: Apache-2.0 */
/* commands - see commands.h */
#include "gateway/commands.h"

#include "gateway/command_parse.h"
#include "gateway/json_write.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OLD_US       (20 * 1000000LL) /* the contract's part 3 */
#define AHEAD_US     (40 * 1000000LL)
#define ANSWER_BYTES 1024 /* fits unless a detail quotes control characters; see write_answer() */
#define PRIORITY     5    /* information */

enum { CODE_DONE = 0, CODE_NO = 1, CODE_REFUSED = 4 };

struct remembered {
	char id[LIMIT_USER + 1]; /* "": free */
	enum command_source source;
	int code;
	char answer[ANSWER_BYTES];
};

/* A token bucket; one for each source, so that a flood from the broker does not stop the people at the gateway. */
struct bucket {
	struct mono filled;
	int64_t tokens_us; /* one command costs a second divided by the rate */
};

struct commands {
	const struct event_context *context;
	struct engine *engine;
	struct outputs *outputs; /* NULL: none */
	const struct event_sink *sink;
	struct bucket buckets[2];
	size_t next; /* place in the ring below */
	struct remembered ring[LIMIT_COMMAND_IDS];
};

/* One command on its way through. */
struct run {
	const struct command_request *request;
	struct command_parsed parsed;
	struct mono now;
	struct wall wall;
	enum command_error error;
	char detail[LIMIT_REASON + 1];
};

int commands_new(const struct event_context *context, struct engine *engine, const struct event_sink *sink,
                 struct commands **ret_commands)
{
	struct commands *commands = calloc(1, sizeof *commands);

	if (!commands)
		return -ENOMEM;
	commands->context = context;
	commands->engine = engine;
	commands->sink = sink;
	for (size_t i = 0; i < 2; i++)
		commands->buckets[i] = (struct bucket){.filled = {INT64_MIN / 2}};
	*ret_commands = commands;
	return 0;
}

void commands_connect(struct commands *commands, struct outputs *outputs)
{
	commands->outputs = outputs;
}

void commands_free(struct commands **commands)
{
	free(*commands);
	*commands = NULL;
}

static bool take_token(struct bucket *bucket, struct mono now)
{
	const int64_t full_us = 1000000, cost_us = full_us / LIMIT_COMMAND_RATE;
	int64_t gained_us = mono_since_us(now, bucket->filled);

	bucket->filled = now;
	if (gained_us > full_us - bucket->tokens_us)
		bucket->tokens_us = full_us;
	else
		bucket->tokens_us += gained_us;
	if (bucket->tokens_us < cost_us)
		return false;
	bucket->tokens_us -= cost_us;
	return true;
}

static const struct remembered *recall(const struct commands *commands, const struct run *run)
{
	const char *id = run->parsed.engine.id;

	for (size_t i = 0; id[0] && i < LIMIT_COMMAND_IDS; i++) {
		const struct remembered *one = &commands->ring[i];
		if (one->source == run->request->source && strcmp(one->id, id) == 0)
			return one;
	}
	return NULL;
}

/* Only what was judged as a command: one that came too fast, or unreadable, may come again under its id. */
static bool worth_remembering(const struct run *run)
{
	return run->parsed.engine.id[0] && run->error != COMMAND_ERROR_TOO_LARGE &&
	       run->error != COMMAND_ERROR_MALFORMED && run->error != COMMAND_ERROR_RETAINED &&
	       run->error != COMMAND_ERROR_RATE;
}

static void remember(struct commands *commands, const struct run *run, int code, const char *answer)
{
	struct remembered *place = &commands->ring[commands->next];

	commands->next = (commands->next + 1) % LIMIT_COMMAND_IDS;
	*place = (struct remembered){.source = run->request->source, .code = code};
	snprintf(place->id, sizeof place->id, "%s", run->parsed.engine.id);
	snprintf(place->answer, sizeof place->answer, "%s", answer);
}

/* --- the rules, in order -------------------------------------------------------------------------------------- */

static void refuse(struct run *run, enum command_error error, const char *detail)
{
	run->error = error;
	snprintf(run->detail, sizeof run->detail, "%s", detail);
}

static void check_fresh(struct run *run)
{
	int64_t age_us = run->wall.us - run->parsed.time.us;
	char detail[LIMIT_REASON + 1];

	if (age_us > OLD_US) {
		snprintf(detail, sizeof detail, "it is %lld s old, at most 20 are taken",
		         (long long)(age_us / 1000000));
		refuse(run, COMMAND_ERROR_TOO_OLD, detail);
	} else if (-age_us > AHEAD_US) {
		snprintf(detail, sizeof detail, "it is %lld s ahead, at most 40 are taken",
		         (long long)(-age_us / 1000000));
		refuse(run, COMMAND_ERROR_AHEAD, detail);
	}
}

static void check_allowed(const struct commands *commands, struct run *run)
{
	enum command_verb verb = run->parsed.engine.verb;
	char detail[LIMIT_REASON + 1];

	if (commands->context->site->broker.allow & 1u << verb)
		return;
	snprintf(detail, sizeof detail, "the site file does not allow %s over MQTT (broker.allow)",
	         command_verb_name(verb));
	refuse(run, COMMAND_ERROR_NOT_ALLOWED, detail);
}

static void judge_engine(struct run *run, enum command_result result, const char *reason)
{
	static const struct {
		enum command_error error;
		const char *detail;
	} words[] = {
	        [COMMAND_OK] = {COMMAND_ERROR_NONE, ""},
	        [COMMAND_NO_SUCH_TARGET] = {COMMAND_ERROR_NO_SUCH_TARGET, "there is no such alarm or area"},
	        [COMMAND_STALE_OCCURRENCE] = {COMMAND_ERROR_STALE_OCCURRENCE, "the alarm was raised again since"},
	        [COMMAND_NOT_NEEDED] = {COMMAND_ERROR_NOT_NEEDED, "there is nothing to do"},
	        [COMMAND_STILL_ACTIVE] = {COMMAND_ERROR_STILL_ACTIVE, "the condition is still true"},
	        [COMMAND_NOT_ACKED] = {COMMAND_ERROR_NOT_ACKED, "acknowledge it first"},
	        [COMMAND_BLOCKED] = {COMMAND_ERROR_BLOCKED, "something blocks setting"},
	        [COMMAND_NOT_MASKABLE] = {COMMAND_ERROR_NOT_MASKABLE, "nothing may hide this; take it out of service"},
	        [COMMAND_NO_REASON] = {COMMAND_ERROR_NO_REASON, "say why: reason is missing"},
	        [COMMAND_TOO_LONG] = {COMMAND_ERROR_TOO_LONG,
	                              "so long is not allowed: shelve 12 h, out_of_service 7 d, "
	                              "bypass to isolate 30 d at most"},
	        [COMMAND_LEVEL] = {COMMAND_ERROR_LEVEL, "a maintainer at the gateway may do this"},
	};

	assert((size_t)result < sizeof words / sizeof words[0]);
	refuse(run, words[result].error, reason[0] ? reason : words[result].detail);
}

static void switch_output(struct commands *commands, struct run *run)
{
	const struct command_parsed *parsed = &run->parsed;
	struct outputs_order order = {.action = parsed->action,
	                              .for_s = parsed->engine.for_s,
	                              .user = parsed->engine.user,
	                              .station = parsed->engine.station,
	                              .reason = parsed->engine.reason,
	                              .command = parsed->engine.id};

	if (!commands->outputs)
		refuse(run, COMMAND_ERROR_NO_SUCH_TARGET, "there are no outputs");
	else if (outputs_order(commands->outputs, parsed->engine.subject, &order, run->now) < 0)
		refuse(run, COMMAND_ERROR_TOO_LONG, "for_s: on and pulse last a day at most, off has no such time");
}

static void carry_out(struct commands *commands, struct run *run)
{
	char reason[LIMIT_REASON + 1] = "";

	run->parsed.engine.level = run->request->source == COMMAND_FROM_SOCKET ? LEVEL_MAINTAINER : LEVEL_OPERATOR;
	run->error = command_resolve(commands->context, &run->parsed, run->detail);
	if (!run->error && run->parsed.engine.verb == VERB_OUTPUT)
		switch_output(commands, run);
	else if (!run->error)
		judge_engine(run, engine_command(commands->engine, &run->parsed.engine, run->now, reason), reason);
}

/* The rules that need no memory of former commands. */
static void judge(struct commands *commands, struct run *run)
{
	bool remote = run->request->source == COMMAND_FROM_BROKER;

	if (remote)
		check_fresh(run);
	if (!run->error && remote)
		check_allowed(commands, run);
	if (!run->error)
		carry_out(commands, run);
}

/* --- what becomes known -------------------------------------------------------------------------------------- */

/* Cut at a whole UTF-8 character. */
static void copy_cut(char *ret_text, size_t size, const char *text)
{
	size_t length = strlen(text);

	if (length >= size) {
		length = size - 1;
		while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
			length--;
	}
	memcpy(ret_text, text, length);
	ret_text[length] = '\0';
}

static void tell(const struct commands *commands, const struct run *run)
{
	const struct command_parsed *parsed = &run->parsed;
	struct event event = {.type = run->error ? EVENT_COMMAND_REFUSED : EVENT_COMMAND_ACCEPTED,
	                      .at = run->now,
	                      .subject_kind = parsed->engine.kind,
	                      .subject = parsed->engine.subject,
	                      .condition = parsed->engine.condition,
	                      .priority = PRIORITY,
	                      .point = SITE_NONE};
	char words[3 * LIMIT_REASON];

	if (run->error)
		snprintf(words, sizeof words, "%s %s refused: %s: %s", parsed->name[0] ? parsed->name : "command",
		         parsed->target, command_error_name(run->error), run->detail);
	else
		snprintf(words, sizeof words, "%s %s%s%s", parsed->name, parsed->target,
		         parsed->engine.reason[0] ? ": " : "", parsed->engine.reason);
	copy_cut(event.reason, sizeof event.reason, words);
	snprintf(event.user, sizeof event.user, "%s", parsed->engine.user);
	snprintf(event.station, sizeof event.station, "%s", parsed->engine.station);
	snprintf(event.command, sizeof event.command, "%s", parsed->engine.id);
	event_emit(commands->sink, &event);
}

static void write_answer(const struct run *run, char answer[ANSWER_BYTES])
{
	struct json json = json_begin(answer, ANSWER_BYTES);
	char time[28];

	event_time_text(run->wall, time);
	json_open_object(&json, NULL);
	json_text(&json, "id", run->parsed.engine.id[0] ? run->parsed.engine.id : NULL);
	json_bool(&json, "ok", run->error == COMMAND_ERROR_NONE);
	if (run->error) {
		json_text(&json, "error", command_error_name(run->error));
		json_text(&json, "detail", run->detail);
	}
	json_text(&json, "time", time);
	json_close(&json);
	if (json_end(&json) < 0) /* a detail that quotes a hostile member name: the name of the error is enough */
		snprintf(answer, ANSWER_BYTES, "{\"id\":null,\"ok\":false,\"error\":\"%s\"}",
		         command_error_name(run->error));
}

static int code_of(enum command_error error)
{
	if (error == COMMAND_ERROR_NONE)
		return CODE_DONE;
	return error == COMMAND_ERROR_NOT_ALLOWED || error == COMMAND_ERROR_LEVEL ? CODE_REFUSED : CODE_NO;
}

static int finish(struct commands *commands, const struct run *run, char answer[ANSWER_BYTES])
{
	int code = code_of(run->error);

	tell(commands, run);
	write_answer(run, answer);
	if (worth_remembering(run))
		remember(commands, run, code, answer);
	return code;
}

static int repeat(struct commands *commands, struct run *run, const struct remembered *former,
                  char answer[ANSWER_BYTES])
{
	refuse(run, COMMAND_ERROR_REPEATED, "this id was answered before; the answer is given again");
	tell(commands, run);
	memcpy(answer, former->answer, ANSWER_BYTES);
	return former->code;
}

int commands_run(struct commands *commands, const struct command_request *request, struct mono now, struct wall wall,
                 char *ret_json, size_t size)
{
	struct run run = {.request = request, .now = now, .wall = wall};
	char answer[ANSWER_BYTES];
	int code;

	assert(size > 0);
	enum command_error parse_error = command_parse(request, &run.parsed, run.detail);
	bool in_time = take_token(&commands->buckets[request->source], now);
	const struct remembered *former = request->retained || !in_time ? NULL : recall(commands, &run);
	if (request->retained)
		refuse(&run, COMMAND_ERROR_RETAINED, "a retained command would be carried out again and again");
	else if (!in_time)
		refuse(&run, COMMAND_ERROR_RATE, "at most 10 commands a second are taken");
	else
		run.error = parse_error;
	if (former && parse_error == COMMAND_ERROR_NONE) {
		code = repeat(commands, &run, former, answer);
	} else {
		if (!run.error)
			judge(commands, &run);
		code = finish(commands, &run, answer);
	}
	if (snprintf(ret_json, size, "%s", answer) >= (int)size)
		snprintf(ret_json, size, "{}");
	return code;
}
