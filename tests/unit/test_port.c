/* SPDX-License-Identifier: Apache-2.0 */
/* port: real ptys, sockets and processes. Only RS-485, which no pty has, is answered by an ioctl() of the test. */
#include "drivers/port.h"

#include <arpa/inet.h>
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define NOW         ((struct mono){INT64_C(1000000000)})
#define PATIENCE_MS 5000
#define REPLUGS     1000
#define RECONNECTS  2000

/* --- RS-485 as a driver has it ------------------------------------------------------------------------ */

static struct {
	bool real;       /* the kernel answers */
	uint32_t cannot; /* flags that it drops without a word */
	struct serial_rs485 set;
} rs485 = {.real = true};

int ioctl(int fd, unsigned long request, ...)
{
	va_list arguments;

	va_start(arguments, request);
	void *argument = va_arg(arguments, void *);
	va_end(arguments);
	if (rs485.real || (request != TIOCSRS485 && request != TIOCGRS485))
		return (int)syscall(SYS_ioctl, fd, request, argument);
	struct serial_rs485 *mode = argument;
	if (request == TIOCSRS485) {
		rs485.set = *mode;
		rs485.set.flags &= ~rs485.cannot;
	}
	*mode = rs485.set;
	return 0;
}

/* --- an adapter that can be pulled out ---------------------------------------------------------------- */

static char folder[] = "/tmp/picket-port-XXXXXX", stable[64];
static int master = -1;
static struct site_endpoint serial_end;
static struct port *port;

static void plug_in(void)
{
	char pts[64];

	master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	ck_assert_int_ge(master, 0);
	ck_assert_int_eq(grantpt(master), 0);
	ck_assert_int_eq(unlockpt(master), 0);
	ck_assert_int_eq(ptsname_r(master, pts, sizeof pts), 0);
	ck_assert_int_eq(symlink(pts, stable), 0);
}

static void pull_out(void)
{
	close(master);
	master = -1;
	ck_assert_int_eq(unlink(stable), 0);
}

static void setup(void)
{
	memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(stable, sizeof stable, "%s/tty", folder);
	plug_in();
	serial_end = (struct site_endpoint){
	        .transport = TRANSPORT_RTU, .path = stable, .baud = 19200, .parity = 'E', .stop_bits = 1};
	rs485.real = true;
	rs485.cannot = 0;
	ck_assert_int_eq(port_new(&serial_end, NULL, &port), 0);
}

