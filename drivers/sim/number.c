/* SPDX-License-Identifier: Apache-2.0 */
/* sim/number - see number.h */
#include "drivers/sim/number.h"

#include <errno.h>

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
