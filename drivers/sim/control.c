/* SPDX-License-Identifier: Apache-2.0 */
/* sim/control - see control.h */
#include "drivers/sim/control.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 8

struct session {
	struct sim_control *control;
	int fd; /* -1: free */
	struct sim_watch watch;
	char in[LIMIT_SIM_LINE];
	size_t in_length;
	char *out; /* what the peer has not taken yet */
	size_t out_length;
	bool waits;   /* for its scenario's end */
	bool closing; /* its peer is gone or misbehaves */
	struct sim_scenario *scenario;
	struct sim_audience audience;
};

struct sim_control {
	const struct sim_game *game;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	int listener;
	struct sim_watch watch;
	struct session sessions[LIMIT_SIM_SESSIONS];
};

int sim_control_folder(char *ret_path, size_t size)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	int length;

	if (runtime && runtime[0])
		length = snprintf(ret_path, size, "%s/picket", runtime);
	else if (geteuid() == 0)
		length = snprintf(ret_path, size, "/run/picket");
	else
		return -EINVAL;
	return length < (int)size ? 0 : -EINVAL;
}

int sim_control_path(const char *gateway, char *ret_path, size_t size)
{
	const char *given = getenv("PICKET_SIM_SOCKET");
	char folder[LIMIT_PATH];

	if (given && given[0])
		return snprintf(ret_path, size, "%s", given) < (int)size ? 0 : -EINVAL;
	int error = sim_control_folder(folder, sizeof folder);
	if (error < 0)
		return error;
	return snprintf(ret_path, size, "%s/sim-%s.sock", folder, gateway) < (int)size ? 0 : -EINVAL;
}

static void end_session(struct session *session)
{
	sim_scenario_free(&session->scenario);
	free(session->out);
	if (session->fd >= 0)
		close(session->fd);
	*session = (struct session){.control = session->control, .fd = -1};
}

/* What is left goes out when the peer takes more. */
static void push(struct session *session)
{
	ssize_t count = send(session->fd, session->out, session->out_length, MSG_NOSIGNAL);

	if (count < 0 && errno != EAGAIN) {
		session->closing = true;
		return;
	}
	if (count > 0) {
		session->out_length -= (size_t)count;
		memmove(session->out, session->out + count, session->out_length);
	}
	uint32_t events = session->out_length ? EPOLLIN | EPOLLOUT : EPOLLIN;
	(void)sim_loop_change(session->control->game->loop, session->fd, events, &session->watch);
}

static void append(struct session *session, const char *text, size_t length)
{
	char *out = realloc(session->out, session->out_length + length);

	if (!out) {
		session->closing = true;
		return;
	}
	memcpy(out + session->out_length, text, length);
	session->out = out;
	session->out_length += length;
}

static void append_line(struct session *session, enum sim_code code, char mark, const char *line, size_t length)
{
	char head[2] = {(char)('0' + code), mark};

	append(session, head, sizeof head);
	append(session, line, length);
	append(session, "\n", 1);
}

/* last: the answer ends with this text. */
static void answer(struct session *session, enum sim_code code, const char *text, bool last)
{
	const char *end;

	while ((end = strchr(text, '\n'))) {
		append_line(session, code, '-', text, (size_t)(end - text));
		text = end + 1;
	}
	append_line(session, code, last ? ' ' : '-', text, strlen(text));
	if (!session->closing)
		push(session);
}

static void scenario_line(void *context, const char *text)
{
	answer(context, SIM_DONE, text, false);
}

static void serve_lines(struct session *session);

static void scenario_end(void *context, const struct sim_problem *problem)
{
	struct session *session = context;

	session->waits = false;
	if (problem)
		answer(session, SIM_NO, problem->text, true);
	else
		answer(session, SIM_DONE, "the scenario is over", true);
	serve_lines(session); /* what came in the meantime */
	if (session->closing)
		end_session(session);
}

static void tell_errors(struct session *session, const struct site_errors *errors)
{
	char line[sizeof errors->rows->file + sizeof errors->rows->text + 32];

	for (size_t i = 0; i < errors->count; i++) {
		const struct site_error *row = &errors->rows[i];
		snprintf(line, sizeof line, "%s:%u:%u: %s", row->file, row->line, row->column, row->text);
		answer(session, SIM_NO, line, false);
	}
	answer(session, SIM_NO, "nothing was played", true);
}

static void run_scenario(struct session *session, const char *path)
{
	struct site_errors errors = {0};

	sim_scenario_free(&session->scenario);
	int error = sim_scenario_load(path, session->control->game->site, &session->scenario, &errors);
	if (error < 0) {
		tell_errors(session, &errors);
	} else {
		session->waits = true;
		session->audience = (struct sim_audience){session, scenario_line, scenario_end};
		sim_scenario_start(session->scenario, session->control->game, &session->audience);
	}
	site_errors_free(&errors);
}

static void do_command(struct session *session, const struct sim_command *command)
{
	struct sim_problem problem;
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	if (!stream) {
		answer(session, SIM_NO, strerror(ENOMEM), true);
		return;
	}
	int error = sim_command_do(session->control->game, command, stream, &problem);
	fclose(stream);
	if (error < 0)
		answer(session, problem.code, problem.text, true);
	else
		answer(session, SIM_DONE, text, true);
	free(text);
}

