/* SPDX-License-Identifier: Apache-2.0 */
/* schedule_check: the figures by hand, and who is refused. */
#include "drivers/schedule_check.h"

#include "tests/unit/wire.h"

#include <stdlib.h>

#define TURN_US 5000 /* at most, as the link says */

static struct wire wire;
static struct schedule *schedule;
static struct site_sensor sensors[4];
static const char *files[] = {"site.yaml"};
static struct site_errors errors;

static void setup(void)
{
	wire_init(&wire, false, 60);
	wire.site_link.endpoints[0] = (struct site_endpoint){
	        .transport = TRANSPORT_RTU, .path = "/dev/ttyS1", .baud = 9600, .parity = 'E', .stop_bits = 1};
	wire.site_link.turnaround_ms = TURN_US / 1000;
	wire.site.files = files;
	wire.site.sensors = sensors;
	memset(sensors, 0, sizeof sensors);
}

static void teardown(void)
{
	schedule_free(&schedule);
	site_errors_free(&errors);
}

static void make(void)
{
	schedule_free(&schedule);
	ck_assert_int_eq(schedule_new(&wire.site, &schedule), 0);
}

/* A sensor with one input; the place of its line is its number. */
static struct site_sensor *add_sensor(enum sensor_kind kind, enum site_role role, uint32_t point)
{
	uint32_t index = (uint32_t)wire.site.sensor_count++;
	struct site_sensor *sensor = &sensors[index];

	sensor->id = "it";
	sensor->kind = kind;
	sensor->place = (struct site_place){0, 10 + index, 3};
	for (enum site_role each = 0; each < ROLE_COUNT; each++)
		sensor->inputs[each].point = SITE_NONE;
	sensor->inputs[role].point = point;
	wire.devices[wire.points[point].device].id = "io";
	wire.points[point].name = "di/0";
	return sensor;
}

static int64_t characters_us(int64_t count, int64_t bits, int64_t baud)
{
	return (count * bits * 1000000 + baud - 1) / baud;
}

/* --- what an exchange takes ------------------------------------------------------------------------- */

START_TEST(eleven_bits_a_character_and_a_silence_of_three_and_a_half)
{
	wire_add(&wire, 1, 100, 8);
	make();
	ck_assert_int_eq(schedule->devices[0].scan_us,
	                 characters_us(8 + 5 + 1, 11, 9600) + INT64_C(38500000) / 9600 + TURN_US + LIMIT_WAKE_US);
	ck_assert_uint_eq(schedule->links[0].requests, 1);
	ck_assert_double_eq_tol(schedule->links[0].load, (double)schedule->devices[0].scan_us / 100000, 1e-9);
	ck_assert_double_eq_tol(schedule->links[0].requests_per_s, 10, 1e-9);
}
END_TEST

START_TEST(ten_bits_without_parity)
{
	wire_add(&wire, 1, 100, 8);
	wire.site_link.endpoints[0].parity = 'N';
	make();
	ck_assert_int_eq(schedule->devices[0].scan_us,
	                 characters_us(14, 10, 9600) + INT64_C(38500000) / 9600 + TURN_US + LIMIT_WAKE_US);
	wire.site_link.endpoints[0].stop_bits = 2;
	make();
	ck_assert_int_eq(schedule->devices[0].scan_us,
	                 characters_us(14, 11, 9600) + INT64_C(38500000) / 9600 + TURN_US + LIMIT_WAKE_US);
}
END_TEST

START_TEST(fast_lines_have_a_fixed_silence_and_gap_ms_a_longer_one)
{
	wire_add(&wire, 1, 100, 16);
	wire.site_link.endpoints[0].baud = 115200;
	make();
	ck_assert_int_eq(schedule->devices[0].scan_us, characters_us(15, 11, 115200) + 1750 + TURN_US + LIMIT_WAKE_US);
	wire.site_link.gap_ms = 4;
	make();
	ck_assert_int_eq(schedule->devices[0].scan_us, characters_us(15, 11, 115200) + 4000 + TURN_US + LIMIT_WAKE_US);
}
END_TEST

