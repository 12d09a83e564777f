/* SPDX-License-Identifier: Apache-2.0 */
/* site_area - areas, see loading.h */
#include "config/loading.h"
#include "config/site_tables.h"

static const char *const start_names[] = {"set", "unset", NULL};

struct area_job {
	struct site_area area;
	uint32_t start; /* of start_names */
};

static const struct bind_row area_rows[] = {
        {.key = "title", .type = BIND_TEXT, .offset = offsetof(struct area_job, area.title), .max = LIMIT_TITLE},
        {.key = "layer", .type = BIND_ID, .offset = offsetof(struct area_job, area.layer)},
        {.key = "start", .type = BIND_CHOICE, .offset = offsetof(struct area_job, start), .names = start_names},
};
const struct bind_table table_area = BIND_TABLE("areas", area_rows);

void load_areas(struct load *load)
{
	const struct load_section *section = &load->sections[SECTION_AREAS];
	struct site *site = load->site;

	site->areas = load_alloc(load, section->count + 1, sizeof(*site->areas));
	if (site->areas == NULL)
		return;
	site->area_count = section->count;
	for (size_t i = 0; i < section->count; i++) {
		const struct tree_node *key = section->keys[i];
		struct area_job job = {.area = {.id = key->text, .title = key->text, .place = load_place(key)}};

		bind_mapping(load, &(struct bind_job){
		                           .table = &table_area, .where = key, .mapping = key->value, .target = &job});
		job.area.start_unset = job.start == 1;
		site->areas[i] = job.area;
	}
}
