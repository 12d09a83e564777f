/* SPDX-License-Identifier: Apache-2.0 */
/* schedule_check - see schedule_check.h */
#include "drivers/schedule_check.h"

#include "config/limits.h"
#include "drivers/grid.h"
#include "drivers/read_plan.h"
#include "drivers/response.h"
#include "drivers/transaction.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define REQUEST_BYTES   8 /* of a read: unit, function, address, count, CRC */
#define ANSWER_BYTES    5 /* around its data: unit, function, byte count, CRC */
#define SILENCE_FAST_US 1750
#define SILENCE_BAUD    19200
#define LOOK_BITS       8 /* bits in one byte of an answer */
#define NAMES           200

struct bus {
	const struct site *site;
	const struct site_link *link;
	size_t count;
	uint32_t *devices;           /* indices into site->devices */
	struct response_task *tasks; /* one each */
	int64_t silent_us;           /* an exchange without an answer */
	uint32_t dead;
};

/* --- what an exchange takes ------------------------------------------------------------------------- */

static int64_t characters_us(const struct site_link *link, size_t count)
{
	const struct site_endpoint *way = &link->endpoints[0];
	int64_t bits = 1 + 8 + (way->parity != 'N') + way->stop_bits;
	int64_t baud = way->baud ? way->baud : SILENCE_BAUD;

	return (bits * (int64_t)count * 1000000 + baud - 1) / baud;
}

static int64_t silence_us(const struct site_link *link)
{
	int64_t gap_us = (int64_t)link->gap_ms * 1000, quiet_us = SILENCE_FAST_US;

	if (!site_link_is_rtu(link))
		return gap_us;
	if (link->endpoints[0].baud <= SILENCE_BAUD) /* SL 2.5.1.1: eleven bits, whatever the format */
		quiet_us = INT64_C(11) * 3500000 / (link->endpoints[0].baud ? link->endpoints[0].baud : SILENCE_BAUD);
	return gap_us > quiet_us ? gap_us : quiet_us;
}

static int64_t turnaround_us(const struct site_link *link, const struct site_device *device)
{
	bool tcp = link->endpoints[0].transport != TRANSPORT_RTU;
	int64_t network_us = tcp ? LIMIT_TURNAROUND_TCP_MS * INT64_C(1000) : 0;

	if (device->turnaround_ms)
		return (int64_t)device->turnaround_ms * 1000;
	if (link->turnaround_ms)
		return (int64_t)link->turnaround_ms * 1000;
	return site_link_is_rtu(link) ? network_us + LIMIT_TURNAROUND_MS * INT64_C(1000) : network_us;
}

static int64_t exchange_us(const struct bus *bus, const struct site_device *device, size_t data_bytes)
{
	int64_t us = turnaround_us(bus->link, device) + silence_us(bus->link) + LIMIT_WAKE_US;

	if (site_link_is_rtu(bus->link))
		us += characters_us(bus->link, REQUEST_BYTES + ANSWER_BYTES + data_bytes);
	return us;
}

/* What the link loses to a request that is not answered. */
static int64_t silent_exchange_us(const struct site_link *link)
{
	int64_t drain_us = site_link_is_rtu(link) ? LIMIT_DRAIN_MS * INT64_C(1000) : 0;
	int64_t quiet_us = silence_us(link);

	return (int64_t)link->timeout_ms * 1000 + (drain_us > quiet_us ? drain_us : quiet_us) + LIMIT_WAKE_US;
}

/* --- what a scan takes ------------------------------------------------------------------------------ */

static size_t data_bytes(const struct read_request *request, uint32_t count)
{
	return transaction_data_bytes(read_plan_function(request->table), (uint16_t)count);
}

/* Whether an answer looks like that of the request before it, and no few addresses more make a difference. */
static bool is_twin(const struct read_request *request, const struct read_request *before)
{
	return request->table == before->table &&
	       data_bytes(request, request->count) == data_bytes(before, before->count) &&
	       data_bytes(request, (uint32_t)request->count + request->spare) == data_bytes(request, request->count);
}

/* Whether it can be read in two parts instead, the first with an answer of another length. */
static bool is_divisible(const struct read_request *request)
{
	return request->count > (read_plan_is_bits(request->table) ? LOOK_BITS : 1);
}

