/* SPDX-License-Identifier: Apache-2.0 */
/* the pages and commands of the control socket, with the real parts of the daemon behind it */
#include "tests/unit/control_rig.h"

#include <pwd.h>

static int post(const char *body)
{
	char request[512];

	snprintf(request, sizeof request, "POST /v1/command HTTP/1.0\r\nContent-Length: %zu\r\n\r\n%s", strlen(body),
	         body);
	return ask(request);
}

static void expect_text(const char *key, const char *value)
{
	struct json_doc *doc = body();

	ck_assert_str_eq(json_node_text(json_doc_root(doc), key, "none"), value);
	json_doc_free(&doc);
}

/* --- pages ------------------------------------------------------------------------------------------ */
static const struct {
	const char *page, *schema, *array;
	size_t rows;
} pages[] = {
        {"/v1/status", "picket.status/1", NULL, 0},        {"/v1/links", "picket.links/1", "links", 1},
        {"/v1/devices", "picket.devices/1", "devices", 1}, {"/v1/sensors", "picket.sensors/1", "sensors", 3},
        {"/v1/alarms", "picket.alarms/1", "alarms", 0},    {"/v1/areas", "picket.areas/1", "areas", 1},
};

START_TEST(each_page_is_one_document_with_its_schema)
{
	ck_assert_int_eq(get(pages[_i].page), 200);
	struct json_doc *doc = body();
	const struct json_node *root = json_doc_root(doc);
	ck_assert_str_eq(json_node_text(root, "schema", ""), pages[_i].schema);
	ck_assert_str_eq(json_node_text(root, "gateway", ""), "gw-1");
	ck_assert_str_eq(json_node_text(root, "time", ""), "2025-11-25T21:03:04.000000Z");
	if (pages[_i].array) {
		const struct json_node *array = json_node_member(root, pages[_i].array);
		ck_assert_ptr_nonnull(array);
		ck_assert_uint_eq(json_node_count(array), pages[_i].rows);
	}
	json_doc_free(&doc);
}
END_TEST

START_TEST(status_tells_what_a_person_asks_first)
{
	char journal_file[128];

	ck_assert_int_eq(get("/v1/status"), 200);
	struct json_doc *doc = body();
	const struct json_node *root = json_doc_root(doc);
	snprintf(journal_file, sizeof journal_file, "%s/gw-1.db", folder);
	ck_assert_str_eq(json_node_text(json_node_member(root, "journal"), "path", ""), journal_file);
	ck_assert_str_eq(json_node_text(root, "epoch", ""), context.epoch);
	ck_assert_str_eq(json_node_text(root, "boot", ""), context.boot);
	ck_assert_int_eq(json_node_int(json_node_member(root, "sensors"), "total", -1), 3);
	ck_assert_int_eq(json_node_int(json_node_member(root, "sensors"), "bad", -1), 3);
	ck_assert_int_eq(json_node_int(json_node_member(root, "devices"), "unheard", -1), 1);
	ck_assert(!json_node_bool(json_node_member(root, "broker"), "connected", true));
	json_doc_free(&doc);
}
END_TEST

START_TEST(a_device_lost_is_an_alarm_with_its_occurrence)
{
	char id[64];

	engine_device(engine, 0, true, FAULT_TIMEOUT, now());
	ck_assert_int_eq(get("/v1/alarms"), 200);
	struct json_doc *doc = body();
	const struct json_node *alarms = json_node_member(json_doc_root(doc), "alarms");
	const struct json_node *alarm = NULL;
	for (size_t i = 0; i < json_node_count(alarms); i++)
		if (strcmp(json_node_text(json_node_at(alarms, i), "target", ""), "io/device.lost") == 0)
			alarm = json_node_at(alarms, i);
	ck_assert_ptr_nonnull(alarm);
	ck_assert(event_id(&context, (uint64_t)json_node_int(alarm, "seq", 0), id, sizeof id) > 0);
	ck_assert_str_eq(json_node_text(alarm, "occurrence", ""), id);
	ck_assert_str_eq(json_node_text(alarm, "isa", ""), "B");
	json_doc_free(&doc);
}
END_TEST

