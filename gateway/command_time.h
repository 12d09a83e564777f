/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command_time - the time in a command: RFC 3339, which is ISO 8601 with date, time and zone all written out.
 *
 * Pure and strict: "2026-11-23T21:03:04Z", "2026-11-23T21:03:04.512345Z", "2026-11-23T22:03:04+01:00". Years 1970 to
 * 9999. A leap second is taken as the second after it. No zone, no date, spaces, lower case: -EINVAL.
 */
#ifndef PICKET_COMMAND_TIME_H
#define PICKET_COMMAND_TIME_H

#include "config/instant.h"

int command_time_parse(const char *text, struct wall *ret_time);

#endif
