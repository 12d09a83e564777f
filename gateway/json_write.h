/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_write - a checked writer of JSON into a fixed buffer. No allocation; escapes what must be escaped, and
 * replaces bytes that are not UTF-8 by U+FFFD. Once the buffer is full everything further is dropped and
 * json_end() says -EMSGSIZE: no half document ever gets out.
 *
 *   struct json j = json_begin(buffer, sizeof buffer);
 *   json_open_object(&j, NULL); json_text(&j, "id", "gw-1"); json_close(&j);
 *   ssize_t length = json_end(&j);
 *
 * key NULL: within an array, or the document itself. The names keep clear of jansson's, which links into the same
 * programs.
 */
#ifndef PICKET_JSON_WRITE_H
#define PICKET_JSON_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define JSON_DEPTH 16

struct json {
	char *text;
	size_t size, length;
	unsigned depth;
	bool full;
	char closers[JSON_DEPTH];
	bool comma[JSON_DEPTH];
};

struct json json_begin(char *buffer, size_t size);
ssize_t json_end(struct json *json); /* length without the NUL, or -EMSGSIZE */
void json_open_object(struct json *json, const char *key);
void json_open_array(struct json *json, const char *key);
void json_close(struct json *json);                                   /* the innermost object or array */
void json_text(struct json *json, const char *key, const char *text); /* text NULL: null */
void json_int(struct json *json, const char *key, int64_t value);
void json_uint(struct json *json, const char *key, uint64_t value);
void json_bool(struct json *json, const char *key, bool value);
void json_number(struct json *json, const char *key, double value, int decimals); /* not finite: null */
/* So many digits that mean something, and no zeros behind them: 12.5, 0.0003, 4e+12. Not finite: null. */
void json_real(struct json *json, const char *key, double value, int digits);
void json_raw(struct json *json, const char *key, const char *document); /* already JSON */

#endif
