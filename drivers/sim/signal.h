/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim/signal - what a point must say so that an input is true, false, or broken: the way back through scale, form and
 * inversion. Raw is what the registers hold: a bit, or the 16 or 32 bits of a number. Pure.
 */
#ifndef PICKET_SIM_SIGNAL_H
#define PICKET_SIM_SIGNAL_H

#include "config/site.h"

#define SIM_SIGNAL_TEXT 48 /* bytes of a value in words */
#define SIM_SIGNAL_MOST 2  /* points of one input */

struct sim_flip {
	uint32_t point;
	uint32_t value; /* raw */
	bool add;       /* to what is there; a counter wraps at the width of its type */
};

/* The nearest raw value; -ERANGE: the type cannot hold it. */
int sim_signal_raw(const struct site_point *point, double value, uint32_t *ret_raw);
double sim_signal_value(const struct site_point *point, uint32_t raw);
/* As the registers have it: one, or two in the order of the wire. */
void sim_signal_to_words(const struct site_point *point, uint32_t raw, uint16_t *ret_words);
uint32_t sim_signal_from_words(const struct site_point *point, const uint16_t *words);
/* "1", "12.5", or the name the value has. */
void sim_signal_text(const struct site_point *point, uint32_t raw, char ret_text[SIM_SIGNAL_TEXT]);

/* Flips that make an input true or false; how many. A counter counts once for true, and nothing for false. */
size_t sim_signal_flips(const struct site *site, const struct site_input *input, bool truth,
                        struct sim_flip ret_flips[SIM_SIGNAL_MOST]);
/* Whether the input is true while its point says so; a value between two levels counts as false. */
bool sim_signal_truth(const struct site *site, const struct site_input *input, uint32_t raw);

/* A broken line, "short", "open" or "drift", as an input that is watched for it sees it. 0: it cannot be. */
size_t sim_signal_break(const struct site *site, const struct site_input *input, const char *how,
                        struct sim_flip ret_flips[SIM_SIGNAL_MOST]);

#endif
