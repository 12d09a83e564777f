/* SPDX-License-Identifier: Apache-2.0 */
/* link - see link.h */
#include "drivers/link.h"

#include "drivers/random.h"
#include "drivers/turn.h"
#include "drivers/usage.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BACKOFF_MIN_US  (LIMIT_BACKOFF_MIN_MS * 1000)
#define BACKOFF_MAX_US  (LIMIT_BACKOFF_MAX_MS * 1000)
#define SILENCE_FAST_US 1750 /* SL 2.5.1.1: fixed above 19200 baud */
#define SILENCE_BAUD    19200
#define CHARACTER_BITS  11 /* start, eight, parity or a second stop, stop */

struct link {
	enum framing framing;
	int64_t timeout_us, silence_us, drain_us;
	struct turn turn; /* the devices, and whose turn it is */
	struct link_stats *stats;
	struct usage usage;
	uint64_t random;

	/* connection */
	struct mono retry_at, connect_deadline, up_since, offline_since;
	int64_t backoff_us;
	bool proven;     /* a good answer came over this connection */
	uint32_t silent; /* timeouts in a row without one byte */

	/* exchange */
	struct transaction transaction;
	struct device *asked; /* NULL: none under way */
	struct device_exchange exchange;
	bool probe;       /* of a lost device */
	bool charged;     /* and it takes time from others */
	enum fault stray; /* what else was heard instead of the answer */
	struct mono quiet_until;
	bool draining;

	struct link_action action;
	uint8_t frame[LIMIT_ADU_TCP];
	struct mono next;
};

static struct mono later(struct mono a, struct mono b)
{
	return a.us > b.us ? a : b;
}

/* --- life ------------------------------------------------------------------------------------------- */

static int64_t silence_of(const struct site_link *of)
{
	if (!site_link_is_rtu(of))
		return 0;
	if (of->endpoints[0].baud > SILENCE_BAUD)
		return SILENCE_FAST_US;
	return CHARACTER_BITS * INT64_C(3500000) / (of->endpoints[0].baud ? of->endpoints[0].baud : SILENCE_BAUD);
}

