/* SPDX-License-Identifier: Apache-2.0 */
/* identity - see identity.h */
#include "drivers/identity.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RETRY_US     (LIMIT_IDENTITY_RETRY_MS * INT64_C(1000))
#define PERIOD_US    (LIMIT_IDENTITY_MS * INT64_C(1000))
#define RTT_FACTOR   4
#define RTT_LEAST_US 1000 /* smaller ones are the scheduler's */

struct row {
	bool wanted; /* the site file says who it is */
	bool asking; /* a question is out */
	bool stale;  /* and what comes may be of the device of before */
	bool proven, substituted, told, lost;
	bool silent;           /* it does not know this question: it is not asked again */
	bool known;            /* `said` holds what it said */
	unsigned tries, wrong; /* in a row: not answered; answered wrongly */
	struct mono due;
	struct pdu request;
	struct pdu_objects objects;
	uint64_t changes, rtt_shifts;
	uint32_t rtt_base_us, rtt_odd_s;
	char said[IDENTITY_TEXT];
};

struct identity {
	struct identity_setup setup;
	struct row *rows;
	struct mono next; /* not later than the earliest due */
};

const char *identity_state_name(enum identity_state state)
{
	static const char *const names[] = {[IDENTITY_UNKNOWN] = "unknown",
	                                    [IDENTITY_SHOWN] = "shown",
	                                    [IDENTITY_CHECKING] = "checking",
	                                    [IDENTITY_PROVEN] = "proven",
	                                    [IDENTITY_SUBSTITUTED] = "substituted"};

	assert(state <= IDENTITY_SUBSTITUTED);
	return names[state];
}

static const struct site_identity *wish_of(const struct identity *identity, uint32_t device)
{
	return &identity->setup.site->devices[device].identity;
}

static void set_due(struct identity *identity, struct row *row, struct mono due)
{
	row->due = due;
	identity->next = mono_min(identity->next, due);
}

int identity_new(const struct identity_setup *setup, struct identity **ret_identity)
{
	struct identity *identity = calloc(1, sizeof *identity);

	if (!identity)
		return -ENOMEM;
	identity->setup = *setup;
	identity->next = MONO_NEVER;
	identity->rows = calloc(setup->site->device_count + 1, sizeof *identity->rows);
	if (!identity->rows) {
		identity_free(&identity);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < setup->site->device_count; i++) {
		identity->rows[i].wanted = wish_of(identity, i)->kind != IDENTITY_NONE;
		identity->rows[i].due = MONO_NEVER; /* until something is heard of it */
	}
	*ret_identity = identity;
	return 0;
}

void identity_free(struct identity **identity)
{
	if (!*identity)
		return;
	free((*identity)->rows);
	free(*identity);
	*identity = NULL;
}

/* --- the gate --------------------------------------------------------------------------------------- */

static void interrupted(struct identity *identity, struct row *row, struct mono now)
{
	if (!row->asking && !row->silent && row->due.us > now.us)
		set_due(identity, row, now);
}

/* The first good answer: now it can be asked. */
static void heard(struct identity *identity, struct row *row, struct mono now)
{
	if (row->due.us != INT64_MAX || row->asking || row->silent)
		return;
	set_due(identity, row, row->wanted ? now : mono_add_ms(now, LIMIT_LEARN_MS));
}

void identity_sample(struct identity *identity, const struct sample *sample)
{
	struct row *row = &identity->rows[identity->setup.site->points[sample->point].device];
	struct sample passed = *sample;

	if (sample->quality == QUALITY_GOOD)
		heard(identity, row, sample->at);
	else if (row->wanted && row->proven && sample->quality == QUALITY_UNCERTAIN)
		interrupted(identity, row, sample->at);
	if (row->substituted) {
		passed.quality = QUALITY_BAD;
		passed.fault = FAULT_IDENTITY;
	} else if (row->wanted && !row->proven && sample->quality == QUALITY_GOOD) {
		passed.quality = QUALITY_UNCERTAIN;
		passed.fault = FAULT_IDENTITY;
	}
	identity->setup.sample(identity->setup.context, &passed);
}

