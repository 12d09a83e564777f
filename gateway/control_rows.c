/* SPDX-License-Identifier: Apache-2.0 */
/* control_rows - one row of each page; see control_pages.h */
#include "gateway/control_pages.h"
#include "gateway/field.h"
#include "gateway/link_words.h"

#include <stdio.h>
#include <string.h>

/* Milliseconds since `at`; null when it never was. */
static void age_member(struct json *json, const struct control_view *view, struct mono at)
{
	if (at.us == 0)
		json_raw(json, "age_ms", "null");
	else
		json_int(json, "age_ms", mono_since_us(view->now, at) / 1000);
}

static void fault_members(struct json *json, const uint64_t faults[FAULT_COUNT])
{
	json_open_object(json, "faults");
	for (int fault = FAULT_NONE + 1; fault < FAULT_COUNT; fault++)
		json_uint(json, fault_name((enum fault)fault), faults[fault]);
	json_close(json);
}

/* --- links ------------------------------------------------------------------------------------------ */
static size_t link_count(const struct site *site)
{
	return site->link_count;
}

static void link_device_members(struct json *json, const struct control_source *source, size_t link)
{
	const struct site *site = source->view->context->site;
	size_t total = 0, lost = 0;

	for (uint32_t i = 0; i < site->device_count; i++) {
		if (site->devices[i].link != link)
			continue;
		total++;
		lost += poller_device_stats(source->view->poller, i)->lost;
	}
	json_uint(json, "devices", total);
	json_uint(json, "devices_lost", lost);
}

static bool link_row(struct json *json, const struct control_source *source, size_t index)
{
	static const char *const states[] = {[LINK_DOWN] = "down", [LINK_CONNECTING] = "connecting", [LINK_UP] = "up"};
	const struct site_link *link = &source->view->context->site->links[index];
	const struct link_stats *stats = poller_link_stats(source->view->poller, (uint32_t)index);

	json_text(json, "id", link->id);
	link_members(json, link, stats);
	json_text(json, "state", states[stats->condition]);
	link_device_members(json, source, index);
	json_uint(json, "exchanges", stats->exchanges);
	json_uint(json, "connects", stats->connects);
	json_uint(json, "disconnects", stats->disconnects);
	json_uint(json, "busy_pct", stats->busy_pct);
	json_uint(json, "dead_pct", stats->dead_pct);
	json_uint(json, "bytes_out", stats->bytes_out);
	json_uint(json, "bytes_in", stats->bytes_in);
	fault_members(json, stats->faults);
	return true;
}

/* --- devices ---------------------------------------------------------------------------------------- */
static size_t device_count(const struct site *site)
{
	return site->device_count;
}

/* By exception code, only those that came; "0" is any code above 15. */
static void exception_members(struct json *json, const uint64_t exceptions[16])
{
	json_open_object(json, "exceptions");
	for (unsigned code = 0; code < 16; code++) {
		char key[12];
		snprintf(key, sizeof key, "%u", code);
		if (exceptions[code])
			json_uint(json, key, exceptions[code]);
	}
	json_close(json);
}

static void identity_members(struct json *json, const struct control_source *source, uint32_t device)
{
	struct identity_view view;

	if (!source->view->field)
		return;
	identity_view(field_identity(source->view->field), device, &view);
	json_text(json, "identity", identity_state_name(view.state));
	json_text(json, "said", view.said[0] ? view.said : NULL);
	json_uint(json, "identity_changes", view.changes);
	json_uint(json, "rtt_shifts", view.rtt_shifts);
}

static bool device_row(struct json *json, const struct control_source *source, size_t index)
{
	const struct site *site = source->view->context->site;
	const struct site_device *device = &site->devices[index];
	const struct device_stats *stats = poller_device_stats(source->view->poller, (uint32_t)index);

	json_text(json, "id", device->id);
	json_text(json, "link", site->links[device->link].id);
	json_uint(json, "unit", device->unit);
	json_text(json, "profile", device->profile);
	json_text(json, "state", stats->lost ? "lost" : stats->heard ? "ok" : "unheard");
	json_uint(json, "reach", stats->reach);
	age_member(json, source->view, stats->heard ? stats->last_good : (struct mono){0});
	json_uint(json, "scan_ms", device->scan_ms);
	json_uint(json, "points", device->point_count);
	json_uint(json, "rtt_p50_us", stats->rtt_p50_us);
	json_uint(json, "rtt_p99_us", stats->rtt_p99_us);
	json_uint(json, "good", stats->good);
	json_uint(json, "missed_deadlines", stats->missed_deadlines);
	fault_members(json, stats->faults);
	exception_members(json, stats->exceptions);
	identity_members(json, source, (uint32_t)index);
	return true;
}

