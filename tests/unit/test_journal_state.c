/* SPDX-License-Identifier: Apache-2.0 */
/* journal: the state that goes with the events, what is restored, and what may be removed. */
#include "tests/unit/journal_suite.h"

#include "gateway/journal/database.h"

struct restored {
	unsigned alarms, areas;
	bool north, sally;
	struct alarm_state state;
	char subject[LIMIT_ID + 1], condition[LIMIT_ID + 1];
};

static void take_alarm(void *context, enum subject_kind kind, const char *subject, const char *condition,
                       const struct alarm_state *state)
{
	struct restored *restored = context;

	ck_assert_int_eq(kind, SUBJECT_SENSOR);
	restored->alarms++;
	restored->state = *state;
	snprintf(restored->subject, sizeof restored->subject, "%s", subject);
	snprintf(restored->condition, sizeof restored->condition, "%s", condition);
}

static void take_area(void *context, const char *area, bool set)
{
	struct restored *restored = context;

	restored->areas++;
	*(strcmp(area, "north") == 0 ? &restored->north : &restored->sally) = set;
}

static struct restored reopen_and_restore(void)
{
	struct restored restored = {0};
	struct journal_restore restore = {.context = &restored, .alarm = take_alarm, .area = take_area};

	journal_close(&journal);
	ck_assert_msg(journal_open(&rig.context, RIG_NOW, &journal, rig.why) == 0, "%s", rig.why);
	ck_assert_int_eq(journal_restore(journal, &restore), 0);
	ck_assert_int_eq(journal_start(journal, -1), 0);
	return restored;
}

/* --- state -------------------------------------------------------------------------------------- */

START_TEST(an_unacknowledged_alarm_is_restored)
{
	start();
	put(rig_alarm(1, EVENT_ALARM_RAISED, 1));
	put(rig_alarm(2, EVENT_ALARM_CLEARED, 1));
	struct restored restored = reopen_and_restore();
	ck_assert_uint_eq(restored.alarms, 1);
	ck_assert_str_eq(restored.subject, "sp3-inner");
	ck_assert_str_eq(restored.condition, "door.forced");
	ck_assert(!restored.state.active && !restored.state.acked && restored.state.latched);
	ck_assert_uint_eq(restored.state.priority, 1);
	ck_assert_uint_eq(restored.state.occurrence, 1);
	ck_assert_uint_eq(restored.state.count, 1);
}
END_TEST

START_TEST(a_latched_alarm_is_restored_until_it_is_reset)
{
	start();
	put(rig_alarm(1, EVENT_ALARM_RAISED, 1));
	put(rig_alarm(2, EVENT_ALARM_LATCHED, 1));
	struct restored restored = reopen_and_restore();
	ck_assert_uint_eq(restored.alarms, 1);
	ck_assert(!restored.state.active && restored.state.acked && restored.state.latched);
	put(rig_alarm(3, EVENT_ALARM_RESET, 1));
	ck_assert_uint_eq(reopen_and_restore().alarms, 0);
}
END_TEST

static struct event shelved(uint64_t seq)
{
	struct event event = rig_alarm(seq, EVENT_ALARM_SHELVED, 1);

	event.state.mask = MASK_SHELVED;
	event.state.one_shot = true;
	event.state.until = mono_add_ms(event.at, 60000);
	return event;
}

static struct restored restore_at(struct mono now, struct wall wall)
{
	struct restored restored = {0};
	struct journal_restore restore = {
	        .context = &restored, .now = now, .wall = wall, .alarm = take_alarm, .area = take_area};

	journal_close(&journal);
	ck_assert_msg(journal_open(&rig.context, RIG_NOW, &journal, rig.why) == 0, "%s", rig.why);
	ck_assert_int_eq(journal_restore(journal, &restore), 0);
	return restored;
}

