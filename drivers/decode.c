/* SPDX-License-Identifier: Apache-2.0 */
/* decode - see decode.h */
#include "drivers/decode.h"

#include "drivers/read_plan.h"

#include <assert.h>
#include <string.h>

static_assert(sizeof(float) == 4, "f32 is IEEE 754 binary32, as a float");

bool decode_covers(const struct decode_data *data, const struct site_point *point)
{
	uint32_t end = (uint32_t)data->address + data->count;

	return point->table == data->table && point->address >= data->address &&
	       (uint32_t)point->address + site_point_width(point) <= end;
}

static uint16_t word_of(const struct decode_data *data, size_t offset)
{
	return (uint16_t)(data->bytes[offset * 2] << 8 | data->bytes[offset * 2 + 1]);
}

/* The four bytes as they came, each to where its letter says: A is the most significant. */
static uint32_t long_of(const uint8_t bytes[4], enum site_order order)
{
	static const uint8_t shifts[][4] = {[ORDER_ABCD] = {24, 16, 8, 0},
	                                    [ORDER_CDAB] = {8, 0, 24, 16},
	                                    [ORDER_BADC] = {16, 24, 0, 8},
	                                    [ORDER_DCBA] = {0, 8, 16, 24}};
	uint32_t value = 0;

	assert(order <= ORDER_DCBA);
	for (size_t i = 0; i < 4; i++)
		value |= (uint32_t)bytes[i] << shifts[order][i];
	return value;
}

static double number_of(uint32_t pattern, enum site_type type)
{
	float real;

	switch (type) {
	case TYPE_I16:
		return (int16_t)pattern;
	case TYPE_I32:
		return (int32_t)pattern;
	case TYPE_F32:
		memcpy(&real, &pattern, sizeof real);
		return (double)real;
	case TYPE_BIT:
	case TYPE_U16:
	case TYPE_U32:
		break;
	}
	return pattern;
}

double decode_value(const struct decode_data *data, const struct site_point *point)
{
	assert(decode_covers(data, point));
	size_t offset = (size_t)point->address - data->address;

	if (read_plan_is_bits(data->table))
		return data->bytes[offset / 8] >> offset % 8 & 1;
	if (site_point_width(point) == 2)
		return number_of(long_of(data->bytes + offset * 2, point->order), point->type);
	if (point->type != TYPE_BIT)
		return number_of(word_of(data, offset), point->type);
	assert(point->bit < 16);
	return word_of(data, offset) >> point->bit & 1;
}
