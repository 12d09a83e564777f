/* SPDX-License-Identifier: Apache-2.0 */
/* command_parse - see command_parse.h */
#include "gateway/command_parse.h"

#include "gateway/command_time.h"
#include "gateway/json_doc.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DETAIL (LIMIT_REASON + 1)

static const char *const error_names[COMMAND_ERROR_COUNT] = {
        [COMMAND_ERROR_NONE] = "none",
        [COMMAND_ERROR_TOO_LARGE] = "too_large",
        [COMMAND_ERROR_MALFORMED] = "malformed",
        [COMMAND_ERROR_RETAINED] = "retained",
        [COMMAND_ERROR_RATE] = "rate",
        [COMMAND_ERROR_TOO_OLD] = "too_old",
        [COMMAND_ERROR_AHEAD] = "ahead",
        [COMMAND_ERROR_NOT_SUPPORTED] = "not_supported",
        [COMMAND_ERROR_NOT_ALLOWED] = "not_allowed",
        [COMMAND_ERROR_NO_SUCH_TARGET] = "no_such_target",
        [COMMAND_ERROR_STALE_OCCURRENCE] = "stale_occurrence",
        [COMMAND_ERROR_NOT_NEEDED] = "not_needed",
        [COMMAND_ERROR_STILL_ACTIVE] = "still_active",
        [COMMAND_ERROR_NOT_ACKED] = "not_acked",
        [COMMAND_ERROR_BLOCKED] = "blocked",
        [COMMAND_ERROR_NOT_MASKABLE] = "not_maskable",
        [COMMAND_ERROR_NO_REASON] = "no_reason",
        [COMMAND_ERROR_TOO_LONG] = "too_long",
        [COMMAND_ERROR_LEVEL] = "level",
        [COMMAND_ERROR_REPEATED] = "repeated",
};

const char *command_error_name(enum command_error error)
{
	assert(error < COMMAND_ERROR_COUNT);
	return error_names[error];
}

__attribute__((format(printf, 3, 4))) static enum command_error fail(enum command_error error, char detail[DETAIL],
                                                                     const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(detail, DETAIL, format, arguments);
	va_end(arguments);
	return error;
}

static const char *const members[] = {"id",    "cmd",      "target",  "occurrence", "user", "station", "reason", "time",
                                      "for_s", "one_shot", "isolate", "override",   "from", "to",      "state"};
static const char *const later[] = {"resend", "snapshot", "test_start", "test_end"};

struct field {
	const char *key;
	char *text;
	size_t size;
	bool required;
};

static enum command_error take_field(const struct json_node *root, const struct field *field, char detail[DETAIL])
{
	const char *text = json_node_text(root, field->key, NULL);

	if (!text && json_node_member(root, field->key))
		return fail(COMMAND_ERROR_MALFORMED, detail, "%s must be a string", field->key);
	if (!text || text[0] == '\0') {
		if (!field->required)
			return COMMAND_ERROR_NONE;
		return fail(COMMAND_ERROR_MALFORMED, detail, "%s is missing", field->key);
	}
	if (strlen(text) >= field->size)
		return fail(COMMAND_ERROR_MALFORMED, detail, "%s is longer than %zu bytes", field->key,
		            field->size - 1);
	snprintf(field->text, field->size, "%s", text);
	return COMMAND_ERROR_NONE;
}

/* An id is copied into answers and events, and compared: printable ASCII without spaces. */
static bool id_ok(const char *id)
{
	for (; *id; id++)
		if (*id <= ' ' || *id > '~')
			return false;
	return true;
}

static enum command_error take_time(const struct json_node *root, bool required, struct command_parsed *parsed,
                                    char detail[DETAIL])
{
	const char *text = json_node_text(root, "time", NULL);

	if (!text && json_node_member(root, "time"))
		return fail(COMMAND_ERROR_MALFORMED, detail, "time must be a string");
	if (!text && required)
		return fail(COMMAND_ERROR_MALFORMED, detail, "time is missing: how fresh a command is must be known");
	if (!text)
		return COMMAND_ERROR_NONE;
	if (command_time_parse(text, &parsed->time) < 0)
		return fail(COMMAND_ERROR_MALFORMED, detail, "time must look like 2026-11-23T21:03:04Z");
	parsed->has_time = true;
	return COMMAND_ERROR_NONE;
}

static enum command_error take_flag(const struct json_node *root, const char *key, bool *ret_flag, char detail[DETAIL])
{
	if (json_node_bool(root, key, false) != json_node_bool(root, key, true) && json_node_member(root, key))
		return fail(COMMAND_ERROR_MALFORMED, detail, "%s must be true or false", key);
	*ret_flag = json_node_bool(root, key, false);
	return COMMAND_ERROR_NONE;
}

