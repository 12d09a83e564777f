/* SPDX-License-Identifier: Apache-2.0 */
/* device - see device.h */
#include "drivers/device.h"

#include "drivers/device_inside.h"
#include "drivers/grid.h"
#include "drivers/random.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BACKOFF_MIN_US (LIMIT_BACKOFF_MIN_MS * 1000)
#define BACKOFF_MAX_US (LIMIT_BACKOFF_MAX_MS * 1000)
#define BUSY_MIN_US    (LIMIT_BUSY_MIN_MS * 1000)
#define BUSY_MAX_US    (LIMIT_BUSY_MAX_MS * 1000)
#define RTT_REFRESH    8 /* exchanges between two looks at the percentiles */

/* MB 7 */
#define ILLEGAL_VALUE 3 /* 1 to 3: function, address, value */
#define ACKNOWLEDGE   5
#define BUSY          6
#define NO_PATH       0x0A
#define NO_TARGET     0x0B

static struct mono to_grid(const struct device *device, struct mono t)
{
	int64_t grid_us = grid_step_us(device->period_us, device->framing == FRAMING_RTU);

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

static void set_order(struct device *device, const uint8_t *urgency)
{
	size_t count = device->plan->request_count, place = 0;

	for (size_t i = 0; i < count; i++) {
		const struct read_request *of = &device->plan->requests[i];
		device->requests[i].urgency = urgency ? URGENCY_OTHER : URGENCY_INTRUSION;
		for (uint32_t j = of->first; urgency && j < of->first + of->point_size; j++)
			if (urgency[device->plan->points[j]] < (uint8_t)device->requests[i].urgency)
				device->requests[i].urgency = (enum urgency)urgency[device->plan->points[j]];
	}
	for (int level = URGENCY_INTRUSION; level <= URGENCY_OTHER; level++)
		for (size_t i = 0; i < count; i++)
			if (device->requests[i].urgency == (enum urgency)level)
				device->order[place++] = (uint32_t)i;
}

static int allocate(struct device *device)
{
	size_t requests = device->plan->request_count + 1, points = device->plan->point_count + 1;

	device->requests = calloc(requests, sizeof *device->requests);
	device->order = calloc(requests, sizeof *device->order);
	device->points = calloc(points, sizeof *device->points);
	device->splits = calloc(points, sizeof *device->splits);
	return device->requests && device->order && device->points && device->splits ? 0 : -ENOMEM;
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
	device->busy_us = BUSY_MIN_US;
	int error = read_plan_new(setup->site, setup->index, &device->plan);
	if (!error)
		error = allocate(device);
	if (error) {
		device_done(device);
		return error;
	}
	set_order(device, setup->urgency);
	set_first_due(device, setup);
	return 0;
}

void device_done(struct device *device)
{
	read_plan_free(&device->plan);
	free(device->requests);
	free(device->order);
	free(device->points);
	free(device->splits);
	device->requests = NULL;
	device->order = NULL;
	device->points = NULL;
	device->splits = NULL;
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

static void tell_late(struct device *device, bool late, struct mono now)
{
	device->late = device->stats->late = late;
	if (device->sink->late)
		device->sink->late(device->sink->context, device->index, late, now);
}

/* Deadlines that the device itself did not spoil. */
static void watch_deadlines(struct device *device, int64_t missed, struct mono now)
{
	if (mono_reached(now, device->late_until)) {
		device->late_scans = 0;
		if (device->late)
			tell_late(device, false, now);
	}
	if (missed <= 0)
		return;
	device->late_scans++;
	device->late_until = mono_add_ms(now, LIMIT_LATE_SPAN_MS);
	if (device->late_scans >= LIMIT_LATE_SCANS && !device->late)
		tell_late(device, true, now);
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
	int64_t missed = skip_past(device, now);
	bool blameless = device->missed == 0 && device->attempts == 0;
	device->stats->missed_deadlines += (uint64_t)missed;
	watch_deadlines(device, blameless ? missed : 0, now);
	device->due = to_grid(device, device->nominal);
	if (device->missed)
		device->due = mono_min(device->due, mono_add_ms(now, LIMIT_RETRY_MS));
}

static void schedule_probe(struct device *device, struct mono now)
{
	device->due = mono_add_us(now, random_jitter(&device->random, device->backoff_us));
	device->probes++;
	device->backoff_us *= 2;
	if (device->backoff_us > BACKOFF_MAX_US)
		device->backoff_us = BACKOFF_MAX_US;
}

static void end_scan(struct device *device)
{
	device->done = 0;
	device->part = device->steps = 0;
	device->begun = device->heard = false;
}

static void end_request(struct device *device, struct mono now)
{
	struct split_piece more;

	device->part = 0;
	device->begun = false;
	device->done++;
	if (device_next_piece(device, now, &more))
		return;
	end_scan(device);
	schedule(device, now);
}

/* --- loss and return -------------------------------------------------------------------------------- */

static void lose(struct device *device, enum fault fault, struct mono now)
{
	device->lost = device->stats->lost = true;
	device->probes = 0;
	device->sink->device(device->sink->context, device->index, true, fault, now);
	for (size_t i = 0; i < device->plan->request_count; i++) {
		if (!device->requests[i].bad)
			device_give_out_request(device, i, QUALITY_BAD, fault, now);
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

/* It was away, and may have come back as another. */
static void look_again(struct device *device)
{
	for (size_t i = 0; i < device->plan->request_count; i++)
		split_hasten(&device->requests[i].split);
}

/* The device said something that is surely its own. */
static void revive(struct device *device, const struct device_exchange *exchange)
{
	device->missed = device->attempts = 0;
	device->silent = false;
	device->heard = device->stats->heard = true;
	device->owed = mono_add_us(exchange->end, device->period_us);
	if (!device->lost)
		return;
	device->lost = device->stats->lost = false;
	look_again(device);
	skip_past(device, exchange->end);
	device->sink->device(device->sink->context, device->index, false, FAULT_NONE, exchange->end);
}

/* The scan brings nothing more. */
static void give_up(struct device *device, enum fault fault, struct mono now)
{
	device->part = 0;
	if (device->heard) {
		for (; device->done < device->plan->request_count; device->done++)
			device_miss_request(device, device_current(device), fault, now);
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
		device_miss_request(device, i, fault, now);
	device->first = (device->first + 1) % device->plan->request_count; /* another request may have better luck */
	end_scan(device);
	schedule(device, now);
}

/* --- figures ---------------------------------------------------------------------------------------- */

static void count_answer(struct device *device, const struct device_exchange *exchange)
{
	int64_t rtt_us = mono_since_us(exchange->end, exchange->start);
	uint32_t count = device->trip.count + 1;

	device->stats->reach = (uint8_t)(device->stats->reach << 1 | 1);
	round_trip_add(&device->trip, rtt_us, rtt_us - exchange->wire_us);
	if (count < RTT_REFRESH || count % RTT_REFRESH == 0)
		round_trip_percentiles(&device->trip, &device->stats->rtt_p50_us, &device->stats->rtt_p99_us);
}

/* --- what came of it -------------------------------------------------------------------------------- */

void device_doubt(struct device *device)
{
	for (size_t i = 0; i < device->plan->request_count; i++)
		device->requests[i].doubt = DOUBT_NEW;
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

/* What goes on when an exchange brought nothing. */
static void fail(struct device *device, const struct device_exchange *exchange, enum fault fault)
{
	device->stats->faults[fault]++;
	device->stats->reach = (uint8_t)(device->stats->reach << 1);
	device->attempts++;
	device->silent = fault == FAULT_TIMEOUT || fault == FAULT_SHORT;
	round_trip_missed(&device->trip);
	if (device->lost) {
		end_scan(device);
		schedule_probe(device, exchange->end);
	} else if (device->heard) {
		device_miss_request(device, exchange->shape.request, fault, exchange->end);
		end_request(device, exchange->end);
	} else {
		give_up(device, fault, exchange->end);
	}
}

void device_answered(struct device *device, const struct device_exchange *exchange, const uint8_t *data)
{
	const struct device_shape *shape = &exchange->shape;

	device->stats->good++;
	device->stats->last_good = exchange->end;
	count_answer(device, exchange);
	revive(device, exchange);
	expect_twin(device, exchange);
	device->busy_us = BUSY_MIN_US;
	device_points_accepted(device, exchange);
	device_deliver(device, exchange, data);
	if (!shape->last) {
		device_move_on(device, shape);
		return;
	}
	device->requests[shape->request].doubt = has_held(device, shape->request) ? DOUBT_OLD : DOUBT_NONE;
	end_request(device, exchange->end);
}

/* Its late double would look like a refusal of whatever is asked next. */
static void spare_twin(struct device *device, struct mono now)
{
	if (device->framing == FRAMING_RTU && !device->lost && device->due.us <= now.us)
		device->due = mono_add_ms(now, LIMIT_TWIN_MS);
}

static void be_patient(struct device *device, const struct device_exchange *exchange)
{
	size_t index = exchange->shape.request;
	const struct device_request *request = &device->requests[index];
	int64_t silent_us = mono_since_us(exchange->end, request->at);

	if (request->read && silent_us < LIMIT_MISSED_SCANS * device->period_us && request->missed > 0)
		device_give_out_request(device, index, QUALITY_UNCERTAIN, FAULT_EXCEPTION, exchange->end);
	else
		device_miss_request(device, index, FAULT_EXCEPTION, exchange->end);
	end_scan(device);
	schedule(device, exchange->end);
	device->due = mono_add_us(exchange->end, random_jitter(&device->random, device->busy_us));
	device->busy_us = device->busy_us * 2 < BUSY_MAX_US ? device->busy_us * 2 : BUSY_MAX_US;
}

/* Takes the request apart, or misses it when that went on for too long. */
static void follow_up(struct device *device, const struct device_exchange *exchange, uint8_t code)
{
	struct split_view view = device_view(device, exchange->shape.request);
	struct split_piece piece = {.address = exchange->shape.address, .count = exchange->shape.count};

	switch (split_refused(&view, &piece, code, exchange->end)) {
	case SPLIT_AGAIN:
		device->steps++;
		break;
	case SPLIT_ALONE:
		device->steps++;
		device_points_refused(device, exchange, code);
		break;
	case SPLIT_STILL:
		break;
	}
	device->due = exchange->end; /* others that are due go first */
	if (device->steps >= LIMIT_MAP_STEPS) {
		device_miss_request(device, exchange->shape.request, FAULT_EXCEPTION, exchange->end);
		end_request(device, exchange->end);
	} else if (!device_next_piece_here(device)) {
		end_request(device, exchange->end);
	}
}

void device_refused(struct device *device, const struct device_exchange *exchange, uint8_t code)
{
	device->stats->exceptions[code < 16 ? code : 0]++;
	if (code == NO_PATH || code == NO_TARGET) {
		fail(device, exchange, FAULT_EXCEPTION);
		return;
	}
	device->stats->faults[FAULT_EXCEPTION]++;
	count_answer(device, exchange);
	revive(device, exchange);
	if (code == ACKNOWLEDGE || code == BUSY) {
		be_patient(device, exchange);
		return;
	}
	if (code >= 1 && code <= ILLEGAL_VALUE) {
		follow_up(device, exchange, code);
	} else {
		device_miss_request(device, exchange->shape.request, FAULT_EXCEPTION, exchange->end);
		end_request(device, exchange->end);
	}
	spare_twin(device, exchange->end);
}

void device_answered_late(struct device *device, int64_t us)
{
	round_trip_add(&device->trip, us, us);
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
	device_cancelled(device, exchange);
	fail(device, exchange, fault);
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
	look_again(device);
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
