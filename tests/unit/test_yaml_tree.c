/* SPDX-License-Identifier: Apache-2.0 */
/* test_yaml_tree - YAML as a tree with places, and what is refused on the way; numbers, ids and near names */
#include "config/yaml_tree.h"

#include "config/limits.h"
#include "config/name_index.h"
#include "config/nearest.h"
#include "config/scalar.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct arena *arena;
static struct site_errors errors;
static const struct tree_node *root;

static void setup(void)
{
	arena = arena_new();
	ck_assert_ptr_nonnull(arena);
}

static void teardown(void)
{
	arena_free(&arena);
	ck_assert_ptr_null(arena);
	site_errors_free(&errors);
}

static int parse(const char *text)
{
	struct tree_source source = {"test.yaml", 3, text, strlen(text)};

	return tree_parse(arena, &source, &errors, &root);
}

static void read_well(const char *text)
{
	ck_assert_int_eq(parse(text), 0);
	ck_assert_uint_eq(errors.count, 0);
}

static void refuse(const char *text, uint32_t line, uint32_t column, const char *message)
{
	ck_assert_int_eq(parse(text), -EINVAL);
	ck_assert_ptr_null(root);
	ck_assert_uint_eq(errors.count, 1);
	ck_assert_str_eq(errors.rows[0].text, message);
	ck_assert_str_eq(errors.rows[0].file, "test.yaml");
	ck_assert_uint_eq(errors.rows[0].line, line);
	ck_assert_uint_eq(errors.rows[0].column, column);
}

/* --- trees --------------------------------------------------------------------------------------- */

START_TEST(mapping_keeps_order_and_places)
{
	read_well("b: 1\na:\n  - x\n  - {k: v}\n");
	ck_assert_int_eq(root->kind, TREE_MAPPING);
	ck_assert_uint_eq(root->count, 2);
	ck_assert_uint_eq(root->file, 3);
	ck_assert_str_eq(root->first->text, "b");
	ck_assert_str_eq(root->first->value->text, "1");
	ck_assert_uint_eq(root->first->value->column, 4);
	const struct tree_node *list = tree_get(root, "a");

	ck_assert_int_eq(list->kind, TREE_SEQUENCE);
	ck_assert_uint_eq(list->count, 2);
	ck_assert_str_eq(list->first->text, "x");
	const struct tree_node *value = tree_get(list->first->next, "k");

	ck_assert_str_eq(value->text, "v");
	ck_assert_uint_eq(value->line, 4);
	ck_assert_uint_eq(value->column, 9);
	ck_assert_ptr_null(list->first->next->next);
}
END_TEST

START_TEST(quoted_and_block_scalars)
{
	read_well("a: 5\nb: \"5\"\nc: '5'\nd: |-\n  5\ne:\n");
	ck_assert(!tree_get(root, "a")->quoted);
	ck_assert(tree_get(root, "b")->quoted);
	ck_assert(tree_get(root, "c")->quoted);
	ck_assert(tree_get(root, "d")->quoted);
	ck_assert_str_eq(tree_get(root, "d")->text, "5");
	ck_assert_str_eq(tree_get(root, "e")->text, "");
	ck_assert(!tree_get(root, "e")->quoted);
}
END_TEST

START_TEST(columns_count_characters)
{
	read_well("{\"\xc3\xbc\xc3\xbc\": x, b: y}\n");
	ck_assert_uint_eq(tree_get(root, "b")->column, 14);
}
END_TEST

START_TEST(get_of_anything_else_is_null)
{
	read_well("[a]\n");
	ck_assert_ptr_null(tree_get(root, "a"));
	ck_assert_ptr_null(tree_get(NULL, "a"));
	ck_assert_ptr_null(tree_get(root->first, "a"));
}
END_TEST

START_TEST(repeated_keys_are_reported_and_marked)
{
	ck_assert_int_eq(parse("a: 1\nb: 2\na: 3\nc: {x: 1, x: 2, x: 3}\n"), 0);
	ck_assert_uint_eq(errors.count, 3);
	site_errors_sort(&errors);
	ck_assert_uint_eq(errors.rows[0].line, 3);
	ck_assert_str_eq(errors.rows[0].text, "'a' is given twice; it stands in line 1 already");
	ck_assert_uint_eq(errors.rows[1].column, 11);
	ck_assert_uint_eq(errors.rows[2].column, 17);
	ck_assert(!root->first->repeated);
	ck_assert(root->first->next->next->repeated);
	ck_assert_str_eq(tree_get(root, "a")->text, "1");
}
END_TEST

