/* SPDX-License-Identifier: Apache-2.0 */
/* transaction - see transaction.h */
#include "drivers/transaction.h"

#include "drivers/crc16.h"
#include "drivers/random.h"

#include <assert.h>
#include <string.h>

#define MBAP_LENGTH_MIN 3   /* unit, function, and at least one byte */
#define MBAP_LENGTH_MAX 254 /* unit + PDU 253 */
#define MBAP_HEADER     6   /* what comes before the bytes that its length counts */
#define ID_MEMORY       32768u
#define ID_STEPS        64 /* ids apart, at most: some hundred requests are still told from what was never sent */
#define NO_LENGTH       SIZE_MAX
#define WRITE_COIL      5
#define WRITE_REGISTER  6
#define WRITE_COILS     15
#define WRITE_REGISTERS 16
#define SERVER_ID       17
#define ENCAPSULATED    43
#define IDENTIFICATION  14
#define OBJECTS_AT      6    /* MB 6.21: where the objects of an identification begin in its PDU, their number before */
#define MOST_COILS      1968 /* MB 6.11 */
#define MOST_REGISTERS  123  /* MB 6.12 */

static bool is_read(uint8_t function)
{
	return function >= 1 && function <= 4;
}

/* Answered by a repetition: all of a single write, function, address and quantity of a multiple one. */
static bool is_write(uint8_t function)
{
	return function == WRITE_COIL || function == WRITE_REGISTER || function == WRITE_COILS ||
	       function == WRITE_REGISTERS;
}

