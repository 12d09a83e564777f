/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode - the value of one point, out of the data bytes of a read answer.
 *
 * Discrete inputs and coils are packed from the lowest bit of the first byte (MB 6.1, 6.2); registers are two
 * bytes each, high byte first (MB 4.2), and bit 0 of a register is its lowest. MB knows no 32-bit values: a device
 * puts them into two registers in an order of its own, and signed numbers are two's complement. Pure.
 */
#ifndef PICKET_DECODE_H
#define PICKET_DECODE_H

#include "config/site.h"

/* What a read of `count` addresses from `address` brought. */
struct decode_data {
	enum site_table table;
	uint16_t address, count;
	const uint8_t *bytes; /* as many as the table and the count say */
};

/* Whether the data covers the whole point. */
bool decode_covers(const struct decode_data *data, const struct site_point *point);
/*
 * The point's value before scale and offset, exact for every type; a bit is 0 or 1. An f32 may be no finite number.
 * Only for a point that is covered.
 */
double decode_value(const struct decode_data *data, const struct site_point *point);

#endif
