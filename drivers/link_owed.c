/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link_owed - the queue of a gateway with several units behind it; see link_inside.h
 *
 * A TCP-to-RTU gateway asks one unit after the other, and waits for a silent one as long as it is set to, often a
 * second, while everything else queues up behind. So a unit that stayed silent is not asked again before its answer
 * came, be it exception 10 or 11, or LIMIT_OWED_MS have passed; never more than LIMIT_OWED requests are out; and the
 * others are waited for as long as the gateway was seen to hold them up. The time that they lose by a lost one is
 * counted as spent on it (turn.h).
 */
#include "drivers/link_inside.h"

static bool is_out(const struct device *device, struct mono now)
{
	return !mono_reached(now, device->owed_until);
}

void link_owe(struct link *link, struct device *device, struct mono now)
{
	if (!link->shared || !device)
		return;
	device->owed_from = link->exchange.start;
	device->owed_until = mono_later(mono_add_ms(link->exchange.start, LIMIT_OWED_MS), now);
	device->owed_id = link->transaction.id;
}

/* The oldest request that is out; NULL: none. */
static const struct device *oldest(const struct link *link, struct mono now)
{
	const struct device *first = NULL;

	for (size_t i = 0; link->shared && i < link->turn.count; i++) {
		const struct device *device = &link->turn.devices[i];
		if (is_out(device, now) && (!first || device->owed_from.us < first->owed_from.us))
			first = device;
	}
	return first;
}

static void learn(struct link *link, int64_t held_us)
{
	if (held_us > link->hold_us)
		link->hold_us = held_us;
	else
		link->hold_us -= (link->hold_us - held_us) / 8;
	if (link->hold_us > LIMIT_OWED_MS * INT64_C(1000))
		link->hold_us = LIMIT_OWED_MS * INT64_C(1000);
}

/* Time that others lost by a silent unit; only a lost one has to answer for it. */
static void charge(struct link *link, const struct device *silent, int64_t us)
{
	if (silent->lost && !turn_all_lost(&link->turn))
		turn_charge(&link->turn, us);
}

void link_repay(struct link *link, const struct transaction_reply *reply, struct mono now)
{
	struct device *device = link_device_of(link, reply->unit);
	bool no_target = reply->function & 0x80 && (reply->code == 0x0A || reply->code == 0x0B);

	if (!link->shared || !device || !is_out(device, now) || device->owed_id != reply->id)
		return;
	int64_t took_us = mono_since_us(now, device->owed_from);
	learn(link, took_us);
	device->owed_until = now;
	link->quiet_until = now;
	if (link->busy && link->target != device)
		charge(link, device, mono_since_us(now, link->exchange.start)); /* somebody waited all the time */
	if (no_target)
		return;
	device_answered_late(device, took_us);
}

void link_count_delay(struct link *link, bool answered, struct mono now)
{
	const struct device *silent = oldest(link, now);

	if (!silent)
		return;
	int64_t took_us = mono_since_us(now, link->exchange.start);
	int64_t usual_us = link->target ? link->target->trip.mean_us : 0;
	int64_t lost_us = took_us - usual_us;
	int64_t held_us = mono_since_us(mono_add_us(silent->owed_from, link->hold_us), link->exchange.start);
	if (!answered && lost_us > held_us)
		lost_us = held_us; /* the rest is its own silence */
	if (lost_us <= LIMIT_TIMEOUT_FLOOR_MS * 1000 || silent == link->target)
		return; /* the queue was free, or it is the silent one's own time */
	if (answered)
		learn(link, mono_since_us(now, silent->owed_from));
	charge(link, silent, lost_us);
}

bool link_is_owed(const struct link *link, const struct device *device, struct mono now)
{
	return link->shared && is_out(device, now);
}

int64_t link_patience_us(const struct link *link, int64_t wait_us, struct mono now)
{
	const struct device *silent = oldest(link, now);

	if (!silent)
		return wait_us;
	int64_t held_us = mono_since_us(mono_add_us(silent->owed_from, link->hold_us), now);
	if (held_us < 0 || link->hold_us == 0)
		held_us = 0;
	return (wait_us > link->turn.bounds.most_us ? wait_us : link->turn.bounds.most_us) + held_us;
}

struct mono link_queue_free_at(const struct link *link, struct mono now)
{
	struct mono first = MONO_NEVER;
	size_t out = 0;

	for (size_t i = 0; link->shared && i < link->turn.count; i++) {
		const struct device *device = &link->turn.devices[i];
		if (!is_out(device, now))
			continue;
		out++;
		first = mono_min(first, device->owed_until);
	}
	return out < LIMIT_OWED ? now : first;
}
