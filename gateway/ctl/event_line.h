/* SPDX-License-Identifier: Apache-2.0 */
/* event_line - one CloudEvent of the journal as a line for people. */
#ifndef PICKET_EVENT_LINE_H
#define PICKET_EVENT_LINE_H

#include "gateway/ctl/say.h"
#include "gateway/json_doc.h"

/* Time (local), seq, priority, what, whose, and the rest in words. */
void event_line_print(const struct json_node *event, FILE *stream, bool colour);

#endif
