/* SPDX-License-Identifier: Apache-2.0 */
/* write_guard - see write_guard.h */
#include "drivers/write_guard.h"

static bool is_unit(const struct site *site, uint32_t device, const struct write_request *request)
{
	if (device >= site->device_count)
		return false;
	return site->devices[device].link == request->link && site->devices[device].unit == request->unit;
}

static const struct site_point *output_point(const struct site *site, const struct write_request *request,
                                             const struct pdu_target *target)
{
	for (size_t i = 0; i < site->output_count; i++) {
		if (site->outputs[i].point >= site->point_count)
			continue;
		const struct site_point *point = &site->points[site->outputs[i].point];
		if (point->table == target->table && point->address == target->address &&
		    is_unit(site, point->device, request))
			return point;
	}
	return NULL;
}

static bool may_output(const struct site *site, const struct write_request *request, const struct pdu_target *target)
{
	const struct site_point *point = output_point(site, request, target);

	return point && point->write && target->value <= 1;
}

static bool clears(const struct site_point *point, const struct pdu_target *target)
{
	return point->latched && point->clear.table == target->table && point->clear.address == target->address &&
	       point->clear.value == target->value;
}

static bool may_clear(const struct site *site, const struct write_request *request, const struct pdu_target *target)
{
	for (size_t i = 0; i < site->point_count; i++)
		if (clears(&site->points[i], target) && is_unit(site, site->points[i].device, request))
			return true;
	return false;
}

bool write_guard_is_output(const struct site *site, const struct write_request *request)
{
	struct pdu_target target;

	return pdu_write_target(request->pdu, &target) && output_point(site, request, &target);
}

bool write_guard_allows(const struct site *site, const struct write_request *request)
{
	struct pdu_target target;

	if (!pdu_is_write(request->pdu))
		return true;
	if (!pdu_write_target(request->pdu, &target))
		return false;
	switch (request->origin) {
	case WRITE_OUTPUT:
		return may_output(site, request, &target);
	case WRITE_CLEAR:
		return may_clear(site, request, &target);
	case WRITE_POKE:
		return site->control_poke && !output_point(site, request, &target);
	case WRITE_NEVER:
		break;
	}
	return false;
}
