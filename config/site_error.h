/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site_error - what is wrong in a file, and where: rows for the person who wrote it.
 *
 * A row says what was found and what is allowed. Rows beyond LIMIT_ERRORS are only counted. The same rows serve the
 * site file, profiles and the simulator's scenario files.
 */
#ifndef PICKET_SITE_ERROR_H
#define PICKET_SITE_ERROR_H

#include <stddef.h>
#include <stdint.h>

struct site_error {
	char file[256];
	uint32_t order;        /* how many files were read before this one: the first key of the sorting */
	uint32_t line, column; /* from 1; 0: the file as a whole */
	char text[400];
};

struct site_errors {
	size_t count;   /* of the rows below */
	size_t omitted; /* further errors beyond LIMIT_ERRORS */
	struct site_error *rows;
};

/* Where a row belongs: a file by its name and order, line and column. */
struct site_spot {
	const char *file;
	uint32_t order, line, column;
};

/* Adds a row, control characters as '?'; when memory is short, or there are LIMIT_ERRORS rows already, it only counts. */
__attribute__((format(printf, 3, 4))) void site_errors_add(struct site_errors *errors, struct site_spot spot,
                                                           const char *format, ...);

/* Into the order of the files, and of the lines within each. */
void site_errors_sort(struct site_errors *errors);

void site_errors_free(struct site_errors *errors);

#endif
