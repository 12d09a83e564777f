/* SPDX-License-Identifier: Apache-2.0 */
/* journal: numbers, group commit, the queue, and readers beside the writer. */
#include "tests/unit/journal_suite.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>

/* --- numbers ------------------------------------------------------------------------------------ */

START_TEST(a_new_journal_is_empty_private_and_named_by_its_time)
{
	struct stat about;
	uint64_t head = 9, acked = 9;

	start();
	ck_assert_uint_eq(journal_head(journal), 0);
	ck_assert_str_eq(rig.context.epoch, "6b04aa08");
	ck_assert_int_eq(stat(rig.path, &about), 0);
	ck_assert_uint_eq(about.st_mode & 0777, 0600);
	look();
	ck_assert_int_eq(journal_read_head(reader, &head, &acked), 0);
	ck_assert_uint_eq(head + acked, 0);
	ck_assert_uint_eq(read_rows(0, 100).count, 0);
}
END_TEST

START_TEST(a_directory_that_is_missing_is_made_private)
{
	struct stat about;
	char directory[96];

	snprintf(directory, sizeof directory, "%s/new", rig.directory);
	rig.site.journal_dir = directory;
	start();
	ck_assert_int_eq(stat(directory, &about), 0);
	ck_assert_uint_eq(about.st_mode & 0777, 0700);
	journal_close(&journal);
	char kept[64];
	snprintf(kept, sizeof kept, "%s", rig.directory);
	snprintf(rig.directory, sizeof rig.directory, "%.60s", directory);
	rig_end(&rig);
	snprintf(rig.directory, sizeof rig.directory, "%s", kept);
}
END_TEST

START_TEST(numbers_go_on_after_reopening)
{
	char epoch[17];

	start();
	memcpy(epoch, rig.context.epoch, sizeof epoch);
	put_changes(1, 250);
	journal_close(&journal);
	rig.context.epoch[0] = '\0';
	ck_assert_int_eq(journal_open(&rig.context, (struct wall){1}, &journal, rig.why), 0);
	ck_assert_str_eq(rig.context.epoch, epoch);
	ck_assert_uint_eq(journal_head(journal), 250);
	ck_assert_int_eq(journal_start(journal, -1), 0);
	put_changes(251, 300);
	ck_assert(rig_durable(journal, 300));
	look();
	struct rows rows = read_rows(0, 1000);
	ck_assert_uint_eq(rows.count, 300);
	ck_assert(!rows.gap);
}
END_TEST

START_TEST(what_waits_at_the_end_is_committed)
{
	start();
	put_changes(1, 5000);
	journal_close(&journal);
	look();
	ck_assert_uint_eq(read_rows(0, 10000).count, 5000);
}
END_TEST

START_TEST(events_from_before_the_start_are_kept)
{
	ck_assert_int_eq(journal_open(&rig.context, RIG_NOW, &journal, rig.why), 0);
	put_changes(1, 3);
	journal_close(&journal);
	look();
	ck_assert_uint_eq(read_rows(0, 10).count, 3);
}
END_TEST

START_TEST(many_events_share_a_commit)
{
	struct journal_stats stats;

	start();
	put_changes(1, 2000);
	ck_assert(rig_durable(journal, 2000));
	journal_stats(journal, &stats);
	ck_assert_uint_ge(stats.commits, 2000 / LIMIT_JOURNAL_BATCH);
	ck_assert_uint_lt(stats.commits, 1000);
	ck_assert_uint_eq(stats.head, 2000);
	ck_assert_uint_gt(stats.commit_p99_us, 0);
}
END_TEST

START_TEST(a_commit_wakes_the_publisher)
{
	int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	struct pollfd waiting = {.fd = wake, .events = POLLIN};

	ck_assert_int_eq(journal_open(&rig.context, RIG_NOW, &journal, rig.why), 0);
	ck_assert_int_eq(journal_start(journal, wake), 0);
	ck_assert_int_eq(poll(&waiting, 1, 0), 0);
	put_changes(1, 1);
	ck_assert_int_eq(poll(&waiting, 1, DEADLINE_MS), 1);
	look();
	ck_assert_uint_eq(read_rows(0, 10).count, 1);
	journal_close(&journal);
	close(wake);
}
END_TEST

/* --- the queue ------------------------------------------------------------------------------------ */

