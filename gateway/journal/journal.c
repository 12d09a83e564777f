/* SPDX-License-Identifier: Apache-2.0 */
/* journal - see journal.h */
#include "gateway/journal/journal.h"

#include "gateway/journal/store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CHORE_US       1000000 /* acknowledgements, WAL and old events are looked after once a second */
#define RETRY_US       250000  /* pause after a commit that failed */
#define WAL_PAGES_IDLE 1000    /* 4 MiB: moved into the file when nothing waits */
#define WAL_PAGES_MAX  8000    /* 32 MiB: moved in any case */
#define COMMIT_TIMES   256     /* of which the p99 is made */
#define DAY_US         (INT64_C(86400) * 1000000)

/* What the threads share; `lock` is never held during I/O. */
struct shared {
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct event *ring; /* LIMIT_JOURNAL_QUEUE of them; those from `first` belong to the writer until popped */
	size_t first, count;
	uint64_t acked; /* as the publisher says */
	bool stop;
	bool due; /* what is queued is to be committed now */
	struct journal_stats stats;
	uint32_t commit_us[COMMIT_TIMES];
	unsigned commit_next;
};

struct journal {
	struct store *store; /* the writer's once it runs */
	struct shared *shared;
	int lock_fd;
	int wake;
	int64_t keep_us;
	int64_t next_chore_us;
	struct wall newest; /* of the events committed so far */
	bool broken;        /* a commit failed: open the file anew before the next */
	bool started;
	uint64_t head; /* at open */
	pthread_t thread;
};

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* --- opening -------------------------------------------------------------------------------------- */

int journal_path(const struct site *site, char *ret_path, size_t size)
{
	int length = snprintf(ret_path, size, "%s/%s.db", site->journal_dir, site->gateway);

	return length > 0 && (size_t)length < size ? 0 : -ENAMETOOLONG;
}

static int fail(int error, char reterr[256], const char *path, const char *what)
{
	snprintf(reterr, 256, "%.150s: %.40s: %.50s", path, what, strerror(-error));
	return error;
}

/* Makes the file with its mode before SQLite opens it, and its name durable. */
static int make_file(const char *directory, const char *path, char reterr[256])
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return fail(-errno, reterr, path, "cannot open");
	close(fd);
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return fail(-errno, reterr, directory, "cannot open");
	int error = fsync(fd) < 0 ? -errno : 0;
	close(fd);
	return error < 0 ? fail(error, reterr, directory, "fsync") : 0;
}