/* Nothing of before counts any more; a substituted device stays so until it proves itself. */
static void forget(struct row *row)
{
	row->proven = false;
	row->stale = row->asking;
	row->tries = row->wrong = 0;
	row->due = MONO_NEVER;
}

void identity_device(struct identity *identity, uint32_t device, bool lost, struct mono now)
{
	struct row *row = &identity->rows[device];

	assert(device < identity->setup.site->device_count);
	row->lost = lost;
	if (row->wanted)
		forget(row);
	if (!lost && row->wanted && !row->asking)
		set_due(identity, row, now);
}

void identity_connected(struct identity *identity, uint32_t link, struct mono now)
{
	for (uint32_t i = 0; i < identity->setup.site->device_count; i++) {
		struct row *row = &identity->rows[i];
		if (identity->setup.site->devices[i].link != link || !row->wanted)
			continue;
		forget(row);
		if (!row->asking && !row->lost)
			set_due(identity, row, now);
	}
}

/* --- what it says ----------------------------------------------------------------------------------- */

static struct pdu question(const struct site_identity *wish, const struct pdu_objects *objects)
{
	switch (wish->kind) {
	case IDENTITY_SERVER:
		return pdu_server_id();
	case IDENTITY_REGISTER:
		return pdu_read(wish->table, wish->address, 1);
	case IDENTITY_OBJECTS:
	case IDENTITY_NONE:
		break;
	}
	return pdu_identification(objects->more ? objects->next : 0);
}

/* Words of others: what does not print is '?'. */
static size_t put_text(char *text, size_t size, const char *from, size_t length)
{
	size_t used = 0;

	for (; used < length && used + 1 < size; used++)
		text[used] = from[used] >= ' ' && from[used] <= '~' ? from[used] : '?';
	text[used] = '\0';
	return used;
}

static void say_objects(const struct pdu_objects *objects, char said[IDENTITY_TEXT])
{
	size_t used = 0;

	for (size_t i = 0; i < PDU_OBJECTS; i++) {
		used += put_text(said + used, IDENTITY_TEXT - used, objects->text[i], objects->length[i]);
		if (i + 1 < PDU_OBJECTS)
			used += put_text(said + used, IDENTITY_TEXT - used, ", ", 2);
	}
}

