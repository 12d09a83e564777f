/* SPDX-License-Identifier: Apache-2.0 */
/* device - see device.h */
#include "drivers/device.h"

#include "drivers/decode.h"
#include "drivers/random.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BACKOFF_MIN_US (LIMIT_BACKOFF_MIN_MS * 1000)
#define BACKOFF_MAX_US (LIMIT_BACKOFF_MAX_MS * 1000)
#define RTT_REFRESH    8 /* exchanges between two looks at the percentiles */

static struct mono to_grid(const struct device *device, struct mono t)
{
	int64_t grid_us = device->period_us >= LIMIT_GRID_SLOW_MS * 1000 ? LIMIT_GRID_SLOW_US : LIMIT_GRID_US;

	return (struct mono){(t.us + grid_us - 1) / grid_us * grid_us};
}

static void set_first_due(struct device *device, const struct device_setup *setup)
{
	int64_t phase_us = device->period_us * setup->spread_ppm / 1000000;
	int64_t soon_us = LIMIT_FIRST_MS * 1000;

	device->nominal = mono_add_us(setup->start, phase_us);
	if (device->period_us > soon_us)
		phase_us = soon_us * setup->spread_ppm / 1000000;
	device->due = to_grid(device, mono_add_us(setup->start, phase_us));
	device->owed = device->due;
	if (device->plan->request_count == 0)
		device->due = device->owed = MONO_NEVER;
}

int device_init(struct device *device, const struct device_setup *setup)
{
	const struct site_device *of = &setup->site->devices[setup->index];

	memset(device, 0, sizeof *device);
	device->site = setup->site;
	device->sink = setup->sink;
	device->stats = setup->stats;
	device->index = setup->index;
	device->random = setup->seed;
	device->framing = site_link_is_rtu(&setup->site->links[of->link]) ? FRAMING_RTU : FRAMING_TCP;
	device->period_us = (int64_t)of->scan_ms * 1000;
	int error = read_plan_new(setup->site, setup->index, &device->plan);
	if (error)
		return error;
	device->requests = calloc(device->plan->request_count + 1, sizeof *device->requests);
	device->points = calloc(device->plan->point_count + 1, sizeof *device->points);
	if (!device->requests || !device->points) {
		device_done(device);
		return -ENOMEM;
	}
	set_first_due(device, setup);
	return 0;
}

void device_done(struct device *device)
{
	read_plan_free(&device->plan);
	free(device->requests);
	free(device->points);
	device->requests = NULL;
	device->points = NULL;
}

/* --- shapes ----------------------------------------------------------------------------------------- */

static bool is_fresh(struct device *device, const struct transaction_request *request, struct mono now)
{
	struct mono until = echo_until(&device->echo, request);

	if (mono_reached(now, until))
		return true;
	device->blocked = mono_min(device->blocked, until);
	return false;
}

/* Reads as many addresses as are wanted, or a few more, or fewer: the first whose answer is like no late one. */
static bool choose_count(struct device *device, struct transaction_request *request, uint16_t spare, struct mono now)
{
	uint16_t want = request->count;

	for (request->count = want; request->count <= want + spare; request->count++)
		if (is_fresh(device, request, now))
			return true;
	for (request->count = (uint16_t)(want - 1); request->count > 0; request->count--)
		if (is_fresh(device, request, now))
			return true;
	return false;
}

static size_t current(const struct device *device)
{
	return (device->first + device->done) % device->plan->request_count;
}

