/* SPDX-License-Identifier: Apache-2.0 */
/* the control socket's place, clients that misbehave, and the largest site */
#include "gateway/control_pages.h"
#include "tests/unit/control_rig.h"

#include <sys/stat.h>

/* --- clients that misbehave -------------------------------------------------------------------------- */
START_TEST(a_client_that_says_nothing_holds_up_nobody)
{
	int silent = dial(), half = dial();

	ck_assert_int_eq(send(half, "GET /v1/st", 10, MSG_NOSIGNAL), 10);
	ck_assert_int_eq(get("/v1/areas"), 200);
	close(silent);
	close(half);
}
END_TEST

START_TEST(one_more_client_than_places_waits_until_one_is_free)
{
	int held[LIMIT_SESSIONS];

	for (int i = 0; i < LIMIT_SESSIONS; i++) {
		held[i] = dial();
		turn(held[i], 10);
	}
	int waiting = dial();
	static const char request[] = "GET /v1/areas HTTP/1.0\r\n\r\n";
	ck_assert_int_eq(send(waiting, request, strlen(request), MSG_NOSIGNAL), (ssize_t)strlen(request));
	for (int i = 0; i < 5; i++)
		turn(waiting, 5);
	ck_assert_int_lt(recv(waiting, answer, 1, 0), 0);
	close(held[0]);
	ck_assert_int_eq(receive(waiting), 200);
	for (int i = 1; i < LIMIT_SESSIONS; i++)
		close(held[i]);
}
END_TEST

START_TEST(idle_means_no_work)
{
	struct mono next;

	for (int i = 0; i < 10; i++)
		turn(-1, 0);
	view.now = now();
	next = control_next(control, view.now);
	ck_assert(next.us == INT64_MAX || mono_since_us(next, view.now) > 500000);
}
END_TEST

/* --- a large site ------------------------------------------------------------------------------------ */
static void setup_large(void)
{
	setup_folder();
	build(LIMIT_SENSORS);
}

START_TEST(the_largest_site_is_read_in_small_pieces)
{
	struct control_source source = {.view = &view, .journal_path = "/x"};
	struct control_cursor cursor = {.page = PAGE_SENSORS};
	size_t length = 0, piece;
	struct json_doc *doc = NULL;
	char why[160];

	while ((piece = control_page_read(&source, &cursor, answer + length, LIMIT_PAGE_PIECE)) > 0) {
		length += piece;
		ck_assert_uint_lt(length + LIMIT_PAGE_PIECE, ANSWER_BYTES);
	}
	ck_assert_uint_eq(control_page_read(&source, &cursor, answer + length, LIMIT_PAGE_PIECE), 0);
	ck_assert_msg(json_doc_parse(answer, length, ANSWER_BYTES, &doc, why) == 0, "%s", why);
	ck_assert_uint_eq(json_node_count(json_node_member(json_doc_root(doc), "sensors")), LIMIT_SENSORS);
	json_doc_free(&doc);
}
END_TEST

START_TEST(the_largest_site_comes_over_the_socket)
{
	char why[256] = "";

	ck_assert_msg(control_new(path, &view, &control, why) == 0, "%s", why);
	ck_assert_int_eq(get("/v1/sensors"), 200);
	struct json_doc *doc = body();
	const struct json_node *sensors = json_node_member(json_doc_root(doc), "sensors");
	ck_assert_uint_eq(json_node_count(sensors), LIMIT_SENSORS);
	ck_assert_str_eq(json_node_text(json_node_at(sensors, LIMIT_SENSORS - 1), "id", ""), "s16383");
	json_doc_free(&doc);
}
END_TEST

START_TEST(a_reader_that_stops_reading_holds_up_nobody)
{
	static const char request[] = "GET /v1/sensors HTTP/1.0\r\n\r\n";
	char why[256] = "";
	struct mono next;

	ck_assert_msg(control_new(path, &view, &control, why) == 0, "%s", why);
	int stuck = dial();
	ck_assert_int_eq(send(stuck, request, strlen(request), MSG_NOSIGNAL), (ssize_t)strlen(request));
	for (int i = 0; i < 200; i++) /* until the socket takes no more */
		turn(-1, 1);
	view.now = now();
	next = control_next(control, view.now);
	ck_assert_msg(mono_since_us(next, view.now) > 500000, "the loop would spin");
	ck_assert_int_eq(get("/v1/areas"), 200);
	ck_assert_int_eq(receive(stuck), 200);
}
END_TEST

/* --- the socket's place ------------------------------------------------------------------------------ */
START_TEST(the_socket_is_for_owner_and_group_and_goes_with_the_daemon)
{
	struct stat status;

	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert(S_ISSOCK(status.st_mode));
	ck_assert_uint_eq(status.st_mode & 0777, 0660);
	control_free(&control);
	ck_assert_int_lt(stat(path, &status), 0);
}
END_TEST

