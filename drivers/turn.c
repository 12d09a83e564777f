/* SPDX-License-Identifier: Apache-2.0 */
/* turn - see turn.h */
#include "drivers/turn.h"

#include "drivers/random.h"

#include <errno.h>
#include <stdlib.h>

#define PATIENCE_US   (LIMIT_BACKOFF_MAX_MS * 1000) /* who waits longer for a gap makes one */
#define PATIENCE_OF   5                             /* periods */
#define SICK_SAVED_US 300000
#define SICK_DEBT_US  500000
#define SAVED_MAX_US  10000 /* a probe may go when nothing is owed; more saved up would be a burst of them */

static int add_device(struct turn *turn, const struct link_setup *setup, uint64_t seed, uint32_t index)
{
	/* the golden ratio spreads any number of devices evenly over the period */
	uint64_t place = (index + UINT64_C(1)) * 618034 % 1000000;
	struct device_setup of = {.site = setup->site,
	                          .sink = setup->sink,
	                          .stats = &setup->devices[index],
	                          .index = index,
	                          .start = setup->start,
	                          .spread_ppm = (int64_t)place,
	                          .urgency = setup->urgency,
	                          .seed = seed};
	int error = device_init(&turn->devices[turn->count], &of);

	if (!error)
		turn->count++;
	return error;
}

int turn_init(struct turn *turn, const struct link_setup *setup, uint64_t seed)
{
	size_t count = 0;
	int error = 0;

	turn->spare_at = turn->sick_at = setup->start;
	turn->sick_us = SICK_SAVED_US;
	for (uint32_t i = 0; i < setup->site->device_count; i++)
		count += setup->site->devices[i].link == setup->link;
	turn->devices = calloc(count + 1, sizeof *turn->devices);
	if (!turn->devices)
		return -ENOMEM;
	for (uint32_t i = 0; !error && i < setup->site->device_count; i++)
		if (setup->site->devices[i].link == setup->link)
			error = add_device(turn, setup, random_next(&seed), i);
	return error;
}

void turn_done(struct turn *turn)
{
	for (size_t i = 0; i < turn->count; i++)
		device_done(&turn->devices[i]);
	free(turn->devices);
	turn->devices = NULL;
	turn->count = 0;
}

bool turn_all_lost(const struct turn *turn)
{
	for (size_t i = 0; i < turn->count; i++)
		if (!turn->devices[i].lost && turn->devices[i].due.us != INT64_MAX)
			return false;
	return true;
}

/* What was too short to count stays for the next time. */
static int64_t earn(struct mono *since, int64_t percent, struct mono now)
{
	int64_t earned_us = mono_since_us(now, *since) * percent / 100;

	*since = mono_add_us(*since, earned_us * 100 / percent);
	return earned_us;
}

static int64_t within(int64_t us, int64_t least_us, int64_t most_us)
{
	if (us < least_us)
		return least_us;
	return us < most_us ? us : most_us;
}

void turn_earn(struct turn *turn, struct mono now)
{
	turn->spare_us += earn(&turn->spare_at, LIMIT_DEAD_SHARE_PCT, now);
	turn->spare_us = within(turn->spare_us, -turn->debt_us, SAVED_MAX_US);
	turn->sick_us += earn(&turn->sick_at, LIMIT_SICK_SHARE_PCT, now);
	turn->sick_us = within(turn->sick_us, -SICK_DEBT_US, SICK_SAVED_US);
	if (turn->spare_us < 0 && turn_all_lost(turn))
		turn->spare_us = 0; /* nobody had less of the time for it */
}

void turn_charge(struct turn *turn, int64_t us)
{
	turn->spare_us = within(turn->spare_us - us, -turn->debt_us, SAVED_MAX_US);
}

void turn_charge_sick(struct turn *turn, int64_t us)
{
	turn->sick_us = within(turn->sick_us - us, -SICK_DEBT_US, SICK_SAVED_US);
}

static struct mono when_paid(struct mono since, int64_t owed_us, int64_t percent)
{
	return mono_add_us(since, owed_us * 100 / percent + 100);
}

static struct mono later(struct mono a, struct mono b)
{
	return a.us > b.us ? a : b;
}

struct mono turn_ready_at(const struct turn *turn, const struct device *device, bool all_lost)
{
	if (all_lost)
		return device->due;
	if (device->lost && turn->spare_us < 0)
		return later(device->due, when_paid(turn->spare_at, -turn->spare_us, LIMIT_DEAD_SHARE_PCT));
	if (!device->lost && device->silent && turn->count > 1 && turn->sick_us < 0)
		return later(device->due, when_paid(turn->sick_at, -turn->sick_us, LIMIT_SICK_SHARE_PCT));
	return device->due;
}

/* The lower the sooner, but nobody waits for ever. */
static int rank(const struct device *device, struct mono now)
{
	int64_t overdue_us = mono_since_us(now, device->due);
	int64_t patience_us = PATIENCE_OF * device->period_us;

	if (device->lost)
		return overdue_us > PATIENCE_US ? 1 : 9;
	if (device->attempts && overdue_us < device->period_us)
		return 8;
	if (overdue_us > (patience_us > PATIENCE_US ? patience_us : PATIENCE_US))
		return 1;
	return 1 + (int)device_urgency(device);
}

static struct mono deadline(const struct device *device)
{
	return device->lost ? device->due : device_deadline(device);
}

struct device *turn_choose(struct turn *turn, struct mono now)
{
	struct device *best = NULL;
	int best_rank = 0;
	bool all_lost = turn_all_lost(turn);

	for (size_t i = 0; i < turn->count; i++) {
		struct device *device = &turn->devices[i];
		if (!mono_reached(now, turn_ready_at(turn, device, all_lost)))
			continue;
		int its = rank(device, now);
		if (best && (its > best_rank || (its == best_rank && deadline(device).us >= deadline(best).us)))
			continue;
		best = device;
		best_rank = its;
	}
	return best;
}