/* How a mask is meant: for_s, one_shot, isolate. */
static enum command_error take_mask(const struct json_node *root, struct engine_command *engine, char detail[DETAIL])
{
	int64_t for_s = json_node_int(root, "for_s", 0);

	if (json_node_member(root, "for_s") && (for_s < 1 || for_s > UINT32_MAX))
		return fail(COMMAND_ERROR_MALFORMED, detail, "for_s must be a whole number of seconds, at least 1");
	engine->for_s = (uint32_t)for_s;
	enum command_error error = take_flag(root, "one_shot", &engine->one_shot, detail);
	error = error ? error : take_flag(root, "isolate", &engine->isolate, detail);
	return error ? error : take_flag(root, "override", &engine->override, detail);
}

/* A member that the command does not know must not be taken for obeyed. */
static enum command_error check_mask(const struct command_parsed *parsed, char detail[DETAIL])
{
	const struct engine_command *engine = &parsed->engine;
	bool shelve = engine->verb == VERB_SHELVE, bypass = engine->verb == VERB_BYPASS;
	bool output = engine->verb == VERB_OUTPUT;
	bool timed = shelve || output || engine->verb == VERB_OUT_OF_SERVICE || (bypass && engine->isolate);

	if (engine->for_s && !timed)
		return fail(COMMAND_ERROR_MALFORMED, detail, "for_s: %s has no such time%s", parsed->name,
		            bypass ? " unless isolate is true: it lasts one set period" : "");
	if (engine->one_shot && !shelve)
		return fail(COMMAND_ERROR_MALFORMED, detail, "one_shot belongs to shelve");
	if (parsed->state[0] && !output)
		return fail(COMMAND_ERROR_MALFORMED, detail, "state belongs to output");
	if (engine->override && engine->verb != VERB_SET)
		return fail(COMMAND_ERROR_MALFORMED, detail, "override belongs to set");
	if (engine->isolate && !bypass)
		return fail(COMMAND_ERROR_MALFORMED, detail, "isolate belongs to bypass");
	return COMMAND_ERROR_NONE;
}

static enum command_error take_verb(struct command_parsed *parsed, char detail[DETAIL])
{
	parsed->engine.verb = command_verb_by_name(parsed->name);
	if (parsed->engine.verb != VERB_COUNT)
		return COMMAND_ERROR_NONE;
	for (size_t i = 0; i < sizeof later / sizeof later[0]; i++)
		if (strcmp(later[i], parsed->name) == 0)
			return fail(COMMAND_ERROR_NOT_SUPPORTED, detail, "%s is not supported yet", parsed->name);
	return fail(COMMAND_ERROR_MALFORMED, detail, "cmd %s: no such command", parsed->name);
}

static enum command_error take_members(const struct json_node *root, const struct command_request *request,
                                       struct command_parsed *parsed, char detail[DETAIL])
{
	bool remote = request->source == COMMAND_FROM_BROKER;
	struct engine_command *engine = &parsed->engine;
	const struct field fields[] = {
	        {"id", engine->id, sizeof engine->id, true},
	        {"user", engine->user, sizeof engine->user, remote},
	        {"station", engine->station, sizeof engine->station, false},
	        {"reason", engine->reason, sizeof engine->reason, false},
	        {"cmd", parsed->name, sizeof parsed->name, true},
	        {"target", parsed->target, sizeof parsed->target, false},
	        {"occurrence", parsed->occurrence, sizeof parsed->occurrence, false},
	        {"state", parsed->state, sizeof parsed->state, false},
	};
	enum command_error first = COMMAND_ERROR_NONE;
	char ignored[DETAIL];

	/* what can be read is read, so that the event and the answer say whose command it was */
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		enum command_error error = take_field(root, &fields[i], first ? ignored : detail);
		first = first ? first : error;
	}
	if (!first && !id_ok(engine->id)) {
		engine->id[0] = '\0';
		first = fail(COMMAND_ERROR_MALFORMED, detail, "id must be printable ASCII without spaces");
	}
	return first ? first : take_time(root, remote, parsed, detail);
}

