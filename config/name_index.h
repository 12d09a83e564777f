/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_index - names in order, for finding a row by its name. Sorted once, so no choice of names makes it slow.
 */
#ifndef PICKET_NAME_INDEX_H
#define PICKET_NAME_INDEX_H

#include <stddef.h>
#include <stdint.h>

#define NAME_INDEX_NONE UINT32_MAX

struct name_entry {
	const char *name;
	uint32_t row;
};

/* The caller fills entries and count, sorts once, then looks. */
struct name_index {
	struct name_entry *entries;
	size_t count;
};

/* By name; of one name the lowest row is first. */
void name_index_sort(struct name_index *index);

/* The lowest row of that name, or NAME_INDEX_NONE. */
uint32_t name_index_find(const struct name_index *index, const char *name);

#endif
