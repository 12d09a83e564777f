/* SPDX-License-Identifier: Apache-2.0 */
/* read_plan - see read_plan.h */
#include "drivers/read_plan.h"

#include "config/limits.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#define ADDRESS_SPACE 65536u

uint8_t read_plan_function(enum site_table table)
{
	static const uint8_t functions[] = {
	        [TABLE_COIL] = 1, [TABLE_DISCRETE] = 2, [TABLE_HOLDING] = 3, [TABLE_INPUT] = 4};

	assert(table <= TABLE_HOLDING);
	return functions[table];
}

bool read_plan_is_bits(enum site_table table)
{
	return table == TABLE_COIL || table == TABLE_DISCRETE;
}

static int by_place(const void *left, const void *right, void *context)
{
	const struct site *site = context;
	const struct site_point *a = &site->points[*(const uint32_t *)left];
	const struct site_point *b = &site->points[*(const uint32_t *)right];

	if (a->table != b->table)
		return a->table < b->table ? -1 : 1;
	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	return (a->bit > b->bit) - (a->bit < b->bit);
}

static uint16_t most_in_one(const struct site_device *device, enum site_table table)
{
	bool bits = read_plan_is_bits(table);
	uint16_t own = bits ? device->max_bits : device->max_words;
	uint16_t most = bits ? LIMIT_READ_BITS : LIMIT_READ_WORDS;

	return own && own < most ? own : most;
}

/* First address behind the point. */
static uint32_t end_of(const struct site_point *point)
{
	return (uint32_t)point->address + site_point_width(point);
}

static bool fits(const struct site_device *device, const struct read_request *request, const struct site_point *point)
{
	if (point->table != request->table)
		return false;
	uint32_t end = (uint32_t)request->address + request->count; /* first address not read yet */
	if (end_of(point) <= end)
		return true;
	if (point->address > end && point->address - end > device->max_gap)
		return false;
	return end_of(point) - request->address <= most_in_one(device, point->table);
}

static void merge(const struct site *site, const struct site_device *device, struct read_plan *plan)
{
	struct read_request *request = NULL;

	for (uint32_t i = 0; i < plan->point_count; i++) {
		const struct site_point *point = &site->points[plan->points[i]];
		if (!request || !fits(device, request, point)) {
			request = &plan->requests[plan->request_count++];
			*request = (struct read_request){.table = point->table, .address = point->address, .first = i};
		}
		if (end_of(point) - request->address > request->count)
			request->count = (uint16_t)(end_of(point) - request->address);
		request->point_size++;
	}
}

static bool declares(const struct site *site, const struct site_device *device, enum site_table table, uint32_t address)
{
	for (uint32_t i = 0; i < device->point_count; i++) {
		const struct site_point *point = &site->points[device->point_first + i];
		if (point->table == table && point->address <= address && address < end_of(point))
			return true;
	}
	return false;
}

/* Beyond the end the device has what the site file declares, and what max_gap says may be read over. */
static uint16_t spare_of(const struct site *site, const struct site_device *device, const struct read_request *request)
{
	uint32_t end = (uint32_t)request->address + request->count;
	uint32_t most = most_in_one(device, request->table);
	uint32_t room = most > request->count ? most - request->count : 0;
	uint32_t spare = 0;

	if (room > ADDRESS_SPACE - end)
		room = ADDRESS_SPACE - end;
	while (spare < room && declares(site, device, request->table, end + spare))
		spare++;
	if (spare < device->max_gap)
		spare = device->max_gap;
	return (uint16_t)(spare < room ? spare : room);
}

bool read_plan_tears(const struct read_plan *plan, const struct site *site, size_t request, uint32_t end)
{
	const struct read_request *of = &plan->requests[request];

	for (uint32_t i = of->first; i < of->first + of->point_size; i++) {
		const struct site_point *point = &site->points[plan->points[i]];

		if (point->address < end && end < end_of(point))
			return true;
	}
	return false;
}

static int collect(const struct site *site, const struct site_device *device, struct read_plan *plan)
{
	size_t used = 0;

	for (uint32_t i = 0; i < device->point_count; i++)
		used += site->points[device->point_first + i].used;
	plan->points = calloc(used + 1, sizeof *plan->points);
	plan->requests = calloc(used + 1, sizeof *plan->requests);
	if (!plan->points || !plan->requests)
		return -ENOMEM;
	for (uint32_t i = device->point_first; i < device->point_first + device->point_count; i++)
		if (site->points[i].used)
			plan->points[plan->point_count++] = i;
	return 0;
}

int read_plan_new(const struct site *site, uint32_t device, struct read_plan **ret_plan)
{
	assert(device < site->device_count);
	const struct site_device *of = &site->devices[device];
	struct read_plan *plan = calloc(1, sizeof *plan);

	if (!plan)
		return -ENOMEM;
	int error = collect(site, of, plan);
	if (error) {
		read_plan_free(&plan);
		return error;
	}
	qsort_r(plan->points, plan->point_count, sizeof *plan->points, by_place, (void *)(uintptr_t)site);
	merge(site, of, plan);
	for (size_t i = 0; i < plan->request_count; i++)
		plan->requests[i].spare = spare_of(site, of, &plan->requests[i]);
	*ret_plan = plan;
	return 0;
}

void read_plan_free(struct read_plan **plan)
{
	if (!*plan)
		return;
	free((*plan)->points);
	free((*plan)->requests);
	free(*plan);
	*plan = NULL;
}
