/* SPDX-License-Identifier: Apache-2.0 */
/* sim/signal - see signal.h */
#include "drivers/sim/signal.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define NAMUR_OPEN_MA  2.0 /* NE43: below 3.6 mA the line is open, over 21 mA it is short */
#define NAMUR_SHORT_MA 22.0
#define NAMUR_IDLE_MA  12.0

struct range {
	double low, high;
};

static struct range range_of(enum site_type type)
{
	static const struct range ranges[] = {
	        [TYPE_BIT] = {0, 1},          [TYPE_U16] = {0, UINT16_MAX},        [TYPE_I16] = {INT16_MIN, INT16_MAX},
	        [TYPE_U32] = {0, UINT32_MAX}, [TYPE_I32] = {INT32_MIN, INT32_MAX}, [TYPE_F32] = {-3.4e38, 3.4e38}};

	return ranges[type];
}

static double scale_of(const struct site_point *point)
{
	return point->scale < 0 || point->scale > 0 ? point->scale : 1;
}

int sim_signal_raw(const struct site_point *point, double value, uint32_t *ret_raw)
{
	double raw = (value - point->offset) / scale_of(point);
	struct range range = range_of(point->type);
	float single = (float)raw;

	if (point->type != TYPE_F32)
		raw = round(raw);
	if (!(raw >= range.low && raw <= range.high))
		return -ERANGE;
	if (point->type == TYPE_F32)
		memcpy(ret_raw, &single, sizeof *ret_raw);
	else
		*ret_raw = raw < 0 ? (uint32_t)(int32_t)raw : (uint32_t)raw;
	if (point->type == TYPE_I16)
		*ret_raw &= UINT16_MAX;
	return 0;
}

static double number_of(const struct site_point *point, uint32_t raw)
{
	float single;

	memcpy(&single, &raw, sizeof single);
	if (point->type == TYPE_F32)
		return (double)single;
	if (point->type == TYPE_I16)
		return (int16_t)raw;
	return point->type == TYPE_I32 ? (double)(int32_t)raw : (double)raw;
}

double sim_signal_value(const struct site_point *point, uint32_t raw)
{
	return site_point_value(point, number_of(point, raw));
}

static uint16_t swapped(uint16_t word)
{
	return (uint16_t)(word << 8 | word >> 8);
}

/* Its own inverse. */
static void arrange(enum site_order order, uint16_t words[2])
{
	uint16_t first = words[0];

	if (order == ORDER_CDAB || order == ORDER_DCBA) {
		words[0] = words[1];
		words[1] = first;
	}
	if (order == ORDER_BADC || order == ORDER_DCBA) {
		words[0] = swapped(words[0]);
		words[1] = swapped(words[1]);
	}
}

void sim_signal_to_words(const struct site_point *point, uint32_t raw, uint16_t *ret_words)
{
	ret_words[0] = (uint16_t)raw;
	if (site_point_width(point) == 1)
		return;
	ret_words[0] = (uint16_t)(raw >> 16);
	ret_words[1] = (uint16_t)raw;
	arrange(point->order, ret_words);
}

uint32_t sim_signal_from_words(const struct site_point *point, const uint16_t *words)
{
	uint16_t copy[2] = {words[0], 0};

	if (site_point_width(point) == 1)
		return words[0];
	copy[1] = words[1];
	arrange(point->order, copy);
	return (uint32_t)copy[0] << 16 | copy[1];
}

static const struct site_enum *name_of(const struct site_point *point, double number)
{
	for (uint32_t i = 0; i < point->enum_count; i++)
		if (point->enums[i].raw == (int64_t)number)
			return &point->enums[i];
	return NULL;
}

void sim_signal_text(const struct site_point *point, uint32_t raw, char ret_text[SIM_SIGNAL_TEXT])
{
	const struct site_enum *name = name_of(point, number_of(point, raw));

	if (name)
		snprintf(ret_text, SIM_SIGNAL_TEXT, "%.40s", name->name);
	else
		snprintf(ret_text, SIM_SIGNAL_TEXT, "%.7g", sim_signal_value(point, raw));
}

/* --- inputs ----------------------------------------------------------------------------------------- */

/* A step of the point that cannot be mistaken for rounding. */
static double step_of(const struct site_point *point)
{
	return fabs(scale_of(point));
}

static double clamp(const struct site_point *point, double value)
{
	struct range range = range_of(point->type);
	double a = site_point_value(point, range.low), b = site_point_value(point, range.high);

	return fmin(fmax(value, fmin(a, b)), fmax(a, b));
}

/* A value over above or under below; or one between the two, out of reach of the hysteresis. */
static double level_value(const struct site_input *input, const struct site_point *point, bool truth)
{
	double margin = input->hysteresis + step_of(point);
	bool above = isfinite(input->above), below = isfinite(input->below);

	if (truth)
		return above ? input->above + margin : input->below - margin;
	if (above && below)
		return (input->above + input->below) / 2;
	if (input->form == FORM_NAMUR && above && NAMUR_IDLE_MA < input->above - margin)
		return NAMUR_IDLE_MA;
	if (input->form == FORM_NAMUR && below && NAMUR_IDLE_MA > input->below + margin)
		return NAMUR_IDLE_MA;
	return above ? input->above - margin : input->below + margin;
}

static bool is_named(const struct site_input *input, int64_t number)
{
	for (uint32_t i = 0; i < input->value_count; i++)
		if (input->values[i] == number)
			return true;
	return false;
}

