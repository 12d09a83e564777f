/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commands - what people may order, whoever carries the words: the control socket or the broker.
 *
 * The rules of the contract: JSON object, at most LIMIT_COMMAND_BYTES; refused when retained, when older than
 * 20 s or more than 40 s ahead, when the id was seen before (the first answer is repeated and nothing is done
 * twice), when it names an occurrence that is not current, when the site file does not allow it from there, when
 * it comes faster than LIMIT_COMMAND_RATE. Every command, taken or refused, is an event.
 */
#ifndef PICKET_COMMANDS_H
#define PICKET_COMMANDS_H

#include "gateway/alarm/engine.h"
#include "gateway/event_json.h"

struct commands;
struct outputs;

enum command_source {
	COMMAND_FROM_SOCKET, /* a local user; freshness and allow-list do not apply, `user` is given by the socket */
	COMMAND_FROM_BROKER,
};

struct command_request {
	enum command_source source;
	const char *json;
	size_t length;
	bool retained;
	const char *user; /* from the socket: the peer's name; NULL: as the command says */
};

int commands_new(const struct event_context *context, struct engine *engine, const struct event_sink *sink,
                 struct commands **ret_commands);
/* Without it there are no outputs to command. */
void commands_connect(struct commands *commands, struct outputs *outputs);
void commands_free(struct commands **commands);

/*
 * Carries one command out and writes the JSON answer: {"id":…,"ok":true,…} or
 * {"id":…,"ok":false,"error":"stale_occurrence","detail":"…","time":"…"}. Returns 0 when it was done, 1 when the answer
 * is no, 4 when it was refused as not allowed: the exit codes of picketctl.
 */
int commands_run(struct commands *commands, const struct command_request *request, struct mono now, struct wall wall,
                 char *ret_json, size_t size);

#endif
