/* SPDX-License-Identifier: Apache-2.0 */
/* latches: nothing is cleared before it is durable, and nothing stays set for ever. life: what stands still. */
#include "gateway/latches.h"
#include "gateway/life.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PLAIN, FIRST, SECOND, UNUSED, POINTS };

static struct site_point points[POINTS];
static struct site_device devices[2];
static const struct site site = {.points = points, .point_count = POINTS, .devices = devices, .device_count = 2};
static struct latches *latches;
static struct life *life;
static struct mono now;

static struct {
	uint64_t head, durable;
	int answer;
	unsigned writes[POINTS], cleared[POINTS];
	unsigned told;
	uint32_t device;
	bool stuck;
	struct mono at;
} world;

static uint64_t head(void *context)
{
	(void)context;
	return world.head;
}

static uint64_t durable(void *context)
{
	(void)context;
	return world.durable;
}

static int clear(void *context, uint32_t point)
{
	(void)context;
	if (world.answer == 0)
		world.writes[point]++;
	return world.answer;
}

static void cleared(void *context, uint32_t point)
{
	(void)context;
	world.cleared[point]++;
}

static void stuck(void *context, uint32_t device, bool is, struct mono at)
{
	(void)context;
	world.told++;
	world.device = device;
	world.stuck = is;
	world.at = at;
}

static void setup(void)
{
	const struct latches_hooks hooks = {.head = head, .durable = durable, .clear = clear, .cleared = cleared};
	const struct life_hooks life_hooks = {.stuck = stuck};

	memset(&world, 0, sizeof world);
	memset(points, 0, sizeof points);
	points[PLAIN].used = points[FIRST].used = points[SECOND].used = true;
	points[FIRST].latched = points[SECOND].latched = points[UNUSED].latched = true;
	points[SECOND].device = 1;
	devices[0] = (struct site_device){.alive = {.point = SITE_NONE}};
	devices[1] = (struct site_device){.alive = {.point = SECOND, .within_ms = 5000}};
	now.us = 1000000;
	ck_assert_int_eq(latches_new(&site, &hooks, &latches), 0);
	ck_assert_int_eq(life_new(&site, &life_hooks, &life), 0);
}

static void teardown(void)
{
	latches_free(&latches);
	latches_free(&latches);
	life_free(&life);
	life_free(&life);
}

static void take(uint32_t point, double raw, enum quality quality)
{
	const struct sample sample = {.point = point, .raw = raw, .value = raw != 0, .quality = quality, .at = now};

	latches_sample(latches, &sample);
	life_sample(life, &sample);
}

static void run_after(int64_t ms)
{
	now = mono_add_ms(now, ms);
	latches_run(latches, now);
	life_run(life, now);
}

START_TEST(cleared_only_when_durable)
{
	world.head = 7;
	world.durable = 6;
	take(FIRST, 1, QUALITY_GOOD);
	run_after(100);
	ck_assert_uint_eq(world.writes[FIRST], 0);
	ck_assert_int_eq(latches_next(latches, now).us, MONO_NEVER.us); /* no busy waiting for the disk */
	world.head = 9;                                                 /* later events are not waited for */
	take(FIRST, 1, QUALITY_GOOD);
	world.durable = 7;
	run_after(0);
	ck_assert_uint_eq(world.writes[FIRST], 1);
	run_after(5000);
	ck_assert_uint_eq(world.writes[FIRST], 1); /* under way */
	latches_written(latches, FIRST, FAULT_NONE, now);
	ck_assert_uint_eq(world.cleared[FIRST], 1);
	run_after(5000);
	ck_assert_uint_eq(world.writes[FIRST], 1);
	take(FIRST, 0, QUALITY_GOOD);
	take(FIRST, 1, QUALITY_GOOD);
	world.durable = 9;
	run_after(0);
	ck_assert_uint_eq(world.writes[FIRST], 2); /* a new one, at once */
}
END_TEST

START_TEST(a_write_that_failed_is_tried_again)
{
	take(FIRST, 1, QUALITY_GOOD);
	run_after(0);
	latches_written(latches, FIRST, FAULT_TIMEOUT, now);
	ck_assert_uint_eq(world.cleared[FIRST], 0);
	ck_assert_int_eq(latches_next(latches, now).us, now.us + LATCHES_RETRY_MS * 1000);
	run_after(LATCHES_RETRY_MS - 1);
	ck_assert_uint_eq(world.writes[FIRST], 1);
	run_after(1);
	ck_assert_uint_eq(world.writes[FIRST], 2);
}
END_TEST

