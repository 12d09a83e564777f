/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode - the bit of one point, out of the data bytes of a read answer.
 *
 * Discrete inputs and coils are packed from the lowest bit of the first byte (MB 6.1, 6.2); registers are two
 * bytes each, high byte first (MB 4.2), and bit 0 of a register is its lowest. Pure.
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

/* Whether the data covers the point. */
bool decode_covers(const struct decode_data *data, const struct site_point *point);
/* The point's value; only for a point that is covered. */
bool decode_bit(const struct decode_data *data, const struct site_point *point);

#endif
