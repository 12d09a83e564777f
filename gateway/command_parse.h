/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command_parse - from the text of a command to what it asks for, by the contract's part 3, or to why not.
 *
 * No state, no clock: time comes in. Members: id, cmd, target, occurrence, user, station, reason, time, for_s, one_shot,
 * isolate, override, state; those that only later commands use are known, so that they get "not_supported"; any other member
 * is an error,
 * since a misspelt "occurence" must not turn into "the current one".
 */
#ifndef PICKET_COMMAND_PARSE_H
#define PICKET_COMMAND_PARSE_H

#include "gateway/commands.h"
#include "gateway/outputs.h"

/* Why a command is not carried out; the names are in the contract's documentation. */
enum command_error {
	COMMAND_ERROR_NONE,
	COMMAND_ERROR_TOO_LARGE,
	COMMAND_ERROR_MALFORMED,
	COMMAND_ERROR_RETAINED,
	COMMAND_ERROR_RATE,
	COMMAND_ERROR_TOO_OLD,
	COMMAND_ERROR_AHEAD,
	COMMAND_ERROR_NOT_SUPPORTED,
	COMMAND_ERROR_NOT_ALLOWED,
	COMMAND_ERROR_NO_SUCH_TARGET,
	COMMAND_ERROR_STALE_OCCURRENCE,
	COMMAND_ERROR_NOT_NEEDED,
	COMMAND_ERROR_STILL_ACTIVE,
	COMMAND_ERROR_NOT_ACKED,
	COMMAND_ERROR_BLOCKED,
	COMMAND_ERROR_NOT_MASKABLE,
	COMMAND_ERROR_NO_REASON,
	COMMAND_ERROR_TOO_LONG,
	COMMAND_ERROR_LEVEL,
	COMMAND_ERROR_REPEATED, /* in the event; its sender gets the first answer */
	COMMAND_ERROR_COUNT,
};
const char *command_error_name(enum command_error error); /* "stale_occurrence" … */

struct command_parsed {
	struct engine_command engine; /* id and people are filled in as far as they could be read */
	char name[24];                /* "ack", as given */
	char target[LIMIT_COMMAND_TARGET + 1];
	char occurrence[LIMIT_COMMAND_TARGET + 1]; /* "": the current one */
	char state[12];                            /* of an output, as given */
	enum output_action action;
	bool has_time;
	struct wall time;
};

/* ret_parsed is filled in as far as possible in every case, for the event and the answer. detail says what is wrong. */
enum command_error command_parse(const struct command_request *request, struct command_parsed *ret_parsed,
                                 char ret_detail[LIMIT_REASON + 1]);
/* Finds target and occurrence in the site. */
enum command_error command_resolve(const struct event_context *context, struct command_parsed *parsed,
                                   char ret_detail[LIMIT_REASON + 1]);

#endif
