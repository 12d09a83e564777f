/* SPDX-License-Identifier: Apache-2.0 */
/* timers: the heap gives what a plain search would give, in the same order. */
#include "gateway/alarm/timers.h"

#include <check.h>
#include <stdlib.h>

#define THINGS 37
#define STEPS  20000

static struct timers timers;
static struct mono wanted[THINGS]; /* MONO_NEVER: idle */
static uint64_t random_state;

static uint32_t dice(uint32_t sides)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(random_state >> 33) % sides;
}

static void setup(void)
{
	random_state = 7;
	ck_assert_int_eq(timers_new(&timers, THINGS), 0);
	for (uint32_t i = 0; i < THINGS; i++)
		wanted[i] = MONO_NEVER;
}

static void teardown(void)
{
	timers_free(&timers);
}

static uint32_t first_wanted(void)
{
	uint32_t first = 0;

	for (uint32_t i = 1; i < THINGS; i++)
		if (wanted[i].us < wanted[first].us)
			first = i;
	return first;
}

static void take_all(struct mono now)
{
	uint32_t thing;

	while (timers_take(&timers, now, &thing)) {
		uint32_t first = first_wanted();

		if (thing != first || wanted[first].us > now.us)
			ck_abort_msg("took %u, wanted %u", thing, first);
		wanted[thing] = MONO_NEVER;
	}
	if (wanted[first_wanted()].us <= now.us || timers_next(&timers).us != wanted[first_wanted()].us)
		ck_abort_msg("left one that is due");
}

START_TEST(order_is_that_of_a_plain_search)
{
	for (uint32_t step = 0; step < STEPS; step++) {
		uint32_t thing = dice(THINGS), fate = dice(10);

		if (fate < 6) {
			wanted[thing].us = (int64_t)step + dice(50); /* many at the same moment */
			timers_set(&timers, thing, wanted[thing]);
		} else if (fate < 8) {
			wanted[thing] = MONO_NEVER;
			timers_clear(&timers, thing);
		} else {
			take_all((struct mono){step});
		}
		if (timers_next(&timers).us != wanted[first_wanted()].us)
			ck_abort_msg("step %u: next is wrong", step);
	}
}
END_TEST

START_TEST(none_runs_at_first)
{
	uint32_t thing = 99;

	ck_assert_int_eq(timers_next(&timers).us, INT64_MAX);
	ck_assert(!timers_take(&timers, (struct mono){INT64_MAX - 1}, &thing));
	ck_assert_uint_eq(thing, 99);
	timers_clear(&timers, 3);
	ck_assert_int_eq(timers_next(&timers).us, INT64_MAX);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("timers");
	TCase *tcase = tcase_create("timers");
	SRunner *runner = srunner_create(suite);

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, none_runs_at_first);
	tcase_add_test(tcase, order_is_that_of_a_plain_search);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