static void serve_line(struct session *session, const char *line)
{
	struct sim_command command;
	struct sim_problem problem;

	if (sim_command_parse(session->control->game->site, line, &command, &problem) < 0)
		answer(session, problem.code, problem.text, true);
	else if (command.verb == SIM_RUN)
		run_scenario(session, command.text);
	else
		do_command(session, &command);
}

static void serve_lines(struct session *session)
{
	char line[LIMIT_SIM_LINE];
	char *end;

	while (!session->waits && !session->closing && (end = memchr(session->in, '\n', session->in_length))) {
		size_t length = (size_t)(end - session->in);
		memcpy(line, session->in, length);
		line[length] = '\0';
		session->in_length -= length + 1;
		memmove(session->in, end + 1, session->in_length);
		serve_line(session, line);
	}
	if (session->in_length == sizeof session->in)
		session->closing = true; /* a line without an end */
}

static void on_session(void *context, uint32_t events)
{
	struct session *session = context;

	if (session->fd < 0)
		return;
	if (events & EPOLLOUT)
		push(session);
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
		ssize_t count = recv(session->fd, session->in + session->in_length,
		                     sizeof session->in - session->in_length, MSG_DONTWAIT);
		if (count == 0 || (count < 0 && errno != EAGAIN))
			session->closing = true;
		if (count > 0)
			session->in_length += (size_t)count;
	}
	serve_lines(session);
	if (session->closing)
		end_session(session);
}

static void on_connection(void *context, uint32_t events)
{
	struct sim_control *control = context;
	struct session *session = NULL;

	(void)events;
	int fd = accept4(control->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	for (size_t i = 0; i < LIMIT_SIM_SESSIONS && !session; i++)
		if (control->sessions[i].fd < 0)
			session = &control->sessions[i];
	if (!session) {
		close(fd);
		return;
	}
	session->fd = fd;
	session->watch = (struct sim_watch){.ready = on_session, .context = session};
	if (sim_loop_add(control->game->loop, fd, EPOLLIN, &session->watch) < 0)
		end_session(session);
}

/* The folder of the default place may not be there yet. */
static void make_folder(const char *path)
{
	char folder[LIMIT_PATH];
	const char *end = strrchr(path, '/');

	if (!end || end == path || (size_t)(end - path) >= sizeof folder)
		return;
	memcpy(folder, path, (size_t)(end - path));
	folder[end - path] = '\0';
	(void)mkdir(folder, 0755); /* when it cannot be made, bind says so */
}

static bool somebody_answers(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool answers = fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof *address) == 0;

	if (fd >= 0)
		close(fd);
	return answers;
}

static int no_socket(const char *path, int error, struct sim_problem *problem)
{
	return sim_problem_set(problem, SIM_NO, "control socket %s: %s; --control PATH gives it another place", path,
	                       strerror(error));
}

static int open_socket(struct sim_control *control, struct sim_problem *problem)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct stat status;

	memcpy(address.sun_path, control->path, sizeof address.sun_path);
	if (somebody_answers(&address))
		return sim_problem_set(problem, SIM_NO,
		                       "another picket-sim plays at %s; --control PATH gives this one "
		                       "another place",
		                       control->path);
	if (lstat(control->path, &status) == 0 && S_ISSOCK(status.st_mode))
		(void)unlink(control->path);
	make_folder(control->path);
	control->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (control->listener < 0)
		return no_socket(control->path, errno, problem);
	mode_t mask = umask(0077); /* who may flip sensors: this user alone */
	int error = bind(control->listener, (struct sockaddr *)&address, sizeof address) < 0 ? errno : 0;
	umask(mask);
	if (error != 0) {
		close(control->listener);
		control->listener = -1; /* the path is somebody else's */
		return no_socket(control->path, error, problem);
	}
	return listen(control->listener, BACKLOG) < 0 ? no_socket(control->path, errno, problem) : 0;
}

int sim_control_new(const char *path, const struct sim_game *game, struct sim_control **ret_control,
                    struct sim_problem *problem)
{
	struct sim_control *control = calloc(1, sizeof *control);

	if (!control)
		return sim_problem_set(problem, SIM_NO, "%s", strerror(ENOMEM));
	control->game = game;
	control->listener = -1;
	for (size_t i = 0; i < LIMIT_SIM_SESSIONS; i++)
		control->sessions[i] = (struct session){.control = control, .fd = -1};
	int error;
	if ((size_t)snprintf(control->path, sizeof control->path, "%s", path) >= sizeof control->path)
		error = no_socket(path, ENAMETOOLONG, problem);
	else
		error = open_socket(control, problem);
	control->watch = (struct sim_watch){.ready = on_connection, .context = control};
	if (error == 0 && sim_loop_add(game->loop, control->listener, EPOLLIN, &control->watch) < 0)
		error = no_socket(path, errno, problem);
	if (error < 0) {
		sim_control_free(&control);
		return error;
	}
	*ret_control = control;
	return 0;
}

void sim_control_free(struct sim_control **control)
{
	if (!*control)
		return;
	for (size_t i = 0; i < LIMIT_SIM_SESSIONS; i++)
		end_session(&(*control)->sessions[i]);
	if ((*control)->listener >= 0) {
		close((*control)->listener);
		(void)unlink((*control)->path);
	}
	free(*control);
	*control = NULL;
}
