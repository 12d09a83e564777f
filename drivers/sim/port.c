/* SPDX-License-Identifier: Apache-2.0 */
/* sim/port - see port.h */
#include "drivers/sim/port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define BACKLOG     16
#define PTS_PREFIX  "/dev/pts/"
#define LOOPBACK_V4 127

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* The length of the address; 0: not an address. A name is looked up here and now: a simulator may wait. */
static socklen_t parse_address(const struct site_link *link, union address *ret_address)
{
	const struct site_endpoint *end = &link->endpoints[0];
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
	union address address = {0};
	socklen_t length = 0;

	if (getaddrinfo(end->host, NULL, &hints, &list) != 0)
		return 0;
	if (list->ai_addrlen <= sizeof address) {
		memcpy(&address, list->ai_addr, list->ai_addrlen);
		length = list->ai_addrlen;
	}
	freeaddrinfo(list);
	if (address.any.sa_family == AF_INET)
		address.v4.sin_port = htons(end->port);
	else
		address.v6.sin6_port = htons(end->port);
	*ret_address = address;
	return length;
}

static bool is_loopback(const union address *address)
{
	if (address->any.sa_family == AF_INET)
		return ntohl(address->v4.sin_addr.s_addr) >> 24 == LOOPBACK_V4;
	return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
}

static int check_tcp(const struct site_link *link, struct sim_problem *problem)
{
	union address address;

	if (parse_address(link, &address) && is_loopback(&address))
		return 0;
	return sim_problem_set(
	        problem, SIM_NO,
	        "link %s: %s is not a loopback address, and only 127.0.0.0/8 and ::1 are played. In a copy "
	        "of the site file, give the link a url like \"tcp://127.0.0.1:15020\".",
	        link->id, link->endpoints[0].host);
}

/* A symlink to a pty that is gone: left by a simulator that was killed. */
static bool is_stale(const char *path)
{
	char target[64];
	ssize_t length = readlink(path, target, sizeof target - 1);

	if (length < 0)
		return false;
	target[length] = '\0';
	return strncmp(target, PTS_PREFIX, strlen(PTS_PREFIX)) == 0 && access(target, F_OK) < 0 && errno == ENOENT;
}

static int check_rtu(const struct site_link *link, struct sim_problem *problem)
{
	struct stat status;

	if (lstat(link->endpoints[0].path, &status) < 0 && errno == ENOENT)
		return 0;
	if (is_stale(link->endpoints[0].path) && unlink(link->endpoints[0].path) == 0)
		return 0;
	return sim_problem_set(
	        problem, SIM_NO,
	        "link %s: %s exists, and a pty cannot take its place. Remove it if nothing uses it, or give "
	        "the link another path in a copy of the site file.",
	        link->id, link->endpoints[0].path);
}

int sim_port_check(const struct site_link *link, struct sim_problem *problem)
{
	return link->endpoints[0].transport == TRANSPORT_RTU ? check_rtu(link, problem) : check_tcp(link, problem);
}

static int no_listener(const struct site_link *link, int error, struct sim_problem *problem)
{
	const char *advice = "";

	if (error == EADDRINUSE)
		advice = "; another program, or another link, has this port";
	if (error == EACCES)
		advice = "; ports below 1024 need privileges, a site file for rehearsal better names higher ones";
	return sim_problem_set(problem, SIM_NO, "link %s: cannot listen on %s port %u: %s%s", link->id,
	                       link->endpoints[0].host, link->endpoints[0].port, strerror(error), advice);
}

int sim_port_listen(const struct site_link *link, int *ret_fd, struct sim_problem *problem)
{
	union address address;
	socklen_t length = parse_address(link, &address);
	int on = 1;

	int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return no_listener(link, errno, problem);
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 || bind(fd, &address.any, length) < 0 ||
	    listen(fd, BACKLOG) < 0) {
		int error = errno;
		close(fd);
		return no_listener(link, error, problem);
	}
	*ret_fd = fd;
	return 0;
}

/* Bytes as they are: no echo, no line editing, no flow control. */
static int make_raw(int fd)
{
	struct termios settings;

	if (tcgetattr(fd, &settings) < 0)
		return -errno;
	cfmakeraw(&settings);
	return tcsetattr(fd, TCSANOW, &settings) < 0 ? -errno : 0;
}

static int open_pair(struct sim_pty *pty)
{
	pty->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (pty->master < 0 || grantpt(pty->master) < 0 || unlockpt(pty->master) < 0)
		return -errno;
	int error = ptsname_r(pty->master, pty->name, sizeof pty->name);
	if (error != 0)
		return -error;
	pty->slave = open(pty->name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	pty->closes = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (pty->slave < 0 || pty->closes < 0 || inotify_add_watch(pty->closes, pty->name, IN_CLOSE) < 0)
		return -errno;
	return make_raw(pty->slave);
}

void sim_port_release(struct sim_pty *pty)
{
	char notes[4096];

	while (read(pty->closes, notes, sizeof notes) > 0)
		;
	(void)ioctl(pty->slave, TIOCNXCL);
}

static void close_pair(struct sim_pty *pty)
{
	if (pty->slave >= 0)
		close(pty->slave);
	if (pty->master >= 0)
		close(pty->master);
	if (pty->closes >= 0)
		close(pty->closes);
	pty->slave = pty->master = pty->closes = -1;
}

int sim_port_open_pty(const struct site_link *link, struct sim_pty *ret_pty, struct sim_problem *problem)
{
	struct sim_pty pty = {.master = -1, .slave = -1, .closes = -1};
	int error = open_pair(&pty);

	if (error < 0) {
		close_pair(&pty);
		return sim_problem_set(problem, SIM_NO, "link %s: no pty: %s", link->id, strerror(-error));
	}
	if (symlink(pty.name, link->endpoints[0].path) < 0) {
		error = -errno;
		close_pair(&pty);
		return sim_problem_set(problem, SIM_NO, "link %s: cannot make the symlink %s: %s", link->id,
		                       link->endpoints[0].path, strerror(-error));
	}
	*ret_pty = pty;
	return 0;
}

void sim_port_close_pty(const struct site_link *link, struct sim_pty *pty)
{
	char target[sizeof pty->name];
	ssize_t length = readlink(link->endpoints[0].path, target, sizeof target);

	if (pty->slave >= 0 && length == (ssize_t)strlen(pty->name) && memcmp(target, pty->name, (size_t)length) == 0)
		unlink(link->endpoints[0].path);
	close_pair(pty);
}
