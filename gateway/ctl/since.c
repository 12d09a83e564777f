/* SPDX-License-Identifier: Apache-2.0 */
/* since - see since.h */
#include "gateway/ctl/since.h"

#include "gateway/ctl/options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define AGE_MAX 100000000 /* of any unit: further back than any journal */

static int take_time(time_t seconds, struct since *ret_since)
{
	struct tm utc;

	gmtime_r(&seconds, &utc);
	*ret_since = (struct since){0};
	strftime(ret_since->time, sizeof ret_since->time, "%Y-%m-%dT%H:%M:%S", &utc);
	return 0;
}

static int parse_age(const char *text, time_t now, struct since *ret_since)
{
	static const struct {
		char unit;
		time_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	char digits[16];
	size_t length = strlen(text);
	uint64_t count;

	if (length < 2 || length > sizeof digits)
		return -EINVAL;
	snprintf(digits, sizeof digits, "%.*s", (int)(length - 1), text);
	if (options_number(digits, AGE_MAX, &count) < 0)
		return -EINVAL;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (units[i].unit == text[length - 1])
			return take_time(now - (time_t)count * units[i].seconds, ret_since);
	return -EINVAL;
}

/* The whole text in one of the formats, the date of today where the format has none. */
static int parse_clock(const char *text, time_t now, struct since *ret_since)
{
	static const char *const formats[] = {
	        "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M",
	        "%Y-%m-%d",          "%H:%M:%S",          "%H:%M"};

	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		struct tm parts;
		localtime_r(&now, &parts);
		parts.tm_hour = parts.tm_min = parts.tm_sec = 0;
		const char *rest = strptime(text, formats[i], &parts);
		if (!rest || (rest[0] != '\0' && strcmp(rest, "Z") != 0))
			continue;
		parts.tm_isdst = -1;
		return take_time(rest[0] == 'Z' ? timegm(&parts) : mktime(&parts), ret_since);
	}
	return -EINVAL;
}

int since_parse(const char *text, time_t now, struct since *ret_since)
{
	uint64_t seq;

	if (options_number(text, INT64_MAX, &seq) == 0) {
		*ret_since = (struct since){.seq = seq ? seq : 1};
		return 0;
	}
	if (parse_age(text, now, ret_since) == 0)
		return 0;
	return parse_clock(text, now, ret_since);
}
