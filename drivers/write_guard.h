/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write_guard - whether a request may leave the gateway at all. The one place that decides it, asked right before
 * the frame is built: whatever went wrong above, no write function goes out to what the site file does not list.
 *
 * Reads pass. Anything else is refused, unless it is a single write (functions 5 and 6) and
 *  WRITE_OUTPUT  to the point of an entry of `outputs:`, which says write: true; the value is 0 or 1
 *  WRITE_CLEAR   exactly the write that clears a latched point
 *  WRITE_POKE    control.poke is true, and no output has that address: its state would no longer be what the gateway
 *                believes. What the origin means for people's rights was judged before; see control_bus.h.
 *
 * Pure. It looks through the site each time: writes are rare, and a table of its own could disagree.
 */
#ifndef PICKET_WRITE_GUARD_H
#define PICKET_WRITE_GUARD_H

#include "config/site.h"
#include "drivers/pdu.h"

/* Why somebody asks for an exchange. */
enum write_origin {
	WRITE_NEVER, /* reading; a write is refused */
	WRITE_OUTPUT,
	WRITE_CLEAR,
	WRITE_POKE,
};

struct write_request {
	uint32_t link; /* index into site->links */
	uint8_t unit;
	enum write_origin origin;
	const struct pdu *pdu;
};

bool write_guard_allows(const struct site *site, const struct write_request *request);

/* Whether an output writes this address: for an answer that says so. */
bool write_guard_is_output(const struct site *site, const struct write_request *request);

#endif
