/* SPDX-License-Identifier: Apache-2.0 */
/*
 * input_form - what a point's values say of a logical input: true, false, neither, so many hits, or trouble on the wire.
 *
 * One form an input that is more than a plain bit (enum site_form). Rules, after EN 50131-1 and UFGS 28 16 00 (four loop
 * states, out of band is reported), NAMUR NE43 and the alarm tables of the manual:
 *
 *  - A number over its threshold is true until it is below by the hysteresis. In between it stays what it was; at the
 *    first look it is false.
 *  - A value in no band of a loop is not a state: truth stays as it was, and that is drift, as short and open are, from
 *    the second sample in a row. Two samples in a row without it end it.
 *  - A current below 3.6 mA is open, above 21 mA short; both last FORM_NAMUR_MS before they are an alarm.
 *  - The two contacts of a pair must differ. They are judged when both were sampled anew; both on is short, both
 *    off open, from the second time in a row.
 *  - A counter counts hits modulo the width of its type, whatever happened between two samples. One that seems to
 *    have gone forward by more than half of that has gone back: its device was started anew, and that is no hit. The
 *    first look says where it stands.
 *
 * Pure.
 */
#ifndef PICKET_INPUT_FORM_H
#define PICKET_INPUT_FORM_H

#include "config/site.h"
#include "drivers/sample.h"

#define FORM_SAMPLES  2    /* in a row that make a trouble, and that end it */
#define FORM_NAMUR_MS 4000 /* NE43: a failure lasts so long before it is one */

enum form_trouble { TROUBLE_NONE, TROUBLE_SHORT, TROUBLE_OPEN, TROUBLE_DRIFT };

struct form {
	const struct site_input *of;
	const struct site_point *point;
	const struct site_loop *loop; /* LOOP */

	/* of the last good sample */
	bool truth;            /* as the form has it, inversion not done; FORM_COUNTER: there were hits */
	bool keep;             /* it says nothing of truth or falsehood */
	bool back;             /* the counter went back */
	uint32_t hits;         /* COUNTER: more than before */
	enum form_trouble now; /* seen */
	struct mono moved;     /* when the value changed last, or was seen first or again; us 0: not yet */

	/* what FORM_SAMPLES in a row agree about */
	enum form_trouble trouble;
	struct mono since; /* when it began */

	/* memory */
	double raw;
	bool lost;             /* since the last good sample */
	uint8_t run;           /* samples in a row that say `now` */
	struct mono run_from;  /* the first of them */
	struct sample half[2]; /* PAIR: of the contact that closes, and of the one that opens */
	bool fresh[2];         /* and not judged yet */
};

struct form form_new(const struct site *site, const struct site_input *of);

/* Whether the input is more than a bit. */
static inline bool form_is_needed(const struct site_input *of)
{
	return of->form != FORM_BIT;
}

/*
 * Takes a sample of one of the input's points. false: it waits for the other half of the pair. Else *sample is that
 * of the input as a whole: of a pair the worse and later of both.
 */
bool form_take(struct form *form, struct sample *sample);

/* Whether its value is a number that moves while there is life in it. */
bool form_shows_life(const struct form *form);

/* How long a trouble lasts before it is an alarm. */
uint32_t form_delay_ms(const struct form *form);

#endif