START_TEST(what_cannot_be_asked_waits)
{
	world.answer = -EBUSY;
	take(FIRST, 1, QUALITY_GOOD);
	run_after(0);
	world.answer = 0;
	run_after(LATCHES_RETRY_MS - 1);
	ck_assert_uint_eq(world.writes[FIRST], 0);
	run_after(1);
	ck_assert_uint_eq(world.writes[FIRST], 1);
}
END_TEST

START_TEST(set_again_after_the_write_is_cleared_again_in_time)
{
	take(FIRST, 1, QUALITY_GOOD);
	run_after(0);
	latches_written(latches, FIRST, FAULT_NONE, now);
	world.head = 3; /* the event of the second hit */
	take(FIRST, 1, QUALITY_GOOD);
	run_after(LATCHES_RETRY_MS);
	ck_assert_uint_eq(world.writes[FIRST], 1);
	world.durable = 3;
	run_after(0);
	ck_assert_uint_eq(world.writes[FIRST], 2);
}
END_TEST

START_TEST(only_good_samples_of_used_latches_count)
{
	take(FIRST, 1, QUALITY_BAD);
	take(SECOND, 1, QUALITY_UNCERTAIN);
	take(PLAIN, 1, QUALITY_GOOD);
	take(UNUSED, 1, QUALITY_GOOD);
	run_after(0);
	for (int i = 0; i < POINTS; i++)
		ck_assert_uint_eq(world.writes[i], 0);
}
END_TEST

START_TEST(a_value_that_stands_still_is_told_once)
{
	take(SECOND, 4, QUALITY_GOOD);
	run_after(4999);
	take(SECOND, 4, QUALITY_GOOD);
	ck_assert_uint_eq(world.told, 0);
	ck_assert_int_eq(life_next(life).us, now.us + 1000);
	run_after(10);
	ck_assert(world.told == 1 && world.stuck && world.device == 1);
	ck_assert_int_eq(world.at.us, 1000000 + 5000000);
	ck_assert_int_eq(life_next(life).us, MONO_NEVER.us);
	run_after(10000);
	take(SECOND, 4, QUALITY_GOOD);
	ck_assert_uint_eq(world.told, 1);
	take(SECOND, 5, QUALITY_GOOD);
	ck_assert(world.told == 2 && !world.stuck);
	run_after(5000);
	ck_assert(world.told == 3 && world.stuck);
}
END_TEST

START_TEST(a_loss_starts_the_time_anew)
{
	take(SECOND, 4, QUALITY_GOOD);
	run_after(4000);
	take(SECOND, 4, QUALITY_BAD);
	run_after(60000);
	ck_assert_uint_eq(world.told, 0);
	take(SECOND, 4, QUALITY_GOOD);
	run_after(4999);
	ck_assert_uint_eq(world.told, 0);
	run_after(1);
	ck_assert(world.told == 1 && world.stuck);
	take(SECOND, 4, QUALITY_BAD);
	take(SECOND, 5, QUALITY_GOOD); /* who knows when it moved */
	ck_assert_uint_eq(world.told, 1);
	take(SECOND, 6, QUALITY_GOOD);
	ck_assert(world.told == 2 && !world.stuck);
}
END_TEST

START_TEST(a_device_without_a_pulse_is_never_stuck)
{
	take(FIRST, 4, QUALITY_GOOD);
	run_after(1000000);
	ck_assert_uint_eq(world.told, 0);
	ck_assert_int_eq(life_next(life).us, MONO_NEVER.us);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("latches");
	TCase *tc = tcase_create("latches");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, cleared_only_when_durable);
	tcase_add_test(tc, a_write_that_failed_is_tried_again);
	tcase_add_test(tc, what_cannot_be_asked_waits);
	tcase_add_test(tc, set_again_after_the_write_is_cleared_again_in_time);
	tcase_add_test(tc, only_good_samples_of_used_latches_count);
	suite_add_tcase(suite, tc);
	tc = tcase_create("life");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_value_that_stands_still_is_told_once);
	tcase_add_test(tc, a_loss_starts_the_time_anew);
	tcase_add_test(tc, a_device_without_a_pulse_is_never_stuck);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
