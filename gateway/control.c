/* SPDX-License-Identifier: Apache-2.0 */
/* control - see control.h */
#include "gateway/control.h"

#include "gateway/control_bus.h"
#include "gateway/control_pages.h"
#include "gateway/control_socket.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECTION_BYTES (32u << 10) /* what the library keeps a connection: headers and one write */

/* A connection's request under way; text is the body of a command, then the piece of a page on its way out. */
struct session {
	bool used, too_large;
	struct control *control;
	struct control_cursor cursor;
	size_t length, sent;
	char text[LIMIT_PAGE_PIECE + 1];
};
static_assert(LIMIT_COMMAND_BYTES <= LIMIT_PAGE_PIECE, "a command fits in a session");

struct control {
	struct control_socket socket;
	struct MHD_Daemon *http;
	int epoll;
	struct control_source source;
	char journal_path[PATH_MAX];
	struct session sessions[LIMIT_SESSIONS];
};

static struct session *take_session(struct control *control)
{
	for (size_t i = 0; i < LIMIT_SESSIONS; i++) {
		struct session *session = &control->sessions[i];
		if (session->used)
			continue;
		session->used = true;
		session->too_large = false;
		session->control = control;
		session->length = session->sent = 0;
		return session;
	}
	return NULL;
}

/* --- answers ---------------------------------------------------------------------------------------- */
static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, struct MHD_Response *response,
                              const char *allow)
{
	if (!response)
		return MHD_NO;
	enum MHD_Result result = MHD_add_response_header(response, "Content-Type", "application/json");
	if (result == MHD_YES && allow)
		result = MHD_add_response_header(response, "Allow", allow);
	if (result == MHD_YES)
		result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result answer_text(struct MHD_Connection *connection, unsigned status, char *text, const char *allow)
{
	return answer(connection, status, MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_COPY),
	              allow);
}

/* error and detail are words of ours: nothing of the request comes back. */
static enum MHD_Result answer_error(struct MHD_Connection *connection, unsigned status, const char *error,
                                    const char *detail)
{
	char text[256];

	snprintf(text, sizeof text, "{\"schema\":\"picket.error/1\",\"error\":\"%s\",\"detail\":\"%s\"}\n", error,
	         detail);
	return answer_text(connection, status, text, NULL);
}

static enum MHD_Result answer_not_allowed(struct MHD_Connection *connection, const char *allow)
{
	char text[128];

	snprintf(text, sizeof text,
	         "{\"schema\":\"picket.error/1\",\"error\":\"method_not_allowed\",\"detail\":\"use %s\"}\n", allow);
	return answer_text(connection, MHD_HTTP_METHOD_NOT_ALLOWED, text, allow);
}

static ssize_t read_page(void *context, uint64_t position, char *ret_text, size_t size)
{
	struct session *session = context;

	(void)position;
	if (session->sent == session->length) {
		session->sent = 0;
		session->length = control_page_read(&session->control->source, &session->cursor, session->text,
		                                    sizeof session->text);
		if (session->length == 0)
			return MHD_CONTENT_READER_END_OF_STREAM;
	}
	size_t part = session->length - session->sent;
	if (part > size)
		part = size;
	memcpy(ret_text, session->text + session->sent, part);
	session->sent += part;
	return (ssize_t)part;
}

static enum MHD_Result answer_page(struct MHD_Connection *connection, struct session *session, enum control_page page)
{
	session->cursor = (struct control_cursor){.page = page};
	session->length = session->sent = 0;
	return answer(connection, MHD_HTTP_OK,
	              MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, LIMIT_PAGE_PIECE, read_page, session, NULL),
	              NULL);
}

