/* SPDX-License-Identifier: Apache-2.0 */
/*
 * split - a merged read that a device refuses, taken apart until the address that it refuses is alone.
 *
 * After exception 1, 2 or 3 (MB 7: function, data address, data value) a piece is cut in the middle and asked for
 * again; one address that is refused twice is refused alone, and everything around it is merged again. Where only a
 * hole between two points is refused, the cut stays and no point is lost. Exception 1 is about all addresses alike.
 *
 * Nothing stays so for ever: after LIMIT_MAP_MIN_MS, then ever longer up to LIMIT_MAP_MAX_MS, and when the device or its
 * connection was away, the whole block is asked for again, and each refused address, one in a scan.
 *
 * Pure.
 */
#ifndef PICKET_SPLIT_H
#define PICKET_SPLIT_H

#include "config/instant.h"
#include "drivers/read_plan.h"

#define SPLIT_NONE UINT32_MAX

struct split_point {
	bool cut;     /* a piece begins here */
	bool suspect; /* refused alone, once */
	bool refused; /* and twice */
};

/* Of one request. All zero: it is read as planned. */
struct split {
	bool apart;                 /* some point is cut or refused */
	bool merged;                /* and this scan reads it as planned, to see */
	uint32_t probe, probe_next; /* refused points: tried in this scan, and in the next; one more than the index */
	struct mono retry_at;
	int64_t retry_us;
};

/* A request and what became of it. */
struct split_view {
	const struct site *site;
	const struct read_plan *plan;
	const struct read_request *request;
	struct split *split;
	struct split_point *points; /* one each of the plan */
};

struct split_piece {
	uint16_t address, count;
	uint16_t spare; /* addresses past the end that may be read too */
};

/* A scan comes to this request. */
void split_begin(const struct split_view *view, struct mono now);
/* The next piece at `from` or behind it; false: there is none. */
bool split_next(const struct split_view *view, uint32_t from, struct split_piece *ret_piece);
/* Nothing else of the device can be read: a refused point has to show whether it is alive. */
void split_insist(const struct split_view *view);

enum split_verdict {
	SPLIT_AGAIN, /* ask for the next piece at the same address */
	SPLIT_ALONE, /* its points are refused from now on; go on behind it */
	SPLIT_STILL, /* they were before; go on behind it */
};
/* A piece was refused with exception 1, 2 or 3. */
enum split_verdict split_refused(const struct split_view *view, const struct split_piece *piece, uint8_t code,
                                 struct mono now);
/* The data of a piece came. A point that was refused is no more; whoever wants to know looks before. */
void split_accepted(const struct split_view *view, const struct split_piece *piece);
/* The device or its connection was away: look again soon. */
void split_hasten(struct split *split);

#endif
