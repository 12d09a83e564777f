/* SPDX-License-Identifier: Apache-2.0 */
/* journal_victim - a daemon's writer in a process of its own, to be killed. */
#ifndef PICKET_JOURNAL_VICTIM_H
#define PICKET_JOURNAL_VICTIM_H

#include "tests/unit/journal_suite.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

struct record {
	uint64_t head, durable;
};

/* Appends for ever and tells each figure that journal_stats() calls durable. */
static inline void live(int out)
{
	struct journal_stats stats;
	struct record record = {0};
	const struct timespec pause = {.tv_nsec = 100000};

	if (journal_open(&rig.context, RIG_NOW, &journal, rig.why) < 0 || journal_start(journal, -1) < 0)
		_exit(1);
	for (uint64_t seq = journal_head(journal) + 1;; seq++) {
		struct event event = seq % 5 ? rig_changed(seq, SENSOR_OPEN) : rig_alarm(seq, EVENT_ALARM_RAISED, seq);
		while (journal_append(journal, &event) == -ENOBUFS)
			clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
		journal_stats(journal, &stats);
		if (stats.durable) /* what a publisher would do */
			journal_acked(journal, stats.durable);
		if (stats.durable == record.durable)
			continue;
		record = (struct record){.head = stats.head, .durable = stats.durable};
		if (write(out, &record, sizeof record) != sizeof record)
			_exit(1);
	}
}

static inline pid_t spawn(int *ret_in)
{
	int ends[2];

	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	pid_t child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ends[0]);
		live(ends[1]);
	}
	close(ends[1]);
	*ret_in = ends[0];
	return child;
}

/* The last record before the end of the pipe; `last` when none comes. */
static inline struct record last_record(int in, struct record last)
{
	struct record record;

	while (read(in, &record, sizeof record) == (ssize_t)sizeof record)
		last = record;
	return last;
}

static inline struct record kill_after(long us)
{
	struct timespec pause = {.tv_nsec = us * 1000};
	struct record first = {0};
	int in, status;
	pid_t child = spawn(&in);

	if (us >= 0) {
		ck_assert_int_eq(read(in, &first, sizeof first), sizeof first);
		clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
	}
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	struct record last = last_record(in, first);
	close(in);
	return last;
}

#endif
