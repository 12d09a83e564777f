/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transaction - one Modbus exchange: builds the request frame, and believes nothing but its very own answer.
 *
 * There is one deadline for the whole exchange, however the answer's bytes trickle in. An answer is believed only
 * when everything agrees with the request: TCP transaction id, protocol, length (MODBUS Messaging on TCP/IP
 * V1.0b, 3.1.3), RTU checksum (SL 2.5.1.2), unit, function, byte count, or the form of an exception (MB 7).
 *
 *  TCP  A frame with the id of an earlier request of this connection is late or a duplicate: a stray, dropped.
 *       Anything else that is not the answer breaks the connection: where its frames begin is no longer known.
 *       Requests of before that may still be answered are the caller's to remember, by transaction.id.
 *  RTU  There is no id. An intact frame (checksum) that is not the answer is a stray and the caller, who knows
 *       which requests went unanswered, judges it; a frame that is not intact breaks the exchange, and the line
 *       must fall silent before the next one.
 *
 * Pure: bytes and time come in, frames and verdicts go out.
 */
#ifndef PICKET_TRANSACTION_H
#define PICKET_TRANSACTION_H

#include "config/limits.h"
#include "drivers/sample.h"

#include <stddef.h>

#define TRANSACTION_HEAD 5 /* bytes of a request's PDU that its answer must agree with */

enum framing { FRAMING_TCP, FRAMING_RTU };

/* A read: functions 1 to 4. */
struct transaction_request {
	uint8_t unit, function;
	uint16_t address, count;
};

enum transaction_kind {
	TRANSACTION_WAIT,      /* more bytes are needed */
	TRANSACTION_DATA,      /* the answer; the exchange is over */
	TRANSACTION_EXCEPTION, /* the device refused; the exchange is over */
	TRANSACTION_STRAY,     /* an intact frame that is not the answer; the exchange goes on */
	TRANSACTION_BROKEN,    /* close (TCP) or drain (RTU); the exchange, if any, is over */
	TRANSACTION_EXPIRED,   /* the deadline passed; the exchange is over; no byte was taken */
};

struct transaction_reply {
	enum transaction_kind kind;
	enum fault fault;             /* of a stray, broken or expired one */
	uint16_t id;                  /* of an intact TCP frame */
	uint8_t unit, function, code; /* of an intact frame; code: of an exception */
	size_t length;                /* of the data: what follows the PDU's second byte */
	const uint8_t *data;          /* valid until the next call */
};

struct transaction_bytes {
	const uint8_t *data;
	size_t length;
};

struct transaction {
	enum framing framing;
	bool active;
	uint8_t unit;
	uint8_t head[TRANSACTION_HEAD]; /* how the request's PDU begins */
	struct mono deadline;
	uint16_t id;     /* of the latest request */
	uint32_t issued; /* ids used or passed over on this connection, the latest included */
	uint64_t random; /* for the steps between ids; 0: each is the next number */
	size_t have;     /* bytes of a frame that is not complete */
	uint8_t buffer[LIMIT_ADU_TCP];
};

/* A new connection or a reopened port: no request is under way and no id of before is expected. */
void transaction_reset(struct transaction *transaction, enum framing framing);

/* Begins an exchange and writes its frame; returns the frame's length. None may be under way. */
size_t transaction_start(struct transaction *transaction, const struct transaction_request *request,
                         struct mono deadline, uint8_t ret_frame[LIMIT_ADU_TCP]);

/* The same for any PDU that transaction_can_ask(). */
size_t transaction_start_pdu(struct transaction *transaction, uint8_t unit, const struct transaction_bytes *pdu,
                             struct mono deadline, uint8_t ret_frame[LIMIT_ADU_TCP]);
/* Whether it is a complete request of a kind whose answers can be judged: reads (1 to 4), writes (5, 6, 15, 16),
 * report server id (17), read device identification (43/14). */
bool transaction_can_ask(const struct transaction_bytes *pdu);

/* Takes bytes up to the end of one frame at most; call again until it says TRANSACTION_WAIT. */
struct transaction_reply transaction_take(struct transaction *transaction, struct transaction_bytes *bytes,
                                          struct mono now);

/* Whether bytes that came right behind an answer may begin another frame. If not, the answer itself was put together
 * from pieces that do not belong to each other. RTU frames have their checksum and are always clean. */
bool transaction_is_clean(const struct transaction *transaction, const struct transaction_bytes *rest);

/* Ends an exchange without its answer: FAULT_SHORT when part of it came, else FAULT_TIMEOUT. */
enum fault transaction_expire(struct transaction *transaction);

/* Bytes behind the second one of the answer's PDU: the data of a read (count: how many), the rest of what a write
 * repeats; 0: only the answer itself knows. */
size_t transaction_data_bytes(uint8_t function, uint16_t count);

#endif
