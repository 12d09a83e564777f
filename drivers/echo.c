/* SPDX-License-Identifier: Apache-2.0 */
/* echo - see echo.h */
#include "drivers/echo.h"

static bool pending(const struct echo_row *row, struct mono now)
{
	return row->bytes > 0 && !mono_reached(now, row->until);
}

/* LIMIT_STALE when there is none */
static size_t find(const struct echo *echo, uint8_t function, size_t bytes)
{
	size_t i = 0;

	while (i < LIMIT_STALE && (echo->rows[i].function != function || echo->rows[i].bytes != bytes))
		i++;
	return i;
}

static struct echo_row *oldest(struct echo *echo)
{
	struct echo_row *row = &echo->rows[0];

	for (size_t i = 1; i < LIMIT_STALE; i++)
		if (echo->rows[i].until.us < row->until.us)
			row = &echo->rows[i];
	return row;
}

/* Where no row is free the one that ends first goes: LIMIT_STALE attempts take longer than it lasts. */
static void remember(struct echo *echo, uint8_t function, size_t bytes, struct mono until)
{
	size_t index = find(echo, function, bytes);
	struct echo_row *row = index < LIMIT_STALE ? &echo->rows[index] : oldest(echo);

	if (index == LIMIT_STALE)
		*row = (struct echo_row){.function = function, .bytes = bytes};
	if (row->until.us < until.us)
		row->until = until;
}

void echo_unanswered(struct echo *echo, const struct transaction_request *request, struct mono now)
{
	remember(echo, request->function, transaction_data_bytes(request->function, request->count),
	         mono_add_ms(now, LIMIT_LATE_MS));
}

void echo_answered(struct echo *echo, const struct transaction_request *request, bool doubt, struct mono now)
{
	size_t bytes = transaction_data_bytes(request->function, request->count);

	echo->address = request->address;
	echo->twin = (struct echo_row){request->function, bytes, mono_add_ms(now, LIMIT_TWIN_MS)};
	if (doubt)
		remember(echo, request->function, bytes, mono_add_ms(now, LIMIT_LATE_TWIN_MS));
}

struct mono echo_until(const struct echo *echo, const struct transaction_request *request)
{
	size_t bytes = transaction_data_bytes(request->function, request->count);
	size_t index = find(echo, request->function, bytes);
	const struct echo_row *twin = &echo->twin;
	struct mono until = index < LIMIT_STALE ? echo->rows[index].until : (struct mono){0};

	if (twin->function != request->function || twin->bytes != bytes || echo->address == request->address)
		return until;
	return until.us > twin->until.us ? until : twin->until;
}

bool echo_ambiguous(const struct echo *echo, uint8_t function, struct mono now)
{
	for (size_t i = 0; i < LIMIT_STALE; i++)
		if (echo->rows[i].function == function && pending(&echo->rows[i], now))
			return true;
	return false;
}

bool echo_heard(struct echo *echo, const struct transaction_reply *reply, struct mono now)
{
	size_t index = find(echo, reply->function, reply->length);

	if (reply->function & 0x80)
		return echo_ambiguous(echo, reply->function & 0x7F, now);
	if (index < LIMIT_STALE && pending(&echo->rows[index], now)) {
		struct mono *until = &echo->rows[index].until;
		*until = mono_min(*until, mono_add_ms(now, LIMIT_LATE_TWIN_MS));
		return true;
	}
	if (reply->length > 0)
		remember(echo, reply->function, reply->length, mono_add_ms(now, LIMIT_LATE_TWIN_MS));
	return false;
}
