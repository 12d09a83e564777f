/* SPDX-License-Identifier: Apache-2.0 */
/* table - see table.h */
#include "gateway/ctl/table.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define GAP 2 /* blanks between columns */

struct cell {
	char *text;
	enum tint tint;
};

struct table {
	struct table_column columns[TABLE_COLUMNS];
	size_t column_count, cell_count, cell_room;
	struct cell *cells;
};

int table_new(const struct table_column *columns, size_t count, struct table **ret_table)
{
	struct table *table = calloc(1, sizeof *table);

	assert(count > 0 && count <= TABLE_COLUMNS);
	if (!table)
		return -ENOMEM;
	memcpy(table->columns, columns, count * sizeof *columns);
	table->column_count = count;
	*ret_table = table;
	return 0;
}

void table_free(struct table **table)
{
	if (!*table)
		return;
	for (size_t i = 0; i < (*table)->cell_count; i++)
		free((*table)->cells[i].text);
	free((*table)->cells);
	free(*table);
	*table = NULL;
}

static int make_room(struct table *table)
{
	size_t room = table->cell_room ? table->cell_room * 2 : 64;

	if (table->cell_count < table->cell_room)
		return 0;
	struct cell *cells = reallocarray(table->cells, room, sizeof *cells);
	if (!cells)
		return -ENOMEM;
	table->cells = cells;
	table->cell_room = room;
	return 0;
}

int table_cell(struct table *table, enum tint tint, const char *text)
{
	size_t size = strlen(text) + 1;

	if (make_room(table) < 0)
		return -ENOMEM;
	char *copy = malloc(size);
	if (!copy)
		return -ENOMEM;
	say_clean(text, copy, size);
	table->cells[table->cell_count++] = (struct cell){.text = copy, .tint = tint};
	return 0;
}

static size_t natural_widths(const struct table *table, size_t widths[TABLE_COLUMNS])
{
	size_t total = GAP * (table->column_count - 1);

	for (size_t column = 0; column < table->column_count; column++) {
		widths[column] = say_cells(table->columns[column].title);
		for (size_t i = column; i < table->cell_count; i += table->column_count) {
			size_t cells = say_cells(table->cells[i].text);
			widths[column] = cells > widths[column] ? cells : widths[column];
		}
		total += widths[column];
	}
	return total;
}

/* Takes from the widest column, one at a time, until the table fits or none can give more. */
static void fit_widths(const struct table *table, size_t widths[TABLE_COLUMNS], size_t total, size_t most)
{
	while (total > most) {
		size_t widest = 0;
		for (size_t column = 1; column < table->column_count; column++)
			if (widths[column] > widths[widest])
				widest = column;
		if (widths[widest] <= TABLE_CELL_MIN)
			return;
		widths[widest]--;
		total--;
	}
}

/* Bytes of the first `cells` characters. */
static int bytes_of(const char *text, size_t cells)
{
	size_t seen = 0, i = 0;

	for (; text[i]; i++) {
		if (((unsigned char)text[i] & 0xc0) != 0x80 && seen++ == cells)
			break;
	}
	return (int)i;
}

static void print_blanks(FILE *stream, size_t count)
{
	fprintf(stream, "%*s", (int)count, "");
}

/* last: nothing follows, so no blanks at the end of the line */
static void print_cell(FILE *stream, const char *text, size_t width, bool right, bool last)
{
	size_t cells = say_cells(text);

	if (cells > width) {
		fprintf(stream, "%.*s…", bytes_of(text, width - 1), text);
		return;
	}
	if (right)
		print_blanks(stream, width - cells);
	fputs(text, stream);
	if (!right && !last)
		print_blanks(stream, width - cells);
}

/* The columns up to the last one with something in it: no blanks at the end of a line. */
static size_t columns_used(const struct cell *cells, size_t count)
{
	while (count > 1 && cells[count - 1].text[0] == '\0')
		count--;
	return count;
}

static void print_row(const struct table *table, const struct cell *cells, FILE *stream, const size_t *widths,
                      bool colour)
{
	size_t count = columns_used(cells, table->column_count);

	for (size_t column = 0; column < count; column++) {
		bool last = column + 1 == count;
		fputs(say_tint(cells[column].tint, colour), stream);
		print_cell(stream, cells[column].text, widths[column], table->columns[column].right, last);
		fputs(say_plain(cells[column].tint, colour), stream);
		if (!last)
			print_blanks(stream, GAP);
	}
	putc('\n', stream);
}

void table_print(const struct table *table, FILE *stream, unsigned width, bool colour)
{
	struct cell titles[TABLE_COLUMNS];
	size_t widths[TABLE_COLUMNS], total = natural_widths(table, widths);

	assert(table->cell_count % table->column_count == 0);
	if (width > 0)
		fit_widths(table, widths, total, width);
	for (size_t column = 0; column < table->column_count; column++)
		titles[column] = (struct cell){.text = (char *)table->columns[column].title, .tint = TINT_DIM};
	print_row(table, titles, stream, widths, colour);
	for (size_t i = 0; i < table->cell_count; i += table->column_count)
		print_row(table, &table->cells[i], stream, widths, colour);
}
