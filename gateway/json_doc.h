/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_doc - reading JSON that came from outside (jansson, and nobody else includes it): strict UTF-8, no
 * duplicate keys, no trailing bytes, bounded depth and size.
 *
 * A node belongs to its document. Every getter takes NULL for a node and then finds nothing.
 */
#ifndef PICKET_JSON_DOC_H
#define PICKET_JSON_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_doc;  /* owns */
struct json_node; /* borrowed */

/* -EINVAL with reterr "line 1 column 7: …"; -EMSGSIZE when longer than max. */
int json_doc_parse(const char *text, size_t length, size_t max, struct json_doc **ret_doc, char reterr[160]);
void json_doc_free(struct json_doc **doc);
const struct json_node *json_doc_root(const struct json_doc *doc);

const struct json_node *json_node_member(const struct json_node *object, const char *key);
size_t json_node_count(const struct json_node *array);
const struct json_node *json_node_at(const struct json_node *array, size_t index);
bool json_node_is_object(const struct json_node *node);
/* A key of the object that is not among the known ones; NULL: there is none. */
const char *json_node_stranger(const struct json_node *object, const char *const *known, size_t count);

const char *json_node_text(const struct json_node *object, const char *key, const char *otherwise);
int64_t json_node_int(const struct json_node *object, const char *key, int64_t otherwise);
int64_t json_node_whole(const struct json_node *node, int64_t otherwise); /* the node itself */
double json_node_number(const struct json_node *object, const char *key, double otherwise);
bool json_node_bool(const struct json_node *object, const char *key, bool otherwise);

#endif
