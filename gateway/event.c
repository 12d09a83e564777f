/* SPDX-License-Identifier: Apache-2.0 */
/* event - see event.h */
#include "gateway/event.h"

#include <assert.h>

const char *event_type_name(enum event_type type)
{
	static const char *const names[EVENT_TYPE_COUNT] = {[EVENT_ALARM_RAISED] = "picket.alarm.raised",
	                                                    [EVENT_ALARM_UPDATED] = "picket.alarm.updated",
	                                                    [EVENT_ALARM_ACKED] = "picket.alarm.acked",
	                                                    [EVENT_ALARM_CLEARED] = "picket.alarm.cleared",
	                                                    [EVENT_ALARM_LATCHED] = "picket.alarm.latched",
	                                                    [EVENT_ALARM_RESET] = "picket.alarm.reset",
	                                                    [EVENT_SENSOR_CHANGED] = "picket.sensor.changed",
	                                                    [EVENT_DEVICE_LOST] = "picket.device.lost",
	                                                    [EVENT_DEVICE_RESTORED] = "picket.device.restored",
	                                                    [EVENT_AREA_SET] = "picket.area.set",
	                                                    [EVENT_AREA_UNSET] = "picket.area.unset",
	                                                    [EVENT_AREA_SET_REFUSED] = "picket.area.set_refused",
	                                                    [EVENT_COMMAND_ACCEPTED] = "picket.command.accepted",
	                                                    [EVENT_COMMAND_REFUSED] = "picket.command.refused",
	                                                    [EVENT_GATEWAY_STARTED] = "picket.gateway.started",
	                                                    [EVENT_GATEWAY_STOPPED] = "picket.gateway.stopped",
[EVENT_OUTPUT_CHANGED] = "picket.output.changed",
[EVENT_OUTPUT_FAILED] = "picket.output.failed"};

	assert(type < EVENT_TYPE_COUNT);
	return names[type];
}

char alarm_state_isa(const struct alarm_state *state)
{
	if (state->active)
		return state->acked ? 'C' : 'B';
	if (!state->acked)
		return 'D';
	return state->latched ? 'C' : 'A';
}

bool alarm_state_retain(const struct alarm_state *state)
{
	return state->active || !state->acked || state->latched;
}

const char *sensor_state_name(enum sensor_state state)
{
	static const char *const names[] = {
	        [SENSOR_UNKNOWN] = "unknown", [SENSOR_NORMAL] = "normal", [SENSOR_ACTIVE] = "active",
	        [SENSOR_CLOSED] = "closed",   [SENSOR_LOCKED] = "locked", [SENSOR_OPEN] = "open"};

	assert(state <= SENSOR_OPEN);
	return names[state];
}
