/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch - once a second: what a maintainer should read in the log because it changed (broker,
 * journal, devices), and the figures that the heartbeat carries.
 */
#ifndef PICKET_WATCH_H
#define PICKET_WATCH_H

#include "gateway/loop.h"

struct watch {
	bool started, connected;
	int journal_error;
	uint32_t devices_lost;
	uint64_t refused, dropped;
	bool field_waits;
};

void watch_second(struct watch *watch, const struct loop_parts *parts, bool field_waits);

#endif
