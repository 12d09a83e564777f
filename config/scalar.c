/* SPDX-License-Identifier: Apache-2.0 */
/* scalar - see scalar.h */
#include "config/scalar.h"

#include "config/limits.h"

#include <string.h>
#include <strings.h>

#define DIGITS      "0123456789"
#define DIGITS_MAX  9
#define WHOLE_MAX   6 /* digits before the point of a decimal number */
#define DECIMAL_MAX 3

static bool is_plain(const struct tree_node *node)
{
	return node->kind == TREE_SCALAR && !node->quoted;
}

/* Digits at the start of text: their value, or false for none, too many, or a leading zero. */
static bool take_whole(const char *text, size_t digits_max, size_t *ret_length, uint32_t *ret_value)
{
	size_t length = strspn(text, DIGITS);
	uint32_t value = 0;

	if (length == 0 || length > digits_max || (length > 1 && text[0] == '0'))
		return false;
	for (size_t i = 0; i < length; i++)
		value = value * 10 + (uint32_t)(text[i] - '0');
	*ret_length = length;
	*ret_value = value;
	return true;
}

bool scalar_uint(const struct tree_node *node, uint32_t *ret_value)
{
	size_t length;
	uint32_t value;

	if (!is_plain(node) || !take_whole(node->text, DIGITS_MAX, &length, &value) || node->text[length])
		return false;
	*ret_value = value;
	return true;
}

bool scalar_thousandths(const struct tree_node *node, uint32_t *ret_value)
{
	size_t length;
	uint32_t value;

	if (!is_plain(node) || !take_whole(node->text, WHOLE_MAX, &length, &value))
		return false;
	const char *rest = node->text + length;
	size_t decimals = rest[0] == '.' ? strspn(rest + 1, DIGITS) : 0;

	if (rest[0] && (rest[0] != '.' || decimals == 0 || decimals > DECIMAL_MAX || rest[1 + decimals]))
		return false;
	for (size_t i = 0; i < DECIMAL_MAX; i++)
		value = value * 10 + (i < decimals ? (uint32_t)(rest[1 + i] - '0') : 0);
	*ret_value = value;
	return true;
}

bool scalar_real(const struct tree_node *node, double *ret_value)
{
	bool minus = is_plain(node) && node->text[0] == '-';
	size_t length;
	uint32_t whole;

	if (!is_plain(node) || !take_whole(node->text + minus, DIGITS_MAX, &length, &whole))
		return false;
	const char *rest = node->text + minus + length;
	size_t decimals = rest[0] == '.' ? strspn(rest + 1, DIGITS) : 0;

	if (rest[0] && (rest[0] != '.' || decimals == 0 || decimals > DIGITS_MAX || rest[1 + decimals]))
		return false;
	double unit = 1, value = whole;

	for (size_t i = 0; i < decimals; i++, unit *= 10)
		value = value * 10 + (rest[1 + i] - '0');
	*ret_value = (minus ? -value : value) / unit;
	return true;
}

bool scalar_int(const struct tree_node *node, int64_t *ret_value)
{
	bool minus = is_plain(node) && node->text[0] == '-';
	const char *text = node->text + minus;
	size_t length = is_plain(node) ? strspn(text, DIGITS) : 0;
	int64_t value = 0;

	if (length == 0 || length > DIGITS_MAX + 1 || text[length] || (length > 1 && text[0] == '0'))
		return false;
	for (size_t i = 0; i < length; i++)
		value = value * 10 + (text[i] - '0');
	*ret_value = minus ? -value : value;
	return true;
}

bool scalar_bool(const struct tree_node *node, bool *ret_value)
{
	if (!is_plain(node) || (strcmp(node->text, "true") != 0 && strcmp(node->text, "false") != 0))
		return false;
	*ret_value = node->text[0] == 't';
	return true;
}

bool scalar_is_empty(const struct tree_node *node)
{
	if (node->kind != TREE_SCALAR)
		return false;
	return node->text[0] == '\0' ||
	       (!node->quoted && (strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0));
}

bool scalar_is_yes_or_no(const char *text)
{
	static const char *const words[] = {"yes", "no", "on", "off", "y", "n", "true", "false"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(words[i], text) == 0)
			return true;
	}
	return false;
}

static bool is_made_of(const char *text, const char *first, const char *all)
{
	size_t length = strlen(text);

	return length >= 1 && length <= LIMIT_ID && strchr(first, text[0]) && strspn(text, all) == length;
}

#define LOWER "abcdefghijklmnopqrstuvwxyz"

bool scalar_is_id(const char *text)
{
	return is_made_of(text, LOWER DIGITS, LOWER DIGITS "-");
}

bool scalar_is_name(const char *text)
{
	return is_made_of(text, LOWER DIGITS, LOWER DIGITS "._-");
}

bool scalar_is_printable(const char *text, bool lines)
{
	for (const char *c = text; *c; c++) {
		bool control = (unsigned char)*c < 0x20 || *c == 0x7f;

		if (control && !(lines && *c == '\n'))
			return false;
	}
	return true;
}
