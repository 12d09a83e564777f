/* SPDX-License-Identifier: Apache-2.0 */
/* sim/client - see client.h */
#include "drivers/sim/client.h"

#include "config/limits.h"
#include "drivers/sim/control.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PREFIX "sim-"
#define SUFFIX ".sock"

static int connect_to(const char *path, int *ret_fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if ((size_t)snprintf(address.sun_path, sizeof address.sun_path, "%s", path) >= sizeof address.sun_path)
		return -ENAMETOOLONG;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
		int error = -errno;
		close(fd);
		return error;
	}
	*ret_fd = fd;
	return 0;
}

static bool is_ours(const char *name)
{
	size_t length = strlen(name);

	return length > strlen(PREFIX SUFFIX) && strncmp(name, PREFIX, strlen(PREFIX)) == 0 &&
	       strcmp(name + length - strlen(SUFFIX), SUFFIX) == 0;
}

/* How many simulators answer in the folder; ret_fd and ret_path: of the last one found. */
static size_t find_running(const char *folder, int *ret_fd, char *ret_path)
{
	DIR *directory = opendir(folder);
	const struct dirent *entry;
	char path[LIMIT_PATH * 2];
	size_t count = 0;
	int fd;

	while (directory && (entry = readdir(directory))) {
		snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
		if (!is_ours(entry->d_name) || connect_to(path, &fd) < 0)
			continue;
		if (count++)
			close(*ret_fd);
		*ret_fd = fd;
		snprintf(ret_path, sizeof path, "%s", path);
	}
	if (directory)
		closedir(directory);
	return count;
}

static int find_only(int *ret_fd)
{
	char folder[LIMIT_PATH], path[LIMIT_PATH * 2];

	if (sim_control_folder(folder, sizeof folder) < 0) {
		fputs("picket-sim: no folder for control sockets: set XDG_RUNTIME_DIR, or give --control PATH\n",
		      stderr);
		return SIM_UNREACHABLE;
	}
	size_t count = find_running(folder, ret_fd, path);
	if (count == 1)
		return SIM_DONE;
	if (count > 1) {
		close(*ret_fd);
		fprintf(stderr, "picket-sim: %zu simulators run in %s; say which one: --gateway ID or --control PATH\n",
		        count, folder);
		return SIM_USAGE;
	}
	fprintf(stderr, "picket-sim: no simulator runs in %s; start one: picket-sim SITE.yaml\n", folder);
	return SIM_UNREACHABLE;
}

static int open_session(const struct sim_client_options *options, int *ret_fd)
{
	const char *given = options->socket ? options->socket : getenv("PICKET_SIM_SOCKET");
	char path[LIMIT_PATH * 2];

	if (given && given[0])
		snprintf(path, sizeof path, "%s", given);
	else if (!options->gateway)
		return find_only(ret_fd);
	else if (sim_control_path(options->gateway, path, sizeof path) < 0)
		snprintf(path, sizeof path, PREFIX "%s" SUFFIX, options->gateway);
	int error = connect_to(path, ret_fd);
	if (error == 0)
		return SIM_DONE;
	fprintf(stderr, "picket-sim: no simulator answers at %s: %s\n", path, strerror(-error));
	return SIM_UNREACHABLE;
}

/* Whether this was the last line of the answer, and its code. */
static bool show_line(const char *line, int *ret_code)
{
	int code = line[0] - '0';
	FILE *stream = code == SIM_DONE ? stdout : stderr;

	if (code < SIM_DONE || code > SIM_UNREACHABLE || (line[1] != ' ' && line[1] != '-'))
		return false;
	fputs(line + 2, stream);
	fflush(stream);
	if (line[1] == '-')
		return false;
	*ret_code = code;
	return true;
}

static int read_answer(FILE *stream)
{
	char *line = NULL;
	size_t room = 0;
	int code = SIM_UNREACHABLE;
	bool last = false;

	while (!last && getline(&line, &room, stream) > 2)
		last = show_line(line, &code);
	free(line);
	if (!last)
		fputs("picket-sim: the simulator went away\n", stderr);
	return code;
}

int sim_client_run(const struct sim_client_options *options, const char *line)
{
	int fd;
	int code = open_session(options, &fd);

	if (code != SIM_DONE)
		return code;
	if (dprintf(fd, "%s\n", line) < 0) {
		fprintf(stderr, "picket-sim: %s\n", strerror(errno));
		close(fd);
		return SIM_UNREACHABLE;
	}
	FILE *stream = fdopen(fd, "r");
	if (!stream) {
		close(fd);
		return SIM_UNREACHABLE;
	}
	code = read_answer(stream);
	fclose(stream);
	return code;
}
