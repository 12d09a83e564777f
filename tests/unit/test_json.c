/* SPDX-License-Identifier: Apache-2.0 */
/* json_write and json_doc: what one writes the other reads, and nothing crooked passes either. */
#include "config/limits.h"
#include "gateway/json_doc.h"
#include "gateway/json_write.h"

#include <check.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static char buffer[1024];

static int parse(const char *text)
{
	struct json_doc *doc = NULL;
	char why[160];
	int error = json_doc_parse(text, strlen(text), 4096, &doc, why);

	json_doc_free(&doc);
	return error;
}

START_TEST(writes_each_type)
{
	struct json j = json_begin(buffer, sizeof buffer);

	json_open_object(&j, NULL);
	json_text(&j, "t", "a");
	json_text(&j, "n", NULL);
	json_int(&j, "i", INT64_MIN);
	json_uint(&j, "u", UINT64_MAX);
	json_bool(&j, "b", true);
	json_number(&j, "d", 1.25, 2);
	json_number(&j, "nan", NAN, 2);
	json_open_array(&j, "a");
	json_int(&j, NULL, 1);
	json_int(&j, NULL, 2);
	json_close(&j);
	json_raw(&j, "r", "{}");
	json_close(&j);
	ck_assert_int_gt(json_end(&j), 0);
	ck_assert_str_eq(buffer,
	                 "{\"t\":\"a\",\"n\":null,\"i\":-9223372036854775808,\"u\":18446744073709551615,\"b\":true,"
	                 "\"d\":1.25,\"nan\":null,\"a\":[1,2],\"r\":{}}");
}
END_TEST

static const char *const crooked[][2] = {
        {"quote\" slash\\ \n \x01 \x7f", "\"quote\\\" slash\\\\ \\n \\u0001 \\u007f\""},
        {"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x9a\xa8", "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x9a\xa8\""},
        {"\xff", "\"\xef\xbf\xbd\""},
        {"\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xf4\x90\x80\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
};

START_TEST(escapes_and_repairs_text)
{
	struct json j = json_begin(buffer, sizeof buffer);

	json_text(&j, NULL, crooked[_i][0]);
	ck_assert_int_gt(json_end(&j), 0);
	ck_assert_str_eq(buffer, crooked[_i][1]);
}
END_TEST

START_TEST(a_full_buffer_gives_no_half_document)
{
	for (size_t size = 1; size < sizeof "{\"key\":\"value\"}"; size++) {
		struct json j = json_begin(buffer, size);
		json_open_object(&j, NULL);
		json_text(&j, "key", "value");
		json_close(&j);
		ck_assert_int_eq(json_end(&j), -EMSGSIZE);
		ck_assert_str_eq(buffer, "");
	}
}
END_TEST

START_TEST(reads_what_was_asked_and_nothing_else)
{
	static const char text[] = "{\"id\":\"x\",\"n\":9223372036854775807,\"f\":1.5,\"b\":true,\"list\":[{},2]}";
	struct json_doc *doc;
	char why[160];

	ck_assert_int_eq(json_doc_parse(text, strlen(text), 4096, &doc, why), 0);
	const struct json_node *root = json_doc_root(doc);
	ck_assert_str_eq(json_node_text(root, "id", ""), "x");
	ck_assert_ptr_null(json_node_text(root, "n", NULL));
	ck_assert_int_eq(json_node_int(root, "n", 0), INT64_MAX);
	ck_assert_int_eq(json_node_int(root, "f", -1), -1);
	ck_assert_double_eq(json_node_number(root, "f", 0), 1.5);
	ck_assert(json_node_bool(root, "b", false));
	ck_assert(!json_node_bool(root, "id", false));
	const struct json_node *list = json_node_member(root, "list");
	ck_assert_uint_eq(json_node_count(list), 2);
	ck_assert(json_node_is_object(json_node_at(list, 0)));
	ck_assert(!json_node_is_object(json_node_at(list, 1)));
	ck_assert_ptr_null(json_node_at(list, 2));
	ck_assert_ptr_null(json_node_member(NULL, "x"));
	ck_assert_str_eq(json_node_text(NULL, "x", "none"), "none");
	json_doc_free(&doc);
}
END_TEST

static const char *const refused[] = {
        "",
        "{",
        "{\"a\":1,}",
        "{\"a\":1}x",
        "{\"a\":1,\"a\":2}",
        "{\"a\":\"\xff\"}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\":NaN}",
        "{'a':1}",
        "[1 2]",
        "nul",
};

START_TEST(refuses_loose_json)
{
	ck_assert_int_eq(parse(refused[_i]), -EINVAL);
}
END_TEST

START_TEST(refuses_depth_and_size)
{
	char deep[2 * LIMIT_JSON_DEPTH + 4];
	char why[160];
	struct json_doc *doc = NULL;

	memset(deep, '[', LIMIT_JSON_DEPTH + 1);
	memset(deep + LIMIT_JSON_DEPTH + 1, ']', LIMIT_JSON_DEPTH + 1);
	deep[2 * LIMIT_JSON_DEPTH + 2] = '\0';
	ck_assert_int_eq(parse(deep), -EINVAL);
	deep[2 * LIMIT_JSON_DEPTH + 1] = '\0';
	ck_assert_int_eq(parse(deep + 1), 0);
	ck_assert_int_eq(parse("[\"[[[[[[[[[[[[[[[[[[[[\\\"[[[[\"]"), 0);
	ck_assert_int_eq(json_doc_parse("[1234]", 6, 5, &doc, why), -EMSGSIZE);
	ck_assert_ptr_null(doc);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("json");
	TCase *tcase = tcase_create("json");

	tcase_add_test(tcase, writes_each_type);
	tcase_add_loop_test(tcase, escapes_and_repairs_text, 0, sizeof crooked / sizeof crooked[0]);
	tcase_add_test(tcase, a_full_buffer_gives_no_half_document);
	tcase_add_test(tcase, reads_what_was_asked_and_nothing_else);
	tcase_add_loop_test(tcase, refuses_loose_json, 0, sizeof refused / sizeof refused[0]);
	tcase_add_test(tcase, refuses_depth_and_size);
	suite_add_tcase(suite, tcase);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
