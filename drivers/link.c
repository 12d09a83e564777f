/* SPDX-License-Identifier: Apache-2.0 */
/* link - see link.h */
#include "drivers/link.h"

#include "drivers/link_inside.h"
#include "drivers/random.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#define BACKOFF_MIN_US (LIMIT_BACKOFF_MIN_MS * 1000)
#define BACKOFF_MAX_US (LIMIT_BACKOFF_MAX_MS * 1000)
#define DEBT_US        500000 /* a line that babbles after a probe delays the next by ten seconds at most */

/* --- life ------------------------------------------------------------------------------------------- */

static int64_t character_ns(const struct link *link, const struct site_endpoint *end)
{
	int64_t bits = 1 + 8 + (end->parity != 'N') + end->stop_bits;

	return link->framing == FRAMING_RTU && end->baud ? bits * 1000000000 / end->baud : 0;
}

static void take_endpoint(struct link *link, size_t index)
{
	const struct site_link *of = link->where;
	int64_t least_ms = LIMIT_TIMEOUT_FLOOR_MS;

	link->timing = path_timing_of(&of->endpoints[index]);
	if (link->timing.stream)
		least_ms = LIMIT_TIMEOUT_NET_MS;
	if (of->timeout_min_ms)
		least_ms = of->timeout_min_ms;
	if (least_ms > of->timeout_ms)
		least_ms = of->timeout_ms;
	link->turn.bounds = (struct round_trip_bounds){least_ms * 1000, (int64_t)of->timeout_ms * 1000};
	link->gap_us = (int64_t)of->gap_ms * 1000;
	if (link->gap_us < link->timing.silence_us)
		link->gap_us = link->timing.silence_us;
	link->character_ns = character_ns(link, &of->endpoints[index]);
}

int link_new(const struct link_setup *setup, struct link **ret_link)
{
	const struct site_link *of = &setup->site->links[setup->link];
	struct link *link = calloc(1, sizeof *link);

	if (!link)
		return -ENOMEM;
	link->site = setup->site;
	link->index = setup->link;
	link->framing = site_link_is_rtu(of) ? FRAMING_RTU : FRAMING_TCP;
	link->where = of;
	take_endpoint(link, 0);
	link->stats = setup->stats;
	link->random = setup->seed;
	link->backoff_us = BACKOFF_MIN_US;
	link->retry_at = link->offline_since = link->next = setup->start;
	transaction_reset(&link->transaction, link->framing);
	link->transaction.id = (uint16_t)random_next(&link->random);
	link->transaction.random = setup->seed | 1;
	link->jobs.spare_at = setup->start;
	int error = turn_init(&link->turn, setup, link->random);
	if (error) {
		link_free(&link);
		return error;
	}
	link->shared = link->framing == FRAMING_TCP && link->turn.count > 1;
	link->turn.debt_us = link->turn.bounds.most_us > DEBT_US ? link->turn.bounds.most_us : DEBT_US;
	if (link->shared)
		link->turn.debt_us += LIMIT_OWED_MS * INT64_C(1000);
	*ret_link = link;
	return 0;
}

void link_free(struct link **link)
{
	if (!*link)
		return;
	turn_done(&(*link)->turn);
	free(*link);
	*link = NULL;
}

/* --- connection ------------------------------------------------------------------------------------- */

/* A connection that brought good answers may be opened again at once, but not too often. */
static struct mono retry_time(struct link *link, bool proven, struct mono now)
{
	struct mono spaced = mono_add_ms(link->up_since, LIMIT_RECONNECT_MS);
	int64_t pause_us = proven ? LIMIT_GRID_US : link->backoff_us;
	struct mono soon = mono_add_us(now, random_jitter(&link->random, pause_us));

	if (proven)
		link->backoff_us = BACKOFF_MIN_US;
	else
		link->backoff_us = link->backoff_us * 2 < BACKOFF_MAX_US ? link->backoff_us * 2 : BACKOFF_MAX_US;
	return proven ? mono_later(soon, spaced) : soon;
}

static void go_down(struct link *link, struct mono now)
{
	bool was_up = link->stats->condition == LINK_UP;

	if (was_up) {
		link->stats->disconnects++;
		link->offline_since = now;
	}
	link->stats->condition = LINK_DOWN;
	link->retry_at = retry_time(link, was_up && link->proven, now);
	link->action.length = 0;
}

void link_hang_up(struct link *link, struct mono now)
{
	go_down(link, now);
	link->action.close = true;
}

static void connect_due(struct link *link, struct mono now)
{
	if (link->stats->condition == LINK_CONNECTING && mono_reached(now, link->connect_deadline))
		link_hang_up(link, now);
	if (link->stats->condition != LINK_DOWN || !mono_reached(now, link->retry_at) || link->turn.count == 0)
		return;
	link->stats->condition = LINK_CONNECTING;
	link->connect_deadline = mono_add_ms(now, LIMIT_CONNECT_MS);
	link->action.open = true;
}

