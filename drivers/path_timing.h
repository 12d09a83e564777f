/* SPDX-License-Identifier: Apache-2.0 */
/*
 * path_timing - how long a way to the devices wants silence. RTU frames are 3.5 characters apart, 1.75 ms above 19200
 * baud (SL 2.5.1.1). Behind a converter the same gap is kept, for one that passes it on, but after a doubt the silence
 * is longer: a converter hands bytes over in lumps, and the network adds its delay. Modbus TCP wants none. Pure.
 */
#ifndef PICKET_PATH_TIMING_H
#define PICKET_PATH_TIMING_H

#include "config/site.h"

struct path_timing {
	bool stream;        /* TCP below, whatever the framing */
	int64_t silence_us; /* between two frames */
	int64_t drain_us;   /* after a doubt */
};

struct path_timing path_timing_of(const struct site_endpoint *end);

#endif
