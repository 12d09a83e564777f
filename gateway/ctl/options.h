/* SPDX-License-Identifier: Apache-2.0 */
/* options - the options of all verbs in one table, and how a command line becomes values. */
#ifndef PICKET_OPTIONS_H
#define PICKET_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum option_id {
	OPTION_SOCKET,
	OPTION_GATEWAY,
	OPTION_JSON,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_FOLLOW,
	OPTION_LINES,
	OPTION_SINCE,
	OPTION_SENSOR,
	OPTION_PRIORITY,
	OPTION_JOURNAL,
	OPTION_SITE,
	OPTION_REASON,
	OPTION_OCCURRENCE,
	OPTION_VERBOSE,
	OPTION_FOR,
	OPTION_ONCE,
	OPTION_ISOLATE,
	OPTION_YES,
	OPTION_DEVICE,
	OPTION_OVERRIDE,
	OPTION_COUNT,
};

/* What every verb takes. */
#define OPTIONS_COMMON                                                                                                 \
	(1u << OPTION_SOCKET | 1u << OPTION_GATEWAY | 1u << OPTION_JSON | 1u << OPTION_HELP | 1u << OPTION_VERSION)

struct option_info {
	const char *name;  /* without the dashes */
	char letter;       /* 0: none */
	const char *value; /* what help calls it; NULL: a switch */
	const char *text;
};
extern const struct option_info option_infos[OPTION_COUNT];

struct options {
	bool given[OPTION_COUNT];
	const char *values[OPTION_COUNT]; /* of those with a value; NULL: not given */
	uint32_t priority, lines, for_s;  /* checked numbers of those three */
};

#define OPTIONS_ERROR 200

/*
 * Takes options from argv[1] on, those in `allowed`, and adds them to *options. With stop_early it ends at the first
 * word that is no option; otherwise all such words are moved to the end. Returns the index of the first of them, or
 * -EINVAL with a sentence for the person in reterr.
 */
int options_parse(int argc, char **argv, unsigned allowed, bool stop_early, struct options *options,
                  char reterr[OPTIONS_ERROR]);

/* "90s", "15m", "2h", "3d" in seconds, less than 2^31; -EINVAL. */
int options_duration(const char *text, uint32_t *ret_seconds);

/* A decimal number from 0 to max and nothing else; -EINVAL. */
int options_number(const char *text, uint64_t max, uint64_t *ret_number);

#endif
