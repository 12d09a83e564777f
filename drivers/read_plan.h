/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read_plan - the fewest read requests that fetch every used point of one device.
 *
 * Used points of one table are merged into one request while the hole between two neighbours is at most the
 * device's max_gap addresses and the whole stays within max_bits or max_words (0: no bound of the device's own)
 * and within what the protocol allows (MB 6.1 to 6.4). Points that no sensor uses cost nothing. A point of two
 * registers is always whole in one request, so that its halves are of the same moment.
 *
 * Pure: made once at start from the site, never changed afterwards.
 */
#ifndef PICKET_READ_PLAN_H
#define PICKET_READ_PLAN_H

#include "config/site.h"

struct read_request {
	enum site_table table;
	uint16_t address, count;    /* count: bits or registers, by table */
	uint16_t spare;             /* addresses past the end that the device also lets be read */
	uint32_t first, point_size; /* points it fills: plan->points[first] and so many in all */
};

struct read_plan {
	size_t request_count, point_count;
	struct read_request *requests; /* by table, then address */
	uint32_t *points;              /* indices into site->points: by table, address, bit */
};

/* 0 or -ENOMEM. A device none of whose points is used has a plan of no requests. */
int read_plan_new(const struct site *site, uint32_t device, struct read_plan **ret_plan);
void read_plan_free(struct read_plan **plan);

/* Whether a part of a request that ends before the address would tear a point of two registers. */
bool read_plan_tears(const struct read_plan *plan, const struct site *site, size_t request, uint32_t end);

/* The function code that reads a table (MB 6.1 to 6.4). */
uint8_t read_plan_function(enum site_table table);
/* Whether an address of the table is one bit; else it is a register of sixteen. */
bool read_plan_is_bits(enum site_table table);

#endif
