/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire - one link on virtual time, carried from memory, with devices at the other end that misbehave as told.
 *
 * The devices' bits change all the time (wire_truth), so that a value taken from any answer but the right one is
 * soon a wrong one: every good sample is compared with what the device said to the latest request.
 */
#ifndef PICKET_TEST_WIRE_H
#define PICKET_TEST_WIRE_H

#include "config/limits.h"
#include "drivers/crc16.h"
#include "drivers/link.h"
#include "drivers/random.h"

#include <check.h>
#include <string.h>

/* a test of thousands of wires makes each of them smaller */
#ifndef WIRE_UNITS
#define WIRE_UNITS   32
#define WIRE_POINTS  1024
#define WIRE_FLIGHTS 512
#endif
#define WIRE_START 1000000000

struct wire;

/* Bytes on their way to the link. */
struct wire_flight {
	struct mono at;
	size_t length;
	uint8_t bytes[LIMIT_ADU_TCP];
};

/* How one answer goes out; the hook of the test may change all of it. */
struct wire_answer {
	uint8_t unit, function;
	uint16_t address, count;
	bool silent;
	int64_t delay_us;
	int64_t twin_us;  /* 0: no duplicate, else so long after the answer */
	int64_t piece_us; /* 0: in one piece, else a byte each so often */
	uint8_t exception;
	size_t length;
	uint8_t bytes[LIMIT_ADU_TCP];
	void (*spoil)(struct wire *wire, struct wire_answer *answer); /* the finished frame */
};

struct wire_unit {
	int64_t asked_us; /* when the latest request came, when the values were taken */
	unsigned requests, good, uncertain, bad, lost, back;
	unsigned refused; /* points, now */
	unsigned late;    /* times */
	struct mono lost_at, back_at, last_good_at;
	int64_t longest_gap_us; /* between two good samples of one point */
};

struct wire {
	struct mono now;
	bool tcp, refuse, open;
	bool still; /* the bits do not change */
	struct site site;
	struct site_link site_link;
	struct site_device devices[WIRE_UNITS];
	struct site_point points[WIRE_POINTS];
	struct wire_unit units[WIRE_UNITS];
	struct device_stats device_stats[WIRE_UNITS];
	struct link_stats stats;
	struct link *link;
	const uint8_t *urgency; /* of the points; NULL: all the same */
	struct poller_sink sink;
	struct wire_flight flights[WIRE_FLIGHTS];
	size_t flight_count;
	unsigned opens, wrong, closes;
	struct mono open_times[64];
	uint64_t random;
	void (*behave)(struct wire *wire, struct wire_answer *answer);
};

static inline bool wire_truth(const struct wire *wire, uint8_t unit, uint32_t address, int64_t us)
{
	uint64_t seed = (uint64_t)unit << 48 ^ (uint64_t)address << 32 ^ (wire->still ? 0 : (uint64_t)us / 10000);

	return random_next(&seed) & 1;
}

static inline uint32_t wire_index(const struct wire *wire, const struct site_point *point)
{
	(void)wire;
	return (uint32_t)point->address * 16 + point->bit;
}

static inline void wire_sample(void *context, const struct sample *sample)
{
	struct wire *wire = context;
	const struct site_point *point = &wire->points[sample->point];
	struct wire_unit *unit = &wire->units[point->device];
	uint8_t number = wire->devices[point->device].unit;

	unit->uncertain += sample->quality == QUALITY_UNCERTAIN;
	unit->bad += sample->quality == QUALITY_BAD;
	if (sample->quality != QUALITY_GOOD)
		return;
	unit->good++;
	wire->wrong += sample->value != wire_truth(wire, number, wire_index(wire, point), unit->asked_us);
	if (sample->point != wire->devices[point->device].point_first)
		return;
	if (unit->last_good_at.us && mono_since_us(sample->at, unit->last_good_at) > unit->longest_gap_us)
		unit->longest_gap_us = mono_since_us(sample->at, unit->last_good_at);
	unit->last_good_at = sample->at;
}

static inline void wire_device(void *context, uint32_t device, bool lost, enum fault fault, struct mono at)
{
	struct wire *wire = context;
	struct wire_unit *unit = &wire->units[device];

	ck_assert_int_eq(lost, fault != FAULT_NONE);
	if (lost) {
		ck_assert_uint_eq(unit->lost, unit->back);
		unit->lost++;
		unit->lost_at = at;
	} else {
		unit->back++;
		ck_assert_uint_eq(unit->lost, unit->back);
		unit->back_at = at;
	}
}

static inline void wire_map(void *context, const struct poller_refusal *refusal)
{
	struct wire *wire = context;
	struct wire_unit *unit = &wire->units[wire->points[refusal->point].device];

	ck_assert_int_eq(refusal->refused, refusal->code != 0);
	unit->refused += refusal->refused ? 1u : -1u;
}