START_TEST(a_register_is_two_characters)
{
	wire_add(&wire, 1, 100, 4);
	for (size_t i = 0; i < 4; i++)
		wire.points[i].table = TABLE_INPUT;
	make();
	ck_assert_int_eq(schedule->devices[0].scan_us,
	                 characters_us(8 + 5 + 8, 11, 9600) + INT64_C(38500000) / 9600 + TURN_US + LIMIT_WAKE_US);
}
END_TEST

START_TEST(a_device_knows_its_own_turnaround)
{
	wire_add(&wire, 1, 100, 8);
	make();
	int64_t before_us = schedule->devices[0].scan_us;
	wire.devices[0].turnaround_ms = 30;
	make();
	ck_assert_int_eq(schedule->devices[0].scan_us - before_us, 30000 - TURN_US);
}
END_TEST

START_TEST(tcp_takes_its_round_trip)
{
	wire_add(&wire, 1, 100, 16);
	wire.site_link.endpoints[0].transport = TRANSPORT_TCP;
	wire.site_link.turnaround_ms = 0;
	make();
	ck_assert_int_eq(schedule->devices[0].scan_us, LIMIT_TURNAROUND_TCP_MS * 1000 + LIMIT_WAKE_US);
	wire.site_link.turnaround_ms = 25;
	make();
	ck_assert_int_eq(schedule->devices[0].scan_us, 25000 + LIMIT_WAKE_US);
}
END_TEST

/* alarms: four registers at 8E1, five milliseconds of turnaround: what fits into 200 ms */
START_TEST(slaves_that_fit_a_cycle_of_200_ms)
{
	static const struct {
		uint32_t baud, fit;
	} rows[] = {{9600, 5}, {19200, 9}, {38400, 13}, {115200, 19}};

	wire_add(&wire, 1, 200, 4);
	for (size_t i = 0; i < 4; i++)
		wire.points[i].table = TABLE_INPUT;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		wire.site_link.endpoints[0].baud = rows[i].baud;
		make();
		ck_assert_int_ge(200000 / schedule->devices[0].scan_us, rows[i].fit);
		ck_assert_int_le(200000 / schedule->devices[0].scan_us, rows[i].fit + 2);
	}
}
END_TEST

/* --- how long it may take --------------------------------------------------------------------------- */

START_TEST(a_change_waits_a_period_and_a_scan_of_everybody)
{
	for (uint8_t unit = 1; unit <= 4; unit++)
		wire_add(&wire, unit, 200, 8);
	make();
	int64_t scan_us = schedule->devices[0].scan_us;
	for (size_t i = 0; i < 4; i++) {
		ck_assert_int_ge(schedule->devices[i].times.alive_us, 200000 + 4 * scan_us);
		ck_assert_int_le(schedule->devices[i].times.alive_us, 200000 + 5 * scan_us);
		ck_assert_int_eq(schedule->devices[i].times.dead_us, schedule->devices[i].times.alive_us);
		ck_assert_int_eq(schedule->devices[i].times.falling_us, schedule->devices[i].times.alive_us);
	}
}
END_TEST

START_TEST(alone_on_its_link_it_waits_for_nobody)
{
	wire_add(&wire, 1, 100, 8);
	wire.site_link.dead = 1;
	make();
	ck_assert_uint_eq(schedule->links[0].dead, 0);
	ck_assert_int_eq(schedule->devices[0].times.alive_us, 100000 + schedule->devices[0].scan_us);
	ck_assert_int_eq(schedule->devices[0].times.dead_us, schedule->devices[0].times.alive_us);
}
END_TEST