bool device_next_shape(struct device *device, struct mono now, struct device_shape *ret_shape)
{
	size_t index = current(device);
	const struct read_request *plan = &device->plan->requests[index];
	struct transaction_request request = {.function = read_plan_function(plan->table),
	                                      .address = (uint16_t)(plan->address + device->part),
	                                      .count = (uint16_t)(plan->count - device->part)};

	device->blocked = MONO_NEVER;
	if (!choose_count(device, &request, plan->spare, now))
		return false;
	*ret_shape = (struct device_shape){.request = index,
	                                   .address = request.address,
	                                   .count = request.count,
	                                   .last = device->part + request.count >= plan->count};
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

/* --- samples ---------------------------------------------------------------------------------------- */

static void give_out(struct device *device, size_t point, struct sample *sample)
{
	sample->point = device->plan->points[point];
	sample->value = device->points[point].value;
	device->sink->sample(device->sink->context, sample);
}

static void give_out_request(struct device *device, size_t index, enum quality quality, enum fault fault,
                             struct mono now)
{
	const struct read_request *request = &device->plan->requests[index];
	struct sample sample = {.quality = quality, .fault = fault, .at = now};

	for (size_t i = request->first; i < request->first + request->point_size; i++)
		give_out(device, i, &sample);
}

static void miss_request(struct device *device, size_t index, enum fault fault, struct mono now)
{
	struct device_request *request = &device->requests[index];

	request->missed++;
	if (request->bad)
		return;
	/* while the device as a whole is silent, its loss decides, not this */
	request->bad = device->heard && request->missed >= LIMIT_MISSED_SCANS;
	give_out_request(device, index, request->bad ? QUALITY_BAD : QUALITY_UNCERTAIN, fault, now);
}

/* Whether a value may go out; one that is only suspected waits for a second read to say the same. */
static bool confirm(const struct device_request *request, struct device_point *point, bool value)
{
	bool as_before = point->known && point->value == value;
	bool confirmed = point->held && point->suspected == value;

	if (!request->doubt || as_before || confirmed) {
		point->held = false;
		return true;
	}
	point->held = true;
	point->suspected = value;
	return false;
}

static struct sample good_sample(const struct device_request *request, const struct device_exchange *exchange)
{
	int64_t half_us = mono_since_us(exchange->end, exchange->start) / 2;
	struct mono at = mono_add_us(exchange->start, half_us);
	int64_t err_us = request->read ? mono_since_us(at, request->at) : half_us;

	return (struct sample){
	        .quality = QUALITY_GOOD, .at = at, .err_us = err_us < UINT32_MAX ? (uint32_t)err_us : UINT32_MAX};
}

static void deliver(struct device *device, const struct device_exchange *exchange, const uint8_t *data)
{
	const struct device_shape *shape = &exchange->shape;
	const struct read_request *plan = &device->plan->requests[shape->request];
	struct device_request *request = &device->requests[shape->request];
	struct decode_data from = {
	        .table = plan->table, .address = shape->address, .count = shape->count, .bytes = data};
	struct sample sample = good_sample(request, exchange);

	for (size_t i = plan->first; i < plan->first + plan->point_size; i++) {
		const struct site_point *point = &device->site->points[device->plan->points[i]];
		if (!decode_covers(&from, point))
			continue;
		bool value = decode_bit(&from, point);
		if (!confirm(request, &device->points[i], value)) {
			device->again = true;
			continue;
		}
		device->points[i].known = true;
		device->points[i].value = value;
		give_out(device, i, &sample);
	}
	if (!shape->last)
		return;
	request->at = sample.at;
	request->read = true;
	request->missed = 0;
	request->bad = false;
}

/* --- schedule --------------------------------------------------------------------------------------- */

static int64_t skip_past(struct device *device, struct mono now)
{
	int64_t periods = mono_since_us(now, device->nominal) / device->period_us;

	if (periods <= 0)
		return 0;
	device->nominal = mono_add_us(device->nominal, periods * device->period_us);
	return periods;
}

static void schedule(struct device *device, struct mono now)
{
	if (device->again) {
		device->again = false;
		device->due = now;
		return;
	}
	if (device->nominal.us <= device->due.us)
		device->nominal = mono_add_us(device->nominal, device->period_us);
	device->stats->missed_deadlines += (uint64_t)skip_past(device, now);
	device->due = to_grid(device, device->nominal);
	if (device->missed)
		device->due = mono_min(device->due, mono_add_ms(now, LIMIT_RETRY_MS));
}

static void schedule_probe(struct device *device, struct mono now)
{
	device->due = mono_add_us(now, random_jitter(&device->random, device->backoff_us));
	device->backoff_us *= 2;
	if (device->backoff_us > BACKOFF_MAX_US)
		device->backoff_us = BACKOFF_MAX_US;
}

static void end_scan(struct device *device)
{
	device->done = 0;
	device->part = 0;
	device->heard = false;
}

static void end_request(struct device *device, struct mono now)
{
	device->part = 0;
	device->done++;
	if (device->done < device->plan->request_count)
		return;
	end_scan(device);
	schedule(device, now);
}

/* --- loss and return -------------------------------------------------------------------------------- */

static void lose(struct device *device, enum fault fault, struct mono now)
{
	device->lost = device->stats->lost = true;
	device->sink->device(device->sink->context, device->index, true, fault, now);
	for (size_t i = 0; i < device->plan->request_count; i++) {
		if (!device->requests[i].bad)
			give_out_request(device, i, QUALITY_BAD, fault, now);
		device->requests[i].bad = true;
	}
	end_scan(device);
	device->again = false;
	device->backoff_us = BACKOFF_MIN_US;
	schedule_probe(device, now);
}

static bool is_gone(const struct device *device, enum fault fault, struct mono now)
{
	return device->missed >= LIMIT_MISSED_SCANS &&
	       (fault == FAULT_OFFLINE || device->attempts >= LIMIT_MISSED_SCANS ||
	        mono_since_us(now, device->owed) >= LIMIT_LOST_MS * INT64_C(1000));
}

/* The device said something that is surely its own. */
static void revive(struct device *device, const struct device_exchange *exchange)
{
	device->missed = device->attempts = 0;
	device->heard = device->stats->heard = true;
	device->owed = mono_add_us(exchange->end, device->period_us);
	if (!device->lost)
		return;
	device->lost = device->stats->lost = false;
	skip_past(device, exchange->end);
	device->sink->device(device->sink->context, device->index, false, FAULT_NONE, exchange->end);
}

/* The scan brings nothing more. */
static void give_up(struct device *device, enum fault fault, struct mono now)
{
	device->part = 0;
	if (device->heard) {
		for (; device->done < device->plan->request_count; device->done++)
			miss_request(device, current(device), fault, now);
		end_scan(device);
		schedule(device, now);
		return;
	}
	device->missed++;
	if (is_gone(device, fault, now)) {
		lose(device, fault, now);
		return;
	}
	for (size_t i = 0; i < device->plan->request_count; i++)
		miss_request(device, i, fault, now);
	device->first = (device->first + 1) % device->plan->request_count; /* another request may have better luck */
	end_scan(device);
	schedule(device, now);
}

/* --- figures ---------------------------------------------------------------------------------------- */

static int by_size(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

static void refresh_percentiles(struct device *device)
{
	uint32_t sorted[DEVICE_RTTS];
	size_t count = device->rtt_count < DEVICE_RTTS ? device->rtt_count : DEVICE_RTTS;

	memcpy(sorted, device->rtts_us, count * sizeof *sorted);
	qsort(sorted, count, sizeof *sorted, by_size);
	device->stats->rtt_p50_us = sorted[count / 2];
	device->stats->rtt_p99_us = sorted[count * 99 / 100];
}

static void count_answer(struct device *device, const struct device_exchange *exchange)
{
	int64_t rtt_us = mono_since_us(exchange->end, exchange->start);

	device->stats->reach = (uint8_t)(device->stats->reach << 1 | 1);
	device->rtts_us[device->rtt_count++ % DEVICE_RTTS] = (uint32_t)rtt_us;
	if (device->rtt_count < RTT_REFRESH || device->rtt_count % RTT_REFRESH == 0)
		refresh_percentiles(device);
}

/* --- what came of it -------------------------------------------------------------------------------- */

void device_doubt(struct device *device)
{
	for (size_t i = 0; i < device->plan->request_count; i++)
		device->requests[i].doubt = true;
}

static bool has_held(const struct device *device, size_t index)
{
	const struct read_request *request = &device->plan->requests[index];

	for (size_t i = request->first; i < request->first + request->point_size; i++)
		if (device->points[i].held)
			return true;
	return false;
}

static void expect_twin(struct device *device, const struct device_exchange *exchange)
{
	struct transaction_request request = device_request_of(device, &exchange->shape);

	if (device->framing == FRAMING_RTU)
		echo_answered(&device->echo, &request, device->requests[exchange->shape.request].doubt, exchange->end);
}

void device_answered(struct device *device, const struct device_exchange *exchange, const uint8_t *data)
{
	const struct device_shape *shape = &exchange->shape;

	device->stats->good++;
	device->stats->last_good = exchange->end;
	count_answer(device, exchange);
	revive(device, exchange);
	expect_twin(device, exchange);
	deliver(device, exchange, data);
	if (!shape->last) {
		device->part = (uint16_t)(device->part + shape->count);
		return;
	}
	device->requests[shape->request].doubt = has_held(device, shape->request);
	end_request(device, exchange->end);
}

void device_refused(struct device *device, const struct device_exchange *exchange, uint8_t code)
{
	device->stats->faults[FAULT_EXCEPTION]++;
	device->stats->exceptions[code < 16 ? code : 0]++;
	count_answer(device, exchange);
	revive(device, exchange);
	miss_request(device, exchange->shape.request, FAULT_EXCEPTION, exchange->end);
	end_request(device, exchange->end);
}

void device_cancelled(struct device *device, const struct device_exchange *exchange)
{
	if (device->framing != FRAMING_RTU)
		return;
	struct transaction_request request = device_request_of(device, &exchange->shape);

	echo_unanswered(&device->echo, &request, exchange->end);
	device_doubt(device);
}

void device_failed(struct device *device, const struct device_exchange *exchange, enum fault fault)
{
	device->stats->faults[fault]++;
	device->stats->reach = (uint8_t)(device->stats->reach << 1);
	device->attempts++;
	device_cancelled(device, exchange);
	if (device->lost) {
		end_scan(device);
		schedule_probe(device, exchange->end);
	} else if (device->heard) {
		miss_request(device, exchange->shape.request, fault, exchange->end);
		end_request(device, exchange->end);
	} else {
		give_up(device, fault, exchange->end);
	}
}

void device_held_back(struct device *device, struct mono now)
{
	bool shortly = mono_since_us(device->blocked, now) <= LIMIT_LATE_TWIN_MS * INT64_C(1000);

	if (device->lost || shortly)
		device->due = device->blocked;
	else
		give_up(device, FAULT_TIMEOUT, now);
}

void device_missed(struct device *device, enum fault fault, struct mono now)
{
	device->stats->faults[fault]++;
	give_up(device, fault, now);
}

bool device_stray(struct device *device, const struct transaction_reply *reply, struct mono now)
{
	device_doubt(device);
	return echo_heard(&device->echo, reply, now);
}

/* --- time ------------------------------------------------------------------------------------------- */

void device_supervise(struct device *device, enum fault fault, struct mono now)
{
	if (mono_reached(now, device_supervision_at(device)))
		lose(device, fault, now);
}

struct mono device_supervision_at(const struct device *device)
{
	return device->lost ? MONO_NEVER : mono_add_ms(device->owed, LIMIT_SUPERVISION_MS);
}

void device_hasten(struct device *device, struct mono now)
{
	if (!device->lost && !device->missed)
		return;
	device->backoff_us = BACKOFF_MIN_US;
	device->due = now;
}

void device_resume(struct device *device, struct mono now)
{
	if (device->due.us == INT64_MAX)
		return;
	if (device->owed.us < now.us)
		device->owed = now;
	end_scan(device);
	skip_past(device, now);
	if (device->due.us < now.us)
		device->due = to_grid(device, now);
}
