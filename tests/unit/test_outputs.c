/* SPDX-License-Identifier: Apache-2.0 */
/* test_outputs - what an output shall be, when it is written, and what becomes of one that does not obey */
#include "gateway/outputs.h"

#include "drivers/random.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define START_US 100000000

static struct site_device devices[1];
static struct site_point points[2];
static struct site_sensor sensors[1];
static struct site_trigger triggers[1];
static struct site_output rows[2];
static struct site site;
static struct event_sink sink;
static struct outputs *outputs;
static struct mono now;
static uint64_t seq, on_disk;
static struct event last;
static unsigned changed, failed, writes;
static uint16_t written;     /* value of the last write */
static bool coil, deaf, out; /* the field: the coil itself, one that does not obey, a write under way */

static void put(void *context, struct event *event)
{
	(void)context;
	event->seq = ++seq;
	if (event->subject_kind != SUBJECT_OUTPUT)
		return;
	last = *event;
	changed += event->type == EVENT_OUTPUT_CHANGED;
	failed += event->type == EVENT_OUTPUT_FAILED;
}

static int write_coil(void *context, uint32_t output, uint16_t value)
{
	(void)context;
	ck_assert_uint_eq(output, 0);
	ck_assert(!out);
	ck_assert_uint_ge(on_disk, last.seq); /* O1 */
	written = value;
	writes++;
	out = true;
	return 0;
}

static uint64_t durable(void *context)
{
	(void)context;
	return on_disk;
}

static void make(uint32_t pulse_ms, bool readback)
{
	struct outputs_setup setup = {.site = &site, .sink = &sink};
	struct outputs_field field = {.write = write_coil, .durable = durable};

	devices[0] = (struct site_device){.id = "io", .scan_ms = 100, .point_count = 1};
	points[0] = (struct site_point){.name = "siren", .table = TABLE_COIL, .write = true};
	sensors[0] = (struct site_sensor){.id = "panic", .kind = KIND_DURESS};
	triggers[0] = (struct site_trigger){.sensor = 0, .condition = COND_DURESS};
	rows[0] = (struct site_output){
	        .id = "horn", .pulse_ms = pulse_ms, .readback = readback, .trigger_count = 1, .triggers = triggers};
	site = (struct site){.device_count = 1,
	                     .devices = devices,
	                     .point_count = 1,
	                     .points = points,
	                     .sensor_count = 1,
	                     .sensors = sensors,
	                     .output_count = 1,
	                     .outputs = rows};
	sink = (struct event_sink){.put = put};
	now = (struct mono){START_US};
	seq = on_disk = 0;
	changed = failed = writes = 0;
	coil = deaf = out = false;
	last = (struct event){0};
	ck_assert_int_eq(outputs_new(&setup, now, &outputs), 0);
	outputs_connect(outputs, &field);
}

static void teardown(void)
{
	outputs_free(&outputs);
	ck_assert_ptr_null(outputs);
}

static void sample(void)
{
	outputs_sample(outputs, &(struct sample){.quality = QUALITY_GOOD, .at = now, .value = coil});
}

static void answer(enum fault fault)
{
	ck_assert(out);
	out = false;
	coil = fault || deaf ? coil : written != 0;
	outputs_written(outputs, 0, fault, now);
}

/* The loop and a field that works, a scan each 100 ms. */
static void pass_ms(int64_t ms)
{
	for (int64_t end_us = now.us + ms * 1000; now.us < end_us; now.us += 10000) {
		on_disk = seq;
		if (out)
			answer(FAULT_NONE);
		if (rows[0].readback && now.us % 100000 == 0)
			sample();
		outputs_run(outputs, now);
	}
}

static void alarm_is(enum event_type type, bool active)
{
	struct event event = {.type = type,
	                      .subject_kind = SUBJECT_SENSOR,
	                      .condition = COND_DURESS,
	                      .state = {.active = active, .occurrence = type == EVENT_ALARM_RAISED ? 0 : 1}};

	event_emit(outputs_sink(outputs), &event);
}

static struct output_view view(void)
{
	struct output_view seen;

	outputs_view(outputs, 0, &seen);
	return seen;
}