static enum command_error take_root(const struct json_node *root, const struct command_request *request,
                                    struct command_parsed *parsed, char detail[DETAIL])
{
	if (!json_node_is_object(root))
		return fail(COMMAND_ERROR_MALFORMED, detail, "a command is a JSON object");
	enum command_error error = take_members(root, request, parsed, detail);
	if (error)
		return error;
	const char *stranger = json_node_stranger(root, members, sizeof members / sizeof members[0]);
	if (stranger)
		return fail(COMMAND_ERROR_MALFORMED, detail, "%.40s: a command has no such member", stranger);
	error = take_verb(parsed, detail);
	if (!error)
		error = take_mask(root, &parsed->engine, detail);
	if (!error)
		error = check_mask(parsed, detail);
	if (!error && parsed->target[0] == '\0')
		error = fail(COMMAND_ERROR_MALFORMED, detail, "target is missing");
	return error;
}

enum command_error command_parse(const struct command_request *request, struct command_parsed *ret_parsed,
                                 char ret_detail[DETAIL])
{
	struct json_doc *doc = NULL;
	char why[160];

	*ret_parsed = (struct command_parsed){
	        .engine = {.verb = VERB_COUNT, .kind = SUBJECT_GATEWAY, .condition = COND_NONE}};
	if (request->user)
		snprintf(ret_parsed->engine.user, sizeof ret_parsed->engine.user, "%s", request->user);
	if (request->length > LIMIT_COMMAND_BYTES)
		return fail(COMMAND_ERROR_TOO_LARGE, ret_detail, "%zu bytes, at most %d are taken", request->length,
		            LIMIT_COMMAND_BYTES);
	int error = json_doc_parse(request->json, request->length, LIMIT_COMMAND_BYTES, &doc, why);
	if (error < 0)
		return fail(COMMAND_ERROR_MALFORMED, ret_detail, "%s", error == -ENOMEM ? "out of memory" : why);
	enum command_error result = take_root(json_doc_root(doc), request, ret_parsed, ret_detail);
	if (request->user) /* who it really is */
		snprintf(ret_parsed->engine.user, sizeof ret_parsed->engine.user, "%s", request->user);
	json_doc_free(&doc);
	return result;
}

/* --- target and occurrence ---------------------------------------------------------------------------------- */

static enum condition_id condition_of_sensor(const struct site *site, uint32_t sensor, const char *name)
{
	const enum condition_id *ids;
	size_t count = condition_of_kind(site->sensors[sensor].kind, &ids);

	for (size_t i = 0; i < count; i++)
		if (strcmp(site_condition_name(site, sensor, ids[i]), name) == 0)
			return ids[i];
	return COND_NONE;
}

/* device.lost and its like; a stuck one may be a sensor's as well, which has the name first. */
static bool is_of_device(const struct site *site, const char *id, const char *name)
{
	enum condition_id condition = condition_by_name(name);

	if (condition == COND_STUCK && site_sensor_by_id(site, id) != SITE_NONE)
		return false;
	return condition_is_of_devices(condition);
}

/* "sp3-inner/door.forced", or "gate-io/device.lost" of a device */
static enum command_error resolve_alarm(const struct site *site, struct command_parsed *parsed, char detail[DETAIL])
{
	struct engine_command *engine = &parsed->engine;
	const char *slash = strchr(parsed->target, '/');
	char id[LIMIT_ID + 1];

	if (!slash || slash - parsed->target > LIMIT_ID)
		return fail(COMMAND_ERROR_NO_SUCH_TARGET, detail, "the target of %s is SENSOR/CONDITION", parsed->name);
	snprintf(id, sizeof id, "%.*s", (int)(slash - parsed->target), parsed->target);
	if (is_of_device(site, id, slash + 1)) {
		engine->kind = SUBJECT_DEVICE;
		engine->subject = site_device_by_id(site, id);
		engine->condition = condition_by_name(slash + 1);
	} else if (condition_by_name(slash + 1) == COND_VERIFIED || condition_by_name(slash + 1) == COND_SEQUENCE) {
		engine->kind = SUBJECT_RULE;
		engine->subject = site_rule_by_id(site, id);
		engine->condition = condition_by_name(slash + 1);
	} else {
		engine->kind = SUBJECT_SENSOR;
		engine->subject = site_sensor_by_id(site, id);
		if (engine->subject != SITE_NONE)
			engine->condition = condition_of_sensor(site, engine->subject, slash + 1);
	}
	if (engine->subject != SITE_NONE && engine->condition != COND_NONE)
		return COMMAND_ERROR_NONE;
	bool known = engine->subject != SITE_NONE;
	engine->kind = SUBJECT_GATEWAY;
	engine->condition = COND_NONE;
	return known ? fail(COMMAND_ERROR_NO_SUCH_TARGET, detail, "%s has no condition %.60s", id, slash + 1)
	             : fail(COMMAND_ERROR_NO_SUCH_TARGET, detail, "there is no %s", id);
}

