/* SPDX-License-Identifier: Apache-2.0 */
/* split - see split.h */
#include "drivers/split.h"

#include "config/limits.h"

#include <assert.h>

#define ILLEGAL_FUNCTION 1 /* MB 7 */

static const struct site_point *point_at(const struct split_view *view, uint32_t index)
{
	return &view->site->points[view->plan->points[index]];
}

static uint32_t end_of(const struct site_point *point)
{
	return (uint32_t)point->address + site_point_width(point);
}

static uint32_t last_of(const struct split_view *view)
{
	return view->request->first + view->request->point_size;
}

static bool is_in(const struct split_piece *piece, const struct site_point *point)
{
	return point->address >= piece->address && end_of(point) <= (uint32_t)piece->address + piece->count;
}

/* Points of one address, the bits of a register, share their fate. */
static bool same_address(const struct split_view *view, uint32_t a, uint32_t b)
{
	return point_at(view, a)->address == point_at(view, b)->address;
}

static bool is_probe(const struct split_view *view, uint32_t index)
{
	return view->split->probe && same_address(view, index, view->split->probe - 1);
}

static bool is_readable(const struct split_view *view, uint32_t index)
{
	return !view->points[index].refused || is_probe(view, index);
}

static uint32_t next_refused(const struct split_view *view, uint32_t from)
{
	uint32_t index = from;

	while (index < last_of(view) && !view->points[index].refused)
		index++;
	return index < last_of(view) ? index + 1 : 0;
}

static uint32_t behind(const struct split_view *view, uint32_t index)
{
	uint32_t next = index + 1;

	while (next < last_of(view) && same_address(view, index, next))
		next++;
	return next;
}

/* --- reading ---------------------------------------------------------------------------------------- */

void split_begin(const struct split_view *view, struct mono now)
{
	struct split *split = view->split;

	if (!split->apart)
		return;
	split->probe = split->probe_next;
	if (mono_reached(now, split->retry_at))
		split->merged = true;
}

static bool starts_piece(const struct split_view *view, uint32_t first, uint32_t index)
{
	if (same_address(view, first, index))
		return false;
	return view->points[index].cut || !is_readable(view, index) || is_probe(view, index) || is_probe(view, first);
}

static bool next_apart(const struct split_view *view, uint32_t from, struct split_piece *ret_piece)
{
	uint32_t first = view->request->first, end = 0;

	while (first < last_of(view) && (end_of(point_at(view, first)) <= from || !is_readable(view, first)))
		first++;
	if (first == last_of(view))
		return false;
	for (uint32_t i = first; i < last_of(view) && !starts_piece(view, first, i); i++)
		if (end_of(point_at(view, i)) > end)
			end = end_of(point_at(view, i));
	uint32_t address = point_at(view, first)->address;
	if (address < from)
		address = from;
	*ret_piece = (struct split_piece){.address = (uint16_t)address, .count = (uint16_t)(end - address)};
	return true;
}

bool split_next(const struct split_view *view, uint32_t from, struct split_piece *ret_piece)
{
	const struct read_request *request = view->request;
	uint32_t end = (uint32_t)request->address + request->count;

	if (view->split->apart && !view->split->merged)
		return next_apart(view, from, ret_piece);
	if (from >= end)
		return false;
	*ret_piece = (struct split_piece){
	        .address = (uint16_t)from, .count = (uint16_t)(end - from), .spare = request->spare};
	return true;
}

void split_insist(const struct split_view *view)
{
	if (!view->split->probe)
		view->split->probe = next_refused(view, view->request->first);
}

/* --- what came of it -------------------------------------------------------------------------------- */

static void postpone(struct split *split, struct mono now)
{
	int64_t longest_us = LIMIT_MAP_MAX_MS * INT64_C(1000);

	split->retry_us = split->retry_us ? split->retry_us * 2 : LIMIT_MAP_MIN_MS * INT64_C(1000);
	if (split->retry_us > longest_us)
		split->retry_us = longest_us;
	split->retry_at = mono_add_us(now, split->retry_us);
}