int link_new(const struct link_setup *setup, struct link **ret_link)
{
	const struct site_link *of = &setup->site->links[setup->link];
	struct link *link = calloc(1, sizeof *link);

	if (!link)
		return -ENOMEM;
	link->framing = site_link_is_rtu(of) ? FRAMING_RTU : FRAMING_TCP;
	link->timeout_us = (int64_t)of->timeout_ms * 1000;
	link->silence_us = silence_of(of);
	link->drain_us = link->framing == FRAMING_RTU ? LIMIT_DRAIN_MS * 1000 : 0;
	link->stats = setup->stats;
	link->random = setup->seed;
	link->backoff_us = BACKOFF_MIN_US;
	link->retry_at = link->offline_since = link->next = setup->start;
	transaction_reset(&link->transaction, link->framing);
	link->transaction.id = (uint16_t)random_next(&link->random);
	link->turn.cost_us = link->timeout_us + link->drain_us;
	int error = turn_init(&link->turn, setup, link->random);
	if (error) {
		link_free(&link);
		return error;
	}
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

/* --- the end of an exchange ------------------------------------------------------------------------- */

static void quiet(struct link *link, int64_t for_us, struct mono now)
{
	struct mono until = mono_add_us(now, for_us);

	if (link->quiet_until.us < until.us)
		link->quiet_until = until;
}

static struct device *end_exchange(struct link *link, struct mono now)
{
	struct device *device = link->asked;

	assert(device);
	link->asked = NULL;
	link->exchange.end = now;
	usage_add(&link->usage, link->exchange.start, now, link->probe);
	if (link->charged)
		turn_charge(&link->turn, mono_since_us(now, link->exchange.start));
	quiet(link, link->silence_us, now);
	return device;
}

static void drain(struct link *link, struct mono now)
{
	if (link->framing != FRAMING_RTU)
		return;
	struct mono before = later(link->quiet_until, now);

	link->draining = true;
	quiet(link, link->drain_us, now);
	if (link->charged)
		turn_charge(&link->turn, mono_since_us(link->quiet_until, before));
}

static void fail_exchange(struct link *link, enum fault fault, struct mono now)
{
	struct device *device = end_exchange(link, now);

	link->stats->faults[fault]++;
	drain(link, now);
	device_failed(device, &link->exchange, fault);
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
	return proven ? later(soon, spaced) : soon;
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

static void hang_up(struct link *link, struct mono now)
{
	go_down(link, now);
	link->action.close = true;
}

static void connect_due(struct link *link, struct mono now)
{
	if (link->stats->condition == LINK_CONNECTING && mono_reached(now, link->connect_deadline))
		hang_up(link, now);
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
	link->quiet_until = now;
	transaction_reset(&link->transaction, link->framing);
	drain(link, now);
	for (size_t i = 0; i < link->turn.count; i++)
		device_hasten(&link->turn.devices[i], now);
	link_run(link, now);
}

void link_closed(struct link *link, struct mono now)
{
	link->action.close = link->action.open = false;
	if (link->asked) {
		link->transaction.active = false;
		fail_exchange(link, FAULT_OFFLINE, now);
	}
	if (link->stats->condition != LINK_DOWN)
		go_down(link, now);
	link_run(link, now);
}

/* --- receiving -------------------------------------------------------------------------------------- */

static struct device *device_of_unit(struct link *link, uint8_t unit)
{
	for (size_t i = 0; i < link->turn.count; i++) {
		struct device *device = &link->turn.devices[i];
		if (device->site->devices[device->index].unit == unit)
			return device;
	}
	return NULL;
}

static void expire(struct link *link, enum fault fault, struct mono now)
{
	if (fault == FAULT_TIMEOUT && link->stray)
		fault = link->stray;
	fail_exchange(link, fault, now);
	if (link->framing != FRAMING_TCP)
		return;
	link->silent++;
	if (fault == FAULT_SHORT || link->silent >= LIMIT_SILENT_REPLIES)
		hang_up(link, now);
}

/* An intact frame that answers nothing of now. On RTU it tells that its unit's answers are not to be trusted. */
static void take_stray(struct link *link, const struct transaction_reply *reply, struct mono now)
{
	if (link->framing == FRAMING_TCP) {
		link->stats->faults[FAULT_LATE]++;
		return;
	}
	struct device *device = device_of_unit(link, reply->unit);
	bool late = device && device_stray(device, reply, now);
	enum fault fault = late ? FAULT_LATE : reply->fault;

	link->stats->faults[fault]++;
	if (device && device != link->asked)
		device->stats->faults[fault]++;
	if (!link->asked) {
		drain(link, now);
		return;
	}
	if (late)
		return;
	link->stray = fault;
	device_doubt(link->asked);
	if (device == link->asked) {
		link->transaction.active = false;
		fail_exchange(link, fault, now);
	}
}

static void take_break(struct link *link, enum fault fault, struct mono now)
{
	if (link->asked)
		fail_exchange(link, fault, now);
	else
		link->stats->faults[fault]++;
	if (link->framing == FRAMING_TCP)
		hang_up(link, now);
	else
		drain(link, now);
}

/* An exception has no byte count to tell it from the late one of an earlier request. */
static bool is_doubtful_refusal(struct link *link, const struct transaction_reply *reply, struct mono now)
{
	return link->framing == FRAMING_RTU && device_ambiguous(link->asked, reply->function & 0x7F, now);
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
		fail_exchange(link, FAULT_LATE, now);
		return;
	}
	struct device *device = end_exchange(link, now);
	link->draining = false;
	if (rest->length > 0 && link->framing == FRAMING_RTU)
		device_doubt(device); /* something follows the answer: which of the two is it? */
	if (reply->kind == TRANSACTION_DATA) {
		device_answered(device, &link->exchange, reply->data);
		return;
	}
	link->stats->faults[FAULT_EXCEPTION]++;
	device_refused(device, &link->exchange, reply->code);
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
		expire(link, reply.fault, now);
		return link->stats->condition == LINK_UP;
	case TRANSACTION_BROKEN:
		take_break(link, reply.fault, now);
		return false; /* where the next frame begins nobody knows */
	}
	assert(false);
	return false;
}

void link_received(struct link *link, const uint8_t *data, size_t length, struct mono now)
{
	struct transaction_bytes bytes = {data, length};

	if (link->stats->condition != LINK_UP)
		return;
	link->stats->bytes_in += length;
	while (take_one(link, &bytes, now))
		link->silent = 0;
	link->silent = 0;
	if (!link->asked && link->transaction.have > 0)
		drain(link, now);
	link_run(link, now);
}