static enum command_error resolve_sensor(const struct site *site, struct command_parsed *parsed, char detail[DETAIL])
{
	uint32_t sensor = site_sensor_by_id(site, parsed->target);

	if (sensor == SITE_NONE)
		return fail(COMMAND_ERROR_NO_SUCH_TARGET, detail, "there is no sensor %.60s", parsed->target);
	parsed->engine.kind = SUBJECT_SENSOR;
	parsed->engine.subject = sensor;
	return COMMAND_ERROR_NONE;
}

static enum command_error resolve_area(const struct site *site, struct command_parsed *parsed, char detail[DETAIL])
{
	uint32_t area = site_area_by_id(site, parsed->target);

	if (area == SITE_NONE)
		return fail(COMMAND_ERROR_NO_SUCH_TARGET, detail, "there is no area %.60s", parsed->target);
	parsed->engine.kind = SUBJECT_AREA;
	parsed->engine.subject = area;
	return COMMAND_ERROR_NONE;
}

/* Digits only, no leading zero; 0: not so. */
static uint64_t parse_seq(const char *text)
{
	uint64_t seq = 0;

	if (*text == '0' || strlen(text) > 18)
		return 0;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return 0;
		seq = seq * 10 + (uint64_t)(*text - '0');
	}
	return seq;
}

/* "gw-1/674250a8/184467": an occurrence of another journal is no longer current by that alone. */
static enum command_error resolve_occurrence(const struct event_context *context, struct command_parsed *parsed,
                                             char detail[DETAIL])
{
	const char *text = parsed->occurrence;
	const char *first = strchr(text, '/'), *last = strrchr(text, '/');
	const char *gateway = context->site->gateway;

	if (text[0] == '\0')
		return COMMAND_ERROR_NONE;
	uint64_t seq = last && first != last ? parse_seq(last + 1) : 0;
	if (seq == 0)
		return fail(COMMAND_ERROR_MALFORMED, detail, "occurrence must look like %s/%s/123", gateway,
		            context->epoch);
	size_t gateway_length = (size_t)(first - text), epoch_length = (size_t)(last - first - 1);
	bool ours = gateway_length == strlen(gateway) && strncmp(text, gateway, gateway_length) == 0;
	bool now = epoch_length == strlen(context->epoch) && strncmp(first + 1, context->epoch, epoch_length) == 0;
	if (!ours || !now)
		return fail(COMMAND_ERROR_STALE_OCCURRENCE, detail, "it is of another %s; here are %s/%s/…",
		            ours ? "journal" : "gateway", gateway, context->epoch);
	parsed->engine.occurrence = seq;
	return COMMAND_ERROR_NONE;
}

static enum command_error resolve_output(const struct site *site, struct command_parsed *parsed, char detail[DETAIL])
{
	parsed->action = OUTPUT_ACTION_COUNT;
	for (int action = 0; action < OUTPUT_ACTION_COUNT; action++)
		if (strcmp(output_action_name((enum output_action)action), parsed->state) == 0)
			parsed->action = (enum output_action)action;
	if (parsed->action == OUTPUT_ACTION_COUNT)
		return fail(COMMAND_ERROR_MALFORMED, detail, "state of output must be on, off or pulse");
	for (uint32_t i = 0; i < site->output_count; i++) {
		if (strcmp(site->outputs[i].id, parsed->target) != 0)
			continue;
		parsed->engine.kind = SUBJECT_OUTPUT;
		parsed->engine.subject = i;
		return COMMAND_ERROR_NONE;
	}
	return fail(COMMAND_ERROR_NO_SUCH_TARGET, detail, "there is no output %.60s", parsed->target);
}

enum command_error command_resolve(const struct event_context *context, struct command_parsed *parsed,
                                   char ret_detail[DETAIL])
{
	bool of_area = parsed->engine.verb == VERB_SET || parsed->engine.verb == VERB_UNSET;
	bool of_sensor = parsed->engine.verb == VERB_BYPASS || parsed->engine.verb == VERB_RESTORE;
	bool of_output = parsed->engine.verb == VERB_OUTPUT;

	if ((of_area || of_sensor || of_output) && parsed->occurrence[0])
		return fail(COMMAND_ERROR_MALFORMED, ret_detail, "%s has no occurrence", parsed->name);
	if (of_output)
		return resolve_output(context->site, parsed, ret_detail);
	if (of_sensor)
		return resolve_sensor(context->site, parsed, ret_detail);
	if (of_area)
		return resolve_area(context->site, parsed, ret_detail);
	enum command_error error = resolve_alarm(context->site, parsed, ret_detail);
	return error ? error : resolve_occurrence(context, parsed, ret_detail);
}
