/* SPDX-License-Identifier: Apache-2.0 */
/* link_take - what was received on a line, and whether it is to be believed; see link_inside.h */
#include "drivers/link_inside.h"

#include <assert.h>

#define PAUSE_MAX_US 200000 /* longer ones are not waited for: the rest may as well never come */

/* An intact frame that answers nothing of now. On RTU it tells that its unit's answers are not to be trusted. */
static void take_stray(struct link *link, const struct transaction_reply *reply, struct mono now)
{
	if (link->framing == FRAMING_TCP) {
		link->stats->faults[FAULT_LATE]++;
		link_repay(link, reply, now);
		return;
	}
	struct device *device = link_device_of(link, reply->unit);
	bool late = device && device_stray(device, reply, now);
	enum fault fault = late ? FAULT_LATE : reply->fault;

	link->stats->faults[fault]++;
	if (device && !(link->busy && device == link->target))
		device->stats->faults[fault]++;
	if (!link->busy) {
		link_drain(link, now);
		return;
	}
	if (late)
		return;
	link->stray = fault;
	if (link->target)
		device_doubt(link->target);
	if (reply->unit == link->transaction.unit) {
		link->transaction.active = false;
		link_fail(link, fault, now);
	}
}

static void take_break(struct link *link, enum fault fault, struct mono now)
{
	if (link->busy)
		link_fail(link, fault, now);
	else
		link->stats->faults[fault]++;
	if (link->framing == FRAMING_TCP)
		link_hang_up(link, now);
	else
		link_drain(link, now);
}

/* An exception has no byte count to tell it from the late one of an earlier request. */
static bool is_doubtful_refusal(struct link *link, const struct transaction_reply *reply, struct mono now)
{
	return link->framing == FRAMING_RTU &&
	       echo_ambiguous(link_echo_of(link, link->target), reply->function & 0x7F, now);
}

static void take_answer(struct link *link, const struct transaction_reply *reply, const struct transaction_bytes *rest,
                        struct mono now)
{
	link->silent = 0;
	link->proven = true;
	if (!transaction_is_clean(&link->transaction, rest)) {
		take_break(link, FAULT_MISMATCH, now);
		return;
	}
	if (reply->kind == TRANSACTION_EXCEPTION && is_doubtful_refusal(link, reply, now)) {
		link_fail(link, FAULT_LATE, now);
		return;
	}
	if (rest->length > 0 && link->framing == FRAMING_RTU && link->job) {
		link_fail(link, FAULT_UNEXPECTED, now); /* something follows the answer: which of the two is it? */
		return;
	}
	if (rest->length > 0 && link->framing == FRAMING_RTU)
		device_doubt(link->target);
	link_settle(link, reply, now);
}

static bool take_one(struct link *link, struct transaction_bytes *bytes, struct mono now)
{
	struct transaction_reply reply = transaction_take(&link->transaction, bytes, now);

	switch (reply.kind) {
	case TRANSACTION_WAIT:
		return false;
	case TRANSACTION_DATA:
	case TRANSACTION_EXCEPTION:
		take_answer(link, &reply, bytes, now);
		return link->stats->condition == LINK_UP;
	case TRANSACTION_STRAY:
		take_stray(link, &reply, now);
		return true;
	case TRANSACTION_EXPIRED:
		link_expire(link, reply.fault, now);
		return link->stats->condition == LINK_UP;
	case TRANSACTION_BROKEN:
		take_break(link, reply.fault, now);
		return false; /* where the next frame begins nobody knows */
	}
	assert(false);
	return false;
}

/* Bytes of one frame that come in pieces: each pause in it looks like the silence that ends a doubt. */
static void watch_pauses(struct link *link, struct mono now)
{
	int64_t pause_us = mono_since_us(now, link->heard_at);

	if (link->framing == FRAMING_RTU && link->transaction.have > 0 && pause_us > link->pause_us &&
	    pause_us <= PAUSE_MAX_US)
		link->pause_us = pause_us;
	link->heard_at = now;
}

void link_received(struct link *link, const uint8_t *data, size_t length, struct mono now)
{
	struct transaction_bytes bytes = {data, length};

	if (link->stats->condition != LINK_UP)
		return;
	link->stats->bytes_in += length;
	watch_pauses(link, now);
	while (take_one(link, &bytes, now))
		link->silent = 0;
	link->silent = 0;
	if (!link->busy && link->transaction.have > 0)
		link_drain(link, now);
	link_run(link, now);
}
