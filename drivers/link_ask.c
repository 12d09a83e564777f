/* SPDX-License-Identifier: Apache-2.0 */
/* link_ask - whose turn it is on the line, and what an exchange came to; see link_inside.h */
#include "drivers/link_inside.h"

#include <assert.h>
#include <string.h>

#define REQUEST_BYTES 8 /* of a read: unit, function, address, count, CRC */

/* --- the end of an exchange ------------------------------------------------------------------------- */

static void quiet(struct link *link, int64_t for_us, struct mono now)
{
	link->quiet_until = mono_later(link->quiet_until, mono_add_us(now, for_us));
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void charge(struct link *link, int64_t us)
{
	if (link->charged)
		turn_charge(&link->turn, us);
	if (link->job)
		jobs_charge(&link->jobs, us);
}

void link_drain(struct link *link, struct mono now)
{
	if (link->framing != FRAMING_RTU)
		return;
	struct mono before = mono_later(link->quiet_until, now);

	link->draining = true;
	quiet(link, larger(link->timing.drain_us, link->pause_us * 3 / 2), now);
	charge(link, mono_since_us(link->quiet_until, before));
}

static void end_exchange(struct link *link, struct mono now)
{
	assert(link->busy);
	link->busy = false;
	link->exchange.end = now;
	usage_add(&link->usage, link->exchange.start, now, link->probe);
	quiet(link, link->gap_us, now);
	charge(link, mono_since_us(link->quiet_until, link->exchange.start));
}

struct echo *link_echo_of(struct link *link, struct device *device)
{
	return device ? &device->echo : &link->strangers;
}

static struct transaction_request request_of(const struct job *job)
{
	struct transaction_request request = {.unit = job->unit, .function = job->pdu[0]};

	if (job->length >= TRANSACTION_HEAD) {
		request.address = (uint16_t)(job->pdu[1] << 8 | job->pdu[2]);
		request.count = (uint16_t)(job->pdu[3] << 8 | job->pdu[4]);
	}
	return request;
}

/* What the job leaves behind on a line whose answers have no id. */
static void remember(struct link *link, const struct job *job, bool answered)
{
	struct transaction_request request = request_of(job);
	struct echo *echo = link_echo_of(link, link->target);

	if (link->framing != FRAMING_RTU)
		return;
	if (answered) {
		echo_answered(echo, &request, false, link->exchange.end);
		return;
	}
	echo_unanswered(echo, &request, link->exchange.end);
	if (link->target)
		device_doubt(link->target);
}

static void end_job(struct link *link, enum fault fault, const struct transaction_reply *reply)
{
	struct job *job = link->job;
	struct job_result result = {
	        .sent = true, .fault = fault, .start = link->exchange.start, .end = link->exchange.end};

	if (reply) {
		result.code = reply->code;
		result.pdu = reply->data - 2;
		result.length = reply->length + 2;
	}
	link->job = NULL;
	remember(link, job, reply != NULL);
	if (reply && link->target)
		device_hasten(link->target, link->exchange.end); /* one that was lost speaks */
	job->done(job->context, job, &result);
}

void link_settle(struct link *link, const struct transaction_reply *reply, struct mono now)
{
	enum fault fault = reply->kind == TRANSACTION_EXCEPTION ? FAULT_EXCEPTION : FAULT_NONE;

	end_exchange(link, now);
	link->draining = false;
	link->pause_us -= link->pause_us / 32;
	if (fault)
		link->stats->faults[fault]++;
	link_count_delay(link, true, now);
	if (fault == FAULT_NONE && !link->job)
		round_trip_add(&link->turn.peers, mono_since_us(now, link->exchange.start),
		               mono_since_us(now, link->exchange.start) - link->exchange.wire_us);
	if (link->job)
		end_job(link, fault, reply);
	else if (fault)
		device_refused(link->target, &link->exchange, reply->code);
	else
		device_answered(link->target, &link->exchange, reply->data);
}

void link_fail(struct link *link, enum fault fault, struct mono now)
{
	end_exchange(link, now);
	link_count_delay(link, false, now);
	link->stats->faults[fault]++;
	link_drain(link, now);
	if (!link->job && !link->target->lost && (fault == FAULT_TIMEOUT || fault == FAULT_SHORT))
		turn_charge_sick(&link->turn, mono_since_us(link->quiet_until, link->exchange.start));
	if (link->job)
		end_job(link, fault, NULL);
	else
		device_failed(link->target, &link->exchange, fault);
}

void link_cancel(struct link *link, struct mono now)
{
	if (!link->busy)
		return;
	transaction_expire(&link->transaction);
	link->action.length = 0;
	end_exchange(link, now);
	link_drain(link, now);
	if (link->job)
		end_job(link, FAULT_TIMEOUT, NULL);
	else
		device_cancelled(link->target, &link->exchange);
}

void link_expire(struct link *link, enum fault fault, struct mono now)
{
	if (fault == FAULT_TIMEOUT && link->stray)
		fault = link->stray;
	if (fault == FAULT_TIMEOUT)
		link_owe(link, link->target, now);
	link_fail(link, fault, now);
	if (!link->timing.stream)
		return;
	link->silent++;
	/* with several units the gateway may be busy with the silent ones */
	bool busy = link->shared && mono_since_us(now, link->heard_at) < 2 * LIMIT_OWED_MS * INT64_C(1000);
	bool mute = link->silent >= LIMIT_SILENT_REPLIES && !busy;
	if (mute || (fault == FAULT_SHORT && link->framing == FRAMING_TCP))
		link_hang_up(link, now);
}

/* --- asking ----------------------------------------------------------------------------------------- */

struct device *link_device_of(struct link *link, uint8_t unit)
{
	for (size_t i = 0; i < link->turn.count; i++) {
		struct device *device = &link->turn.devices[i];
		if (device->site->devices[device->index].unit == unit)
			return device;
	}
	return NULL;
}

static void begin(struct link *link, struct device *device, struct mono now)
{
	link->busy = true;
	link->target = device;
	link->stray = FAULT_NONE;
	link->draining = false;
	link->exchange.start = now;
	link->action.frame = link->frame;
}

static void count_request(struct link *link)
{
	link->stats->exchanges++;
	link->stats->bytes_out += link->action.length;
}

static int64_t wire_us(const struct link *link, const struct transaction_request *request)
{
	size_t answer = 5 + transaction_data_bytes(request->function, request->count);

	return (int64_t)(REQUEST_BYTES + answer) * link->character_ns / 1000;
}

static int64_t wait_us(const struct link *link, const struct device *device, struct mono now)
{
	const struct round_trip *peers = &link->turn.peers;
	int64_t typical_us = peers->count ? round_trip_usual_us(peers, &link->turn.bounds) : 0;
	int64_t bare_us = device_wait_us(device, &link->turn.bounds, typical_us);
	int64_t whole_us = bare_us + link->exchange.wire_us;

	return link_patience_us(link, whole_us < link->turn.bounds.most_us ? whole_us : link->turn.bounds.most_us, now);
}

static void ask_device(struct link *link, struct device *device, struct mono now)
{
	struct transaction_request request = device_request_of(device, &link->exchange.shape);

	begin(link, device, now);
	link->exchange.wire_us = wire_us(link, &request);
	struct mono deadline = mono_add_us(now, wait_us(link, device, now));
	link->job = NULL;
	link->probe = device->lost;
	link->charged = device->lost && !turn_all_lost(&link->turn);
	link->action.length = transaction_start(&link->transaction, &request, deadline, link->frame);
	count_request(link);
}

static void ask_for_job(struct link *link, struct job *job, struct mono now)
{
	struct transaction_bytes pdu = {job->pdu, job->length};
	struct mono deadline = mono_add_us(now, link_patience_us(link, link->turn.bounds.most_us, now));

	begin(link, link_device_of(link, job->unit), now);
	link->exchange.wire_us = 0;
	jobs_take(&link->jobs, job);
	link->job = job;
	link->probe = link->charged = false;
	link->action.length = transaction_start_pdu(&link->transaction, job->unit, &pdu, deadline, link->frame);
	count_request(link);
}

/* The answer to a read must look like no other that may still come. A write is repeated by its answer, and another
 * like it says the same. */
static struct mono free_at(struct link *link, const struct job *job, struct mono now)
{
	struct device *device = link_device_of(link, job->unit);
	struct transaction_request request = request_of(job);

	if (device && link_is_owed(link, device, now))
		return device->owed_until;
	if (link->framing != FRAMING_RTU || request.function > 4)
		return (struct mono){0};
	return echo_until(link_echo_of(link, device), &request);
}

/* Whatever went wrong above: nothing is written that the site file does not list (write_guard.h). */
static bool is_forbidden(struct link *link, struct job *job)
{
	struct pdu pdu = {.length = (uint8_t)job->length};
	struct write_request request = {.link = link->index, .unit = job->unit, .origin = job->origin, .pdu = &pdu};

	static_assert(sizeof job->pdu == sizeof pdu.bytes && LIMIT_PDU <= UINT8_MAX, "a job's PDU is one");
	memcpy(pdu.bytes, job->pdu, job->length);
	return !write_guard_allows(link->site, &request);
}

static void refuse(struct link *link, struct job *job, struct mono now)
{
	struct job_result result = {.fault = FAULT_FORBIDDEN, .start = now, .end = now};

	link->stats->faults[FAULT_FORBIDDEN]++;
	jobs_take(&link->jobs, job);
	job->done(job->context, job, &result);
}

static bool ask_a_job(struct link *link, bool scan_due, struct mono now)
{
	struct job *job = NULL;

	while ((job = jobs_choose(&link->jobs, scan_due, now))) {
		struct mono free = free_at(link, job, now);
		if (is_forbidden(link, job)) {
			refuse(link, job, now);
		} else if (mono_reached(now, free)) {
			ask_for_job(link, job, now);
			return true;
		} else {
			jobs_hold(&link->jobs, job, free);
		}
	}
	return false;
}

/* False: it has to wait, and got a later due time. */
static bool ask_for_scan(struct link *link, struct device *device, struct mono now)
{
	if (link_is_owed(link, device, now)) {
		device->blocked = device->owed_until;
	} else if (device_next_shape(device, now, &link->exchange.shape)) {
		ask_device(link, device, now);
		return true;
	}
	device_held_back(device, now);
	return false;
}

void link_ask(struct link *link, struct mono now)
{
	struct device *device = NULL;

	if (link->stats->condition != LINK_UP || link->busy || !mono_reached(now, link->quiet_until))
		return;
	link->quiet_until = link_queue_free_at(link, now);
	if (!mono_reached(now, link->quiet_until))
		return;
	link->transaction.have = link->framing == FRAMING_RTU ? 0 : link->transaction.have; /* silence ended it */
	turn_earn(&link->turn, now);
	jobs_earn(&link->jobs, now);
	do {
		device = turn_choose(&link->turn, now);
		if (ask_a_job(link, device != NULL, now) || !device)
			return;
	} while (!ask_for_scan(link, device, now));
}
