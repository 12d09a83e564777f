/* SPDX-License-Identifier: Apache-2.0 */
/* json_write - see json_write.h */
#include "gateway/json_write.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define NUMBER_BYTES 352 /* the longest double with 17 decimals: 309 + 1 + 17 digits, and a sign */

static void put(struct json *json, const char *text, size_t length)
{
	if (json->full || json->size - json->length <= length) {
		json->full = true;
		return;
	}
	memcpy(json->text + json->length, text, length);
	json->length += length;
}

static void put_char(struct json *json, char c)
{
	put(json, &c, 1);
}

static bool is_continuation(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

/* Bytes of the UTF-8 sequence at `s` (NUL-terminated), or 0 when it is not one (RFC 3629: no overlong forms, no
 * surrogates, nothing above U+10FFFF). */
static size_t utf8_length(const unsigned char *s)
{
	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		return is_continuation(s[1]) ? 2 : 0;
	if (s[0] >= 0xe0 && s[0] <= 0xef) {
		bool overlong = s[0] == 0xe0 && s[1] < 0xa0;
		bool surrogate = s[0] == 0xed && s[1] > 0x9f;
		return is_continuation(s[1]) && !overlong && !surrogate && is_continuation(s[2]) ? 3 : 0;
	}
	if (s[0] >= 0xf0 && s[0] <= 0xf4) {
		bool overlong = s[0] == 0xf0 && s[1] < 0x90;
		bool beyond = s[0] == 0xf4 && s[1] > 0x8f;
		return is_continuation(s[1]) && !overlong && !beyond && is_continuation(s[2]) && is_continuation(s[3])
		               ? 4
		               : 0;
	}
	return 0;
}

static void put_escape(struct json *json, unsigned char c)
{
	char escape[8];
	int length;

	if (c == '"' || c == '\\')
		length = snprintf(escape, sizeof escape, "\\%c", c);
	else if (c == '\n')
		length = snprintf(escape, sizeof escape, "\\n");
	else
		length = snprintf(escape, sizeof escape, "\\u%04x", c);
	put(json, escape, (size_t)length);
}

static void put_quoted(struct json *json, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	put_char(json, '"');
	while (*s) {
		size_t length = utf8_length(s);
		if (length == 0) {
			put(json, "\xef\xbf\xbd", 3);
			length = 1;
		} else if (*s < ' ' || *s == '"' || *s == '\\' || *s == 0x7f) {
			put_escape(json, *s);
		} else {
			put(json, (const char *)s, length);
		}
		s += length;
	}
	put_char(json, '"');
}

static void put_key(struct json *json, const char *key)
{
	if (json->depth > 0) {
		if (json->comma[json->depth - 1])
			put_char(json, ',');
		json->comma[json->depth - 1] = true;
		assert((json->closers[json->depth - 1] == '}') == (key != NULL));
	}
	if (key) {
		put_quoted(json, key);
		put_char(json, ':');
	}
}

static void open_level(struct json *json, const char *key, char opener, char closer)
{
	put_key(json, key);
	assert(json->depth < JSON_DEPTH);
	put_char(json, opener);
	json->closers[json->depth] = closer;
	json->comma[json->depth] = false;
	json->depth++;
}

struct json json_begin(char *buffer, size_t size)
{
	assert(buffer && size > 0);
	return (struct json){.text = buffer, .size = size};
}

ssize_t json_end(struct json *json)
{
	assert(json->depth == 0);
	json->text[json->full ? 0 : json->length] = '\0';
	return json->full ? -EMSGSIZE : (ssize_t)json->length;
}

void json_open_object(struct json *json, const char *key)
{
	open_level(json, key, '{', '}');
}

void json_open_array(struct json *json, const char *key)
{
	open_level(json, key, '[', ']');
}

void json_close(struct json *json)
{
	assert(json->depth > 0);
	json->depth--;
	put_char(json, json->closers[json->depth]);
}

void json_text(struct json *json, const char *key, const char *text)
{
	if (!text) {
		json_raw(json, key, "null");
		return;
	}
	put_key(json, key);
	put_quoted(json, text);
}

void json_int(struct json *json, const char *key, int64_t value)
{
	char number[24];

	put_key(json, key);
	put(json, number, (size_t)snprintf(number, sizeof number, "%lld", (long long)value));
}

void json_uint(struct json *json, const char *key, uint64_t value)
{
	char number[24];

	put_key(json, key);
	put(json, number, (size_t)snprintf(number, sizeof number, "%llu", (unsigned long long)value));
}

void json_bool(struct json *json, const char *key, bool value)
{
	json_raw(json, key, value ? "true" : "false");
}

void json_number(struct json *json, const char *key, double value, int decimals)
{
	char number[NUMBER_BYTES];

	assert(decimals >= 0 && decimals <= 17);
	if (!isfinite(value)) {
		json_raw(json, key, "null");
		return;
	}
	put_key(json, key);
	put(json, number, (size_t)snprintf(number, sizeof number, "%.*f", decimals, value));
}

void json_real(struct json *json, const char *key, double value, int digits)
{
	char number[NUMBER_BYTES];

	assert(digits > 0 && digits <= 17);
	if (!isfinite(value)) {
		json_raw(json, key, "null");
		return;
	}
	put_key(json, key);
	put(json, number, (size_t)snprintf(number, sizeof number, "%.*g", digits, value));
}

void json_raw(struct json *json, const char *key, const char *document)
{
	put_key(json, key);
	put(json, document, strlen(document));
}