START_TEST(a_full_queue_is_said_so_and_empties)
{
	struct event event = rig_changed(1, SENSOR_OPEN);

	ck_assert_int_eq(journal_open(&rig.context, RIG_NOW, &journal, rig.why), 0);
	ck_assert_uint_eq(journal_room(journal), LIMIT_JOURNAL_QUEUE);
	put_changes(1, LIMIT_JOURNAL_QUEUE);
	ck_assert_uint_eq(journal_room(journal), 0);
	event.seq = LIMIT_JOURNAL_QUEUE + 1;
	ck_assert_int_eq(journal_append(journal, &event), -ENOBUFS);
	ck_assert_int_eq(journal_start(journal, -1), 0);
	ck_assert(rig_durable(journal, LIMIT_JOURNAL_QUEUE));
	ck_assert_uint_eq(journal_room(journal), LIMIT_JOURNAL_QUEUE);
	put(event); /* its number was not used up */
	ck_assert(rig_durable(journal, LIMIT_JOURNAL_QUEUE + 1));
}
END_TEST

struct follower {
	atomic_bool stop;
	uint64_t seen;
	bool gap, bad;
	int error;
};

static bool follow_row(void *context, const struct journal_row *row)
{
	struct follower *follower = context;

	follower->gap = follower->gap || row->seq != follower->seen + 1;
	follower->seen = row->seq;
	return true;
}

static void *follow(void *argument)
{
	struct follower *follower = argument;
	struct journal_reader *own = NULL;
	struct topics topics = {0};
	char why[256];

	follower->error = journal_reader_open(rig.path, &own, why);
	while (follower->error == 0 && !follower->stop) {
		follower->error = journal_read(own, follower->seen, 37, follow_row, follower);
		if (follower->error == 0)
			follower->error = journal_read_topics(own, topics.last, 20, take_topic, &topics);
		if (follower->seen)
			journal_acked(journal, follower->seen);
	}
	follower->bad = topics.bad;
	journal_reader_close(&own);
	return NULL;
}

START_TEST(a_reader_follows_the_writer)
{
	struct follower follower = {0};
	pthread_t thread;

	start();
	ck_assert_int_eq(pthread_create(&thread, NULL, follow, &follower), 0);
	for (uint64_t seq = 1; seq <= 6000; seq++) {
		put(seq % 3 ? rig_changed(seq, SENSOR_OPEN) : rig_alarm(seq, EVENT_ALARM_RAISED, seq));
		if (seq % 50 == 0)
			ck_assert(rig_durable(journal, seq - 20));
	}
	ck_assert(rig_durable(journal, 6000));
	follower.stop = true;
	pthread_join(thread, NULL);
	ck_assert_int_eq(follower.error, 0);
	ck_assert(!follower.bad);
	ck_assert(!follower.gap);
	ck_assert_uint_gt(follower.seen, 0);
}
END_TEST

START_TEST(a_reader_stops_when_told_and_keeps_to_its_limit)
{
	struct rows rows = {.most = 3};

	start();
	put_changes(1, 50);
	ck_assert(rig_durable(journal, 50));
	look();
	ck_assert_int_eq(journal_read(reader, 10, 100, take_row, &rows), 0);
	ck_assert_uint_eq(rows.first, 11);
	ck_assert_uint_eq(rows.count, 3);
	ck_assert_uint_eq(read_rows(0, 20).last, 20);
	ck_assert_uint_eq(read_rows(45, 20).count, 5);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("journal");
	TCase *tests = add(suite, "all");

	tcase_add_test(tests, a_new_journal_is_empty_private_and_named_by_its_time);
	tcase_add_test(tests, a_directory_that_is_missing_is_made_private);
	tcase_add_test(tests, numbers_go_on_after_reopening);
	tcase_add_test(tests, what_waits_at_the_end_is_committed);
	tcase_add_test(tests, events_from_before_the_start_are_kept);
	tcase_add_test(tests, many_events_share_a_commit);
	tcase_add_test(tests, a_commit_wakes_the_publisher);
	tcase_add_test(tests, a_full_queue_is_said_so_and_empties);
	tcase_add_test(tests, a_reader_follows_the_writer);
	tcase_add_test(tests, a_reader_stops_when_told_and_keeps_to_its_limit);
	return run(suite);
}