/* --- what it shall be --------------------------------------------------------------------------------- */

START_TEST(nothing_is_written_without_a_cause)
{
	make(2000, true);
	pass_ms(5000);
	ck_assert_uint_eq(writes, 0);
	ck_assert_uint_eq(changed, 0);
	ck_assert(view().settled && !view().on);
}
END_TEST

START_TEST(pulse_is_as_long_as_it_says)
{
	make(2000, true);
	pass_ms(1000);
	alarm_is(EVENT_ALARM_RAISED, true);
	pass_ms(500);
	ck_assert(coil);
	ck_assert_uint_eq(last.for_ms, 2000);
	ck_assert_str_eq(last.reason, "panic/duress");
	pass_ms(1400);
	ck_assert(coil);
	pass_ms(300);
	ck_assert(!coil);
	ck_assert_uint_eq(changed, 2);
	ck_assert_uint_eq(writes, 2);
}
END_TEST

START_TEST(a_further_alarm_begins_the_pulse_anew)
{
	make(2000, true);
	alarm_is(EVENT_ALARM_RAISED, true);
	pass_ms(1500);
	alarm_is(EVENT_ALARM_CLEARED, false);
	alarm_is(EVENT_ALARM_RAISED, true);
	pass_ms(1500);
	ck_assert(coil);
	pass_ms(700);
	ck_assert(!coil);
}
END_TEST

START_TEST(other_events_of_the_alarm_begin_none)
{
	make(2000, true);
	pass_ms(500);
	alarm_is(EVENT_ALARM_ACKED, true);
	alarm_is(EVENT_ALARM_UPDATED, true);
	alarm_is(EVENT_ALARM_CLEARED, false);
	alarm_is(EVENT_COMMAND_ACCEPTED, false);
	pass_ms(500);
	ck_assert_uint_eq(writes, 0);
}
END_TEST

START_TEST(without_a_pulse_it_follows_the_alarm)
{
	make(0, true);
	alarm_is(EVENT_ALARM_RAISED, true);
	pass_ms(100000);
	ck_assert(coil);
	ck_assert_uint_eq(last.for_ms, 0);
	alarm_is(EVENT_ALARM_CLEARED, false);
	pass_ms(500);
	ck_assert(!coil);
	ck_assert_str_eq(last.reason, "what switched it on is gone");
}
END_TEST

START_TEST(people_switch_it)
{
	struct outputs_order on = {.action = OUTPUT_ON, .for_s = 3, .user = "anna", .reason = "a test"};
	struct outputs_order off = {.action = OUTPUT_OFF, .user = "anna"};
	struct outputs_order too_long = {.action = OUTPUT_ON, .for_s = LIMIT_OUTPUT_S + 1};
	struct outputs_order off_for = {.action = OUTPUT_OFF, .for_s = 1};

	make(0, true);
	ck_assert_int_eq(outputs_order(outputs, 0, &too_long, now), -ERANGE);
	ck_assert_int_eq(outputs_order(outputs, 0, &off_for, now), -ERANGE);
	ck_assert_int_eq(outputs_order(outputs, 0, &on, now), 0);
	ck_assert_str_eq(last.user, "anna");
	pass_ms(2000);
	ck_assert(coil);
	pass_ms(1500);
	ck_assert(!coil);
	alarm_is(EVENT_ALARM_RAISED, true);
	pass_ms(500);
	ck_assert(coil);
	ck_assert_int_eq(outputs_order(outputs, 0, &off, now), 0);
	pass_ms(20000);
	ck_assert(!coil); /* though its alarm is still active */
}
END_TEST

/* --- written, and read back --------------------------------------------------------------------------- */

START_TEST(nothing_goes_out_before_it_is_durable)
{
	make(2000, true);
	pass_ms(500);
	alarm_is(EVENT_ALARM_RAISED, true);
	for (int i = 0; i < 100; i++, now.us += 10000)
		outputs_run(outputs, now);
	ck_assert_uint_eq(writes, 0);
	on_disk = seq;
	outputs_run(outputs, now);
	ck_assert_uint_eq(writes, 1);
}
END_TEST