START_TEST(a_mask_ends_by_the_wall_clock)
{
	struct event event = shelved(2);
	struct mono now = {777000000};

	start();
	put(rig_alarm(1, EVENT_ALARM_RAISED, 1));
	put(event);
	struct restored restored = restore_at(now, (struct wall){event.time.us + 20000000});
	ck_assert_int_eq(restored.state.mask, MASK_SHELVED);
	ck_assert(restored.state.one_shot);
	ck_assert_int_eq(restored.state.until.us, now.us + 40000000);
	/* over meanwhile; and a clock that was set back hides nothing for longer than a shift */
	ck_assert_int_eq(restore_at(now, (struct wall){event.time.us + 90000000}).state.until.us, now.us);
	ck_assert_int_eq(restore_at(now, (struct wall){event.time.us / 2}).state.until.us,
	                 now.us + LIMIT_SHELVE_S * INT64_C(1000000));
}
END_TEST

START_TEST(a_journal_of_the_first_format_is_taken_over)
{
	struct database *database = NULL;

	start();
	put(rig_alarm(1, EVENT_ALARM_RAISED, 1));
	journal_close(&journal);
	ck_assert_int_eq(database_open(rig.path, DATABASE_WRITE, &database), 0);
	ck_assert_int_eq(database_exec(database, "ALTER TABLE alarm DROP COLUMN mask;"
	                                         "ALTER TABLE alarm DROP COLUMN one_shot;"
	                                         "ALTER TABLE alarm DROP COLUMN until;"
	                                         "DROP TABLE output; PRAGMA user_version = 1;"),
	                 0);
	database_close(&database);
	struct restored restored = reopen_and_restore();
	ck_assert_uint_eq(restored.alarms, 1);
	ck_assert_int_eq(restored.state.mask, MASK_NONE);
	put(shelved(2));
	ck_assert_int_eq(reopen_and_restore().state.mask, MASK_SHELVED);
}
END_TEST

START_TEST(areas_are_as_their_start_says_and_then_remembered)
{
	struct event unset = {.seq = 1,
	                      .time = RIG_NOW,
	                      .type = EVENT_AREA_UNSET,
	                      .subject_kind = SUBJECT_AREA,
	                      .subject = RIG_AREA_SALLY,
	                      .condition = COND_NONE,
	                      .point = SITE_NONE};

	start();
	struct restored restored = reopen_and_restore();
	ck_assert_uint_eq(restored.areas, 2);
	ck_assert(restored.sally && !restored.north);
	put(unset);
	rig.areas[RIG_AREA_NORTH].start_unset = false; /* an edit that comes too late */
	restored = reopen_and_restore();
	ck_assert(!restored.sally && !restored.north);
	look();
	ck_assert_ptr_nonnull(strstr(read_topics("area/sally-3", 0).payload, "\"state\":\"unset\""));
}
END_TEST

START_TEST(event_state_and_topic_are_visible_together)
{
	start();
	put(rig_alarm(1, EVENT_ALARM_RAISED, 1));
	ck_assert(rig_durable(journal, 1));
	look();
	ck_assert_ptr_nonnull(strstr(read_rows(0, 1).payload, "\"id\":\"gw-1/6b04aa08/1\""));
	ck_assert_ptr_nonnull(strstr(read_topics("alarm/sp3-inner/door.forced", 0).payload, "\"isa\":\"B\""));
	ck_assert_uint_eq(reopen_and_restore().alarms, 1);
}
END_TEST

START_TEST(the_time_of_the_raise_outlives_later_events)
{
	struct event acked = rig_alarm(2, EVENT_ALARM_ACKED, 1);

	acked.time.us += 60000000;
	start();
	put(rig_alarm(1, EVENT_ALARM_RAISED, 1));
	put(acked);
	ck_assert(rig_durable(journal, 2));
	look();
	struct topics topics = read_topics("alarm/sp3-inner/door.forced", 0);
	ck_assert_ptr_nonnull(strstr(topics.payload, "\"raised\":\"2026-11-23T21:03:04.512345Z\""));
	ck_assert_ptr_nonnull(strstr(topics.payload, "\"time\":\"2026-11-23T21:04:04.512345Z\""));
}
END_TEST

