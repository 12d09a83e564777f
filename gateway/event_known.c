/* SPDX-License-Identifier: Apache-2.0 */
/* event_known - which retained topics a site has; see event_json.h */
#include "gateway/event_json.h"

#include <string.h>

static bool sensor_has(const struct site *site, uint32_t sensor, const char *condition)
{
	const enum condition_id *ids;
	size_t count = condition_of_kind(site->sensors[sensor].kind, &ids);

	for (size_t i = 0; i < count; i++)
		if (strcmp(site_condition_name(site, sensor, ids[i]), condition) == 0)
			return true;
	return false;
}

static bool alarm_known(const struct site *site, const char *name)
{
	char id[LIMIT_ID + 1];
	const char *slash = strchr(name, '/');

	if (!slash || (size_t)(slash - name) >= sizeof id)
		return false;
	memcpy(id, name, (size_t)(slash - name));
	id[slash - name] = '\0';
	uint32_t sensor = site_sensor_by_id(site, id), rule = site_rule_by_id(site, id);
	if (rule != SITE_NONE && condition_by_name(slash + 1) == site_rule_condition(&site->rules[rule]))
		return true;
	if (sensor != SITE_NONE)
		return sensor_has(site, sensor, slash + 1);
	return site_device_by_id(site, id) != SITE_NONE && condition_is_of_devices(condition_by_name(slash + 1));
}

bool event_topic_known(const struct site *site, const char *topic)
{
	if (strncmp(topic, "alarm/", 6) == 0)
		return alarm_known(site, topic + 6);
	if (strncmp(topic, "sensor/", 7) == 0)
		return site_sensor_by_id(site, topic + 7) != SITE_NONE;
	if (strncmp(topic, "area/", 5) == 0)
		return site_area_by_id(site, topic + 5) != SITE_NONE;
	return false;
}
