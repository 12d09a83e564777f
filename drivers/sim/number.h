/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim/number - numbers that people write: decimal digits only, checked against a bound. -EINVAL otherwise.
 */
#ifndef PICKET_SIM_NUMBER_H
#define PICKET_SIM_NUMBER_H

#include <stdint.h>

int sim_number(const char *text, uint64_t most, uint64_t *ret_number);

#endif
