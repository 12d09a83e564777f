/* SPDX-License-Identifier: Apache-2.0 */
/*
 * device - one device of a link: when it is to be read, what its answers mean, and how good its points are.
 *
 * A scan reads every request of the device's plan once. Scans start at the device's own phase within the period,
 * rounded up to the common grid, so that many links share one wake-up of the process.
 *
 * Its requests are read in the order of their urgency. One that is refused as a whole is taken apart (split.h). A device
 * that is busy (exceptions 5, 6) is left alone for a while; a gateway that cannot reach it (10, 11) speaks for its
 * silence.
 *
 * A scan that brings nothing is missed: its points go QUALITY_UNCERTAIN. The device is lost, and its points go
 * QUALITY_BAD, after LIMIT_MISSED_SCANS attempts in a row, or LIMIT_LOST_MS when it cannot be asked in between,
 * and after LIMIT_SUPERVISION_MS in any case. A request that alone fails (an exception, one silent register) makes
 * only its own points uncertain, then bad. A lost device is probed with growing pauses; its first answer brings it
 * back, and a whole scan follows at once.
 *
 * Late answers on a serial line have no id. So a request that went unanswered is remembered for LIMIT_LATE_MS, and
 * while it is, no request is sent whose answer would look the same: the next one reads a little more (where the
 * device has it) or a part, or the device waits. After any doubt a changed value is delivered only when a second
 * read says the same. echo.h has the rules.
 *
 * Pure: no I/O and no clock. link.c is its only caller.
 */
#ifndef PICKET_DEVICE_H
#define PICKET_DEVICE_H

#include "drivers/echo.h"
#include "drivers/poller.h"
#include "drivers/read_plan.h"
#include "drivers/reading.h"
#include "drivers/round_trip.h"
#include "drivers/split.h"
#include "drivers/transaction.h"
#include "drivers/urgency.h"

/* What is read next: a request of the plan, or a part of it, or more than it. */
struct device_shape {
	size_t request;
	uint16_t address, count;
	bool last; /* nothing of the request is left to read after it */
};

/* An exchange of this device as it was on the wire. */
struct device_exchange {
	struct device_shape shape;
	struct mono start, end;
	int64_t wire_us; /* what the bytes take on a serial line */
};

struct device_request {
	uint32_t missed;
	bool bad; /* its points were given out as bad */
	enum doubt doubt;
	bool read;      /* at least once */
	struct mono at; /* middle of the last good read */
	enum urgency urgency;
	struct split split;
};

struct device {
	const struct site *site;
	const struct poller_sink *sink;
	uint32_t index; /* into site->devices */
	enum framing framing;
	struct read_plan *plan;
	struct device_request *requests; /* one each of the plan */
	uint32_t *order;                 /* the most urgent request first */
	struct reading *points;          /* one each of the plan */
	struct split_point *splits;      /* one each of the plan */
	struct device_stats *stats;
	uint64_t random;

	/* schedule */
	int64_t period_us;
	struct mono nominal; /* when the scan after the one due is to start, off the grid */
	struct mono due;     /* MONO_NEVER for a device without points */
	struct mono owed;    /* since when it owes an answer: the due time of the first scan not done */
	bool lost;
	bool silent; /* its last exchange was left unanswered */
	int64_t backoff_us;
	uint32_t missed, attempts; /* scans missed in a row; exchanges failed in a row */
	int64_t busy_us;           /* how long it is left alone when it says again that it is busy */
	uint32_t probes;           /* since it was lost */

	/* whether the link keeps its schedule */
	bool late;
	uint32_t late_scans;
	struct mono late_until; /* they are forgotten then */

	/* the scan under way */
	size_t first, done; /* request it began with; requests done */
	uint32_t part;      /* addresses of the current request already read */
	bool begun;         /* the current request was looked at in this scan */
	uint32_t steps;     /* refusals followed up */
	bool heard;         /* it brought an answer */
	bool again;         /* a value waits for its confirmation */

	struct echo echo;
	/* TCP with several units behind one connection: what its gateway may still be busy with */
	struct mono owed_from, owed_until;
	uint16_t owed_id;
	struct mono blocked; /* when device_next_shape() finds one again; set when it found none */

	struct round_trip trip;
};

struct device_setup {
	const struct site *site;
	const struct poller_sink *sink;
	struct device_stats *stats;
	uint32_t index;
	struct mono start;
	int64_t spread_ppm;     /* its place in the period, 0 to 999,999 */
	const uint8_t *urgency; /* by point, as urgency_new() makes it; NULL: all the same */
	uint64_t seed;
};

/* 0 or -ENOMEM. device is the caller's memory, all of it set here. */
int device_init(struct device *device, const struct device_setup *setup);
void device_done(struct device *device);

/* What it is to be asked next is so urgent, and should be answered by then. */
enum urgency device_urgency(const struct device *device);
struct mono device_deadline(const struct device *device);
/* How long to wait for its answer, without what the bytes take. typical_us: what its neighbours need, for one that was
 * never heard; 0: nobody was. */
int64_t device_wait_us(const struct device *device, const struct round_trip_bounds *bounds, int64_t typical_us);

/* The next read of the scan. false: no shape is free; then tell device_held_back(). */
bool device_next_shape(struct device *device, struct mono now, struct device_shape *ret_shape);
struct transaction_request device_request_of(const struct device *device, const struct device_shape *shape);

/* --- what came of it ------------------------------------------------------------------------------- */
void device_answered(struct device *device, const struct device_exchange *exchange, const uint8_t *data);
void device_refused(struct device *device, const struct device_exchange *exchange, uint8_t code);
/* The answer to a request of before came too late, from surely this device; it took so long. */
void device_answered_late(struct device *device, int64_t us);
void device_failed(struct device *device, const struct device_exchange *exchange, enum fault fault);
/* Nobody waits for the answer any more; the device is not to blame. */
void device_cancelled(struct device *device, const struct device_exchange *exchange);
/* Nothing can be asked for now; when that lasts, the scan is missed. */
void device_held_back(struct device *device, struct mono now);
/* A scan is due and cannot be done. */
void device_missed(struct device *device, enum fault fault, struct mono now);
/* An intact frame that answers no request under way. True: one of ours of before, so it is late. */
bool device_stray(struct device *device, const struct transaction_reply *reply, struct mono now);
/* From here on, changes are confirmed by a second read. */
void device_doubt(struct device *device);

/* --- time ------------------------------------------------------------------------------------------- */
/* Loses a device that owes an answer for too long. */
void device_supervise(struct device *device, enum fault fault, struct mono now);
struct mono device_supervision_at(const struct device *device);
/* The connection is back: ask now for what was missed, however long the backoff was. */
void device_hasten(struct device *device, struct mono now);
/* The process stood still: what nobody could ask for is not missed. */
void device_resume(struct device *device, struct mono now);

#endif
