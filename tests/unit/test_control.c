/* SPDX-License-Identifier: Apache-2.0 */
/* the control socket as a client sees it, with the real parts of the daemon behind it */
#include "config/site_load.h"
#include "gateway/control.h"
#include "gateway/control_pages.h"
#include "gateway/json_doc.h"

#include <check.h>
#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_BYTES (16u << 20)
#define DEADLINE_MS  10000

static char folder[] = "/tmp/picket-control-XXXXXX", path[64];
static struct site *site;
static struct event_context context;
static struct journal *journal;
static struct engine *engine;
static struct poller *poller;
static struct publisher *publisher;
static struct commands *commands;
static struct control *control;
static struct control_view view;
static struct event last_event;
static char *answer;

/* The events of this test go nowhere but here. */
static void put(void *sink_context, struct event *event)
{
	(void)sink_context;
	event->seq = last_event.seq + 1;
	last_event = *event;
}
static struct event_sink sink = {.put = put};

static struct mono now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_BOOTTIME, &time);
	return (struct mono){(int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000};
}

/* A site with so many sensors, one of them with a title full of characters to escape. */
static void write_site(const char *file_name, unsigned sensors)
{
	FILE *file = fopen(file_name, "w");

	ck_assert_ptr_nonnull(file);
	fprintf(file,
	        "picket: 1\nsite: test\ngateway: gw-1\n"
	        "broker: {urls: [\"mqtt://127.0.0.1:1\"]}\njournal: {dir: %s}\n"
	        "links: {yard: {url: \"tcp://127.0.0.1:1\"}}\n"
	        "devices: {io: {link: yard, unit: 1, points: {di: {table: discrete, address: 0, count: 16}}}}\n"
	        "areas: {north: {title: North}}\nsensors:\n",
	        folder);
	for (unsigned i = 0; i < sensors; i++)
		fprintf(file, "  s%u: {kind: input, area: north, input: io/di/%u%s}\n", i, i % 16,
		        i ? "" : ", title: '\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\"\\\\\\\\'");
	fclose(file);
}

static void load(unsigned sensors)
{
	char file_name[64];
	struct site_errors errors;

	snprintf(file_name, sizeof file_name, "%s/site.yaml", folder);
	write_site(file_name, sensors);
	int error = site_load(file_name, &site, &errors);
	ck_assert_msg(error == 0, "%s", errors.count ? errors.rows[0].text : strerror(-error));
	site_errors_free(&errors);
	context = (struct event_context){.site = site, .boot = "00000000-0000-4000-8000-000000000000"};
}

static void sample_ignored(void *sink_context, const struct sample *sample)
{
	(void)sink_context;
	(void)sample;
}

static void device_ignored(void *sink_context, uint32_t device, bool lost, enum fault fault, struct mono at)
{
	(void)sink_context;
	(void)device;
	(void)lost;
	(void)fault;
	(void)at;
}

static void command_ignored(void *sink_context, const struct publisher_command *command)
{
	(void)sink_context;
	(void)command;
}

/* Everything but the control socket, for a site of so many sensors. The poller never runs: nothing is heard. */
static void build(unsigned sensors)
{
	struct poller_sink field = {.sample = sample_ignored, .device = device_ignored};
	struct publisher_setup setup = {.context = &context, .command = command_ignored};
	char why[256] = "";

	load(sensors);
	ck_assert_msg(journal_open(&context, (struct wall){1764104584000000}, &journal, why) == 0, "%s", why);
	ck_assert_int_eq(engine_new(site, &sink, &engine), 0);
	ck_assert_int_eq(journal_start(journal, -1), 0);
	setup.journal = journal;
	ck_assert_msg(publisher_start(&setup, -1, &publisher, why) == 0, "%s", why);
	ck_assert_int_eq(commands_new(&context, engine, &sink, &commands), 0);
	ck_assert_int_eq(poller_new(site, &field, now(), &poller), 0);
	view = (struct control_view){.context = &context,
	                             .poller = poller,
	                             .engine = engine,
	                             .commands = commands,
	                             .journal = journal,
	                             .publisher = publisher,
	                             .now = now(),
	                             .wall = {1764104584000000},
	                             .started = now()};
}