static void add_request(const struct bus *bus, const struct site_device *device, const struct read_plan *plan,
                        size_t index, struct response_task *task)
{
	const struct read_request *request = &plan->requests[index];
	uint32_t most = (uint32_t)request->count + (plan->request_count > 1 ? request->spare : 0);
	uint32_t limit = read_plan_is_bits(request->table) ? LIMIT_READ_BITS : LIMIT_READ_WORDS;
	uint32_t widened = (uint32_t)request->count + (read_plan_is_bits(request->table) ? LOOK_BITS : 1);
	uint32_t count = most < widened ? most : widened;
	int64_t us = exchange_us(bus, device, data_bytes(request, count < limit ? count : limit));
	bool twin = site_link_is_rtu(bus->link) && index > 0 && is_twin(request, &plan->requests[index - 1]);
	uint32_t times = twin && is_divisible(request) ? 2 : 1;

	task->exchanges += times;
	task->pauses += twin ? times : 0;
	task->cost_us += us * times;
	if (task->longest_us < us)
		task->longest_us = us;
}

static int64_t jitter_us(const struct site_link *link, int64_t period_us)
{
	int64_t grid_us = grid_step_us(period_us, site_link_is_rtu(link));

	return period_us % grid_us ? grid_us : 0;
}

static int add_device(struct bus *bus, uint32_t index, struct schedule_device *ret_device)
{
	const struct site_device *device = &bus->site->devices[index];
	struct response_task *task = &bus->tasks[bus->count];
	struct read_plan *plan = NULL;
	int error = read_plan_new(bus->site, index, &plan);

	if (error < 0)
		return error;
	*task = (struct response_task){.period_us = (int64_t)device->scan_ms * 1000};
	task->jitter_us = jitter_us(bus->link, task->period_us);
	for (size_t i = 0; i < plan->request_count; i++)
		add_request(bus, device, plan, i, task);
	*ret_device = (struct schedule_device){.requests = (uint32_t)plan->request_count, .scan_us = task->cost_us};
	if (plan->request_count > 0)
		bus->devices[bus->count++] = index;
	read_plan_free(&plan);
	return 0;
}

/* --- one link --------------------------------------------------------------------------------------- */

static int64_t detection_us(const struct response_task *task, int64_t response, uint8_t samples)
{
	if (response == RESPONSE_NEVER)
		return RESPONSE_NEVER;
	return samples * task->period_us + task->jitter_us + response;
}

/* What a device costs, from the moment it falls silent until it is lost, beyond the scans that it is spared. In the
 * first of its scans other requests may have been answered, so that each of the rest runs into its timeout. */
static int64_t fall_us(const struct bus *bus, const struct response_task *task)
{
	int64_t timeouts = task->exchanges > 1 ? task->exchanges - 1 : 1;

	return (timeouts + LIMIT_MISSED_SCANS - 1) * bus->silent_us;
}

/* The dearest falls of so many others as are taken for dead. */
static int64_t falls_us(const struct bus *bus, size_t about)
{
	int64_t sum_us = 0, ceiling_us = INT64_MAX;
	uint32_t left = bus->dead;

	while (left > 0) {
		int64_t dearest_us = 0;
		uint32_t alike = 0;
		for (size_t i = 0; i < bus->count; i++) {
			int64_t us = i == about ? 0 : fall_us(bus, &bus->tasks[i]);
			if (us >= ceiling_us || us < dearest_us)
				continue;
			alike = us == dearest_us ? alike + 1 : 1;
			dearest_us = us;
		}
		uint32_t taken = alike < left ? alike : left;
		if (dearest_us == 0)
			break;
		sum_us += taken * dearest_us;
		ceiling_us = dearest_us;
		left -= taken;
	}
	return sum_us;
}

static struct schedule_times times_of(const struct bus *bus, size_t about)
{
	const struct response_task *task = &bus->tasks[about];
	struct response_question question = {.tasks = bus->tasks, .count = bus->count, .about = about};
	struct schedule_times times;

	times.alive_us = times.dead_us = times.falling_us = detection_us(task, response_us(&question), 1);
	if (bus->dead == 0)
		return times;
	question.probe_us = bus->silent_us;
	times.dead_us = detection_us(task, response_us(&question), 1);
	question.probe_us = 0;
	question.burst_us = falls_us(bus, about);
	times.falling_us = detection_us(task, response_us(&question), 1);
	return times;
}

static void sum_up(const struct bus *bus, const struct schedule *schedule, struct schedule_link *ret_link)
{
	struct schedule_link sum = {.devices = (uint32_t)bus->count, .dead = bus->dead};

	for (size_t i = 0; i < bus->count; i++) {
		const struct response_task *task = &bus->tasks[i];
		uint32_t requests = schedule->devices[bus->devices[i]].requests;
		sum.requests += requests;
		sum.requests_per_s += requests * 1e6 / (double)task->period_us;
		sum.load += (double)task->cost_us / (double)task->period_us;
	}
	*ret_link = sum;
}

