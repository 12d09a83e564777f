/* SPDX-License-Identifier: Apache-2.0 */
/* broker - see broker.h */
#include "tests/unit/broker.h"

#include <arpa/inet.h>
#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

long long bench_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

void bench_pause(void)
{
	poll(NULL, 0, 10);
}

static struct sockaddr_in loopback(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return address;
}

int bench_free_port(void)
{
	struct sockaddr_in address = loopback(0);
	socklen_t size = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, size), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	close(fd);
	return ntohs(address.sin_port);
}

bool bench_answers(int port)
{
	struct sockaddr_in address = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool answers = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;

	close(fd);
	return answers;
}

void bench_open(struct bench *bench)
{
	*bench = (struct bench){.port = bench_free_port()};
	snprintf(bench->dir, sizeof bench->dir, "/tmp/picket-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(bench->dir));
	chmod(bench->dir, 0755); /* mosquitto started by root gives up root */
}

void bench_close(struct bench *bench)
{
	bench_end(&bench->listener, SIGTERM);
	bench_end(&bench->broker, SIGTERM);
	char command[100];
	snprintf(command, sizeof command, "exec rm -rf %s", bench->dir);
	ck_assert_int_eq(bench_run(bench, command), 0);
}

pid_t bench_spawn(const struct bench *bench, const char *command, const char *file)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid > 0) {
		setpgid(pid, pid);
		return pid;
	}
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (chdir(bench->dir) < 0)
		_exit(126);
	int out = open(file[0] ? file : "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0644);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

void bench_end(pid_t *pid, int signal)
{
	if (*pid <= 0)
		return;
	kill(-*pid, signal);
	kill(-*pid, SIGCONT);
	waitpid(*pid, NULL, 0);
	*pid = 0;
}

int bench_run(const struct bench *bench, const char *command)
{
	int status = -1;
	pid_t pid = bench_spawn(bench, command, "run.log");

	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void bench_write(const struct bench *bench, const char *file, const char *text)
{
	char path[200];

	snprintf(path, sizeof path, "%s/%s", bench->dir, file);
	FILE *out = fopen(path, "we");
	ck_assert_ptr_nonnull(out);
	fputs(text, out);
	ck_assert_int_eq(fclose(out), 0);
}

char *bench_read(const struct bench *bench, const char *file)
{
	char path[200], *text = NULL;
	size_t size = 0;

	snprintf(path, sizeof path, "%s/%s", bench->dir, file);
	FILE *in = fopen(path, "re");
	if (!in || getdelim(&text, &size, '\0', in) < 0) {
		free(text);
		text = strdup("");
	}
	if (in)
		fclose(in);
	return text;
}

void bench_start_broker(struct bench *bench, const char *more)
{
	char text[2000];

	snprintf(text, sizeof text,
	         "listener %d 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location "
	         "%s/\nmax_queued_messages 100000\n"
	         "connection_messages false\nuser root\n%s\n",
	         bench->port, bench->dir, more);
	bench_write(bench, "mosquitto.conf", text);
	bench->broker = bench_spawn(bench, "exec mosquitto -c mosquitto.conf", "mosquitto.log");
	bench_wait(bench_answers(bench->port), 10);
}

void bench_stop_broker(struct bench *bench, int signal)
{
	bench_end(&bench->broker, signal);
}

void bench_listen(struct bench *bench)
{
	char command[300];

	snprintf(command, sizeof command,
	         "exec stdbuf -oL mosquitto_sub -p %d -V mqttv5 -i listener -c -x 600 -q 1 -t ready -t 'picket/#' -F "
	         "'%%r %%t %%p'",
	         bench->port);
	bench->listener = bench_spawn(bench, command, "listener.log");
	snprintf(command, sizeof command, "exec mosquitto_pub -p %d -V mqttv5 -t ready -m x", bench->port);
	while (bench_heard(bench, "0 ready x") == 0)
		bench_run(bench, command);
}

unsigned bench_heard(const struct bench *bench, const char *text)
{
	char *log = bench_read(bench, "listener.log"), *rest = log, *line;
	unsigned count = 0;

	while ((line = strsep(&rest, "\n")) != NULL)
		if (strstr(line, text))
			count++;
	free(log);
	return count;
}
