/* SPDX-License-Identifier: Apache-2.0 */
/* the source line and the caret below it */
#include "gateway/ctl/excerpt.c"
#include "gateway/ctl/say.c"

#include <check.h>
#include <unistd.h>

static char path[] = "/tmp/picket-excerpt-XXXXXX";
static char *text;
static size_t text_size;

static void setup(void)
{
	snprintf(path, sizeof path, "/tmp/picket-excerpt-XXXXXX");
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");

	ck_assert_ptr_nonnull(file);
	fputs("site: x\n\ttür: \033[2J wrong\r\n", file);
	for (int i = 0; i < 3000; i++)
		fputs("äbc", file);
	fputs("!last", file);
	fclose(file);
}

static void teardown(void)
{
	unlink(path);
	free(text);
	text = NULL;
}

static void print(uint32_t line, uint32_t column)
{
	FILE *stream = open_memstream(&text, &text_size);

	ck_assert_ptr_nonnull(stream);
	excerpt_print(path, line, column, stream, false);
	fclose(stream);
}

START_TEST(the_caret_stands_below_the_place)
{
	print(1, 7);
	ck_assert_str_eq(text, "     1 | site: x\n"
	                       "       |       ^\n");
}
END_TEST

START_TEST(tabs_letters_and_control_characters_take_one_place_each)
{
	print(2, 13);
	ck_assert_str_eq(text, "     2 |  tür: ?[2J wrong\n"
	                       "       |             ^\n");
}
END_TEST

START_TEST(a_long_line_is_cut_around_the_place)
{
	print(3, 9001);
	char *caret = strchr(text, '^'), *mark = strchr(text, '!'), *second = strchr(text, '\n') + 1;

	ck_assert_ptr_nonnull(mark);
	*mark = '\0';
	ck_assert_uint_eq(say_cells(text), (size_t)(caret - second));
}
END_TEST

START_TEST(a_column_past_the_end_points_at_the_end)
{
	print(1, 999);
	ck_assert_str_eq(text, "     1 | site: x\n"
	                       "       |        ^\n");
}
END_TEST

START_TEST(no_such_line_prints_nothing)
{
	print(4, 1);
	ck_assert_str_eq(text, "");
	free(text);
	print(0, 0);
	ck_assert_str_eq(text, "");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ctl_excerpt");
	TCase *cases = tcase_create("excerpt");

	tcase_add_checked_fixture(cases, setup, teardown);
	tcase_add_test(cases, the_caret_stands_below_the_place);
	tcase_add_test(cases, tabs_letters_and_control_characters_take_one_place_each);
	tcase_add_test(cases, a_long_line_is_cut_around_the_place);
	tcase_add_test(cases, a_column_past_the_end_points_at_the_end);
	tcase_add_test(cases, no_such_line_prints_nothing);
	suite_add_tcase(suite, cases);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
