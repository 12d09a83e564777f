/* SPDX-License-Identifier: Apache-2.0 */
/* test_site_keys - the shipped examples load; schema, manual and examples know every key */
#include "tests/unit/site_text.h"

#include "config/site_tables.h"

/* --- examples, schema, manual -------------------------------------------------------------------- */

START_TEST(gatehouse_has_every_kind)
{
	bool seen[KIND_COUNT] = {false};

	load_file(SOURCE "/config/examples/gatehouse.yaml");
	for (size_t i = 0; i < site->sensor_count; i++)
		seen[site->sensors[i].kind] = true;
	for (size_t kind = 0; kind < KIND_COUNT; kind++)
		ck_assert_msg(seen[kind], "no %s", sensor_kind_name((enum sensor_kind)kind));
}
END_TEST

START_TEST(north_perimeter_is_large)
{
	load_file(SOURCE "/config/examples/north-perimeter/site.yaml");
	ck_assert_uint_eq(site->device_count, 100);
	ck_assert_uint_eq(site->point_count, 2000);
	ck_assert_int_eq(site->links[0].endpoints[0].transport, TRANSPORT_TCP);
	ck_assert_int_eq(site->links[site->link_count - 1].endpoints[0].transport, TRANSPORT_RTU);
	for (size_t i = 0; i < site->point_count; i++)
		ck_assert_msg(site->points[i].used, "%s of %s", site->points[i].name,
		              site->devices[site->points[i].device].id);
}
END_TEST

struct pages {
	char *schema, *manual, *examples;
	size_t keys, later;
};

/* All files, one after the other; a key has a space before it wherever it stands. */
static char *read_texts(const char *const *paths)
{
	char *text = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&text, &size);

	fputc(' ', memory);
	for (; *paths; paths++) {
		FILE *file = fopen(*paths, "r");
		int c;

		ck_assert_msg(file, "%s", *paths);
		while ((c = fgetc(file)) != EOF)
			fputc(c == '\n' || c == '{' ? ' ' : c, memory);
		fclose(file);
	}
	fclose(memory);
	return text;
}

/* before + key + after stands somewhere in the text */
struct mark {
	const char *before, *after, *where;
};

static void look_for(const char *text, const char *key, struct mark mark)
{
	char pattern[80];

	snprintf(pattern, sizeof(pattern), "%s%s%s", mark.before, key, mark.after);
	ck_assert_msg(strstr(text, pattern), "%s is not in %s", key, mark.where);
}

static void check_key(void *context, const char *section, const char *key, bool later)
{
	struct pages *pages = context;

	(void)section;
	pages->keys++;
	if (later) {
		pages->later++;
		return;
	}
	look_for(pages->schema, key, (struct mark){"\"", "\":", "the schema"});
	look_for(pages->manual, key, (struct mark){"*", "*", "picket-site(5)"});
	look_for(pages->examples, key, (struct mark){" ", ":", "the gatehouse or a profile"});
}

START_TEST(every_key_is_in_schema_manual_and_example)
{
	static const char *const schema[] = {SOURCE "/config/site.schema.json", NULL};
	static const char *const manual[] = {SOURCE "/packaging/man/picket-site.5.scd", NULL};
	static const char *const examples[] = {SOURCE "/config/examples/gatehouse.yaml",
	                                       SOURCE "/config/profiles/generic-di16.yaml",
	                                       SOURCE "/config/profiles/moxa-iologik-e1210.yaml", NULL};
	struct pages pages = {
	        .schema = read_texts(schema), .manual = read_texts(manual), .examples = read_texts(examples)};

	site_keys(check_key, &pages);
	ck_assert_uint_gt(pages.keys - pages.later, 110);
	ck_assert_uint_ge(pages.later, 1);
	free(pages.schema);
	free(pages.manual);
	free(pages.examples);
}
END_TEST

int main(void)
{
	const TTest *const shipped[] = {gatehouse_has_every_kind, north_perimeter_is_large,
	                                every_key_is_in_schema_manual_and_example, NULL};
	Suite *suite = suite_create("site_keys");

	add_case(suite, "shipped", shipped);
	return run_suite(suite);
}