/* --- sensors and alarms ----------------------------------------------------------------------------- */
static size_t sensor_count(const struct site *site)
{
	return site->sensor_count;
}

static void state_members(struct json *json, const struct alarm_state *state)
{
	char isa[2] = {alarm_state_isa(state), '\0'};

	json_uint(json, "priority", state->priority);
	json_text(json, "isa", isa);
	json_text(json, "suppressed", alarm_mask_name((enum alarm_mask)state->mask));
	json_bool(json, "active", state->active);
	json_bool(json, "acked", state->acked);
	json_bool(json, "latched", state->latched);
}

static void sensor_alarm_members(struct json *json, const struct control_source *source, uint32_t sensor)
{
	const struct site *site = source->view->context->site;
	const enum condition_id *ids;
	size_t count = condition_of_kind(site->sensors[sensor].kind, &ids);

	json_open_array(json, "alarms");
	for (size_t slot = 0; slot < count; slot++) {
		const struct alarm_state *state = engine_alarm(source->view->engine, SUBJECT_SENSOR, sensor, ids[slot]);
		if (!state || !alarm_state_retain(state))
			continue;
		json_open_object(json, NULL);
		json_text(json, "condition", site_condition_name(site, sensor, ids[slot]));
		state_members(json, state);
		json_close(json);
	}
	json_close(json);
}

static bool sensor_row(struct json *json, const struct control_source *source, size_t index)
{
	const struct site *site = source->view->context->site;
	const struct site_sensor *sensor = &site->sensors[index];
	struct sensor_view seen;

	engine_sensor(source->view->engine, (uint32_t)index, &seen);
	json_text(json, "id", sensor->id);
	json_text(json, "kind", sensor_kind_name(sensor->kind));
	json_text(json, "area", site->areas[sensor->area].id);
	json_text(json, "title", sensor->title);
	json_text(json, "state", sensor_state_name(seen.state));
	json_text(json, "quality", quality_name(seen.quality));
	age_member(json, source->view, seen.at);
	sensor_alarm_members(json, source, (uint32_t)index);
	return true;
}

/* Every condition of every sensor, then of every device, then of every rule. */
static size_t alarm_count(const struct site *site)
{
	return site->sensor_count * CONDITION_SLOTS + site->device_count * CONDITION_DEVICE_SLOTS + site->rule_count;
}

static void target_members(struct json *json, const char *subject, const char *condition)
{
	char target[2 * LIMIT_ID + 64];

	snprintf(target, sizeof target, "%s/%s", subject, condition);
	json_text(json, "target", target);
	json_text(json, "condition", condition);
}

static void occurrence_members(struct json *json, const struct control_source *source, const struct alarm_state *state)
{
	char id[LIMIT_ID + 64];

	state_members(json, state);
	json_uint(json, "count", state->count);
	json_uint(json, "seq", state->occurrence);
	bool known = state->occurrence && event_id(source->view->context, state->occurrence, id, sizeof id) > 0;
	json_text(json, "occurrence", known ? id : NULL);
}

static void camera_members(struct json *json, const struct site_sensor *sensor)
{
	json_open_object(json, "camera");
	json_text(json, "id", sensor->camera);
	json_uint(json, "preset", sensor->preset);
	json_close(json);
}

static bool sensor_alarm_row(struct json *json, const struct control_source *source, uint32_t index, size_t slot)
{
	const struct site *site = source->view->context->site;
	const struct site_sensor *sensor = &site->sensors[index];
	const enum condition_id *ids;

	if (slot >= condition_of_kind(sensor->kind, &ids))
		return false;
	const struct alarm_state *state = engine_alarm(source->view->engine, SUBJECT_SENSOR, index, ids[slot]);
	if (!state || !alarm_state_retain(state))
		return false;
	target_members(json, sensor->id, site_condition_name(site, index, ids[slot]));
	json_text(json, "sensor", sensor->id);
	json_text(json, "kind", sensor_kind_name(sensor->kind));
	json_text(json, "area", site->areas[sensor->area].id);
	json_text(json, "title", sensor->title);
	occurrence_members(json, source, state);
	json_text(json, "guidance", sensor->guidance);
	if (sensor->camera)
		camera_members(json, sensor);
	return true;
}

