/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim/loop - the simulator's one thread: descriptors and moments, each with a function to call.
 *
 * A watch must outlive its turn of the loop: whoever closes a descriptor keeps the watch's memory until
 * sim_loop_after() functions run, at the end of the turn. The only reader of clocks in the simulator.
 */
#ifndef PICKET_SIM_LOOP_H
#define PICKET_SIM_LOOP_H

#include "config/instant.h"

#include <stdbool.h>
#include <stdint.h>

struct sim_loop;

/* Owned by whoever waits for the descriptor. */
struct sim_watch {
	void (*ready)(void *context, uint32_t events); /* EPOLLIN, EPOLLHUP, … */
	void *context;
};

/* A moment at which to call; owned by whoever waits for it. All zero: not armed. */
struct sim_due {
	void (*fire)(void *context);
	void *context;
	struct mono at;
	bool armed;
	struct sim_due *previous, *next;
};

int sim_loop_new(struct sim_loop **ret_loop);
void sim_loop_free(struct sim_loop **loop);

/* 0 or -errno. The descriptor stays the caller's; closing it ends the watch. */
int sim_loop_add(struct sim_loop *loop, int fd, uint32_t events, struct sim_watch *watch);
int sim_loop_change(struct sim_loop *loop, int fd, uint32_t events, struct sim_watch *watch);

/* Arms, or moves, a moment. Cancelling one that is not armed does nothing. */
void sim_loop_arm(struct sim_loop *loop, struct sim_due *due, struct mono at);
void sim_loop_cancel(struct sim_loop *loop, struct sim_due *due);

/* Called once at the end of every turn, to free what was closed in it. */
void sim_loop_after(struct sim_loop *loop, void (*after)(void *context), void *context);

/* Turns until sim_loop_stop(); 0 or -errno. */
int sim_loop_run(struct sim_loop *loop);
void sim_loop_stop(struct sim_loop *loop);

struct mono sim_loop_now(void);
int64_t sim_loop_stamp_ns(void); /* CLOCK_MONOTONIC: what a benchmark in another process compares with */

#endif
