/* SPDX-License-Identifier: Apache-2.0 */
/* journal: a disk that refuses loses nothing, and what recovers goes on by itself. */
#include "tests/unit/journal_suite.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/syscall.h>

/* --- a disk that refuses ------------------------------------------------------------------------------ */

static int error_at_last(bool wanted)
{
	const int64_t deadline = rig_us() + DEADLINE_MS * 1000;
	const struct timespec pause = {.tv_nsec = 1000000};
	struct journal_stats stats;

	do {
		journal_stats(journal, &stats);
		clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
	} while ((stats.error != 0) != wanted && rig_us() < deadline);
	return stats.error;
}

/* --- fsync that fails: SQLite calls the first of this name, and this is it -------------------------------- */

static atomic_uint sync_count, sync_fails_every;

int fdatasync(int fd)
{
	unsigned every = sync_fails_every;

	if (every && ++sync_count % every == 0) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

static off_t file_bytes(void)
{
	struct stat about;

	ck_assert_int_eq(stat(rig.path, &about), 0);
	return about.st_size;
}

START_TEST(an_fsync_that_fails_is_not_believed_later)
{
	struct journal_stats stats;

	start();
	put_changes(1, 100);
	ck_assert(rig_durable(journal, 100));
	look();
	for (int round = 0; round < 3; round++) {
		off_t before = file_bytes(); /* all of the round before is still in the WAL */
		journal_stats(journal, &stats);
		sync_fails_every = 1;
		put_changes(stats.head + 1, stats.head + 250);
		ck_assert_int_eq(error_at_last(true), -EIO);
		ck_assert_uint_eq(read_rows(stats.head, 1000).count, 0);
		if (round != 1) /* with a reader, closing the file does not move the WAL into it */
			journal_reader_close(&reader);
		sync_fails_every = 0;
		ck_assert(rig_durable(journal, stats.head + 250));
		ck_assert_int_eq(error_at_last(false), 0);
		ck_assert_int_gt(file_bytes(), before); /* and was written again, to the file */
		look();
		struct rows rows = read_rows(0, 10000);
		ck_assert_uint_eq(rows.count, stats.head + 250);
		ck_assert(!rows.gap);
	}
	ck_assert_uint_gt(sync_count, 0);
}
END_TEST

START_TEST(fsyncs_that_fail_now_and_then_lose_nothing)
{
	start();
	look();
	for (unsigned every = 6; every <= 11; every++) { /* one recovery and its commit take four or five */
		struct journal_stats stats;
		journal_stats(journal, &stats);
		sync_fails_every = every;
		for (uint64_t seq = stats.head + 1; seq <= stats.head + 40; seq++) {
			put(seq % 3 ? rig_changed(seq, SENSOR_OPEN) : rig_alarm(seq, EVENT_ALARM_RAISED, seq));
			if (seq % 10 == 0)
				ck_assert(rig_durable(journal, seq));
		}
		ck_assert(rig_durable(journal, stats.head + 40));
	}
	sync_fails_every = 0;
	journal_close(&journal);
	struct rows rows = read_rows(0, 10000);
	ck_assert_uint_eq(rows.count, 240);
	ck_assert(!rows.gap);
	check_integrity();
}
END_TEST

static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

START_TEST(a_disk_that_refuses_loses_nothing_and_recovers)
{
	struct journal_stats stats;

	signal(SIGXFSZ, SIG_IGN);
	start();
	put_changes(1, 100);
	ck_assert(rig_durable(journal, 100));
	look();
	for (int round = 0; round < 3; round++) {
		journal_stats(journal, &stats);
		limit_files(4096);
		put_changes(stats.head + 1, stats.head + 3000);
		ck_assert_int_lt(error_at_last(true), 0);
		ck_assert_uint_eq(read_rows(stats.head, 10000).count, 0);
		ck_assert_uint_eq(journal_room(journal), LIMIT_JOURNAL_QUEUE - 3000);
		limit_files(RLIM_INFINITY);
		ck_assert(rig_durable(journal, stats.head + 3000));
		ck_assert_int_eq(error_at_last(false), 0);
	}
	journal_close(&journal);
	look();
	struct rows rows = read_rows(0, 100000);
	ck_assert_uint_eq(rows.count, 9100);
	ck_assert(!rows.gap);
	check_integrity();
}
END_TEST

START_TEST(a_disk_that_refuses_to_the_end_does_not_hold_up_the_end)
{
	signal(SIGXFSZ, SIG_IGN);
	start();
	put_changes(1, 100);
	ck_assert(rig_durable(journal, 100));
	limit_files(4096);
	put_changes(101, 3000);
	int64_t before = rig_us();
	journal_close(&journal);
	ck_assert_int_lt(rig_us() - before, 5000000);
	limit_files(RLIM_INFINITY);
	start();
	ck_assert_uint_eq(journal_head(journal), 100);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("journal_disk");
	TCase *tests = add(suite, "all");

	tcase_add_test(tests, an_fsync_that_fails_is_not_believed_later);
	tcase_add_test(tests, fsyncs_that_fail_now_and_then_lose_nothing);
	tcase_add_test(tests, a_disk_that_refuses_loses_nothing_and_recovers);
	tcase_add_test(tests, a_disk_that_refuses_to_the_end_does_not_hold_up_the_end);
	return run(suite);
}
