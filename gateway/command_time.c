/* SPDX-License-Identifier: Apache-2.0 */
/* command_time - see command_time.h */
#include "gateway/command_time.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define SECOND_US 1000000LL

/* Exactly `digits` digits, then `after` (0: anything); moves on. -1: not so. */
static int number(const char **text, int digits, char after)
{
	int value = 0;

	for (int i = 0; i < digits; i++) {
		if (**text < '0' || **text > '9')
			return -1;
		value = value * 10 + (*(*text)++ - '0');
	}
	if (after && *(*text)++ != after)
		return -1;
	return value;
}

static bool leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && leap(year));
}

static int64_t days_since_1970(int year, int month, int day)
{
	int64_t before = year - 1;
	int64_t days = before * 365 + before / 4 - before / 100 + before / 400 - 719162;

	for (int m = 1; m < month; m++)
		days += days_in(year, m);
	return days + day - 1;
}

/* ".512345": one to nine digits */
static int fraction_us(const char **text)
{
	int us = 0, digits = 0;

	if (**text != '.')
		return 0;
	(*text)++;
	for (; **text >= '0' && **text <= '9'; (*text)++, digits++)
		if (digits < 6)
			us = us * 10 + (**text - '0');
	if (digits == 0 || digits > 9)
		return -1;
	for (; digits < 6; digits++)
		us *= 10;
	return us;
}

/* "Z", "+01:00", "-11:30" and nothing more */
static int zone_minutes(const char *text, int *ret_minutes)
{
	if (strcmp(text, "Z") == 0) {
		*ret_minutes = 0;
		return 0;
	}
	int sign = *text == '+' ? 1 : *text == '-' ? -1 : 0;
	if (sign == 0)
		return -EINVAL;
	text++;
	int hours = number(&text, 2, ':');
	int minutes = hours < 0 ? -1 : number(&text, 2, 0);
	if (hours > 23 || minutes < 0 || minutes > 59 || *text != '\0')
		return -EINVAL;
	*ret_minutes = sign * (hours * 60 + minutes);
	return 0;
}

int command_time_parse(const char *text, struct wall *ret_time)
{
	int zone = 0;
	int year = number(&text, 4, '-');
	int month = year < 0 ? -1 : number(&text, 2, '-');
	int day = month < 0 ? -1 : number(&text, 2, 'T');
	int hour = day < 0 ? -1 : number(&text, 2, ':');
	int minute = hour < 0 ? -1 : number(&text, 2, ':');
	int second = minute < 0 ? -1 : number(&text, 2, 0);
	int us = second < 0 ? -1 : fraction_us(&text);

	if (us < 0 || year < 1970 || month < 1 || month > 12 || day < 1 || day > days_in(year, month))
		return -EINVAL;
	if (hour > 23 || minute > 59 || second > 60 || zone_minutes(text, &zone) < 0)
		return -EINVAL;
	int64_t seconds = days_since_1970(year, month, day) * 86400 + hour * 3600LL + minute * 60LL + second;
	ret_time->us = (seconds - zone * 60LL) * SECOND_US + us;
	return 0;
}