static void say_server(const struct identity_answer *answer, char said[IDENTITY_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	size_t used = 0;

	for (size_t i = 2; i < answer->length && used + 3 < IDENTITY_TEXT; i++) {
		said[used++] = digits[answer->pdu[i] >> 4];
		said[used++] = digits[answer->pdu[i] & 15];
	}
	said[used] = '\0';
}

static void say_answer(const struct row *row, const struct site_identity *wish, const struct identity_answer *answer,
                       char said[IDENTITY_TEXT])
{
	if (answer->fault == FAULT_EXCEPTION)
		snprintf(said, IDENTITY_TEXT, "exception %u", answer->code);
	else if (wish->kind == IDENTITY_SERVER)
		say_server(answer, said);
	else if (wish->kind == IDENTITY_REGISTER)
		snprintf(said, IDENTITY_TEXT, "%u", pdu_value(&row->request, answer->pdu, 0));
	else
		say_objects(&row->objects, said);
}

static bool is_text(const struct pdu_objects *objects, size_t object, const char *wanted)
{
	size_t length = wanted ? strlen(wanted) : 0;

	return !wanted || (objects->length[object] == length && memcmp(objects->text[object], wanted, length) == 0);
}

static bool is_right(const struct row *row, const struct site_identity *wish, const struct identity_answer *answer)
{
	switch (wish->kind) {
	case IDENTITY_OBJECTS:
		return is_text(&row->objects, 0, wish->vendor) && is_text(&row->objects, 1, wish->product) &&
		       is_text(&row->objects, 2, wish->revision);
	case IDENTITY_SERVER:
		return answer->length >= 2u + wish->server_length &&
		       memcmp(answer->pdu + 2, wish->server, wish->server_length) == 0;
	case IDENTITY_REGISTER:
		return pdu_value(&row->request, answer->pdu, 0) == wish->value;
	case IDENTITY_NONE:
		break;
	}
	return true;
}

static void note_said(struct row *row, const char *said)
{
	if (row->known && strcmp(row->said, said) != 0)
		row->changes++;
	snprintf(row->said, sizeof row->said, "%s", said);
	row->known = true;
}

/* --- verdicts --------------------------------------------------------------------------------------- */

static void tell(struct identity *identity, uint32_t device, bool substituted, struct mono now)
{
	struct row *row = &identity->rows[device];

	row->substituted = substituted;
	row->told = true;
	identity->setup.substituted(identity->setup.context, device, substituted, row->said, now);
}

/* Its values are bad from now on, not only from the next scan on. */
static void spoil(struct identity *identity, uint32_t device, struct mono now)
{
	const struct site *site = identity->setup.site;
	const struct site_device *of = &site->devices[device];
	struct sample sample = {.quality = QUALITY_BAD, .fault = FAULT_IDENTITY, .at = now};

	for (uint32_t i = of->point_first; i < of->point_first + of->point_count; i++) {
		sample.point = i;
		if (site->points[i].used)
			identity->setup.sample(identity->setup.context, &sample);
	}
}

static void prove(struct identity *identity, uint32_t device, struct mono now)
{
	struct row *row = &identity->rows[device];

	row->proven = true;
	row->tries = row->wrong = 0;
	if (row->substituted || !row->told) /* whatever was believed before the start */
		tell(identity, device, false, now);
	set_due(identity, row, mono_add_us(now, PERIOD_US));
}

/* It did not prove itself. The first wrong answer is asked for again at once: it accuses somebody. */
static void doubt(struct identity *identity, uint32_t device, bool wrong, struct mono now)
{
	struct row *row = &identity->rows[device];

	row->wrong = wrong ? row->wrong + 1 : 0;
	row->tries++;
	if (wrong)
		row->proven = false;
	set_due(identity, row, wrong && row->wrong == 1 ? now : mono_add_us(now, RETRY_US));
	if (row->wrong < 2 && row->tries < LIMIT_IDENTITY_TRY)
		return;
	row->proven = false;
	if (row->substituted)
		return;
	if (!wrong)
		note_said(row, "no answer");
	tell(identity, device, true, now);
	spoil(identity, device, now);
}

static void judge(struct identity *identity, uint32_t device, const struct identity_answer *answer, struct mono now)
{
	struct row *row = &identity->rows[device];
	const struct site_identity *wish = wish_of(identity, device);
	char said[IDENTITY_TEXT] = "";
	bool answered = answer->fault == FAULT_NONE || answer->fault == FAULT_EXCEPTION;

	if (!answered) {
		doubt(identity, device, false, now);
		return;
	}
	say_answer(row, wish, answer, said);
	note_said(row, said);
	if (answer->fault == FAULT_NONE && is_right(row, wish, answer))
		prove(identity, device, now);
	else
		doubt(identity, device, true, now);
}

/* Nobody wants to know; what it says is shown. */
static void learn(struct row *row, const struct site_identity *wish, const struct identity_answer *answer)
{
	char said[IDENTITY_TEXT] = "";

	row->silent = true;
	if (answer->fault != FAULT_NONE)
		return;
	say_answer(row, wish, answer, said);
	note_said(row, said);
}

/* false: the device has more to say. */
static bool is_whole(struct row *row, const struct site_identity *wish, struct identity_answer *answer)
{
	bool objects = wish->kind == IDENTITY_OBJECTS || wish->kind == IDENTITY_NONE;

	if (answer->fault != FAULT_NONE || !objects)
		return true;
	if (pdu_take_objects(answer->pdu, answer->length, &row->objects) < 0)
		answer->fault = FAULT_MISMATCH;
	return answer->fault != FAULT_NONE || !row->objects.more;
}

void identity_answered(struct identity *identity, uint32_t device, const struct identity_answer *answer,
                       struct mono now)
{
	struct row *row = &identity->rows[device];
	const struct site_identity *wish = wish_of(identity, device);
	struct identity_answer taken = *answer;

	assert(device < identity->setup.site->device_count && row->asking);
	bool void_answer = row->stale || row->lost || answer->fault == FAULT_OFFLINE;
	row->asking = row->stale = false;
	if (void_answer) {
		row->objects = (struct pdu_objects){0};
		if (!row->lost)
			set_due(identity, row, mono_add_us(now, RETRY_US / 10));
		return;
	}
	if (!is_whole(row, wish, &taken)) {
		set_due(identity, row, now);
		return;
	}
	if (row->wanted)
		judge(identity, device, &taken, now);
	else
		learn(row, wish, &taken);
	row->objects = (struct pdu_objects){0};
}

/* --- time ------------------------------------------------------------------------------------------- */

static void ask(struct identity *identity, uint32_t device, struct mono now)
{
	struct row *row = &identity->rows[device];

	row->request = question(wish_of(identity, device), &row->objects);
	if (identity->setup.ask(identity->setup.context, device, &row->request) != 0) {
		row->due = mono_add_us(now, RETRY_US);
		return;
	}
	row->asking = true;
	row->due = MONO_NEVER;
}

void identity_run(struct identity *identity, struct mono now)
{
	if (!mono_reached(now, identity->next))
		return;
	identity->next = MONO_NEVER;
	for (uint32_t i = 0; i < identity->setup.site->device_count; i++) {
		struct row *row = &identity->rows[i];
		if (!row->asking && mono_reached(now, row->due))
			ask(identity, i, now);
		identity->next = mono_min(identity->next, row->asking ? MONO_NEVER : row->due);
	}
}

struct mono identity_next(const struct identity *identity)
{
	return identity->next;
}

static bool is_odd(uint32_t base_us, uint32_t now_us)
{
	uint32_t low = base_us < now_us ? base_us : now_us, high = base_us < now_us ? now_us : base_us;

	return high / RTT_FACTOR >= low && high - low >= RTT_LEAST_US;
}

void identity_rtt(struct identity *identity, uint32_t device, uint32_t p50_us)
{
	struct row *row = &identity->rows[device];

	assert(device < identity->setup.site->device_count);
	if (p50_us == 0)
		return;
	if (row->rtt_base_us == 0)
		row->rtt_base_us = p50_us;
	if (!is_odd(row->rtt_base_us, p50_us)) {
		row->rtt_odd_s = 0;
		row->rtt_base_us = (uint32_t)(((uint64_t)row->rtt_base_us * 63 + p50_us) / 64);
		return;
	}
	if (++row->rtt_odd_s < LIMIT_RTT_SHIFT_S)
		return;
	row->rtt_shifts++;
	row->rtt_odd_s = 0;
	row->rtt_base_us = p50_us;
}

/* --- for people ------------------------------------------------------------------------------------- */

void identity_view(const struct identity *identity, uint32_t device, struct identity_view *ret_view)
{
	const struct row *row = &identity->rows[device];
	enum identity_state state = row->known ? IDENTITY_SHOWN : IDENTITY_UNKNOWN;

	assert(device < identity->setup.site->device_count);
	if (row->wanted)
		state = row->substituted ? IDENTITY_SUBSTITUTED : row->proven ? IDENTITY_PROVEN : IDENTITY_CHECKING;
	*ret_view = (struct identity_view){
	        .state = state, .said = row->said, .changes = row->changes, .rtt_shifts = row->rtt_shifts};
}
