/* SPDX-License-Identifier: Apache-2.0 */
/* sim/number - see number.h */
#include "drivers/sim/number.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

int sim_number(const char *text, uint64_t most, uint64_t *ret_number)
{
	uint64_t number = 0;

	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		uint64_t digit = (uint64_t)(*text - '0');
		if (*text < '0' || *text > '9' || digit > most || number > (most - digit) / 10)
			return -EINVAL;
		number = number * 10 + digit;
	}
	*ret_number = number;
	return 0;
}

#define DIGITS_MOST 15 /* what a double holds exactly */

int sim_decimal(const char *text, double *ret_number)
{
	double sign = *text == '-' ? -1 : 1, number = 0, unit = 1;
	size_t digits = 0;
	bool point = false;

	for (text += *text == '-' || *text == '+'; *text; text++) {
		if (*text == '.' && !point) {
			point = true;
			continue;
		}
		if (*text < '0' || *text > '9' || ++digits > DIGITS_MOST)
			return -EINVAL;
		number = number * 10 + (*text - '0');
		unit = point ? unit * 10 : unit;
	}
	if (digits == 0)
		return -EINVAL;
	*ret_number = sign * number / unit;
	return 0;
}
