/* SPDX-License-Identifier: Apache-2.0 */
/* schedule_check's promise: random links, the real state machine on virtual time, and no gap longer than promised. */
#include "drivers/schedule_check.h"

#include "tests/unit/wire.h"

#include <stdlib.h>

#define LOOPS     10
#define LINKS     20 /* random ones in a loop */
#define SETTLE_MS 8000
#define WATCH_MS  20000
#define TURN_US   5000 /* at most, as the link says */

static struct wire wire;
static struct schedule *schedule;
static int64_t turns_us[WIRE_UNITS];
static uint8_t dead_unit;

static void setup(void)
{
	wire_init(&wire, false, 60);
	wire.site_link.endpoints[0] =
	        (struct site_endpoint){.transport = TRANSPORT_RTU, .path = "/dev/ttyS1", .stop_bits = 1};
	wire.site_link.turnaround_ms = TURN_US / 1000;
	memset(turns_us, 0, sizeof turns_us);
	dead_unit = 0;
}

static void teardown(void)
{
	schedule_free(&schedule);
	link_free(&wire.link);
}

static void make(void)
{
	ck_assert_int_eq(schedule_new(&wire.site, &schedule), 0);
}

static int64_t characters_us(int64_t count, int64_t bits, int64_t baud)
{
	return (count * bits * 1000000 + baud - 1) / baud;
}

/* The finished answer takes as long as its characters, those of the request, and this unit's turnaround. */
static void take_time(struct wire *of, struct wire_answer *answer)
{
	const struct site_endpoint *way = &of->site_link.endpoints[0];
	int64_t bits = 1 + 8 + (way->parity != 'N') + way->stop_bits;

	answer->delay_us = characters_us((int64_t)answer->length + 8, bits, way->baud) + turns_us[answer->unit];
}

static void behave(struct wire *of, struct wire_answer *answer)
{
	(void)of;
	answer->silent = answer->unit == dead_unit;
	answer->spoil = take_time;
}

static uint64_t draw(uint64_t *random, uint64_t below)
{
	return random_next(random) % below;
}

static void make_link(uint64_t *random)
{
	static const uint32_t bauds[] = {9600, 19200, 38400, 115200};
	uint8_t count = (uint8_t)(1 + draw(random, 6));
	uint32_t common_ms = (uint32_t)(10 + 5 * draw(random, 60));

	setup();
	wire.site_link.endpoints[0].baud = bauds[draw(random, 4)];
	wire.site_link.endpoints[0].parity = draw(random, 2) ? 'E' : 'N';
	wire.site_link.dead = count > 1;
	wire.still = true;
	wire.behave = behave;
	for (uint8_t unit = 1; unit <= count; unit++) {
		uint32_t index = (uint32_t)wire.site.device_count;
		wire_add(&wire, unit, draw(random, 3) ? common_ms : (uint32_t)(10 + draw(random, 1500)),
		         (uint16_t)(1 + draw(random, 40)));
		turns_us[unit] = (int64_t)draw(random, TURN_US);
		wire.devices[index].max_bits = (uint16_t)draw(random, 24);
		wire.devices[index].max_gap = (uint16_t)draw(random, 4);
		for (uint32_t i = 0; i < wire.devices[index].point_count; i++)
			wire.points[wire.devices[index].point_first + i].used = i == 0 || draw(random, 3) != 0;
	}
}

/* A change that comes right behind one look is seen at the end of the next. */
static void check_gaps(bool dead)
{
	for (size_t i = 0; i < wire.site.device_count; i++) {
		const struct wire_unit *unit = &wire.units[i];
		const struct schedule_times *times = &schedule->devices[i].times;
		int64_t promised_us = dead ? times->dead_us : times->alive_us;
		if (wire.devices[i].unit == dead_unit || promised_us == RESPONSE_NEVER)
			continue;
		ck_assert_uint_gt(unit->good, 0);
		ck_assert_int_gt(unit->longest_gap_us, 0);
		ck_assert_msg(unit->longest_gap_us + 5000 <= promised_us,
		              "device %zu of %zu, %u ms: %lld us between looks, promised %lld", i,
		              wire.site.device_count, wire.devices[i].scan_ms, (long long)unit->longest_gap_us,
		              (long long)promised_us);
	}
}

static void forget_gaps(void)
{
	for (size_t i = 0; i < wire.site.device_count; i++)
		wire.units[i].longest_gap_us = 0;
}

static void play(uint64_t *random, uint64_t seed)
{
	make_link(random);
	make();
	bool dead = wire.site_link.dead && draw(random, 2);
	dead_unit = dead ? (uint8_t)(1 + draw(random, wire.site.device_count)) : 0;
	wire_begin(&wire, seed);
	wire_run_ms(&wire, SETTLE_MS);
	forget_gaps();
	wire_run_ms(&wire, WATCH_MS);
	check_gaps(dead);
	ck_assert_uint_eq(wire.wrong, 0);
	teardown();
}

START_TEST(the_link_keeps_the_promise)
{
	uint64_t random = (uint64_t)_i;

	for (uint64_t i = 0; i < LINKS; i++)
		play(&random, i);
}
END_TEST

START_TEST(and_while_a_device_falls_silent)
{
	uint64_t random = 77 + (uint64_t)_i;

	for (uint64_t i = 0; i < LINKS; i++) {
		make_link(&random);
		make();
		wire_begin(&wire, i);
		wire_run_ms(&wire, SETTLE_MS);
		forget_gaps();
		dead_unit = wire.site_link.dead ? 1 : 0;
		wire_run_ms(&wire, SETTLE_MS);
		for (size_t n = 1; n < wire.site.device_count; n++) {
			const struct schedule_times *times = &schedule->devices[n].times;
			if (times->falling_us == RESPONSE_NEVER)
				continue;
			ck_assert_msg(wire.units[n].longest_gap_us <= times->falling_us,
			              "device %zu of %zu, %u ms: %lld us between looks, promised %lld", n,
			              wire.site.device_count, wire.devices[n].scan_ms,
			              (long long)wire.units[n].longest_gap_us, (long long)times->falling_us);
		}
		teardown();
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("schedule promise");
	TCase *promise = tcase_create("promise");

	tcase_add_checked_fixture(promise, setup, teardown);
	tcase_add_loop_test(promise, the_link_keeps_the_promise, 0, LOOPS);
	tcase_add_loop_test(promise, and_while_a_device_falls_silent, 0, LOOPS);
	suite_add_tcase(suite, promise);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
