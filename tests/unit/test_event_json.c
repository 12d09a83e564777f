/* SPDX-License-Identifier: Apache-2.0 */
/* event_json: the shape of the contract, nothing in it that is not known, and never more than LIMIT_PAYLOAD. */
#include "gateway/json_doc.h"
#include "tests/unit/journal_rig.h"

#include <check.h>
#include <errno.h>

static struct rig rig;
static struct json_doc *doc;
static char text[LIMIT_PAYLOAD];

static void begin(void)
{
	memset(&rig, 0, sizeof rig);
	rig_fill(&rig);
	doc = NULL;
}

static void end(void)
{
	json_doc_free(&doc);
}

static const struct json_node *parse(ssize_t length)
{
	char why[160] = "";

	ck_assert_int_gt(length, 0);
	ck_assert_uint_eq(strlen(text), (size_t)length);
	json_doc_free(&doc);
	ck_assert_msg(json_doc_parse(text, (size_t)length, sizeof text, &doc, why) == 0, "%s: %s", why, text);
	return json_doc_root(doc);
}

static const struct json_node *render(const struct event *event)
{
	return parse(event_json(&rig.context, event, text, sizeof text));
}

static const struct json_node *data_of(const struct event *event)
{
	return json_node_member(render(event), "data");
}

static bool has(const struct json_node *object, const char *key)
{
	return json_node_member(object, key) != NULL;
}

#define is(object, key, value) ck_assert_str_eq(json_node_text(object, key, "(missing)"), value)

START_TEST(a_raised_alarm_is_byte_for_byte_that_of_the_contract)
{
	struct event event = rig_alarm(184467, EVENT_ALARM_RAISED, 184467);

	render(&event);
	ck_assert_str_eq(
	        text,
	        "{\"specversion\":\"1.0\",\"id\":\"gw-1/674250a8/184467\",\"source\":\"picket/north-prison/gw-1\","
	        "\"type\":\"picket.alarm.raised\",\"subject\":\"sp3-inner\",\"time\":\"2026-11-23T21:03:04.512345Z\","
	        "\"datacontenttype\":\"application/json\",\"data\":{\"epoch\":\"674250a8\",\"seq\":184467,"
	        "\"boot\":\"6f2c1111-2222-4333-8444-555566667777\",\"sensor\":\"sp3-inner\",\"kind\":\"door\","
	        "\"area\":\"sally-3\",\"title\":\"Sally port 3, inner door\",\"condition\":\"door.forced\","
	        "\"occurrence\":\"gw-1/674250a8/184467\","
	        "\"state\":{\"active\":true,\"acked\":false,\"latched\":true,\"suppressed\":null,\"isa\":\"B\"},"
	        "\"priority\":1,\"quality\":\"good\",\"value\":1,\"point\":\"gate-io/di/0\",\"age_ms\":84,"
	        "\"err_ms\":52,\"count\":1,\"sia\":\"DF\",\"cid\":\"423\",\"guidance\":\"Look at camera 31.\","
	        "\"camera\":{\"id\":\"cam-31\",\"preset\":4},\"config\":\"sha256:"
	        "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc\"}}");
}
END_TEST

START_TEST(codes_follow_set_unset_and_restore)
{
	struct event event = rig_alarm(1, EVENT_ALARM_RAISED, 1);

	event.area_set = false;
	is(data_of(&event), "sia", "DJ");
	event = rig_alarm(2, EVENT_ALARM_CLEARED, 1);
	is(data_of(&event), "sia", "DR");
	is(data_of(&event), "cid", "423");
	event = rig_alarm(3, EVENT_ALARM_ACKED, 1);
	ck_assert(!has(data_of(&event), "sia"));
	ck_assert(!has(data_of(&event), "cid"));
}
END_TEST

