/* SPDX-License-Identifier: Apache-2.0 */
/* client - see client.h */
#include "gateway/ctl/client.h"

#include "config/limits.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define HEAD_BYTES 256   /* of a request */
#define READ_BYTES 65536 /* room asked for at a time */

struct exchange {
	int fd;
	int64_t deadline_ms;
	char *text;
	size_t length, room;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof address.sun_path)
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, strlen(path));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&address, sizeof address) < 0) {
		int error = errno == EAGAIN ? -ETIMEDOUT : -errno; /* its queue is full */
		close(fd);
		return error;
	}
	return fd;
}

int client_probe(const char *socket)
{
	int fd = connect_to(socket);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

static int wait_for(const struct exchange *exchange, short events)
{
	struct pollfd wait = {.fd = exchange->fd, .events = events};
	int64_t left = exchange->deadline_ms - now_ms();

	if (left <= 0)
		return -ETIMEDOUT;
	int ready = poll(&wait, 1, (int)left);
	if (ready < 0 && errno != EINTR)
		return -errno;
	return ready == 0 ? -ETIMEDOUT : 0;
}

static int send_all(const struct exchange *exchange, const char *text, size_t length)
{
	while (length > 0) {
		int error = wait_for(exchange, POLLOUT);
		if (error < 0)
			return error;
		ssize_t sent = send(exchange->fd, text, length, MSG_NOSIGNAL);
		if (sent < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (sent > 0) {
			text += sent;
			length -= (size_t)sent;
		}
	}
	return 0;
}

static int send_request(const struct exchange *exchange, const struct client_request *request)
{
	char head[HEAD_BYTES];
	size_t body = request->body ? strlen(request->body) : 0;
	int length = snprintf(head, sizeof head, "%s %s HTTP/1.0\r\nHost: picket\r\nContent-Length: %zu\r\n\r\n",
	                      request->body ? "POST" : "GET", request->path, body);

	if (length < 0 || (size_t)length >= sizeof head)
		return -EMSGSIZE;
	int error = send_all(exchange, head, (size_t)length);
	if (error == 0 && body > 0)
		error = send_all(exchange, request->body, body);
	return error;
}

static int more_room(struct exchange *exchange)
{
	if (exchange->room - exchange->length > READ_BYTES / 2)
		return 0;
	if (exchange->room > LIMIT_PAGE)
		return -EMSGSIZE;
	size_t room = exchange->room * 2 + READ_BYTES;
	char *text = realloc(exchange->text, room);
	if (!text)
		return -ENOMEM;
	exchange->text = text;
	exchange->room = room;
	return 0;
}

/* Until the other end closes. */
static int read_all(struct exchange *exchange)
{
	ssize_t got = 1;

	while (got != 0) {
		int error = more_room(exchange);
		if (error == 0)
			error = wait_for(exchange, POLLIN);
		if (error < 0)
			return error;
		got = recv(exchange->fd, exchange->text + exchange->length, exchange->room - exchange->length - 1, 0);
		if (got < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		exchange->length += got > 0 ? (size_t)got : 0;
	}
	exchange->text[exchange->length] = '\0';
	return 0;
}

/* Splits head and body and parses the body; the text becomes the answer's. */
static int take_answer(struct exchange *exchange, struct client_answer *ret_answer)
{
	struct client_answer answer = {.body = exchange->text};
	char why[160];

	if (exchange->length == 0)
		return -EPIPE;
	const char *body = strstr(exchange->text, "\r\n\r\n");
	if (!body || sscanf(exchange->text, "HTTP/1.%*1[01] %3u ", &answer.status) != 1)
		return -EPROTO;
	body += 4;
	answer.length = exchange->length - (size_t)(body - exchange->text);
	memmove(answer.body, body, answer.length + 1);
	if (json_doc_parse(answer.body, answer.length, LIMIT_PAGE, &answer.doc, why) < 0)
		return -EPROTO;
	exchange->text = NULL;
	*ret_answer = answer;
	return 0;
}

int client_exchange(const struct client_request *request, struct client_answer *ret_answer)
{
	struct exchange exchange = {.fd = connect_to(request->socket), .deadline_ms = now_ms() + CLIENT_TIMEOUT_MS};

	if (exchange.fd < 0)
		return exchange.fd;
	int error = send_request(&exchange, request);
	if (error == 0)
		error = read_all(&exchange);
	if (error == 0)
		error = take_answer(&exchange, ret_answer);
	free(exchange.text);
	close(exchange.fd);
	return error;
}

void client_answer_free(struct client_answer *answer)
{
	json_doc_free(&answer->doc);
	free(answer->body);
	*answer = (struct client_answer){0};
}
