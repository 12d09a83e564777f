/* SPDX-License-Identifier: Apache-2.0 */
/* order - a command as a story writes it: TARGET, and words that say how it is meant. */
#ifndef PICKET_STORY_ORDER_H
#define PICKET_STORY_ORDER_H

#include "gateway/alarm/engine.h"

/* "gate/door.forced #3 for=3600 once isolate level=3 by=op13 at=CR-2 why the wind"; false: cannot be read. */
bool order_read(const struct site *site, const char *verb, const char *text, struct engine_command *ret_command);
/* "ok", "not needed" … */
const char *order_result(enum command_result result);

#endif