static void teardown(void)
{
	port_free(&port);
	if (master >= 0)
		pull_out();
	rmdir(folder);
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

static void wait_readable(int fd)
{
	struct pollfd one = {.fd = fd, .events = POLLIN};

	ck_assert_int_eq(poll(&one, 1, PATIENCE_MS), 1);
}

/* --- serial lines ----------------------------------------------------------------------------------- */

START_TEST(bytes_go_both_ways)
{
	uint8_t bytes[8] = {0};

	ck_assert_int_eq(port_open(port, NOW), 0);
	ck_assert_int_eq(port_send(port, (const uint8_t *)"ab", 2), 0);
	wait_readable(master);
	ck_assert_int_eq(read(master, bytes, sizeof bytes), 2);
	ck_assert_int_eq(write(master, "xyz", 3), 3);
	wait_readable(port_fd(port));
	ck_assert_int_eq(port_receive(port, bytes, sizeof bytes), 3);
	ck_assert_int_eq(memcmp(bytes, "xyz", 3), 0);
	ck_assert_str_eq(port_trouble(port), "");
}
END_TEST

START_TEST(line_of_another_process_is_left_alone)
{
	int ready[2], done[2];
	char byte = 0;
	struct termios before, after;

	ck_assert_int_eq(pipe2(ready, O_CLOEXEC), 0);
	ck_assert_int_eq(pipe2(done, O_CLOEXEC), 0);
	pid_t pid = fork();
	if (pid == 0) {
		if (port_open(port, NOW) < 0 || write(ready[1], "+", 1) != 1 || read(done[0], &byte, 1) != 1)
			_exit(1);
		_exit(0);
	}
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	ck_assert_int_eq(tcgetattr(master, &before), 0);
	struct site_endpoint other_end = serial_end;
	other_end.baud = 9600;
	struct port *other = NULL;
	ck_assert_int_eq(port_new(&other_end, NULL, &other), 0);
	ck_assert_int_eq(port_open(other, NOW), -EBUSY);
	ck_assert_ptr_nonnull(strstr(port_trouble(other), "is in use by another program"));
	ck_assert_int_eq(tcgetattr(master, &after), 0);
	ck_assert_uint_eq(cfgetospeed(&before), cfgetospeed(&after));
	ck_assert_uint_eq(cfgetospeed(&after), B19200);
	port_free(&other);
	ck_assert_int_eq(write(done[1], "+", 1), 1);
	int status = 0;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	for (size_t i = 0; i < 2; i++) {
		close(ready[i]);
		close(done[i]);
	}
}
END_TEST

START_TEST(adapter_pulled_out_a_thousand_times)
{
	uint8_t bytes[8];
	unsigned before = descriptors();

	for (int i = 0; i < REPLUGS; i++) {
		ck_assert_int_eq(port_open(port, NOW), 0);
		pull_out();
		wait_readable(port_fd(port));
		ck_assert_int_eq(port_receive(port, bytes, sizeof bytes), -ECONNRESET);
		ck_assert_str_ne(port_trouble(port), "");
		ck_assert_int_lt(port_send(port, bytes, 1), 0);
		port_close(port);
		ck_assert_int_eq(port_open(port, NOW), -ENOENT);
		ck_assert_ptr_nonnull(strstr(port_trouble(port), "No such file"));
		plug_in();
	}
	ck_assert_int_eq(port_open(port, NOW), 0);
	port_close(port);
	ck_assert_uint_eq(descriptors(), before);
}
END_TEST

START_TEST(line_that_is_not_used_is_only_looked_at)
{
	ck_assert_int_eq(port_look(port), 0);
	ck_assert_int_lt(port_fd(port), 0);
	pull_out();
	ck_assert_int_eq(port_look(port), -ENOENT);
	plug_in();
}
END_TEST

START_TEST(settings_that_no_line_has)
{
	struct port *other = NULL;
	struct site_endpoint end = serial_end;

	end.baud = 12345;
	ck_assert_int_eq(port_new(&end, NULL, &other), -EINVAL);
	end = serial_end;
	end.parity = 'X';
	ck_assert_int_eq(port_new(&end, NULL, &other), -EINVAL);
	end = serial_end;
	end.stop_bits = 3;
	ck_assert_int_eq(port_new(&end, NULL, &other), -EINVAL);
	ck_assert_ptr_null(other);
}
END_TEST

/* --- RS-485 ----------------------------------------------------------------------------------------- */

START_TEST(rs485_on_a_line_without_it_is_not_ignored)
{
	unsigned before = descriptors();

	serial_end.rs485.on = true;
	ck_assert_int_lt(port_open(port, NOW), 0);
	ck_assert_int_lt(port_fd(port), 0);
	ck_assert_ptr_nonnull(strstr(port_trouble(port), "cannot do RS-485 by itself"));
	ck_assert_uint_eq(descriptors(), before);
}
END_TEST

START_TEST(rs485_is_set_as_the_site_says)
{
	rs485.real = false;
	serial_end.rs485 = (struct site_rs485){.on = true, .before_ms = 1, .after_ms = 2};
	ck_assert_int_eq(port_open(port, NOW), 0);
	ck_assert_uint_eq(rs485.set.flags, SER_RS485_ENABLED | SER_RS485_RTS_ON_SEND);
	ck_assert_uint_eq(rs485.set.delay_rts_before_send, 1);
	ck_assert_uint_eq(rs485.set.delay_rts_after_send, 2);
	port_close(port);
	serial_end.rs485.rts_low = true;
	ck_assert_int_eq(port_open(port, NOW), 0);
	ck_assert_uint_eq(rs485.set.flags, SER_RS485_ENABLED | SER_RS485_RTS_AFTER_SEND);
}
END_TEST

START_TEST(rs485_that_the_driver_changes_is_not_ignored)
{
	rs485.real = false;
	rs485.cannot = SER_RS485_RTS_AFTER_SEND;
	serial_end.rs485 = (struct site_rs485){.on = true, .rts_low = true};
	ck_assert_int_eq(port_open(port, NOW), -EOPNOTSUPP);
	ck_assert_ptr_nonnull(strstr(port_trouble(port), "RTS level"));
	ck_assert_int_lt(port_fd(port), 0);
}
END_TEST

/* --- TCP -------------------------------------------------------------------------------------------- */

static uint16_t listen_on(int family, int *ret_fd)
{
	struct sockaddr_storage any = {.ss_family = (sa_family_t)family};
	struct sockaddr_in *four = (struct sockaddr_in *)&any;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&any;
	socklen_t length = family == AF_INET ? sizeof *four : sizeof *six;

	if (family == AF_INET)
		four->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		six->sin6_addr = in6addr_loopback;
	*ret_fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(bind(*ret_fd, (struct sockaddr *)&any, length), 0);
	ck_assert_int_eq(listen(*ret_fd, 16), 0);
	ck_assert_int_eq(getsockname(*ret_fd, (struct sockaddr *)&any, &length), 0);
	return ntohs(family == AF_INET ? four->sin_port : six->sin6_port);
}

/* What becomes of an attempt: 0 or -errno. */
static int connect_to(struct port *to)
{
	int error = port_open(to, NOW);
	struct pollfd one = {.events = POLLOUT};

	if (error != -EINPROGRESS)
		return error;
	one.fd = port_fd(to);
	ck_assert_int_eq(poll(&one, 1, PATIENCE_MS), 1);
	return port_finish(to);
}

static void reach(int family, const char *host)
{
	int listener = -1;
	struct site_endpoint end = {.transport = TRANSPORT_TCP, .host = host, .port = listen_on(family, &listener)};
	struct port *to = NULL;

	ck_assert_int_eq(port_new(&end, NULL, &to), 0);
	ck_assert_int_eq(connect_to(to), 0);
	port_close(to);
	close(listener);
	ck_assert_int_eq(connect_to(to), -ECONNREFUSED);
	ck_assert_str_eq(port_trouble(to), "connect: Connection refused");
	port_free(&to);
}

START_TEST(both_families)
{
	reach(AF_INET, "127.0.0.1");
	reach(AF_INET6, "::1");
}
END_TEST

START_TEST(host_that_is_no_address)
{
	struct site_endpoint end = {.transport = TRANSPORT_TCP, .host = "sensor-7", .port = 502};
	struct port *to = NULL;

	ck_assert_int_eq(port_new(&end, NULL, &to), -EINVAL);
}
END_TEST

/* What is allocated, not what is resident: a sanitizer keeps freed memory for a while (and counts nothing here; its
 * own search for leaks does). */
static size_t allocated_bytes(void)
{
	return mallinfo2().uordblks;
}

/* Accepted, and reset at once: the worst of flapping. Asserts nothing, for each assertion takes memory. */
static bool reset_one(struct port *to, int listener)
{
	struct linger hard = {.l_onoff = 1};
	uint8_t bytes[8];

	if (port_open(to, NOW) != -EINPROGRESS)
		return false;
	struct pollfd ends[] = {{.fd = listener, .events = POLLIN}, {.fd = port_fd(to), .events = POLLIN}};
	bool good = poll(ends, 1, PATIENCE_MS) == 1 && port_finish(to) == 0;
	int fd = accept(listener, NULL, NULL);
	good = good && setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard) == 0;
	good = close(fd) == 0 && good;
	good = good && poll(ends + 1, 1, PATIENCE_MS) == 1;
	good = good && port_receive(to, bytes, sizeof bytes) == -ECONNRESET;
	good = good && strcmp(port_trouble(to), "Connection reset by peer") == 0;
	port_close(to);
	return good;
}

