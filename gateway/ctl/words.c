/* SPDX-License-Identifier: Apache-2.0 */
/* words - see words.h */
#include "gateway/ctl/words.h"

#include "drivers/sample.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

void words_duration(int64_t ms, char ret_text[WORDS_BYTES])
{
	long long s = ms / 1000, min = s / 60, h = min / 60, d = h / 24;

	if (ms == 0)
		snprintf(ret_text, WORDS_BYTES, "0 s");
	else if (ms < 1000)
		snprintf(ret_text, WORDS_BYTES, "%lld ms", (long long)ms);
	else if (s < 60)
		snprintf(ret_text, WORDS_BYTES, "%lld.%lld s", s, (long long)(ms % 1000 / 100));
	else if (min < 60)
		snprintf(ret_text, WORDS_BYTES, "%lld min", min);
	else if (h < 24)
		snprintf(ret_text, WORDS_BYTES, "%lld h %lld min", h, min % 60);
	else
		snprintf(ret_text, WORDS_BYTES, "%lld d %lld h", d, h % 24);
}

/* Adds "NAME N", after a comma where something is there. */
static void add_count(char ret_text[WORDS_BYTES], const char *name, int64_t count)
{
	size_t used = strlen(ret_text);

	if (count > 0)
		snprintf(ret_text + used, WORDS_BYTES - used, "%s%s %lld", used ? ", " : "", name, (long long)count);
}

void words_faults(const struct json_node *faults, const struct json_node *exceptions, char ret_text[WORDS_BYTES])
{
	ret_text[0] = '\0';
	for (int fault = FAULT_NONE + 1; fault < FAULT_COUNT; fault++) {
		const char *name = fault_name((enum fault)fault);
		if (fault != FAULT_EXCEPTION || !exceptions)
			add_count(ret_text, name, json_node_int(faults, name, 0));
	}
	for (unsigned code = 0; exceptions && code < 16; code++) {
		char key[12], name[24];
		snprintf(key, sizeof key, "%u", code);
		snprintf(name, sizeof name, "exception %s:", code ? key : "other");
		add_count(ret_text, name, json_node_int(exceptions, key, 0));
	}
}

void words_local_time(const char *utc, char ret_text[WORDS_BYTES])
{
	struct tm parts = {0}, local;
	unsigned thousandths = 0;
	char day[32];
	const char *rest = strptime(utc, "%Y-%m-%dT%H:%M:%S", &parts);

	if (!rest) {
		snprintf(ret_text, WORDS_BYTES, "%s", utc);
		return;
	}
	if (rest[0] == '.')
		(void)sscanf(rest + 1, "%3u", &thousandths);
	time_t seconds = timegm(&parts);
	localtime_r(&seconds, &local);
	strftime(day, sizeof day, "%Y-%m-%d %H:%M:%S", &local);
	snprintf(ret_text, WORDS_BYTES, "%s.%03u", day, thousandths);
}