START_TEST(an_alarm_that_is_over_clears_its_topic)
{
	start();
	put(rig_alarm(1, EVENT_ALARM_RAISED, 1));
	put(rig_alarm(2, EVENT_ALARM_RESET, 1));
	ck_assert(rig_durable(journal, 2));
	look();
	struct topics topics = read_topics("alarm/sp3-inner/door.forced", 0);
	ck_assert(topics.found);
	ck_assert_str_eq(topics.payload, "");
}
END_TEST

START_TEST(topics_come_in_the_order_of_their_change)
{
	start();
	look();
	struct topics before = read_topics(NULL, 0);
	ck_assert_uint_eq(before.count, RIG_SENSORS + RIG_AREAS);
	put_changes(1, 3);
	put(rig_alarm(4, EVENT_ALARM_RAISED, 4));
	ck_assert(rig_durable(journal, 4));
	struct topics after = read_topics("sensor/sp3-inner", before.last);
	ck_assert_uint_eq(after.count, 2); /* the sensor once, as it is now, and the alarm */
	ck_assert_ptr_nonnull(strstr(after.payload, "\"state\":\"open\""));
	ck_assert_uint_eq(read_topics(NULL, after.last).count, 0);
}
END_TEST

START_TEST(sensors_are_unknown_after_a_restart)
{
	start();
	put_changes(1, 1);
	reopen_and_restore();
	look();
	ck_assert_ptr_nonnull(strstr(read_topics("sensor/sp3-inner", 0).payload, "\"state\":\"unknown\""));
}
END_TEST

START_TEST(topics_of_former_things_are_cleared_and_come_back_with_them)
{
	start();
	put(rig_alarm(1, EVENT_ALARM_RAISED, 1));
	journal_close(&journal);
	rig.sensors[RIG_DOOR].id = "other";
	start();
	look();
	ck_assert_str_eq(read_topics("alarm/sp3-inner/door.forced", 0).payload, "");
	ck_assert(read_topics("sensor/sp3-inner", 0).found);
	ck_assert_str_eq(read_topics("sensor/sp3-inner", 0).payload, "");
	ck_assert_ptr_nonnull(strstr(read_topics("sensor/other", 0).payload, "unknown"));
	journal_close(&journal);
	rig.sensors[RIG_DOOR].id = "sp3-inner";
	start();
	ck_assert_ptr_nonnull(strstr(read_topics("alarm/sp3-inner/door.forced", 0).payload, "\"isa\":\"B\""));
	ck_assert_str_eq(read_topics("sensor/other", 0).payload, "");
}
END_TEST

/* --- acknowledged, removed ------------------------------------------------------------------------ */

static bool acked_on_disk(uint64_t wanted)
{
	const int64_t deadline = rig_us() + DEADLINE_MS * 1000;
	const struct timespec pause = {.tv_nsec = 5000000};
	uint64_t head, acked = 0;

	look();
	while (acked != wanted && rig_us() < deadline) {
		clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
		ck_assert_int_eq(journal_read_head(reader, &head, &acked), 0);
	}
	return acked == wanted;
}

START_TEST(what_is_acknowledged_is_on_disk_within_a_second_or_two)
{
	start();
	put_changes(1, 10);
	ck_assert(rig_durable(journal, 10));
	int64_t before = rig_us();
	journal_acked(journal, 7);
	journal_acked(journal, 5); /* late news change nothing */
	ck_assert(acked_on_disk(7));
	ck_assert_int_lt(rig_us() - before, 2500000);
}
END_TEST

START_TEST(what_is_acknowledged_last_is_kept_on_closing)
{
	struct journal_stats stats;

	start();
	put_changes(1, 10);
	ck_assert(rig_durable(journal, 10));
	journal_acked(journal, 9);
	journal_close(&journal);
	start();
	journal_stats(journal, &stats);
	ck_assert_uint_eq(stats.acked, 9);
}
END_TEST

