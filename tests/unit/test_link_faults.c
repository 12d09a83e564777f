/* SPDX-License-Identifier: Apache-2.0 */
/* link: seeded random faults of every kind at once, on virtual time; not one wrong value, and all recover. */
#include "tests/unit/wire.h"

#include <stdio.h>
#include <stdlib.h>

static struct wire wire;

static void teardown(void)
{
	link_free(&wire.link);
}

static void anything(struct wire *w, struct wire_answer *answer)
{
	uint64_t dice = random_next(&w->random) % 100;

	if (dice >= 40)
		return;
	if (dice < 10)
		answer->silent = true;
	else if (dice < 20)
		answer->delay_us = (int64_t)(random_next(&w->random) % 2060000);
	else if (dice < 25 && !w->tcp) /* a TCP stream does not mix the bytes of two frames */
		answer->piece_us = (int64_t)(1 + random_next(&w->random) % 40000);
	else if (dice < 30)
		answer->exception = (uint8_t)(1 + random_next(&w->random) % 11);
	else
		answer->spoil = wire_spoils[(dice - 30) % 4 == 1 && w->tcp ? 0 : (dice - 30) % 4];
}

START_TEST(random_faults_never_make_a_wrong_value)
{
	bool tcp = _i % 2;

	printf("seed %d\n", _i);
	wire_init(&wire, tcp, 60);
	for (uint8_t unit = 1; unit <= 1 + _i % 5; unit++)
		wire_add(&wire, unit, 100, (uint16_t)(3 + unit * 7));
	wire_begin(&wire, (uint64_t)_i);
	wire.behave = anything;
	wire_run_ms(&wire, 60000);
	ck_assert_uint_eq(wire.wrong, 0);
	ck_assert_uint_gt(wire.units[0].good, 0);
	wire.behave = NULL;
	wire_run_ms(&wire,
	            tcp && wire.site.device_count > 1 ? 45000 : 15000); /* time that a gateway lost is paid back */
	for (size_t i = 0; i < wire.site.device_count; i++)
		ck_assert(!wire.device_stats[i].lost);
	ck_assert_uint_eq(wire.wrong, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("link_faults");
	TCase *tc = tcase_create("random");

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_loop_test(tc, random_faults_never_make_a_wrong_value, 0, 60);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
