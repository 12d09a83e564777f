/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kind - what a kind of sensor makes of its inputs. One file a kind; the table is in kind.c.
 *
 * A kind only says, for each of its conditions, what it wishes: true (from when), false (from when), a hit. The
 * engine applies the wishes to the state machines (condition_state.h), runs their timers, adds supervision, and
 * tells the world. So a kind knows nothing of acknowledgement, latching, areas or events.
 */
#ifndef PICKET_KIND_H
#define PICKET_KIND_H

#include "gateway/alarm/condition_state.h"
#include "gateway/alarm/input.h"

/* What a kind remembers of one sensor between two looks. */
union kind_memory {
	struct {
		struct mono opened;
		struct mono held_from; /* when the time to be held began */
		bool open, judged, authorised;
	} door;
	struct {
		struct mono last;
		uint32_t hits; /* within the window that began or began again at last */
	} fence;
	struct {
		struct mono last; /* trigger that counted */
	} camera;
};

struct look {
	const struct site_sensor *sensor;
	const struct input *inputs[ROLE_COUNT]; /* NULL: not wired */
	const struct condition_state *states;   /* by slot, as they were before this look */
	union kind_memory *memory;
	struct mono at;         /* when the sample was taken, or a timer was due */
	enum site_role role;    /* the input with a new good sample; ROLE_COUNT: a timer */
	struct input_news news; /* of that sample */
};

enum wish { WISH_KEEP, WISH_TRUE, WISH_FALSE, WISH_HIT };

struct verdict {
	struct {
		enum wish wish;
		struct mono due; /* true, false: when it takes effect; may be past */
	} of[CONDITION_SLOTS];
	uint32_t hits;              /* fence: of this run; else 0 */
	bool again;                 /* judge once more when these are granted */
	enum condition_id activity; /* an event that is no alarm; COND_NONE: none */
};

struct kind {
	/* Fills in wishes; all are WISH_KEEP before. Called when an input has a new good sample, and after a timer. */
	void (*judge)(const struct look *look, struct verdict *verdict);
	/* Only asked while every input is known and good. */
	enum sensor_state (*state)(const struct look *look);
};

const struct kind *kind_of(enum sensor_kind kind);

/* Roles whose points stand behind a condition: bits 1u << enum site_role. */
uint32_t kind_roles(enum sensor_kind kind, enum condition_id condition);
/* While one of those points is not good, no delay of this condition runs out. */
bool kind_waits_for_good(enum condition_id condition);

/* --- for the kinds --------------------------------------------------------------------------------- */
bool look_is(const struct look *look, enum site_role role); /* known and true */
bool look_knows(const struct look *look, enum site_role role);
/* hold_ms after the input became quiet, and not before now */
struct mono hold_ends(const struct look *look, const struct input *input);
void wish_true(struct verdict *verdict, unsigned slot, struct mono due);
void wish_false(struct verdict *verdict, unsigned slot, struct mono due);
void wish_hit(struct verdict *verdict, unsigned slot);
/* true since the level is, false at once */
void wish_level(const struct look *look, enum site_role role, struct verdict *verdict, unsigned slot);

extern const struct kind kind_door, kind_fence, kind_camera, kind_contact;

#endif