static bool device_alarm_row(struct json *json, const struct control_source *source, size_t row)
{
	const enum condition_id *ids;
	size_t slots = condition_of_device(&ids), index = row / slots;
	const struct site_device *device = &source->view->context->site->devices[index];
	enum condition_id id = ids[row % slots];
	const struct alarm_state *state = engine_alarm(source->view->engine, SUBJECT_DEVICE, (uint32_t)index, id);

	if (!state || !alarm_state_retain(state))
		return false;
	target_members(json, device->id, condition_info(id)->name);
	json_text(json, "device", device->id);
	json_text(json, "kind", "device");
	json_text(json, "title", device->id);
	occurrence_members(json, source, state);
	return true;
}

static bool rule_alarm_row(struct json *json, const struct control_source *source, uint32_t index)
{
	const struct site_rule *rule = &source->view->context->site->rules[index];
	enum condition_id id = site_rule_condition(rule);
	const struct alarm_state *state = engine_alarm(source->view->engine, SUBJECT_RULE, index, id);

	if (!state || !alarm_state_retain(state))
		return false;
	target_members(json, rule->id, condition_info(id)->name);
	json_text(json, "rule", rule->id);
	json_text(json, "kind", "rule");
	json_text(json, "title", rule->title);
	occurrence_members(json, source, state);
	return true;
}

static bool alarm_row(struct json *json, const struct control_source *source, size_t index)
{
	size_t of_sensors = source->view->context->site->sensor_count * CONDITION_SLOTS;

	if (index < of_sensors)
		return sensor_alarm_row(json, source, (uint32_t)(index / CONDITION_SLOTS), index % CONDITION_SLOTS);
	size_t devices = source->view->context->site->device_count * CONDITION_DEVICE_SLOTS;
	if (index < of_sensors + devices)
		return device_alarm_row(json, source, index - of_sensors);
	return rule_alarm_row(json, source, (uint32_t)(index - of_sensors - devices));
}

/* --- areas ------------------------------------------------------------------------------------------ */
static size_t area_count(const struct site *site)
{
	return site->area_count;
}

static bool area_row(struct json *json, const struct control_source *source, size_t index)
{
	const struct site_area *area = &source->view->context->site->areas[index];
	char blockers[LIMIT_REASON + 1] = "";

	engine_area_blockers(source->view->engine, (uint32_t)index, blockers);
	json_text(json, "id", area->id);
	json_text(json, "title", area->title);
	json_text(json, "layer", area->layer);
	json_bool(json, "set", engine_area_set(source->view->engine, (uint32_t)index));
	json_bool(json, "ready", blockers[0] == '\0');
	json_text(json, "blockers", blockers[0] ? blockers : NULL);
	return true;
}

/* --- outputs ---------------------------------------------------------------------------------------- */
static size_t output_count(const struct site *site)
{
	return site->output_count;
}

static bool output_row(struct json *json, const struct control_source *source, size_t index)
{
	const struct site *site = source->view->context->site;
	const struct site_output *output = &site->outputs[index];
	const struct site_point *point = &site->points[output->point];
	char name[3 * LIMIT_ID];
	struct output_view seen;

	if (!source->view->outputs)
		return false;
	outputs_view(source->view->outputs, (uint32_t)index, &seen);
	snprintf(name, sizeof name, "%s/%s", site->devices[point->device].id, point->name);
	json_text(json, "id", output->id);
	json_text(json, "point", name);
	json_text(json, "wanted", seen.on ? "on" : "off");
	json_text(json, "found", !seen.known ? NULL : seen.is ? "on" : "off");
	json_text(json, "state", seen.failed ? "failed" : seen.settled ? "ok" : "pending");
	if (seen.on && seen.until.us != INT64_MAX)
		json_int(json, "left_ms", mono_since_us(seen.until, source->view->now) / 1000);
	json_uint(json, "pulse_ms", output->pulse_ms);
	json_uint(json, "writes", seen.writes);
	json_uint(json, "failures", seen.failures);
	return true;
}

const struct control_rows control_rows[PAGE_COUNT] = {
        [PAGE_LINKS] = {.count = link_count, .row = link_row},
        [PAGE_DEVICES] = {.count = device_count, .row = device_row},
        [PAGE_SENSORS] = {.count = sensor_count, .row = sensor_row},
        [PAGE_ALARMS] = {.count = alarm_count, .row = alarm_row},
        [PAGE_AREAS] = {.count = area_count, .row = area_row},
        [PAGE_OUTPUTS] = {.count = output_count, .row = output_row},
};
