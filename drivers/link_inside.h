/* SPDX-License-Identifier: Apache-2.0 */
/* link_inside - the link's own state, and what its parts do for each other: link.c (connection and time),
 * link_ask.c (whose turn, and the end of an exchange), link_take.c (what was received), link_owed.c (what a gateway may
 * still be busy with). Nobody else's business. */
#ifndef PICKET_LINK_INSIDE_H
#define PICKET_LINK_INSIDE_H

#include "drivers/jobs.h"
#include "drivers/link.h"
#include "drivers/path_timing.h"
#include "drivers/turn.h"
#include "drivers/usage.h"

struct link {
	const struct site *site;
	uint32_t index; /* into site->links */
	enum framing framing;
	const struct site_link *where; /* its endpoints */
	struct path_timing timing;     /* of the one in use */
	int64_t gap_us, character_ns;  /* between frames; of one byte on a serial line */
	struct turn turn;              /* the devices, and whose turn it is */
	struct jobs jobs;
	struct link_stats *stats;
	struct usage usage;
	uint64_t random;

	/* connection */
	struct mono retry_at, connect_deadline, up_since, offline_since;
	int64_t backoff_us;
	bool proven;     /* a good answer came over this connection */
	uint32_t silent; /* timeouts in a row without one byte */

	/* exchange */
	struct transaction transaction;
	bool busy;             /* one is under way */
	struct job *job;       /* what it is for; NULL: a scan */
	struct device *target; /* NULL: a job's unit that the site does not know */
	struct device_exchange exchange;
	bool probe;       /* of a lost device */
	bool charged;     /* and it takes time from others */
	enum fault stray; /* what else was heard instead of the answer */
	struct mono quiet_until;
	bool draining;
	struct mono heard_at;  /* the latest bytes */
	int64_t pause_us;      /* the longest between pieces of one frame, of late: silence must last longer to count */
	struct echo strangers; /* of units that the site does not know */
	bool shared;           /* several units behind one connection, in one queue */
	int64_t hold_us;       /* so long its gateway waited for a silent unit, of late; 0: not known */

	struct link_action action;
	uint8_t frame[LIMIT_ADU_TCP];
	struct mono next;
};

static inline struct mono mono_later(struct mono a, struct mono b)
{
	return a.us > b.us ? a : b;
}

/* link.c: ends the connection; the carrier is told to close it. */
void link_hang_up(struct link *link, struct mono now);

/* link_ask.c */
/* Starts the next exchange when the line is free and somebody is due. */
void link_ask(struct link *link, struct mono now);
/* Until a doubtful line has been silent for long enough. */
void link_drain(struct link *link, struct mono now);
/* The exchange is over: with its answer, without one, or without anybody to blame. */
void link_settle(struct link *link, const struct transaction_reply *reply, struct mono now);
void link_fail(struct link *link, enum fault fault, struct mono now);
void link_cancel(struct link *link, struct mono now);
/* Its deadline passed. */
void link_expire(struct link *link, enum fault fault, struct mono now);
/* NULL when the site has no such unit here. */
struct device *link_device_of(struct link *link, uint8_t unit);
struct echo *link_echo_of(struct link *link, struct device *device);

/* link_owed.c; all of it does nothing unless the link is shared */
/* A unit stays silent: its request may be in the gateway's queue for a while. */
void link_owe(struct link *link, struct device *device, struct mono now);
/* A TCP answer to a request of before. */
void link_repay(struct link *link, const struct transaction_reply *reply, struct mono now);
/* An exchange is over that may have waited in the queue behind a silent unit: what was lost by that? */
void link_count_delay(struct link *link, bool answered, struct mono now);
bool link_is_owed(const struct link *link, const struct device *device, struct mono now);
/* How long an answer may take that waits in the queue behind a silent unit; wait_us: else. */
int64_t link_patience_us(const struct link *link, int64_t wait_us, struct mono now);
/* When the queue is short enough to ask again. */
struct mono link_queue_free_at(const struct link *link, struct mono now);

#endif
