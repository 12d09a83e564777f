/* SPDX-License-Identifier: Apache-2.0 */
/* control_bus - see control_bus.h */
#include "gateway/control_bus.h"

#include "gateway/control_bus_json.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOB_MS   5000 /* what could not be asked within this is given up */
#define DISK_US  2000
#define PRIORITY 5

enum slot_state { SLOT_FREE, SLOT_DURABLE, SLOT_ASKED, SLOT_DONE };

struct slot {
	enum slot_state state;
	uint64_t seq;   /* of the event that must be durable */
	struct mono at; /* when it was asked for */
	uint32_t link;
	struct pdu pdu;
	struct job job;
	struct bus_answer answer;
	uint8_t bytes[LIMIT_PDU];
};

struct control_bus {
	struct control_bus_setup setup;
	uint64_t last; /* number of the last job */
	struct mono next;
	struct slot slots[LIMIT_BUS_JOBS];
};

int control_bus_new(const struct control_bus_setup *setup, struct control_bus **ret_bus)
{
	struct control_bus *bus = calloc(1, sizeof *bus);

	if (!bus)
		return -ENOMEM;
	bus->setup = *setup;
	bus->next = MONO_NEVER;
	*ret_bus = bus;
	return 0;
}

void control_bus_free(struct control_bus **bus)
{
	free(*bus);
	*bus = NULL;
}

/* --- the exchange ----------------------------------------------------------------------------------- */

static void take_result(void *context, struct job *job, const struct job_result *result)
{
	struct slot *slot = context;

	(void)job;
	slot->state = SLOT_DONE;
	slot->answer.fault = result->fault;
	slot->answer.code = result->code;
	slot->answer.rtt_us = mono_since_us(result->end, result->start);
	if (result->fault == FAULT_NONE) {
		assert(result->length <= sizeof slot->bytes);
		memcpy(slot->bytes, result->pdu, result->length);
		slot->answer.pdu = slot->bytes;
	}
}

static void send(struct control_bus *bus, struct slot *slot)
{
	struct job_result none = {.fault = FAULT_OFFLINE};

	slot->state = SLOT_ASKED;
	int error = poller_submit(field_poller(bus->setup.field), slot->link, &slot->job);
	if (error)
		take_result(slot, &slot->job, &none);
}

static struct slot *free_slot(struct control_bus *bus)
{
	for (size_t i = 0; i < LIMIT_BUS_JOBS; i++)
		if (bus->slots[i].state == SLOT_FREE)
			return &bus->slots[i];
	return NULL;
}

static void fill(struct control_bus *bus, struct slot *slot, const struct bus_order *order)
{
	struct mono now = bus->setup.recorder->mono;

	*slot = (struct slot){.link = order->link, .at = now, .pdu = order->pdu};
	slot->answer = (struct bus_answer){.number = ++bus->last, .order = *order};
	slot->job = (struct job){.unit = order->unit,
	                         .length = order->pdu.length,
	                         .urgency = JOB_NORMAL,
	                         .origin = order->poke ? WRITE_POKE : WRITE_NEVER,
	                         .until = mono_add_ms(now, JOB_MS),
	                         .context = slot,
	                         .done = take_result};
	memcpy(slot->job.pdu, order->pdu.bytes, order->pdu.length);
}

/* --- rights, and the record ------------------------------------------------------------------------- */

static uint64_t tell(struct control_bus *bus, const struct bus_order *order, const struct control_bus_request *request,
                     const char *refused)
{
	struct event event = {.type = refused ? EVENT_COMMAND_REFUSED : EVENT_COMMAND_ACCEPTED,
	                      .at = bus->setup.recorder->mono,
	                      .subject_kind = SUBJECT_GATEWAY,
	                      .condition = COND_NONE,
	                      .point = SITE_NONE,
	                      .priority = PRIORITY};
	int used = snprintf(event.reason, sizeof event.reason, "poke %s %u %s %u = %u%s%s",
	                    bus->setup.site->links[order->link].id, order->unit, bus_table_name(order->table),
	                    order->address, order->value, refused ? " refused: " : "", refused ? refused : "");

	if (!refused && order->reason[0] && used > 0 && (size_t)used < sizeof event.reason)
		snprintf(event.reason + used, sizeof event.reason - (size_t)used, ": %.100s", order->reason);
	snprintf(event.user, sizeof event.user, "%s", request->user);
	event_emit(bus->setup.sink, &event);
	return event.seq;
}