static void come_apart(struct split *split, struct mono now)
{
	if (split->apart)
		return;
	*split = (struct split){.apart = true};
	postpone(split, now);
}

/* The point in the middle of the piece's addresses; SPLIT_NONE when it has but one. */
static uint32_t middle_of(const struct split_view *view, const struct split_piece *piece)
{
	uint32_t addresses = 0, before = SPLIT_NONE, middle = SPLIT_NONE;

	for (uint32_t round = 0; round < 2; round++) {
		uint32_t half = addresses / 2, seen = 0;
		before = SPLIT_NONE;
		for (uint32_t i = view->request->first; i < last_of(view); i++) {
			if (!is_in(piece, point_at(view, i)) || (before != SPLIT_NONE && same_address(view, before, i)))
				continue;
			before = i;
			if (round == 1 && seen++ == half && half > 0)
				middle = i;
			addresses += round == 0;
		}
	}
	return middle;
}

static void mark_suspect(const struct split_view *view, const struct split_piece *piece, bool *ret_was)
{
	*ret_was = false;
	for (uint32_t i = view->request->first; i < last_of(view); i++) {
		if (!is_in(piece, point_at(view, i)))
			continue;
		*ret_was |= view->points[i].suspect;
		view->points[i].suspect = true;
	}
}

/* What is known to be refused is out of the way: the rest may be read together again. */
static void leave_alone(const struct split_view *view, const struct split_piece *piece)
{
	for (uint32_t i = view->request->first; i < last_of(view); i++) {
		struct split_point *point = &view->points[i];
		if (is_in(piece, point_at(view, i)))
			point->refused = true;
		*point = (struct split_point){.refused = point->refused};
	}
}

static enum split_verdict refused_alone(const struct split_view *view, const struct split_piece *piece)
{
	struct split *split = view->split;
	bool again = false;

	if (split->probe) {
		uint32_t index = split->probe - 1;
		if (is_in(piece, point_at(view, index))) {
			split->probe = 0;
			split->probe_next = next_refused(view, behind(view, index));
			return SPLIT_STILL;
		}
	}
	mark_suspect(view, piece, &again);
	if (!again)
		return SPLIT_AGAIN;
	leave_alone(view, piece);
	return SPLIT_ALONE;
}

enum split_verdict split_refused(const struct split_view *view, const struct split_piece *piece, uint8_t code,
                                 struct mono now)
{
	struct split *split = view->split;

	if (split->merged) {
		split->merged = false;
		postpone(split, now);
		split->probe = split->probe_next = next_refused(view, view->request->first);
		return SPLIT_AGAIN;
	}
	come_apart(split, now);
	uint32_t middle = code == ILLEGAL_FUNCTION ? SPLIT_NONE : middle_of(view, piece);
	if (middle == SPLIT_NONE)
		return refused_alone(view, piece);
	view->points[middle].cut = true;
	return SPLIT_AGAIN;
}

static bool is_whole(const struct split_view *view)
{
	for (uint32_t i = view->request->first; i < last_of(view); i++)
		if (view->points[i].cut || view->points[i].refused)
			return false;
	return true;
}

void split_accepted(const struct split_view *view, const struct split_piece *piece)
{
	struct split *split = view->split;

	if (!split->apart)
		return;
	if (split->probe && is_in(piece, point_at(view, split->probe - 1))) {
		split->probe_next = next_refused(view, behind(view, split->probe - 1));
		split->probe = 0;
	}
	for (uint32_t i = view->request->first; i < last_of(view); i++) {
		if (!is_in(piece, point_at(view, i)))
			continue;
		view->points[i].suspect = view->points[i].refused = false;
		view->points[i].cut &= !split->merged;
	}
	if (is_whole(view))
		*split = (struct split){0};
}

void split_hasten(struct split *split)
{
	split->retry_at = (struct mono){0};
}