START_TEST(depth_up_to_the_limit)
{
	char text[2 * LIMIT_YAML_DEPTH + 1] = "";

	memset(text, '[', LIMIT_YAML_DEPTH);
	memset(text + LIMIT_YAML_DEPTH, ']', LIMIT_YAML_DEPTH);
	read_well(text);
}
END_TEST

START_TEST(depth_beyond_the_limit)
{
	char text[LIMIT_YAML_DEPTH + 2] = "";

	memset(text, '[', LIMIT_YAML_DEPTH + 1);
	refuse(text, 1, LIMIT_YAML_DEPTH + 1, "nested too deeply");
}
END_TEST

START_TEST(aliases_without_their_anchor)
{
	refuse("a: *b\n", 1, 4, "aliases (*name) are not allowed");
}
END_TEST

START_TEST(anchors)
{
	refuse("a: &b c\n", 1, 4, "anchors (&name) are not allowed");
}
END_TEST

START_TEST(anchors_of_lists)
{
	refuse("a: &b [*b]\n", 1, 4, "anchors (&name) are not allowed");
}
END_TEST

START_TEST(tags)
{
	refuse("a: !!int 5\n", 1, 4, "tags (!name) are not allowed");
}
END_TEST

START_TEST(tags_of_mappings)
{
	refuse("a: !x {b: c}\n", 1, 4, "tags (!name) are not allowed");
}
END_TEST

START_TEST(second_document)
{
	refuse("a: b\n---\nc: d\n", 2, 1, "a second document (---) is not allowed");
}
END_TEST

START_TEST(keys_are_words)
{
	refuse("{a: 1, [b]: 2}\n", 1, 8, "a key must be a plain word, not a list or a mapping");
}
END_TEST

START_TEST(merge_keys_are_ordinary_keys)
{
	read_well("<<: x\n");
	ck_assert_str_eq(root->first->text, "<<");
}
END_TEST

START_TEST(empty_text)
{
	refuse("", 0, 0, "the file is empty");
}
END_TEST

START_TEST(load_says_why_there_is_no_file)
{
	ck_assert_int_eq(tree_load(arena, "/nonexistent/a.yaml", &errors, &root), -EINVAL);
	ck_assert_str_eq(errors.rows[0].file, "/nonexistent/a.yaml");
	ck_assert_str_eq(errors.rows[0].text, "No such file or directory");
}
END_TEST

/* --- words --------------------------------------------------------------------------------------- */

static struct tree_node word(const char *text)
{
	return (struct tree_node){.kind = TREE_SCALAR, .text = text};
}

START_TEST(whole_numbers)
{
	static const char *const wrong[] = {"",    "-1", "+1", "01",  "0x1", "1.0",        "1e3",
	                                    "1_0", " 1", "1 ", "one", "0b1", "1000000000", "4294967297"};
	struct tree_node node = word("0");
	uint32_t value = 7;

	ck_assert(scalar_uint(&node, &value));
	ck_assert_uint_eq(value, 0);
	node = word("999999999");
	ck_assert(scalar_uint(&node, &value));
	ck_assert_uint_eq(value, 999999999);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		node = word(wrong[i]);
		ck_assert_msg(!scalar_uint(&node, &value), "'%s'", wrong[i]);
	}
	node = word("5");
	node.quoted = true;
	ck_assert(!scalar_uint(&node, &value));
	ck_assert_uint_eq(value, 999999999);
}
END_TEST

START_TEST(decimal_numbers)
{
	static const struct {
		const char *text;
		uint32_t value;
	} right[] = {{"0", 0}, {"20", 20000}, {"0.5", 500}, {"2.25", 2250}, {"0.001", 1}, {"999999.999", 999999999}};
	static const char *const wrong[] = {"",     ".5",  "5.",      "1.2345", "-1", "1.5s",
	                                    "00.5", "1,5", "1000000", "1.2.3",  "inf"};
	uint32_t value = 0;

	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		struct tree_node node = word(right[i].text);

		ck_assert_msg(scalar_thousandths(&node, &value), "'%s'", right[i].text);
		ck_assert_uint_eq(value, right[i].value);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct tree_node node = word(wrong[i]);

		ck_assert_msg(!scalar_thousandths(&node, &value), "'%s'", wrong[i]);
	}
}
END_TEST

