/* SPDX-License-Identifier: Apache-2.0 */
/* site_error - see site_error.h */
#include "config/site_error.h"

#include "config/limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* All rows are made at the first error: there is no growing that could fail half way. */
static struct site_error *next_row(struct site_errors *errors)
{
	if (errors->rows == NULL)
		errors->rows = calloc(LIMIT_ERRORS, sizeof(*errors->rows));
	if (errors->rows == NULL || errors->count == LIMIT_ERRORS)
		return NULL;
	return &errors->rows[errors->count];
}

/* What a file brought along may not move the cursor of whoever reads the message. */
static void hide_controls(char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
	}
}

void site_errors_add(struct site_errors *errors, struct site_spot spot, const char *format, ...)
{
	struct site_error *row = next_row(errors);
	va_list arguments;

	if (row == NULL) {
		errors->omitted++;
		return;
	}
	snprintf(row->file, sizeof(row->file), "%s", spot.file);
	row->order = spot.order;
	row->line = spot.line;
	row->column = spot.column;
	va_start(arguments, format);
	vsnprintf(row->text, sizeof(row->text), format, arguments);
	va_end(arguments);
	hide_controls(row->file);
	hide_controls(row->text);
	errors->count++;
}

static int compare_numbers(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare_rows(const void *left, const void *right)
{
	const struct site_error *a = left, *b = right;

	if (a->order != b->order)
		return compare_numbers(a->order, b->order);
	if (a->line != b->line)
		return compare_numbers(a->line, b->line);
	return compare_numbers(a->column, b->column);
}

/* Insertion keeps rows of one place in the order they were found; there are at most LIMIT_ERRORS. */
void site_errors_sort(struct site_errors *errors)
{
	for (size_t i = 1; i < errors->count; i++) {
		struct site_error row = errors->rows[i];
		size_t at = i;

		for (; at > 0 && compare_rows(&row, &errors->rows[at - 1]) < 0; at--)
			errors->rows[at] = errors->rows[at - 1];
		errors->rows[at] = row;
	}
}

void site_errors_free(struct site_errors *errors)
{
	if (errors == NULL)
		return;
	free(errors->rows);
	*errors = (struct site_errors){0};
}
