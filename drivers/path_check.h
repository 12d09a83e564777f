/* SPDX-License-Identifier: Apache-2.0 */
/*
 * path_check - one look at the way that is not used. Modbus TCP: a connection and one read of one device. RTU frames
 * over TCP: a connection alone, and a serial line is only looked at, for the bus behind it may be the one in use, and
 * two masters would spoil each other's frames. One descriptor at most, and only while a check runs. Never waits: call
 * path_check_run() at path_check_next().
 */
#ifndef PICKET_PATH_CHECK_H
#define PICKET_PATH_CHECK_H

#include "drivers/port.h"
#include "drivers/transaction.h"

enum path_check_step { CHECK_NONE, CHECK_CONNECTING, CHECK_ASKING };

struct path_check {
	enum path_check_step step;
	struct port *port;
	struct transaction_request request;
	int64_t timeout_ms; /* of the read */
	struct transaction transaction;
	struct mono deadline, look_at;
	const char *trouble; /* why the way is bad */
};

enum path_check_result { CHECK_PENDING, CHECK_GOOD, CHECK_BAD };

/* port: closed, and not used for anything else until the check has ended or is stopped. request: count 0: no read. */
enum path_check_result path_check_start(struct path_check *check, const struct site_endpoint *end, struct mono now);
enum path_check_result path_check_run(struct path_check *check, struct mono now);
void path_check_stop(struct path_check *check);
struct mono path_check_next(const struct path_check *check);

#endif
