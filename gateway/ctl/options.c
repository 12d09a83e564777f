/* SPDX-License-Identifier: Apache-2.0 */
/* options - see options.h */
#include "gateway/ctl/options.h"

#include "config/nearest.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define VALUE_BASE   256 /* getopt's value of an option is this and its id, apart from every letter */
#define LINES_MAX    1000000
#define PRIORITY_MAX 5

const struct option_info option_infos[OPTION_COUNT] = {
        [OPTION_SOCKET] = {"socket", 0, "PATH", "the daemon's control socket"},
        [OPTION_GATEWAY] = {"gateway", 0, "ID", "the daemon of this gateway, when several run here"},
        [OPTION_JSON] = {"json", 0, NULL, "one JSON document; one a line when following"},
        [OPTION_HELP] = {"help", 'h', NULL, "this text"},
        [OPTION_VERSION] = {"version", 0, NULL, "the version"},
        [OPTION_FOLLOW] = {"follow", 'f', NULL, "go on with what happens from now on, until Ctrl-C"},
        [OPTION_LINES] = {"lines", 'n', "N", "the last N events (20, or all with --since)"},
        [OPTION_SINCE] = {"since", 0, "WHEN",
                          "from a seq, a time (2026-11-23T21:03, 21:03) or an age (15m, 2h, 3d) on"},
        [OPTION_SENSOR] = {"sensor", 0, "ID", "only of this sensor, device or area"},
        [OPTION_PRIORITY] = {"priority", 0, "N", "only of priority 0 (duress) to N"},
        [OPTION_JOURNAL] = {"journal", 0, "FILE", "read this journal; the daemon may be dead"},
        [OPTION_SITE] = {"site", 0, "FILE", "read the journal of this site file; the daemon may be dead"},
        [OPTION_REASON] = {"reason", 0, "TEXT", "why, for the record"},
        [OPTION_VERBOSE] = {"verbose", 'v', NULL, "all that there is to say, not only the worst"},
        [OPTION_OCCURRENCE] = {"occurrence", 0, "ID", "only if this occurrence is still the current one"},
        [OPTION_FOR] = {"for", 0, "TIME", "how long: 90s, 15m, 2h, 3d"},
        [OPTION_ONCE] = {"once", 0, NULL, "at most until it is gone the next time"},
        [OPTION_YES] = {"yes", 'y', NULL, "do not ask"},
        [OPTION_DEVICE] = {"device", 0, "ID", "only of this device"},
        [OPTION_ISOLATE] = {"isolate", 0, NULL, "until restored, 30 days at most; else for one set period"},
        [OPTION_OVERRIDE] = {"override", 0, NULL, "set although something blocks; inhibits it for this set period"},
};

int options_number(const char *text, uint64_t max, uint64_t *ret_number)
{
	uint64_t number = 0;

	if (*text == '\0')
		return -EINVAL;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -EINVAL;
		uint64_t digit = (uint64_t)(*text - '0');
		if (digit > max || number > (max - digit) / 10)
			return -EINVAL;
		number = number * 10 + digit;
	}
	*ret_number = number;
	return 0;
}

int options_duration(const char *text, uint32_t *ret_seconds)
{
	static const struct {
		char unit;
		uint32_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	char digits[16];
	size_t length = strlen(text);
	uint64_t count;

	if (length < 2 || length > sizeof digits)
		return -EINVAL;
	snprintf(digits, sizeof digits, "%.*s", (int)(length - 1), text);
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (units[i].unit != text[length - 1])
			continue;
		if (options_number(digits, INT32_MAX / units[i].seconds, &count) < 0)
			return -EINVAL;
		*ret_seconds = (uint32_t)count * units[i].seconds;
		return 0;
	}
	return -EINVAL;
}

/* What getopt_long() wants, made of the table. */
struct getopt_tables {
	char letters[2 * OPTION_COUNT + 3];
	struct option names[OPTION_COUNT + 1];
};

static void make_tables(struct getopt_tables *ret_tables, unsigned allowed, bool stop_early)
{
	size_t letter = 0, name = 0;

	*ret_tables = (struct getopt_tables){0};
	if (stop_early)
		ret_tables->letters[letter++] = '+';
	ret_tables->letters[letter++] = ':'; /* tell a missing value from an unknown option */
	for (int id = 0; id < OPTION_COUNT; id++) {
		const struct option_info *info = &option_infos[id];
		if (!(allowed & 1u << id))
			continue;
		ret_tables->names[name++] = (struct option){.name = info->name,
		                                            .has_arg = info->value ? required_argument : no_argument,
		                                            .val = VALUE_BASE + id};
		if (!info->letter)
			continue;
		ret_tables->letters[letter++] = info->letter;
		if (info->value)
			ret_tables->letters[letter++] = ':';
	}
}

