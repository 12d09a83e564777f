/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bind - a mapping of the site file into a struct, by a table of its keys.
 *
 * Each row names a key, what may stand behind it and where it goes. The table knows what is unknown, missing, of the
 * wrong type, out of range, for another kind, or not built yet; every fault becomes an error row, and the member
 * keeps its default.
 */
#ifndef PICKET_BIND_H
#define PICKET_BIND_H

#include "config/yaml_tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct load;

enum bind_type {
	BIND_LATER,   /* part of the format, not supported yet: refused */
	BIND_TEXT,    /* const char *: one line of 1 to max bytes */
	BIND_LINES,   /* const char *: 1 to max bytes, lines allowed */
	BIND_PATH,    /* const char *: 1 to max bytes; relative to the site file's folder */
	BIND_ID,      /* const char *: see scalar_is_id() */
	BIND_U8,      /* whole number min to max, into uint8_t */
	BIND_U16,     /* … uint16_t */
	BIND_U32,     /* … uint32_t */
	BIND_SECONDS, /* seconds with decimals, min to max in ms, into uint32_t ms */
	BIND_REAL,    /* number with decimals, perhaps negative, into double */
	BIND_BOOL,    /* bool */
	BIND_NODE,    /* const struct tree_node *: the value, to be looked at later */
	BIND_CHOICE,  /* one of names, its index into uint32_t */
	BIND_OWN,     /* a function of its own */
};

struct bind_row {
	const char *key;
	enum bind_type type;
	bool required;
	uint32_t kinds; /* bits of the kinds that have the key; 0: all */
	size_t offset;
	uint32_t min, max;
	const char *const *names; /* BIND_CHOICE: with a NULL at the end */
	void (*own)(struct load *load, const struct tree_node *key, void *target);
};

struct bind_table {
	const char *section; /* as the manual calls it */
	const struct bind_row *rows;
	size_t count;
};

#define BIND_TABLE(name, rows)                                                                                         \
	{                                                                                                              \
		(name), (rows), sizeof(rows) / sizeof((rows)[0])                                                       \
	}

struct bind_job {
	const struct bind_table *table;
	const struct tree_node *where;   /* what a missing key is missing from */
	const struct tree_node *mapping; /* no mapping is an error, too */
	void *target;
	uint32_t kind;         /* one bit; 0: unknown, or there are none */
	const char *kind_name; /* for messages */
};

/* Rows with own are called in the order of the file. */
void bind_mapping(struct load *load, const struct bind_job *job);

/* "'key' is FOUND; allowed: WHAT" at the place of the value. */
void bind_refuse(struct load *load, const struct tree_node *key, const struct tree_node *value, const char *allowed);

/* Calls each for every key that the site file and profiles know, the manual's order. */
typedef void (*site_key_call)(void *context, const char *section, const char *key, bool later);
void bind_keys(const struct bind_table *table, site_key_call each, void *context);

#endif
