/* SPDX-License-Identifier: Apache-2.0 */
/*
 * turn - whose turn it is on a link.
 *
 * Of the devices that are due, those that answer go before one whose last exchange brought nothing; among them the more
 * urgent (urgency.h), then the one whose deadline, a period after it was due, comes first. A less urgent one that has
 * waited for too long counts as urgent.
 *
 * What a probe of a lost device takes of the line's time is owed until LIMIT_DEAD_SHARE_PCT of the time that passed has
 * paid it, and only then the next may go; where no other device is left there is nobody to protect, and they are
 * probed as they are due. In the same way exchanges that others leave unanswered have LIMIT_SICK_SHARE_PCT, less what is
 * saved up for the few of a healthy line. Pure.
 */
#ifndef PICKET_TURN_H
#define PICKET_TURN_H

#include "drivers/device.h"
#include "drivers/link.h"

struct turn {
	size_t count;
	struct device *devices;
	struct round_trip_bounds bounds; /* of the wait for one answer */
	struct round_trip peers;         /* of all that answer */
	int64_t spare_us;                /* saved up for the lost; negative: owed */
	int64_t debt_us;                 /* the most that can be owed */
	int64_t sick_us;                 /* the same for those that left an exchange unanswered and are not lost */
	struct mono spare_at, sick_at;
};

/* Makes the link's devices; the bounds and the debt are the caller's to set. -ENOMEM leaves what turn_done() can free. */
int turn_init(struct turn *turn, const struct link_setup *setup, uint64_t seed);
void turn_done(struct turn *turn);

/* Time passed; a part of it is for the lost. */
void turn_earn(struct turn *turn, struct mono now);
/* A probe took so much. */
void turn_charge(struct turn *turn, int64_t us);
/* An exchange that was left unanswered by one that is not lost took so much. */
void turn_charge_sick(struct turn *turn, int64_t us);

bool turn_all_lost(const struct turn *turn);
/* When a device may be asked. all_lost: what turn_all_lost() says, for the caller's loop. */
struct mono turn_ready_at(const struct turn *turn, const struct device *device, bool all_lost);
/* NULL: none may be asked now. */
struct device *turn_choose(struct turn *turn, struct mono now);

#endif
