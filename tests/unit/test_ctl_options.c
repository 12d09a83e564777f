/* SPDX-License-Identifier: Apache-2.0 */
/* what a command line becomes, and what a person is told about a wrong one */
#include "gateway/ctl/options.c"

#include <check.h>
#include <stdlib.h>

static struct options options;
static char why[OPTIONS_ERROR];

static void setup(void)
{
	options = (struct options){0};
	why[0] = '\0';
}

/* Parses words (the last one NULL) as those of a verb. */
static int parse(unsigned allowed, char **words)
{
	int count = 0;

	while (words[count])
		count++;
	return options_parse(count, words, allowed, false, &options, why);
}

START_TEST(values_and_arguments_may_mix)
{
	char *words[] = {"events", "north", "--sensor", "sp3", "-f", "--since=2h", "-n7", NULL};
	int first = parse(~0u, words);

	ck_assert_int_eq(first, 6);
	ck_assert_str_eq(words[first], "north");
	ck_assert(options.given[OPTION_FOLLOW]);
	ck_assert_str_eq(options.values[OPTION_SENSOR], "sp3");
	ck_assert_str_eq(options.values[OPTION_SINCE], "2h");
	ck_assert_uint_eq(options.lines, 7);
	ck_assert(!options.given[OPTION_JSON]);
}
END_TEST

START_TEST(words_after_two_dashes_are_no_options)
{
	char *words[] = {"set", "--", "--json", NULL};
	int first = parse(OPTIONS_COMMON, words);

	ck_assert_int_eq(first, 2);
	ck_assert(!options.given[OPTION_JSON]);
}
END_TEST

START_TEST(stopping_early_leaves_the_verb_and_its_options)
{
	char *words[] = {"picketctl", "--json", "events", "-f", NULL};
	int first = options_parse(4, words, OPTIONS_COMMON, true, &options, why);

	ck_assert_int_eq(first, 2);
	ck_assert(options.given[OPTION_JSON]);
}
END_TEST

static const struct {
	const char *word;
	unsigned allowed;
	const char *says;
} wrong[] = {
        {"--jsno", OPTIONS_COMMON, "did you mean --json?"},
        {"--jsno=3", OPTIONS_COMMON, "did you mean --json?"},
        {"--frobnicate", OPTIONS_COMMON, "no option --frobnicate"},
        {"--follow", OPTIONS_COMMON, "does not go with this verb"},
        {"-f", OPTIONS_COMMON, "-f does not go with this verb"},
        {"-x", OPTIONS_COMMON, "no option -x"},
        {"--json=yes", OPTIONS_COMMON, "--json takes no value"},
        {"--socket", OPTIONS_COMMON, "--socket wants a value"},
        {"-n", ~0u, "-n wants a value"},
        {"--priority=6", ~0u, "wants a number from 0 to 5, not \"6\""},
        {"--priority=", ~0u, "wants a number"},
        {"--lines=-1", ~0u, "wants a number"},
        {"--lines=1e3", ~0u, "wants a number"},
        {"--s", ~0u, "no option --s"}, /* several begin so */
};

START_TEST(a_wrong_option_is_named_and_the_nearest_offered)
{
	char word[32];
	char *words[] = {"verb", word, NULL};

	snprintf(word, sizeof word, "%s", wrong[_i].word);
	ck_assert_int_eq(parse(wrong[_i].allowed, words), -EINVAL);
	ck_assert_msg(strstr(why, wrong[_i].says) != NULL, "%s: \"%s\" has no \"%s\"", word, why, wrong[_i].says);
}
END_TEST

START_TEST(numbers_keep_their_bounds)
{
	uint64_t number = 42;

	ck_assert_int_eq(options_number("0", 5, &number), 0);
	ck_assert_uint_eq(number, 0);
	ck_assert_int_eq(options_number("18446744073709551615", UINT64_MAX, &number), 0);
	ck_assert_uint_eq(number, UINT64_MAX);
	ck_assert_int_eq(options_number("18446744073709551616", UINT64_MAX, &number), -EINVAL);
	ck_assert_int_eq(options_number("7", 5, &number), -EINVAL);
	ck_assert_int_eq(options_number("10", 5, &number), -EINVAL);
	ck_assert_int_eq(options_number("1 ", 5, &number), -EINVAL);
	ck_assert_int_eq(options_number("", 5, &number), -EINVAL);
	ck_assert_uint_eq(number, UINT64_MAX);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ctl_options");
	TCase *cases = tcase_create("options");

	tcase_add_checked_fixture(cases, setup, NULL);
	tcase_add_test(cases, values_and_arguments_may_mix);
	tcase_add_test(cases, words_after_two_dashes_are_no_options);
	tcase_add_test(cases, stopping_early_leaves_the_verb_and_its_options);
	tcase_add_loop_test(cases, a_wrong_option_is_named_and_the_nearest_offered, 0,
	                    (int)(sizeof wrong / sizeof *wrong));
	tcase_add_test(cases, numbers_keep_their_bounds);
	suite_add_tcase(suite, cases);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
