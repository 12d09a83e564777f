/* SPDX-License-Identifier: Apache-2.0 */
/*
 * yaml_tree - one YAML file as a plain tree that knows where everything stood. The only user of libyaml.
 *
 * A deliberately small part of YAML 1.1: no aliases, anchors or tags, one document, keys are scalars, at most
 * LIMIT_YAML_DEPTH levels, LIMIT_YAML_NODES nodes and LIMIT_FILE_BYTES bytes. Everything else is refused while the
 * events come in, so that no file can make the tree larger than itself.
 *
 * Scalars stay text: what `no`, `010` or `1e3` mean is for the reader of the tree to say. `quoted` tells "5" from 5.
 * A tree lives in the arena it was read into and does not change.
 *
 *   for (const struct tree_node *key = map->first; key; key = key->next)
 *           use(key->text, key->value);
 */
#ifndef PICKET_YAML_TREE_H
#define PICKET_YAML_TREE_H

#include "config/arena.h"
#include "config/site_error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tree_kind { TREE_SCALAR, TREE_MAPPING, TREE_SEQUENCE };

struct tree_node {
	enum tree_kind kind;
	bool quoted;           /* scalar: in quotes, or a block; never so for a plain word */
	bool repeated;         /* key: the same key came before, and an error said so */
	uint32_t file;         /* tree_source.order of the file */
	uint32_t line, column; /* from 1 */
	const char *text;      /* scalar: UTF-8 without NUL; "" when nothing was written */
	size_t count;          /* of the children */
	const struct tree_node *first, *next;
	const struct tree_node *value; /* key: what stands behind it, never NULL */
};

/* A file: its name as shown in errors, how many were read before it, and its bytes. */
struct tree_source {
	const char *name;
	uint32_t order;
	const char *bytes;
	size_t size;
};

/*
 * Reads a regular file whole, into the arena. name and order are the caller's.
 * -EINVAL: an error row says why (not there, too large, not a file); -ENOMEM.
 */
int tree_read(struct arena *arena, const char *path, struct site_errors *errors, struct tree_source *source);

/*
 * 0: *ret_root is the tree. Repeated keys may have added rows to *errors even so: the tree is whole, for the
 * sake of further errors, but the file is wrong. -EINVAL: a row says why there is no tree; -ENOMEM.
 */
int tree_parse(struct arena *arena, const struct tree_source *source, struct site_errors *errors,
               const struct tree_node **ret_root);

/* tree_read() and tree_parse() of a single file, named by its path. */
int tree_load(struct arena *arena, const char *path, struct site_errors *errors, const struct tree_node **ret_root);

/* The value of a key of a mapping; NULL: not there, or no mapping. Looks at each key in turn. */
const struct tree_node *tree_get(const struct tree_node *mapping, const char *key);
/* The same, but the key itself. */
const struct tree_node *tree_key(const struct tree_node *mapping, const char *key);

/* Words for messages: "a mapping", "a list", "text". */
const char *tree_kind_name(const struct tree_node *node);

#endif
