/* SPDX-License-Identifier: Apache-2.0 */
/* test_site_load - what a site file becomes */
#include "tests/unit/site_text.h"

#include "config/limits.h"

#include <limits.h>

/* --- the model ----------------------------------------------------------------------------------- */

START_TEST(names_and_defaults_of_the_first_level)
{
	load_text(MINIMAL);
	ck_assert_str_eq(site->site, "yard");
	ck_assert_str_eq(site->gateway, "gw-1");
	ck_assert_str_eq(site->title, "yard");
	ck_assert_str_eq(site->journal_dir, "/var/lib/picket");
	ck_assert_uint_eq(site->keep_days, 90);
	ck_assert_ptr_null(site->control_socket);
	ck_assert_uint_eq(site->broker.keepalive_s, 5);
	ck_assert_uint_eq(site->broker.allow,
	                  1u << VERB_ACK | 1u << VERB_RESET | 1u << VERB_SHELVE | 1u << VERB_UNSHELVE);
	ck_assert_uint_eq(site->file_count, 2);
	ck_assert_str_eq(site->files[0], "site.yaml");
}
END_TEST

START_TEST(broker_keeps_order_and_gets_ports)
{
	load_text("picket: 1\nsite: yard\ngateway: gw-1\n"
	          "broker: {urls: [\"mqtts://mq-a.control\", \"mqtt://[::1]:1884\"], ca_file: ca.pem, cert_file: "
	          "/etc/c.pem,\n"
	          "  key_file: k.pem, keepalive_s: 9, allow: [set]}\n" LINKS DEVICES AREAS SENSORS);
	ck_assert_uint_eq(site->broker.url_count, 2);
	ck_assert_str_eq(site->broker.urls[0], "mqtts://mq-a.control:8883");
	ck_assert_str_eq(site->broker.urls[1], "mqtt://[::1]:1884");
	ck_assert_str_eq(site->broker.ca_file, "ca.pem");
	ck_assert_str_eq(site->broker.cert_file, "/etc/c.pem");
	ck_assert_str_eq(site->broker.key_file, "k.pem");
	ck_assert_uint_eq(site->broker.keepalive_s, 9);
	ck_assert_uint_eq(site->broker.allow, 1u << VERB_SET);
}
END_TEST

