/* SPDX-License-Identifier: Apache-2.0 */
/* device_points - what a device's points are given out as; see device_inside.h */
#include "drivers/decode.h"
#include "drivers/device_inside.h"

/* --- samples ---------------------------------------------------------------------------------------- */

static void give_out(struct device *device, size_t point, struct sample *sample)
{
	sample->point = device->plan->points[point];
	reading_last(&device->points[point], sample);
	device->sink->sample(device->sink->context, sample);
}

void device_give_out_request(struct device *device, size_t index, enum quality quality, enum fault fault,
                             struct mono now)
{
	const struct read_request *request = &device->plan->requests[index];
	struct sample sample = {.quality = quality, .fault = fault, .at = now};

	for (size_t i = request->first; i < request->first + request->point_size; i++)
		if (!device->splits[i].refused) /* that one is bad already, for a reason of its own */
			give_out(device, i, &sample);
}

void device_miss_request(struct device *device, size_t index, enum fault fault, struct mono now)
{
	struct device_request *request = &device->requests[index];

	request->missed++;
	if (request->bad)
		return;
	/* while the device as a whole is silent, its loss decides, not this */
	request->bad = device->heard && request->missed >= LIMIT_MISSED_SCANS;
	device_give_out_request(device, index, request->bad ? QUALITY_BAD : QUALITY_UNCERTAIN, fault, now);
}

static struct sample good_sample(const struct device_request *request, const struct device_exchange *exchange)
{
	int64_t half_us = mono_since_us(exchange->end, exchange->start) / 2;
	struct mono at = mono_add_us(exchange->start, half_us);
	int64_t err_us = request->read ? mono_since_us(at, request->at) : half_us;

	return (struct sample){
	        .quality = QUALITY_GOOD, .at = at, .err_us = err_us < UINT32_MAX ? (uint32_t)err_us : UINT32_MAX};
}

struct delivery {
	struct decode_data from;
	struct sample good;
	enum doubt doubt;
};

static void deliver_point(struct device *device, size_t index, const struct delivery *delivery)
{
	const struct site_point *point = &device->site->points[device->plan->points[index]];
	struct sample sample = delivery->good;

	if (!decode_covers(&delivery->from, point))
		return;
	if (!reading_take(&device->points[index], decode_value(&delivery->from, point), delivery->doubt, &sample)) {
		device->again = true;
		return;
	}
	device->stats->faults[FAULT_NUMBER] += sample.fault == FAULT_NUMBER;
	give_out(device, index, &sample);
}

void device_deliver(struct device *device, const struct device_exchange *exchange, const uint8_t *data)
{
	const struct device_shape *shape = &exchange->shape;
	const struct read_request *plan = &device->plan->requests[shape->request];
	struct device_request *request = &device->requests[shape->request];
	const struct delivery delivery = {.from = {plan->table, shape->address, shape->count, data},
	                                  .good = good_sample(request, exchange),
	                                  .doubt = request->doubt};

	for (size_t i = plan->first; i < plan->first + plan->point_size; i++)
		deliver_point(device, i, &delivery);
	if (!shape->last)
		return;
	request->at = delivery.good.at;
	request->read = true;
	request->missed = 0;
	request->bad = false;
}

/* --- refused addresses -------------------------------------------------------------------------------- */

struct split_view device_view(struct device *device, size_t index)
{
	return (struct split_view){.site = device->site,
	                           .plan = device->plan,
	                           .request = &device->plan->requests[index],
	                           .split = &device->requests[index].split,
	                           .points = device->splits};
}

static bool lies_in(const struct device *device, size_t index, const struct split_piece *piece)
{
	const struct site_point *point = &device->site->points[device->plan->points[index]];

	return point->address >= piece->address &&
	       (uint32_t)point->address + site_point_width(point) <= (uint32_t)piece->address + piece->count;
}

static void tell_map(struct device *device, size_t point, uint8_t code, struct mono now)
{
	const struct poller_sink *sink = device->sink;
	struct poller_refusal refusal = {
	        .point = device->plan->points[point], .refused = code != 0, .code = code, .at = now};

	if (sink->map)
		sink->map(sink->context, &refusal);
}

void device_points_refused(struct device *device, const struct device_exchange *exchange, uint8_t code)
{
	const struct read_request *request = &device->plan->requests[exchange->shape.request];
	struct split_piece piece = {.address = exchange->shape.address, .count = exchange->shape.count};
	struct sample sample = {.quality = QUALITY_BAD, .fault = FAULT_EXCEPTION, .at = exchange->end};

	for (size_t i = request->first; i < request->first + request->point_size; i++) {
		if (!lies_in(device, i, &piece))
			continue;
		tell_map(device, i, code, exchange->end);
		give_out(device, i, &sample);
	}
}

void device_points_accepted(struct device *device, const struct device_exchange *exchange)
{
	const struct read_request *request = &device->plan->requests[exchange->shape.request];
	struct split_view view = device_view(device, exchange->shape.request);
	struct split_piece piece = {.address = exchange->shape.address, .count = exchange->shape.count};

	bool healed = false;

	for (size_t i = request->first; view.split->apart && i < request->first + request->point_size; i++)
		if (device->splits[i].refused && lies_in(device, i, &piece)) {
			tell_map(device, i, 0, exchange->end);
			healed = true;
		}
	split_accepted(&view, &piece);
	/* something changed: perhaps all of it is accepted again */
	for (size_t i = 0; healed && i < device->plan->request_count; i++)
		split_hasten(&device->requests[i].split);
}
