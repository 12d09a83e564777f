/* SPDX-License-Identifier: Apache-2.0 */
/* name_index - see name_index.h */
#include "config/name_index.h"

#include <stdlib.h>
#include <string.h>

static int compare_entries(const void *left, const void *right)
{
	const struct name_entry *a = left, *b = right;
	int order = strcmp(a->name, b->name);

	return order != 0 ? order : (a->row > b->row) - (a->row < b->row);
}

void name_index_sort(struct name_index *index)
{
	if (index->count > 1)
		qsort(index->entries, index->count, sizeof(*index->entries), compare_entries);
}

uint32_t name_index_find(const struct name_index *index, const char *name)
{
	size_t low = 0, high = index->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(index->entries[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == index->count || strcmp(index->entries[low].name, name) != 0)
		return NAME_INDEX_NONE;
	return index->entries[low].row;
}
