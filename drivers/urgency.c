/* SPDX-License-Identifier: Apache-2.0 */
/* urgency - see urgency.h */
#include "drivers/urgency.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static enum urgency urgency_of(const struct site_sensor *sensor, enum site_role role)
{
	bool state = sensor->kind == KIND_POWER || sensor->kind == KIND_INPUT;

	return state && role != ROLE_TAMPER ? URGENCY_STATE : URGENCY_INTRUSION;
}

static void raise(uint8_t *urgency, uint32_t point, enum urgency to)
{
	if (point != SITE_NONE && urgency[point] > (uint8_t)to)
		urgency[point] = (uint8_t)to;
}

int urgency_new(const struct site *site, uint8_t **ret_urgency)
{
	uint8_t *urgency = malloc(site->point_count + 1);

	if (!urgency)
		return -ENOMEM;
	memset(urgency, URGENCY_OTHER, site->point_count + 1);
	for (size_t i = 0; i < site->sensor_count; i++)
		for (int role = 0; role < ROLE_COUNT; role++) {
			const struct site_input *input = &site->sensors[i].inputs[role];
			enum urgency its = urgency_of(&site->sensors[i], (enum site_role)role);
			if (input->point == SITE_NONE)
				continue;
			raise(urgency, input->point, its);
			if (input->form == FORM_PAIR)
				raise(urgency, input->other, its);
		}
	*ret_urgency = urgency;
	return 0;
}
