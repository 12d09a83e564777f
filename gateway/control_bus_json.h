/* SPDX-License-Identifier: Apache-2.0 */
/* control_bus_json - what control_bus.h's requests and answers look like. Pure. */
#ifndef PICKET_CONTROL_BUS_JSON_H
#define PICKET_CONTROL_BUS_JSON_H

#include "config/site.h"
#include "drivers/pdu.h"
#include "drivers/trace.h"

/* HTTP's. */
enum bus_status {
	BUS_OK = 200,
	BUS_ACCEPTED = 202,
	BUS_BAD_REQUEST = 400,
	BUS_FORBIDDEN = 403,
	BUS_NOT_FOUND = 404,
	BUS_BUSY = 503,
};

struct bus_order {
	bool poke;
	uint32_t link; /* index into site->links */
	uint8_t unit;
	enum site_table table;
	uint16_t address, count, value;
	struct pdu pdu;
	char reason[LIMIT_REASON + 1];
};

const char *bus_table_name(enum site_table table); /* "discrete" "coil" "input" "holding" */
uint32_t bus_link_by_id(const struct site *site, const char *id);
/* Decimal digits; 0: anything else, or NULL. */
uint64_t bus_number(const char *text);

/* -EINVAL: why says what is wrong, in words that need no escape. */
int bus_order_parse(const struct site *site, const char *json, size_t length, struct bus_order *ret_order,
                    char why[160]);

struct bus_answer {
	uint64_t number;
	struct bus_order order;
	enum fault fault;
	uint8_t code;
	int64_t rtt_us;
	const uint8_t *pdu; /* NULL: no answer */
};

struct bus_trace {
	const struct site *site;
	const struct trace *trace;
	uint32_t link;
	uint64_t after;
	struct mono now; /* one moment by both clocks */
	struct wall wall;
};

/* Each writes a document of at most LIMIT_PAGE_PIECE bytes and returns its status. */
unsigned bus_say_error(enum bus_status status, const char *error, const char *detail, char *ret_text, size_t size);
unsigned bus_say_job(uint64_t number, char *ret_text, size_t size);
unsigned bus_say_answer(const struct bus_answer *answer, bool done, char *ret_text, size_t size);
unsigned bus_say_trace(const struct bus_trace *page, char *ret_text, size_t size);

#endif