/* NULL: it may be done. */
static const char *refusal(const struct control_bus *bus, const struct bus_order *order, bool maintainer)
{
	struct write_request write = {
	        .link = order->link, .unit = order->unit, .origin = WRITE_POKE, .pdu = &order->pdu};

	if (!bus->setup.site->control_poke)
		return "the site file does not allow poke (control.poke)";
	if (!maintainer)
		return "only root, the daemon's user and the socket's group may poke";
	if (write_guard_is_output(bus->setup.site, &write))
		return "an output has this address; picketctl output switches it";
	return write_guard_allows(bus->setup.site, &write) ? NULL : "it cannot be written";
}

unsigned control_bus_begin(struct control_bus *bus, const struct control_bus_request *request, char *ret_text,
                           size_t size)
{
	struct bus_order order;
	char why[160];
	struct slot *slot = free_slot(bus);

	if (bus_order_parse(bus->setup.site, request->json, request->length, &order, why) < 0)
		return bus_say_error(BUS_BAD_REQUEST, "malformed", why, ret_text, size);
	const char *refused = order.poke ? refusal(bus, &order, request->maintainer) : NULL;
	if (refused) {
		(void)tell(bus, &order, request, refused);
		return bus_say_error(BUS_FORBIDDEN, "not_allowed", refused, ret_text, size);
	}
	if (!slot)
		return bus_say_error(BUS_BUSY, "busy", "too many exchanges are under way; try again", ret_text, size);
	fill(bus, slot, &order);
	if (order.poke) {
		slot->seq = tell(bus, &order, request, NULL);
		slot->state = SLOT_DURABLE;
	} else {
		send(bus, slot);
	}
	bus->next = bus->setup.recorder->mono;
	return bus_say_job(slot->answer.number, ret_text, size);
}

/* --- answers ---------------------------------------------------------------------------------------- */

unsigned control_bus_fetch(struct control_bus *bus, const char *job, char *ret_text, size_t size)
{
	uint64_t number = bus_number(job);

	for (size_t i = 0; i < LIMIT_BUS_JOBS; i++) {
		struct slot *slot = &bus->slots[i];
		if (slot->state == SLOT_FREE || slot->answer.number != number)
			continue;
		unsigned status = bus_say_answer(&slot->answer, slot->state == SLOT_DONE, ret_text, size);
		if (slot->state == SLOT_DONE)
			slot->state = SLOT_FREE;
		return status;
	}
	return bus_say_error(BUS_NOT_FOUND, "not_found", "there is no such job; its answer is kept half a minute",
	                     ret_text, size);
}

unsigned control_bus_trace(struct control_bus *bus, const char *link, const char *after, char *ret_text, size_t size)
{
	const struct site *site = bus->setup.site;
	const struct recorder *recorder = bus->setup.recorder;
	uint32_t index = bus_link_by_id(site, link);

	if (index == SITE_NONE)
		return bus_say_error(BUS_NOT_FOUND, "not_found", "there is no such link", ret_text, size);
	if (field_watch(bus->setup.field, index, recorder->mono) < 0)
		return bus_say_error(BUS_BUSY, "busy", "other links are traced; try again", ret_text, size);
	struct bus_trace page = {.site = site,
	                         .trace = field_trace(bus->setup.field),
	                         .link = index,
	                         .after = bus_number(after),
	                         .now = recorder->mono,
	                         .wall = recorder->wall};
	return bus_say_trace(&page, ret_text, size);
}

/* --- time ------------------------------------------------------------------------------------------- */

static struct mono run_slot(struct control_bus *bus, struct slot *slot, uint64_t durable, struct mono now)
{
	struct mono end = mono_add_ms(slot->at, LIMIT_BUS_JOB_S * 1000);

	if (slot->state == SLOT_DURABLE && durable >= slot->seq)
		send(bus, slot);
	if (slot->state == SLOT_DONE && mono_reached(now, end))
		slot->state = SLOT_FREE;
	if (slot->state == SLOT_DURABLE)
		return mono_add_us(now, DISK_US);
	return slot->state == SLOT_DONE ? end : slot->state == SLOT_ASKED ? mono_add_ms(now, 1000) : MONO_NEVER;
}

void control_bus_run(struct control_bus *bus, struct mono now)
{
	struct journal_stats stats;

	if (!mono_reached(now, bus->next))
		return;
	bus->next = MONO_NEVER;
	journal_stats(bus->setup.recorder->journal, &stats);
	for (size_t i = 0; i < LIMIT_BUS_JOBS; i++)
		bus->next = mono_min(bus->next, run_slot(bus, &bus->slots[i], stats.durable, now));
}

struct mono control_bus_next(const struct control_bus *bus)
{
	return bus->next;
}
