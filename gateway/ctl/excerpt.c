/* SPDX-License-Identifier: Apache-2.0 */
/* excerpt - see excerpt.h */
#include "gateway/ctl/excerpt.h"

#include <stdlib.h>
#include <string.h>

/* The line without its end, the caller's to free; NULL: there is none. */
static char *read_line(const char *path, uint32_t line)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t room = 0;
	ssize_t length = file ? 0 : -1;

	for (uint32_t i = 0; i < line && length >= 0; i++)
		length = getline(&text, &room, file);
	if (file)
		fclose(file);
	if (length < 0 || line == 0) {
		free(text);
		return NULL;
	}
	text[strcspn(text, "\r\n")] = '\0';
	return text;
}

/* Bytes of the first `count` characters. */
static size_t bytes_of(const char *text, size_t count)
{
	size_t i = 0, seen = 0;

	for (; text[i]; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80 && seen++ == count)
			break;
	return i;
}

void excerpt_print(const char *path, uint32_t line, uint32_t column, FILE *stream, bool colour)
{
	char *text = read_line(path, line), shown[EXCERPT_WIDTH * 4 + 1];
	size_t place = column > 0 ? column - 1 : 0, first = 0;

	if (!text)
		return;
	size_t cells = say_cells(text);
	if (place > cells) /* the end of the line */
		place = cells;
	if (place > EXCERPT_WIDTH * 3 / 4)
		first = place - EXCERPT_WIDTH / 2;
	const char *from = text + bytes_of(text, first);
	size_t length = bytes_of(from, EXCERPT_WIDTH);
	snprintf(shown, sizeof shown, "%.*s", (int)length, from);
	for (char *c = shown; *c; c++)
		*c = *c == '\t' ? ' ' : *c; /* one cell, so that the caret stands right */
	say_clean(shown, text, length + 1);
	fprintf(stream, "%6u | %s\n", line, text);
	fprintf(stream, "       | %*s%s^%s\n", (int)(place - first), "", say_tint(TINT_BAD, colour),
	        say_plain(TINT_BAD, colour));
	free(text);
}
