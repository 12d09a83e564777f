/* SPDX-License-Identifier: Apache-2.0 */
/*
 * latches - inputs that hold what happened until they are told that it was heard: they are cleared by a write, and
 * only when every event that came of them is durable. A crash before that leaves them set, and the next start reads
 * them again.
 *
 * A latched point that reads true is to be cleared once the journal holds all that was emitted up to that reading; a
 * write that failed, or one after which it still reads true, is tried again after LATCHES_RETRY_MS. What sets it
 * again between the write and the next reading is news: the hook `cleared` tells the engine so.
 *
 * No I/O and no clock; it belongs to the loop.
 */
#ifndef PICKET_LATCHES_H
#define PICKET_LATCHES_H

#include "config/site.h"
#include "drivers/sample.h"

#define LATCHES_RETRY_MS 1000 /* a write is not worth more of the bus while a device refuses it */

struct latches;

struct latches_hooks {
	void *context;
	uint64_t (*head)(void *context);    /* seq of the event emitted last */
	uint64_t (*durable)(void *context); /* seq up to which the journal is on the disk */
	/* Writes point->clear; its end comes as latches_written(). < 0: cannot now, ask again later. */
	int (*clear)(void *context, uint32_t point);
	void (*cleared)(void *context, uint32_t point); /* the write is done */
};

/* 0 or -ENOMEM. The site outlives it; hooks are copied. */
int latches_new(const struct site *site, const struct latches_hooks *hooks, struct latches **ret_latches);
void latches_free(struct latches **latches);

/* After the engine took the sample and emitted what it has to say. */
void latches_sample(struct latches *latches, const struct sample *sample);
void latches_written(struct latches *latches, uint32_t point, enum fault fault, struct mono now);

/* Clears what may be cleared: at the end of a turn, and when the journal has become durable. */
void latches_run(struct latches *latches, struct mono now);
/* When a retry is due; MONO_NEVER: none, or only the journal is waited for. */
struct mono latches_next(const struct latches *latches, struct mono now);

#endif
