/* SPDX-License-Identifier: Apache-2.0 */
/* poller: over a real loopback connection and a real pty, with devices in a process of their own. */
#include "config/limits.h"
#include "drivers/crc16.h"
#include "drivers/poller.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define INPUTS      16
#define PATTERN     0xA55A /* the inputs of every device here, lowest first */
#define PATIENCE_MS 8000

static struct site_point points[2 * INPUTS];
static struct site_device devices[2];
static struct site_link links[2];
static struct site site = {.links = links, .devices = devices, .points = points};
static struct poller *poller;
static pid_t servers[2];
static int listener = -1, pty_master = -1;
static char pty_path[64];

static struct seen {
	unsigned good, wrong, bad, lost, back;
} seen[2];

/* --- the devices ------------------------------------------------------------------------------------ */

/* Answers every read of 16 bits from a stream of requests; head: bytes before the unit. */
static void serve(int fd, size_t head)
{
	uint8_t request[64], answer[32];
	size_t want = head + (head ? 6 : 8), have = 0;

	for (;;) {
		ssize_t count = read(fd, request + have, want - have);
		if (count <= 0)
			return;
		have += (size_t)count;
		if (have < want)
			continue;
		have = 0;
		memcpy(answer, request, 4);
		uint8_t *out = answer + head;
		out[0] = request[head];
		out[1] = request[head + 1];
		out[2] = 2;
		out[3] = PATTERN & 0xFF;
		out[4] = PATTERN >> 8;
		size_t length = 5;
		if (head) {
			answer[4] = 0;
			answer[5] = 5;
		} else {
			uint16_t crc = crc16(out, length);
			out[length++] = (uint8_t)crc;
			out[length++] = (uint8_t)(crc >> 8);
		}
		if (write(fd, answer, head + length) < 0)
			return;
	}
}

static pid_t spawn(void (*run)(void))
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		signal(SIGPIPE, SIG_IGN);
		run();
		_exit(0);
	}
	return pid;
}

static void run_tcp(void)
{
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		if (fd < 0)
			return;
		serve(fd, 6);
		close(fd);
	}
}

static void run_rtu(void)
{
	serve(pty_master, 0);
}

static void stop(size_t index)
{
	if (servers[index] <= 0)
		return;
	kill(servers[index], SIGKILL);
	waitpid(servers[index], NULL, 0);
	servers[index] = 0;
}

/* --- fixtures --------------------------------------------------------------------------------------- */

static struct mono now_mono(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (struct mono){(int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000};
}

static void take_sample(void *context, const struct sample *sample)
{
	const struct site_point *point = &points[sample->point];
	struct seen *its = &seen[point->device];

	(void)context;
	its->bad += sample->quality == QUALITY_BAD;
	if (sample->quality != QUALITY_GOOD)
		return;
	its->good++;
	its->wrong += sample->value != (PATTERN >> point->address & 1);
}

static void take_device(void *context, uint32_t device, bool lost, enum fault fault, struct mono at)
{
	(void)context;
	(void)fault;
	(void)at;
	seen[device].lost += lost;
	seen[device].back += !lost;
}

static void listen_somewhere(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;

	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
	ck_assert_int_eq(listen(listener, 8), 0);
	ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&address, &length), 0);
	links[0] = (struct site_link){.endpoint_count = 1,
	                              .endpoints[0].transport = TRANSPORT_TCP,
	                              .endpoints[0].host = "127.0.0.1",
	                              .endpoints[0].port = ntohs(address.sin_port),
	                              .timeout_ms = 200};
}

static void open_pty(void)
{
	struct termios raw;

	pty_master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ge(pty_master, 0);
	ck_assert_int_eq(grantpt(pty_master), 0);
	ck_assert_int_eq(unlockpt(pty_master), 0);
	ck_assert_int_eq(ptsname_r(pty_master, pty_path, sizeof pty_path), 0);
	ck_assert_int_eq(tcgetattr(pty_master, &raw), 0);
	cfmakeraw(&raw);
	ck_assert_int_eq(tcsetattr(pty_master, TCSANOW, &raw), 0);
	links[1] = (struct site_link){.endpoint_count = 1,
	                              .endpoints[0].transport = TRANSPORT_RTU,
	                              .endpoints[0].path = pty_path,
	                              .endpoints[0].baud = 115200,
	                              .endpoints[0].parity = 'E',
	                              .endpoints[0].stop_bits = 1,
	                              .timeout_ms = 200};
}

static void setup(void)
{
	memset(seen, 0, sizeof seen);
	listen_somewhere();
	open_pty();
	for (uint32_t i = 0; i < 2; i++) {
		devices[i] = (struct site_device){
		        .link = i, .unit = 7, .scan_ms = 50, .point_first = i * INPUTS, .point_count = INPUTS};
		for (uint16_t j = 0; j < INPUTS; j++)
			points[i * INPUTS + j] = (struct site_point){.device = i, .address = j, .used = true};
	}
	site.link_count = site.device_count = 2;
	site.point_count = sizeof points / sizeof *points;
	servers[0] = spawn(run_tcp);
	servers[1] = spawn(run_rtu);
	struct poller_sink sink = {.sample = take_sample, .device = take_device};
	ck_assert_int_eq(poller_new(&site, &sink, now_mono(), &poller), 0);
}

static void teardown(void)
{
	poller_free(&poller);
	stop(0);
	stop(1);
	close(listener);
	close(pty_master);
}

