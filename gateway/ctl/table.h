/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table - rows of text in columns that fit the terminal.
 *
 * Cells are given row by row. Where the table is wider than the terminal the widest columns are cut, with "…", never
 * below TABLE_CELL_MIN; where there is no terminal nothing is cut.
 */
#ifndef PICKET_TABLE_H
#define PICKET_TABLE_H

#include "gateway/ctl/say.h"

#define TABLE_COLUMNS  16
#define TABLE_CELL_MIN 4

struct table_column {
	const char *title;
	bool right; /* figures */
};

struct table;

int table_new(const struct table_column *columns, size_t count, struct table **ret_table);
void table_free(struct table **table);
/* -ENOMEM. Copies text, made harmless. */
int table_cell(struct table *table, enum tint tint, const char *text);
/* width 0: as wide as it is. */
void table_print(const struct table *table, FILE *stream, unsigned width, bool colour);

#endif
