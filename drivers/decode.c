/* SPDX-License-Identifier: Apache-2.0 */
/* decode - see decode.h */
#include "drivers/decode.h"

#include "drivers/read_plan.h"

#include <assert.h>

bool decode_covers(const struct decode_data *data, const struct site_point *point)
{
	return point->table == data->table && point->address >= data->address &&
	       point->address - data->address < data->count;
}

bool decode_bit(const struct decode_data *data, const struct site_point *point)
{
	assert(decode_covers(data, point));
	size_t offset = (size_t)point->address - data->address;

	if (read_plan_is_bits(data->table))
		return data->bytes[offset / 8] >> offset % 8 & 1;
	assert(point->bit < 16);
	uint16_t word = (uint16_t)(data->bytes[offset * 2] << 8 | data->bytes[offset * 2 + 1]);
	return word >> point->bit & 1;
}
