/* SPDX-License-Identifier: Apache-2.0 */
/* input_form - see input_form.h */
#include "gateway/alarm/input_form.h"

#include <assert.h>

#define NE43_LOW_MA  3.6
#define NE43_HIGH_MA 21.0

struct form form_new(const struct site *site, const struct site_input *of)
{
	assert(form_is_needed(of));
	struct form form = {.of = of, .point = &site->points[of->point]};

	if (of->form == FORM_LOOP) {
		assert(of->loop < site->loop_count);
		form.loop = &site->loops[of->loop];
	}
	return form;
}

uint32_t form_delay_ms(const struct form *form)
{
	return form->of->form == FORM_NAMUR ? FORM_NAMUR_MS : 0;
}

bool form_shows_life(const struct form *form)
{
	enum site_form kind = form->of->form;

	return kind == FORM_LEVEL || kind == FORM_NAMUR || kind == FORM_LOOP || kind == FORM_COUNTER;
}

/* --- one number ------------------------------------------------------------------------------------ */

static void judge_level(struct form *form, double value)
{
	const struct site_input *of = form->of;

	if (value > of->above || value < of->below)
		form->truth = true;
	else if (value <= of->above - of->hysteresis && value >= of->below + of->hysteresis)
		form->truth = false;
}

static void judge_enum(struct form *form, double raw)
{
	form->truth = false;
	for (uint32_t i = 0; i < form->of->value_count; i++)
		form->truth |= (double)form->of->values[i] == raw;
}

static void judge_loop(struct form *form, double raw)
{
	static const enum form_trouble troubles[] = {[BAND_SHORT] = TROUBLE_SHORT,
	                                             [BAND_ALARM] = TROUBLE_NONE,
	                                             [BAND_NORMAL] = TROUBLE_NONE,
	                                             [BAND_OPEN] = TROUBLE_OPEN,
	                                             [BAND_COUNT] = TROUBLE_DRIFT};
	enum site_band band = site_loop_band(form->loop, form->loop->unit ? site_point_value(form->point, raw) : raw);

	form->now = troubles[band];
	form->keep = form->now != TROUBLE_NONE;
	if (!form->keep)
		form->truth = band == BAND_ALARM;
}

static void judge_current(struct form *form, double value)
{
	if (value < NE43_LOW_MA)
		form->now = TROUBLE_OPEN;
	else if (value > NE43_HIGH_MA)
		form->now = TROUBLE_SHORT;
	form->keep = form->now != TROUBLE_NONE;
	if (!form->keep)
		judge_level(form, value);
}

/* The first look only tells where it stands. */
static void judge_counter(struct form *form, double raw, bool first)
{
	uint32_t mask = form->point->type == TYPE_U16 ? UINT16_MAX : UINT32_MAX;
	uint32_t delta = first ? 0 : ((uint32_t)raw - (uint32_t)form->raw) & mask;

	form->back = delta > mask / 2;
	form->hits = form->back ? 0 : delta;
	form->truth = form->hits > 0;
}

static void judge_pair(struct form *form)
{
	bool closes = form->half[0].value, opens = form->half[1].value;

	if (closes == opens)
		form->now = closes ? TROUBLE_SHORT : TROUBLE_OPEN;
	form->keep = form->now != TROUBLE_NONE;
	if (!form->keep)
		form->truth = closes;
}

static void judge(struct form *form, double raw, bool first)
{
	switch (form->of->form) {
	case FORM_LEVEL:
		judge_level(form, site_point_value(form->point, raw));
		break;
	case FORM_ENUM:
		judge_enum(form, raw);
		break;
	case FORM_LOOP:
		judge_loop(form, raw);
		break;
	case FORM_NAMUR:
		judge_current(form, site_point_value(form->point, raw));
		break;
	case FORM_PAIR:
		judge_pair(form);
		break;
	case FORM_COUNTER:
		judge_counter(form, raw, first);
		break;
	case FORM_BIT:
		break;
	}
}

/* --- samples --------------------------------------------------------------------------------------- */

static void settle_trouble(struct form *form, enum form_trouble before, struct mono at)
{
	if (form->run == 0 || form->now != before) {
		form->run = 0;
		form->run_from = at;
	}
	if (form->run < FORM_SAMPLES)
		form->run++;
	if (form->run < FORM_SAMPLES || form->trouble == form->now)
		return;
	form->trouble = form->now;
	form->since = form->run_from;
}

static void take_good(struct form *form, const struct sample *sample)
{
	enum form_trouble before = form->now;
	bool first = form->moved.us == 0;

	form->keep = form->back = false;
	form->hits = 0;
	form->now = TROUBLE_NONE;
	judge(form, sample->raw, first);
	settle_trouble(form, before, sample->at);
	if (first || form->lost || sample->raw != form->raw)
		form->moved = sample->at;
	form->lost = false;
	form->raw = sample->raw;
}

/* A half that is not good is told at once; when it is good again, both want to be seen anew. */
static bool join(struct form *form, struct sample *sample)
{
	size_t which = sample->point == form->of->point ? 0 : 1;
	const struct sample *other = &form->half[1 - which];

	form->half[which] = *sample;
	form->fresh[which] = sample->quality == QUALITY_GOOD;
	if (sample->quality != QUALITY_GOOD) {
		form->fresh[1 - which] = false;
		return true;
	}
	if (!form->fresh[1 - which])
		return false;
	form->fresh[0] = form->fresh[1] = false;
	/* what the pair says as one value: which of the two is on */
	sample->raw = form->half[0].value + 2 * form->half[1].value;
	if (sample->err_us < other->err_us)
		sample->err_us = other->err_us;
	return true;
}

bool form_take(struct form *form, struct sample *sample)
{
	if (form->of->form == FORM_PAIR && !join(form, sample))
		return false;
	if (sample->quality == QUALITY_GOOD)
		take_good(form, sample);
	else
		form->run = 0;
	form->lost |= sample->quality == QUALITY_BAD;
	return true;
}
