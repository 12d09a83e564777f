/* SPDX-License-Identifier: Apache-2.0 */
/*
 * poller - all links of a site, polled on one epoll descriptor, never blocking.
 *
 * It carries the links (link.h, pure state machines) over real ports (port.h) and hands every sample and every
 * loss or return of a device to the sink, in the order of the wire, from within poller_run().
 */
#ifndef PICKET_POLLER_H
#define PICKET_POLLER_H

#include "config/site.h"
#include "drivers/job.h"
#include "drivers/sample.h"

struct poller;
struct transaction_bytes;

struct poller_sink {
	void *context;
	void (*sample)(void *context, const struct sample *sample);
	/* once when a device is lost (fault says why) and once when it is back */
	void (*device)(void *context, uint32_t device, bool lost, enum fault fault, struct mono at);
};

/* Running figures, for people and metrics. Counters never go back. */
struct device_stats {
	bool lost;
	bool heard;    /* at least one good answer since start */
	uint8_t reach; /* the last eight exchanges, newest in bit 0, 1 = good: as chronyc has it */
	uint64_t good; /* good exchanges */
	uint64_t faults[FAULT_COUNT];
	uint64_t exceptions[16];         /* by code; 0: any other */
	uint32_t rtt_p50_us, rtt_p99_us; /* of the last exchanges; 0 before the first */
	struct mono last_good;
	uint64_t missed_deadlines; /* scans that started later than one whole period */
};

enum link_condition { LINK_DOWN, LINK_CONNECTING, LINK_UP };

struct link_stats {
	enum link_condition condition;
	uint64_t exchanges, connects, disconnects;
	uint64_t faults[FAULT_COUNT];
	uint64_t bytes_out, bytes_in;
	uint32_t busy_pct; /* of the last ten seconds, an exchange under way */
	uint32_t dead_pct; /* of the last ten seconds, spent on lost devices */
};

/* Allocates everything that polling will ever need. now: the time of the first schedule. */
int poller_new(const struct site *site, const struct poller_sink *sink, struct mono now, struct poller **ret_poller);
void poller_free(struct poller **poller);

/* An epoll descriptor to wait on, and the time by which poller_run() wants to be called in any case. */
int poller_fd(const struct poller *poller);
struct mono poller_next(const struct poller *poller);
void poller_run(struct poller *poller, struct mono now);

/* One exchange besides the scans. 0; -EINVAL: no request whose answer can be judged (job.h), or no unit; -EAGAIN:
 * too many wait on this link. Sent from within a later poller_run(). */
int poller_submit(struct poller *poller, uint32_t link, struct job *job);

/* Every frame sent and every piece received, as it is, with its link; frames NULL: no more. */
struct poller_tap {
	void *context;
	void (*frames)(void *context, uint32_t link, bool sent, const struct transaction_bytes *bytes, struct mono at);
};
void poller_set_tap(struct poller *poller, const struct poller_tap *tap);

const struct device_stats *poller_device_stats(const struct poller *poller, uint32_t device);
const struct link_stats *poller_link_stats(const struct poller *poller, uint32_t link);

#endif
