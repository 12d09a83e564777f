/* SPDX-License-Identifier: Apache-2.0 */
/* site_link - links and their ways, see loading.h */
#include "config/loading.h"
#include "config/site_tables.h"

#include <string.h>

#define TIMEOUT_TCP_MS 200
#define TIMEOUT_RTU_MS 60
#define TURNAROUND_MS  10

static void take_url(struct load *load, const struct tree_node *key, void *target)
{
	struct site_link *link = target;

	link->endpoint_count = load_link_url(load, key->value, &link->endpoints[0]);
}

static void take_urls(struct load *load, const struct tree_node *key, void *target)
{
	struct site_link *link = target;
	const struct tree_node *list = key->value;

	if (list->kind != TREE_SEQUENCE || list->count == 0 || list->count > LIMIT_ENDPOINTS) {
		bind_refuse(load, key, list, "a list of a primary and a backup address");
		return;
	}
	link->endpoint_count = 0;
	for (const struct tree_node *item = list->first; item; item = item->next)
		link->endpoint_count += load_link_url(load, item, &link->endpoints[link->endpoint_count]);
}

#define IN_LINK(member) offsetof(struct site_link, member)

static const struct bind_row link_rows[] = {
        {.key = "url", .type = BIND_OWN, .own = take_url},
        {.key = "urls", .type = BIND_OWN, .own = take_urls},
        {.key = "timeout_ms",
         .type = BIND_U32,
         .offset = IN_LINK(timeout_ms),
         .min = LIMIT_TIMEOUT_MS_MIN,
         .max = LIMIT_TIMEOUT_MS_MAX},
        {.key = "timeout_min_ms",
         .type = BIND_U32,
         .offset = IN_LINK(timeout_min_ms),
         .min = LIMIT_TIMEOUT_MS_MIN,
         .max = LIMIT_TIMEOUT_MS_MAX},
        {.key = "gap_ms", .type = BIND_U32, .offset = IN_LINK(gap_ms), .max = LIMIT_GAP_MS_MAX},
        {.key = "turnaround_ms", .type = BIND_U32, .offset = IN_LINK(turnaround_ms), .max = LIMIT_TIMEOUT_MS_MAX},
        {.key = "dead", .type = BIND_U32, .offset = IN_LINK(dead), .max = LIMIT_DEVICES},
};
const struct bind_table table_link = BIND_TABLE("links", link_rows);

/* --- one link ------------------------------------------------------------------------------------ */

static void check_urls(struct load *load, const struct tree_node *key, const struct site_link *link)
{
	const struct tree_node *one = tree_get(key->value, "url"), *more = tree_get(key->value, "urls");

	if (one && more)
		load_error(load, more, "'url' and 'urls' exclude each other");
	if (!one && !more)
		load_error(load, key, "'url' is missing");
	if (link->endpoint_count < 2)
		return;
	bool rtu = link->endpoints[1].transport != TRANSPORT_TCP;

	if (rtu != site_link_is_rtu(link))
		load_error(load, more, "'urls' mixes tcp:// with rtu; all ways of a link carry the same frames");
}

static void check_times(struct load *load, const struct tree_node *key, const struct site_link *link)
{
	const struct tree_node *least = tree_get(key->value, "timeout_min_ms");
	const struct tree_node *turn = tree_get(key->value, "turnaround_ms");

	if (least && link->timeout_min_ms > link->timeout_ms)
		load_error(load, least, "'timeout_min_ms' is more than the timeout_ms of %u", link->timeout_ms);
	if (turn && link->turnaround_ms >= link->timeout_ms)
		load_error(load, turn, "'turnaround_ms' is not less than the timeout_ms of %u: no answer would count",
		           link->timeout_ms);
}

static void load_one_link(struct load *load, const struct tree_node *key, struct site_link *link)
{
	*link = (struct site_link){
	        .id = key->text, .dead = 1, .turnaround_ms = LOAD_NOT_GIVEN, .place = load_place(key)};
	bind_mapping(load,
	             &(struct bind_job){.table = &table_link, .where = key, .mapping = key->value, .target = link});
	if (link->timeout_ms == 0)
		link->timeout_ms = site_link_is_rtu(link) ? TIMEOUT_RTU_MS : TIMEOUT_TCP_MS;
	if (link->turnaround_ms == LOAD_NOT_GIVEN)
		link->turnaround_ms = link->timeout_ms > TURNAROUND_MS ? TURNAROUND_MS : link->timeout_ms - 1;
	if (key->value->kind != TREE_MAPPING)
		return;
	check_urls(load, key, link);
	check_times(load, key, link);
}

/* --- all links ----------------------------------------------------------------------------------- */

/* What a way occupies: an address and port, or a tty. */
static const char *endpoint_name(struct load *load, const struct site_endpoint *end)
{
	const char *name = end->path ? end->path : arena_print(load->arena, "[%s]:%u", end->host, end->port);

	load->no_memory |= name == NULL;
	return name ? name : "";
}

static void add_endpoints(struct load *load, uint32_t row, struct name_index *index)
{
	const struct site_link *link = &load->site->links[row];

	for (size_t i = 0; i < link->endpoint_count; i++)
		index->entries[index->count++] = (struct name_entry){endpoint_name(load, &link->endpoints[i]), row};
}

static void report_same(struct load *load, uint32_t first, uint32_t again)
{
	const struct tree_node *key = load->sections[SECTION_LINKS].keys[again];

	if (first == again)
		load_error(load, tree_get(key->value, "urls"), "'urls' names the same connection twice");
	else
		load_error(load, key, "link '%s' is the same connection as link '%s'; one link carries all its devices",
		           load->site->links[again].id, load->site->links[first].id);
}

/* Two links to one endpoint would not see each other's units, and fight for a bus. */
static void check_endpoints(struct load *load)
{
	struct site *site = load->site;
	struct name_index index = {load_alloc(load, site->link_count * LIMIT_ENDPOINTS + 1, sizeof(*index.entries)), 0};

	for (uint32_t i = 0; index.entries && i < site->link_count; i++)
		add_endpoints(load, i, &index);
	name_index_sort(&index);
	for (size_t i = 1; i < index.count; i++) {
		if (strcmp(index.entries[i - 1].name, index.entries[i].name) == 0)
			report_same(load, index.entries[i - 1].row, index.entries[i].row);
	}
}

void load_links(struct load *load)
{
	const struct load_section *section = &load->sections[SECTION_LINKS];
	struct site *site = load->site;

	site->links = load_alloc(load, section->count + 1, sizeof(*site->links));
	if (site->links == NULL)
		return;
	site->link_count = section->count;
	for (size_t i = 0; i < section->count; i++)
		load_one_link(load, section->keys[i], &site->links[i]);
	check_endpoints(load);
}
