/* SPDX-License-Identifier: Apache-2.0 */
/*
 * job - one exchange on a link besides its scans: a write of an output, a question for a device's identity, a person
 * who looks at a register.
 *
 * Whoever wants it keeps the struct job, and everything it points to, from poller_submit() until done() was called;
 * nothing is allocated. done() is called once, from within poller_run(), and may submit the next job. When the poller
 * is freed, the jobs that still wait are forgotten without a call.
 *
 * A link asks one thing at a time. All jobs of a link together get LIMIT_JOB_SHARE_PCT of its time, saved up until
 * the next may go, so that the scans keep theirs; an urgent job goes before every scan and on credit. A job is never
 * repeated by the link: after `sent` and a fault nobody knows whether a write was done, and reading back tells.
 *
 * The answer is checked as strictly as that of a scan: reads (1 to 4) by function and byte count, writes (5, 6, 15,
 * 16) by repetition of the request, 17 by byte count, 43/14 object by object; in RTU no read is sent while an earlier
 * answer of the same look may still come.
 */
#ifndef PICKET_JOB_H
#define PICKET_JOB_H

#include "config/limits.h"
#include "drivers/sample.h"
#include "drivers/write_guard.h"

#include <stddef.h>

enum job_urgency {
	JOB_URGENT,  /* before all scans: outputs */
	JOB_NORMAL,  /* when the share allows it: a person waits */
	JOB_PATIENT, /* and only when no scan is due: identities, health */
	JOB_URGENCIES,
};

struct job_result {
	bool sent;          /* false: the device was certainly not asked */
	enum fault fault;   /* FAULT_NONE: answered; FAULT_EXCEPTION: refused, with `code` */
	uint8_t code;       /* of an exception */
	const uint8_t *pdu; /* the whole answer, function first; valid during done() only; NULL without one */
	size_t length;      /* of the pdu */
	struct mono start;  /* when it was sent; of a job not sent: when it was given up */
	struct mono end;    /* when the answer was complete, or given up */
};

struct job {
	uint8_t unit; /* 1 to 255; a unit that the site does not know may be asked too */
	uint8_t pdu[LIMIT_PDU];
	size_t length;
	enum job_urgency urgency;
	enum write_origin origin; /* what entitles it to write; a write without it is never sent: FAULT_FORBIDDEN */
	struct mono until;        /* not begun by then: given up, FAULT_TIMEOUT or FAULT_OFFLINE, not sent */
	void *context;
	void (*done)(void *context, struct job *job, const struct job_result *result);
	struct job *next; /* the link's */
};

#endif
