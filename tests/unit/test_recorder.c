/* SPDX-License-Identifier: Apache-2.0 */
/* recorder: numbers, wall times and occurrences that the sources cannot know, and room. */
#include "tests/unit/journal_suite.h"

#include "gateway/recorder.h"

static struct recorder recorder;

#define MONO_NOW ((struct mono){INT64_C(5000000)})

static void record_with(struct journal *into)
{
	recorder_init(&recorder, into);
	recorder_clock(&recorder, MONO_NOW, RIG_NOW);
}

static struct event emit_of(enum event_type type, int64_t age_us, uint64_t occurrence)
{
	struct event event = rig_alarm(0, type, occurrence);

	event.time.us = 0;
	event.at.us = MONO_NOW.us - age_us;
	event_emit(&recorder.sink, &event);
	return event;
}

static struct event emit(enum event_type type, int64_t age_us)
{
	return emit_of(type, age_us, 0);
}

START_TEST(numbers_go_on_from_the_journals_head)
{
	start();
	put_changes(1, 41);
	journal_close(&journal);
	start();
	record_with(journal);
	ck_assert_uint_eq(emit(EVENT_SENSOR_CHANGED, 0).seq, 42);
	ck_assert_uint_eq(emit(EVENT_SENSOR_CHANGED, 0).seq, 43);
	ck_assert_uint_eq(recorder.head, 43);
	ck_assert(rig_durable(journal, 43));
}
END_TEST

START_TEST(the_wall_time_is_that_of_the_sample)
{
	start();
	record_with(journal);
	ck_assert_int_eq(emit(EVENT_SENSOR_CHANGED, 84000).time.us, RIG_NOW.us - 84000);
	ck_assert(rig_durable(journal, 1));
	look();
	ck_assert_ptr_nonnull(strstr(read_rows(0, 1).payload, "\"time\":\"2026-11-23T21:03:04.428345Z\""));
}
END_TEST

START_TEST(a_raise_is_its_own_occurrence_and_later_steps_keep_it)
{
	start();
	record_with(journal);
	ck_assert_uint_eq(emit(EVENT_ALARM_RAISED, 0).state.occurrence, 1);
	ck_assert_uint_eq(emit_of(EVENT_ALARM_ACKED, 0, 1).state.occurrence, 1);
	ck_assert_uint_eq(emit(EVENT_ALARM_UPDATED, 0).state.occurrence, 3); /* again, while it was of interest */
	ck_assert(rig_durable(journal, 3));
	look();
	ck_assert_ptr_nonnull(strstr(read_rows(0, 1).payload, "\"occurrence\":\"gw-1/6b04aa08/1\""));
}
END_TEST

START_TEST(room_ends_before_the_queue_does)
{
	ck_assert_int_eq(journal_open(&rig.context, RIG_NOW, &journal, rig.why), 0);
	record_with(journal);
	ck_assert(recorder_room(&recorder));
	for (unsigned i = 0; i < LIMIT_JOURNAL_QUEUE - LIMIT_JOURNAL_SPARE; i++)
		emit(EVENT_SENSOR_CHANGED, 0);
	ck_assert(recorder_room(&recorder));
	emit(EVENT_SENSOR_CHANGED, 0);
	ck_assert(!recorder_room(&recorder));
	ck_assert_int_eq(journal_start(journal, -1), 0);
	ck_assert(rig_durable(journal, recorder.head));
	ck_assert(recorder_room(&recorder));
}
END_TEST

START_TEST(more_than_the_queue_holds_waits_and_is_not_lost)
{
	start();
	record_with(journal);
	for (unsigned i = 0; i < 2 * LIMIT_JOURNAL_QUEUE; i++)
		emit(EVENT_SENSOR_CHANGED, 0);
	journal_close(&journal);
	look();
	struct rows rows = read_rows(0, UINT32_MAX);
	ck_assert_uint_eq(rows.count, 2 * LIMIT_JOURNAL_QUEUE);
	ck_assert(!rows.gap);
}
END_TEST

START_TEST(the_latency_is_that_of_the_last_samples)
{
	start();
	record_with(journal);
	ck_assert_uint_eq(recorder_latency_p99_ms(&recorder), 0);
	emit(EVENT_SENSOR_CHANGED, 900000);
	ck_assert_uint_eq(recorder_latency_p99_ms(&recorder), 900);
	for (int i = 1; i <= 200; i++)
		emit(EVENT_SENSOR_CHANGED, i * 1000);
	ck_assert_uint_eq(recorder_latency_p99_ms(&recorder), 199);
	for (int i = 0; i < 256; i++)
		emit(EVENT_SENSOR_CHANGED, -5); /* a clock read just before */
	ck_assert_uint_eq(recorder_latency_p99_ms(&recorder), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("recorder");
	TCase *tests = add(suite, "all");

	tcase_add_test(tests, numbers_go_on_from_the_journals_head);
	tcase_add_test(tests, the_wall_time_is_that_of_the_sample);
	tcase_add_test(tests, a_raise_is_its_own_occurrence_and_later_steps_keep_it);
	tcase_add_test(tests, room_ends_before_the_queue_does);
	tcase_add_test(tests, more_than_the_queue_holds_waits_and_is_not_lost);
	tcase_add_test(tests, the_latency_is_that_of_the_last_samples);
	return run(suite);
}
