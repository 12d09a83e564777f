/* SPDX-License-Identifier: Apache-2.0 */
/* say - see say.h */
#include "gateway/ctl/say.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define MESSAGE_BYTES 1024

__attribute__((format(printf, 2, 0))) static void say(const char *head, const char *format, va_list arguments)
{
	char text[MESSAGE_BYTES], clean[MESSAGE_BYTES];

	vsnprintf(text, sizeof text, format, arguments);
	say_clean(text, clean, sizeof clean);
	fflush(stdout); /* on one terminal they come in the order they were said */
	fprintf(stderr, "%s%s\n", head, clean);
}

void say_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say("picketctl: ", format, arguments);
	va_end(arguments);
}

void say_note(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say("", format, arguments);
	va_end(arguments);
}

bool say_colour(FILE *stream)
{
	const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");

	return !(none && none[0]) && terminal && strcmp(terminal, "dumb") != 0 && isatty(fileno(stream));
}

const char *say_tint(enum tint tint, bool colour)
{
	static const char *const sequences[] = {[TINT_PLAIN] = "",
	                                        [TINT_GOOD] = "\033[32m",
	                                        [TINT_WARN] = "\033[33m",
	                                        [TINT_BAD] = "\033[1;31m",
	                                        [TINT_DIM] = "\033[2m"};

	return colour ? sequences[tint] : "";
}

const char *say_plain(enum tint tint, bool colour)
{
	return colour && tint != TINT_PLAIN ? "\033[0m" : "";
}

unsigned say_width(FILE *stream)
{
	struct winsize size;

	if (!isatty(fileno(stream)) || ioctl(fileno(stream), TIOCGWINSZ, &size) < 0)
		return 0;
	return size.ws_col;
}

size_t say_cells(const char *text)
{
	size_t cells = 0;

	for (; *text; text++)
		cells += ((unsigned char)*text & 0xc0) != 0x80;
	return cells;
}

void say_clean(const char *text, char *ret_text, size_t size)
{
	size_t used = 0;

	for (const unsigned char *s = (const unsigned char *)text; *s && used + 1 < size; s++) {
		bool c1 = s[0] == 0xc2 && s[1] >= 0x80 && s[1] < 0xa0;
		bool control = *s < ' ' || *s == 0x7f || c1;
		ret_text[used++] = control ? '?' : (char)*s;
		if (c1)
			s++;
	}
	ret_text[used] = '\0';
}
