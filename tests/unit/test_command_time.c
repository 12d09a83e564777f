/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 3339, strictly. */
#include "gateway/command_time.h"

#include <check.h>
#include <stddef.h>
#include <stdlib.h>

struct time_case {
	const char *text;
	int64_t us; /* -1: refused */
};

START_TEST(times_are_read_strictly)
{
	static const struct time_case cases[] = {
	        {"1970-01-01T00:00:00Z", 0},
	        {"2000-02-29T12:00:00Z", 951825600000000},
	        {"2026-11-23T21:03:04.512345Z", 1795467784512345},
	        {"2026-11-23T22:03:04.5+01:00", 1795467784500000},
	        {"2026-11-23T09:33:04-11:30", 1795467784000000},
	        {"2026-11-23T21:03:04.123456789Z", 1795467784123456},
	        {"2016-12-31T23:59:60Z", 1483228800000000},
	        {"", -1},
	        {"2026-11-23", -1},
	        {"2026-11-23T21:03:04", -1},
	        {"2026-11-23 21:03:04Z", -1},
	        {"2026-11-23t21:03:04z", -1},
	        {"2026-11-23T21:03:04.Z", -1},
	        {"2026-11-23T21:03:04Zx", -1},
	        {"2026-11-23T21:03:04+0100", -1},
	        {"2026-11-23T21:03:04+24:00", -1},
	        {"2026-13-01T00:00:00Z", -1},
	        {"2026-00-01T00:00:00Z", -1},
	        {"2026-02-29T00:00:00Z", -1},
	        {"1900-02-28T00:00:00Z", -1},
	        {"2026-11-31T00:00:00Z", -1},
	        {"2026-11-23T24:00:00Z", -1},
	        {"2026-11-23T21:60:00Z", -1},
	        {"2026-11-23T21:03:61Z", -1},
	        {"+026-11-23T21:03:04Z", -1},
	        {"2026-11-23T21:03:04.1234567890Z", -1},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct wall time = {-1};
		int error = command_time_parse(cases[i].text, &time);
		ck_assert_msg((error == 0) == (cases[i].us >= 0), "%s", cases[i].text);
		ck_assert_msg(time.us == cases[i].us, "%s: %lld", cases[i].text, (long long)time.us);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("command_time");
	TCase *tests = tcase_create("command_time");

	tcase_add_test(tests, times_are_read_strictly);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
