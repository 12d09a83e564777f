/* SPDX-License-Identifier: Apache-2.0 */
/* input - see input.h */
#include "gateway/alarm/input.h"

bool input_settled(const struct input *input, const struct sample *sample)
{
	bool raw = sample->value != input->invert;

	return sample->quality == QUALITY_GOOD && input->quality == QUALITY_GOOD && input->known && !input->lost &&
	       input->good == INPUT_SAMPLES && input->run == INPUT_SAMPLES && raw == input->value;
}

static uint8_t one_more(uint8_t count)
{
	return count < INPUT_SAMPLES ? (uint8_t)(count + 1) : count;
}

/* A bolt that is not home is what alarms; of all else the true level is. */
static bool counts_at_once(const struct input *input, bool raw)
{
	return !input->slow && raw == (input->role != ROLE_BOLT);
}

static void settle_level(struct input *input)
{
	bool enough = input->run >= INPUT_SAMPLES || counts_at_once(input, input->raw);

	if (!enough || (input->known && input->value == input->raw))
		return;
	if (input->known && !input->lost)
		input->changed = input->run_from;
	input->known = true;
	input->value = input->raw;
	input->since = input->run_from;
}

void input_touch(struct input *input, const struct sample *sample)
{
	input->at = sample->at;
	input->err_us = sample->err_us;
	input->number = sample->raw;
}

void input_clear(struct input *input)
{
	input->raw = input->invert;
	input->run = 0;
}

static void count_good(struct input *input)
{
	input->good = one_more(input->good);
	if (input->good == INPUT_SAMPLES)
		input->lost = false;
}

static void take_good(struct input *input, const struct sample *sample, struct input_news *ret_news)
{
	bool raw = sample->value != input->invert, heard = input->at.us != 0;

	ret_news->rise = raw && !(heard && input->raw);
	if (!heard || raw != input->raw || input->run == 0) {
		input->run = 0;
		input->run_from = sample->at;
	}
	input->raw = raw;
	input_touch(input, sample);
	input->run = one_more(input->run);
	settle_level(input);
	count_good(input);
}

static void begin(const struct input *input, const struct sample *sample, struct input_news *ret_news)
{
	bool heard = input->at.us != 0;

	*ret_news = (struct input_news){.first = !input->known, .anew = !heard || input->lost, .from = input->at};
	ret_news->moved = heard && (sample->raw != input->number || (sample->value != input->invert) != input->raw);
}

void input_keep(struct input *input, const struct sample *sample, struct input_news *ret_news)
{
	begin(input, sample, ret_news);
	input->quality = (uint8_t)sample->quality;
	input_touch(input, sample);
	input->run = 0;
	count_good(input);
}

void input_take(struct input *input, const struct sample *sample, struct input_news *ret_news)
{
	begin(input, sample, ret_news);
	input->quality = (uint8_t)sample->quality;
	if (sample->quality == QUALITY_GOOD) {
		take_good(input, sample, ret_news);
		return;
	}
	input->run = 0;
	input->good = 0;
	if (sample->quality == QUALITY_BAD) {
		input->lost = true;
		input->changed = (struct mono){0};
	}
}
