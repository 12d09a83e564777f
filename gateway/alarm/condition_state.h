/* SPDX-License-Identifier: Apache-2.0 */
/*
 * condition_state - the state machine of one condition, the same for every kind of sensor and for devices.
 *
 * Orthogonal regions, after ISA-18.2 / IEC 62682 and OPC UA Part 9; the ISA letter is derived from them
 * (alarm_state_isa):
 *
 *   active    inactive, waiting to become active (on-delay), active, waiting to become inactive (off-delay)
 *   ack       alarm.acked
 *   latch     alarm.latched
 *   suppress  none, or by design (an unset area), and alarm.mask: what people did about it; evaluation goes on
 *             underneath, no alarm is raised
 *   quality   the sensor's; who calls holds delays back while the points behind are not good
 *
 * What the world sees (alarm) and what is evaluated (phase) differ while suppressed. Who masks an alarm has seen it: it
 * counts as acknowledged. When the mask goes by the same hand it comes back acknowledged, when it ends by itself or for
 * other reasons, unacknowledged (ISA-18.2 11.7.3).
 */
#ifndef PICKET_CONDITION_STATE_H
#define PICKET_CONDITION_STATE_H

#include "gateway/event.h"

enum condition_phase { PHASE_INACTIVE, PHASE_PENDING_ON, PHASE_ACTIVE, PHASE_PENDING_OFF };

enum condition_suppress { SUPPRESS_NONE, SUPPRESS_BY_DESIGN };

struct condition_state {
	struct alarm_state alarm;
	struct mono due; /* when the last change of phase took effect, or the pending one will */
	uint8_t phase, suppress;
	bool initial; /* what made it so was found at the first look */

	/* fixed by the site file */
	uint32_t realarm_ms;
	bool latching, needs_ack, always;
	uint8_t priority_set, priority_unset;
};

/* What a step did that others must hear of. */
enum condition_step {
	STEP_NONE,
	STEP_RAISED,
	STEP_UPDATED,  /* a further occurrence, or another priority, of what was raised before */
	STEP_COUNTED,  /* the same occurrence, another hit */
	STEP_ACTIVITY, /* would have been raised, but is suppressed */
	STEP_CLEARED,
};

/* Is true: becomes active at due, at once when that is not after now. */
enum condition_step condition_true(struct condition_state *state, struct mono due, struct mono now);
/* Is false: becomes inactive at due, at once when that is not after now. */
enum condition_step condition_false(struct condition_state *state, struct mono due, struct mono now);
/* A blow: becomes active at once; when it is active already, a further occurrence until acknowledged. */
enum condition_step condition_hit(struct condition_state *state, struct mono at);
/* The pending change takes effect. */
enum condition_step condition_expire(struct condition_state *state);
/* The area is set or unset: priority and suppression follow. */
enum condition_step condition_area(struct condition_state *state, bool set, struct mono now);

bool condition_pending(const struct condition_state *state);
/* True now, whether or not anybody is told. */
bool condition_holds(const struct condition_state *state);
/* Gone and acknowledged, and waits for a reset. */
bool condition_waits_for_reset(const struct condition_state *state);

/* Not to be announced: masked, or suppressed by design. */
bool condition_suppressed(const struct condition_state *state);

/* Both want to be checked first: there is something to acknowledge; it waits for a reset. */
void condition_ack(struct condition_state *state, struct mono now);
void condition_reset(struct condition_state *state);

struct condition_mask {
	enum alarm_mask how;
	bool one_shot;
	struct mono until; /* us 0: the area's next unsetting, not a time */
};
void condition_mask(struct condition_state *state, const struct condition_mask *mask);
/* seen: by the hand of somebody who sees what comes back, so as acknowledged. */
void condition_unmask(struct condition_state *state, bool seen, struct mono now);
/* After unmasking: what is true is raised, as new. Also when an acknowledged alarm is due again. */
enum condition_step condition_return(struct condition_state *state, struct mono now);

#endif
