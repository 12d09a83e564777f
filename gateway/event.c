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
	                                                    [EVENT_ALARM_SHELVED] = "picket.alarm.shelved",
	                                                    [EVENT_ALARM_UNSHELVED] = "picket.alarm.unshelved",
	                                                    [EVENT_ALARM_SUPPRESSED] = "picket.alarm.suppressed",
	                                                    [EVENT_ALARM_UNSUPPRESSED] = "picket.alarm.unsuppressed",
	                                                    [EVENT_ALARM_OUTOFSERVICE] = "picket.alarm.outofservice",
	                                                    [EVENT_ALARM_INSERVICE] = "picket.alarm.inservice",
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

const char *alarm_mask_name(enum alarm_mask mask)
{
	static const char *const names[] = {[MASK_NONE] = NULL,
	                                    [MASK_SHELVED] = "shelved",
	                                    [MASK_INHIBITED] = "inhibited",
	                                    [MASK_ISOLATED] = "isolated",
	                                    [MASK_OUT_OF_SERVICE] = "out_of_service"};

	assert(mask <= MASK_OUT_OF_SERVICE);
	return names[mask];
}

char alarm_state_isa(const struct alarm_state *state)
{
	if (state->mask != MASK_NONE)
		return state->mask == MASK_SHELVED ? 'E' : state->mask == MASK_OUT_OF_SERVICE ? 'G' : 'F';
	if (state->active)
		return state->acked ? 'C' : 'B';
	if (!state->acked)
		return 'D';
	return state->latched ? 'C' : 'A';
}

bool alarm_state_retain(const struct alarm_state *state)
{
	return state->active || !state->acked || state->latched || state->mask != MASK_NONE;
}

const char *sensor_state_name(enum sensor_state state)
{
	static const char *const names[] = {
	        [SENSOR_UNKNOWN] = "unknown", [SENSOR_NORMAL] = "normal", [SENSOR_ACTIVE] = "active",
	        [SENSOR_CLOSED] = "closed",   [SENSOR_LOCKED] = "locked", [SENSOR_OPEN] = "open"};

	assert(state <= SENSOR_OPEN);
	return names[state];
}

bool event_of_alarm(const struct event *event)
{
	bool step = event->type <= EVENT_ALARM_INSERVICE || event->type == EVENT_DEVICE_LOST ||
	            event->type == EVENT_DEVICE_RESTORED;

	return step && event->condition < COND_COUNT &&
	       (event->subject_kind == SUBJECT_SENSOR || event->subject_kind == SUBJECT_DEVICE ||
	        event->subject_kind == SUBJECT_RULE);
}

bool event_raises(const struct event *event)
{
	bool may = event->type == EVENT_ALARM_RAISED || event->type == EVENT_ALARM_UPDATED ||
	           event->type == EVENT_DEVICE_LOST || (event->type == EVENT_ALARM_UNSHELVED && event->state.active);

	return may && event_of_alarm(event) && event->state.occurrence == event->seq;
}

/* Of what people do. BB and BU: a point is bypassed and back; TB and TU: a tamper. */
static const char *people_code(const struct event *event)
{
	bool tamper = event->condition == COND_TAMPER;

	switch (event->type) {
	case EVENT_ALARM_SUPPRESSED:
	case EVENT_ALARM_OUTOFSERVICE:
		return tamper ? "TB" : "BB";
	case EVENT_ALARM_UNSUPPRESSED:
	case EVENT_ALARM_INSERVICE:
		return tamper ? "TU" : "BU";
	case EVENT_AREA_SET:
		return event->count ? "CF" : "CL"; /* CF: with overrides */
	case EVENT_AREA_UNSET:
		return "OP";
	case EVENT_AREA_SET_REFUSED:
		return "CI";
	default:
		return NULL;
	}
}

/* Nothing is announced of what is masked. */
static bool begins(const struct event *event)
{
	bool goes_on = event_of_alarm(event) && event->type == EVENT_ALARM_UPDATED && event->state.mask == MASK_NONE;

	return event->condition == COND_FENCE_ACTIVITY || event_raises(event) || goes_on;
}

static bool ends(const struct event *event)
{
	return event_of_alarm(event) && event->state.mask == MASK_NONE &&
	       (event->type == EVENT_ALARM_CLEARED || event->type == EVENT_DEVICE_RESTORED);
}

const char *event_sia(const struct event *event)
{
	if (ends(event))
		return condition_info(event->condition)->sia_restore;
	if (!begins(event))
		return people_code(event);
	const struct condition_info *info = condition_info(event->condition);
	return event->area_set ? info->sia_set : info->sia_unset;
}

const char *event_cid(const struct event *event)
{
	if (event->type == EVENT_AREA_SET || event->type == EVENT_AREA_UNSET)
		return "401"; /* opening and closing by user */
	if (event->type == EVENT_AREA_SET_REFUSED)
		return "454"; /* failed to close */
	if (people_code(event))
		return "570"; /* zone or sensor bypass */
	return begins(event) || ends(event) ? condition_info(event->condition)->cid : NULL;
}
