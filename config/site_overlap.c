/* SPDX-License-Identifier: Apache-2.0 */
/* site_overlap - points of a device that are the same on the wire, see loading.h */
#include "config/loading.h"

#include <stdlib.h>

#define ADDRESS_MAX 65535
#define WORD_BITS   16

/* One bit of the wire and the group that claims it. */
struct claim {
	uint64_t bit;
	uint32_t group;
};

static int compare_claims(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;

	if (a->bit != b->bit)
		return a->bit < b->bit ? -1 : 1;
	return (a->group > b->group) - (a->group < b->group);
}

/* Bits that one point of the group takes: a number has all sixteen of each register. */
static uint32_t bits_of(const struct point_group *group)
{
	return group->model.type == TYPE_BIT ? 1 : WORD_BITS * site_point_width(&group->model);
}

static size_t claim_group(const struct point_group *group, uint32_t index, struct claim *claims)
{
	uint32_t bits = bits_of(group);
	size_t count = 0;

	for (uint32_t n = 0; n < load_group_size(group); n++) {
		struct site_point point = load_group_point(group, n);
		uint64_t first = (uint64_t)point.table << 20 | (uint64_t)point.address << 4 | point.bit;

		for (uint32_t bit = 0; bit < bits; bit++)
			claims[count++] = (struct claim){first + bit, index};
	}
	return count;
}

static size_t make_claims(const struct point_groups *groups, struct claim *claims)
{
	size_t count = 0;

	for (uint32_t i = 0; i < groups->count; i++)
		count += groups->rows[i].broken ? 0 : claim_group(&groups->rows[i], i, claims + count);
	return count;
}

static size_t count_claims(const struct point_groups *groups)
{
	size_t count = 0;

	for (size_t i = 0; i < groups->count; i++) {
		const struct point_group *group = &groups->rows[i];

		count += group->broken ? 0 : (size_t)load_group_size(group) * bits_of(group);
	}
	return count;
}

static void report_overlaps(struct load *load, struct point_groups *groups, const struct claim *claims, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		const struct point_group *first = &groups->rows[claims[i - 1].group];
		struct point_group *again = &groups->rows[claims[i].group];

		if (claims[i].bit != claims[i - 1].bit || again->broken)
			continue;
		load_error(load, again->key, "'%s' overlaps '%s': both have %s %u of the wire", again->name,
		           first->name, load_table_name(again->table), (uint32_t)(claims[i].bit >> 4 & ADDRESS_MAX));
		again->broken = true;
	}
}

void load_check_overlaps(struct load *load, struct point_groups *groups)
{
	struct claim *claims = malloc((count_claims(groups) + 1) * sizeof(*claims));

	if (claims == NULL) {
		load->no_memory = true;
		return;
	}
	size_t count = make_claims(groups, claims);

	if (count > 1)
		qsort(claims, count, sizeof(*claims), compare_claims);
	report_overlaps(load, groups, claims, count);
	free(claims);
}
