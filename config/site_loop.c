/* SPDX-License-Identifier: Apache-2.0 */
/* site_loop - bands of supervised loops, see loading.h */
#include "config/loading.h"
#include "config/site_tables.h"

#include <string.h>

static void take_band(struct load *load, const struct tree_node *key, void *target)
{
	struct site_loop *loop = target;
	const struct tree_node *list = key->value;
	bool pair = list->kind == TREE_SEQUENCE && list->count == 2;
	struct site_range range;
	unsigned band = 0;

	while (strcmp(site_band_name((enum site_band)band), key->text) != 0)
		band++;
	if (!pair || !scalar_real(list->first, &range.low) || !scalar_real(list->first->next, &range.high)) {
		bind_refuse(load, key, list, "[LOW, HIGH], two numbers; both belong to the band");
		return;
	}
	if (range.low > range.high)
		load_error(load, list, "the band '%s' ends before it begins", key->text);
	else
		loop->bands[band] = range;
}

static const struct bind_row loop_rows[] = {
        {.key = "short", .type = BIND_OWN, .own = take_band},
        {.key = "alarm", .type = BIND_OWN, .required = true, .own = take_band},
        {.key = "normal", .type = BIND_OWN, .required = true, .own = take_band},
        {.key = "open", .type = BIND_OWN, .own = take_band},
        {.key = "unit", .type = BIND_TEXT, .offset = offsetof(struct site_loop, unit), .max = LIMIT_UNIT_NAME},
};
const struct bind_table table_loop = BIND_TABLE("loops", loop_rows);

static bool overlap(const struct site_range *a, const struct site_range *b)
{
	bool empty = a->low > a->high || b->low > b->high;

	return !empty && a->low <= b->high && b->low <= a->high;
}

static void check_bands(struct load *load, const struct tree_node *key, const struct site_loop *loop)
{
	for (unsigned a = 0; a < BAND_COUNT; a++) {
		for (unsigned b = a + 1; b < BAND_COUNT; b++) {
			const char *first = site_band_name((enum site_band)a);
			const char *again = site_band_name((enum site_band)b);

			if (overlap(&loop->bands[a], &loop->bands[b]))
				load_error(load, tree_get(key->value, again),
				           "the bands '%s' and '%s' overlap; a value is in one of them, or drift",
				           first, again);
		}
	}
}

void load_loops(struct load *load)
{
	const struct load_section *section = &load->sections[SECTION_LOOPS];
	struct site *site = load->site;

	site->loops = load_alloc(load, section->count + 1, sizeof(*site->loops));
	if (site->loops == NULL)
		return;
	site->loop_count = section->count;
	for (size_t i = 0; i < section->count; i++) {
		const struct tree_node *key = section->keys[i];
		struct site_loop *loop = &site->loops[i];

		*loop = (struct site_loop){.id = key->text, .place = load_place(key)};
		for (unsigned band = 0; band < BAND_COUNT; band++)
			loop->bands[band] = (struct site_range){1, 0};
		bind_mapping(load, &(struct bind_job){
		                           .table = &table_loop, .where = key, .mapping = key->value, .target = loop});
		check_bands(load, key, loop);
	}
}