START_TEST(a_sensor_change_has_no_fields_of_an_alarm)
{
	struct event event = rig_changed(7, SENSOR_OPEN);
	const struct json_node *data = data_of(&event);

	is(data, "sensor_state", "open");
	ck_assert(!has(data, "condition"));
	ck_assert(!has(data, "occurrence"));
	ck_assert(!has(data, "state"));
	ck_assert(!has(data, "sia"));
	ck_assert(!has(data, "guidance"));
	ck_assert(!has(data, "user"));
}
END_TEST

START_TEST(nothing_is_claimed_that_is_not_known)
{
	struct event event = rig_alarm(1, EVENT_ALARM_RAISED, 1);
	const struct json_node *data = data_of(&event);

	ck_assert(!has(data, "clock"));
	ck_assert(!has(data, "hash"));
	ck_assert(!has(data, "prev"));
	event.quality = QUALITY_UNKNOWN;
	event.fault = FAULT_TIMEOUT;
	data = data_of(&event);
	ck_assert(!has(data, "value"));
	is(data, "fault", "timeout");
}
END_TEST

START_TEST(a_number_is_told_in_its_unit)
{
	static const struct {
		enum site_type type;
		double raw, scale, offset;
		const char *value;
	} rows[] = {
	        {TYPE_U16, 125, 0.1, 0, "12.5"},
	        {TYPE_U32, 4294967295.0, 0, 0, "4294967295"},
	        {TYPE_I16, -400, 0.001, 4, "3.6"},
	        {TYPE_F32, (double)0.1F, 0, 0, "0.1"},
	        {TYPE_I32, -2147483648.0, 0, 0, "-2147483648"},
	        {TYPE_U16, 0, 0.1, 0, "0"},
	};
	struct event event = rig_alarm(1, EVENT_ALARM_RAISED, 1);
	struct site_point *point = &rig.points[event.point];
	char want[80];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		*point = (struct site_point){.name = point->name,
		                             .type = rows[i].type,
		                             .scale = rows[i].scale,
		                             .offset = rows[i].offset,
		                             .unit = "mV"};
		event.raw = rows[i].raw;
		is(data_of(&event), "unit", "mV");
		snprintf(want, sizeof want, "\"value\":%s,\"unit\":\"mV\",", rows[i].value);
		ck_assert_msg(strstr(text, want) != NULL, "%s not in %s", want, text);
	}
}
END_TEST

START_TEST(a_hit_of_a_fence_names_its_condition_without_a_state)
{
	struct event event = rig_changed(1, SENSOR_ACTIVE);

	event.subject = RIG_FENCE;
	event.condition = COND_FENCE_ACTIVITY;
	const struct json_node *data = data_of(&event);
	is(data, "condition", "fence.activity");
	is(data, "sia", "BS");
	ck_assert(!has(data, "state"));
}
END_TEST

START_TEST(a_condition_of_an_input_goes_by_its_own_name)
{
	struct event event = rig_alarm(1, EVENT_ALARM_RAISED, 1);

	event.subject = RIG_INPUT;
	event.condition = COND_INPUT_ACTIVE;
	is(data_of(&event), "condition", "hatch.open");
	ck_assert_int_gt(event_alarm_topic(&rig.context, &event, text, sizeof text), 0);
	ck_assert_str_eq(text, "alarm/hatch/hatch.open");
}
END_TEST

START_TEST(a_lost_device_is_an_alarm_of_the_device)
{
	struct event event = rig_alarm(9, EVENT_DEVICE_LOST, 9);

	event.subject_kind = SUBJECT_DEVICE;
	event.subject = 0;
	event.condition = COND_DEVICE_LOST;
	event.point = SITE_NONE;
	event.quality = QUALITY_BAD;
	event.state.active = true;
	const struct json_node *data = data_of(&event);
	is(data, "device", "gate-io");
	is(data, "sia", "ET");
	ck_assert(!has(data, "sensor"));
	ck_assert(!has(data, "point"));
	ck_assert_int_gt(event_alarm_topic(&rig.context, &event, text, sizeof text), 0);
	ck_assert_str_eq(text, "alarm/gate-io/device.lost");
}
END_TEST