static void reset_many(struct port *to, int listener, int count)
{
	int good = 0;

	for (int i = 0; i < count; i++)
		good += reset_one(to, listener);
	ck_assert_int_eq(good, count);
}

START_TEST(thousands_of_resets_leave_nothing)
{
	int listener = -1;
	struct site_endpoint end = {
	        .transport = TRANSPORT_TCP, .host = "127.0.0.1", .port = listen_on(AF_INET, &listener)};
	struct port *to = NULL;

	ck_assert_int_eq(port_new(&end, NULL, &to), 0);
	reset_many(to, listener, 100);
	unsigned before = descriptors();
	size_t memory = allocated_bytes();
	reset_many(to, listener, RECONNECTS);
	ck_assert_uint_eq(descriptors(), before);
	ck_assert_uint_le(allocated_bytes(), memory + 4096);
	port_free(&to);
	close(listener);
}
END_TEST

/* --- names ------------------------------------------------------------------------------------------ */

/* localhost may have an address of each family; one that does not listen must not be in the way. */
static void reach_localhost(int family)
{
	int listener = -1;
	struct resolver *resolver = NULL;
	struct port *to = NULL;
	struct site_endpoint end = {.transport = TRANSPORT_TCP, .host = "localhost", .is_name = true};

	end.port = listen_on(family, &listener);
	ck_assert_int_eq(resolver_new(1, &resolver), 0);
	ck_assert_int_eq(port_new(&end, resolver, &to), 0);
	ck_assert_int_eq(port_open(to, NOW), -EAGAIN);
	ck_assert_str_eq(port_trouble(to), "host name 'localhost': not found yet");
	wait_readable(resolver_fd(resolver));
	int error = connect_to(to);
	for (int i = 0; i < LIMIT_ADDRESSES && error == -ECONNREFUSED; i++) {
		port_close(to);
		error = connect_to(to);
	}
	ck_assert_int_eq(error, 0);
	port_free(&to);
	resolver_free(&resolver);
	close(listener);
}

