/* SPDX-License-Identifier: Apache-2.0 */
/* say - words to people: messages on stderr, colour only where a terminal shows it, and no control characters. */
#ifndef PICKET_SAY_H
#define PICKET_SAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum tint { TINT_PLAIN, TINT_GOOD, TINT_WARN, TINT_BAD, TINT_DIM };

/* "picketctl: …" on stderr. */
__attribute__((format(printf, 1, 2))) void say_error(const char *format, ...);
/* A remark on stderr, as it is. */
__attribute__((format(printf, 1, 2))) void say_note(const char *format, ...);

/* On a terminal, and neither NO_COLOR (no-color.org) nor TERM=dumb says otherwise. */
bool say_colour(FILE *stream);
/* The sequence that begins a tint, and that ends it; "" when colour is off. */
const char *say_tint(enum tint tint, bool colour);
const char *say_plain(enum tint tint, bool colour);

/* Columns of the terminal behind the stream; 0: it is none, so nothing is cut. */
unsigned say_width(FILE *stream);

/* Cells that UTF-8 text takes on a terminal, one a character. */
size_t say_cells(const char *text);

/* Copies text with control characters (C0, DEL, C1) as '?': words of others must not steer the terminal. */
void say_clean(const char *text, char *ret_text, size_t size);

#endif