static int check_link(struct schedule *schedule, struct bus *bus)
{
	uint32_t link = (uint32_t)(bus->link - bus->site->links);
	int error = 0;

	bus->count = 0;
	bus->silent_us = silent_exchange_us(bus->link);
	for (uint32_t i = 0; i < bus->site->device_count && error == 0; i++)
		if (bus->site->devices[i].link == link)
			error = add_device(bus, i, &schedule->devices[i]);
	if (error < 0)
		return error;
	bus->dead = bus->link->dead < bus->count ? bus->link->dead : (uint32_t)(bus->count ? bus->count - 1 : 0);
	sum_up(bus, schedule, &schedule->links[link]);
	for (size_t i = 0; i < bus->count; i++)
		schedule->devices[bus->devices[i]].times = times_of(bus, i);
	return 0;
}

static int check_links(const struct site *site, struct schedule *schedule)
{
	struct bus bus = {.site = site};
	int error = -ENOMEM;

	bus.devices = calloc(site->device_count + 1, sizeof *bus.devices);
	bus.tasks = calloc(site->device_count + 1, sizeof *bus.tasks);
	if (bus.devices && bus.tasks)
		error = 0;
	for (size_t i = 0; i < site->link_count && error == 0; i++) {
		bus.link = &site->links[i];
		error = check_link(schedule, &bus);
	}
	free(bus.devices);
	free(bus.tasks);
	return error;
}

/* --- inputs ----------------------------------------------------------------------------------------- */

/* Whether the input tells of intruders, duress or tampering; a generic one does when its alarm is urgent. */
static bool is_limited(const struct site_sensor *sensor, enum site_role role)
{
	static const bool limited[ROLE_COUNT] = {[ROLE_CONTACT] = true,
	                                         [ROLE_HIT] = true,
	                                         [ROLE_TRIGGER] = true,
	                                         [ROLE_TAMPER] = true,
	                                         [ROLE_LEVEL] = true};

	if (role != ROLE_INPUT)
		return limited[role];
	return sensor->kind == KIND_DURESS || sensor->kind == KIND_TAMPER ||
	       (sensor->kind == KIND_INPUT && sensor->conditions[0].priority_set <= 2);
}

static enum schedule_verdict judge(const struct site *site, const struct schedule_input *input)
{
	const struct site_sensor *sensor = &site->sensors[input->sensor];
	const struct site_point *point = &site->points[input->point];

	if (!is_limited(sensor, input->role) || point->counter || point->latched)
		return SCHEDULE_FREE;
	if (schedule_worst_us(&input->times) <= LIMIT_DETECT_MS * 1000)
		return SCHEDULE_FAST;
	return sensor->allow_slow || site->devices[point->device].allow_slow ? SCHEDULE_ALLOWED : SCHEDULE_REFUSED;
}

static int64_t with_samples(const struct site_device *device, int64_t us, uint8_t samples)
{
	return us == RESPONSE_NEVER ? us : us + (samples - 1) * (int64_t)device->scan_ms * 1000;
}

static void add_input(const struct site *site, struct schedule *schedule, struct schedule_input input)
{
	uint32_t index = site->points[input.point].device;
	struct schedule_device *device = &schedule->devices[index];

	assert(input.samples >= 1 && input.samples <= SCHEDULE_SAMPLES);
	input.times.alive_us = with_samples(&site->devices[index], device->times.alive_us, input.samples);
	input.times.dead_us = with_samples(&site->devices[index], device->times.dead_us, input.samples);
	input.times.falling_us = with_samples(&site->devices[index], device->times.falling_us, input.samples);
	input.verdict = judge(site, &input);
	if (input.verdict == SCHEDULE_REFUSED && device->refused[input.samples - 1]++ == 0)
		device->refused_first[input.samples - 1] = schedule->input_count;
	schedule->inputs[schedule->input_count++] = input;
}

static void add_sensor(const struct site *site, struct schedule *schedule, uint32_t index)
{
	const struct site_sensor *sensor = &site->sensors[index];

	for (enum site_role role = 0; role < ROLE_COUNT; role++) {
		const struct site_input *of = &sensor->inputs[role];
		bool twice = role == ROLE_TAMPER || (role == ROLE_INPUT && sensor->kind == KIND_TAMPER);
		struct schedule_input input = {.sensor = index, .role = role, .samples = twice ? 2 : 1};
		if (of->point == SITE_NONE)
			continue;
		input.point = of->point;
		add_input(site, schedule, input);
		if (of->form != FORM_PAIR)
			continue;
		input.point = of->other;
		add_input(site, schedule, input);
	}
}

