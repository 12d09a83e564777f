/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped profiles: each loads, says what was read and what is open, and the examples keep the schedule's limit. */
#include "config/limits.h"
#include "drivers/read_plan.h"
#include "drivers/schedule_check.h"
#include "tests/unit/site_text.h"

#include <dirent.h>

#define PROFILES   SOURCE "/config/profiles"
#define MODULES    12 /* real ones, at least */
#define TEXT_BYTES 8192

static char names[LIMIT_PROFILES][LIMIT_ID + 1];
static size_t count;

static void list_profiles(void)
{
	DIR *listing = opendir(PROFILES);

	ck_assert_ptr_nonnull(listing);
	count = 0;
	for (const struct dirent *entry = readdir(listing); entry; entry = readdir(listing)) {
		size_t length = strlen(entry->d_name);
		if (length <= 5 || strcmp(entry->d_name + length - 5, ".yaml") != 0)
			continue;
		ck_assert_uint_le(length - 5, LIMIT_ID);
		memcpy(names[count], entry->d_name, length - 5);
		names[count++][length - 5] = '\0';
	}
	closedir(listing);
}

static void load_with(const char *profile)
{
	char text[1024];

	snprintf(text, sizeof text,
	         HEAD LINKS "devices:\n"
	                    "  io: {link: net, unit: 1, profile: %s}\n" AREAS
	                    "sensors: {it: {kind: input, area: north, input: io/di/0}}\n",
	         profile);
	load_text(text);
}

static bool is_generic(const char *name)
{
	return strncmp(name, "generic-", 8) == 0;
}

static void read_profile(const char *name, char text[TEXT_BYTES])
{
	char path[sizeof PROFILES + LIMIT_ID + 8];

	ck_assert_uint_le(strlen(name), LIMIT_ID);
	snprintf(path, sizeof path, PROFILES "/%.*s.yaml", LIMIT_ID, name);
	FILE *file = fopen(path, "r");
	ck_assert_ptr_nonnull(file);
	size_t length = fread(text, 1, TEXT_BYTES - 1, file);
	text[length] = '\0';
	fclose(file);
}

START_TEST(there_are_enough_real_modules)
{
	size_t real = 0;

	list_profiles();
	for (size_t i = 0; i < count; i++)
		real += !is_generic(names[i]);
	ck_assert_uint_ge(real, MODULES);
}
END_TEST

START_TEST(each_loads_and_its_points_can_be_read)
{
	list_profiles();
	for (size_t i = 0; i < count; i++) {
		struct read_plan *plan = NULL;
		load_with(names[i]);
		ck_assert_uint_ge(site->devices[0].point_count, 2);
		for (size_t n = 0; n < site->point_count; n++)
			site->points[n].used = true;
		ck_assert_int_eq(read_plan_new(site, 0, &plan), 0);
		for (size_t n = 0; n < plan->request_count; n++) {
			bool bits = read_plan_is_bits(plan->requests[n].table);
			uint16_t most = bits ? site->devices[0].max_bits : site->devices[0].max_words;
			ck_assert_msg(plan->requests[n].count <= most, "%s: request %zu", names[i], n);
		}
		read_plan_free(&plan);
		site_free(&site);
		site_errors_free(&errors);
	}
}
END_TEST

START_TEST(each_names_its_manual_what_was_read_and_what_is_open)
{
	char text[TEXT_BYTES];

	list_profiles();
	for (size_t i = 0; i < count; i++) {
		if (is_generic(names[i]))
			continue;
		read_profile(names[i], text);
		ck_assert_msg(strstr(text, "\nmanual: ") != NULL, "%s names no manual", names[i]);
		ck_assert_msg(strstr(text, "\n# Read: ") != NULL, "%s does not say what was read", names[i]);
		ck_assert_msg(strstr(text, "\n# Open") != NULL, "%s does not say what is open", names[i]);
	}
}
END_TEST

START_TEST(only_what_an_output_is_may_be_written)
{
	list_profiles();
	for (size_t i = 0; i < count; i++) {
		load_with(names[i]);
		for (size_t n = 0; n < site->point_count; n++)
			if (site->points[n].write)
				ck_assert_msg(site->points[n].table == TABLE_COIL, "%s: %s", names[i],
				              site->points[n].name);
		site_free(&site);
		site_errors_free(&errors);
	}
}
END_TEST

START_TEST(the_examples_are_fast_enough)
{
	static const char *const files[] = {"/config/examples/gatehouse.yaml",
	                                    "/config/examples/north-perimeter/site.yaml", "/packaging/demo/site.yaml"};
	struct schedule *schedule = NULL;
	char path[sizeof SOURCE + 80];

	snprintf(path, sizeof path, SOURCE "%s", files[_i]);
	load_file(path);
	ck_assert_int_eq(schedule_new(site, &schedule), 0);
	schedule_report(site, schedule, &errors);
	for (size_t i = 0; i < errors.count; i++)
		printf("%s:%u: %s\n", errors.rows[i].file, errors.rows[i].line, errors.rows[i].text);
	ck_assert_uint_eq(errors.count, 0);
	schedule_free(&schedule);
}
END_TEST

int main(void)
{
	const TTest *const profiles[] = {there_are_enough_real_modules, each_loads_and_its_points_can_be_read,
	                                 each_names_its_manual_what_was_read_and_what_is_open,
	                                 only_what_an_output_is_may_be_written, NULL};
	Suite *suite = suite_create("profiles");
	TCase *examples = tcase_create("examples");

	add_case(suite, "profiles", profiles);
	tcase_add_checked_fixture(examples, setup, teardown);
	tcase_add_loop_test(examples, the_examples_are_fast_enough, 0, 3);
	suite_add_tcase(suite, examples);
	return run_suite(suite);
}
