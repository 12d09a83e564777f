/* SPDX-License-Identifier: Apache-2.0 */
/* read_plan: every used point once, in the fewest requests, within every bound. */
#include "config/limits.h"
#include "drivers/random.h"
#include "drivers/read_plan.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POINTS 600

static struct site_point points[POINTS];
static struct site_device device;
static struct site site = {.devices = &device, .device_count = 1, .points = points};
static struct read_plan *plan;

static void setup(void)
{
	memset(points, 0, sizeof points);
	device = (struct site_device){.max_gap = 0};
	site.point_count = 0;
}

static void teardown(void)
{
	read_plan_free(&plan);
}

static void add(enum site_table table, uint16_t address, uint8_t bit)
{
	ck_assert_uint_lt(site.point_count, POINTS);
	points[site.point_count++] = (struct site_point){.table = table, .address = address, .bit = bit, .used = true};
	device.point_count = (uint32_t)site.point_count;
}

static void make(void)
{
	read_plan_free(&plan);
	ck_assert_int_eq(read_plan_new(&site, 0, &plan), 0);
}

START_TEST(neighbours_share_a_request)
{
	for (uint16_t i = 0; i < 16; i++)
		add(TABLE_DISCRETE, i, 0);
	make();
	ck_assert_uint_eq(plan->request_count, 1);
	ck_assert_uint_eq(plan->requests[0].address, 0);
	ck_assert_uint_eq(plan->requests[0].count, 16);
	ck_assert_uint_eq(plan->requests[0].point_size, 16);
}
END_TEST

START_TEST(bits_of_one_register_are_one_word)
{
	for (uint8_t bit = 0; bit < 16; bit++)
		add(TABLE_HOLDING, 48, (uint8_t)(15 - bit));
	make();
	ck_assert_uint_eq(plan->request_count, 1);
	ck_assert_uint_eq(plan->requests[0].count, 1);
	ck_assert_uint_eq(points[plan->points[0]].bit, 0);
}
END_TEST

START_TEST(gap_is_crossed_up_to_its_bound)
{
	device.max_gap = 4;
	add(TABLE_DISCRETE, 0, 0);
	add(TABLE_DISCRETE, 5, 0);  /* four unused between */
	add(TABLE_DISCRETE, 11, 0); /* five */
	make();
	ck_assert_uint_eq(plan->request_count, 2);
	ck_assert_uint_eq(plan->requests[0].count, 6);
	ck_assert_uint_eq(plan->requests[1].address, 11);
}
END_TEST

START_TEST(tables_never_mix)
{
	add(TABLE_DISCRETE, 0, 0);
	add(TABLE_COIL, 1, 0);
	add(TABLE_INPUT, 2, 0);
	add(TABLE_HOLDING, 3, 0);
	make();
	ck_assert_uint_eq(plan->request_count, 4);
}
END_TEST

START_TEST(unused_points_cost_nothing)
{
	add(TABLE_DISCRETE, 0, 0);
	add(TABLE_DISCRETE, 100, 0);
	points[1].used = false;
	make();
	ck_assert_uint_eq(plan->request_count, 1);
	ck_assert_uint_eq(plan->point_count, 1);
}
END_TEST

START_TEST(device_without_used_points_has_no_requests)
{
	make();
	ck_assert_uint_eq(plan->request_count, 0);
}
END_TEST

START_TEST(spare_is_what_the_device_declares)
{
	add(TABLE_DISCRETE, 0, 0);
	add(TABLE_DISCRETE, 1, 0);
	add(TABLE_DISCRETE, 2, 0);
	points[1].used = points[2].used = false;
	make();
	ck_assert_uint_eq(plan->requests[0].count, 1);
	ck_assert_uint_eq(plan->requests[0].spare, 2);
}
END_TEST

START_TEST(spare_ends_with_the_address_space)
{
	device.max_gap = 100;
	add(TABLE_DISCRETE, 65535, 0);
	make();
	ck_assert_uint_eq(plan->requests[0].spare, 0);
}
END_TEST

static void add_wide(enum site_table table, uint16_t address)
{
	add(table, address, 0);
	points[site.point_count - 1].type = TYPE_U32;
}

START_TEST(two_registers_stay_in_one_request)
{
	device.max_words = 4;
	add(TABLE_INPUT, 0, 0);
	add_wide(TABLE_INPUT, 1);
	add_wide(TABLE_INPUT, 3); /* its second half would be the fifth word */
	make();
	ck_assert_uint_eq(plan->request_count, 2);
	ck_assert_uint_eq(plan->requests[0].count, 3);
	ck_assert_uint_eq(plan->requests[1].address, 3);
	ck_assert_uint_eq(plan->requests[1].count, 2);
}
END_TEST

/* Two ways to look at the same registers. */
START_TEST(overlapping_points_share_a_request)
{
	add_wide(TABLE_INPUT, 10);
	add(TABLE_INPUT, 10, 3);
	add(TABLE_INPUT, 11, 0);
	add_wide(TABLE_INPUT, 11);
	make();
	ck_assert_uint_eq(plan->request_count, 1);
	ck_assert_uint_eq(plan->requests[0].count, 3);
	ck_assert_uint_eq(plan->requests[0].point_size, 4);
}
END_TEST

