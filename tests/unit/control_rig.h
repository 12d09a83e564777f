/* SPDX-License-Identifier: Apache-2.0 */
/*
 * control_rig - the real parts of a daemon behind a control socket in a folder of its own, and a client that never
 * blocks. setup() makes a site of three sensors, setup_large() the largest one without its socket. A device is
 * there but never polled: nothing is heard.
 */
#ifndef PICKET_CONTROL_RIG_H
#define PICKET_CONTROL_RIG_H

#include "config/site_load.h"
#include "gateway/control.h"
#include "gateway/json_doc.h"

#include <check.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
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

#endif