/* --- commands --------------------------------------------------------------------------------------- */
static enum MHD_Result answer_command(struct MHD_Connection *connection, struct session *session)
{
	static const char schema[] = "{\"schema\":\"picket.command/1\",";
	const struct control_view *view = session->control->source.view;
	char user[LIMIT_USER + 1], reply[sizeof schema + LIMIT_PAYLOAD + 2];
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	if (!info || control_socket_peer(info->connect_fd, user, sizeof user) < 0)
		return MHD_NO;
	struct command_request request = {
	        .source = COMMAND_FROM_SOCKET, .json = session->text, .length = session->length, .user = user};
	char *document = reply + sizeof schema - 2; /* its brace is where the schema's comma goes */
	int code = commands_run(view->commands, &request, view->now, view->wall, document, LIMIT_PAYLOAD);
	assert(document[0] == '{' && document[1] == '"');
	memcpy(reply, schema, sizeof schema - 1);
	size_t length = strlen(reply);
	memcpy(reply + length, "\n", 2);
	unsigned status = code == 0 ? MHD_HTTP_OK : code == 4 ? MHD_HTTP_FORBIDDEN : MHD_HTTP_CONFLICT;
	return answer_text(connection, status, reply, NULL);
}

static enum MHD_Result answer_too_large(struct MHD_Connection *connection)
{
	return answer_error(connection, MHD_HTTP_CONTENT_TOO_LARGE, "too_large", "a command has at most 16384 bytes");
}

/* Takes in one part of the body. A body whose length was not said and that does not end is cut off. */
static enum MHD_Result take_body(struct session *session, const char *body, size_t *size)
{
	if (session->length + *size > LIMIT_COMMAND_BYTES)
		return MHD_NO;
	memcpy(session->text + session->length, body, *size);
	session->length += *size;
	session->text[session->length] = '\0';
	*size = 0;
	return MHD_YES;
}

/* Of the request's own header; a body that is announced as too large is refused unread. */
static bool announces_too_much(struct MHD_Connection *connection)
{
	const char *text = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Length");
	size_t value = 0;

	for (; text && *text >= '0' && *text <= '9'; text++) {
		value = value * 10 + (size_t)(*text - '0');
		if (value > LIMIT_COMMAND_BYTES)
			return true;
	}
	return false;
}

/* --- the bus ---------------------------------------------------------------------------------------- */
static enum MHD_Result begin_exchange(struct MHD_Connection *connection, struct session *session, char *reply,
                                      unsigned *ret_status)
{
	struct control *control = session->control;
	char user[LIMIT_USER + 1];
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	if (!info || control_socket_peer(info->connect_fd, user, sizeof user) < 0)
		return MHD_NO;
	struct control_bus_request request = {.json = session->text,
	                                      .length = session->length,
	                                      .user = user,
	                                      .maintainer =
	                                              control_socket_is_maintainer(&control->socket, info->connect_fd)};
	*ret_status = control_bus_begin(control->source.view->bus, &request, reply, LIMIT_PAGE_PIECE);
	return MHD_YES;
}

static enum MHD_Result answer_bus(struct MHD_Connection *connection, struct session *session, bool post)
{
	struct control_bus *bus = session->control->source.view->bus;
	const char *job = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "job");
	char reply[LIMIT_PAGE_PIECE];
	unsigned status = MHD_HTTP_OK;

	if (!post)
		status = control_bus_fetch(bus, job, reply, sizeof reply);
	else if (begin_exchange(connection, session, reply, &status) != MHD_YES)
		return MHD_NO;
	return answer_text(connection, status, reply, NULL);
}

static enum MHD_Result answer_trace(struct MHD_Connection *connection, struct session *session)
{
	const char *link = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "link");
	const char *after = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "after");
	char reply[LIMIT_PAGE_PIECE];
	unsigned status = control_bus_trace(session->control->source.view->bus, link, after, reply, sizeof reply);

	return answer_text(connection, status, reply, NULL);
}

/* --- requests --------------------------------------------------------------------------------------- */
static enum MHD_Result begin_request(struct control *control, struct MHD_Connection *connection, void **slot)
{
	struct session *session = take_session(control);

