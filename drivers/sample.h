/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sample - what the field said: one point, its value, how good it is and when it was taken.
 *
 * The driver decides in one place (link.c) when silence becomes a lost point: QUALITY_BAD comes only after
 * LIMIT_MISSED_SCANS missed scans or LIMIT_SUPERVISION_MS, QUALITY_UNCERTAIN before that. A sample that is not
 * QUALITY_GOOD carries the last good value only for display; it must never change an alarm other than
 * supervision_lost.
 */
#ifndef PICKET_SAMPLE_H
#define PICKET_SAMPLE_H

#include "config/instant.h"

#include <stdbool.h>
#include <stdint.h>

enum quality { QUALITY_UNKNOWN, QUALITY_GOOD, QUALITY_UNCERTAIN, QUALITY_BAD };

/* Why a sample is not good; also the classes of the error counters. */
enum fault {
	FAULT_NONE,
	FAULT_TIMEOUT,    /* no complete answer within the deadline */
	FAULT_EXCEPTION,  /* the device refused; the code is counted apart */
	FAULT_CRC,        /* RTU checksum */
	FAULT_UNIT,       /* answer of another unit */
	FAULT_MISMATCH,   /* wrong function, byte count, protocol or length */
	FAULT_SHORT,      /* truncated */
	FAULT_LATE,       /* answer of an earlier request; dropped */
	FAULT_UNEXPECTED, /* bytes that no request asked for */
	FAULT_OFFLINE,    /* no connection, or the port is gone */
	FAULT_NUMBER,     /* an f32 that is NaN or infinite: the device has no value */
	FAULT_IDENTITY,   /* the device is not, or not yet, proven to be the one that was installed */
	FAULT_FORBIDDEN,  /* a write that the site file does not list; it was not sent */
	FAULT_COUNT,
};

const char *quality_name(enum quality quality); /* "unknown" "good" "uncertain" "bad" */
const char *fault_name(enum fault fault);       /* "none" "timeout" "exception" … */

struct sample {
	uint32_t point; /* index into site.points */
	bool value;     /* a bit; of a number: it is not 0 */
	double raw;     /* of a number, before scale and offset */
	enum quality quality;
	enum fault fault;
	struct mono at;  /* when the value was true on the wire: the middle of the exchange */
	uint32_t err_us; /* the change may have been this much earlier than `at` */
};

#endif