START_TEST(http_1_1_clients_are_served_too)
{
	ck_assert_int_eq(ask("GET /v1/sensors HTTP/1.1\r\nHost: picket\r\nConnection: close\r\n\r\n"), 200);
	ck_assert_ptr_nonnull(strstr(answer, "chunked"));
	ck_assert_ptr_nonnull(strstr(answer, "\r\n0\r\n\r\n"));
}
END_TEST

START_TEST(what_is_not_there_is_404)
{
	ck_assert_int_eq(get(_i == 0 ? "/v1/nothing" : _i == 1 ? "/" : "/v1/sensors/x"), 404);
	expect_text("error", "not_found");
	expect_text("schema", "picket.error/1");
}
END_TEST

START_TEST(the_wrong_method_is_405_and_told_the_right_one)
{
	ck_assert_int_eq(ask("DELETE /v1/status HTTP/1.0\r\n\r\n"), 405);
	ck_assert_ptr_nonnull(strstr(answer, "Allow: GET"));
	ck_assert_int_eq(get("/v1/command"), 405);
	ck_assert_ptr_nonnull(strstr(answer, "Allow: POST"));
}
END_TEST

/* --- commands --------------------------------------------------------------------------------------- */
START_TEST(a_command_is_done_in_the_name_of_who_opened_the_socket)
{
	ck_assert(engine_area_set(engine, 0));
	ck_assert_int_eq(post("{\"id\":\"1\",\"cmd\":\"unset\",\"target\":\"north\",\"user\":\"somebody-else\"}"), 200);
	ck_assert(!engine_area_set(engine, 0));
	ck_assert_str_eq(last_event.user, getpwuid(geteuid())->pw_name);
	expect_text("schema", "picket.command/1");
	expect_text("id", "1");
}
END_TEST

START_TEST(a_command_that_is_no_json_is_refused)
{
	int status = post("{\"id\":\"1\",");

	ck_assert_msg(status == 403 || status == 409, "status %d", status);
	expect_text("schema", "picket.command/1");
}
END_TEST

START_TEST(a_command_announced_as_too_large_is_refused_unread)
{
	ck_assert_int_eq(ask("POST /v1/command HTTP/1.0\r\nContent-Length: 16385\r\n\r\n"), 413);
	expect_text("error", "too_large");
}
END_TEST

START_TEST(a_command_without_end_is_cut_off)
{
	int fd = dial();
	static const char head[] = "POST /v1/command HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
	                           "100000\r\n";
	char block[8192];

	memset(block, ' ', sizeof block);
	ck_assert_int_eq(send(fd, head, strlen(head), MSG_NOSIGNAL), (ssize_t)strlen(head));
	bool cut = false;
	for (int i = 0; i < 1000 && !cut; i++) {
		turn(fd, 10);
		cut = send(fd, block, sizeof block, MSG_NOSIGNAL) < 0 && errno == EPIPE;
	}
	ck_assert(cut);
	close(fd);
}
END_TEST

static TCase *http_cases(void)
{
	TCase *cases = tcase_create("http");

	tcase_add_checked_fixture(cases, setup, teardown);
	tcase_add_loop_test(cases, each_page_is_one_document_with_its_schema, 0, (int)(sizeof pages / sizeof *pages));
	tcase_add_test(cases, status_tells_what_a_person_asks_first);
	tcase_add_test(cases, a_device_lost_is_an_alarm_with_its_occurrence);
	tcase_add_test(cases, http_1_1_clients_are_served_too);
	tcase_add_loop_test(cases, what_is_not_there_is_404, 0, 3);
	tcase_add_test(cases, the_wrong_method_is_405_and_told_the_right_one);
	tcase_add_test(cases, a_command_is_done_in_the_name_of_who_opened_the_socket);
	tcase_add_test(cases, a_command_that_is_no_json_is_refused);
	tcase_add_test(cases, a_command_announced_as_too_large_is_refused_unread);
	tcase_add_test(cases, a_command_without_end_is_cut_off);
	return cases;
}

int main(void)
{
	Suite *suite = suite_create("control");

	suite_add_tcase(suite, http_cases());
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
