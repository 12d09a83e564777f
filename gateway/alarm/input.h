/* SPDX-License-Identifier: Apache-2.0 */
/*
 * input - one point in its role at one sensor: its level, debounced, and whether it can be believed.
 *
 * The level that can alarm counts from the first good sample, the quiet one from the second in a row; a tamper
 * counts from the second in both directions. That holds for the first look after a start and for the first look
 * after a loss too. With a scan of 200 ms at most everything longer than 400 ms is processed (EN 50131-3 8.9,
 * IEC 60839-11-1 table 2 item 24).
 */
#ifndef PICKET_INPUT_H
#define PICKET_INPUT_H

#include "config/site.h"
#include "drivers/sample.h"

#define INPUT_SAMPLES 2 /* good ones in a row that make a quiet level, or bring a lost point back */

struct input {
	struct mono at;       /* of the last good sample; us 0: none yet */
	struct mono since;    /* when the level came to be what it is */
	struct mono run_from; /* when the samples in a row with this value began */
	struct mono changed;  /* when the level changed last, as far as no loss hid it; us 0: it did not */
	double number;        /* of the last good sample, before scale and offset; of a bit 0 or 1 */
	uint32_t point;       /* SITE_NONE: not wired */
	uint32_t form;        /* index into the engine's forms; SITE_NONE: it is a plain bit */
	uint32_t sensor;
	uint32_t err_us;
	uint8_t role;
	uint8_t quality; /* of the last sample */
	uint8_t run;     /* good samples in a row with this value, at most INPUT_SAMPLES */
	uint8_t good;    /* good samples in a row, at most INPUT_SAMPLES */
	bool invert;
	bool slow;  /* both levels want INPUT_SAMPLES */
	bool raw;   /* of the last good sample, inversion done */
	bool value; /* the level; only when known */
	bool known;
	bool lost; /* since a bad sample, until INPUT_SAMPLES good ones */
};

/* How the last sample differed from what was. */
struct input_news {
	bool rise;        /* it is true, and the good one before was not, or there was none */
	bool first;       /* no level was known before it */
	bool moved;       /* the value is another than that of the good one before */
	bool anew;        /* there was none before, or it was lost */
	uint32_t hits;    /* of a counter: so many more */
	struct mono from; /* when the good one before was taken; us 0: none */
};

/* true: a sample of this sort and value can change nothing but the time it was taken. */
bool input_settled(const struct input *input, const struct sample *sample);
/* sample->value is the truth before inversion. */
void input_take(struct input *input, const struct sample *sample, struct input_news *ret_news);
/* A good sample that says nothing of truth: the level stays, and wants to be seen anew. */
void input_keep(struct input *input, const struct sample *sample, struct input_news *ret_news);
/* What made it true was cleared: true once more is a rise. */
void input_clear(struct input *input);
/* A settled sample: only its time counts. */
void input_touch(struct input *input, const struct sample *sample);

#endif
