/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal_cost - what a durable event costs here: time from append to durable when events come one by one, and events
 * a second when they come as fast as the queue takes them.
 *
 *   journal_cost [EVENTS]     in a directory of its own under $TMPDIR or /var/tmp
 */
#include "gateway/recorder.h"
#include "tests/unit/journal_rig.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

static struct rig rig;
static int64_t *latency_us;

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static struct event event_of(uint64_t seq)
{
	return seq % 5 ? rig_changed(seq, SENSOR_OPEN) : rig_alarm(seq, EVENT_ALARM_RAISED, seq);
}

static double cpu_us(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* Until the eventfd that a publisher would wait for says that `seq` is durable. */
static bool wait_durable(struct journal *journal, int wake, uint64_t seq)
{
	struct pollfd waiting = {.fd = wake, .events = POLLIN};
	struct journal_stats stats;
	uint64_t count;

	for (;;) {
		journal_stats(journal, &stats);
		if (stats.durable >= seq)
			return true;
		if (poll(&waiting, 1, 10000) != 1 || read(wake, &count, sizeof count) < 0)
			return false;
	}
}

static bool one_by_one(struct journal *journal, int wake, uint64_t events)
{
	struct timespec pause = {.tv_nsec = 1000000};
	uint64_t head = journal_head(journal);

	for (uint64_t i = 0; i < events; i++) {
		struct event event = event_of(head + 1 + i);
		int64_t start = rig_us();
		if (journal_append(journal, &event) < 0)
			return false;
		journal_flush(journal);
		if (!wait_durable(journal, wake, event.seq))
			return false;
		latency_us[i] = rig_us() - start;
		nanosleep(&pause, NULL);
	}
	qsort(latency_us, events, sizeof *latency_us, compare);
	printf("one by one, %" PRIu64 " events: append to durable p50 %" PRId64 " us, p99 %" PRId64 " us, max %" PRId64
	       " us\n",
	       events, latency_us[events / 2], latency_us[events * 99 / 100], latency_us[events - 1]);
	return true;
}

static bool at_once(struct journal *journal, int wake, uint64_t first, uint64_t events)
{
	struct timespec pause = {.tv_nsec = 1000000};
	struct journal_stats before, after;
	int64_t start = rig_us();
	double cpu = cpu_us();

	journal_stats(journal, &before);
	for (uint64_t i = 0; i < events; i++) {
		struct event event = event_of(first + i);
		while (journal_append(journal, &event) == -ENOBUFS)
			nanosleep(&pause, NULL);
	}
	if (!wait_durable(journal, wake, first + events - 1))
		return false;
	double seconds = (double)(rig_us() - start) / 1e6;
	journal_stats(journal, &after);
	printf("at once, %" PRIu64 " events: %.0f events/s, %.0f commits/s, commit p99 %u us, %.1f us CPU an event\n",
	       events, (double)events / seconds, (double)(after.commits - before.commits) / seconds,
	       after.commit_p99_us, (cpu_us() - cpu) / (double)events);
	return true;
}

int main(int argc, char **argv)
{
	unsigned events = 2000;
	struct journal *journal = NULL;
	const char *place = getenv("TMPDIR");
	int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	if ((argc > 1 && (sscanf(argv[1], "%u", &events) != 1 || events == 0)) || argc > 2 || wake < 0)
		return 2;
	snprintf(rig.directory, sizeof rig.directory, "%.30s/picket-journal-XXXXXX", place ? place : "/var/tmp");
	latency_us = calloc(events, sizeof *latency_us);
	if (!latency_us || !mkdtemp(rig.directory))
		return 1;
	rig_fill(&rig);
	bool done = journal_open(&rig.context, RIG_NOW, &journal, rig.why) == 0 && journal_start(journal, wake) == 0 &&
	            one_by_one(journal, wake, events) && at_once(journal, wake, events + 1, 20ULL * events);
	if (!done)
		fprintf(stderr, "failed: %s\n", rig.why);
	journal_close(&journal);
	rig_end(&rig);
	free(latency_us);
	close(wake);
	return !done;
}
