/* SPDX-License-Identifier: Apache-2.0 */
/* json_doc - see json_doc.h */
#include "gateway/json_doc.h"

#include "config/limits.h"

#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ERROR_BYTES 160

struct json_doc {
	json_t *root;
};

/* A node is jansson's value under our name, so that nobody else needs its header. */
static const struct json_node *as_node(const json_t *value)
{
	return (const struct json_node *)value;
}

static const json_t *as_value(const struct json_node *node)
{
	return (const json_t *)node;
}

/* jansson itself goes 2,048 deep; brackets within strings do not count. */
static bool too_deep(const char *text, size_t length)
{
	size_t depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < length; i++) {
		if (quoted && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			quoted = !quoted;
		else if (!quoted && (text[i] == '{' || text[i] == '['))
			depth++;
		else if (!quoted && (text[i] == '}' || text[i] == ']') && depth > 0)
			depth--;
		if (depth > LIMIT_JSON_DEPTH)
			return true;
	}
	return false;
}

int json_doc_parse(const char *text, size_t length, size_t max, struct json_doc **ret_doc, char reterr[ERROR_BYTES])
{
	json_error_t error;

	assert(text || length == 0);
	if (length > max) {
		snprintf(reterr, ERROR_BYTES, "%zu bytes, at most %zu are allowed", length, max);
		return -EMSGSIZE;
	}
	if (too_deep(text, length)) {
		snprintf(reterr, ERROR_BYTES, "nested deeper than %d", LIMIT_JSON_DEPTH);
		return -EINVAL;
	}
	struct json_doc *doc = calloc(1, sizeof *doc);
	if (!doc)
		return -ENOMEM;
	doc->root = json_loadb(length ? text : "", length, JSON_REJECT_DUPLICATES, &error);
	if (!doc->root) {
		snprintf(reterr, ERROR_BYTES, "line %d column %d: %.100s", error.line, error.column, error.text);
		free(doc);
		return -EINVAL;
	}
	*ret_doc = doc;
	return 0;
}

void json_doc_free(struct json_doc **doc)
{
	if (!*doc)
		return;
	json_decref((*doc)->root);
	free(*doc);
	*doc = NULL;
}

const struct json_node *json_doc_root(const struct json_doc *doc)
{
	return doc ? as_node(doc->root) : NULL;
}

const struct json_node *json_node_member(const struct json_node *object, const char *key)
{
	return as_node(json_object_get(as_value(object), key));
}

size_t json_node_count(const struct json_node *array)
{
	return json_array_size(as_value(array));
}

const struct json_node *json_node_at(const struct json_node *array, size_t index)
{
	return as_node(json_array_get(as_value(array), index));
}

bool json_node_is_object(const struct json_node *node)
{
	return json_is_object(as_value(node));
}

static bool is_known(const char *key, const char *const *known, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(key, known[i]) == 0)
			return true;
	return false;
}

const char *json_node_stranger(const struct json_node *object, const char *const *known, size_t count)
{
	json_t *value = (json_t *)as_value(object); /* jansson walks only objects that it may change */

	for (void *at = json_object_iter(value); at; at = json_object_iter_next(value, at))
		if (!is_known(json_object_iter_key(at), known, count))
			return json_object_iter_key(at);
	return NULL;
}

const char *json_node_text(const struct json_node *object, const char *key, const char *otherwise)
{
	const char *text = json_string_value(json_object_get(as_value(object), key));

	return text ? text : otherwise;
}

int64_t json_node_int(const struct json_node *object, const char *key, int64_t otherwise)
{
	const json_t *value = json_object_get(as_value(object), key);

	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

int64_t json_node_whole(const struct json_node *node, int64_t otherwise)
{
	return json_is_integer(as_value(node)) ? json_integer_value(as_value(node)) : otherwise;
}

double json_node_number(const struct json_node *object, const char *key, double otherwise)
{
	const json_t *value = json_object_get(as_value(object), key);

	return json_is_number(value) ? json_number_value(value) : otherwise;
}

bool json_node_bool(const struct json_node *object, const char *key, bool otherwise)
{
	const json_t *value = json_object_get(as_value(object), key);

	return json_is_boolean(value) ? json_is_true(value) : otherwise;
}