START_TEST(a_write_that_is_echoed_but_not_done_is_done_again)
{
	make(30000, true);
	pass_ms(500);
	deaf = true;
	alarm_is(EVENT_ALARM_RAISED, true);
	pass_ms(LIMIT_OUTPUT_TRIES * 2000);
	ck_assert_uint_eq(failed, 1);
	ck_assert_str_eq(last.reason, "was switched on, but reads off");
	ck_assert(view().failed);
	ck_assert_uint_eq(writes, LIMIT_OUTPUT_TRIES);
	pass_ms(LIMIT_OUTPUT_SLOW_S * 1000);
	ck_assert_uint_le(writes, LIMIT_OUTPUT_TRIES + 2); /* slowly now */
	ck_assert_uint_gt(writes, LIMIT_OUTPUT_TRIES);
	ck_assert_uint_eq(failed, 1); /* told once */
	deaf = false;
	pass_ms(LIMIT_OUTPUT_SLOW_S * 1000);
	ck_assert(!view().failed);
}
END_TEST

START_TEST(a_write_without_an_answer_that_was_done_counts)
{
	make(30000, true);
	pass_ms(500);
	alarm_is(EVENT_ALARM_RAISED, true);
	outputs_run(outputs, now);
	on_disk = seq;
	now.us += 10000;
	outputs_run(outputs, now);
	answer(FAULT_TIMEOUT);
	coil = true;
	pass_ms(5000);
	ck_assert_uint_eq(writes, 1);
	ck_assert(view().settled);
}
END_TEST

START_TEST(a_read_from_before_the_write_proves_nothing)
{
	make(30000, true);
	pass_ms(500);
	alarm_is(EVENT_ALARM_RAISED, true);
	on_disk = 100;
	outputs_run(outputs, now);
	outputs_run(outputs, now);
	struct mono before = now;
	now.us += 5000;
	answer(FAULT_NONE);
	outputs_sample(outputs, &(struct sample){.quality = QUALITY_GOOD, .at = before, .value = true});
	outputs_run(outputs, now);
	ck_assert(!view().settled);
	sample();
	outputs_run(outputs, now);
	ck_assert(!view().settled); /* of the same instant: neither */
	now.us += 1;
	sample();
	outputs_run(outputs, now);
	ck_assert(view().settled);
}
END_TEST

START_TEST(what_is_decided_during_a_write_follows_it)
{
	struct outputs_order off = {.action = OUTPUT_OFF};

	make(30000, true);
	pass_ms(500);
	alarm_is(EVENT_ALARM_RAISED, true);
	on_disk = 100;
	outputs_run(outputs, now);
	ck_assert(out && written == 1);
	ck_assert_int_eq(outputs_order(outputs, 0, &off, now), 0);
	outputs_run(outputs, now);
	ck_assert_uint_eq(writes, 1);
	answer(FAULT_NONE);
	outputs_run(outputs, now);
	ck_assert_uint_eq(writes, 2);
	ck_assert_uint_eq(written, 0);
}
END_TEST

START_TEST(somebody_else_who_switches_it_is_corrected_at_leisure)
{
	make(2000, true);
	pass_ms(500);
	coil = true;
	pass_ms(300);
	ck_assert(!coil);
	ck_assert_str_eq(last.reason, "found on, switched off");
	for (int i = 0; i < 50; i++) { /* a tug of war */
		coil = true;
		pass_ms(100);
	}
	ck_assert_uint_eq(writes, 1);
	pass_ms(LIMIT_OUTPUT_SLOW_S * 1000);
	ck_assert_uint_eq(writes, 2);
	ck_assert(!coil);
}
END_TEST

START_TEST(without_readback_the_echo_must_do)
{
	make(2000, false);
	pass_ms(500);
	ck_assert_uint_eq(writes, 1); /* nobody knows what it was: off */
	ck_assert_uint_eq(written, 0);
	alarm_is(EVENT_ALARM_RAISED, true);
	pass_ms(300);
	ck_assert(coil && view().settled);
}
END_TEST

/* --- after a restart ---------------------------------------------------------------------------------- */