static void setup_folder(void)
{
	snprintf(folder, sizeof folder, "/tmp/picket-control-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/run/gw-1.sock", folder);
	answer = calloc(1, ANSWER_BYTES);
	ck_assert_ptr_nonnull(answer);
	last_event = (struct event){0};
}

static void setup(void)
{
	char why[256] = "";

	setup_folder();
	build(3);
	ck_assert_msg(control_new(path, &view, &control, why) == 0, "%s", why);
}

static void teardown(void)
{
	char command[128];

	control_free(&control);
	poller_free(&poller);
	if (publisher)
		publisher_stop(&publisher, 0);
	commands_free(&commands);
	engine_free(&engine);
	journal_close(&journal);
	site_free(&site);
	free(answer);
	snprintf(command, sizeof command, "rm -rf -- %s", folder);
	FILE *remove_folder = popen(command, "re");
	ck_assert_int_eq(pclose(remove_folder), 0);
}

/* --- a client that never blocks, and the loop's part ------------------------------------------------- */
static int dial(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

/* As loop.c does: waits for the socket, but no longer than the control socket wants. */
static void turn(int client, int most_ms)
{
	struct pollfd wait[2] = {{.fd = control_fd(control), .events = POLLIN}, {.fd = client, .events = POLLIN}};
	struct mono next = control_next(control, view.now);
	int64_t ms = next.us == INT64_MAX ? most_ms : mono_since_us(next, view.now) / 1000;

	poll(wait, 2, ms < most_ms ? (int)ms : most_ms);
	control_run(control);
}

/* Turns until the other end closes; the answer's status. */
static int receive(int fd)
{
	struct mono end = mono_add_ms(now(), DEADLINE_MS);
	size_t length = 0;
	ssize_t got = -1;

	while (got != 0 && !mono_reached(now(), end)) {
		turn(fd, 100);
		got = recv(fd, answer + length, ANSWER_BYTES - length - 1, 0);
		if (got < 0)
			ck_assert_int_eq(errno, EAGAIN);
		length += got > 0 ? (size_t)got : 0;
	}
	ck_assert_msg(got == 0, "no end of the answer");
	answer[length] = '\0';
	close(fd);
	int status = 0;
	return sscanf(answer, "HTTP/1.%*d %d", &status) == 1 ? status : 0;
}

static int ask(const char *request)
{
	int fd = dial();

	turn(fd, 0);
	ck_assert_int_eq(send(fd, request, strlen(request), MSG_NOSIGNAL), (ssize_t)strlen(request));
	return receive(fd);
}

static int get(const char *page)
{
	char request[128];

	snprintf(request, sizeof request, "GET %s HTTP/1.0\r\n\r\n", page);
	return ask(request);
}

static int post(const char *body)
{
	char request[512];

	snprintf(request, sizeof request, "POST /v1/command HTTP/1.0\r\nContent-Length: %zu\r\n\r\n%s", strlen(body),
	         body);
	return ask(request);
}

static struct json_doc *body(void)
{
	struct json_doc *doc = NULL;
	char why[160] = "";
	const char *text = strstr(answer, "\r\n\r\n");

	ck_assert_ptr_nonnull(text);
	text += 4;
	ck_assert_msg(json_doc_parse(text, strlen(text), ANSWER_BYTES, &doc, why) == 0, "%s: %s", why, text);
	return doc;
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
	tcase_add_test(cases, a_client_that_says_nothing_holds_up_nobody);
	tcase_add_test(cases, one_more_client_than_places_waits_until_one_is_free);
	tcase_add_test(cases, idle_means_no_work);
	return cases;
}

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
	Suite *suite = suite_create("control");

	suite_add_tcase(suite, http_cases());
	suite_add_tcase(suite, socket_cases());
	suite_add_tcase(suite, large_cases());
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