/* --- asking ----------------------------------------------------------------------------------------- */

static void ask(struct link *link, struct device *device, struct mono now)
{
	struct transaction_request request = device_request_of(device, &link->exchange.shape);

	link->asked = device;
	link->probe = device->lost;
	link->charged = device->lost && !turn_all_lost(&link->turn);
	link->stray = FAULT_NONE;
	link->draining = false;
	link->exchange.start = now;
	link->action.frame = link->frame;
	link->action.length =
	        transaction_start(&link->transaction, &request, mono_add_us(now, link->timeout_us), link->frame);
	link->stats->exchanges++;
	link->stats->bytes_out += link->action.length;
}

static void ask_next(struct link *link, struct mono now)
{
	struct device *device = NULL;

	if (link->stats->condition != LINK_UP || link->asked || !mono_reached(now, link->quiet_until))
		return;
	link->transaction.have = link->framing == FRAMING_RTU ? 0 : link->transaction.have; /* silence ended it */
	turn_earn(&link->turn, now);
	/* each one is asked or gets a later due time */
	while ((device = turn_choose(&link->turn, now))) {
		if (!device_next_shape(device, now, &link->exchange.shape)) {
			device_held_back(device, now);
			continue;
		}
		ask(link, device, now);
		return;
	}
}

/* --- time ------------------------------------------------------------------------------------------- */

static struct mono offline_from(const struct link *link)
{
	return mono_add_us(link->offline_since, link->timeout_us);
}

static void supervise(struct link *link, struct mono now)
{
	bool offline = link->stats->condition != LINK_UP;
	enum fault fault = offline ? FAULT_OFFLINE : link->draining ? FAULT_UNEXPECTED : FAULT_TIMEOUT;

	for (size_t i = 0; i < link->turn.count; i++) {
		struct device *device = &link->turn.devices[i];
		if (device != link->asked) /* whose answer is still out */
			device_supervise(device, fault, now);
		if (offline && !device->lost && mono_reached(now, device->due) && mono_reached(now, offline_from(link)))
			device_missed(device, FAULT_OFFLINE, now);
	}
}

/* When a device wants the link's attention, by itself or because it is to be asked. */
static struct mono wants(const struct link *link, const struct device *device, bool nobody_else)
{
	struct mono supervision = device_supervision_at(device);

	if (link->asked)
		return device == link->asked ? MONO_NEVER : supervision;
	if (link->stats->condition == LINK_UP)
		return mono_min(supervision, later(turn_ready_at(&link->turn, device, nobody_else), link->quiet_until));
	return device->lost ? MONO_NEVER : mono_min(supervision, later(device->due, offline_from(link)));
}

static struct mono find_next(const struct link *link)
{
	struct mono next = MONO_NEVER;
	bool nobody_else = turn_all_lost(&link->turn);

	if (link->turn.count == 0)
		return MONO_NEVER;
	if (link->asked)
		next = link->transaction.deadline;
	if (link->stats->condition == LINK_CONNECTING)
		next = link->connect_deadline;
	if (link->stats->condition == LINK_DOWN)
		next = link->retry_at;
	for (size_t i = 0; i < link->turn.count; i++)
		next = mono_min(next, wants(link, &link->turn.devices[i], nobody_else));
	return next;
}

void link_run(struct link *link, struct mono now)
{
	if (link->asked && mono_reached(now, link->transaction.deadline))
		expire(link, transaction_expire(&link->transaction), now);
	connect_due(link, now);
	supervise(link, now);
	ask_next(link, now);
	link->next = find_next(link);
}

void link_resume(struct link *link, struct mono now)
{
	if (link->asked) {
		transaction_expire(&link->transaction);
		device_cancelled(end_exchange(link, now), &link->exchange);
		link->action.length = 0;
		drain(link, now);
	}
	if (link->stats->condition == LINK_CONNECTING)
		link->connect_deadline = mono_add_ms(now, LIMIT_CONNECT_MS);
	if (link->stats->condition != LINK_UP)
		link->offline_since = now;
	link->turn.spare_at = now;
	for (size_t i = 0; i < link->turn.count; i++)
		device_resume(&link->turn.devices[i], now);
	link->next = now;
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