START_TEST(name_is_tried_at_all_its_addresses)
{
	reach_localhost(AF_INET);
}
END_TEST

START_TEST(name_that_nobody_knows)
{
	struct resolver *resolver = NULL;
	struct port *to = NULL;
	struct site_endpoint end = {
	        .transport = TRANSPORT_TCP, .host = "no-such-host.invalid", .is_name = true, .port = 502};

	ck_assert_int_eq(resolver_new(1, &resolver), 0);
	ck_assert_int_eq(port_new(&end, resolver, &to), 0);
	ck_assert_int_eq(port_open(to, NOW), -EAGAIN);
	struct pollfd one = {.fd = resolver_fd(resolver), .events = POLLIN};
	ck_assert_int_eq(poll(&one, 1, 25000), 1); /* without a name server it takes its time */
	ck_assert_int_eq(port_open(to, NOW), -EAGAIN);
	ck_assert_ptr_nonnull(strstr(port_trouble(to), "host name 'no-such-host.invalid': "));
	ck_assert_ptr_null(strstr(port_trouble(to), "not found yet"));
	port_free(&to);
	resolver_free(&resolver);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("port");
	TCase *tc = tcase_create("real");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 50);
	tcase_add_test(tc, bytes_go_both_ways);
	tcase_add_test(tc, line_of_another_process_is_left_alone);
	tcase_add_test(tc, adapter_pulled_out_a_thousand_times);
	tcase_add_test(tc, line_that_is_not_used_is_only_looked_at);
	tcase_add_test(tc, settings_that_no_line_has);
	tcase_add_test(tc, rs485_on_a_line_without_it_is_not_ignored);
	tcase_add_test(tc, rs485_is_set_as_the_site_says);
	tcase_add_test(tc, rs485_that_the_driver_changes_is_not_ignored);
	tcase_add_test(tc, both_families);
	tcase_add_test(tc, host_that_is_no_address);
	tcase_add_test(tc, thousands_of_resets_leave_nothing);
	tcase_add_test(tc, name_is_tried_at_all_its_addresses);
	tcase_add_test(tc, name_that_nobody_knows);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
