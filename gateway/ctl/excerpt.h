/* SPDX-License-Identifier: Apache-2.0 */
/* excerpt - the line of a file that an error is about, with a caret below the place. */
#ifndef PICKET_EXCERPT_H
#define PICKET_EXCERPT_H

#include "gateway/ctl/say.h"

#include <stdint.h>

#define EXCERPT_WIDTH 100 /* of a line as it is shown; a longer one is cut around the place */

/* line and column from 1, the column in characters. Prints nothing when there is no such line. */
void excerpt_print(const char *path, uint32_t line, uint32_t column, FILE *stream, bool colour);

#endif
