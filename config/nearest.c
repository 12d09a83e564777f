/* SPDX-License-Identifier: Apache-2.0 */
/* nearest - see nearest.h */
#include "config/nearest.h"

#include <string.h>

#define LENGTH_MAX 64 /* longer names are not compared: nobody mistypes one letter of those */

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Three rows of the table of distances: two back for swapped neighbours, one back, the current one. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t rows[3][LENGTH_MAX + 1];

	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *two_above = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			size_t change = above[j - 1] + (a[i - 1] != b[j - 1]);

			row[j] = smaller(smaller(above[j], row[j - 1]) + 1, change);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = smaller(row[j], two_above[j - 2] + 1);
		}
	}
	return rows[a_length % 3][b_length];
}

void nearest_start(struct nearest *nearest, const char *wanted)
{
	*nearest = (struct nearest){.wanted = wanted, .distance = LENGTH_MAX};
}

void nearest_offer(struct nearest *nearest, const char *name)
{
	size_t wanted_length = strlen(nearest->wanted), length = strlen(name);
	size_t allowed = length < 3 ? 0 : length < 6 ? 1 : length / 3;
	size_t difference = length > wanted_length ? length - wanted_length : wanted_length - length;

	if (length > LENGTH_MAX || wanted_length > LENGTH_MAX || difference > allowed)
		return;
	size_t found = distance(nearest->wanted, wanted_length, name, length);

	if (found > allowed || found >= nearest->distance)
		return;
	nearest->best = name;
	nearest->distance = found;
}