static void put_aged(uint64_t seq, int days)
{
	struct event event = rig_changed(seq, SENSOR_OPEN);

	event.time.us -= INT64_C(86400000000) * days;
	put(event);
}

/* 600 events of a hundred days ago, of which the first is an alarm, then one of today */
static void fill_aged(enum event_type last_of_alarm)
{
	struct event raised = rig_alarm(1, EVENT_ALARM_RAISED, 1), last = rig_alarm(2, last_of_alarm, 1);

	raised.time.us -= INT64_C(86400000000) * 100;
	last.time.us = raised.time.us;
	start();
	put(raised);
	put(last);
	for (uint64_t seq = 3; seq <= 600; seq++)
		put_aged(seq, 100);
	put_aged(601, 0);
	ck_assert(rig_durable(journal, 601));
}

static uint64_t rows_at_last(uint64_t wanted)
{
	const int64_t deadline = rig_us() + DEADLINE_MS * 1000;
	const struct timespec pause = {.tv_nsec = 5000000};
	uint64_t count;

	look();
	while ((count = read_rows(0, 1000).count) != wanted && rig_us() < deadline)
		clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
	return count;
}

START_TEST(old_acknowledged_events_are_removed_and_their_numbers_not_used_again)
{
	fill_aged(EVENT_ALARM_RESET);
	journal_acked(journal, 601);
	ck_assert_uint_eq(rows_at_last(1), 1);
	journal_close(&journal);
	start();
	ck_assert_uint_eq(journal_head(journal), 601);
	put_changes(602, 602);
}
END_TEST

START_TEST(an_old_alarm_still_of_interest_is_kept)
{
	fill_aged(EVENT_ALARM_ACKED);
	journal_acked(journal, 601);
	ck_assert_uint_eq(rows_at_last(2), 2);
	ck_assert_uint_eq(read_rows(0, 1000).first, 1);
}
END_TEST

START_TEST(what_is_not_acknowledged_is_never_removed)
{
	fill_aged(EVENT_ALARM_RESET);
	journal_acked(journal, 300);
	ck_assert_uint_eq(rows_at_last(301), 301);
	ck_assert_uint_eq(read_rows(0, 1000).first, 301);
	struct timespec two_chores = {.tv_sec = 2, .tv_nsec = 500000000};
	clock_nanosleep(CLOCK_MONOTONIC, 0, &two_chores, NULL); /* nothing more may happen */
	ck_assert_uint_eq(read_rows(0, 1000).count, 301);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("journal_state");
	TCase *tests = add(suite, "all");

	tcase_add_test(tests, an_unacknowledged_alarm_is_restored);
	tcase_add_test(tests, a_mask_ends_by_the_wall_clock);
	tcase_add_test(tests, a_journal_of_the_first_format_is_taken_over);
	tcase_add_test(tests, a_latched_alarm_is_restored_until_it_is_reset);
	tcase_add_test(tests, areas_are_as_their_start_says_and_then_remembered);
	tcase_add_test(tests, event_state_and_topic_are_visible_together);
	tcase_add_test(tests, the_time_of_the_raise_outlives_later_events);
	tcase_add_test(tests, an_alarm_that_is_over_clears_its_topic);
	tcase_add_test(tests, topics_come_in_the_order_of_their_change);
	tcase_add_test(tests, sensors_are_unknown_after_a_restart);
	tcase_add_test(tests, topics_of_former_things_are_cleared_and_come_back_with_them);
	tcase_add_test(tests, what_is_acknowledged_is_on_disk_within_a_second_or_two);
	tcase_add_test(tests, what_is_acknowledged_last_is_kept_on_closing);
	tcase_add_test(tests, old_acknowledged_events_are_removed_and_their_numbers_not_used_again);
	tcase_add_test(tests, an_old_alarm_still_of_interest_is_kept);
	tcase_add_test(tests, what_is_not_acknowledged_is_never_removed);
	return run(suite);
}
