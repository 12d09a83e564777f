/* SPDX-License-Identifier: Apache-2.0 */
/*
 * path_rig - a poller over real sockets, but on virtual time: the servers at the ends of a link's ways are turned by the
 * test itself, and what is sent over loopback is there at once, so hours pass in a second and nothing depends on the
 * machine's speed. For one test program.
 */
#ifndef PICKET_TEST_PATH_RIG_H
#define PICKET_TEST_PATH_RIG_H

#include "config/limits.h"
#include "drivers/crc16.h"
#include "drivers/poller.h"

#include <arpa/inet.h>
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define START_US   INT64_C(1000000000)
#define SERVERS    2
#define CONNS      4
#define DEVICES    2
#define INPUTS     16
#define SCAN_MS    100
#define LATENCY_US 500
#define MINUTE_MS  INT64_C(60000)

/* --- two servers, one at the end of each way ---------------------------------------------------------- */

static struct server {
	int listener, conns[CONNS];
	uint16_t port;
	uint8_t pattern; /* what its devices say, so that one knows who spoke */
	bool rtu, mute, resets;
	uint8_t dead_unit; /* does not answer; 0: all do */
	uint8_t exception; /* instead of answers */
	unsigned accepted, requests;
	uint8_t late[64]; /* an answer that was held back while mute */
	size_t late_length;
} servers[SERVERS];

static void server_listen(struct server *server)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	int on = 1;

	address.sin_port = htons(server->port);
	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0);
	ck_assert_int_eq(bind(server->listener, (struct sockaddr *)&address, sizeof address), 0);
	ck_assert_int_eq(listen(server->listener, 16), 0);
	ck_assert_int_eq(getsockname(server->listener, (struct sockaddr *)&address, &length), 0);
	server->port = ntohs(address.sin_port);
}

