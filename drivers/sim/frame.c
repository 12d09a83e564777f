/* SPDX-License-Identifier: Apache-2.0 */
/* sim/frame - see frame.h */
#include "drivers/sim/frame.h"

#include "config/limits.h"

#include <errno.h>

#define MBAP       7 /* transaction 2, protocol 2, length 2, unit 1 */
#define CRC        2
#define UNKNOWN    SIZE_MAX
#define RTU_LEAST  4 /* unit, function, CRC */
#define RTU_CRC    0xFFFFu
#define RTU_POLY   0xA001u
#define NO_COUNTER 0

/* How long a request's PDU is: so many bytes, and where a byte in it counts further ones. */
struct shape {
	uint8_t function, fixed, counter;
};

static const struct shape shapes[] = {
        {0x01, 5, NO_COUNTER}, {0x02, 5, NO_COUNTER}, {0x03, 5, NO_COUNTER}, {0x04, 5, NO_COUNTER},
        {0x05, 5, NO_COUNTER}, {0x06, 5, NO_COUNTER}, {0x07, 1, NO_COUNTER}, {0x08, 5, NO_COUNTER},
        {0x0B, 1, NO_COUNTER}, {0x0C, 1, NO_COUNTER}, {0x0F, 6, 5},          {0x10, 6, 5},
        {0x11, 1, NO_COUNTER}, {0x14, 2, 1},          {0x15, 2, 1},          {0x16, 7, NO_COUNTER},
        {0x17, 10, 9},         {0x18, 3, NO_COUNTER}, {0x2B, 4, NO_COUNTER},
};

/* 0: too few bytes to tell; UNKNOWN: no such function. */
static size_t pdu_length(const uint8_t *pdu, size_t length)
{
	if (!length)
		return 0;
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		const struct shape *shape = &shapes[i];
		if (shape->function != pdu[0])
			continue;
		if (shape->counter == NO_COUNTER)
			return shape->fixed;
		return length > shape->counter ? (size_t)shape->fixed + pdu[shape->counter] : 0;
	}
	return UNKNOWN;
}

static uint16_t crc16(const uint8_t *bytes, size_t length)
{
	unsigned crc = RTU_CRC;

	for (size_t i = 0; i < length; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ RTU_POLY : crc >> 1;
	}
	return (uint16_t)crc;
}

static uint16_t big_endian(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

int sim_frame_tcp(const uint8_t *bytes, size_t length)
{
	if ((length > 2 && bytes[2]) || (length > 3 && bytes[3]))
		return -EBADMSG; /* protocol identifier: 0 is Modbus */
	if (length < MBAP - 1)
		return 0;
	size_t rest = big_endian(bytes + 4);
	if (rest < 2 || rest > 1 + LIMIT_PDU)
		return -EBADMSG;
	return length < MBAP - 1 + rest ? 0 : (int)(MBAP - 1 + rest);
}

/* length of a frame that is wholly here, or -EBADMSG for its checksum */
static int checked(const uint8_t *bytes, size_t length)
{
	unsigned sent = bytes[length - 2] | (unsigned)bytes[length - 1] << 8;

	return crc16(bytes, length - CRC) == sent ? (int)length : -EBADMSG;
}

int sim_frame_rtu(const uint8_t *bytes, size_t length)
{
	size_t pdu = length > 1 ? pdu_length(bytes + 1, length - 1) : 0;

	if (pdu == 0 || pdu == UNKNOWN)
		return length > LIMIT_ADU_RTU ? -EBADMSG : 0;
	size_t frame = 1 + pdu + CRC;
	if (frame > LIMIT_ADU_RTU)
		return -EBADMSG;
	return length < frame ? 0 : checked(bytes, frame);
}

int sim_frame_rtu_silent(const uint8_t *bytes, size_t length)
{
	if (length < RTU_LEAST || length > LIMIT_ADU_RTU)
		return -EBADMSG;
	return checked(bytes, length);
}

bool sim_frame_complete(const uint8_t *pdu, size_t length)
{
	size_t right = pdu_length(pdu, length);

	return length > 0 && (right == UNKNOWN || right == length);
}

struct sim_span sim_frame_span(const uint8_t *pdu, size_t length)
{
	if (length < 5 || pdu[0] < 0x01 || pdu[0] > 0x04)
		return (struct sim_span){0};
	return (struct sim_span){.function = pdu[0], .address = big_endian(pdu + 1), .count = big_endian(pdu + 3)};
}
