/* SPDX-License-Identifier: Apache-2.0 */
/* link: several units behind one TCP-to-RTU gateway that asks one after the other, and waits for the silent. */
#include "tests/unit/wire.h"

#include <stdlib.h>

#define DEAD      1 /* the unit; index 0 */
#define UNITS     6
#define PERIOD_MS 200
#define QUEUE_MAX 64

static struct wire wire;
static int64_t hold_us;            /* how long the gateway waits for a silent unit */
static bool says_so;               /* with exception 11; else it says nothing */
static bool dead;                  /* whether the unit is */
static int64_t ends_us[QUEUE_MAX]; /* when the gateway is through with the requests it was given */
static size_t asked;
static size_t longest_queue;

/* One at a time, in the order they came. */
static void gateway(struct wire *w, struct wire_answer *answer)
{
	int64_t now_us = w->now.us, free_us = now_us;
	size_t waiting = 0;

	for (size_t i = 0; i < QUEUE_MAX; i++) {
		waiting += ends_us[i] > now_us;
		free_us = ends_us[i] > free_us ? ends_us[i] : free_us;
	}
	longest_queue = waiting + 1 > longest_queue ? waiting + 1 : longest_queue;
	bool silent = dead && answer->unit == DEAD;
	int64_t end_us = free_us + (silent ? hold_us : 4000);
	ends_us[asked++ % QUEUE_MAX] = end_us;
	answer->delay_us = end_us - now_us;
	answer->exception = silent && says_so ? 0x0B : 0;
	answer->silent = silent && !says_so;
	for (size_t i = 0; i < w->site.device_count; i++)
		if (w->devices[i].unit == answer->unit)
			w->units[i].asked_us = now_us;
}

static void make(uint32_t timeout_ms)
{
	memset(ends_us, 0, sizeof ends_us);
	longest_queue = 0;
	dead = false;
	wire_init(&wire, true, timeout_ms);
	for (uint8_t unit = DEAD; unit < DEAD + UNITS; unit++)
		wire_add(&wire, unit, PERIOD_MS, 16);
	wire.behave = gateway;
	wire_begin(&wire, 1);
	wire_run_ms(&wire, 3000);
}

static void teardown(void)
{
	ck_assert_uint_eq(wire.wrong, 0);
	link_free(&wire.link);
}

static const struct {
	int64_t hold_ms;
	bool says_so;
	uint32_t timeout_ms;
} gateways[] = {
        {50, true, 300},  {200, true, 300},  {500, true, 300},  {1000, true, 300},  {1000, true, 1500},
        {50, false, 300}, {200, false, 300}, {500, false, 300}, {1000, false, 300}, {1000, false, 1500},
};
#define GATEWAYS (int)(sizeof gateways / sizeof *gateways)

static unsigned neighbour_requests(void)
{
	unsigned sum = 0;

	for (size_t i = 1; i < UNITS; i++)
		sum += wire.units[i].good / 16;
	return sum;
}

START_TEST(a_dead_unit_costs_its_neighbours_little)
{
	hold_us = gateways[_i].hold_ms * 1000;
	says_so = gateways[_i].says_so;
	make(gateways[_i].timeout_ms);
	dead = true;
	wire_run_ms(&wire, 15000);
	ck_assert_uint_eq(wire.units[0].lost, 1);
	unsigned before = neighbour_requests(), probes = wire.units[0].requests;
	wire_run_ms(&wire, 120000);
	ck_assert_uint_gt(wire.units[0].requests, probes);
	ck_assert_uint_ge(neighbour_requests() - before, (UNITS - 1) * 120000 / PERIOD_MS * 94 / 100);
	for (size_t i = 1; i < UNITS; i++)
		ck_assert_uint_eq(wire.units[i].lost, 0);
	ck_assert_uint_eq(wire.stats.connects, 1);
	ck_assert_uint_le(longest_queue, 1 + LIMIT_OWED);
	dead = false;
	wire_run_ms(&wire, 40000);
	ck_assert_uint_eq(wire.units[0].back, 1);
}
END_TEST

START_TEST(the_whole_bus_falls_silent_and_returns)
{
	hold_us = 300000;
	says_so = true;
	make(300);
	wire.refuse = false;
	for (int round = 0; round < 3; round++) {
		dead = true;
		wire_run_ms(&wire, 6000);
		dead = false;
		wire_run_ms(&wire, 20000);
	}
	ck_assert_uint_eq(wire.units[0].lost, wire.units[0].back);
	ck_assert_uint_eq(wire.stats.connects, 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("link_gateway");
	TCase *tc = tcase_create("gateway");

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_loop_test(tc, a_dead_unit_costs_its_neighbours_little, 0, GATEWAYS);
	tcase_add_test(tc, the_whole_bus_falls_silent_and_returns);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
