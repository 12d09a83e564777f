/* SPDX-License-Identifier: Apache-2.0 */
/* transaction - see transaction.h */
#include "drivers/transaction.h"

#include "drivers/crc16.h"

#include <assert.h>
#include <string.h>

#define MBAP_LENGTH_MIN 3   /* unit, function, and at least one byte */
#define MBAP_LENGTH_MAX 254 /* unit + PDU 253 */
#define MBAP_HEADER     6   /* what comes before the bytes that its length counts */
#define ID_MEMORY       32768u
#define NO_LENGTH       SIZE_MAX

size_t transaction_data_bytes(uint8_t function, uint16_t count)
{
	return function <= 2 ? (count + 7u) / 8 : count * 2u;
}

void transaction_reset(struct transaction *transaction, enum framing framing)
{
	transaction->framing = framing;
	transaction->active = false;
	transaction->issued = 0;
	transaction->have = 0;
}

static void put_word(uint8_t *at, uint16_t word)
{
	at[0] = (uint8_t)(word >> 8);
	at[1] = (uint8_t)word;
}

static uint16_t get_word(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static size_t put_pdu(uint8_t *at, const struct transaction_request *request)
{
	at[0] = request->function;
	put_word(at + 1, request->address);
	put_word(at + 3, request->count);
	return 5;
}

static size_t put_tcp(struct transaction *transaction, uint8_t *frame)
{
	size_t pdu = put_pdu(frame + MBAP_HEADER + 1, &transaction->request);

	put_word(frame, transaction->id);
	put_word(frame + 2, 0);
	put_word(frame + 4, (uint16_t)(pdu + 1));
	frame[MBAP_HEADER] = transaction->request.unit;
	return MBAP_HEADER + 1 + pdu;
}

static size_t put_rtu(const struct transaction *transaction, uint8_t *frame)
{
	frame[0] = transaction->request.unit;
	size_t length = 1 + put_pdu(frame + 1, &transaction->request);
	uint16_t crc = crc16(frame, length);

	frame[length++] = (uint8_t)crc;
	frame[length++] = (uint8_t)(crc >> 8);
	return length;
}

size_t transaction_start(struct transaction *transaction, const struct transaction_request *request,
                         struct mono deadline, uint8_t ret_frame[LIMIT_ADU_TCP])
{
	assert(!transaction->active);
	assert(request->function >= 1 && request->function <= 4 && request->count >= 1);
	transaction->active = true;
	transaction->request = *request;
	transaction->deadline = deadline;
	transaction->id++;
	if (transaction->issued < ID_MEMORY)
		transaction->issued++;
	if (transaction->framing == FRAMING_RTU)
		return put_rtu(transaction, ret_frame);
	return put_tcp(transaction, ret_frame);
}

enum fault transaction_expire(struct transaction *transaction)
{
	assert(transaction->active);
	bool begun = transaction->have > 0;

	if (transaction->framing == FRAMING_RTU)
		transaction->have = 0;
	else
		begun = transaction->have >= 2 && get_word(transaction->buffer) == transaction->id;
	transaction->active = false;
	return begun ? FAULT_SHORT : FAULT_TIMEOUT;
}

static struct transaction_reply broken(struct transaction *transaction, enum fault fault)
{
	transaction->active = false;
	transaction->have = 0;
	return (struct transaction_reply){.kind = TRANSACTION_BROKEN, .fault = fault};
}

/* Unit and PDU of an intact frame. */
struct body {
	uint8_t unit;
	const uint8_t *pdu;
	size_t length;
};

/* FAULT_NONE when the body answers the request of its unit, by data or by an exception. */
static enum fault judge(const struct transaction *transaction, const struct body *body)
{
	const struct transaction_request *request = &transaction->request;
	size_t bytes = transaction_data_bytes(request->function, request->count);

	if (body->unit != request->unit)
		return FAULT_UNIT;
	if (body->pdu[0] == (request->function | 0x80))
		return body->length == 2 ? FAULT_NONE : FAULT_MISMATCH;
	if (body->pdu[0] != request->function || body->pdu[1] != bytes || body->length != bytes + 2)
		return FAULT_MISMATCH;
	return FAULT_NONE;
}

static struct transaction_reply describe(enum transaction_kind kind, enum fault fault, const struct body *body)
{
	struct transaction_reply reply = {.kind = kind,
	                                  .fault = fault,
	                                  .unit = body->unit,
	                                  .function = body->pdu[0],
	                                  .data = body->pdu + 2,
	                                  .length = body->length - 2};

	if (body->pdu[0] & 0x80)
		reply.code = body->pdu[1];
	return reply;
}

static struct transaction_reply answered(struct transaction *transaction, const struct body *body)
{
	transaction->active = false;
	return describe(body->pdu[0] & 0x80 ? TRANSACTION_EXCEPTION : TRANSACTION_DATA, FAULT_NONE, body);
}

static size_t tcp_length(const struct transaction *transaction, enum fault *ret_fault)
{
	const uint8_t *buffer = transaction->buffer;

	if (transaction->have < MBAP_HEADER)
		return 0;
	uint16_t length = get_word(buffer + 4);
	if (get_word(buffer + 2) == 0 && length >= MBAP_LENGTH_MIN && length <= MBAP_LENGTH_MAX)
		return MBAP_HEADER + (size_t)length;
	*ret_fault = transaction->active ? FAULT_MISMATCH : FAULT_UNEXPECTED;
	return NO_LENGTH;
}

static bool was_issued(const struct transaction *transaction, const uint8_t *header)
{
	return (uint16_t)(transaction->id - get_word(header)) < transaction->issued;
}

bool transaction_is_clean(const struct transaction *transaction, const struct transaction_bytes *rest)
{
	const uint8_t *header = rest->data;

	if (transaction->framing == FRAMING_RTU || rest->length == 0)
		return true;
	if (rest->length >= 2 && !was_issued(transaction, header))
		return false;
	if (rest->length >= 4 && get_word(header + 2) != 0)
		return false;
	return rest->length < MBAP_HEADER ||
	       (get_word(header + 4) >= MBAP_LENGTH_MIN && get_word(header + 4) <= MBAP_LENGTH_MAX);
}

static struct transaction_reply tcp_frame(struct transaction *transaction, size_t length)
{
	struct body body = {transaction->buffer[MBAP_HEADER], transaction->buffer + MBAP_HEADER + 1,
	                    length - MBAP_HEADER - 1};

	if (!was_issued(transaction, transaction->buffer))
		return broken(transaction, FAULT_UNEXPECTED);
	if (get_word(transaction->buffer) != transaction->id || !transaction->active)
		return describe(TRANSACTION_STRAY, FAULT_LATE, &body);
	enum fault fault = judge(transaction, &body);
	return fault ? broken(transaction, fault) : answered(transaction, &body);
}

/* RTU frames do not say their length; answers of the known functions do (MB 6). */
static size_t rtu_length(const struct transaction *transaction, enum fault *ret_fault)
{
	const uint8_t *buffer = transaction->buffer;
	size_t length = NO_LENGTH;

	if (transaction->have < 3)
		return 0;
	if (buffer[1] & 0x80)
		length = 5;
	else if (buffer[1] >= 1 && buffer[1] <= 4)
		length = 5 + (size_t)buffer[2];
	else if (buffer[1] == 5 || buffer[1] == 6 || buffer[1] == 15 || buffer[1] == 16)
		length = 8;
	if (length <= LIMIT_ADU_RTU)
		return length;
	*ret_fault = transaction->active ? FAULT_MISMATCH : FAULT_UNEXPECTED;
	return NO_LENGTH;
}

static struct transaction_reply rtu_frame(struct transaction *transaction, size_t length)
{
	struct body body = {transaction->buffer[0], transaction->buffer + 1, length - 3};

	if (crc16(transaction->buffer, length) != 0)
		return broken(transaction, FAULT_CRC);
	if (!transaction->active)
		return describe(TRANSACTION_STRAY, FAULT_UNEXPECTED, &body);
	enum fault fault = judge(transaction, &body);
	return fault ? describe(TRANSACTION_STRAY, fault, &body) : answered(transaction, &body);
}

static void move(struct transaction *transaction, struct transaction_bytes *bytes, size_t want)
{
	size_t count = want - transaction->have;

	if (count > bytes->length)
		count = bytes->length;
	assert(transaction->have + count <= sizeof transaction->buffer);
	memcpy(transaction->buffer + transaction->have, bytes->data, count);
	transaction->have += count;
	bytes->data += count;
	bytes->length -= count;
}

struct transaction_reply transaction_take(struct transaction *transaction, struct transaction_bytes *bytes,
                                          struct mono now)
{
	bool rtu = transaction->framing == FRAMING_RTU;
	size_t head = rtu ? 3 : MBAP_HEADER; /* enough to know the length */
	enum fault fault = FAULT_NONE;

	if (transaction->active && mono_reached(now, transaction->deadline))
		return (struct transaction_reply){.kind = TRANSACTION_EXPIRED,
		                                  .fault = transaction_expire(transaction)};
	if (transaction->have < head)
		move(transaction, bytes, head);
	size_t length = rtu ? rtu_length(transaction, &fault) : tcp_length(transaction, &fault);
	if (length == NO_LENGTH)
		return broken(transaction, fault);
	if (length > transaction->have)
		move(transaction, bytes, length);
	if (length == 0 || transaction->have < length)
		return (struct transaction_reply){.kind = TRANSACTION_WAIT};
	transaction->have = 0; /* the reply still points into the buffer */
	return rtu ? rtu_frame(transaction, length) : tcp_frame(transaction, length);
}