	if (!session)
		return MHD_NO;
	*slot = session;
	if (!announces_too_much(connection))
		return MHD_YES;
	return answer_too_large(connection);
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *body, size_t *body_size, void **slot)
{
	enum control_page page = control_page_by_path(url);
	bool command = strcmp(url, "/v1/command") == 0, post = strcmp(method, "POST") == 0;
	bool get = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;

	(void)version;
	if (!*slot)
		return begin_request(context, connection, slot);
	if (*body_size > 0)
		return take_body(*slot, body, body_size);
	if (command)
		return post ? answer_command(connection, *slot) : answer_not_allowed(connection, "POST");
	if (strcmp(url, "/v1/bus") == 0 && ((struct session *)*slot)->control->source.view->bus)
		return get || post ? answer_bus(connection, *slot, post) : answer_not_allowed(connection, "GET, POST");
	if (strcmp(url, "/v1/trace") == 0 && ((struct session *)*slot)->control->source.view->bus)
		return get ? answer_trace(connection, *slot) : answer_not_allowed(connection, "GET");
	if (page == PAGE_COUNT)
		return answer_error(connection, MHD_HTTP_NOT_FOUND, "not_found",
		                    "the pages are /v1/status links devices sensors alarms areas outputs");
	return get ? answer_page(connection, *slot, page) : answer_not_allowed(connection, "GET");
}

static void end_request(void *context, struct MHD_Connection *connection, void **slot,
                        enum MHD_RequestTerminationCode why)
{
	struct session *session = *slot;

	(void)context;
	(void)connection;
	(void)why;
	if (session)
		session->used = false;
	*slot = NULL;
}

/* --- life ------------------------------------------------------------------------------------------- */
/* Readers may stand in another folder than the daemon: the journal's place is told in full. */
static void resolve_journal(struct control *control)
{
	char path[LIMIT_PATH * 2] = "";

	if (journal_path(control->source.view->context->site, path, sizeof path) < 0 ||
	    !realpath(path, control->journal_path))
		snprintf(control->journal_path, sizeof control->journal_path, "%s", path);
	control->source.journal_path = control->journal_path;
}

static int start_http(struct control *control)
{
	const struct MHD_OptionItem options[] = {
	        {MHD_OPTION_LISTEN_SOCKET, control->socket.fd, NULL},
	        {MHD_OPTION_CONNECTION_LIMIT, LIMIT_SESSIONS, NULL},
	        {MHD_OPTION_CONNECTION_TIMEOUT, LIMIT_SESSION_S, NULL},
	        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_BYTES, NULL},
	        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)end_request, NULL},
	        {MHD_OPTION_END, 0, NULL},
	};

	control->http = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, handle, control, MHD_OPTION_ARRAY, options,
	                                 MHD_OPTION_END);
	if (!control->http)
		return -EIO;
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(control->http, MHD_DAEMON_INFO_EPOLL_FD);
	if (!info)
		return -EIO;
	control->epoll = info->epoll_fd;
	return 0;
}

int control_new(const char *path, struct control_view *view, struct control **ret_control, char reterr[256])
{
	struct control *control = calloc(1, sizeof *control);

	if (!control)
		return -ENOMEM;
	control->socket.fd = -1;
	control->source.view = view;
	int error = control_socket_open(path, &control->socket, reterr);
	if (error == 0) {
		resolve_journal(control);
		error = start_http(control);
		if (error < 0)
			snprintf(reterr, 256, "%.120s: the HTTP server does not start", path);
	}
	if (error < 0)
		control_free(&control);
	else
		*ret_control = control;
	return error;
}

void control_free(struct control **control)
{
	if (!*control)
		return;
	if ((*control)->http) {
		MHD_stop_daemon((*control)->http);
		(*control)->socket.fd = -1; /* the library has closed it */
	}
	control_socket_close(&(*control)->socket);
	free(*control);
	*control = NULL;
}

int control_fd(const struct control *control)
{
	return control->epoll;
}

void control_run(struct control *control)
{
	MHD_run(control->http);
}

struct mono control_next(const struct control *control, struct mono now)
{
	MHD_UNSIGNED_LONG_LONG wait_ms;

	if (MHD_get_timeout(control->http, &wait_ms) != MHD_YES)
		return MONO_NEVER;
	return mono_add_ms(now, wait_ms > INT32_MAX ? INT32_MAX : (int64_t)wait_ms);
}
