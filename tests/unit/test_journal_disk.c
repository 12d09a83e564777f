/* SPDX-License-Identifier: Apache-2.0 */
/* journal: a disk that refuses loses nothing, and what recovers goes on by itself. */
#include "tests/unit/journal_suite.h"

#include <signal.h>
#include <sys/resource.h>

/* --- a disk that refuses ------------------------------------------------------------------------------ */

static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

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

	tcase_add_test(tests, a_disk_that_refuses_loses_nothing_and_recovers);
	tcase_add_test(tests, a_disk_that_refuses_to_the_end_does_not_hold_up_the_end);
	return run(suite);
}
