/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop - the thread that never waits for anything but the field: one epoll over all links, the
 * control socket, commands from the broker and signals. The only place that reads the clocks.
 *
 * A turn: read both clocks, run what the field brought, run due timers, carry out commands, answer
 * the control socket. When the journal has no room for another turn's events, the field waits
 * (recorder.h).
 */
#ifndef PICKET_LOOP_H
#define PICKET_LOOP_H

#include "drivers/poller.h"
#include "gateway/control.h"
#include "gateway/control_bus.h"
#include "gateway/field.h"
#include "gateway/inbox.h"
#include "gateway/recorder.h"

/* What a turn works on; all of it outlives the loop. */
struct loop_parts {
	const struct site *site;
	struct recorder *recorder;
	struct engine *engine;
	struct poller *poller;
	struct field *field;
	struct control_bus *bus;
	struct journal *journal;
	struct publisher *publisher;
	struct inbox *inbox;
	struct commands *commands;
	struct control *control;
	struct control_view *view;
};

struct loop;

void loop_clock(struct mono *ret_mono, struct wall *ret_wall);

/* signals: a signalfd. */
int loop_new(const struct loop_parts *parts, int signals, struct loop **ret_loop);
void loop_free(struct loop **loop);
/* Until SIGTERM or SIGINT. 0, or the -errno of a wait that failed. */
int loop_run(struct loop *loop);

#endif
