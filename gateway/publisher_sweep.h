/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publisher_sweep - what the broker still keeps of us that the journal no longer knows: an alarm of a sensor that
 * was renamed, or all of a journal that was lost. It must not look current for ever.
 *
 * Pure. A round: subscribe to a part of our own tree; note the retained topics that arrive; when none has come for
 * SWEEP_QUIET_MS, strike out those that the journal knows; the rest is cleared. A part is looked at again while
 * rounds find something stale, since a broker sends at most so many at once (mosquitto: 1,000).
 */
#ifndef PICKET_PUBLISHER_SWEEP_H
#define PICKET_PUBLISHER_SWEEP_H

#include "config/instant.h"
#include "config/limits.h"

#include <stdbool.h>
#include <stddef.h>

#define SWEEP_QUIET_MS 500

struct sweep_topic {
	char text[LIMIT_TOPIC];
	bool known;
};

struct sweep {
	unsigned part, rounds;
	bool sorted;
	size_t count, next;
	bool subscribed;
	struct mono last; /* arrival */
	struct sweep_topic topics[LIMIT_SWEEP];
};

void sweep_start(struct sweep *sweep);
/* Filter of the part under way, relative: "alarm/+/+"; NULL: the sweep is over. */
const char *sweep_filter(const struct sweep *sweep);
/* The broker took the subscription: now silence means that the round is complete. */
void sweep_subscribed(struct sweep *sweep, struct mono now);
void sweep_note(struct sweep *sweep, const char *topic, struct mono now);
/* When the round is to be judged, if nothing more arrives; MONO_NEVER: no round waits for that. */
struct mono sweep_due(const struct sweep *sweep);
/* Judge: for each topic of the journal … */
void sweep_sort(struct sweep *sweep);
void sweep_known(struct sweep *sweep, const char *topic);
/* … then the topics to clear, one by one; NULL: no more. Pop it when it was sent. */
const char *sweep_stale(struct sweep *sweep);
void sweep_pop(struct sweep *sweep);
/* The next round of this part, or the next part. */
void sweep_advance(struct sweep *sweep);
void sweep_end(struct sweep *sweep); /* give up: the broker does not let us look */

#endif