size_t transaction_data_bytes(uint8_t function, uint16_t count)
{
	if (is_write(function))
		return TRANSACTION_HEAD - 2;
	if (!is_read(function))
		return 0;
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

static size_t put_tcp(const struct transaction *transaction, const struct transaction_bytes *pdu, uint8_t *frame)
{
	put_word(frame, transaction->id);
	put_word(frame + 2, 0);
	put_word(frame + 4, (uint16_t)(pdu->length + 1));
	frame[MBAP_HEADER] = transaction->unit;
	memcpy(frame + MBAP_HEADER + 1, pdu->data, pdu->length);
	return MBAP_HEADER + 1 + pdu->length;
}

static size_t put_rtu(const struct transaction *transaction, const struct transaction_bytes *pdu, uint8_t *frame)
{
	size_t length = 1 + pdu->length;

	frame[0] = transaction->unit;
	memcpy(frame + 1, pdu->data, pdu->length);
	uint16_t crc = crc16(frame, length);
	frame[length++] = (uint8_t)crc;
	frame[length++] = (uint8_t)(crc >> 8);
	return length;
}

/* MB 6.11, 6.12: a quantity, the bytes that carry it, and those bytes. */
static bool is_whole_write(const struct transaction_bytes *pdu)
{
	bool coils = pdu->data[0] == WRITE_COILS;
	uint16_t count = pdu->length > TRANSACTION_HEAD ? get_word(pdu->data + 3) : 0;
	size_t bytes = coils ? (count + 7u) / 8 : count * 2u;

	if (count == 0 || count > (coils ? MOST_COILS : MOST_REGISTERS))
		return false;
	return pdu->data[5] == bytes && pdu->length == 6 + bytes;
}

bool transaction_can_ask(const struct transaction_bytes *pdu)
{
	uint8_t function = pdu->length > 0 ? pdu->data[0] : 0;

	if (function == WRITE_COILS || function == WRITE_REGISTERS)
		return is_whole_write(pdu);
	if (function == SERVER_ID)
		return pdu->length == 1;
	if (function == ENCAPSULATED)
		return pdu->length == 4 && pdu->data[1] == IDENTIFICATION;
	if (pdu->length != TRANSACTION_HEAD)
		return false;
	if (function == WRITE_COIL)
		return get_word(pdu->data + 3) == 0 || get_word(pdu->data + 3) == 0xFF00;
	if (is_read(function))
		return get_word(pdu->data + 3) >= 1 &&
		       get_word(pdu->data + 3) <= (function <= 2 ? LIMIT_READ_BITS : LIMIT_READ_WORDS);
	return function == WRITE_REGISTER;
}

/* Not the next number: an answer sent ahead must not be able to guess whose it will be. The ids that are passed over
 * count as issued, so a frame with one of them is late, and dropped. */
static void use_new_id(struct transaction *transaction)
{
	uint32_t step = transaction->random ? 1 + (uint32_t)(random_next(&transaction->random) % ID_STEPS) : 1;

	transaction->id = (uint16_t)(transaction->id + step);
	transaction->issued = transaction->issued + step < ID_MEMORY ? transaction->issued + step : ID_MEMORY;
}

size_t transaction_start_pdu(struct transaction *transaction, uint8_t unit, const struct transaction_bytes *pdu,
                             struct mono deadline, uint8_t ret_frame[LIMIT_ADU_TCP])
{
	assert(!transaction->active);
	assert(transaction_can_ask(pdu));
	transaction->active = true;
	transaction->unit = unit;
	memset(transaction->head, 0, sizeof transaction->head);
	memcpy(transaction->head, pdu->data, pdu->length < TRANSACTION_HEAD ? pdu->length : TRANSACTION_HEAD);
	transaction->deadline = deadline;
	use_new_id(transaction);
	if (transaction->framing == FRAMING_RTU)
		return put_rtu(transaction, pdu, ret_frame);
	return put_tcp(transaction, pdu, ret_frame);
}

size_t transaction_start(struct transaction *transaction, const struct transaction_request *request,
                         struct mono deadline, uint8_t ret_frame[LIMIT_ADU_TCP])
{
	uint8_t bytes[TRANSACTION_HEAD] = {request->function};
	struct transaction_bytes pdu = {bytes, sizeof bytes};

	put_word(bytes + 1, request->address);
	put_word(bytes + 3, request->count);
	return transaction_start_pdu(transaction, request->unit, &pdu, deadline, ret_frame);
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
	uint16_t id; /* TCP */
	uint8_t unit;
	const uint8_t *pdu;
	size_t length;
};

/* MB 6.21: the objects fill the answer exactly; 0: not all of their lengths are known yet. */
static size_t identification_length(const uint8_t *pdu, size_t have)
{
	size_t at = OBJECTS_AT + 1;

	if (have < at)
		return 0;
	for (uint8_t i = 0; i < pdu[OBJECTS_AT]; i++) {
		if (have < at + 2)
			return 0;
		at += 2u + pdu[at + 1];
	}
	return at;
}

/* Whether the body is an answer of data to the request of its function. */
static bool is_data_of(const uint8_t *head, const struct body *body)
{
	uint8_t function = head[0];

	if (is_read(function))
		return body->pdu[1] == transaction_data_bytes(function, get_word(head + 3)) &&
		       body->length == body->pdu[1] + 2u;
	if (is_write(function))
		return body->length == TRANSACTION_HEAD && memcmp(body->pdu, head, TRANSACTION_HEAD) == 0;
	if (function == SERVER_ID)
		return body->length == body->pdu[1] + 2u;
	return body->pdu[1] == IDENTIFICATION && body->length >= 3 && body->pdu[2] == head[2] &&
	       body->length == identification_length(body->pdu, body->length);
}

/* FAULT_NONE when the body answers the request of its unit, by data or by an exception. */
static enum fault judge(const struct transaction *transaction, const struct body *body)
{
	if (body->unit != transaction->unit)
		return FAULT_UNIT;
	if (body->pdu[0] == (transaction->head[0] | 0x80))
		return body->length == 2 ? FAULT_NONE : FAULT_MISMATCH;
	if (body->pdu[0] != transaction->head[0] || !is_data_of(transaction->head, body))
		return FAULT_MISMATCH;
	return FAULT_NONE;
}

static struct transaction_reply describe(enum transaction_kind kind, enum fault fault, const struct body *body)
{
	struct transaction_reply reply = {.kind = kind,
	                                  .fault = fault,
	                                  .id = body->id,
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
	struct body body = {get_word(transaction->buffer), transaction->buffer[MBAP_HEADER],
	                    transaction->buffer + MBAP_HEADER + 1, length - MBAP_HEADER - 1};

	if (!was_issued(transaction, transaction->buffer))
		return broken(transaction, FAULT_UNEXPECTED);
	if (get_word(transaction->buffer) != transaction->id || !transaction->active)
		return describe(TRANSACTION_STRAY, FAULT_LATE, &body);
	enum fault fault = judge(transaction, &body);
	return fault ? broken(transaction, fault) : answered(transaction, &body);
}

/* An identification says its length piece by piece: as many bytes as are sure to come. */
static size_t rtu_identification(const struct transaction *transaction)
{
	const uint8_t *pdu = transaction->buffer + 1;
	size_t have = transaction->have - 1, at = OBJECTS_AT + 1;

	if (pdu[1] != IDENTIFICATION)
		return NO_LENGTH;
	if (have < at)
		return at + 1;
	for (uint8_t i = 0; i < pdu[OBJECTS_AT] && at <= LIMIT_PDU; i++) {
		if (have < at + 2)
			return at + 3;
		at += 2u + pdu[at + 1];
	}
	return at + 3;
}

/* RTU frames do not say their length; answers of the known functions do (MB 6). An unasked identification is as
 * strange as any other function. */
static size_t rtu_length(const struct transaction *transaction, enum fault *ret_fault)
{
	const uint8_t *buffer = transaction->buffer;
	size_t length = NO_LENGTH;

	if (transaction->have < 3)
		return 0;
	if (buffer[1] & 0x80)
		length = 5;
	else if (is_read(buffer[1]) || buffer[1] == SERVER_ID)
		length = 5 + (size_t)buffer[2];
	else if (is_write(buffer[1]))
		length = 8;
	else if (buffer[1] == ENCAPSULATED && transaction->active && transaction->head[0] == ENCAPSULATED)
		length = rtu_identification(transaction);
	if (length <= LIMIT_ADU_RTU)
		return length;
	*ret_fault = transaction->active ? FAULT_MISMATCH : FAULT_UNEXPECTED;
	return NO_LENGTH;
}

static struct transaction_reply rtu_frame(struct transaction *transaction, size_t length)
{
	struct body body = {0, transaction->buffer[0], transaction->buffer + 1, length - 3};

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

/* Moves the bytes of one frame in; returns its length, 0 while that is not known, or NO_LENGTH. */
static size_t gather(struct transaction *transaction, struct transaction_bytes *bytes, enum fault *ret_fault)
{
	bool rtu = transaction->framing == FRAMING_RTU;
	size_t want = rtu ? 3 : MBAP_HEADER; /* enough to know the length */

	for (;;) {
		if (transaction->have < want)
			move(transaction, bytes, want);
		size_t length = rtu ? rtu_length(transaction, ret_fault) : tcp_length(transaction, ret_fault);
		if (length == NO_LENGTH || length <= transaction->have || bytes->length == 0)
			return length;
		want = length;
	}
}

struct transaction_reply transaction_take(struct transaction *transaction, struct transaction_bytes *bytes,
                                          struct mono now)
{
	enum fault fault = FAULT_NONE;

	if (transaction->active && mono_reached(now, transaction->deadline))
		return (struct transaction_reply){.kind = TRANSACTION_EXPIRED,
		                                  .fault = transaction_expire(transaction)};
	size_t length = gather(transaction, bytes, &fault);
	if (length == NO_LENGTH)
		return broken(transaction, fault);
	if (length == 0 || transaction->have < length)
		return (struct transaction_reply){.kind = TRANSACTION_WAIT};
	transaction->have = 0; /* the reply still points into the buffer */
	return transaction->framing == FRAMING_RTU ? rtu_frame(transaction, length) : tcp_frame(transaction, length);
}
