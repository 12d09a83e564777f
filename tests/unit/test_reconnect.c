/* SPDX-License-Identifier: Apache-2.0 */
/* link: a hundred thousand connections that come to nothing, on virtual time. */
#include "wire.h"

#include <malloc.h>
#include <stdlib.h>

#define MANY 100000

static struct wire wire;
static struct {
	int64_t at_us, least_us; /* of the opens */
	unsigned count;
} opens;

/* Carries out what the link wants; each connection is refused, or accepted and lost after lives_us. */
static void carry(int64_t lives_us)
{
	for (;;) {
		struct link_action action = link_take_action(wire.link);
		if (!action.open)
			return;
		int64_t gap_us = wire.now.us - opens.at_us;
		if (opens.count++ > 0 && gap_us < opens.least_us)
			opens.least_us = gap_us;
		opens.at_us = wire.now.us;
		if (lives_us == 0) {
			link_closed(wire.link, wire.now);
			continue;
		}
		link_opened(wire.link, wire.now);
		wire.now = mono_add_us(wire.now, lives_us);
		link_run(wire.link, wire.now);
		(void)link_take_action(wire.link); /* its request, which nobody hears */
		link_closed(wire.link, wire.now);
	}
}

static void reconnect_many(bool tcp, int64_t lives_us)
{
	memset(&opens, 0, sizeof opens);
	opens.least_us = INT64_MAX;
	wire_init(&wire, tcp, 200);
	wire_add(&wire, 1, 100, 16);
	wire_add(&wire, 2, 1000, 16);
	wire.refuse = true;
	wire_begin(&wire, 7);
	size_t before = mallinfo2().uordblks;
	while (opens.count < MANY) {
		wire.now = link_next(wire.link).us > wire.now.us ? link_next(wire.link) : mono_add_us(wire.now, 1);
		link_run(wire.link, wire.now);
		carry(lives_us);
	}
	size_t after = mallinfo2().uordblks;
	ck_assert_uint_eq(before, after);
	link_free(&wire.link);
}

static void check_pace(void)
{
	int64_t mean_us = (wire.now.us - WIRE_START) / MANY;

	ck_assert_int_ge(opens.least_us, LIMIT_BACKOFF_MIN_MS * 1000 / 2); /* jitter takes up to half */
	ck_assert_int_ge(mean_us, LIMIT_BACKOFF_MAX_MS * 1000 / 2);
	ck_assert_int_le(mean_us, LIMIT_BACKOFF_MAX_MS * 1000 + 2500000);
	ck_assert_uint_eq(wire.units[0].lost, 1);
	ck_assert_uint_eq(wire.units[1].lost, 1);
	ck_assert_uint_eq(wire.units[0].back + wire.units[1].back, 0);
}

START_TEST(refused)
{
	reconnect_many(_i == 0, 0);
	check_pace();
	ck_assert_uint_eq(wire.stats.connects, 0);
}
END_TEST

START_TEST(lost_after_two_seconds)
{
	reconnect_many(_i == 0, 2000000);
	check_pace();
	ck_assert_uint_ge(wire.stats.connects, MANY - 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("reconnect");
	TCase *tc = tcase_create("many");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, refused, 0, 2);
	tcase_add_loop_test(tc, lost_after_two_seconds, 0, 2);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