static void hang_up(int *fd)
{
	struct linger hard = {.l_onoff = 1};

	if (*fd < 0)
		return;
	setsockopt(*fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
	close(*fd);
	*fd = -1;
}

static void server_drop(struct server *server)
{
	for (size_t i = 0; i < CONNS; i++)
		hang_up(&server->conns[i]);
}

static void server_kill(struct server *server)
{
	server_drop(server);
	close(server->listener);
	server->listener = -1;
}

static void server_accept(struct server *server)
{
	int fd;

	while (server->listener >= 0 &&
	       (fd = accept4(server->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		server->accepted++;
		size_t i = 0;
		while (i < CONNS && server->conns[i] >= 0)
			i++;
		ck_assert_uint_lt(i, CONNS); /* nobody opens more than he closes */
		server->conns[i] = fd;
	}
}

static size_t make_answer(const struct server *server, const uint8_t *request, uint8_t *ret_answer)
{
	size_t head = server->rtu ? 0 : 6, length = 5;
	uint8_t *out = ret_answer + head;

	memcpy(ret_answer, request, head);
	out[0] = request[head];
	out[1] = request[head + 1];
	out[2] = 2;
	out[3] = out[4] = server->pattern;
	if (server->exception) {
		out[1] |= 0x80;
		out[2] = server->exception;
		length = 3;
	}
	if (server->rtu) {
		uint16_t crc = crc16(out, length);
		out[length++] = (uint8_t)crc;
		out[length++] = (uint8_t)(crc >> 8);
	} else {
		ret_answer[4] = 0;
		ret_answer[5] = (uint8_t)length;
	}
	return head + length;
}

/* The check of a way reads one input: its answer is shorter. */
static void shorten(const struct server *server, const uint8_t *request, uint8_t *answer, size_t *length)
{
	if (server->rtu || server->exception || request[11] == INPUTS)
		return;
	answer[8] = 1;
	answer[5]--;
	--*length;
}

static void server_answer(struct server *server, int fd, const uint8_t *request)
{
	uint8_t answer[64];
	size_t length = make_answer(server, request, answer);

	server->requests++;
	shorten(server, request, answer, &length);
	if (server->mute) {
		memcpy(server->late, answer, length);
		server->late_length = length;
	} else if (!server->dead_unit || request[server->rtu ? 0 : 6] != server->dead_unit) {
		ssize_t sent = send(fd, answer, length, MSG_NOSIGNAL);
		ck_assert(sent == (ssize_t)length || errno == EPIPE || errno == ECONNRESET); /* hung up meanwhile */
	}
}

static void server_read(struct server *server, int *fd)
{
	uint8_t bytes[512];
	size_t want = server->rtu ? 8 : 12;
	ssize_t count = *fd < 0 ? -1 : recv(*fd, bytes, sizeof bytes, 0);

	if (*fd < 0 || (count < 0 && errno == EAGAIN))
		return;
	for (size_t at = 0; count > 0 && !server->resets && at + want <= (size_t)count; at += want)
		server_answer(server, *fd, bytes + at);
	if (count <= 0 || server->resets)
		hang_up(fd);
}

static void serve(void)
{
	for (size_t i = 0; i < SERVERS; i++) {
		server_accept(&servers[i]);
		for (size_t j = 0; j < CONNS; j++)
			server_read(&servers[i], &servers[i].conns[j]);
	}
}

/* --- the site --------------------------------------------------------------------------------------- */

static struct site_point points[DEVICES * INPUTS];
static struct site_device devices[DEVICES];
static struct site_link site_link;
static struct site site;
static struct poller *poller;
static struct mono now;

static struct {
	unsigned good[SERVERS], wrong, lost, back;
	unsigned news[LINK_NEWS_STEADY + 1];
	struct mono news_at[LINK_NEWS_STEADY + 1];
	char text[LIMIT_TROUBLE];
	struct mono last_good;
	int64_t longest_gap_us;
} seen;

static void take_sample(void *context, const struct sample *sample)
{
	uint16_t address = points[sample->point].address;
	bool pattern[SERVERS];

	(void)context;
	if (sample->quality != QUALITY_GOOD)
		return;
	for (size_t i = 0; i < SERVERS; i++)
		pattern[i] = servers[i].pattern >> address % 8 & 1;
	uint8_t path = poller_link_stats(poller, 0)->path;
	seen.wrong += sample->value != pattern[path];
	seen.good[path]++;
	if (sample->point == 0 && seen.last_good.us && mono_since_us(now, seen.last_good) > seen.longest_gap_us)
		seen.longest_gap_us = mono_since_us(now, seen.last_good);
	if (sample->point == 0)
		seen.last_good = now;
}

static void take_device(void *context, uint32_t device, bool lost, enum fault fault, struct mono at)
{
	(void)context;
	(void)device;
	(void)fault;
	(void)at;
	seen.lost += lost;
	seen.back += !lost;
}

static void take_link(void *context, const struct link_change *change)
{
	(void)context;
	ck_assert_uint_eq(change->link, 0);
	seen.news[change->news]++;
	seen.news_at[change->news] = change->at;
	if (change->news == LINK_NEWS_TROUBLE || change->news == LINK_NEWS_SWITCHED)
		snprintf(seen.text, sizeof seen.text, "%s", change->text);
}

static void setup_servers(bool rtu)
{
	memset(servers, 0, sizeof servers);
	memset(&seen, 0, sizeof seen);
	for (size_t i = 0; i < SERVERS; i++) {
		servers[i].pattern = i ? 0x5A : 0xA5;
		servers[i].rtu = rtu;
		for (size_t j = 0; j < CONNS; j++)
			servers[i].conns[j] = -1;
		server_listen(&servers[i]);
	}
}

static void setup_site(enum site_transport transport, uint8_t endpoints)
{
	site_link = (struct site_link){.id = "link", .endpoint_count = endpoints, .timeout_ms = 200};
	for (size_t i = 0; i < endpoints; i++)
		site_link.endpoints[i] =
		        (struct site_endpoint){.transport = transport, .host = "127.0.0.1", .port = servers[i].port};
	for (uint32_t i = 0; i < DEVICES; i++) {
		devices[i] = (struct site_device){
		        .unit = (uint8_t)(7 + i), .scan_ms = SCAN_MS, .point_first = i * INPUTS, .point_count = INPUTS};
		for (uint16_t j = 0; j < INPUTS; j++)
			points[i * INPUTS + j] = (struct site_point){.device = i, .address = j, .used = true};
	}
	site = (struct site){.links = &site_link,
	                     .link_count = 1,
	                     .devices = devices,
	                     .device_count = DEVICES,
	                     .points = points,
	                     .point_count = DEVICES * INPUTS};
}

static void begin(enum site_transport transport, uint8_t endpoints)
{
	struct poller_sink sink = {.sample = take_sample, .device = take_device, .link = take_link};

	setup_servers(transport == TRANSPORT_RTU_TCP);
	setup_site(transport, endpoints);
	now = (struct mono){START_US};
	ck_assert_int_eq(poller_new(&site, &sink, now, &poller), 0);
}

static void teardown(void)
{
	poller_free(&poller);
	for (size_t i = 0; i < SERVERS; i++)
		server_kill(&servers[i]);
}

static const struct link_stats *stats(void)
{
	return poller_link_stats(poller, 0);
}

/* Whatever of the link changes when something happens. */
static uint64_t snapshot(void)
{
	const struct link_stats *its = stats();

	return its->exchanges + its->connects * 3 + its->disconnects * 5 + its->switches * 7 + its->bytes_in * 11 +
	       (uint64_t)its->condition;
}

static void turn(void)
{
	const struct timespec none = {0};
	bool watched;

	ck_assert_int_eq(poller_wait(poller, &none, &watched), 0);
	poller_run(poller, now);
}

/* What is under way comes to its end, and then it is the time of what is next. */
static void step(struct mono end)
{
	for (uint64_t before = ~snapshot(); before != snapshot();) {
		before = snapshot();
		now = mono_add_us(now, LATENCY_US);
		serve();
		turn();
	}
	if (poller_next(poller).us > now.us)
		now = mono_min(poller_next(poller), end);
	turn();
}

static void run_ms(int64_t ms)
{
	struct mono end = mono_add_ms(now, ms);

	while (now.us < end.us)
		step(end);
}

static unsigned descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	unsigned count = 0;

	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

#endif