START_TEST(the_dead_cost_one_timeout)
{
	for (uint8_t unit = 1; unit <= 3; unit++)
		wire_add(&wire, unit, 200, 8);
	for (wire.site_link.dead = 1; wire.site_link.dead <= 2; wire.site_link.dead++) {
		make();
		const struct schedule_times *times = &schedule->devices[0].times;
		ck_assert_uint_eq(schedule->links[0].dead, wire.site_link.dead);
		ck_assert_int_eq(times->dead_us - times->alive_us, 60000 + LIMIT_DRAIN_MS * 1000 + LIMIT_WAKE_US);
		ck_assert_int_ge(times->falling_us, times->dead_us);
	}
	wire.site_link.dead = 7;
	make();
	ck_assert_uint_eq(schedule->links[0].dead, 2);
}
END_TEST

START_TEST(a_scan_off_the_grid_counts_the_grid)
{
	wire_add(&wire, 1, 100, 8);
	make();
	int64_t on_grid_us = schedule->devices[0].times.alive_us;
	wire.devices[0].scan_ms = 101;
	make();
	ck_assert_int_gt(schedule->devices[0].times.alive_us, on_grid_us + 1000 + LIMIT_GRID_SLOW_US);
}
END_TEST

START_TEST(a_slow_neighbour_with_many_requests_counts)
{
	wire_add(&wire, 1, 100, 8);
	wire_add(&wire, 2, 5000, 8);
	make();
	int64_t before_us = schedule->devices[0].times.alive_us, one_us = schedule->devices[1].scan_us;
	for (uint32_t i = 0; i < 8; i++)
		wire.points[wire.devices[1].point_first + i].address = (uint16_t)(100 * i);
	make();
	ck_assert_uint_eq(schedule->devices[1].requests, 8);
	ck_assert_int_ge(schedule->devices[0].times.alive_us, before_us + 7 * one_us);
}
END_TEST

START_TEST(more_than_all_of_the_time_has_no_bound)
{
	for (uint8_t unit = 1; unit <= 6; unit++)
		wire_add(&wire, unit, 100, 8);
	make();
	ck_assert_double_gt(schedule->links[0].load, 1);
	for (size_t i = 0; i < 6; i++)
		ck_assert_int_eq(schedule->devices[i].times.alive_us, RESPONSE_NEVER);
}
END_TEST

START_TEST(the_share_of_the_dead_may_be_what_is_too_much)
{
	for (uint8_t unit = 1; unit <= 4; unit++)
		wire_add(&wire, unit, 105, 8);
	wire.site_link.dead = 1;
	make();
	ck_assert_double_lt(schedule->links[0].load, 1);
	ck_assert_double_gt(schedule->links[0].load, 0.95);
	ck_assert_int_lt(schedule->devices[0].times.alive_us, RESPONSE_NEVER);
	ck_assert_int_eq(schedule->devices[0].times.dead_us, RESPONSE_NEVER);
}
END_TEST

START_TEST(what_nobody_reads_costs_nothing)
{
	wire_add(&wire, 1, 100, 8);
	wire_add(&wire, 2, 100, 8);
	for (uint32_t i = 0; i < 8; i++)
		wire.points[wire.devices[1].point_first + i].used = false;
	make();
	ck_assert_uint_eq(schedule->links[0].devices, 1);
	ck_assert_uint_eq(schedule->devices[1].requests, 0);
	ck_assert_int_eq(schedule->devices[0].times.alive_us, 100000 + schedule->devices[0].scan_us);
}
END_TEST

/* --- who is refused --------------------------------------------------------------------------------- */

static enum schedule_verdict verdict_of(enum sensor_kind kind, enum site_role role)
{
	wire.site.sensor_count = 0;
	add_sensor(kind, role, 0)->conditions[0].priority_set = 3;
	make();
	ck_assert_uint_eq(schedule->input_count, 1);
	return schedule->inputs[0].verdict;
}

