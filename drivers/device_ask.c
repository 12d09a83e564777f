/* SPDX-License-Identifier: Apache-2.0 */
/* device_ask - what a device is asked next, and how long that may take; see device_inside.h */
#include "drivers/device_inside.h"

#include <assert.h>

#define WAITS_FULL 4 /* every so many probes, one waits as long as the site allows */

static bool is_fresh(struct device *device, const struct transaction_request *request, struct mono now)
{
	struct mono until = echo_until(&device->echo, request);

	if (mono_reached(now, until))
		return true;
	device->blocked = mono_min(device->blocked, until);
	return false;
}

size_t device_current(const struct device *device)
{
	return device->order[(device->first + device->done) % device->plan->request_count];
}

enum urgency device_urgency(const struct device *device)
{
	return device->requests[device_current(device)].urgency;
}

struct mono device_deadline(const struct device *device)
{
	return mono_add_us(device->due, device->period_us);
}

int64_t device_wait_us(const struct device *device, const struct round_trip_bounds *bounds, int64_t typical_us)
{
	int64_t usual_us = device->trip.count || !typical_us ? round_trip_usual_us(&device->trip, bounds) : typical_us;

	if (!device->lost)
		return round_trip_wait_us(&device->trip, bounds);
	if (device->probes % WAITS_FULL == WAITS_FULL - 1 || usual_us * 2 > bounds->most_us)
		return bounds->most_us;
	return usual_us * 2;
}

static bool tears(const struct device *device, const struct transaction_request *request)
{
	return read_plan_tears(device->plan, device->site, device_current(device), request->address + request->count);
}

/* Reads as many addresses as are wanted, or a few more, or fewer: the first whose answer is like no late one. */
static bool choose_count(struct device *device, struct transaction_request *request, uint16_t spare, struct mono now)
{
	uint16_t want = request->count;

	for (request->count = want; request->count <= want + spare; request->count++)
		if (is_fresh(device, request, now))
			return true;
	for (request->count = (uint16_t)(want - 1); request->count > 0; request->count--)
		if (!tears(device, request) && is_fresh(device, request, now))
			return true;
	return false;
}

static uint32_t place_in(const struct device *device, size_t index)
{
	return device->plan->requests[index].address + device->part;
}

/* The next piece of the current request, or of one behind it; false when the rest of the scan has none. */
bool device_next_piece(struct device *device, struct mono now, struct split_piece *ret_piece)
{
	for (; device->done < device->plan->request_count; device->done++) {
		struct split_view view = device_view(device, device_current(device));
		if (!device->begun)
			split_begin(&view, now);
		device->begun = true;
		if (split_next(&view, place_in(device, device_current(device)), ret_piece))
			return true;
		device->begun = false;
		device->part = 0;
	}
	return false;
}

static bool is_last(struct device *device, const struct transaction_request *request)
{
	struct split_view view = device_view(device, device_current(device));
	struct split_piece more;

	return !split_next(&view, (uint32_t)request->address + request->count, &more);
}

bool device_next_shape(struct device *device, struct mono now, struct device_shape *ret_shape)
{
	struct split_piece piece = {0};

	device->blocked = MONO_NEVER;
	if (!device_next_piece(device, now, &piece)) {
		/* all of it is refused, and only a refusal can show that it is alive */
		device->done = 0;
		device->begun = true;
		struct split_view view = device_view(device, device_current(device));
		split_insist(&view);
		bool some = split_next(&view, place_in(device, device_current(device)), &piece);
		assert(some);
	}
	size_t index = device_current(device);
	struct transaction_request request = {.function = read_plan_function(device->plan->requests[index].table),
	                                      .address = piece.address,
	                                      .count = piece.count};
	if (!choose_count(device, &request, piece.spare, now))
		return false;
	*ret_shape = (struct device_shape){.request = index,
	                                   .address = request.address,
	                                   .count = request.count,
	                                   .last = is_last(device, &request)};
	return true;
}

struct transaction_request device_request_of(const struct device *device, const struct device_shape *shape)
{
	return (struct transaction_request){.unit = device->site->devices[device->index].unit,
	                                    .function =
	                                            read_plan_function(device->plan->requests[shape->request].table),
	                                    .address = shape->address,
	                                    .count = shape->count};
}

void device_move_on(struct device *device, const struct device_shape *shape)
{
	uint32_t end = (uint32_t)shape->address + shape->count;

	device->part = end - device->plan->requests[shape->request].address;
}

bool device_next_piece_here(struct device *device)
{
	struct split_view view = device_view(device, device_current(device));
	struct split_piece more;

	return split_next(&view, place_in(device, device_current(device)), &more);
}
