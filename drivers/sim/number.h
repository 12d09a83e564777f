/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim/number - numbers that people write: decimal digits only, checked against a bound. -EINVAL otherwise.
 */
#ifndef PICKET_SIM_NUMBER_H
#define PICKET_SIM_NUMBER_H

#include <stdint.h>

int sim_number(const char *text, uint64_t most, uint64_t *ret_number);

/* "12", "-0.5", "+3": a sign, digits, a point and digits, no exponent. */
int sim_decimal(const char *text, double *ret_number);

#endif
