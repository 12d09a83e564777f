/* SPDX-License-Identifier: Apache-2.0 */
/* sim/plant - see plant.h */
#include "drivers/sim/plant.h"

#include "config/limits.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#define PULSE_PERIOD_MS 1000

struct pulse {
	struct sim_plant *plant;
	struct sim_due due;
	struct sim_pulse what;
	uint32_t off_ms, left; /* left: times still to begin */
	bool on, busy;
};

struct sim_plant {
	const struct site *site;
	struct sim_loop *loop;
	FILE *log;
	uint64_t count;
	struct sim_bank **banks; /* by device */
	struct sim_use *uses;    /* by point */
	uint64_t *unseen;        /* by point: the count of its last flip, 0 when an answer has carried it */
	uint32_t *unseen_of;     /* by device: how many of its points are unseen */
	struct pulse *pulses;
};

static void note(struct sim_plant *plant, char what, uint32_t point, uint32_t raw)
{
	const struct site_point *row = &plant->site->points[point];
	char text[SIM_SIGNAL_TEXT];

	if (!plant->log)
		return;
	sim_signal_text(row, raw, text);
	fprintf(plant->log, "%c %" PRId64 " %s %s %s\n", what, sim_loop_stamp_ns(),
	        plant->site->devices[row->device].id, row->name, text);
}

static void tell(const struct sim_plant *plant, uint32_t point, uint32_t raw)
{
	const struct site_point *row = &plant->site->points[point];
	const struct sim_use *use = &plant->uses[point];
	int64_t us = sim_loop_stamp_ns() / 1000;
	char text[SIM_SIGNAL_TEXT];

	sim_signal_text(row, raw, text);
	printf("%" PRId64 ".%06" PRId64 " %s/%s %s", us / 1000000, us % 1000000, plant->site->devices[row->device].id,
	       row->name, text);
	if (use->sensor != SITE_NONE) {
		const struct site_sensor *sensor = &plant->site->sensors[use->sensor];
		const struct site_input *input = &sensor->inputs[use->role];
		bool on = sim_signal_truth(plant->site, input, raw);
		bool counts = input->form == FORM_COUNTER;
		printf("  %s.%s %s", sensor->id, site_role_name(use->role), counts ? "counts" : on ? "on" : "off");
	}
	putchar('\n');
}

static void put(struct sim_plant *plant, struct sim_flip flip)
{
	const struct site_point *row = &plant->site->points[flip.point];

	sim_bank_put(plant->banks[row->device], row, flip.value);
}

void sim_plant_flip(struct sim_plant *plant, struct sim_flip flip)
{
	assert(flip.point < plant->site->point_count);
	if (flip.add)
		flip.value += sim_plant_value(plant, flip.point);
	if (flip.add && site_point_width(&plant->site->points[flip.point]) == 1)
		flip.value &= UINT16_MAX;
	if (sim_plant_value(plant, flip.point) == flip.value)
		return;
	put(plant, flip);
	plant->count++;
	if (!plant->unseen[flip.point])
		plant->unseen_of[plant->site->points[flip.point].device]++;
	plant->unseen[flip.point] = plant->count;
	note(plant, 'F', flip.point, flip.value);
	tell(plant, flip.point, flip.value);
}

static bool carries(struct sim_span span, const struct site_point *point)
{
	static const uint8_t function_of[] = {
	        [TABLE_COIL] = 1, [TABLE_DISCRETE] = 2, [TABLE_HOLDING] = 3, [TABLE_INPUT] = 4};

	return span.count && span.function == function_of[point->table] && point->address >= span.address &&
	       (uint32_t)point->address + site_point_width(point) <= (uint32_t)span.address + span.count;
}

void sim_plant_served(struct sim_plant *plant, uint32_t device, struct sim_span span, uint64_t count)
{
	const struct site_device *row = &plant->site->devices[device];

	if (!plant->unseen_of[device])
		return;
	for (uint32_t i = row->point_first; i < row->point_first + row->point_count; i++) {
		if (!plant->unseen[i] || plant->unseen[i] > count || !carries(span, &plant->site->points[i]))
			continue;
		plant->unseen[i] = 0;
		plant->unseen_of[device]--;
		note(plant, 'V', i, sim_plant_value(plant, i));
	}
}

uint32_t sim_plant_value(const struct sim_plant *plant, uint32_t point)
{
	const struct site_point *row = &plant->site->points[point];

	return sim_bank_get(plant->banks[row->device], row);
}

struct sim_use sim_plant_use(const struct sim_plant *plant, uint32_t point)
{
	return plant->uses[point];
}

struct sim_bank *sim_plant_bank(struct sim_plant *plant, uint32_t device)
{
	return plant->banks[device];
}

