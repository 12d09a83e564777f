/* SPDX-License-Identifier: Apache-2.0 */
/* words - figures as a person reads them. Every function fills ret_text with a short text. */
#ifndef PICKET_WORDS_H
#define PICKET_WORDS_H

#include "gateway/json_doc.h"

#include <stddef.h>
#include <stdint.h>

#define WORDS_BYTES 256

/* "84 ms" "3.2 s" "5 min" "2 h 10 min" "3 d 4 h" */
void words_duration(int64_t ms, char ret_text[WORDS_BYTES]);
/* "timeout 12, crc 3" of an object of counters by error class and one of exceptions by code; "" when all are zero */
void words_faults(const struct json_node *faults, const struct json_node *exceptions, char ret_text[WORDS_BYTES]);
/* RFC 3339 UTC to the local "2026-11-23 22:03:04.512"; what is no such time stays as it is */
void words_local_time(const char *utc, char ret_text[WORDS_BYTES]);

#endif