START_TEST(alarms_have_a_limit_and_the_rest_has_none)
{
	wire_add(&wire, 1, 1000, 1);
	ck_assert_int_eq(verdict_of(KIND_DOOR, ROLE_CONTACT), SCHEDULE_REFUSED);
	ck_assert_int_eq(verdict_of(KIND_FENCE, ROLE_HIT), SCHEDULE_REFUSED);
	ck_assert_int_eq(verdict_of(KIND_FENCE, ROLE_LEVEL), SCHEDULE_REFUSED);
	ck_assert_int_eq(verdict_of(KIND_CAMERA, ROLE_TRIGGER), SCHEDULE_REFUSED);
	ck_assert_int_eq(verdict_of(KIND_DURESS, ROLE_INPUT), SCHEDULE_REFUSED);
	ck_assert_int_eq(verdict_of(KIND_TAMPER, ROLE_INPUT), SCHEDULE_REFUSED);
	ck_assert_int_eq(verdict_of(KIND_POWER, ROLE_TAMPER), SCHEDULE_REFUSED);
	ck_assert_int_eq(verdict_of(KIND_DOOR, ROLE_BOLT), SCHEDULE_FREE);
	ck_assert_int_eq(verdict_of(KIND_DOOR, ROLE_RELEASE), SCHEDULE_FREE);
	ck_assert_int_eq(verdict_of(KIND_POWER, ROLE_INPUT), SCHEDULE_FREE);
	ck_assert_int_eq(verdict_of(KIND_INPUT, ROLE_INPUT), SCHEDULE_FREE);
	ck_assert_int_eq(verdict_of(KIND_FENCE, ROLE_COUNTER), SCHEDULE_FREE);
	sensors[0].inputs[ROLE_COUNTER].point = SITE_NONE;
	add_sensor(KIND_INPUT, ROLE_INPUT, 0)->conditions[0].priority_set = 1;
	make();
	ck_assert_int_eq(schedule->inputs[schedule->input_count - 1].verdict, SCHEDULE_REFUSED);
}
END_TEST

START_TEST(what_the_device_keeps_is_not_missed)
{
	wire_add(&wire, 1, 1000, 1);
	wire.points[0].latched = true;
	ck_assert_int_eq(verdict_of(KIND_FENCE, ROLE_HIT), SCHEDULE_FREE);
	wire.points[0].latched = false;
	wire.points[0].counter = true;
	ck_assert_int_eq(verdict_of(KIND_FENCE, ROLE_HIT), SCHEDULE_FREE);
}
END_TEST

START_TEST(a_tamper_wants_two_samples)
{
	wire_add(&wire, 1, 190, 2);
	add_sensor(KIND_DOOR, ROLE_CONTACT, 0)->inputs[ROLE_TAMPER].point = 1;
	wire.points[1].name = "di/1";
	make();
	ck_assert_uint_eq(schedule->input_count, 2);
	ck_assert_int_eq(schedule->inputs[1].role, ROLE_TAMPER);
	ck_assert_uint_eq(schedule->inputs[1].samples, 2);
	ck_assert_int_eq(schedule->inputs[1].times.alive_us - schedule->inputs[0].times.alive_us, 190000);
	ck_assert_int_eq(schedule->inputs[0].verdict, SCHEDULE_FAST);
	ck_assert_int_eq(schedule->inputs[1].verdict, SCHEDULE_REFUSED);
}
END_TEST

START_TEST(allow_slow_on_the_sensor_or_the_device)
{
	wire_add(&wire, 1, 1000, 1);
	wire.devices[0].allow_slow = true;
	ck_assert_int_eq(verdict_of(KIND_DOOR, ROLE_CONTACT), SCHEDULE_ALLOWED);
	schedule_report(&wire.site, schedule, &errors);
	ck_assert_uint_eq(errors.count, 0);
	wire.devices[0].allow_slow = false;
	wire.site.sensor_count = 0;
	add_sensor(KIND_DOOR, ROLE_CONTACT, 0)->allow_slow = true;
	make();
	ck_assert_int_eq(schedule->inputs[0].verdict, SCHEDULE_ALLOWED);
}
END_TEST

START_TEST(both_points_of_a_pair_count)
{
	wire_add(&wire, 1, 100, 1);
	wire_add(&wire, 2, 2000, 1);
	add_sensor(KIND_DOOR, ROLE_CONTACT, 0);
	sensors[0].inputs[ROLE_CONTACT].form = FORM_PAIR;
	sensors[0].inputs[ROLE_CONTACT].other = 1;
	make();
	ck_assert_uint_eq(schedule->input_count, 2);
	ck_assert_int_eq(schedule->inputs[0].verdict, SCHEDULE_FAST);
	ck_assert_int_eq(schedule->inputs[1].verdict, SCHEDULE_REFUSED);
}
END_TEST

