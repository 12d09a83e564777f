/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frame_text - what a Modbus frame says, in one line for a person: "unit 11 read discrete 0..15",
 * "unit 11 exception 2: illegal data address". Bytes that are no frame are told as such. Pure.
 */
#ifndef PICKET_FRAME_TEXT_H
#define PICKET_FRAME_TEXT_H

#include "drivers/transaction.h"

#define FRAME_TEXT 160

struct frame_source {
	enum framing framing;
	bool request; /* of ours; else something that came */
	const uint8_t *bytes;
	size_t length;
};

/* The length of the text, without its NUL. */
size_t frame_text(const struct frame_source *source, char ret_text[FRAME_TEXT]);

/* "illegal data address" (MB 7); "unknown" for a code of no meaning. */
const char *frame_exception_name(uint8_t code);

#endif
