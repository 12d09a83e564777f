/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identity - whether the devices are those that were installed, and the gate that their values pass.
 *
 * A device with an identity in the site file is asked for it when its connection is new, when it is back after a
 * loss, after a missed scan, and every LIMIT_IDENTITY_MS: nobody changes a device without an interruption (EN 50131-1
 * table 15: substitution is detected within 10 s). Until it has proven itself after a new connection or a loss, its
 * good values are uncertain; once it has answered wrongly twice in a row, refused, or not answered this question
 * LIMIT_IDENTITY_TRY times, it is substituted: all its values are bad, until it proves itself again.
 *
 * A device without one is asked once for its basic objects, after LIMIT_LEARN_MS of good answers; what it says, and
 * that it says something else later, is only shown.
 *
 * It also counts changes of the round trip: a median that for LIMIT_RTT_SHIFT_S is a quarter or four times of what
 * it was speaks for another device, or for somebody in between.
 *
 * No I/O and no clock. Asked for nothing by a site without devices.
 */
#ifndef PICKET_IDENTITY_H
#define PICKET_IDENTITY_H

#include "drivers/pdu.h"
#include "drivers/poller.h"

#define IDENTITY_TEXT (PDU_OBJECTS * (LIMIT_IDENTITY + 2))

struct identity;

struct identity_setup {
	const struct site *site;
	void *context;
	/* Hands a question to the field; its end comes as identity_answered(). Not 0: it cannot be taken now. */
	int (*ask)(void *context, uint32_t device, const struct pdu *request);
	void (*sample)(void *context, const struct sample *sample); /* past the gate */
	/* once when a device is another one and once when it is the right one again; said: what it answered */
	void (*substituted)(void *context, uint32_t device, bool substituted, const char *said, struct mono at);
};

int identity_new(const struct identity_setup *setup, struct identity **ret_identity);
void identity_free(struct identity **identity);

/* --- input ----------------------------------------------------------------------------------------- */
void identity_sample(struct identity *identity, const struct sample *sample);
void identity_device(struct identity *identity, uint32_t device, bool lost, struct mono now);
void identity_connected(struct identity *identity, uint32_t link, struct mono now);

struct identity_answer {
	enum fault fault; /* FAULT_NONE, FAULT_EXCEPTION with code, or why there is no answer */
	uint8_t code;
	const uint8_t *pdu; /* of a good answer */
	size_t length;
};
void identity_answered(struct identity *identity, uint32_t device, const struct identity_answer *answer,
                       struct mono now);

/* Asks whoever is due. */
void identity_run(struct identity *identity, struct mono now);
struct mono identity_next(const struct identity *identity);

/* Once a second: the round trips of one device. */
void identity_rtt(struct identity *identity, uint32_t device, uint32_t p50_us);

/* --- for people ------------------------------------------------------------------------------------ */
enum identity_state {
	IDENTITY_UNKNOWN,  /* not asked yet, or it has none to tell */
	IDENTITY_SHOWN,    /* what it said is shown, the site file wants nothing */
	IDENTITY_CHECKING, /* its values wait for its proof */
	IDENTITY_PROVEN,
	IDENTITY_SUBSTITUTED,
};
const char *identity_state_name(enum identity_state state);

struct identity_view {
	enum identity_state state;
	const char *said; /* "": nothing */
	uint64_t changes; /* it said something else than before */
	uint64_t rtt_shifts;
};
void identity_view(const struct identity *identity, uint32_t device, struct identity_view *ret_view);

#endif
