/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal - every event on disk before anybody outside hears of it.
 *
 * SQLite (WAL, synchronous=FULL), one writer thread, group commit. It stands between engine and publisher:
 *
 *  J1  An event is visible to a reader only after the commit that made it durable.
 *  J2  seq goes up by one for each event for ever, within one epoch; it is never used twice.
 *  J3  An event and the alarm or area state it leads to are in one transaction.
 *  J4  What the broker has not acknowledged is never removed.
 *  J5  A journal of a newer format, or of another gateway, is refused, not touched.
 *
 * When the disk refuses (full, read-only, broken) the commit is tried again, from what the file then holds; the queue
 * keeps everything, journal_stats() shows the error, and journal_room() shrinks. Acknowledged events are removed
 * when they are older than keep_days, in small steps, but never the one that raised an alarm still of interest.
 *
 * Threads: journal_append() and journal_room() from the loop; journal_acked() from the publisher; a reader
 * belongs to the thread that opened it.
 */
#ifndef PICKET_JOURNAL_H
#define PICKET_JOURNAL_H

#include "gateway/event_json.h"

struct journal;

/*
 * Opens or makes DIR/GATEWAY.db (mode 0600; DIR with 0700) and fills in context->epoch; the context must outlive the
 * journal. Sensors' retained states become "unknown"; those of things that the site no longer has are cleared, and hold
 * again when the thing is back; areas seen for the first time are as their start says.
 *
 * reterr says what failed and what to do. -EBUSY: another daemon writes this journal. Refused and not touched: -EUCLEAN
 * damaged, -EINVAL no journal or another gateway's, -ENOTSUP of a newer format.
 */
int journal_open(struct event_context *context, struct wall now, struct journal **ret_journal, char reterr[256]);

/* Last seq given out; 0 in a new journal. Before journal_start(). */
uint64_t journal_head(const struct journal *journal);

/* State to restore, before journal_start(). Names, since the site file may have changed meanwhile. */
struct journal_restore {
	void *context;
	struct mono now; /* the same moment by both clocks: how long a mask still lasts */
	struct wall wall;
	void (*alarm)(void *context, enum subject_kind kind, const char *subject, const char *condition,
	              const struct alarm_state *state);
	void (*area)(void *context, const char *area, bool set);
	/* what it shall be, and how long; left_ms 0: it is over, or had no end. NULL: nobody asks. */
	void (*output)(void *context, const char *output, bool on, uint32_t left_ms);
};
int journal_restore(struct journal *journal, const struct journal_restore *restore);

/* Starts the writer. wake is an eventfd of the publisher's, written after each commit; -1: nobody's. */
int journal_start(struct journal *journal, int wake);
/* Commits what is queued, ends the thread, closes. NULL is fine. */
void journal_close(struct journal **journal);

/*
 * Takes a copy for the next commit. -ENOBUFS: the queue is full; the caller must keep to journal_room().
 * The commit is due with journal_flush(), so that what one cause brings is one transaction and one fsync; without it,
 * within a second.
 */
int journal_append(struct journal *journal, const struct event *event);
void journal_flush(struct journal *journal);
size_t journal_room(const struct journal *journal);

/* Everything up to seq is acknowledged by the broker. Written with the next commit or within a second. */
void journal_acked(struct journal *journal, uint64_t seq);

struct journal_stats {
	uint64_t head;    /* last appended */
	uint64_t durable; /* last committed */
	uint64_t acked;
	uint64_t commits;
	uint32_t commit_p99_us;
	int error; /* 0, or the -errno of the last failed commit; such a commit is tried again */
};
void journal_stats(const struct journal *journal, struct journal_stats *ret_stats);
uint64_t journal_durable(const struct journal *journal); /* of the stats that alone, for nearly nothing */

/* --- readers: also of a journal whose daemon is dead ------------------------------------------------ */
struct journal_reader;

struct journal_row {
	uint64_t seq;
	uint8_t priority;
	const char *subject; /* id, "" for the gateway's own */
	const char *payload; /* CloudEvent, valid during the callback */
	size_t length;
};
/* return false to stop */
typedef bool (*journal_row_f)(void *context, const struct journal_row *row);

struct journal_topic {
	uint64_t seq;      /* its place in the order of changes, one for each: a count of its own, not an event's seq */
	const char *topic; /* relative */
	const char *payload; /* "" clears */
	size_t length;
};
typedef bool (*journal_topic_f)(void *context, const struct journal_topic *topic);

/*
 * reterr says why not: -ENOENT no such file, errors of journal_open(), or -EROFS: of a dead daemon in a place that
 * cannot be written, and its last events are in a WAL that SQLite cannot read there; copy the files elsewhere.
 */
int journal_reader_open(const char *path, struct journal_reader **ret_reader, char reterr[256]);
void journal_reader_close(struct journal_reader **reader);
/* Rows with seq > after in order, at most `limit`. */
int journal_read(struct journal_reader *reader, uint64_t after, unsigned limit, journal_row_f row, void *context);
/* Retained topics whose place is behind `after`, in order, at most `limit`. A topic has one place: that of its last
 * change. */
int journal_read_topics(struct journal_reader *reader, uint64_t after, unsigned limit, journal_topic_f topic,
                        void *context);
int journal_read_head(struct journal_reader *reader, uint64_t *ret_head, uint64_t *ret_acked);
/* "DIR/GATEWAY.db" */
int journal_path(const struct site *site, char *ret_path, size_t size);

#endif
