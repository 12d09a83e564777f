/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nearest - "did you mean …?": which of the names offered is closest to the one that was written.
 *
 * Distance: letters added, left out, changed, or two neighbours swapped, each counts one. A name is near when no
 * more than a third of its letters are wrong, or one of three to five; shorter names are never near.
 */
#ifndef PICKET_NEAREST_H
#define PICKET_NEAREST_H

#include <stddef.h>

struct nearest {
	const char *wanted;
	const char *best; /* NULL: none was near */
	size_t distance;
};

void nearest_start(struct nearest *nearest, const char *wanted);
void nearest_offer(struct nearest *nearest, const char *name);

#endif
