/* SPDX-License-Identifier: Apache-2.0 */
/*
 * poller - all links of a site, polled on one epoll descriptor; only poller_wait() waits.
 *
 * It carries the links (link.h, pure state machines) over real ports (port.h) and hands every sample and every
 * loss or return of a device to the sink, in the order of the wire, from within poller_run().
 */
#ifndef PICKET_POLLER_H
#define PICKET_POLLER_H

#include "config/site.h"
#include "drivers/job.h"
#include "drivers/sample.h"

#include <time.h>

struct poller;
struct transaction_bytes;

/* What people want to know of a link. Each is told once, however often its cause repeats. */
enum link_news {
	LINK_NEWS_TROUBLE,  /* it cannot be opened, or was lost; the text says why */
	LINK_NEWS_SWITCHED, /* another way is used; the text says why */
	LINK_NEWS_FLAPPING, /* LIMIT_FLAPS losses within LIMIT_FLAP_MS */
	LINK_NEWS_STEADY,   /* and no more for LIMIT_FLAP_MS */
};

struct link_change {
	uint32_t link;
	enum link_news news;
	uint8_t path;     /* the way that is used now: index into the link's endpoints */
	const char *text; /* valid during the call */
	struct mono at;
};

/* A device refuses to have a point read (exceptions 1, 2, 3), or does no longer. */
struct poller_refusal {
	uint32_t point;
	bool refused;
	uint8_t code; /* of the exception */
	struct mono at;
};

struct poller_sink {
	void *context;
	void (*sample)(void *context, const struct sample *sample);
	/* once when a device is lost (fault says why) and once when it is back */
	void (*device)(void *context, uint32_t device, bool lost, enum fault fault, struct mono at);
	/* each of these may be NULL */
	void (*link)(void *context, const struct link_change *change);
	/* for each point of an address that is refused by itself, just before its sample of QUALITY_BAD */
	void (*map)(void *context, const struct poller_refusal *refusal);
	/* LIMIT_LATE_SCANS deadlines missed within LIMIT_LATE_SPAN_MS, by no fault of the device: the link has more to
	 * do than there is time; and when that is over */
	void (*late)(void *context, uint32_t device, bool late, struct mono at);
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
	bool late;                 /* as poller_sink.late has it */
	uint64_t missed_deadlines; /* scans that started later than one whole period */
};

enum link_condition { LINK_DOWN, LINK_CONNECTING, LINK_UP };

/* How the way of a link that is not used is. */
enum path_health { PATH_NONE, PATH_UNKNOWN, PATH_GOOD, PATH_BAD };
const char *path_health_name(enum path_health health); /* "none" "unknown" "good" "bad" */

struct link_stats {
	enum link_condition condition;
	uint64_t exchanges, connects, disconnects;
	uint64_t faults[FAULT_COUNT];
	uint64_t bytes_out, bytes_in;
	uint32_t busy_pct;                /* of the last ten seconds, an exchange under way */
	uint32_t dead_pct;                /* of the last ten seconds, spent on lost devices */
	uint8_t path;                     /* the way that is used: index into the link's endpoints */
	uint64_t switches;                /* of the way */
	enum path_health idle;            /* of the other one */
	char idle_trouble[LIMIT_TROUBLE]; /* why it is bad */
	bool flapping;
	char trouble[LIMIT_TROUBLE]; /* why it is not up, or was not the last time; "": it always was */
};

/* Allocates everything that polling will ever need. now: the time of the first schedule. */
int poller_new(const struct site *site, const struct poller_sink *sink, struct mono now, struct poller **ret_poller);
void poller_free(struct poller **poller);

/* One more descriptor to wake up for when it is readable; not the poller's to read. At most one. 0 or -errno. */
int poller_watch(struct poller *poller, int fd);
/*
 * Waits for news of the links, for the watched descriptor, or as long as told. While more answers are on their way it
 * waits LIMIT_GATHER_US for them, so that one wake-up serves many links. 0 or -errno.
 */
int poller_wait(struct poller *poller, const struct timespec *longest, bool *ret_watched);
/* Takes what poller_wait() found, and runs what is due; poller_next() is when it wants to be called in any case. */
void poller_run(struct poller *poller, struct mono now);
struct mono poller_next(const struct poller *poller);

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
