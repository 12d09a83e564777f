/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field - what stands between the wires and the alarm engine: the identity gate, the outputs' writes and readbacks,
 * the frames for people who watch. It belongs to the loop; the poller is its own.
 */
#ifndef PICKET_FIELD_H
#define PICKET_FIELD_H

#include "drivers/identity.h"
#include "drivers/poller.h"
#include "drivers/trace.h"
#include "gateway/alarm/engine.h"
#include "gateway/outputs.h"
#include "gateway/recorder.h"

struct field;

/* All of it outlives the field. */
struct field_setup {
	const struct site *site;
	struct recorder *recorder;
	struct engine *engine;
	struct outputs *outputs;
	void *link_context;
	void (*link)(void *context, const struct link_change *change); /* as poller_sink */
};

int field_new(const struct field_setup *setup, struct field **ret_field);
void field_free(struct field **field);

struct poller *field_poller(const struct field *field);
const struct identity *field_identity(const struct field *field);

/* After poller_run() and the engine's tick: whatever is due beside the scans. */
void field_run(struct field *field, struct mono now);
struct mono field_next(const struct field *field);

/* Watches a link from now on, as trace_watch(). */
int field_watch(struct field *field, uint32_t link, struct mono now);
const struct trace *field_trace(const struct field *field);

#endif
