/* SPDX-License-Identifier: Apache-2.0 */
/* test_site_broken - every way a site file can be wrong (tests/broken/), and files made to hurt */
#include "tests/unit/site_text.h"

#include "config/limits.h"

#include <dirent.h>
#include <time.h>

/* --- broken files -------------------------------------------------------------------------------- */

static char *broken_names[128];
static int broken_count;

static int compare_names(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static void list_broken(void)
{
	DIR *listing = opendir(SOURCE "/tests/broken");

	for (const struct dirent *entry = listing ? readdir(listing) : NULL; entry; entry = readdir(listing)) {
		const char *dot = strrchr(entry->d_name, '.');

		if (dot && strcmp(dot, ".yaml") == 0 && broken_count < 128)
			broken_names[broken_count++] = strndup(entry->d_name, (size_t)(dot - entry->d_name));
	}
	if (listing)
		closedir(listing);
	qsort(broken_names, (size_t)broken_count, sizeof(broken_names[0]), compare_names);
}

/* "line:column: text" of the file itself, "file:line:column: text" of another. */
static void print_row(const char *name, const struct site_error *row, char *line, size_t size)
{
	bool same = strcmp(name, row->file) == 0;

	snprintf(line, size, "%s%s%u:%u: %s\n", same ? "" : row->file, same ? "" : ":", row->line, row->column,
	         row->text);
}

START_TEST(broken_file_gives_the_expected_errors)
{
	char yaml[300], expected[300], wanted[1024], got[1024];

	ck_assert_int_eq(chdir(SOURCE "/tests/broken"), 0);
	setenv("PICKET_PROFILES", "../../config/profiles", 1);
	snprintf(yaml, sizeof(yaml), "%s.yaml", broken_names[_i]);
	snprintf(expected, sizeof(expected), "%s.expected", broken_names[_i]);
	ck_assert_int_eq(site_load(yaml, &site, &errors), -EINVAL);
	ck_assert_ptr_null(site);
	FILE *file = fopen(expected, "r");

	ck_assert_msg(file, "%s is missing", expected);
	for (size_t i = 0; i < errors.count; i++) {
		print_row(yaml, &errors.rows[i], got, sizeof(got));
		ck_assert_msg(fgets(wanted, sizeof(wanted), file), "%s: not expected: %s", yaml, got);
		ck_assert_msg(strcmp(got, wanted) == 0, "%s:\n got      %s wanted   %s", yaml, got, wanted);
	}
	ck_assert_msg(fgets(wanted, sizeof(wanted), file) == NULL, "%s: did not come: %s", yaml, wanted);
	fclose(file);
}
END_TEST

START_TEST(there_are_broken_files)
{
	ck_assert_int_ge(broken_count, 70);
}
END_TEST

/* --- hostile files ------------------------------------------------------------------------------- */

START_TEST(alias_bomb)
{
	write_text("bomb.yaml", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n");
	refuse_file("bomb.yaml", 1, 4, "anchors (&name) are not allowed");
}
END_TEST

START_TEST(deep_nesting_ends_at_once)
{
	static char text[100003] = "a: ";

	memset(text + 3, '[', 100000);
	clock_t start = clock();

	write_bytes("deep.yaml", text, sizeof(text));
	refuse_file("deep.yaml", 1, 19, "nested too deeply");
	ck_assert_int_lt(clock() - start, CLOCKS_PER_SEC);
}
END_TEST

START_TEST(five_mebibytes)
{
	write_text("large.yaml", "a: b\n");
	ck_assert_int_eq(truncate("large.yaml", 5 << 20), 0);
	refuse_file("large.yaml", 0, 0, "larger than 4 MiB");
}
END_TEST

START_TEST(more_values_than_allowed)
{
	size_t size = 2 * (LIMIT_YAML_NODES + 2); /* "[1,1,1,...1" */
	char *text = malloc(size);

	ck_assert_ptr_nonnull(text);
	for (size_t i = 0; i < size; i += 2)
		memcpy(text + i, ",1", 2);
	text[0] = '[';
	write_bytes("many.yaml", text, size);
	free(text);
	ck_assert_int_eq(site_load("many.yaml", &site, &errors), -EINVAL);
	ck_assert_str_eq(errors.rows[0].text, "the file has too many values");
}
END_TEST

START_TEST(nul_byte)
{
	write_bytes("nul.yaml", "a: b\nc: d\0e\n", 12);
	refuse_file("nul.yaml", 2, 5, "not text in UTF-8: control characters are not allowed");
}
END_TEST

START_TEST(nul_in_quotes)
{
	write_text("nul.yaml", "a: \"b\\0c\"\n");
	refuse_file("nul.yaml", 1, 4, "a NUL character is not allowed");
}
END_TEST

START_TEST(bad_utf8)
{
	write_text("bad.yaml", "title: gr\xc3\xbc\xc3\xbc\xdf\n");
	refuse_file("bad.yaml", 1, 13,
	            /* where the second byte should be */ "not text in UTF-8: invalid trailing UTF-8 octet");
}
END_TEST

START_TEST(binary_garbage)
{
	char bytes[4096];
	uint32_t state = 12345;

	for (size_t i = 0; i < sizeof(bytes); i++) {
		state = state * 1664525 + 1013904223;
		bytes[i] = (char)(state >> 24);
	}
	write_bytes("garbage.yaml", bytes, sizeof(bytes));
	ck_assert_int_eq(site_load("garbage.yaml", &site, &errors), -EINVAL);
	ck_assert_uint_eq(errors.count, 1);
}
END_TEST

START_TEST(utf16_is_not_text_to_us)
{
	write_bytes("wide.yaml",
	            "\xff\xfe"
	            "a\0:\0 \0b\0",
	            10);
	ck_assert_int_eq(site_load("wide.yaml", &site, &errors), -EINVAL);
	ck_assert_uint_eq(errors.rows[0].line, 1);
}
END_TEST

START_TEST(not_files)
{
	ck_assert_int_eq(mkfifo("fifo.yaml", 0600), 0);
	refuse_file("fifo.yaml", 0, 0, "not a regular file");
	site_errors_free(&errors);
	refuse_file("/", 0, 0, "not a regular file");
	site_errors_free(&errors);
	refuse_file("absent.yaml", 0, 0, "No such file or directory");
	site_errors_free(&errors);
	write_text("empty.yaml", "# nothing\n");
	refuse_file("empty.yaml", 0, 0, "the file is empty");
}
END_TEST

START_TEST(errors_are_counted_beyond_their_limit)
{
	FILE *file = fopen("many.yaml", "w");

	ck_assert_ptr_nonnull(file);
	fputs(MINIMAL, file);
	for (int i = 0; i < LIMIT_ERRORS + 50; i++)
		fprintf(file, "wrong%d: 1\n", i);
	fclose(file);
	ck_assert_int_eq(site_load("many.yaml", &site, &errors), -EINVAL);
	ck_assert_uint_eq(errors.count, LIMIT_ERRORS);
	ck_assert_uint_eq(errors.omitted, 50);
}
END_TEST

START_TEST(control_characters_do_not_reach_the_message)
{
	write_text("tricky.yaml", MINIMAL "\"\\e[2J\\n\": 1\n");
	ck_assert_int_eq(site_load("tricky.yaml", &site, &errors), -EINVAL);
	ck_assert_ptr_null(strchr(errors.rows[0].text, '\x1b'));
	ck_assert_ptr_null(strchr(errors.rows[0].text, '\n'));
	ck_assert_ptr_nonnull(strstr(errors.rows[0].text, "'?[2J?'"));
}
END_TEST

START_TEST(includes_have_an_end)
{
	char name[32], text[64];

	for (int i = 1; i < 6; i++) {
		snprintf(name, sizeof(name), "part%d.yaml", i);
		snprintf(text, sizeof(text), "include: [part%d.yaml]\n", i + 1);
		write_text(name, text);
	}
	write_text("site.yaml", HEAD "include: [part1.yaml]\n" LINKS DEVICES AREAS SENSORS);
	refuse_file("site.yaml", 1, 11, "included files may not include more than 4 deep");
	ck_assert_str_eq(errors.rows[0].file, "part3.yaml");
}
END_TEST

START_TEST(too_many_points)
{
	write_text("site.yaml",
	           HEAD LINKS "devices: {io: {link: net, unit: 1, points: {\n"
	                      "  a: {table: coil, address: 0, count: 4096}, b: {table: coil, address: 5000}}}}\n" AREAS
	                      "sensors: {door: {kind: door, area: north, contact: io/a/0}}\n");
	refuse_file("site.yaml", 6, 44, "4097 points; a device has at most 4096");
}
END_TEST

START_TEST(too_many_areas)
{
	FILE *file = fopen("site.yaml", "w");

	ck_assert_ptr_nonnull(file);
	fputs(HEAD LINKS DEVICES "areas:\n", file);
	for (int i = 0; i <= LIMIT_AREAS; i++)
		fprintf(file, "  a%d: {}\n", i);
	fputs("sensors: {door: {kind: door, area: a512, contact: io/di/0}}\n", file);
	fclose(file);
	refuse_file("site.yaml", 7 + LIMIT_AREAS + 1, 3, "more than 512 areas");
	ck_assert_uint_eq(errors.count, 1); /* and none about the one that was left out */
}
END_TEST

START_TEST(too_many_points_of_all_devices)
{
	FILE *file = fopen("site.yaml", "w");

	ck_assert_ptr_nonnull(file);
	fputs(HEAD LINKS AREAS "devices:\n", file);
	for (int i = 1; i <= 17; i++)
		fprintf(file, "  io%d: {link: net, unit: %d, points: {di: {table: coil, address: 0, count: 4096}}}\n",
		        i, i);
	fputs("sensors: {door: {kind: door, area: north, contact: io17/di/0}}\n", file);
	fclose(file);
	refuse_file("site.yaml", 24, 3, "more than 65536 points in all");
	ck_assert_uint_eq(errors.count, 1);
}
END_TEST

START_TEST(largest_site_loads_quickly)
{
	FILE *file = fopen("large.yaml", "w");

	ck_assert_ptr_nonnull(file);
	fputs(HEAD "links:\n", file);
	for (int i = 0; i < 16; i++)
		fprintf(file, "  l%d: {url: \"tcp://10.0.0.%d\"}\n", i, i + 1);
	fputs("devices:\n", file);
	for (int i = 0; i < 1024; i++)
		fprintf(file, "  d%d: {link: l%d, unit: %d, profile: generic-di16}\n", i, i % 16, i / 16 + 1);
	fputs(AREAS "sensors:\n", file);
	for (int i = 0; i < LIMIT_SENSORS; i++)
		fprintf(file, "  s%d: {kind: duress, area: north, input: d%d/di/%d}\n", i, i / 16, i % 16);
	fclose(file);
	clock_t start = clock();

	load_file("large.yaml");
	ck_assert_uint_eq(site->sensor_count, LIMIT_SENSORS);
	ck_assert_uint_eq(site_sensor_by_id(site, "s16383"), 16383);
	ck_assert_int_lt(clock() - start, 3 * CLOCKS_PER_SEC); /* 0.3 s with sanitizers; loose for slow machines */
}
END_TEST

static void add_broken(Suite *suite)
{
	TCase *tcase = tcase_create("broken");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, there_are_broken_files);
	tcase_add_loop_test(tcase, broken_file_gives_the_expected_errors, 0, broken_count);
	suite_add_tcase(suite, tcase);
}

int main(void)
{
	const TTest *const hostile[] = {alias_bomb,
	                                deep_nesting_ends_at_once,
	                                five_mebibytes,
	                                more_values_than_allowed,
	                                nul_byte,
	                                nul_in_quotes,
	                                bad_utf8,
	                                binary_garbage,
	                                utf16_is_not_text_to_us,
	                                not_files,
	                                errors_are_counted_beyond_their_limit,
	                                control_characters_do_not_reach_the_message,
	                                includes_have_an_end,
	                                too_many_points,
	                                too_many_areas,
	                                too_many_points_of_all_devices,
	                                largest_site_loads_quickly,
	                                NULL};
	Suite *suite = suite_create("site_broken");

	list_broken();
	add_broken(suite);
	add_case(suite, "hostile", hostile);
	int code = run_suite(suite);

	for (int i = 0; i < broken_count; i++)
		free(broken_names[i]);
	return code;
}