/* The first of the point's names that means the other, else the first number. */
static int64_t enum_number(const struct site_input *input, const struct site_point *point, bool truth)
{
	int64_t number = 0;

	if (truth)
		return input->value_count ? input->values[0] : 1;
	for (uint32_t i = 0; i < point->enum_count; i++)
		if (!is_named(input, point->enums[i].raw))
			return point->enums[i].raw;
	while (is_named(input, number))
		number++;
	return number;
}

static double band_value(const struct site_loop *loop, enum site_band band)
{
	return (loop->bands[band].low + loop->bands[band].high) / 2;
}

/* A loop's bands are in raw counts unless it has a unit. */
static double loop_value(const struct site_loop *loop, const struct site_point *point, double value)
{
	return loop->unit ? value : site_point_value(point, value);
}

static double value_of(const struct site *site, const struct site_input *input, bool truth)
{
	const struct site_point *point = &site->points[input->point];
	const struct site_loop *loop = input->form == FORM_LOOP ? &site->loops[input->loop] : NULL;

	if (loop)
		return loop_value(loop, point, band_value(loop, truth ? BAND_ALARM : BAND_NORMAL));
	if (input->form == FORM_ENUM)
		return site_point_value(point, (double)enum_number(input, point, truth));
	if (input->form == FORM_LEVEL || input->form == FORM_NAMUR)
		return level_value(input, point, truth);
	return truth;
}

static struct sim_flip flip_to(const struct site *site, uint32_t index, double value)
{
	const struct site_point *point = &site->points[index];
	struct sim_flip flip = {.point = index};

	(void)sim_signal_raw(point, clamp(point, value), &flip.value);
	return flip;
}

size_t sim_signal_flips(const struct site *site, const struct site_input *input, bool truth,
                        struct sim_flip ret_flips[SIM_SIGNAL_MOST])
{
	bool on = truth != input->invert;

	if (input->form == FORM_COUNTER) {
		ret_flips[0] = (struct sim_flip){.point = input->point, .value = 1, .add = true};
		return truth;
	}
	ret_flips[0] = flip_to(site, input->point, value_of(site, input, on));
	if (input->form != FORM_PAIR)
		return 1;
	ret_flips[1] = (struct sim_flip){.point = input->other, .value = !on};
	return 2;
}

bool sim_signal_truth(const struct site *site, const struct site_input *input, uint32_t raw)
{
	const struct site_point *point = &site->points[input->point];
	double number = number_of(point, raw), value = sim_signal_value(point, raw);
	bool on = raw != 0;

	if (input->form == FORM_LEVEL || input->form == FORM_NAMUR)
		on = value > input->above || value < input->below;
	else if (input->form == FORM_ENUM)
		on = is_named(input, (int64_t)number);
	else if (input->form == FORM_LOOP)
		on = site_loop_band(&site->loops[input->loop], site->loops[input->loop].unit ? value : number) ==
		     BAND_ALARM;
	else if (input->form == FORM_COUNTER)
		return false;
	return on != input->invert;
}

/* --- broken lines ----------------------------------------------------------------------------------- */

/* Between the normal band and its nearest neighbour above or below: no band. */
static double drift_value(const struct site_loop *loop, const struct site_point *point)
{
	double low = loop->bands[BAND_NORMAL].low, high = loop->bands[BAND_NORMAL].high;
	double step = loop->unit ? step_of(point) : 1;

	for (double away = step; away < high - low + 1e6 * step; away += step) {
		if (site_loop_band(loop, high + away) == BAND_COUNT)
			return high + away;
		if (low - away >= 0 && site_loop_band(loop, low - away) == BAND_COUNT)
			return low - away;
	}
	return high;
}

static size_t break_loop(const struct site *site, const struct site_input *input, const char *how,
                         struct sim_flip *ret_flip)
{
	const struct site_loop *loop = &site->loops[input->loop];
	const struct site_point *point = &site->points[input->point];
	enum site_band band = strcmp(how, "short") == 0 ? BAND_SHORT : BAND_OPEN;
	bool drift = strcmp(how, "drift") == 0;

	if (!drift && loop->bands[band].low > loop->bands[band].high)
		return 0;
	double value = drift ? drift_value(loop, point) : band_value(loop, band);
	*ret_flip = flip_to(site, input->point, loop_value(loop, point, value));
	return 1;
}

size_t sim_signal_break(const struct site *site, const struct site_input *input, const char *how,
                        struct sim_flip ret_flips[SIM_SIGNAL_MOST])
{
	bool is_short = strcmp(how, "short") == 0, is_open = strcmp(how, "open") == 0;

	if (!is_short && !is_open && strcmp(how, "drift") != 0)
		return 0;
	if (input->form == FORM_LOOP)
		return break_loop(site, input, how, ret_flips);
	if (!is_short && !is_open)
		return 0;
	if (input->form == FORM_NAMUR) {
		ret_flips[0] = flip_to(site, input->point, is_short ? NAMUR_SHORT_MA : NAMUR_OPEN_MA);
		return 1;
	}
	if (input->form != FORM_PAIR)
		return 0;
	ret_flips[0] = (struct sim_flip){.point = input->point, .value = is_short};
	ret_flips[1] = (struct sim_flip){.point = input->other, .value = is_short};
	return 2;
}
