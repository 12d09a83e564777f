/* SPDX-License-Identifier: Apache-2.0 */
/* site_load - see site_load.h and loading.h */
#include "config/site_load.h"

#include "config/loading.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- help for all parts -------------------------------------------------------------------------- */

void load_error(struct load *load, const struct tree_node *where, const char *format, ...)
{
	char text[sizeof(load->errors->rows->text)];
	struct site_spot spot = {load->site->files[where->file], where->file, where->line, where->column};
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	site_errors_add(load->errors, spot, "%s", text);
}

void *load_alloc(struct load *load, size_t count, size_t size)
{
	void *memory = arena_alloc(load->arena, count, size);

	if (memory == NULL)
		load->no_memory = true;
	return memory;
}

const char *load_path(struct load *load, const char *text)
{
	if (text[0] == '/' || load->directory[0] == '\0')
		return text;
	const char *path = arena_print(load->arena, "%s%s", load->directory, text);

	if (path == NULL)
		load->no_memory = true;
	return path;
}

struct site_place load_place(const struct tree_node *node)
{
	return (struct site_place){node->file, node->line, node->column};
}

const char *load_hint(const struct nearest *nearest, struct load_hint *hint)
{
	hint->text[0] = '\0';
	if (nearest->best)
		snprintf(hint->text, sizeof(hint->text), "; did you mean '%s'?", nearest->best);
	return hint->text;
}

/* --- files --------------------------------------------------------------------------------------- */

/* The folder of a path, with its last '/', or "". */
static const char *folder_of(struct load *load, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *folder = arena_copy(load->arena, path, slash ? (size_t)(slash - path) + 1 : 0);

	if (folder == NULL)
		load->no_memory = true;
	return folder ? folder : "";
}

static const char *real_path(struct load *load, const char *name)
{
	char *resolved = realpath(name, NULL);
	const char *copy = resolved ? arena_copy(load->arena, resolved, strlen(resolved)) : NULL;

	free(resolved);
	return copy;
}

struct load_file *load_add_file(struct load *load, const char *name)
{
	assert(load->file_count < LOAD_FILES);
	struct load_file *file = &load->files[load->file_count];

	file->source = (struct tree_source){.name = name, .order = (uint32_t)load->file_count};
	file->real_path = real_path(load, name);
	load->site->files[load->file_count++] = name;
	load->site->file_count = load->file_count;
	int error = tree_read(load->arena, name, load->errors, &file->source);

	if (error == 0)
		error = tree_parse(load->arena, &file->source, load->errors, &file->root);
	load->no_memory |= error == -ENOMEM;
	if (error == 0 && file->root->kind != TREE_MAPPING) {
		load_error(load, file->root, "the file is %s; allowed: a mapping", tree_kind_name(file->root));
		error = -EINVAL;
	}
	load->incomplete |= error < 0;
	return error < 0 ? NULL : file;
}

static bool is_read_already(const struct load *load, const char *path)
{
	for (size_t i = 0; i < load->include_count; i++) {
		if (load->files[i].real_path && strcmp(load->files[i].real_path, path) == 0)
			return true;
	}
	return false;
}

/* The path of an included file, or NULL after saying what is wrong with it. */
static const char *check_include(struct load *load, const struct tree_node *item, const char *folder)
{
	if (item->kind != TREE_SCALAR || scalar_is_empty(item) || strlen(item->text) > LIMIT_PATH) {
		load_error(load, item, "a file name is wanted, of at most %d bytes", LIMIT_PATH);
		return NULL;
	}
	const char *path = arena_print(load->arena, "%s%s", item->text[0] == '/' ? "" : folder, item->text);
	const char *real = path ? real_path(load, path) : NULL;

	load->no_memory |= path == NULL;
	if (path && real == NULL) {
		load_error(load, item, "'%.200s': %s", item->text, strerror(errno));
		return NULL;
	}
	if (real && is_read_already(load, real)) {
		load_error(load, item, "'%.200s' is included already, or includes itself", item->text);
		return NULL;
	}
	if (load->include_count == LIMIT_INCLUDES) {
		load_error(load, item, "more than %d files", LIMIT_INCLUDES);
		return NULL;
	}
	return path;
}

