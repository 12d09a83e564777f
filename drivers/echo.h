/* SPDX-License-Identifier: Apache-2.0 */
/*
 * echo - which answers of one RTU device may still be on their way, so that none is taken for another's.
 *
 * RTU answers carry no id: function and byte count are all that tells them apart. A request that went unanswered is
 * remembered for LIMIT_LATE_MS, and while it is, no request should be sent whose answer would look the same. A shape
 * just answered is spared for its duplicate: LIMIT_TWIN_MS before other addresses are asked, and in doubt for
 * LIMIT_LATE_TWIN_MS before any. What no master can tell: a duplicate, never seen before, that comes a whole scan
 * later and within the exchange of the very same request; it repeats the value of that scan before.
 *
 * Pure. All zero is an echo that expects nothing.
 */
#ifndef PICKET_ECHO_H
#define PICKET_ECHO_H

#include "drivers/transaction.h"

struct echo_row {
	uint8_t function;
	size_t bytes;
	struct mono until;
};

struct echo {
	struct echo_row rows[LIMIT_STALE];
	struct echo_row twin; /* the request answered last */
	uint16_t address;     /* and where it read */
};

void echo_unanswered(struct echo *echo, const struct transaction_request *request, struct mono now);
void echo_answered(struct echo *echo, const struct transaction_request *request, bool doubt, struct mono now);
/* An intact frame that no request under way asked for. True: an answer of before, so it is late. */
bool echo_heard(struct echo *echo, const struct transaction_reply *reply, struct mono now);

/* From when on the answer to this request can be no other's, and can be remembered if it stays out. */
struct mono echo_until(const struct echo *echo, const struct transaction_request *request);
/* Whether an exception of this function may be the answer to an earlier request: it has no byte count. */
bool echo_ambiguous(const struct echo *echo, uint8_t function, struct mono now);

#endif