START_TEST(the_gateways_own_event_has_no_subject)
{
	struct event event = {.seq = 1, .time = RIG_NOW, .type = EVENT_GATEWAY_STARTED, .condition = COND_NONE};

	event.point = SITE_NONE;
	const struct json_node *root = render(&event);
	is(root, "type", "picket.gateway.started");
	ck_assert(!has(root, "subject"));
	ck_assert(!has(json_node_member(root, "data"), "quality"));
	ck_assert_int_eq(event_alarm_topic(&rig.context, &event, text, sizeof text), -ENOENT);
	ck_assert_int_eq(event_sensor_topic(&rig.context, &event, text, sizeof text), -ENOENT);
	ck_assert_int_eq(event_area_topic(&rig.context, &event, text, sizeof text), -ENOENT);
}
END_TEST

START_TEST(a_retained_alarm_needs_no_history)
{
	struct event event = rig_alarm(12, EVENT_ALARM_ACKED, 10);

	snprintf(event.user, sizeof event.user, "op12");
	const struct json_node *root =
	        parse(event_alarm_json(&rig.context, &event, (struct wall){1000000}, text, sizeof text));
	is(root, "occurrence", "gw-1/674250a8/10");
	is(root, "raised", "1970-01-01T00:00:01.000000Z");
	is(root, "time", "2026-11-23T21:03:04.512345Z");
	is(root, "title", "Sally port 3, inner door");
	is(root, "kind", "door");
	is(root, "area", "sally-3");
	is(root, "guidance", "Look at camera 31.");
	is(root, "user", "op12");
	is(json_node_member(root, "state"), "isa", "C");
	is(json_node_member(root, "camera"), "id", "cam-31");
	ck_assert_int_eq(json_node_int(root, "count", -1), 1);
	ck_assert_int_eq(json_node_int(root, "seq", -1), 12);
}
END_TEST

START_TEST(an_alarm_that_is_over_has_an_empty_payload)
{
	struct event event = rig_alarm(12, EVENT_ALARM_RESET, 10);

	ck_assert_int_eq(event_alarm_json(&rig.context, &event, RIG_NOW, text, sizeof text), 0);
	ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(a_retained_sensor_tells_state_quality_and_place)
{
	struct event event = rig_changed(5, SENSOR_LOCKED);
	const struct json_node *root = parse(event_sensor_json(&rig.context, &event, text, sizeof text));

	is(root, "state", "locked");
	is(root, "quality", "good");
	ck_assert_uint_eq(json_node_count(json_node_member(root, "at")), 2);
	root = parse(event_sensor_unknown_json(&rig.context, RIG_DOOR, RIG_NOW, text, sizeof text));
	is(root, "state", "unknown");
	is(root, "quality", "unknown");
	ck_assert(!has(root, "seq"));
}
END_TEST

START_TEST(an_area_that_cannot_be_set_names_what_blocks)
{
	struct event event = {.seq = 5,
	                      .time = RIG_NOW,
	                      .type = EVENT_AREA_SET_REFUSED,
	                      .subject_kind = SUBJECT_AREA,
	                      .subject = RIG_AREA_NORTH,
	                      .condition = COND_NONE,
	                      .point = SITE_NONE,
	                      .reason = "fence-n07, hatch"};
	const struct json_node *root = parse(event_area_json(&rig.context, &event, text, sizeof text));

	is(root, "state", "unset");
	is(root, "blockers", "fence-n07, hatch");
	is(root, "layer", "outer");
	ck_assert(!json_node_bool(data_of(&event), "set", true));
}
END_TEST

START_TEST(times_at_the_edges)
{
	static const struct {
		int64_t us;
		const char *text;
	} rows[] = {{0, "1970-01-01T00:00:00.000000Z"},
	            {-1, "1970-01-01T00:00:00.000000Z"},
	            {INT64_C(951782400) * 1000000, "2000-02-29T00:00:00.000000Z"},
	            {INT64_C(951868799) * 1000000 + 999999, "2000-02-29T23:59:59.999999Z"},
	            {INT64_C(951868800) * 1000000, "2000-03-01T00:00:00.000000Z"},
	            {INT64_C(2147483648) * 1000000, "2038-01-19T03:14:08.000000Z"},
	            {INT64_C(4107542400) * 1000000, "2100-03-01T00:00:00.000000Z"},
	            {INT64_C(1735689599) * 1000000, "2024-12-31T23:59:59.000000Z"},
	            {INT64_MAX, "9999-12-31T23:59:59.999999Z"}};
	char time[28];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		event_time_text((struct wall){rows[i].us}, time);
		ck_assert_str_eq(time, rows[i].text);
	}
}
END_TEST