START_TEST(truth)
{
	static const char *const wrong[] = {"yes", "no", "on", "True", "TRUE", "1", "", "truer"};
	bool value = false;
	struct tree_node node = word("true");

	ck_assert(scalar_bool(&node, &value));
	ck_assert(value);
	node = word("false");
	ck_assert(scalar_bool(&node, &value));
	ck_assert(!value);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		node = word(wrong[i]);
		ck_assert_msg(!scalar_bool(&node, &value), "'%s'", wrong[i]);
	}
}
END_TEST

START_TEST(ids)
{
	ck_assert(scalar_is_id("a"));
	ck_assert(scalar_is_id("0-a-9"));
	ck_assert(scalar_is_id("abcdefghijklmnopqrstuvwxyz012345"));
	ck_assert(!scalar_is_id("abcdefghijklmnopqrstuvwxyz0123456"));
	ck_assert(!scalar_is_id(""));
	ck_assert(!scalar_is_id("-a"));
	ck_assert(!scalar_is_id("A"));
	ck_assert(!scalar_is_id("a_b"));
	ck_assert(!scalar_is_id("a/b"));
	ck_assert(!scalar_is_id("a+"));
	ck_assert(scalar_is_name("gas.leak_2"));
	ck_assert(!scalar_is_name(".gas"));
	ck_assert(!scalar_is_name("gas/leak"));
}
END_TEST

static const char *near_of(const char *wanted, const char *const *names)
{
	struct nearest nearest;

	nearest_start(&nearest, wanted);
	for (; *names; names++)
		nearest_offer(&nearest, *names);
	return nearest.best;
}

START_TEST(near_names)
{
	static const char *const names[] = {"scan_ms", "unit",      "link",          "profile",
	                                    "di",      "door.held", "door.held.pre", NULL};

	ck_assert_str_eq(near_of("scna_ms", names), "scan_ms");
	ck_assert_ptr_null(near_of("scan", names));
	ck_assert_str_eq(near_of("profil", names), "profile");
	ck_assert_str_eq(near_of("unti", names), "unit");
	ck_assert_str_eq(near_of("door.hold", names), "door.held");
	ck_assert_str_eq(near_of("link", names), "link");
	ck_assert_ptr_null(near_of("do", names));
	ck_assert_ptr_null(near_of("colour", names));
	ck_assert_ptr_null(near_of("", names));
}
END_TEST

START_TEST(index_finds_the_first_of_a_name)
{
	struct name_entry entries[] = {{"b", 0}, {"a", 1}, {"c", 2}, {"a", 3}};
	struct name_index index = {entries, 4};

	name_index_sort(&index);
	ck_assert_uint_eq(name_index_find(&index, "a"), 1);
	ck_assert_uint_eq(name_index_find(&index, "c"), 2);
	ck_assert_uint_eq(name_index_find(&index, "d"), NAME_INDEX_NONE);
	ck_assert_uint_eq(name_index_find(&(struct name_index){0}, "a"), NAME_INDEX_NONE);
}
END_TEST

START_TEST(arena_refuses_what_cannot_be)
{
	ck_assert_ptr_null(arena_alloc(arena, SIZE_MAX / 2, 4));
	ck_assert_ptr_null(arena_alloc(arena, SIZE_MAX, 1));
	char *large = arena_alloc(arena, 1, 1 << 20), *small = arena_alloc(arena, 3, 1);

	ck_assert_ptr_nonnull(large);
	ck_assert_ptr_nonnull(small);
	ck_assert_int_eq(large[(1 << 20) - 1], 0);
	ck_assert_uint_eq((uintptr_t)small % _Alignof(max_align_t), 0);
	ck_assert_str_eq(arena_print(arena, "%s-%d", "a", 5), "a-5");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {mapping_keeps_order_and_places,
	                              quoted_and_block_scalars,
	                              columns_count_characters,
	                              get_of_anything_else_is_null,
	                              repeated_keys_are_reported_and_marked,
	                              depth_up_to_the_limit,
	                              depth_beyond_the_limit,
	                              aliases_without_their_anchor,
	                              anchors,
	                              anchors_of_lists,
	                              tags,
	                              tags_of_mappings,
	                              second_document,
	                              keys_are_words,
	                              merge_keys_are_ordinary_keys,
	                              empty_text,
	                              load_says_why_there_is_no_file,
	                              whole_numbers,
	                              decimal_numbers,
	                              truth,
	                              ids,
	                              near_names,
	                              index_finds_the_first_of_a_name,
	                              arena_refuses_what_cannot_be};
	Suite *suite = suite_create("yaml_tree");
	TCase *tcase = tcase_create("all");

	tcase_add_checked_fixture(tcase, setup, teardown);
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
