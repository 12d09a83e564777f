/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link - one Modbus connection or serial bus with its devices: whom to ask next, what the answers are worth, when
 * to connect, to close and to wait.
 *
 * A state machine without I/O and without a clock. Its carrier (poller.c, or a test on virtual time) tells it what
 * happened and when, and after each call does what link_take_action() asks for. It wants to be called again with
 * link_run() at link_next().
 *
 *  - One exchange at a time; whose turn it is: turn.h. Lost devices together get LIMIT_DEAD_SHARE_PCT of the time.
 *  - An answer is waited for as long as the device's answers usually take (round_trip.h), at least LIMIT_TIMEOUT_FLOOR_MS
 *    on a serial line and LIMIT_TIMEOUT_NET_MS in a stream, at most the site's timeout_ms.
 *  - Several units behind one TCP connection: link_owed.c keeps their gateway's queue short.
 *  - TCP: a late answer is dropped and the connection lives; broken framing, a part of an answer, or
 *    LIMIT_SILENT_REPLIES timeouts without one byte end it. Pauses before the next attempt grow, with jitter.
 *  - RTU: frames are 3.5 characters apart (SL 2.5.1.1); after any doubt the line must be silent for LIMIT_DRAIN_MS.
 *  - RTU in a TCP stream: the same rules, with LIMIT_DRAIN_NET_MS, since a converter hands bytes over in lumps; the
 *    gap is kept for converters that pass it on. LIMIT_SILENT_REPLIES timeouts end the connection as on TCP.
 */
#ifndef PICKET_LINK_H
#define PICKET_LINK_H

#include "drivers/job.h"
#include "drivers/poller.h"

struct link;

struct link_setup {
	const struct site *site;
	uint32_t link;                  /* index into site->links */
	const struct poller_sink *sink; /* outlives the link */
	struct device_stats *devices;   /* the whole site's, by index of device */
	struct link_stats *stats;       /* this link's */
	const uint8_t *urgency;         /* by point, as urgency_new() makes it; NULL: all the same */
	struct mono start;
	uint64_t seed; /* of all jitter */
};

/* What the carrier is to do now, in this order. */
struct link_action {
	bool close;
	bool open; /* then call link_opened() or link_closed() */
	const uint8_t *frame;
	size_t length; /* 0: nothing to send */
};

/* 0 or -ENOMEM. Allocates all that the link will ever need. */
int link_new(const struct link_setup *setup, struct link **ret_link);
void link_free(struct link **link);

void link_opened(struct link *link, struct mono now);
/* The peer closed, the port is gone, or an attempt to open failed. The carrier has closed it. */
void link_closed(struct link *link, struct mono now);
void link_received(struct link *link, const uint8_t *bytes, size_t length, struct mono now);
/* From now on the devices are reached over another of the link's endpoints. What was asked is forgotten, no answer to
 * it will be believed, and nobody is to blame; the carrier has closed the old way. */
void link_switch(struct link *link, size_t endpoint, struct mono now);
void link_run(struct link *link, struct mono now);
/* The process stood still until now: nothing that was not asked meanwhile counts as missed. */
void link_resume(struct link *link, struct mono now);

/* See poller_submit(); call link_run() soon. */
int link_submit(struct link *link, struct job *job);

/* What to do after any of the calls above; says each thing once. */
struct link_action link_take_action(struct link *link);
/* When it wants link_run(); MONO_NEVER for a link without devices. */
struct mono link_next(const struct link *link);
/* Brings the figures that age by themselves (busy_pct, dead_pct) up to date. */
void link_refresh_stats(struct link *link, struct mono now);

#endif
