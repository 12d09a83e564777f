/* SPDX-License-Identifier: Apache-2.0 */
/* control_socket - see control_socket.h */
#include "gateway/control_socket.h"

#include "gateway/control.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ERROR_BYTES 256
#define BACKLOG     16   /* a few people and a few scripts */
#define PEER_GROUPS 256  /* of one account; who is in more is asked to use another */
#define PASSWD_LINE 1024 /* bytes of one account; a longer one is shown by number */

static_assert(sizeof((struct control_socket *)0)->path == sizeof((struct sockaddr_un *)0)->sun_path, "same bound");

static int fits(int length, size_t size)
{
	size_t most = sizeof((struct sockaddr_un *)0)->sun_path;

	return length < 0 || (size_t)length >= size || (size_t)length >= most ? -ENAMETOOLONG : 0;
}

int control_socket_path(const struct site *site, char *ret_path, size_t size)
{
	char path[LIMIT_PATH * 2];
	const char *service = getenv("RUNTIME_DIRECTORY"), *session = getenv("XDG_RUNTIME_DIR");
	int length;

	if (site->control_socket)
		length = snprintf(path, sizeof path, "%s", site->control_socket);
	else if (service && service[0]) /* a list with colons; ours is the first */
		length =
		        snprintf(path, sizeof path, "%.*s/%s.sock", (int)strcspn(service, ":"), service, site->gateway);
	else if (geteuid() == 0)
		length = snprintf(path, sizeof path, "/run/picket/%s.sock", site->gateway);
	else if (session && session[0])
		length = snprintf(path, sizeof path, "%s/picket/%s.sock", session, site->gateway);
	else
		return -ENOENT;
	int error = fits(length, size);
	if (error == 0)
		memcpy(ret_path, path, (size_t)length + 1);
	return error;
}

static int failed(char reterr[ERROR_BYTES], int error, const char *path, const char *what)
{
	snprintf(reterr, ERROR_BYTES, "%.120s: %s: %s", path, what, strerror(-error));
	return error;
}

/* The folder of the socket, made when it is missing, locked. Its descriptor, or -errno. */
static int lock_folder(const char *path, char reterr[ERROR_BYTES])
{
	char folder[sizeof((struct sockaddr_un *)0)->sun_path];
	const char *slash = strrchr(path, '/');
	int length = slash ? (int)(slash - path) : 1;

	snprintf(folder, sizeof folder, "%.*s", length ? length : 1, slash ? path : ".");
	if (mkdir(folder, 0755) < 0 && errno != EEXIST)
		return failed(reterr, -errno, folder, "cannot make the folder of the control socket");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return failed(reterr, -errno, folder, "cannot open the folder of the control socket");
	if (flock(fd, LOCK_EX) < 0) {
		int error = failed(reterr, -errno, folder, "cannot lock the folder of the control socket");
		close(fd);
		return error;
	}
	return fd;
}

/* A socket file that nobody answers on is removed; one that somebody does is -EADDRINUSE. */
static int clear_place(const struct sockaddr_un *address, char reterr[ERROR_BYTES])
{
	struct stat status;

	if (lstat(address->sun_path, &status) < 0)
		return 0;
	if (!S_ISSOCK(status.st_mode))
		return failed(reterr, -EEXIST, address->sun_path, "is there and is no socket; move it away");
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return failed(reterr, -errno, address->sun_path, "socket");
	int refused = connect(fd, (const struct sockaddr *)address, sizeof *address) < 0 && errno == ECONNREFUSED;
	close(fd);
	if (!refused)
		return failed(reterr, -EADDRINUSE, address->sun_path,
		              "another picketd answers there; stop it, or give --socket");
	if (unlink(address->sun_path) < 0)
		return failed(reterr, -errno, address->sun_path, "cannot remove the socket of a dead daemon");
	return 0;
}

/* Binds with nobody else's access, then opens it to the group, then listens. */
static int listen_at(const struct sockaddr_un *address, struct control_socket *ret_socket, char reterr[ERROR_BYTES])
{
	struct stat status;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return failed(reterr, -errno, address->sun_path, "socket");
	if (bind(fd, (const struct sockaddr *)address, sizeof *address) < 0) {
		int error = failed(reterr, -errno, address->sun_path, "cannot make the control socket");
		close(fd);
		return error;
	}
	if (chmod(address->sun_path, 0660) < 0 || stat(address->sun_path, &status) < 0 || listen(fd, BACKLOG) < 0) {
		int error = failed(reterr, -errno, address->sun_path, "cannot open the control socket");
		unlink(address->sun_path);
		close(fd);
		return error;
	}
	*ret_socket = (struct control_socket){.fd = fd, .device = status.st_dev, .inode = status.st_ino};
	memcpy(ret_socket->path, address->sun_path, sizeof ret_socket->path);
	return 0;
}

int control_socket_open(const char *path, struct control_socket *ret_socket, char reterr[ERROR_BYTES])
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (path[0] == '\0' || fits((int)strnlen(path, LIMIT_PATH), sizeof address.sun_path) < 0)
		return failed(reterr, -ENAMETOOLONG, path, "a socket's name has 1 to 107 bytes");
	memcpy(address.sun_path, path, strlen(path));
	int folder = lock_folder(path, reterr);
	if (folder < 0)
		return folder;
	int error = clear_place(&address, reterr);
	if (error == 0)
		error = listen_at(&address, ret_socket, reterr);
	close(folder); /* and with it the lock */
	return error;
}

void control_socket_close(struct control_socket *socket)
{
	struct stat status;

	if (socket->path[0] && lstat(socket->path, &status) == 0 && status.st_dev == socket->device &&
	    status.st_ino == socket->inode)
		unlink(socket->path);
	if (socket->fd >= 0)
		close(socket->fd);
	*socket = (struct control_socket){.fd = -1};
}

static bool local_account(uid_t uid, char *ret_name, size_t size)
{
	struct passwd account, *found = NULL;
	char line[PASSWD_LINE];
	FILE *file = fopen("/etc/passwd", "re");

	if (!file)
		return false;
	while (fgetpwent_r(file, &account, line, sizeof line, &found) == 0 && account.pw_uid != uid)
		found = NULL;
	if (found)
		snprintf(ret_name, size, "%s", account.pw_name);
	fclose(file);
	return found != NULL;
}

int control_socket_peer(int fd, char *ret_name, size_t size)
{
	struct ucred peer;
	socklen_t length = sizeof peer;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0)
		return -errno;
	if (!local_account(peer.uid, ret_name, size))
		snprintf(ret_name, size, "uid %u", peer.uid);
	return 0;
}

static bool in_group(int fd, gid_t group)
{
	gid_t groups[PEER_GROUPS];
	socklen_t length = sizeof groups;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &length) < 0)
		return false;
	for (size_t i = 0; i < length / sizeof groups[0]; i++)
		if (groups[i] == group)
			return true;
	return false;
}

bool control_socket_is_maintainer(const struct control_socket *control, int fd)
{
	struct ucred peer;
	struct stat status;
	socklen_t length = sizeof peer;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0)
		return false;
	if (peer.uid == 0 || peer.uid == geteuid())
		return true;
	if (stat(control->path, &status) < 0)
		return false;
	return peer.gid == status.st_gid || in_group(fd, status.st_gid);
}