static inline void wire_late(void *context, uint32_t device, bool late, struct mono at)
{
	struct wire *wire = context;

	(void)at;
	wire->units[device].late += late;
}

/* --- the devices ------------------------------------------------------------------------------------ */

static inline void wire_fly(struct wire *wire, struct mono at, const uint8_t *bytes, size_t length)
{
	ck_assert_uint_lt(wire->flight_count, WIRE_FLIGHTS);
	struct wire_flight *flight = &wire->flights[wire->flight_count++];

	flight->at = at;
	flight->length = length;
	memcpy(flight->bytes, bytes, length);
}

static inline void wire_send(struct wire *wire, const struct wire_answer *answer, int64_t delay_us)
{
	struct mono at = mono_add_us(wire->now, delay_us);

	if (!answer->piece_us) {
		wire_fly(wire, at, answer->bytes, answer->length);
		return;
	}
	for (size_t i = 0; i < answer->length; i++)
		wire_fly(wire, mono_add_us(at, answer->piece_us * (int64_t)i), &answer->bytes[i], 1);
}

static inline size_t wire_fill(const struct wire *wire, const uint8_t *pdu, uint8_t unit, uint8_t *out)
{
	uint32_t address = (uint32_t)(pdu[1] << 8 | pdu[2]), count = (uint32_t)(pdu[3] << 8 | pdu[4]);
	bool bits = pdu[0] <= 2;
	size_t bytes = bits ? (count + 7) / 8 : count * 2;

	if (pdu[0] == 5 || pdu[0] == 6) {
		memcpy(out, pdu, 5);
		return 5;
	}
	out[0] = pdu[0];
	out[1] = (uint8_t)bytes;
	memset(out + 2, 0, bytes);
	for (uint32_t i = 0; i < count * (bits ? 1 : 16); i++) {
		uint32_t index = bits ? (address + i) * 16 : address * 16 + i;
		size_t byte = bits ? i / 8 : i / 16 * 2 + (i % 16 < 8);
		if (wire_truth(wire, unit, index, wire->now.us))
			out[2 + byte] = (uint8_t)(out[2 + byte] | 1 << i % 8);
	}
	return 2 + bytes;
}

static inline void wire_frame(const struct wire *wire, const uint8_t *request, struct wire_answer *answer)
{
	size_t head = wire->tcp ? 6 : 0;
	const uint8_t *pdu = request + head + 1;
	uint8_t *out = answer->bytes + head;

	out[0] = request[head];
	size_t length = 1 + wire_fill(wire, pdu, out[0], out + 1);
	if (answer->exception) {
		out[1] = pdu[0] | 0x80;
		out[2] = answer->exception;
		length = 3;
	}
	answer->length = head + length;
	if (wire->tcp) {
		memcpy(answer->bytes, request, 4);
		answer->bytes[4] = (uint8_t)(length >> 8);
		answer->bytes[5] = (uint8_t)length;
		return;
	}
	uint16_t crc = crc16(out, length);
	answer->bytes[answer->length++] = (uint8_t)crc;
	answer->bytes[answer->length++] = (uint8_t)(crc >> 8);
}

static inline void wire_request(struct wire *wire, const uint8_t *request)
{
	const uint8_t *pdu = request + (wire->tcp ? 7 : 1);
	struct wire_answer answer = {.unit = pdu[-1],
	                             .function = pdu[0],
	                             .address = (uint16_t)(pdu[1] << 8 | pdu[2]),
	                             .count = (uint16_t)(pdu[3] << 8 | pdu[4]),
	                             .delay_us = 4000};

	for (size_t i = 0; i < wire->site.device_count; i++)
		if (wire->devices[i].unit == answer.unit) {
			wire->units[i].asked_us = wire->now.us;
			wire->units[i].requests++;
		}
	if (wire->behave)
		wire->behave(wire, &answer);
	if (answer.silent)
		return;
	wire_frame(wire, request, &answer);
	if (answer.spoil)
		answer.spoil(wire, &answer);
	wire_send(wire, &answer, answer.delay_us);
	if (answer.twin_us)
		wire_send(wire, &answer, answer.delay_us + answer.twin_us);
}

/* --- ways to spoil a frame ---------------------------------------------------------------------------- */

static inline void wire_spoil_unit(struct wire *wire, struct wire_answer *answer)
{
	size_t head = wire->tcp ? 6 : 0;

	answer->bytes[head] = 77;
	uint16_t crc = crc16(answer->bytes, answer->length - 2);
	if (!wire->tcp) {
		answer->bytes[answer->length - 2] = (uint8_t)crc;
		answer->bytes[answer->length - 1] = (uint8_t)(crc >> 8);
	}
}

static inline void wire_spoil_bit(struct wire *wire, struct wire_answer *answer)
{
	answer->bytes[random_next(&wire->random) % answer->length] ^= (uint8_t)(1u << random_next(&wire->random) % 8);
}