static bool both_are_good(void)
{
	return seen[0].good >= 5 * INPUTS && seen[1].good >= 5 * INPUTS;
}

static bool both_are_lost(void)
{
	return seen[0].lost == 1 && seen[1].lost == 1;
}

static bool first_is_back(void)
{
	return seen[0].back == 1;
}

static bool second_went_on(void)
{
	return seen[1].good >= 20 * INPUTS;
}

/* Turns the poller as the loop of the gateway does, until the condition holds. */
static void wait_for(bool (*condition)(void))
{
	struct mono end = mono_add_ms(now_mono(), PATIENCE_MS);

	while (!condition()) {
		struct mono now = now_mono();
		ck_assert_msg(!mono_reached(now, end), "waited in vain");
		int64_t wait_us = mono_since_us(mono_min(poller_next(poller), end), now);
		if (wait_us < 0)
			wait_us = 0;
		struct timespec longest = {.tv_sec = wait_us / 1000000, .tv_nsec = wait_us % 1000000 * 1000};
		bool watched;
		ck_assert_int_eq(poller_wait(poller, &longest, &watched), 0);
		ck_assert(!watched);
		poller_run(poller, now_mono());
	}
}

/* --- tests ------------------------------------------------------------------------------------------ */

START_TEST(reads_over_tcp_and_a_pty)
{
	wait_for(both_are_good);
	for (uint32_t i = 0; i < 2; i++) {
		ck_assert_uint_eq(seen[i].wrong, 0);
		ck_assert_uint_eq(seen[i].lost, 0);
		ck_assert_uint_ge(poller_device_stats(poller, i)->good, 5);
		ck_assert_uint_gt(poller_device_stats(poller, i)->rtt_p50_us, 0);
		ck_assert_int_eq(poller_link_stats(poller, i)->condition, LINK_UP);
		ck_assert_uint_eq(poller_link_stats(poller, i)->connects, 1);
	}
}
END_TEST

START_TEST(killed_devices_are_lost_and_found)
{
	wait_for(both_are_good);
	stop(0);
	stop(1);
	wait_for(both_are_lost);
	ck_assert_uint_eq(seen[0].bad, INPUTS);
	ck_assert_uint_eq(seen[1].bad, INPUTS);
	servers[0] = spawn(run_tcp);
	wait_for(first_is_back);
	ck_assert_uint_eq(seen[0].wrong + seen[1].wrong, 0);
}
END_TEST

START_TEST(frozen_device_delays_nobody)
{
	wait_for(both_are_good);
	kill(servers[0], SIGSTOP);
	struct mono begin = now_mono();
	wait_for(second_went_on);
	ck_assert_int_le(mono_since_us(now_mono(), begin), 2000000);
	ck_assert_uint_eq(seen[1].lost, 0);
	kill(servers[0], SIGCONT);
}
END_TEST

START_TEST(serial_port_is_ours_alone)
{
	wait_for(both_are_good);
	struct site other = site;
	struct poller *second = NULL;
	struct poller_sink sink = {.sample = take_sample, .device = take_device};
	other.link_count = other.device_count = 1;
	struct site_link link = links[1];
	struct site_device device = devices[1];
	device.link = 0;
	other.links = &link;
	other.devices = &device;
	ck_assert_int_eq(poller_new(&other, &sink, now_mono(), &second), 0);
	for (int i = 0; i < 20; i++)
		poller_run(second, poller_next(second)); /* its own time runs as fast as it likes */
	ck_assert_uint_eq(poller_link_stats(second, 0)->connects, 0);
	ck_assert_int_ne(poller_link_stats(second, 0)->condition, LINK_UP);
	poller_free(&second);
}
END_TEST

START_TEST(addresses_are_literal)
{
	struct site one = site;
	struct site_link link = {.endpoint_count = 1,
	                         .endpoints[0].transport = TRANSPORT_TCP,
	                         .endpoints[0].host = "sensor-7",
	                         .endpoints[0].port = 502,
	                         .timeout_ms = 200};
	struct poller *other = NULL;
	struct poller_sink sink = {.sample = take_sample, .device = take_device};

	one.links = &link;
	one.link_count = 1;
	one.device_count = 0;
	ck_assert_int_eq(poller_new(&one, &sink, now_mono(), &other), -EINVAL);
	link.endpoints[0].host = "::1";
	ck_assert_int_eq(poller_new(&one, &sink, now_mono(), &other), 0);
	poller_free(&other);
}
END_TEST

START_TEST(unknown_baud_is_refused)
{
	struct poller *other = NULL;
	struct poller_sink sink = {.sample = take_sample, .device = take_device};
	uint32_t baud = links[1].endpoints[0].baud;

	links[1].endpoints[0].baud = 12345;
	ck_assert_int_eq(poller_new(&site, &sink, now_mono(), &other), -EINVAL);
	links[1].endpoints[0].baud = baud;
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("poller");
	TCase *tc = tcase_create("real");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, reads_over_tcp_and_a_pty);
	tcase_add_test(tc, killed_devices_are_lost_and_found);
	tcase_add_test(tc, frozen_device_delays_nobody);
	tcase_add_test(tc, serial_port_is_ours_alone);
	tcase_add_test(tc, addresses_are_literal);
	tcase_add_test(tc, unknown_baud_is_refused);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