/* Depth first, in the order of the lists; at most LIMIT_INCLUDE_DEPTH deep. */
static void read_includes(struct load *load, const struct load_file *file, unsigned depth)
{
	const struct tree_node *list = tree_get(file->root, "include");
	const char *folder = folder_of(load, file->source.name);

	if (list == NULL || list->kind != TREE_SEQUENCE)
		return;
	for (const struct tree_node *item = list->first; item; item = item->next) {
		if (depth == LIMIT_INCLUDE_DEPTH) {
			load_error(load, item, "included files may not include more than %d deep", LIMIT_INCLUDE_DEPTH);
			return;
		}
		const char *path = check_include(load, item, folder);

		if (path == NULL) {
			load->incomplete = true;
			continue;
		}
		const struct load_file *part = load_add_file(load, path);

		load->include_count = load->file_count;
		if (part)
			read_includes(load, part, depth + 1);
	}
}

/* --- sections ------------------------------------------------------------------------------------ */

struct section_rule {
	const char *name, *one;
	size_t limit;
};

static const struct section_rule section_rules[SECTION_COUNT] = {
        [SECTION_LINKS] = {"links", "link", LIMIT_LINKS},         [SECTION_AREAS] = {"areas", "area", LIMIT_AREAS},
        [SECTION_DEVICES] = {"devices", "device", LIMIT_DEVICES}, [SECTION_LOOPS] = {"loops", "loop", LIMIT_LOOPS},
        [SECTION_SENSORS] = {"sensors", "sensor", LIMIT_SENSORS}, [SECTION_RULES] = {"rules", "rule", LIMIT_RULES},
        [SECTION_OUTPUTS] = {"outputs", "output", LIMIT_OUTPUTS},
};

static const struct tree_node *section_of(const struct load_file *file, const char *name)
{
	const struct tree_node *section = file->root ? tree_get(file->root, name) : NULL;

	return section && section->kind == TREE_MAPPING ? section : NULL;
}

static size_t count_entries(const struct load *load, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; i < load->include_count; i++) {
		const struct tree_node *section = section_of(&load->files[i], name);

		count += section ? section->count : 0;
	}
	return count;
}

/* false: the section is full, and an error said so. */
static bool take_entry(struct load *load, enum load_section_id id, const struct tree_node *key)
{
	struct load_section *section = &load->sections[id];

	if (key->repeated)
		return true;
	if (section->count == section_rules[id].limit) {
		load_error(load, key, "more than %zu %s", section->count, section->name);
		load->incomplete = true;
		return false;
	}
	if (!scalar_is_id(key->text))
		load_error(load, key, "'%.64s' is no id; allowed: a-z, 0-9 and -, at most %d, not with - first",
		           key->text, LIMIT_ID);
	section->keys[section->count++] = key;
	return true;
}

static void collect_section(struct load *load, enum load_section_id id)
{
	struct load_section *section = &load->sections[id];

	section->name = section_rules[id].name;
	section->keys = load_alloc(load, count_entries(load, section->name) + 1, sizeof(*section->keys));
	for (size_t i = 0; section->keys && i < load->include_count; i++) {
		const struct tree_node *mapping = section_of(&load->files[i], section->name);

		for (const struct tree_node *key = mapping ? mapping->first : NULL; key; key = key->next) {
			if (!take_entry(load, id, key))
				return;
		}
	}
}

static void report_same_ids(struct load *load, enum load_section_id id)
{
	const struct load_section *section = &load->sections[id];

	for (size_t i = 1; i < section->index.count; i++) {
		const struct tree_node *first = section->keys[section->index.entries[i - 1].row];
		const struct tree_node *again = section->keys[section->index.entries[i].row];

		if (strcmp(first->text, again->text) == 0)
			load_error(load, again, "%s '%.64s' stands in %.200s:%u already", section_rules[id].one,
			           again->text, load->site->files[first->file], first->line);
	}
}

static void index_section(struct load *load, enum load_section_id id, const uint32_t **ret_by_id)
{
	struct load_section *section = &load->sections[id];
	struct name_entry *entries = load_alloc(load, section->count + 1, sizeof(*entries));
	uint32_t *by_id = load_alloc(load, section->count + 1, sizeof(*by_id));

	if (entries == NULL || by_id == NULL)
		return;
	for (size_t i = 0; i < section->count; i++)
		entries[i] = (struct name_entry){section->keys[i]->text, (uint32_t)i};
	section->index = (struct name_index){entries, section->count};
	name_index_sort(&section->index);
	for (size_t i = 0; i < section->count; i++)
		by_id[i] = entries[i].row;
	*ret_by_id = by_id;
	report_same_ids(load, id);
}