START_TEST(a_pulse_goes_on_for_what_is_left_of_it)
{
	make(2000, true);
	outputs_restore(outputs, 0, true, 700);
	coil = true;
	pass_ms(600);
	ck_assert(coil);
	ck_assert_uint_eq(writes, 0);
	pass_ms(300);
	ck_assert(!coil);
}
END_TEST

START_TEST(a_pulse_that_is_over_is_ended)
{
	make(2000, true);
	outputs_restore(outputs, 0, true, 0);
	coil = true;
	pass_ms(300);
	ck_assert(!coil);
}
END_TEST

START_TEST(what_is_on_without_a_reason_is_switched_off)
{
	make(2000, true);
	coil = true;
	pass_ms(300);
	ck_assert(!coil);
	ck_assert_uint_eq(changed, 1);
}
END_TEST

START_TEST(a_level_whose_alarm_is_still_active_stays)
{
	make(0, true);
	outputs_restore(outputs, 0, true, 0);
	outputs_restore_alarm(outputs, 0, COND_DURESS, true);
	coil = true;
	pass_ms(2000);
	ck_assert(coil);
	ck_assert_uint_eq(writes, 0);
	alarm_is(EVENT_ALARM_CLEARED, false);
	pass_ms(300);
	ck_assert(!coil);
}
END_TEST

/* Whatever happens: at most one write a time, none before the disk has it, and at the end all is as it should be. */
START_TEST(random_lives_end_as_they_should)
{
	for (uint64_t seed = 1; seed <= 300; seed++) {
		uint64_t random = seed;
		make(seed & 1 ? 3000 : 0, true);
		for (int step = 0; step < 400; step++) {
			uint64_t dice = random_next(&random) % 12;
			struct outputs_order order = {.action = (enum output_action)(dice % OUTPUT_ACTION_COUNT)};
			if (dice == 0)
				alarm_is(EVENT_ALARM_RAISED, true);
			else if (dice == 1)
				alarm_is(EVENT_ALARM_CLEARED, false);
			else if (dice == 2)
				ck_assert_int_eq(outputs_order(outputs, 0, &order, now), 0);
			else if (dice == 3)
				coil = !coil;
			else if (dice == 4)
				deaf = !deaf;
			else if (dice == 5 && out)
				answer(FAULT_TIMEOUT);
			else
				pass_ms((int64_t)(random_next(&random) % 400));
		}
		deaf = false;
		alarm_is(EVENT_ALARM_CLEARED, false);
		pass_ms(LIMIT_OUTPUT_SLOW_S * 3000);
		ck_assert_msg(view().settled && coil == view().on && !view().failed, "seed %lu", (unsigned long)seed);
		outputs_free(&outputs);
	}
}
END_TEST

int main(void)
{
	Suite *all = suite_create("outputs");
	TCase *tests = tcase_create("outputs");
	SRunner *runner = srunner_create(all);
	const TTest *const list[] = {
	        nothing_is_written_without_a_cause,
	        pulse_is_as_long_as_it_says,
	        a_further_alarm_begins_the_pulse_anew,
	        other_events_of_the_alarm_begin_none,
	        without_a_pulse_it_follows_the_alarm,
	        people_switch_it,
	        nothing_goes_out_before_it_is_durable,
	        a_write_that_is_echoed_but_not_done_is_done_again,
	        a_write_without_an_answer_that_was_done_counts,
	        a_read_from_before_the_write_proves_nothing,
	        what_is_decided_during_a_write_follows_it,
	        somebody_else_who_switches_it_is_corrected_at_leisure,
	        without_readback_the_echo_must_do,
	        a_pulse_goes_on_for_what_is_left_of_it,
	        a_pulse_that_is_over_is_ended,
	        what_is_on_without_a_reason_is_switched_off,
	        a_level_whose_alarm_is_still_active_stays,
	        random_lives_end_as_they_should,
	};

	tcase_add_checked_fixture(tests, NULL, teardown);
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
		tcase_add_test(tests, list[i]);
	suite_add_tcase(all, tests);
	srunner_run_all(runner, CK_NORMAL);
	int wrong = srunner_ntests_failed(runner);
	srunner_free(runner);
	return wrong ? EXIT_FAILURE : EXIT_SUCCESS;
}
