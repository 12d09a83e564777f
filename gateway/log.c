/* SPDX-License-Identifier: Apache-2.0 */
/* log - see log.h */
#include "gateway/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define LOG_LINE_BYTES 1024 /* a longer line is cut; it is for a person */

void log_line(enum log_level level, const char *format, ...)
{
	char line[LOG_LINE_BYTES];
	int head = snprintf(line, sizeof line, "<%d>", (int)level);
	va_list arguments;

	va_start(arguments, format);
	int body = vsnprintf(line + head, sizeof line - (size_t)head - 1, format, arguments);
	va_end(arguments);
	if (body < 0)
		return;
	size_t length = (size_t)head + (size_t)body;
	if (length > sizeof line - 2)
		length = sizeof line - 2;
	for (size_t i = 0; i < length; i++) /* a name from outside must not forge a second line */
		if ((unsigned char)line[i] < ' ')
			line[i] = '?';
	line[length++] = '\n';
	/* one write, so that lines of several threads do not mix; a lost log line harms nobody */
	ssize_t written = write(STDERR_FILENO, line, length);
	(void)written;
}