void link_opened(struct link *link, struct mono now)
{
	assert(link->stats->condition == LINK_CONNECTING);
	link->stats->condition = LINK_UP;
	link->stats->connects++;
	link->up_since = now;
	link->proven = false;
	link->silent = 0;
	link->quiet_until = link->heard_at = now;
	transaction_reset(&link->transaction, link->framing);
	link_drain(link, now);
	for (size_t i = 0; i < link->turn.count; i++)
		device_hasten(&link->turn.devices[i], now);
	link_run(link, now);
}

void link_closed(struct link *link, struct mono now)
{
	link->action.close = link->action.open = false;
	if (link->busy) {
		link->transaction.active = false;
		link_fail(link, FAULT_OFFLINE, now);
	}
	if (link->stats->condition != LINK_DOWN)
		go_down(link, now);
	link_run(link, now);
}

/* --- time ------------------------------------------------------------------------------------------- */

/* A connection that is opened again at once costs nobody a scan. */
static struct mono offline_from(const struct link *link)
{
	int64_t soon_us = LIMIT_RECONNECT_MS * INT64_C(1000);

	return mono_add_us(link->offline_since,
	                   link->turn.bounds.most_us > soon_us ? link->turn.bounds.most_us : soon_us);
}

static void supervise(struct link *link, struct mono now)
{
	bool offline = link->stats->condition != LINK_UP;
	enum fault fault = offline ? FAULT_OFFLINE : link->draining ? FAULT_UNEXPECTED : FAULT_TIMEOUT;

	for (size_t i = 0; i < link->turn.count; i++) {
		struct device *device = &link->turn.devices[i];
		bool asked = link->busy && !link->job && device == link->target;
		if (!asked) /* whose answer is still out */
			device_supervise(device, fault, now);
		if (offline && !device->lost && mono_reached(now, device->due) && mono_reached(now, offline_from(link)))
			device_missed(device, FAULT_OFFLINE, now);
	}
	jobs_give_up(&link->jobs, offline ? FAULT_OFFLINE : FAULT_TIMEOUT, now);
}

/* When a device wants the link's attention, by itself or because it is to be asked. */
static struct mono wants(const struct link *link, const struct device *device, bool nobody_else)
{
	struct mono supervision = device_supervision_at(device);

	if (link->busy)
		return !link->job && device == link->target ? MONO_NEVER : supervision;
	if (link->stats->condition == LINK_UP)
		return mono_min(supervision,
		                mono_later(turn_ready_at(&link->turn, device, nobody_else), link->quiet_until));
	return device->lost ? MONO_NEVER : mono_min(supervision, mono_later(device->due, offline_from(link)));
}

static struct mono find_next(const struct link *link)
{
	struct mono next = MONO_NEVER;
	bool nobody_else = turn_all_lost(&link->turn);

	if (link->turn.count == 0)
		return MONO_NEVER;
	if (link->busy)
		next = link->transaction.deadline;
	else if (link->stats->condition == LINK_UP)
		next = mono_later(jobs_ready_at(&link->jobs), link->quiet_until);
	if (link->stats->condition == LINK_CONNECTING)
		next = link->connect_deadline;
	if (link->stats->condition == LINK_DOWN)
		next = link->retry_at;
	next = mono_min(next, jobs_until(&link->jobs));
	for (size_t i = 0; i < link->turn.count; i++)
		next = mono_min(next, wants(link, &link->turn.devices[i], nobody_else));
	return next;
}

void link_run(struct link *link, struct mono now)
{
	if (link->busy && mono_reached(now, link->transaction.deadline))
		link_expire(link, transaction_expire(&link->transaction), now);
	connect_due(link, now);
	supervise(link, now);
	link_ask(link, now);
	link->next = find_next(link);
}

void link_switch(struct link *link, size_t endpoint, struct mono now)
{
	assert(endpoint < link->where->endpoint_count);
	link_cancel(link, now);
	link->action = (struct link_action){0};
	link->stats->disconnects += link->stats->condition == LINK_UP;
	link->stats->condition = LINK_DOWN;
	link->offline_since = link->retry_at = now;
	link->backoff_us = BACKOFF_MIN_US;
	take_endpoint(link, endpoint);
	link_run(link, now);
}

void link_resume(struct link *link, struct mono now)
{
	link_cancel(link, now);
	if (link->stats->condition == LINK_CONNECTING)
		link->connect_deadline = mono_add_ms(now, LIMIT_CONNECT_MS);
	if (link->stats->condition != LINK_UP)
		link->offline_since = now;
	link->turn.spare_at = link->turn.sick_at = link->jobs.spare_at = now;
	for (size_t i = 0; i < link->turn.count; i++)
		device_resume(&link->turn.devices[i], now);
	link->next = now;
}

int link_submit(struct link *link, struct job *job)
{
	return jobs_add(&link->jobs, job);
}

struct link_action link_take_action(struct link *link)
{
	struct link_action action = link->action;

	link->action = (struct link_action){0};
	return action;
}

struct mono link_next(const struct link *link)
{
	return link->next;
}

void link_refresh_stats(struct link *link, struct mono now)
{
	usage_percent(&link->usage, now, &link->stats->busy_pct, &link->stats->dead_pct);
}
