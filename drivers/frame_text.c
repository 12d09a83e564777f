/* SPDX-License-Identifier: Apache-2.0 */
/* frame_text - see frame_text.h */
#include "drivers/frame_text.h"

#include "drivers/crc16.h"
#include "drivers/pdu.h"

#include <stdio.h>

#define MBAP 6 /* before the unit */

/* The parts of a frame, wherever its framing has them. */
struct parts {
	uint8_t unit;
	const uint8_t *pdu;
	size_t length;
};

const char *frame_exception_name(uint8_t code)
{
	static const char *const names[] = {
	        [1] = "illegal function",
	        [2] = "illegal data address",
	        [3] = "illegal data value",
	        [4] = "server device failure",
	        [5] = "acknowledge",
	        [6] = "server device busy",
	        [8] = "memory parity error",
	        [10] = "gateway path unavailable",
	        [11] = "gateway target failed to respond",
	};

	if (code >= sizeof names / sizeof names[0] || !names[code])
		return "unknown";
	return names[code];
}

static const char *function_name(uint8_t function)
{
	static const char *const names[] = {
	        [PDU_READ_COILS] = "read coil",       [PDU_READ_DISCRETE] = "read discrete",
	        [PDU_READ_HOLDING] = "read holding",  [PDU_READ_INPUT] = "read input",
	        [PDU_WRITE_COIL] = "write coil",      [PDU_WRITE_HOLDING] = "write holding",
	        [PDU_SERVER_ID] = "report server id", [PDU_ENCAPSULATED] = "read device identification",
	};

	if (function >= sizeof names / sizeof names[0] || !names[function])
		return NULL;
	return names[function];
}

static unsigned word_at(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

/* NULL: it is a frame; else what is wrong with it. */
static const char *split(const struct frame_source *source, struct parts *ret_parts)
{
	const uint8_t *bytes = source->bytes;

	if (source->framing == FRAMING_RTU) {
		if (source->length < 4 || source->length > LIMIT_ADU_RTU)
			return "no whole frame";
		if (crc16(bytes, source->length) != 0)
			return "checksum is wrong";
		*ret_parts = (struct parts){bytes[0], bytes + 1, source->length - 3};
		return NULL;
	}
	if (source->length < MBAP + 2)
		return "no whole frame";
	if (word_at(bytes + 2) != 0)
		return "not Modbus: the protocol is not 0";
	size_t length = MBAP + word_at(bytes + 4);
	if (length > source->length || length < MBAP + 2)
		return "no whole frame";
	*ret_parts = (struct parts){bytes[MBAP], bytes + MBAP + 1, length - MBAP - 1};
	return NULL;
}

static int say_request(const struct parts *parts, const char *name, char *text, size_t size)
{
	const uint8_t *pdu = parts->pdu;

	if (parts->length < 5)
		return snprintf(text, size, "unit %u %s", parts->unit, name);
	unsigned address = word_at(pdu + 1), second = word_at(pdu + 3);
	if (pdu[0] == PDU_WRITE_COIL)
		return snprintf(text, size, "unit %u %s %u = %s", parts->unit, name, address, second ? "on" : "off");
	if (pdu[0] == PDU_WRITE_HOLDING)
		return snprintf(text, size, "unit %u %s %u = %u", parts->unit, name, address, second);
	return snprintf(text, size, "unit %u %s %u..%u", parts->unit, name, address, address + second - 1);
}

static int say_answer(const struct parts *parts, const char *name, char *text, size_t size)
{
	const uint8_t *pdu = parts->pdu;

	if (pdu[0] == PDU_WRITE_COIL || pdu[0] == PDU_WRITE_HOLDING)
		return say_request(parts, pdu[0] == PDU_WRITE_COIL ? "wrote coil" : "wrote holding", text, size);
	if (parts->length < 2)
		return snprintf(text, size, "unit %u %s, empty answer", parts->unit, name);
	if (pdu[0] == PDU_ENCAPSULATED)
		return snprintf(text, size, "unit %u %s, answer", parts->unit, name);
	return snprintf(text, size, "unit %u %s, %u bytes", parts->unit, name, pdu[1]);
}

static int say(const struct parts *parts, bool request, char *text, size_t size)
{
	uint8_t function = parts->pdu[0];
	const char *name = function_name(function & 0x7F);

	if (function & 0x80) {
		unsigned code = parts->length > 1 ? parts->pdu[1] : 0;
		return snprintf(text, size, "unit %u %s: exception %u, %s", parts->unit, name ? name : "function ?",
		                code, frame_exception_name((uint8_t)code));
	}
	if (!name)
		return snprintf(text, size, "unit %u function %u", parts->unit, function);
	return request ? say_request(parts, name, text, size) : say_answer(parts, name, text, size);
}

size_t frame_text(const struct frame_source *source, char ret_text[FRAME_TEXT])
{
	struct parts parts;
	const char *wrong = split(source, &parts);
	int length = wrong ? snprintf(ret_text, FRAME_TEXT, "%s", wrong)
	                   : say(&parts, source->request, ret_text, FRAME_TEXT);

	return length > 0 && length < FRAME_TEXT ? (size_t)length : FRAME_TEXT - 1;
}
