/* SPDX-License-Identifier: Apache-2.0 */
/* link_ask - whose turn it is on the line, and what an exchange came to; see link_inside.h */
#include "drivers/link_inside.h"

#include <assert.h>
#include <string.h>

/* --- the end of an exchange ------------------------------------------------------------------------- */

static void quiet(struct link *link, int64_t for_us, struct mono now)
{
	link->quiet_until = mono_later(link->quiet_until, mono_add_us(now, for_us));
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
	quiet(link, link->drain_us, now);
	charge(link, mono_since_us(link->quiet_until, before));
}

static void end_exchange(struct link *link, struct mono now)
{
	assert(link->busy);
	link->busy = false;
	link->exchange.end = now;
	usage_add(&link->usage, link->exchange.start, now, link->probe);
	quiet(link, link->silence_us, now);
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
	if (fault)
		link->stats->faults[fault]++;
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
	link->stats->faults[fault]++;
	link_drain(link, now);
	if (link->job)
		end_job(link, fault, NULL);
	else
		device_failed(link->target, &link->exchange, fault);
}

void link_cancel(struct link *link, struct mono now)
{
	end_exchange(link, now);
	if (link->job)
		end_job(link, FAULT_TIMEOUT, NULL);
	else
		device_cancelled(link->target, &link->exchange);
}

void link_expire(struct link *link, enum fault fault, struct mono now)
{
	if (fault == FAULT_TIMEOUT && link->stray)
		fault = link->stray;
	link_fail(link, fault, now);
	if (link->framing != FRAMING_TCP)
		return;
	link->silent++;
	if (fault == FAULT_SHORT || link->silent >= LIMIT_SILENT_REPLIES)
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

static struct mono begin(struct link *link, struct device *device, struct mono now)
{
	link->busy = true;
	link->target = device;
	link->stray = FAULT_NONE;
	link->draining = false;
	link->exchange.start = now;
	link->action.frame = link->frame;
	return mono_add_us(now, link->timeout_us);
}

static void count_request(struct link *link)
{
	link->stats->exchanges++;
	link->stats->bytes_out += link->action.length;
}

static void ask_device(struct link *link, struct device *device, struct mono now)
{
	struct transaction_request request = device_request_of(device, &link->exchange.shape);
	struct mono deadline = begin(link, device, now);

	link->job = NULL;
	link->probe = device->lost;
	link->charged = device->lost && !turn_all_lost(&link->turn);
	link->action.length = transaction_start(&link->transaction, &request, deadline, link->frame);
	count_request(link);
}

static void ask_for_job(struct link *link, struct job *job, struct mono now)
{
	struct transaction_bytes pdu = {job->pdu, job->length};
	struct mono deadline = begin(link, link_device_of(link, job->unit), now);

	jobs_take(&link->jobs, job);
	link->job = job;
	link->probe = link->charged = false;
	link->action.length = transaction_start_pdu(&link->transaction, job->unit, &pdu, deadline, link->frame);
	count_request(link);
}

/* The answer to a read must look like no other that may still come. A write is repeated by its answer, and another
 * like it says the same. */
static struct mono free_at(struct link *link, const struct job *job)
{
	struct transaction_request request = request_of(job);

	if (link->framing != FRAMING_RTU || request.function > 4)
		return (struct mono){0};
	return echo_until(link_echo_of(link, link_device_of(link, job->unit)), &request);
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
		struct mono free = free_at(link, job);
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

void link_ask(struct link *link, struct mono now)
{
	struct device *device = NULL;

	if (link->stats->condition != LINK_UP || link->busy || !mono_reached(now, link->quiet_until))
		return;
	link->transaction.have = link->framing == FRAMING_RTU ? 0 : link->transaction.have; /* silence ended it */
	turn_earn(&link->turn, now);
	jobs_earn(&link->jobs, now);
	/* each one is asked or gets a later due time */
	do {
		device = turn_choose(&link->turn, now);
		if (ask_a_job(link, device != NULL, now) || !device)
			return;
		if (device_next_shape(device, now, &link->exchange.shape)) {
			ask_device(link, device, now);
			return;
		}
		device_held_back(device, now);
	} while (true);
}
