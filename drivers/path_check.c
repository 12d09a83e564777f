/* SPDX-License-Identifier: Apache-2.0 */
/* path_check - see path_check.h */
#include "drivers/path_check.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>

#define GATEWAY_PATH   0x0A /* MB 7: the gateway cannot reach the device */
#define GATEWAY_TARGET 0x0B

static enum path_check_result end(struct path_check *check, const char *trouble)
{
	path_check_stop(check);
	check->trouble = trouble;
	return trouble ? CHECK_BAD : CHECK_GOOD;
}

static enum path_check_result ask(struct path_check *check, struct mono now)
{
	uint8_t frame[LIMIT_ADU_TCP];
	struct mono deadline = mono_add_ms(now, check->timeout_ms);

	if (check->request.count == 0)
		return end(check, NULL);
	transaction_reset(&check->transaction, FRAMING_TCP);
	size_t length = transaction_start(&check->transaction, &check->request, deadline, frame);
	if (port_send(check->port, frame, length) < 0)
		return end(check, port_trouble(check->port));
	check->step = CHECK_ASKING;
	return CHECK_PENDING;
}

enum path_check_result path_check_start(struct path_check *check, const struct site_endpoint *way, struct mono now)
{
	assert(check->step == CHECK_NONE);
	if (way->transport == TRANSPORT_RTU)
		return end(check, port_look(check->port) < 0 ? port_trouble(check->port) : NULL);
	check->look_at = mono_add_ms(now, LIMIT_PATH_LOOK_MS);
	check->deadline = mono_add_ms(now, LIMIT_CONNECT_MS);
	int error = port_open(check->port, now);
	if (error == 0)
		return ask(check, now);
	if (error != -EINPROGRESS)
		return end(check, port_trouble(check->port));
	check->step = CHECK_CONNECTING;
	return CHECK_PENDING;
}

static enum path_check_result connect_on(struct path_check *check, struct mono now)
{
	struct pollfd one = {.fd = port_fd(check->port), .events = POLLOUT};

	if (poll(&one, 1, 0) == 1)
		return port_finish(check->port) < 0 ? end(check, port_trouble(check->port)) : ask(check, now);
	return mono_reached(now, check->deadline) ? end(check, port_trouble(check->port)) : CHECK_PENDING;
}

static enum path_check_result judge(struct path_check *check, struct transaction_bytes *bytes, struct mono now)
{
	for (;;) {
		struct transaction_reply reply = transaction_take(&check->transaction, bytes, now);
		bool nobody = reply.code == GATEWAY_PATH || reply.code == GATEWAY_TARGET;

		switch (reply.kind) {
		case TRANSACTION_WAIT:
			return CHECK_PENDING;
		case TRANSACTION_DATA:
			return end(check, NULL);
		case TRANSACTION_EXCEPTION:
			return end(check, nobody ? "the gateway there does not reach the device" : NULL);
		case TRANSACTION_STRAY:
			continue;
		case TRANSACTION_BROKEN:
		case TRANSACTION_EXPIRED:
			return end(check, "connected, but a read was not answered");
		}
	}
}

static enum path_check_result listen_on(struct path_check *check, struct mono now)
{
	uint8_t buffer[LIMIT_ADU_TCP];
	ssize_t count = port_receive(check->port, buffer, sizeof buffer);

	if (count < 0)
		return end(check, port_trouble(check->port));
	struct transaction_bytes bytes = {buffer, (size_t)count};
	return judge(check, &bytes, now);
}

enum path_check_result path_check_run(struct path_check *check, struct mono now)
{
	if (check->step == CHECK_NONE || !mono_reached(now, check->look_at))
		return CHECK_PENDING;
	check->look_at = mono_add_ms(now, LIMIT_PATH_LOOK_MS);
	return check->step == CHECK_CONNECTING ? connect_on(check, now) : listen_on(check, now);
}

void path_check_stop(struct path_check *check)
{
	port_close(check->port);
	check->step = CHECK_NONE;
}

struct mono path_check_next(const struct path_check *check)
{
	return check->step == CHECK_NONE ? MONO_NEVER : check->look_at;
}