static void list_names(const struct load_section *section, struct load_hint *hint)
{
	for (size_t i = 0; i < section->count; i++) {
		size_t length = strlen(hint->text);

		snprintf(hint->text + length, sizeof(hint->text) - length, "%s%s",
		         i ? ", " : "; there is: ", section->keys[i]->text);
	}
}

uint32_t load_find(struct load *load, enum load_section_id id, const struct tree_node *where, const char *what)
{
	const struct load_section *section = &load->sections[id];
	uint32_t row = where->kind == TREE_SCALAR ? name_index_find(&section->index, where->text) : SITE_NONE;
	struct nearest nearest;
	struct load_hint hint = {""};

	if (row != SITE_NONE || load->incomplete)
		return row;
	if (where->kind != TREE_SCALAR || scalar_is_empty(where)) {
		load_error(load, where, "the name of %s %s is wanted", id == SECTION_AREAS ? "an" : "a", what);
		return SITE_NONE;
	}
	nearest_start(&nearest, where->text);
	for (size_t i = 0; load->errors->omitted == 0 && i < section->count; i++)
		nearest_offer(&nearest, section->keys[i]->text);
	load_hint(&nearest, &hint);
	if (nearest.best == NULL && section->count <= 4)
		list_names(section, &hint);
	load_error(load, where, "there is no %s '%.64s'%s", what, where->text, hint.text);
	return SITE_NONE;
}

/* --- the whole ----------------------------------------------------------------------------------- */

static int prepare(struct load *load, const char *path, struct site_errors *errors)
{
	load->errors = errors;
	load->arena = arena_new();
	load->site = load->arena ? arena_alloc(load->arena, 1, sizeof(*load->site)) : NULL;
	if (load->site == NULL)
		return -ENOMEM;
	load->site->arena = load->arena;
	load->site->files = load_alloc(load, LOAD_FILES, sizeof(*load->site->files));
	load->directory = folder_of(load, path);
	load->path = arena_copy(load->arena, path, strlen(path)); /* the site keeps the name */
	load->no_memory |= load->path == NULL;
	return load->no_memory ? -ENOMEM : 0;
}

static void load_parts(struct load *load, const struct load_file *first)
{
	struct site *site = load->site;
	const uint32_t *by_id;

	read_includes(load, first, 1);
	for (unsigned id = 0; id < SECTION_COUNT; id++)
		collect_section(load, (enum load_section_id)id);
	if (load->no_memory)
		return;
	index_section(load, SECTION_LINKS, &by_id);
	index_section(load, SECTION_LOOPS, &by_id);
	index_section(load, SECTION_OUTPUTS, &by_id);
	index_section(load, SECTION_AREAS, &site->areas_by_id);
	index_section(load, SECTION_DEVICES, &site->devices_by_id);
	index_section(load, SECTION_SENSORS, &site->sensors_by_id);
	index_section(load, SECTION_RULES, &site->rules_by_id);
	load_top(load, first->root);
	load_links(load);
	load_areas(load);
	load_devices(load);
	load_loops(load);
	load_sensors(load);
	load_rules(load);
	load_outputs(load);
}

static int finish(struct load *load, int error, struct site **ret_site)
{
	site_errors_sort(load->errors);
	if (error == 0 && load->no_memory)
		error = -ENOMEM;
	if (error == 0 && load->errors->count + load->errors->omitted > 0)
		error = load->errors->count ? -EINVAL : -ENOMEM;
	if (error == 0)
		error = load_hash(load, load->site->hash);
	if (error < 0)
		arena_free(&load->arena);
	else
		*ret_site = load->site;
	return error;
}

int site_load(const char *path, struct site **ret_site, struct site_errors *ret_errors)
{
	struct load load = {0};

	*ret_errors = (struct site_errors){0};
	int error = prepare(&load, path, ret_errors);

	if (error == 0) {
		const struct load_file *first = load_add_file(&load, load.path);

		load.include_count = load.file_count;
		if (first)
			load_parts(&load, first);
	}
	return finish(&load, error, ret_site);
}

void site_free(struct site **site)
{
	if (site == NULL || *site == NULL)
		return;
	struct arena *arena = (*site)->arena;

	*site = NULL;
	arena_free(&arena);
}