START_TEST(a_living_daemons_socket_is_not_taken)
{
	struct control *second = NULL;
	char why[256] = "";

	ck_assert_int_eq(control_new(path, &view, &second, why), -EADDRINUSE);
	ck_assert_ptr_null(second);
	ck_assert_ptr_nonnull(strstr(why, "another picketd"));
	ck_assert_int_eq(get("/v1/areas"), 200);
}
END_TEST

/* Leaves the file of a socket that nobody listens on. */
static void leave_dead_socket(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	close(fd);
}

START_TEST(a_dead_daemons_socket_is_taken_over)
{
	char why[256] = "";

	control_free(&control);
	leave_dead_socket();
	ck_assert_msg(control_new(path, &view, &control, why) == 0, "%s", why);
	ck_assert_int_eq(get("/v1/areas"), 200);
}
END_TEST

START_TEST(a_file_that_is_no_socket_is_left_alone)
{
	char why[256] = "";
	struct stat status;

	control_free(&control);
	fclose(fopen(path, "w"));
	ck_assert_int_eq(control_new(path, &view, &control, why), -EEXIST);
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert(S_ISREG(status.st_mode));
}
END_TEST

START_TEST(a_successors_socket_is_not_removed)
{
	struct stat status;

	unlink(path);
	leave_dead_socket();
	control_free(&control);
	ck_assert_int_eq(stat(path, &status), 0);
}
END_TEST

START_TEST(a_name_that_is_too_long_is_refused)
{
	char why[256] = "", name[300];
	struct control *second = NULL;

	memset(name, 'x', sizeof name - 1);
	name[0] = '/';
	name[sizeof name - 1] = '\0';
	ck_assert_int_eq(control_new(name, &view, &second, why), -ENAMETOOLONG);
	ck_assert_ptr_null(second);
}
END_TEST

START_TEST(the_place_follows_site_service_root_and_session)
{
	struct site small = {.gateway = "gw-7"};
	char place[LIMIT_PATH] = "untouched";

	unsetenv("RUNTIME_DIRECTORY");
	setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
	ck_assert_int_eq(control_socket_path(&small, place, sizeof place), 0);
	ck_assert_str_eq(place, geteuid() == 0 ? "/run/picket/gw-7.sock" : "/run/user/7/picket/gw-7.sock");
	setenv("RUNTIME_DIRECTORY", "/run/picket-a:/run/b", 1);
	ck_assert_int_eq(control_socket_path(&small, place, sizeof place), 0);
	ck_assert_str_eq(place, "/run/picket-a/gw-7.sock");
	small.control_socket = "/srv/p.sock";
	ck_assert_int_eq(control_socket_path(&small, place, sizeof place), 0);
	ck_assert_str_eq(place, "/srv/p.sock");
	ck_assert_int_eq(control_socket_path(&small, place, 5), -ENAMETOOLONG);
	ck_assert_str_eq(place, "/srv/p.sock");
}
END_TEST

static TCase *socket_cases(void)
{
	TCase *cases = tcase_create("socket");

	tcase_add_checked_fixture(cases, setup, teardown);
	tcase_add_test(cases, the_socket_is_for_owner_and_group_and_goes_with_the_daemon);
	tcase_add_test(cases, a_living_daemons_socket_is_not_taken);
	tcase_add_test(cases, a_dead_daemons_socket_is_taken_over);
	tcase_add_test(cases, a_file_that_is_no_socket_is_left_alone);
	tcase_add_test(cases, a_successors_socket_is_not_removed);
	tcase_add_test(cases, a_name_that_is_too_long_is_refused);
	tcase_add_test(cases, the_place_follows_site_service_root_and_session);
	tcase_add_test(cases, a_client_that_says_nothing_holds_up_nobody);
	tcase_add_test(cases, one_more_client_than_places_waits_until_one_is_free);
	tcase_add_test(cases, idle_means_no_work);
	return cases;
}

static TCase *large_cases(void)
{
	TCase *cases = tcase_create("large");

	tcase_add_checked_fixture(cases, setup_large, teardown);
	tcase_add_test(cases, the_largest_site_is_read_in_small_pieces);
	tcase_add_test(cases, the_largest_site_comes_over_the_socket);
	tcase_add_test(cases, a_reader_that_stops_reading_holds_up_nobody);
	return cases;
}

int main(void)
{
	Suite *suite = suite_create("control_socket");

	suite_add_tcase(suite, socket_cases());
	suite_add_tcase(suite, large_cases());
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
