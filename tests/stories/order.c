/* SPDX-License-Identifier: Apache-2.0 */
/* order - see order.h */
#include "tests/stories/order.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define WORD_BYTES 80

const char *order_result(enum command_result result)
{
	static const char *const results[] = {
	        [COMMAND_OK] = "ok",
	        [COMMAND_NO_SUCH_TARGET] = "no such target",
	        [COMMAND_STALE_OCCURRENCE] = "stale occurrence",
	        [COMMAND_NOT_NEEDED] = "not needed",
	        [COMMAND_STILL_ACTIVE] = "still active",
	        [COMMAND_NOT_ACKED] = "not acknowledged",
	        [COMMAND_BLOCKED] = "blocked",
	        [COMMAND_NOT_MASKABLE] = "not maskable",
	        [COMMAND_NO_REASON] = "no reason",
	        [COMMAND_TOO_LONG] = "too long",
	        [COMMAND_LEVEL] = "level too low",
	};

	return results[result];
}

static void find_target(const struct site *site, const char *target, struct engine_command *command)
{
	const char *slash = strchr(target, '/');
	bool sensor = slash || command->verb == VERB_BYPASS || command->verb == VERB_RESTORE;
	char id[WORD_BYTES];

	snprintf(id, sizeof id, "%.*s", slash ? (int)(slash - target) : (int)strlen(target), target);
	command->kind = sensor ? SUBJECT_SENSOR : SUBJECT_AREA;
	command->subject = sensor ? site_sensor_by_id(site, id) : site_area_by_id(site, id);
	command->condition = COND_NONE;
	if (!slash)
		return;
	if (command->subject == SITE_NONE && site_rule_by_id(site, id) != SITE_NONE) {
		command->kind = SUBJECT_RULE;
		command->subject = site_rule_by_id(site, id);
	} else if (command->subject == SITE_NONE) {
		command->kind = SUBJECT_DEVICE;
		command->subject = site_device_by_id(site, id);
	}
	command->condition = condition_by_name(slash + 1);
	if (command->condition == COND_NONE)
		command->condition = COND_INPUT_ACTIVE; /* a name of the site's own */
}

static bool take_word(const char *word, struct engine_command *command)
{
	unsigned number;

	if (sscanf(word, "#%" SCNu64, &command->occurrence) == 1 || sscanf(word, "for=%u", &command->for_s) == 1 ||
	    sscanf(word, "by=%64s", command->user) == 1 || sscanf(word, "at=%64s", command->station) == 1)
		return true;
	if (sscanf(word, "level=%u", &number) == 1)
		command->level = (enum command_level)number;
	else if (strcmp(word, "once") == 0)
		command->one_shot = true;
	else if (strcmp(word, "override") == 0)
		command->override = true;
	else if (strcmp(word, "isolate") == 0)
		command->isolate = true;
	else
		return false;
	return true;
}

bool order_read(const struct site *site, const char *verb, const char *text, struct engine_command *ret_command)
{
	struct engine_command command = {.verb = command_verb_by_name(verb), .level = LEVEL_OPERATOR, .user = "op12"};
	char word[WORD_BYTES];
	int used = 0;

	if (sscanf(text, "%79s %n", word, &used) < 1)
		return false;
	find_target(site, word, &command);
	for (text += used; *text; text += used) {
		if (strncmp(text, "why ", 4) == 0) {
			snprintf(command.reason, sizeof command.reason, "%s", text + 4);
			break;
		}
		used = 0;
		if (sscanf(text, "%79s %n", word, &used) < 1 || used == 0 || !take_word(word, &command))
			return false;
	}
	*ret_command = command;
	return true;
}
