/* SPDX-License-Identifier: Apache-2.0 */
/* tables: widths, cutting, and words that must not steer the terminal */
#include "gateway/ctl/say.c"
#include "gateway/ctl/table.c"

#include <check.h>

static struct table *table;
static char *text;
static size_t text_size;

static void setup(void)
{
	static const struct table_column columns[] = {{"SENSOR", false}, {"COUNT", true}, {"TITLE", false}};

	ck_assert_int_eq(table_new(columns, 3, &table), 0);
}

static void teardown(void)
{
	table_free(&table);
	free(text);
	text = NULL;
}

static void row(const char *id, const char *count, const char *title)
{
	ck_assert_int_eq(table_cell(table, TINT_BAD, id), 0);
	ck_assert_int_eq(table_cell(table, TINT_PLAIN, count), 0);
	ck_assert_int_eq(table_cell(table, TINT_PLAIN, title), 0);
}

static void print(unsigned width, bool colour)
{
	FILE *stream = open_memstream(&text, &text_size);

	ck_assert_ptr_nonnull(stream);
	table_print(table, stream, width, colour);
	fclose(stream);
}

/* The longest line, in characters. */
static size_t widest(void)
{
	size_t most = 0;
	char *rest = text, *line;

	while ((line = strsep(&rest, "\n")))
		most = say_cells(line) > most ? say_cells(line) : most;
	return most;
}

START_TEST(columns_stand_below_each_other)
{
	row("sp3-inner", "7", "Sally port 3");
	row("f1", "1234567", "Fence");
	print(0, false);
	ck_assert_str_eq(text, "SENSOR       COUNT  TITLE\n"
	                       "sp3-inner        7  Sally port 3\n"
	                       "f1         1234567  Fence\n");
}
END_TEST

START_TEST(letters_of_several_bytes_take_one_place)
{
	row("tür-süd", "1", "Tür");
	row("door-abc", "1", "x");
	print(0, false);
	ck_assert_str_eq(text, "SENSOR    COUNT  TITLE\n"
	                       "tür-süd       1  Tür\n"
	                       "door-abc      1  x\n");
}
END_TEST

START_TEST(a_narrow_terminal_cuts_the_widest_column)
{
	row("sp3-inner", "7", "A very long title äöü of a sally port that nobody can read on one line");
	print(40, false);
	ck_assert_uint_eq(widest(), 40);
}
END_TEST

START_TEST(a_cut_cell_says_so)
{
	row("sp3-inner", "7", "A very long title äöü of a sally port that nobody can read on one line");
	print(40, false);
	ck_assert_ptr_nonnull(strstr(text, "sp3-inner      7  A very long title äöü…\n"));
}
END_TEST

START_TEST(no_terminal_is_too_narrow)
{
	row("sp3-inner-and-more", "123456789", "A very long title");
	print(5, false);
	ck_assert_uint_eq(widest(), 3 * TABLE_CELL_MIN + 4);
}
END_TEST

START_TEST(colour_only_when_asked_and_it_takes_no_place)
{
	row("f1", "1", "x");
	print(0, true);
	ck_assert_ptr_nonnull(strstr(text, "\033[1;31mf1    \033[0m"));
	free(text);
	print(0, false);
	ck_assert_ptr_null(strchr(text, '\033'));
}
END_TEST

START_TEST(control_characters_do_not_reach_the_terminal)
{
	row("a\033[2Jb", "1\n2", "x\xc2\x9by\x7f");
	print(0, true);
	ck_assert_ptr_nonnull(strstr(text, "a?[2Jb"));
	ck_assert_ptr_nonnull(strstr(text, "1?2"));
	ck_assert_ptr_nonnull(strstr(text, "x?y?"));
}
END_TEST

START_TEST(a_table_without_rows_has_its_titles)
{
	print(80, false);
	ck_assert_str_eq(text, "SENSOR  COUNT  TITLE\n");
}
END_TEST

START_TEST(empty_cells_leave_no_blanks_at_the_end)
{
	row("f1", "", "");
	print(0, false);
	ck_assert_str_eq(text, "SENSOR  COUNT  TITLE\n"
	                       "f1\n");
}
END_TEST

START_TEST(cleaning_keeps_to_the_room)
{
	char small[4];

	say_clean("abcdef", small, sizeof small);
	ck_assert_str_eq(small, "abc");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ctl_table");
	TCase *cases = tcase_create("table");

	tcase_add_checked_fixture(cases, setup, teardown);
	tcase_add_test(cases, columns_stand_below_each_other);
	tcase_add_test(cases, letters_of_several_bytes_take_one_place);
	tcase_add_test(cases, a_narrow_terminal_cuts_the_widest_column);
	tcase_add_test(cases, a_cut_cell_says_so);
	tcase_add_test(cases, no_terminal_is_too_narrow);
	tcase_add_test(cases, colour_only_when_asked_and_it_takes_no_place);
	tcase_add_test(cases, control_characters_do_not_reach_the_terminal);
	tcase_add_test(cases, a_table_without_rows_has_its_titles);
	tcase_add_test(cases, empty_cells_leave_no_blanks_at_the_end);
	tcase_add_test(cases, cleaning_keeps_to_the_room);
	suite_add_tcase(suite, cases);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