static inline void wire_spoil_length(struct wire *wire, struct wire_answer *answer)
{
	answer->length -= 1 + random_next(&wire->random) % (answer->length - 1);
}

static inline void wire_spoil_tail(struct wire *wire, struct wire_answer *answer)
{
	(void)wire;
	memset(answer->bytes + answer->length, 0xA5, 3);
	answer->length += 3;
}

static void (*const wire_spoils[])(struct wire *, struct wire_answer *) = {wire_spoil_unit, wire_spoil_bit,
                                                                           wire_spoil_length, wire_spoil_tail};
/* --- the carrier ------------------------------------------------------------------------------------ */

static inline void wire_obey(struct wire *wire)
{
	for (;;) {
		struct link_action action = link_take_action(wire->link);
		if (action.close) {
			wire->open = false;
			wire->closes++;
			wire->flight_count = wire->tcp ? 0 : wire->flight_count;
		}
		if (action.open) {
			wire->open_times[wire->opens++ % 64] = wire->now;
			wire->open = !wire->refuse;
			if (wire->refuse)
				link_closed(wire->link, wire->now);
			else
				link_opened(wire->link, wire->now);
		} else if (action.length) {
			ck_assert(wire->open);
			wire_request(wire, action.frame);
		} else {
			return;
		}
	}
}

static inline struct wire_flight *wire_first_flight(struct wire *wire)
{
	struct wire_flight *first = NULL;

	for (size_t i = 0; i < wire->flight_count; i++)
		if (!first || wire->flights[i].at.us < first->at.us)
			first = &wire->flights[i];
	return first;
}

static inline void wire_land(struct wire *wire, struct wire_flight *flight)
{
	struct wire_flight landed = *flight;

	memmove(flight, flight + 1, (size_t)(wire->flights + wire->flight_count - flight - 1) * sizeof *flight);
	wire->flight_count--;
	link_received(wire->link, landed.bytes, landed.length, wire->now);
}

static inline void wire_run_until(struct wire *wire, struct mono end)
{
	unsigned same = 0;

	for (;;) {
		struct wire_flight *flight = wire->open ? wire_first_flight(wire) : NULL;
		struct mono next = mono_min(link_next(wire->link), flight ? flight->at : MONO_NEVER);
		if (next.us > end.us)
			break;
		same = next.us > wire->now.us ? 0 : same + 1;
		ck_assert_msg(same < 1000, "the link does not wait");
		wire->now = next.us > wire->now.us ? next : wire->now;
		if (flight && mono_reached(wire->now, flight->at))
			wire_land(wire, flight);
		else
			link_run(wire->link, wire->now);
		wire_obey(wire);
	}
	wire->now = end;
}

static inline void wire_run_ms(struct wire *wire, int64_t ms)
{
	wire_run_until(wire, mono_add_ms(wire->now, ms));
}

/* --- making one ------------------------------------------------------------------------------------- */

static inline void wire_init(struct wire *wire, bool tcp, uint32_t timeout_ms)
{
	memset(wire, 0, sizeof *wire);
	wire->now = (struct mono){WIRE_START};
	wire->tcp = tcp;
	wire->site_link = (struct site_link){.id = "link",
	                                     .endpoint_count = 1,
	                                     .endpoints[0].transport = tcp ? TRANSPORT_TCP : TRANSPORT_RTU,
	                                     .endpoints[0].baud = 115200,
	                                     .timeout_ms = timeout_ms};
	wire->site = (struct site){.link_count = 1, .links = &wire->site_link, .devices = wire->devices};
	wire->site.points = wire->points;
	wire->sink = (struct poller_sink){
	        .context = wire, .sample = wire_sample, .device = wire_device, .map = wire_map, .late = wire_late};
}

static inline void wire_add(struct wire *wire, uint8_t unit, uint32_t scan_ms, uint16_t inputs)
{
	uint32_t index = (uint32_t)wire->site.device_count++;

	wire->devices[index] = (struct site_device){.unit = unit,
	                                            .scan_ms = scan_ms,
	                                            .point_first = (uint32_t)wire->site.point_count,
	                                            .point_count = inputs};
	for (uint16_t i = 0; i < inputs; i++)
		wire->points[wire->site.point_count++] =
		        (struct site_point){.device = index, .table = TABLE_DISCRETE, .address = i, .used = true};
}

static inline void wire_begin(struct wire *wire, uint64_t seed)
{
	struct link_setup setup = {.site = &wire->site,
	                           .sink = &wire->sink,
	                           .devices = wire->device_stats,
	                           .stats = &wire->stats,
	                           .urgency = wire->urgency,
	                           .start = wire->now,
	                           .seed = seed};

	wire->random = seed;
	ck_assert_int_eq(link_new(&setup, &wire->link), 0);
	link_run(wire->link, wire->now);
	wire_obey(wire);
}

#endif