uint64_t sim_plant_count(const struct sim_plant *plant)
{
	return plant->count;
}

static void turn_pulse(void *context)
{
	struct pulse *pulse = context;
	struct mono next = pulse->due.at;
	struct sim_flip flip = pulse->what.on;

	pulse->on = !pulse->on;
	if (!pulse->on)
		flip.value = pulse->what.off;
	if (pulse->on || !flip.add)
		sim_plant_flip(pulse->plant, flip);
	if (pulse->on)
		pulse->left--;
	pulse->busy = pulse->on || pulse->left;
	if (pulse->busy)
		sim_loop_arm(pulse->plant->loop, &pulse->due,
		             mono_add_ms(next, pulse->on ? pulse->what.on_ms : pulse->off_ms));
}

static struct pulse *pick_pulse(struct sim_plant *plant, uint32_t point)
{
	struct pulse *idle = NULL;

	for (size_t i = 0; i < LIMIT_SIM_PULSES; i++) {
		struct pulse *pulse = &plant->pulses[i];
		if (pulse->busy && pulse->what.on.point == point)
			return pulse;
		if (!pulse->busy && !idle)
			idle = pulse;
	}
	return idle;
}

int sim_plant_pulse(struct sim_plant *plant, const struct sim_pulse *what)
{
	struct pulse *pulse = pick_pulse(plant, what->on.point);

	assert(what->times > 0);
	if (!pulse)
		return -EBUSY;
	sim_loop_cancel(plant->loop, &pulse->due);
	*pulse = (struct pulse){
	        .plant = plant,
	        .due = {.fire = turn_pulse, .context = pulse, .at = sim_loop_now()},
	        .what = *what,
	        .off_ms = what->on_ms < PULSE_PERIOD_MS ? PULSE_PERIOD_MS - what->on_ms : what->on_ms,
	        .left = what->times,
	        .busy = true,
	};
	turn_pulse(pulse);
	return 0;
}

static void settle_input(struct sim_plant *plant, uint32_t sensor, enum site_role role)
{
	const struct site_input *input = &plant->site->sensors[sensor].inputs[role];
	struct sim_flip flips[SIM_SIGNAL_MOST];

	if (input->point == SITE_NONE || plant->uses[input->point].sensor != SITE_NONE)
		return;
	plant->uses[input->point] = (struct sim_use){sensor, role};
	size_t count = sim_signal_flips(plant->site, input, sim_state_normal(role), flips);
	for (size_t i = 0; i < count; i++)
		put(plant, flips[i]);
}

static void settle(struct sim_plant *plant)
{
	for (uint32_t i = 0; i < plant->site->point_count; i++)
		plant->uses[i].sensor = SITE_NONE;
	for (uint32_t i = 0; i < plant->site->sensor_count; i++)
		for (enum site_role role = 0; role < ROLE_COUNT; role++)
			settle_input(plant, i, role);
}

int sim_plant_new(const struct site *site, struct sim_loop *loop, FILE *log, struct sim_plant **ret_plant)
{
	struct sim_plant *plant = calloc(1, sizeof *plant);
	int error = 0;

	if (!plant)
		return -ENOMEM;
	*plant = (struct sim_plant){.site = site, .loop = loop, .log = log};
	plant->banks = calloc(site->device_count + 1, sizeof(*plant->banks));
	plant->uses = calloc(site->point_count + 1, sizeof *plant->uses);
	plant->unseen = calloc(site->point_count + 1, sizeof *plant->unseen);
	plant->unseen_of = calloc(site->device_count + 1, sizeof *plant->unseen_of);
	plant->pulses = calloc(LIMIT_SIM_PULSES, sizeof *plant->pulses);
	if (!plant->banks || !plant->uses || !plant->unseen || !plant->unseen_of || !plant->pulses)
		error = -ENOMEM;
	for (uint32_t i = 0; i < site->device_count && error == 0; i++)
		error = sim_bank_new(site, i, &plant->banks[i]);
	if (error < 0) {
		sim_plant_free(&plant);
		return error;
	}
	settle(plant);
	*ret_plant = plant;
	return 0;
}

void sim_plant_free(struct sim_plant **plant)
{
	if (!*plant)
		return;
	for (uint32_t i = 0; (*plant)->banks && i < (*plant)->site->device_count; i++)
		sim_bank_free(&(*plant)->banks[i]);
	for (size_t i = 0; (*plant)->pulses && i < LIMIT_SIM_PULSES; i++)
		sim_loop_cancel((*plant)->loop, &(*plant)->pulses[i].due);
	free((*plant)->banks);
	free((*plant)->uses);
	free((*plant)->unseen);
	free((*plant)->unseen_of);
	free((*plant)->pulses);
	free(*plant);
	*plant = NULL;
}