START_TEST(every_day_agrees_with_the_c_library)
{
	for (int64_t day = 0; day < 100000; day++) {
		time_t seconds = (time_t)(day * 86400 + 86399);
		struct tm tm;
		char expected[28], time[28];
		gmtime_r(&seconds, &tm);
		ck_assert_uint_gt(strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S.000000Z", &tm), 0);
		event_time_text((struct wall){(int64_t)seconds * 1000000}, time);
		ck_assert_str_eq(time, expected);
	}
}
END_TEST

static char *filled(char *buffer, size_t length, char with)
{
	memset(buffer, with, length);
	buffer[length] = '\0';
	return buffer;
}

/* Ids and names as long as they may be, and texts whose every byte is escaped as the longest sequence that can get in:
 * two bytes from the site file, six from a command. */
static void stretch(void)
{
	static char id[LIMIT_ID + 1], title[LIMIT_TITLE + 1], guidance[LIMIT_GUIDANCE + 1], point[LIMIT_ID + 7];

	filled(id, LIMIT_ID, 'i');
	filled(title, LIMIT_TITLE, '"');
	filled(guidance, LIMIT_GUIDANCE, '\n');
	filled(point, LIMIT_ID + 6, 'p');
	for (int i = 0; i < RIG_SENSORS; i++) {
		struct site_sensor *sensor = &rig.sensors[i];
		sensor->id = id;
		sensor->title = title;
		sensor->guidance = guidance;
		sensor->camera = id;
		sensor->preset = UINT32_MAX;
		sensor->condition_name = id;
	}
	rig.areas[0] = (struct site_area){.id = id, .title = title, .layer = title};
	rig.devices[0].id = id;
	rig.points[0].name = point;
	rig.site.site = rig.site.gateway = id;
	filled(rig.context.epoch, sizeof rig.context.epoch - 1, 'f');
	filled(rig.context.boot, sizeof rig.context.boot - 1, 'b');
}

static void add_words(struct event *event)
{
	filled(event->user, LIMIT_USER, '\001');
	filled(event->station, LIMIT_USER, '\001');
	filled(event->reason, LIMIT_REASON, '\001');
	filled(event->command, LIMIT_USER, '\001');
}

static struct event longest(enum event_type type)
{
	struct event event = rig_alarm(INT64_MAX, type, INT64_MAX);

	event.subject = RIG_INPUT;
	event.condition = COND_INPUT_ACTIVE;
	event.time.us = INT64_MAX;
	event.quality = QUALITY_UNCERTAIN;
	event.fault = FAULT_UNEXPECTED;
	event.age_ms = event.err_ms = event.count = event.state.count = UINT32_MAX;
	event.state.latched = true;
	event.initial = true;
	return event;
}

START_TEST(the_longest_strings_fit)
{
	stretch();
	for (int type = 0; type < EVENT_TYPE_COUNT; type++) {
		struct event event = longest((enum event_type)type);
		if (!event_raises(&event)) /* which no person does */
			add_words(&event);
		render(&event);
		if (event_alarm_topic(&rig.context, &event, text, sizeof text) > 0)
			parse(event_alarm_json(&rig.context, &event, event.time, text, sizeof text));
		if (event_sensor_topic(&rig.context, &event, text, sizeof text) > 0)
			parse(event_sensor_json(&rig.context, &event, text, sizeof text));
		event.subject_kind = SUBJECT_AREA;
		event.subject = 0;
		if (event_area_topic(&rig.context, &event, text, sizeof text) > 0)
			parse(event_area_json(&rig.context, &event, text, sizeof text));
	}
}
END_TEST

START_TEST(a_buffer_that_is_too_small_is_said_so)
{
	struct event event = rig_alarm(1, EVENT_ALARM_RAISED, 1);

	ssize_t length = event_json(&rig.context, &event, text, sizeof text);
	for (size_t size = 1; size <= (size_t)length; size += 7)
		ck_assert_int_eq(event_json(&rig.context, &event, text, size), -EMSGSIZE);
	ck_assert_int_eq(event_id(&rig.context, 1, text, 5), -EMSGSIZE);
	ck_assert_int_eq(event_alarm_topic(&rig.context, &event, text, 5), -EMSGSIZE);
}
END_TEST

START_TEST(topics_of_former_things_are_known)
{
	static const char *const here[] = {"alarm/sp3-inner/door.forced", "alarm/hatch/hatch.open", "area/north",
	                                   "alarm/gate-io/device.lost", "sensor/hatch"};
	static const char *const gone[] = {"alarm/sp3-outer/door.forced",
	                                   "alarm/sp3-inner/fence.intrusion",
	                                   "alarm/hatch/input.active",
	                                   "alarm/gate-io/door.forced",
	                                   "alarm/sp3-inner",
	                                   "alarm/",
	                                   "sensor/gate-io",
	                                   "area/sally-4",
	                                   "status",
	                                   "alarm/an-id-that-is-longer-than-any-id-may-be/tamper"};

	for (size_t i = 0; i < sizeof here / sizeof here[0]; i++)
		ck_assert_msg(event_topic_known(&rig.site, here[i]), "%s", here[i]);
	for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++)
		ck_assert_msg(!event_topic_known(&rig.site, gone[i]), "%s", gone[i]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("event_json");
	TCase *all = tcase_create("all");
	SRunner *runner = srunner_create(suite);

	tcase_add_checked_fixture(all, begin, end);
	tcase_add_test(all, a_raised_alarm_is_byte_for_byte_that_of_the_contract);
	tcase_add_test(all, codes_follow_set_unset_and_restore);
	tcase_add_test(all, a_sensor_change_has_no_fields_of_an_alarm);
	tcase_add_test(all, nothing_is_claimed_that_is_not_known);
	tcase_add_test(all, a_number_is_told_in_its_unit);
	tcase_add_test(all, a_hit_of_a_fence_names_its_condition_without_a_state);
	tcase_add_test(all, a_condition_of_an_input_goes_by_its_own_name);
	tcase_add_test(all, a_lost_device_is_an_alarm_of_the_device);
	tcase_add_test(all, the_gateways_own_event_has_no_subject);
	tcase_add_test(all, a_retained_alarm_needs_no_history);
	tcase_add_test(all, an_alarm_that_is_over_has_an_empty_payload);
	tcase_add_test(all, a_retained_sensor_tells_state_quality_and_place);
	tcase_add_test(all, an_area_that_cannot_be_set_names_what_blocks);
	tcase_add_test(all, times_at_the_edges);
	tcase_add_test(all, every_day_agrees_with_the_c_library);
	tcase_add_test(all, the_longest_strings_fit);
	tcase_add_test(all, a_buffer_that_is_too_small_is_said_so);
	tcase_add_test(all, topics_of_former_things_are_known);
	suite_add_tcase(suite, all);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