static int option_of(int value)
{
	for (int id = 0; id < OPTION_COUNT; id++)
		if (value == VALUE_BASE + id || (option_infos[id].letter && value == option_infos[id].letter))
			return id;
	return OPTION_COUNT;
}

/* `word` as typed, with its dashes and perhaps a value. */
static int unknown_option(const char *word, unsigned allowed, char reterr[OPTIONS_ERROR])
{
	struct nearest near;
	char name[64];

	snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
	nearest_start(&near, name);
	for (int id = 0; id < OPTION_COUNT; id++) {
		if (strcmp(option_infos[id].name, name) == 0 && !(allowed & 1u << id)) {
			snprintf(reterr, OPTIONS_ERROR, "--%s does not go with this verb", name);
			return -EINVAL;
		}
		if (allowed & 1u << id)
			nearest_offer(&near, option_infos[id].name);
	}
	if (near.best)
		snprintf(reterr, OPTIONS_ERROR, "no option --%s; did you mean --%s?", name, near.best);
	else
		snprintf(reterr, OPTIONS_ERROR, "no option --%s", name);
	return -EINVAL;
}

static int refused_option(char **argv, unsigned allowed, char reterr[OPTIONS_ERROR])
{
	int id = optopt ? option_of(optopt) : OPTION_COUNT;

	if (optopt >= VALUE_BASE && id < OPTION_COUNT)
		snprintf(reterr, OPTIONS_ERROR, "--%s takes no value", option_infos[id].name);
	else if (id < OPTION_COUNT)
		snprintf(reterr, OPTIONS_ERROR, "-%c does not go with this verb", optopt);
	else if (optopt)
		snprintf(reterr, OPTIONS_ERROR, "no option -%c", optopt);
	else
		return unknown_option(argv[optind - 1], allowed, reterr);
	return -EINVAL;
}

static int take_number(enum option_id id, const char *text, uint32_t *ret_number, char reterr[OPTIONS_ERROR])
{
	uint64_t number, max = id == OPTION_PRIORITY ? PRIORITY_MAX : LINES_MAX;

	if (options_number(text, max, &number) < 0) {
		snprintf(reterr, OPTIONS_ERROR, "--%s wants a number from 0 to %llu, not \"%.40s\"",
		         option_infos[id].name, (unsigned long long)max, text);
		return -EINVAL;
	}
	*ret_number = (uint32_t)number;
	return 0;
}

static int take_option(enum option_id id, struct options *options, char reterr[OPTIONS_ERROR])
{
	options->given[id] = true;
	options->values[id] = option_infos[id].value ? optarg : NULL;
	if (id == OPTION_PRIORITY)
		return take_number(id, optarg, &options->priority, reterr);
	if (id == OPTION_LINES)
		return take_number(id, optarg, &options->lines, reterr);
	if (id == OPTION_FOR && (options_duration(optarg, &options->for_s) < 0 || options->for_s == 0)) {
		snprintf(reterr, OPTIONS_ERROR, "--for wants a time like 90s, 15m, 2h or 3d, not \"%.40s\"", optarg);
		return -EINVAL;
	}
	return 0;
}

int options_parse(int argc, char **argv, unsigned allowed, bool stop_early, struct options *options,
                  char reterr[OPTIONS_ERROR])
{
	struct getopt_tables tables;
	int value, error = 0;

	make_tables(&tables, allowed, stop_early);
	opterr = 0;
	optind = 0; /* GNU: begin anew */
	while (error == 0 && (value = getopt_long(argc, argv, tables.letters, tables.names, NULL)) != -1) {
		int id = option_of(value);
		if (value == '?')
			error = refused_option(argv, allowed, reterr);
		else if (value == ':') {
			snprintf(reterr, OPTIONS_ERROR, "%.60s wants a value", argv[optind - 1]);
			error = -EINVAL;
		} else {
			assert(id < OPTION_COUNT);
			error = take_option((enum option_id)id, options, reterr);
		}
	}
	return error < 0 ? error : optind;
}