/* Apart from SQLite's own locks, which come and go: two daemons would both number events. */
static int take_lock(struct journal *journal, const struct site *site, char reterr[256])
{
	char path[LIMIT_PATH + LIMIT_ID + 8];

	snprintf(path, sizeof path, "%s/%s.lock", site->journal_dir, site->gateway);
	journal->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (journal->lock_fd < 0)
		return fail(-errno, reterr, path, "cannot open");
	if (flock(journal->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	int error = -errno;
	if (error == -EWOULDBLOCK)
		return fail(-EBUSY, reterr, path, "another picketd writes this journal");
	return fail(error, reterr, path, "cannot lock");
}

static struct shared *shared_new(void)
{
	struct shared *shared = calloc(1, sizeof *shared);
	pthread_condattr_t attributes;

	if (!shared)
		return NULL;
	shared->ring = calloc(LIMIT_JOURNAL_QUEUE, sizeof *shared->ring);
	if (!shared->ring) {
		free(shared);
		return NULL;
	}
	pthread_mutex_init(&shared->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&shared->work, &attributes);
	pthread_condattr_destroy(&attributes);
	return shared;
}

static void shared_free(struct shared **shared)
{
	if (!*shared)
		return;
	pthread_cond_destroy(&(*shared)->work);
	pthread_mutex_destroy(&(*shared)->lock);
	free((*shared)->ring);
	free(*shared);
	*shared = NULL;
}

static int open_store(struct journal *journal, struct event_context *context, struct wall now, char reterr[256])
{
	const struct site *site = context->site;
	char path[LIMIT_PATH + LIMIT_ID + 8];

	int error = journal_path(site, path, sizeof path);
	if (error < 0)
		return fail(error, reterr, site->journal_dir, "name of the journal");
	if (mkdir(site->journal_dir, 0700) < 0 && errno != EEXIST)
		return fail(-errno, reterr, site->journal_dir, "cannot make the directory");
	error = take_lock(journal, site, reterr);
	if (error == 0)
		error = make_file(site->journal_dir, path, reterr);
	if (error == 0)
		error = store_open(context, path, now, &journal->store, reterr);
	return error;
}

int journal_open(struct event_context *context, struct wall now, struct journal **ret_journal, char reterr[256])
{
	struct journal *journal = calloc(1, sizeof *journal);

	if (!journal)
		return -ENOMEM;
	journal->lock_fd = journal->wake = -1;
	journal->keep_us = context->site->keep_days * DAY_US;
	journal->newest = now;
	journal->shared = shared_new();
	int error = journal->shared ? open_store(journal, context, now, reterr) : -ENOMEM;
	if (error < 0) {
		journal_close(&journal);
		return error;
	}
	struct journal_stats *stats = &journal->shared->stats;
	journal->head = stats->head = stats->durable = store_head(journal->store);
	journal->shared->acked = stats->acked = store_acked(journal->store);
	*ret_journal = journal;
	return 0;
}

uint64_t journal_head(const struct journal *journal)
{
	return journal->head;
}

int journal_restore(struct journal *journal, const struct journal_restore *restore)
{
	assert(!journal->started);
	return store_restore(journal->store, restore);
}

/* --- the writer ----------------------------------------------------------------------------------- */

static void note_error(struct journal *journal, int error)
{
	pthread_mutex_lock(&journal->shared->lock);
	journal->shared->stats.error = error;
	pthread_mutex_unlock(&journal->shared->lock);
}

/* Waits for events, the end or the next chore. Returns how many events to take; they stay where they are. */
static size_t wait_for_work(struct journal *journal, bool *ret_stop, uint64_t *ret_acked)
{
	struct shared *shared = journal->shared;
	struct timespec until = {.tv_sec = journal->next_chore_us / 1000000,
	                         .tv_nsec = journal->next_chore_us % 1000000 * 1000};
	int waited = 0;

	pthread_mutex_lock(&shared->lock);
	while (!(shared->due && shared->count) && !shared->stop && waited != ETIMEDOUT)
		waited = pthread_cond_timedwait(&shared->work, &shared->lock, &until);
	shared->due = shared->count > LIMIT_JOURNAL_BATCH; /* the rest follows at once */
	size_t count = shared->count < LIMIT_JOURNAL_BATCH ? shared->count : LIMIT_JOURNAL_BATCH;
	*ret_stop = shared->stop;
	*ret_acked = shared->acked;
	pthread_mutex_unlock(&shared->lock);
	return count;
}

static const struct event *queued(const struct shared *shared, size_t index)
{
	return &shared->ring[(shared->first + index) % LIMIT_JOURNAL_QUEUE];
}

static void pop(struct journal *journal, size_t count, uint32_t took_us)
{
	struct shared *shared = journal->shared;

	pthread_mutex_lock(&shared->lock);
	shared->first = (shared->first + count) % LIMIT_JOURNAL_QUEUE;
	shared->count -= count;
	if (shared->count == 0)
		shared->first = 0; /* a quiet journal touches little memory */
	shared->stats.durable = store_head(journal->store);
	shared->stats.error = 0;
	shared->stats.commits++;
	shared->commit_us[shared->commit_next++ % COMMIT_TIMES] = took_us;
	pthread_mutex_unlock(&shared->lock);
}

static int write_batch(struct journal *journal, size_t count, uint64_t acked)
{
	int error = store_begin(journal->store);

	for (size_t i = 0; i < count && error == 0; i++)
		error = store_put(journal->store, queued(journal->shared, i));
	if (error == 0)
		error = store_commit(journal->store, acked);
	if (error < 0)
		store_rollback(journal->store);
	return error;
}

/* After a failure the file itself must say what it holds: a commit that failed may still be in it. */
static size_t durable_of_queue(const struct journal *journal, size_t count)
{
	size_t done = 0;

	while (done < count && queued(journal->shared, done)->seq <= store_head(journal->store))
		done++;
	return done;
}

static int commit(struct journal *journal, size_t count, uint64_t acked)
{
	int64_t start_us = now_us();
	struct wall newest = journal->newest;
	size_t done = 0;
	int error = 0;

	if (count)
		newest = queued(journal->shared, count - 1)->time;
	if (journal->broken)
		error = store_reopen(journal->store);
	if (error == 0) {
		done = durable_of_queue(journal, count);
		journal->broken = false;
		if (done == 0)
			error = write_batch(journal, count, acked);
	}
	journal->broken = journal->broken || error < 0;
	if (error < 0)
		return error;
	journal->newest = newest;
	pop(journal, done ? done : count, (uint32_t)(now_us() - start_us));
	if (journal->wake >= 0 && count) {
		/* full means that the publisher has not looked yet: it will */
		ssize_t sent = write(journal->wake, &(uint64_t){1}, sizeof(uint64_t));
		(void)sent;
	}
	return 0;
}

/* What can wait: acknowledgements alone, the WAL, old events. */
static int chores(struct journal *journal, uint64_t acked)
{
	int error = 0;

	if (acked > store_acked(journal->store) || journal->broken)
		error = commit(journal, 0, acked);
	if (error == 0)
		error = store_checkpoint(journal->store, WAL_PAGES_IDLE);
	if (error == 0 && journal->keep_us)
		error = store_trim(journal->store, (struct wall){journal->newest.us - journal->keep_us});
	return error < 0 ? error : 0;
}

static int work(struct journal *journal, size_t count, uint64_t acked)
{
	int error = 0;

	if (count)
		error = commit(journal, count, acked);
	if (error == 0)
		error = store_checkpoint(journal->store, WAL_PAGES_MAX);
	if (error == 0 && count == 0 && now_us() >= journal->next_chore_us)
		error = chores(journal, acked);
	if (now_us() >= journal->next_chore_us)
		journal->next_chore_us = now_us() + CHORE_US;
	return error;
}

/* The disk refused: nothing is lost, the queue waits; try again after a pause, or at once when it ends. */
static void pause_writer(struct journal *journal)
{
	int64_t end_us = now_us() + RETRY_US;
	struct timespec until = {.tv_sec = end_us / 1000000, .tv_nsec = end_us % 1000000 * 1000};
	int waited = 0;

	pthread_mutex_lock(&journal->shared->lock);
	while (!journal->shared->stop && waited != ETIMEDOUT)
		waited = pthread_cond_timedwait(&journal->shared->work, &journal->shared->lock, &until);
	pthread_mutex_unlock(&journal->shared->lock);
}

static void *writer(void *argument)
{
	struct journal *journal = argument;
	bool stop = false, last_try = false;
	uint64_t acked;
	size_t count;

	for (;;) {
		count = wait_for_work(journal, &stop, &acked);
		if (stop && count == 0)
			break;
		int error = work(journal, count, acked);
		if (error == 0)
			continue;
		journal->broken = true;
		note_error(journal, error);
		if (last_try)
			break;
		last_try = stop;
		pause_writer(journal);
	}
	if (acked > store_acked(journal->store))
		(void)commit(journal, 0, acked);
	return NULL;
}

int journal_start(struct journal *journal, int wake)
{
	assert(!journal->started);
	journal->wake = wake;
	journal->next_chore_us = now_us() + CHORE_US;
	int error = -pthread_create(&journal->thread, NULL, writer, journal);
	journal->started = error == 0;
	return error;
}

static void end_writer(struct journal *journal)
{
	pthread_mutex_lock(&journal->shared->lock);
	journal->shared->stop = true;
	pthread_cond_signal(&journal->shared->work);
	pthread_mutex_unlock(&journal->shared->lock);
	if (journal->started)
		pthread_join(journal->thread, NULL);
	else if (journal->store)
		writer(journal);
}

void journal_close(struct journal **journal)
{
	if (!*journal)
		return;
	if ((*journal)->shared)
		end_writer(*journal);
	store_close(&(*journal)->store);
	shared_free(&(*journal)->shared);
	if ((*journal)->lock_fd >= 0)
		close((*journal)->lock_fd);
	free(*journal);
	*journal = NULL;
}

/* --- the other threads ---------------------------------------------------------------------------- */

static void make_due(struct shared *shared)
{
	if (shared->count && !shared->due)
		pthread_cond_signal(&shared->work);
	shared->due = shared->count > 0;
}

int journal_append(struct journal *journal, const struct event *event)
{
	struct shared *shared = journal->shared;
	int error = 0;

	pthread_mutex_lock(&shared->lock);
	assert(event->seq == shared->stats.head + 1);
	if (shared->count == LIMIT_JOURNAL_QUEUE) {
		error = -ENOBUFS;
	} else {
		shared->ring[(shared->first + shared->count) % LIMIT_JOURNAL_QUEUE] = *event;
		shared->count++;
		shared->stats.head = event->seq;
		if (shared->count >= LIMIT_JOURNAL_BATCH)
			make_due(shared);
	}
	pthread_mutex_unlock(&shared->lock);
	return error;
}

void journal_flush(struct journal *journal)
{
	pthread_mutex_lock(&journal->shared->lock);
	make_due(journal->shared);
	pthread_mutex_unlock(&journal->shared->lock);
}

size_t journal_room(const struct journal *journal)
{
	pthread_mutex_lock(&journal->shared->lock);
	size_t room = LIMIT_JOURNAL_QUEUE - journal->shared->count;
	pthread_mutex_unlock(&journal->shared->lock);
	return room;
}

uint64_t journal_durable(const struct journal *journal)
{
	pthread_mutex_lock(&journal->shared->lock);
	uint64_t durable = journal->shared->stats.durable;
	pthread_mutex_unlock(&journal->shared->lock);
	return durable;
}

void journal_acked(struct journal *journal, uint64_t seq)
{
	struct shared *shared = journal->shared;

	pthread_mutex_lock(&shared->lock);
	assert(seq <= shared->stats.head); /* `durable` may lag behind what a reader has seen already */
	if (seq > shared->acked)
		shared->acked = seq;
	pthread_mutex_unlock(&shared->lock);
}

static int compare_us(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void journal_stats(const struct journal *journal, struct journal_stats *ret_stats)
{
	struct shared *shared = journal->shared;
	uint32_t times[COMMIT_TIMES];

	pthread_mutex_lock(&shared->lock);
	*ret_stats = shared->stats;
	ret_stats->acked = shared->acked;
	size_t count = shared->stats.commits < COMMIT_TIMES ? (size_t)shared->stats.commits : COMMIT_TIMES;
	memcpy(times, shared->commit_us, sizeof times);
	pthread_mutex_unlock(&shared->lock);
	qsort(times, count, sizeof times[0], compare_us);
	ret_stats->commit_p99_us = count ? times[(count - 1) * 99 / 100] : 0;
}
