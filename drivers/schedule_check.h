/* SPDX-License-Identifier: Apache-2.0 */
/*
 * schedule_check - what the schedule of a site promises: how long a change in the field may take to be seen.
 *
 * From the read plan of every device, its scan period, and what an exchange takes on its link:
 *
 *   serial   request and answer at eleven bits a character (ten for 8N1), the turnaround, the silence between frames
 *            (3.5 characters, SL 2.5.1.1, or gap_ms when that is longer), LIMIT_WAKE_US of the gateway's own
 *   TCP      the turnaround, gap_ms, LIMIT_WAKE_US
 *   silent   timeout_ms and, on a serial line, LIMIT_DRAIN_MS of silence after it
 *
 * An input is read in each scan of its device. A scan waits, at worst, for one scan of every other device of the link:
 * whether the link serves in the order of the due times or of the deadlines, the worst of both orders counts here. So
 * a change is seen after one period, that wait and the scan itself; one more period where a second sample is wanted
 * (tampers, gateway/alarm/input.h).
 *
 *   alive    every device answers within its turnaround
 *   dead     `dead` others of the link are lost and are probed within LIMIT_DEAD_SHARE_PCT of its time; what their own
 *            scans would take stays counted, since they may be back at any moment
 *   falling  while those `dead` others fall silent, all at the same moment: each of their scans costs a timeout, the
 *            first perhaps one for each request, until they are lost; it happens once and has no limit
 *
 * The figures hold for a line without faults: each broken or missed answer costs one exchange more, is counted, and
 * becomes a condition when it lasts. Deliberate delays (on_delay_s, count) are no part of them.
 *
 * An input that tells of intruders, duress or tampering must be seen within LIMIT_DETECT_MS, alive and dead (EN
 * 50131-1 8.9.1; IEC 60839-11-1 table 2, item 24), unless its device or sensor says allow_slow, or the device keeps
 * the pulse (a counter, a latched input). Pure.
 */
#ifndef PICKET_SCHEDULE_CHECK_H
#define PICKET_SCHEDULE_CHECK_H

#include "config/site.h"
#include "config/site_error.h"
#include "drivers/response.h"

#define SCHEDULE_SAMPLES 2 /* the most that any input needs */

struct schedule_times {
	/* from the change to the end of the exchange that brings it; RESPONSE_NEVER: the link cannot do its work */
	int64_t alive_us, dead_us, falling_us;
};

struct schedule_device {
	uint32_t requests;           /* in one scan; a device without used points has none */
	int64_t scan_us;             /* they and their silences */
	struct schedule_times times; /* of an input that counts from its first sample */
	/* its inputs that are refused, by the samples they need less one; and the first of them */
	size_t refused[SCHEDULE_SAMPLES], refused_first[SCHEDULE_SAMPLES];
};

struct schedule_link {
	uint32_t devices, requests; /* with used points; to scan each of them once */
	double requests_per_s;
	double load;   /* of the link's time, 1 = all of it; with all alive */
	uint32_t dead; /* devices taken for dead */
};

enum schedule_verdict {
	SCHEDULE_FREE,    /* no limit for this input */
	SCHEDULE_FAST,    /* within LIMIT_DETECT_MS */
	SCHEDULE_ALLOWED, /* slower, and allow_slow says so */
	SCHEDULE_REFUSED,
};

/* One point that a sensor reads. */
struct schedule_input {
	uint32_t sensor, point;
	enum site_role role;
	uint8_t samples; /* that its alarming level needs */
	enum schedule_verdict verdict;
	struct schedule_times times;
};

struct schedule {
	size_t link_count, device_count, input_count;
	struct schedule_link *links;
	struct schedule_device *devices;
	struct schedule_input *inputs; /* in the order of the sensors and of their roles */
};

/* 0 or -ENOMEM. */
int schedule_new(const struct site *site, struct schedule **ret_schedule);
void schedule_free(struct schedule **schedule);

/* Adds rows for the inputs that are refused, each at the place of its sensor: one for all inputs of a device that want
 * as many samples. */
void schedule_report(const struct site *site, const struct schedule *schedule, struct site_errors *errors);

/* The slower of the times alive and dead: what the limit looks at. */
int64_t schedule_worst_us(const struct schedule_times *times);

#endif
