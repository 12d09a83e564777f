/* SPDX-License-Identifier: Apache-2.0 */
/* profile - templates of devices: where they are looked for and what they say, see loading.h */
#include "config/site_load.h"

#include "config/loading.h"
#include "config/site_tables.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *site_profile_dir(void)
{
	const char *folder = getenv("PICKET_PROFILES");

	return folder && folder[0] ? folder : PICKET_PROFILE_DIR;
}

/* --- the file ------------------------------------------------------------------------------------ */

static void take_format(struct load *load, const struct tree_node *key, void *target)
{
	uint32_t version;

	(void)target;
	if (!scalar_uint(key->value, &version) || version != 1)
		bind_refuse(load, key, key->value, "1, the version of this format");
}

static void take_points(struct load *load, const struct tree_node *key, void *target)
{
	struct profile *profile = target;

	if (key->value->kind == TREE_MAPPING)
		profile->point_keys = key->value;
	else
		bind_refuse(load, key, key->value, "a mapping of point names");
}

static void take_identity(struct load *load, const struct tree_node *key, void *target)
{
	load_identity(load, key, &((struct profile *)target)->identity);
}

static const struct bind_row profile_rows[] = {
        {.key = "profile", .type = BIND_OWN, .required = true, .own = take_format},
        {.key = "title",
         .type = BIND_TEXT,
         .required = true,
         .offset = offsetof(struct profile, title),
         .max = LIMIT_TITLE},
        {.key = "manual", .type = BIND_LINES, .offset = offsetof(struct profile, manual), .max = LIMIT_GUIDANCE},
        {.key = "base", .type = BIND_U32, .offset = offsetof(struct profile, base), .max = 1},
        {.key = "max_bits",
         .type = BIND_U16,
         .offset = offsetof(struct profile, max_bits),
         .min = 1,
         .max = LIMIT_READ_BITS},
        {.key = "max_words",
         .type = BIND_U16,
         .offset = offsetof(struct profile, max_words),
         .min = 1,
         .max = LIMIT_READ_WORDS},
        {.key = "max_gap", .type = BIND_U16, .offset = offsetof(struct profile, max_gap), .max = LIMIT_READ_BITS},
        {.key = "turnaround_ms",
         .type = BIND_U32,
         .offset = offsetof(struct profile, turnaround_ms),
         .min = 1,
         .max = LIMIT_TIMEOUT_MS_MAX},
        {.key = "identity", .type = BIND_OWN, .own = take_identity},
        {.key = "points", .type = BIND_OWN, .required = true, .own = take_points},
};
const struct bind_table table_profile = BIND_TABLE("profiles", profile_rows);

static void read_profile(struct load *load, const char *path, struct profile *profile)
{
	size_t before = load->errors->count + load->errors->omitted;
	bool incomplete = load->incomplete;
	const struct load_file *file = load_add_file(load, path);

	load->incomplete = incomplete; /* only the points of its devices are unknown */
	profile->broken = true;
	profile->max_bits = LIMIT_READ_BITS;
	profile->max_words = LIMIT_READ_WORDS;
	if (file == NULL)
		return;
	bind_mapping(load,
	             &(struct bind_job){
	                     .table = &table_profile, .where = file->root, .mapping = file->root, .target = profile});
	size_t room = profile->point_keys ? profile->point_keys->count : 0;

	profile->points.rows = load_alloc(load, room + 1, sizeof(*profile->points.rows));
	if (profile->points.rows && profile->point_keys)
		load_point_groups(load, profile->point_keys, profile->base, &profile->points);
	profile->broken = load->errors->count + load->errors->omitted > before;
}

/* --- where it is --------------------------------------------------------------------------------- */

static const char *print_path(struct load *load, const char *folder, const char *name)
{
	const char *path = arena_print(load->arena, "%s/%s.yaml", folder, name);

	load->no_memory |= path == NULL;
	return path;
}

static const char *own_folder(struct load *load)
{
	const char *folder = arena_print(load->arena, "%sprofiles", load->directory);

	load->no_memory |= folder == NULL;
	return folder ? folder : "profiles";
}

static void offer_folder(struct load *load, const char *folder, struct nearest *nearest)
{
	DIR *listing = opendir(folder);

	if (listing == NULL)
		return;
	for (const struct dirent *entry = readdir(listing); entry; entry = readdir(listing)) {
		size_t length = strlen(entry->d_name);

		if (length <= strlen(".yaml") || strcmp(entry->d_name + length - strlen(".yaml"), ".yaml") != 0)
			continue;
		const char *name = arena_copy(load->arena, entry->d_name, length - strlen(".yaml"));

		if (name)
			nearest_offer(nearest, name);
	}
	closedir(listing);
}

static void report_absent(struct load *load, const struct tree_node *where, const char *own)
{
	struct nearest nearest;
	struct load_hint hint;

	nearest_start(&nearest, where->text);
	offer_folder(load, own, &nearest);
	offer_folder(load, site_profile_dir(), &nearest);
	load_error(load, where, "there is no profile '%s' in %.120s or %.120s%s", where->text, own, site_profile_dir(),
	           load_hint(&nearest, &hint));
}

static const char *find_profile(struct load *load, const struct tree_node *where)
{
	const char *own = own_folder(load);
	const char *folders[] = {own, site_profile_dir()};

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		const char *path = print_path(load, folders[i], where->text);

		if (path && access(path, F_OK) == 0)
			return path;
	}
	report_absent(load, where, own);
	return NULL;
}

static struct profile *known_profile(struct load *load, const char *name)
{
	for (size_t i = 0; i < load->profile_count; i++) {
		if (strcmp(load->profiles[i].name, name) == 0)
			return &load->profiles[i];
	}
	return NULL;
}

const struct profile *load_profile(struct load *load, const struct tree_node *where)
{
	if (where->kind != TREE_SCALAR || !scalar_is_id(where->text)) {
		load_error(load, where, "the name of a profile is wanted: a-z, 0-9 and -, at most %d", LIMIT_ID);
		return NULL;
	}
	struct profile *profile = known_profile(load, where->text);
	const char *path = profile ? NULL : find_profile(load, where);

	if (path == NULL)
		return profile;
	if (load->profiles == NULL)
		load->profiles = load_alloc(load, LIMIT_PROFILES, sizeof(*load->profiles));
	if (load->profiles == NULL)
		return NULL;
	if (load->profile_count == LIMIT_PROFILES) {
		load_error(load, where, "more than %d profiles", LIMIT_PROFILES);
		return NULL;
	}
	profile = &load->profiles[load->profile_count++];
	profile->name = where->text;
	read_profile(load, path, profile);
	return profile;
}