START_TEST(a_part_must_not_tear_two_registers)
{
	add(TABLE_INPUT, 0, 0);
	add_wide(TABLE_INPUT, 1);
	add_wide(TABLE_INPUT, 3);
	make();
	ck_assert_uint_eq(plan->requests[0].count, 5);
	for (uint32_t end = 1; end <= 5; end++)
		ck_assert_int_eq(read_plan_tears(plan, &site, 0, end), end == 2 || end == 4);
}
END_TEST

START_TEST(spare_may_be_two_registers)
{
	add(TABLE_INPUT, 0, 0);
	add_wide(TABLE_INPUT, 1);
	points[1].used = false;
	make();
	ck_assert_uint_eq(plan->requests[0].count, 1);
	ck_assert_uint_eq(plan->requests[0].spare, 2);
}
END_TEST

static void add_random(uint64_t *state)
{
	uint64_t space = 1 + random_next(state) % 3000;

	device.max_gap = (uint16_t)(random_next(state) % 40);
	device.max_bits = (uint16_t)(random_next(state) % 2200);
	device.max_words = (uint16_t)(random_next(state) % 140);
	if (device.max_words == 1)
		device.max_words = 2; /* a number of two registers must fit */
	for (size_t i = 0; i < POINTS; i++) {
		add((enum site_table)(random_next(state) % 4), (uint16_t)(random_next(state) % space + 62535), 0);
		if (!read_plan_is_bits(points[i].table))
			points[i].bit = random_next(state) % 16;
		if (!read_plan_is_bits(points[i].table) && points[i].address < 65535 && random_next(state) % 4 == 0)
			points[i].type = TYPE_F32;
		points[i].used = random_next(state) % 3 > 0;
	}
}

static void check_request(const struct read_request *request, unsigned seen[POINTS])
{
	uint16_t most = read_plan_is_bits(request->table) ? device.max_bits : device.max_words;
	uint16_t limit = read_plan_is_bits(request->table) ? LIMIT_READ_BITS : LIMIT_READ_WORDS;
	uint32_t end = request->address;

	if (most == 0 || most > limit)
		most = limit;
	ck_assert_uint_ge(request->count, 1);
	ck_assert_uint_le(request->count + request->spare, most);
	ck_assert_uint_le((uint32_t)request->address + request->count + request->spare, 65536);
	for (uint32_t i = request->first; i < request->first + request->point_size; i++) {
		const struct site_point *point = &points[plan->points[i]];
		ck_assert_int_eq(point->table, request->table);
		ck_assert_uint_ge(point->address, request->address);
		ck_assert_int_le(point->address - request->address + site_point_width(point), request->count);
		if (point->address > end)
			ck_assert_uint_le(point->address - end, device.max_gap);
		if ((uint32_t)point->address + site_point_width(point) > end)
			end = (uint32_t)point->address + site_point_width(point);
		seen[plan->points[i]]++;
	}
	ck_assert_uint_eq(end - request->address, request->count);
}

/* Two requests that follow each other could not have been one. */
static void check_fewest(void)
{
	for (size_t i = 1; i < plan->request_count; i++) {
		const struct read_request *a = &plan->requests[i - 1], *b = &plan->requests[i];
		uint16_t most = read_plan_is_bits(a->table) ? device.max_bits : device.max_words;
		uint16_t limit = read_plan_is_bits(a->table) ? LIMIT_READ_BITS : LIMIT_READ_WORDS;
		if (most == 0 || most > limit)
			most = limit;
		const struct site_point *first = &points[plan->points[b->first]];
		if (a->table == b->table && b->address - a->address - a->count <= device.max_gap)
			ck_assert_int_gt(b->address - a->address + (int)site_point_width(first), most);
	}
}

START_TEST(random_maps_are_covered_exactly)
{
	uint64_t state = (uint64_t)_i + 1;
	unsigned seen[POINTS] = {0};

	printf("seed %d\n", _i + 1);
	add_random(&state);
	make();
	for (size_t i = 0; i < plan->request_count; i++)
		check_request(&plan->requests[i], seen);
	for (size_t i = 0; i < POINTS; i++)
		ck_assert_uint_eq(seen[i], points[i].used);
	check_fewest();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("read_plan");
	TCase *tc = tcase_create("plan");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, neighbours_share_a_request);
	tcase_add_test(tc, bits_of_one_register_are_one_word);
	tcase_add_test(tc, gap_is_crossed_up_to_its_bound);
	tcase_add_test(tc, tables_never_mix);
	tcase_add_test(tc, unused_points_cost_nothing);
	tcase_add_test(tc, device_without_used_points_has_no_requests);
	tcase_add_test(tc, spare_is_what_the_device_declares);
	tcase_add_test(tc, spare_ends_with_the_address_space);
	tcase_add_test(tc, two_registers_stay_in_one_request);
	tcase_add_test(tc, overlapping_points_share_a_request);
	tcase_add_test(tc, a_part_must_not_tear_two_registers);
	tcase_add_test(tc, spare_may_be_two_registers);
	tcase_add_loop_test(tc, random_maps_are_covered_exactly, 0, 200);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
