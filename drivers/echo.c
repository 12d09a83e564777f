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

static const struct echo_row *soonest(const struct echo *echo)
{
	const struct echo_row *row = &echo->rows[0];

	for (size_t i = 1; i < LIMIT_STALE; i++)
		if (echo->rows[i].until.us < row->until.us)
			row = &echo->rows[i];
	return row;
}

/* Where no row is free, what is in them matters more: a read is only sent while there is one (echo_until). */
static void remember(struct echo *echo, const struct echo_row *new, struct mono now)
{
	size_t index = find(echo, new->function, new->bytes);
	struct echo_row *row = &echo->rows[index < LIMIT_STALE ? index : (size_t)(soonest(echo) - echo->rows)];

	if (index == LIMIT_STALE && pending(row, now))
		return;
	if (index == LIMIT_STALE || row->until.us < new->until.us)
		*row = *new;
}

void echo_unanswered(struct echo *echo, const struct transaction_request *request, struct mono now)
{
	struct echo_row row = {request->function, transaction_data_bytes(request->function, request->count),
	                       mono_add_ms(now, LIMIT_LATE_MS)};

	remember(echo, &row, now);
}

void echo_answered(struct echo *echo, const struct transaction_request *request, bool doubt, struct mono now)
{
	size_t bytes = transaction_data_bytes(request->function, request->count);

	echo->address = request->address;
	echo->twin = (struct echo_row){request->function, bytes, mono_add_ms(now, LIMIT_TWIN_MS)};
	if (doubt)
		remember(echo, &(struct echo_row){request->function, bytes, mono_add_ms(now, LIMIT_LATE_TWIN_MS)}, now);
}

struct mono echo_until(const struct echo *echo, const struct transaction_request *request)
{
	size_t bytes = transaction_data_bytes(request->function, request->count);
	size_t index = find(echo, request->function, bytes);
	const struct echo_row *twin = &echo->twin;
	/* of one that is not there: when a row is free to remember it in */
	struct mono until = index < LIMIT_STALE ? echo->rows[index].until : soonest(echo)->until;

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
		remember(echo, &(struct echo_row){reply->function, reply->length, mono_add_ms(now, LIMIT_LATE_TWIN_MS)},
		         now);
	return false;
}