/* --- public ----------------------------------------------------------------------------------------- */

int schedule_new(const struct site *site, struct schedule **ret_schedule)
{
	struct schedule *schedule = calloc(1, sizeof *schedule);
	int error = -ENOMEM;

	if (!schedule)
		return -ENOMEM;
	schedule->link_count = site->link_count;
	schedule->device_count = site->device_count;
	schedule->links = calloc(site->link_count + 1, sizeof *schedule->links);
	schedule->devices = calloc(site->device_count + 1, sizeof *schedule->devices);
	/* a pair has two points */
	schedule->inputs = calloc(2 * ROLE_COUNT * site->sensor_count + 1, sizeof *schedule->inputs);
	if (schedule->links && schedule->devices && schedule->inputs)
		error = check_links(site, schedule);
	if (error < 0) {
		schedule_free(&schedule);
		return error;
	}
	for (uint32_t i = 0; i < site->sensor_count; i++)
		add_sensor(site, schedule, i);
	*ret_schedule = schedule;
	return 0;
}

void schedule_free(struct schedule **schedule)
{
	if (!*schedule)
		return;
	free((*schedule)->links);
	free((*schedule)->devices);
	free((*schedule)->inputs);
	free(*schedule);
	*schedule = NULL;
}

int64_t schedule_worst_us(const struct schedule_times *times)
{
	return times->alive_us > times->dead_us ? times->alive_us : times->dead_us;
}

/* "contact 'gate-io/di/0'", "hit 'fence-e1/hit/0' and 7 more inputs of this device" */
static void describe(const struct site *site, const struct schedule *schedule, size_t row, char ret_text[NAMES])
{
	const struct schedule_input *input = &schedule->inputs[row];
	const struct site_point *point = &site->points[input->point];
	size_t more = schedule->devices[point->device].refused[input->samples - 1] - 1;
	int length = snprintf(ret_text, NAMES, "%s '%s/%s'", site_role_name(input->role),
	                      site->devices[point->device].id, point->name);

	if (more && length > 0 && length < NAMES)
		snprintf(ret_text + length, (size_t)(NAMES - length), " and %zu more input%s of this device", more,
		         more == 1 ? "" : "s");
}

static void report(const struct site *site, const struct schedule *schedule, size_t row, struct site_errors *errors)
{
	const struct schedule_input *input = &schedule->inputs[row];
	const struct site_place *place = &site->sensors[input->sensor].place;
	const struct site_device *device = &site->devices[site->points[input->point].device];
	const struct schedule_link *link = &schedule->links[device->link];
	struct site_spot spot = {site->files[place->file], place->file, place->line, place->column};
	const char *beside = link->dead == 1 ? " beside a dead device" : " beside dead devices";
	bool dead = input->times.dead_us > input->times.alive_us;
	char names[NAMES];

	describe(site, schedule, row, names);
	if (schedule_worst_us(&input->times) == RESPONSE_NEVER)
		site_errors_add(errors, spot,
		                "%s: no time can be promised%s, link '%s' is asked for %.0f %% of its time; allowed: "
		                "at most all of it, by a larger scan_ms, fewer devices or a higher baud rate",
		                names, dead ? beside : "", site->links[device->link].id, link->load * 100);
	else
		site_errors_add(errors, spot,
		                "%s may take %" PRId64 " ms to be seen%s; allowed: %d ms, by a smaller scan_ms (now "
		                "%" PRIu32 "), fewer devices on link '%s' or a higher baud rate; or allow_slow: true",
		                names, (schedule_worst_us(&input->times) + 999) / 1000, dead ? beside : "",
		                LIMIT_DETECT_MS, device->scan_ms, site->links[device->link].id);
}

void schedule_report(const struct site *site, const struct schedule *schedule, struct site_errors *errors)
{
	for (size_t i = 0; i < schedule->input_count; i++) {
		const struct schedule_input *input = &schedule->inputs[i];
		const struct schedule_device *device = &schedule->devices[site->points[input->point].device];
		if (input->verdict == SCHEDULE_REFUSED && device->refused_first[input->samples - 1] == i)
			report(site, schedule, i, errors);
	}
}