START_TEST(the_refusal_has_a_place_and_says_what_helps)
{
	wire_add(&wire, 1, 500, 2);
	wire.site_link.id = "bus";
	add_sensor(KIND_DOOR, ROLE_CONTACT, 0);
	add_sensor(KIND_DOOR, ROLE_CONTACT, 1);
	make();
	schedule_report(&wire.site, schedule, &errors);
	ck_assert_uint_eq(errors.count, 1);
	ck_assert_str_eq(errors.rows[0].file, "site.yaml");
	ck_assert_uint_eq(errors.rows[0].line, 10);
	ck_assert_uint_eq(errors.rows[0].column, 3);
	ck_assert_str_eq(errors.rows[0].text,
	                 "contact 'io/di/0' and 1 more input of this device may take 527 ms to be seen; allowed: 400 "
	                 "ms, by a smaller scan_ms (now 500), fewer devices on link 'bus' or a higher baud rate; or "
	                 "allow_slow: true");
}
END_TEST

START_TEST(a_link_without_time_is_refused_too)
{
	for (uint8_t unit = 1; unit <= 6; unit++)
		wire_add(&wire, unit, 100, 8);
	wire.site_link.id = "bus";
	add_sensor(KIND_DURESS, ROLE_INPUT, 0);
	make();
	schedule_report(&wire.site, schedule, &errors);
	ck_assert_uint_eq(errors.count, 1);
	ck_assert_ptr_nonnull(strstr(errors.rows[0].text, "input 'io/di/0': no time can be promised"));
	ck_assert_ptr_nonnull(strstr(errors.rows[0].text, "'bus' is asked for 156 % of its time"));
}
END_TEST

/* --- suite ------------------------------------------------------------------------------------------ */

int main(void)
{
	const TTest *const exchange[] = {eleven_bits_a_character_and_a_silence_of_three_and_a_half,
	                                 ten_bits_without_parity,
	                                 fast_lines_have_a_fixed_silence_and_gap_ms_a_longer_one,
	                                 a_register_is_two_characters,
	                                 a_device_knows_its_own_turnaround,
	                                 tcp_takes_its_round_trip,
	                                 slaves_that_fit_a_cycle_of_200_ms};
	const TTest *const times[] = {a_change_waits_a_period_and_a_scan_of_everybody,
	                              alone_on_its_link_it_waits_for_nobody,
	                              the_dead_cost_one_timeout,
	                              a_scan_off_the_grid_counts_the_grid,
	                              a_slow_neighbour_with_many_requests_counts,
	                              more_than_all_of_the_time_has_no_bound,
	                              the_share_of_the_dead_may_be_what_is_too_much,
	                              what_nobody_reads_costs_nothing};
	const TTest *const verdicts[] = {alarms_have_a_limit_and_the_rest_has_none,
	                                 what_the_device_keeps_is_not_missed,
	                                 a_tamper_wants_two_samples,
	                                 allow_slow_on_the_sensor_or_the_device,
	                                 both_points_of_a_pair_count,
	                                 the_refusal_has_a_place_and_says_what_helps,
	                                 a_link_without_time_is_refused_too};
	Suite *suite = suite_create("schedule");
	TCase *figures = tcase_create("figures");

	tcase_add_checked_fixture(figures, setup, teardown);
	for (size_t i = 0; i < sizeof exchange / sizeof *exchange; i++)
		tcase_add_test(figures, exchange[i]);
	for (size_t i = 0; i < sizeof times / sizeof *times; i++)
		tcase_add_test(figures, times[i]);
	for (size_t i = 0; i < sizeof verdicts / sizeof *verdicts; i++)
		tcase_add_test(figures, verdicts[i]);
	suite_add_tcase(suite, figures);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