START_TEST(relative_paths_are_below_the_site_file)
{
	write_text("site.yaml", MINIMAL "journal: {dir: store, keep_days: 7}\ncontrol: {socket: run/sock}\n");
	char path[PATH_MAX], wanted[PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/site.yaml", folder);
	load_file(path);
	snprintf(wanted, sizeof(wanted), "%s/store", folder);
	ck_assert_str_eq(site->journal_dir, wanted);
	snprintf(wanted, sizeof(wanted), "%s/run/sock", folder);
	ck_assert_str_eq(site->control_socket, wanted);
	ck_assert_uint_eq(site->keep_days, 7);
}
END_TEST

START_TEST(links_of_both_kinds)
{
	load_text(HEAD "links:\n"
	               "  a: {url: \"tcp://10.20.1.11\"}\n"
	               "  b: {url: \"tcp://[2001:db8::1]:1502\", timeout_ms: 90}\n"
	               "  c: {url: \"rtu:/dev/ttyS0\"}\n"
	               "  net: {url: \"rtu:/dev/ttyS1?baud=9600&parity=none\"}\n" DEVICES AREAS SENSORS);
	ck_assert_uint_eq(site->link_count, 4);
	const struct site_link *links = site->links;

	ck_assert_int_eq(links[0].endpoints[0].transport, TRANSPORT_TCP);
	ck_assert_str_eq(links[0].endpoints[0].host, "10.20.1.11");
	ck_assert_uint_eq(links[0].endpoints[0].port, 502);
	ck_assert_uint_eq(links[0].timeout_ms, 200);
	ck_assert_uint_eq(links[0].place.line, 6);
	ck_assert_uint_eq(links[0].place.column, 3);
	ck_assert_str_eq(links[1].endpoints[0].host, "2001:db8::1");
	ck_assert_uint_eq(links[1].endpoints[0].port, 1502);
	ck_assert_uint_eq(links[1].timeout_ms, 90);
	ck_assert_int_eq(links[2].endpoints[0].transport, TRANSPORT_RTU);
	ck_assert_str_eq(links[2].endpoints[0].path, "/dev/ttyS0");
	ck_assert_uint_eq(links[2].endpoints[0].baud, 19200);
	ck_assert_int_eq(links[2].endpoints[0].parity, 'E');
	ck_assert_uint_eq(links[2].endpoints[0].stop_bits, 1);
	ck_assert_uint_eq(links[2].timeout_ms, 60);
	ck_assert_uint_eq(links[3].endpoints[0].baud, 9600);
	ck_assert_int_eq(links[3].endpoints[0].parity, 'N');
	ck_assert_uint_eq(links[3].endpoints[0].stop_bits, 2);
}
END_TEST

START_TEST(device_takes_limits_from_its_profile)
{
	load_text(MINIMAL);
	const struct site_device *device = &site->devices[0];

	ck_assert_str_eq(device->id, "io");
	ck_assert_str_eq(device->profile, "generic-di16");
	ck_assert_uint_eq(device->unit, 1);
	ck_assert_uint_eq(device->scan_ms, 100);
	ck_assert_uint_eq(device->max_bits, 16);
	ck_assert_uint_eq(device->max_words, LIMIT_READ_WORDS);
	ck_assert_uint_eq(device->point_count, 16);
	ck_assert_str_eq(site->points[15].name, "di/15");
	ck_assert_uint_eq(site->points[15].address, 15);
	ck_assert_int_eq(site->points[15].table, TABLE_DISCRETE);
	ck_assert(site->points[0].used);
	ck_assert(!site->points[1].used);
}
END_TEST

START_TEST(points_of_registers_run_on_into_the_next)
{
	load_text(HEAD LINKS "devices:\n  io: {link: net, unit: 1, base: 1, max_gap: 3, points: {\n"
	                     "    di: {table: input, address: 11, bit: 14, count: 4},\n"
	                     "    lid: {table: holding, address: 3, base: 0, bit: 5},\n"
	                     "    out: {table: coil, address: 1, count: 1}}}\n" AREAS SENSORS);
	const struct site_point *points = site->points;

	ck_assert_uint_eq(site->point_count, 6);
	ck_assert_uint_eq(points[1].address, 10);
	ck_assert_uint_eq(points[1].bit, 15);
	ck_assert_uint_eq(points[2].address, 11);
	ck_assert_uint_eq(points[2].bit, 0);
	ck_assert_str_eq(points[4].name, "lid");
	ck_assert_uint_eq(points[4].address, 3);
	ck_assert_uint_eq(points[4].bit, 5);
	ck_assert_str_eq(points[5].name, "out/0");
	ck_assert_uint_eq(points[5].address, 0);
	ck_assert_uint_eq(site->devices[0].max_gap, 3);
}
END_TEST

START_TEST(second_device_has_its_own_points)
{
	load_text(HEAD LINKS
	          "devices:\n"
	          "  io: {link: net, unit: 1, profile: generic-di16, points: {lid: {table: coil, address: 0}}}\n"
	          "  two: {link: net, unit: 2, profile: generic-di16}\n" AREAS
	          "sensors: {door: {kind: door, area: north, contact: two/di/3, tamper: io/lid}}\n");
	ck_assert_uint_eq(site->devices[1].point_first, 17);
	const struct site_sensor *door = &site->sensors[0];

	ck_assert_uint_eq(door->inputs[ROLE_CONTACT].point, 20);
	ck_assert_uint_eq(site->points[20].device, 1);
	ck_assert_uint_eq(door->inputs[ROLE_TAMPER].point, 16);
}
END_TEST

START_TEST(areas_start_set_unless_told)
{
	load_text(HEAD LINKS DEVICES "areas: {north: {title: North, layer: outer}, east: {start: unset}}\n" SENSORS);
	ck_assert(!site->areas[0].start_unset);
	ck_assert_str_eq(site->areas[0].layer, "outer");
	ck_assert(site->areas[1].start_unset);
	ck_assert_str_eq(site->areas[1].title, "east");
	ck_assert_ptr_null(site->areas[1].layer);
}
END_TEST

START_TEST(not_inverts)
{
	load_text(SENSOR("kind: power, input: not io/di/11, tamper: \"not  io/di/2\""));
	ck_assert_uint_eq(site->sensors[0].inputs[ROLE_INPUT].point, 11);
	ck_assert(site->sensors[0].inputs[ROLE_INPUT].invert);
	ck_assert_uint_eq(site->sensors[0].inputs[ROLE_TAMPER].point, 2);
	ck_assert(site->sensors[0].inputs[ROLE_TAMPER].invert);
	ck_assert_uint_eq(site->sensors[0].inputs[ROLE_CONTACT].point, SITE_NONE);
}
END_TEST

START_TEST(door_defaults)
{
	load_text(SENSOR("kind: door, contact: io/di/0"));
	const struct site_sensor *door = &site->sensors[0];

	ck_assert_uint_eq(door->timing.held_ms, 20000);
	ck_assert_uint_eq(door->timing.pre_alarm_ms, 5000);
	ck_assert_uint_eq(door->timing.bolt_ms, 5000);
	ck_assert_uint_eq(door->timing.release_ms, 5000);
	ck_assert_uint_eq(door->timing.window_ms, 0);
	ck_assert_str_eq(door->title, "it");
	ck_assert_ptr_null(door->guidance);
	ck_assert_ptr_null(door->camera);
	ck_assert(door->at_x < 0 && door->at_y < 0);
}
END_TEST

START_TEST(door_with_everything)
{
	load_text(SENSOR("kind: door, contact: io/di/0, bolt: io/di/1, held_s: 2.5, pre_alarm_s: 0.25, bolt_s: 1, "
	                 "title: \"A, b\",\n"
	                 "  guidance: Look, camera: {id: cam-31, preset: 4}, at: [61.2, 88]"));
	const struct site_sensor *door = &site->sensors[0];

	ck_assert_uint_eq(door->timing.held_ms, 2500);
	ck_assert_uint_eq(door->timing.pre_alarm_ms, 250);
	ck_assert_uint_eq(door->timing.bolt_ms, 1000);
	ck_assert_str_eq(door->title, "A, b");
	ck_assert_str_eq(door->guidance, "Look");
	ck_assert_str_eq(door->camera, "cam-31");
	ck_assert_uint_eq(door->preset, 4);
	ck_assert_float_eq_tol(door->at_x, 61.2f, 0.001f);
	ck_assert_float_eq_tol(door->at_y, 88.0f, 0.001f);
}
END_TEST

START_TEST(short_held_has_no_room_for_a_warning)
{
	load_text(SENSOR("kind: door, contact: io/di/0, held_s: 5"));
	ck_assert_uint_eq(site->sensors[0].timing.pre_alarm_ms, 0);
}
END_TEST

START_TEST(fence_and_camera_defaults)
{
	load_text(HEAD LINKS DEVICES AREAS "sensors:\n  f: {kind: fence, area: north, hit: io/di/0}\n"
	                                   "  c: {kind: camera, area: north, trigger: io/di/1}\n"
	                                   "  p: {kind: power, area: north, input: io/di/2}\n");
	const struct site_timing *fence = &site->sensors[0].timing, *camera = &site->sensors[1].timing;

	ck_assert_uint_eq(fence->count, 2);
	ck_assert_uint_eq(fence->window_ms, 20000);
	ck_assert_uint_eq(fence->dead_ms, 1000);
	ck_assert_uint_eq(fence->hold_ms, 5000);
	ck_assert_uint_eq(camera->hold_ms, 5000);
	ck_assert_uint_eq(camera->retrigger_ms, 2000);
	ck_assert_uint_eq(camera->stuck_ms, 300000);
	ck_assert_uint_eq(site->sensors[2].timing.on_delay_ms, 0);
}
END_TEST

START_TEST(conditions_start_from_the_vocabulary)
{
	load_text(SENSOR("kind: door, contact: io/di/0"));
	const enum condition_id *ids;
	size_t count = condition_of_kind(KIND_DOOR, &ids);

	ck_assert_uint_eq(count, CONDITION_SLOTS);
	for (size_t slot = 0; slot < count; slot++) {
		const struct condition_info *info = condition_info(ids[slot]);
		const struct site_condition *condition = &site->sensors[0].conditions[slot];

		ck_assert_uint_eq(condition->priority_set, info->priority_set);
		ck_assert_uint_eq(condition->priority_unset, info->priority_unset);
		ck_assert_int_eq(condition->latched, info->latched);
	}
}
END_TEST

START_TEST(conditions_can_be_overridden)
{
	load_text(SENSOR(
	        "kind: door, contact: io/di/0, priority: 4, conditions: {door.held: {priority: 0, latched: true},\n"
	        "  door.not_locked: {priority: 1, priority_unset: 5}, tamper: {latched: false}}"));
	const struct site_condition *slots = site->sensors[0].conditions;

	ck_assert_uint_eq(slots[0].priority_set, 4);
	ck_assert_uint_eq(slots[0].priority_unset, 4);
	ck_assert_uint_eq(slots[1].priority_set, 0);
	ck_assert_uint_eq(slots[1].priority_unset, 0);
	ck_assert(slots[1].latched);
	ck_assert_uint_eq(slots[3].priority_set, 1);
	ck_assert_uint_eq(slots[3].priority_unset, 5);
	ck_assert(!slots[4].latched);
	ck_assert_uint_eq(slots[4].priority_set, condition_info(COND_TAMPER)->priority_set);
}
END_TEST

START_TEST(input_names_its_condition)
{
	load_text(SENSOR("kind: input, conditions: {gas.leak: {priority: 1}}, input: io/di/0, condition: gas.leak"));
	ck_assert_str_eq(site_condition_name(site, 0, COND_INPUT_ACTIVE), "gas.leak");
	ck_assert_str_eq(site_condition_name(site, 0, COND_TAMPER), "tamper");
	ck_assert_uint_eq(site->sensors[0].conditions[0].priority_set, 1);
}
END_TEST

START_TEST(ids_are_found)
{
	load_text(HEAD LINKS DEVICES "areas: {z: {}, a: {}, m: {}}\nsensors:\n"
	                             "  d9: {kind: door, area: z, contact: io/di/0}\n"
	                             "  d1: {kind: door, area: a, contact: io/di/1}\n");
	ck_assert_uint_eq(site_area_by_id(site, "m"), 2);
	ck_assert_uint_eq(site_area_by_id(site, "z"), 0);
	ck_assert_uint_eq(site_area_by_id(site, "n"), SITE_NONE);
	ck_assert_uint_eq(site_sensor_by_id(site, "d1"), 1);
	ck_assert_uint_eq(site_device_by_id(site, "io"), 0);
	ck_assert_uint_eq(site->sensors[1].area, 1);
}
END_TEST

START_TEST(included_files_add_up_and_are_hashed)
{
	ck_assert_int_eq(mkdir("parts", 0700), 0);
	write_text("parts/a.yaml", "include: [b.yaml]\n" DEVICES);
	write_text("parts/b.yaml", AREAS);
	load_text(HEAD "include: [parts/a.yaml]\n" LINKS SENSORS);
	ck_assert_uint_eq(site->file_count, 4);
	ck_assert_str_eq(site->files[1], "parts/a.yaml");
	ck_assert_str_eq(site->files[2], "parts/b.yaml");
	ck_assert_uint_eq(site->areas[0].place.file, 2);
	char before[65];

	memcpy(before, site->hash, sizeof(before));
	ck_assert_uint_eq(strlen(before), 64);
	site_free(&site);
	write_text("parts/b.yaml", AREAS "# changed\n");
	load_file("site.yaml");
	ck_assert_str_ne(before, site->hash);
}
END_TEST

START_TEST(hash_is_sha256_of_the_files)
{
	ck_assert_int_eq(mkdir("profiles", 0700), 0);
	write_text("profiles/mine.yaml",
	           "profile: 1\ntitle: Mine\npoints: {di: {table: coil, address: 0, count: 2}}\n");
	load_text(HEAD LINKS "devices: {io: {link: net, unit: 1, profile: mine}}\n" AREAS SENSORS);
	FILE *pipe = popen("cat site.yaml profiles/mine.yaml | sha256sum", "r");
	char sum[65] = "";

	ck_assert_ptr_nonnull(pipe);
	ck_assert_ptr_nonnull(fgets(sum, sizeof(sum), pipe));
	pclose(pipe);
	ck_assert_str_eq(site->hash, sum);
}
END_TEST

START_TEST(profile_beside_the_site_file_wins)
{
	ck_assert_int_eq(mkdir("profiles", 0700), 0);
	write_text(
	        "profiles/generic-di16.yaml",
	        "profile: 1\ntitle: Ours\nbase: 1\nmax_words: 7\npoints: {di: {table: coil, address: 1, count: 2}}\n");
	load_text(MINIMAL);
	ck_assert_uint_eq(site->point_count, 2);
	ck_assert_int_eq(site->points[0].table, TABLE_COIL);
	ck_assert_uint_eq(site->points[0].address, 0);
	ck_assert_uint_eq(site->devices[0].max_words, 7);
}
END_TEST

START_TEST(byte_order_mark_and_crlf_are_welcome)
{
	load_text("\xef\xbb\xbf" HEAD "links: {net: {url: \"tcp://127.0.0.1:15020\"}}\r\n" DEVICES AREAS SENSORS);
	ck_assert_str_eq(site->gateway, "gw-1");
}
END_TEST

START_TEST(free_takes_anything)
{
	struct site *none = NULL;
	struct site_errors empty = {0};

	site_free(NULL);
	site_free(&none);
	site_errors_free(NULL);
	site_errors_free(&empty);
}
END_TEST

int main(void)
{
	const TTest *const model[] = {names_and_defaults_of_the_first_level,
	                              broker_keeps_order_and_gets_ports,
	                              relative_paths_are_below_the_site_file,
	                              links_of_both_kinds,
	                              device_takes_limits_from_its_profile,
	                              points_of_registers_run_on_into_the_next,
	                              second_device_has_its_own_points,
	                              areas_start_set_unless_told,
	                              not_inverts,
	                              door_defaults,
	                              door_with_everything,
	                              short_held_has_no_room_for_a_warning,
	                              fence_and_camera_defaults,
	                              conditions_start_from_the_vocabulary,
	                              conditions_can_be_overridden,
	                              input_names_its_condition,
	                              ids_are_found,
	                              included_files_add_up_and_are_hashed,
	                              hash_is_sha256_of_the_files,
	                              profile_beside_the_site_file_wins,
	                              byte_order_mark_and_crlf_are_welcome,
	                              free_takes_anything,
	                              NULL};
	Suite *suite = suite_create("site_load");

	add_case(suite, "model", model);
	return run_suite(suite);
}
