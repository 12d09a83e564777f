/* SPDX-License-Identifier: Apache-2.0 */
/* test_site_load - the site file: what it becomes, and every way it can be wrong (tests/broken/) */
#include "config/site_load.h"

#include "config/limits.h"
#include "config/site_tables.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SOURCE PICKET_SOURCE_DIR

static struct site *site;
static struct site_errors errors;
static char folder[] = "/tmp/picket-site-XXXXXX";

static void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	setenv("PICKET_PROFILES", SOURCE "/config/profiles", 1);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status, (void)type, (void)walk;
	return remove(path);
}

static void teardown(void)
{
	site_free(&site);
	site_errors_free(&errors);
	ck_assert_int_eq(chdir("/"), 0);
	nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* --- help ---------------------------------------------------------------------------------------- */

static void write_bytes(const char *name, const char *bytes, size_t size)
{
	FILE *file = fopen(name, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
	ck_assert_int_eq(fclose(file), 0);
}

static void write_text(const char *name, const char *text)
{
	write_bytes(name, text, strlen(text));
}

static void load_file(const char *name)
{
	int error = site_load(name, &site, &errors);

	for (size_t i = 0; i < errors.count; i++)
		printf("%s:%u:%u: %s\n", errors.rows[i].file, errors.rows[i].line, errors.rows[i].column,
		       errors.rows[i].text);
	ck_assert_int_eq(error, 0);
	ck_assert_uint_eq(errors.count, 0);
	ck_assert_ptr_nonnull(site);
}

static void load_text(const char *text)
{
	write_text("site.yaml", text);
	load_file("site.yaml");
}

static void refuse_file(const char *name, uint32_t line, uint32_t column, const char *text)
{
	ck_assert_int_eq(site_load(name, &site, &errors), -EINVAL);
	ck_assert_ptr_null(site);
	ck_assert_uint_ge(errors.count, 1);
	ck_assert_str_eq(errors.rows[0].text, text);
	ck_assert_uint_eq(errors.rows[0].line, line);
	ck_assert_uint_eq(errors.rows[0].column, column);
}

#define HEAD         "picket: 1\nsite: yard\ngateway: gw-1\nbroker: {urls: [\"mqtt://127.0.0.1\"]}\n"
#define LINKS        "links: {net: {url: \"tcp://127.0.0.1:15020\"}}\n"
#define DEVICES      "devices: {io: {link: net, unit: 1, profile: generic-di16}}\n"
#define AREAS        "areas: {north: {}}\n"
#define SENSORS      "sensors: {door: {kind: door, area: north, contact: io/di/0}}\n"
#define MINIMAL      HEAD LINKS DEVICES AREAS SENSORS
#define SENSOR(text) HEAD LINKS DEVICES AREAS "sensors:\n  it: {area: north, " text "}\n"

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
	ck_assert_uint_eq(site->broker.allow, 1u << VERB_ACK | 1u << VERB_RESET);
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

	ck_assert_int_eq(links[0].transport, TRANSPORT_TCP);
	ck_assert_str_eq(links[0].host, "10.20.1.11");
	ck_assert_uint_eq(links[0].port, 502);
	ck_assert_uint_eq(links[0].timeout_ms, 200);
	ck_assert_uint_eq(links[0].place.line, 6);
	ck_assert_uint_eq(links[0].place.column, 3);
	ck_assert_str_eq(links[1].host, "2001:db8::1");
	ck_assert_uint_eq(links[1].port, 1502);
	ck_assert_uint_eq(links[1].timeout_ms, 90);
	ck_assert_int_eq(links[2].transport, TRANSPORT_RTU);
	ck_assert_str_eq(links[2].path, "/dev/ttyS0");
	ck_assert_uint_eq(links[2].baud, 19200);
	ck_assert_int_eq(links[2].parity, 'E');
	ck_assert_uint_eq(links[2].stop_bits, 1);
	ck_assert_uint_eq(links[2].timeout_ms, 60);
	ck_assert_uint_eq(links[3].baud, 9600);
	ck_assert_int_eq(links[3].parity, 'N');
	ck_assert_uint_eq(links[3].stop_bits, 2);
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

/* --- broken files -------------------------------------------------------------------------------- */

static char *broken_names[128];
static int broken_count;

static int compare_names(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static void list_broken(void)
{
	DIR *listing = opendir(SOURCE "/tests/broken");

	for (const struct dirent *entry = listing ? readdir(listing) : NULL; entry; entry = readdir(listing)) {
		const char *dot = strrchr(entry->d_name, '.');

		if (dot && strcmp(dot, ".yaml") == 0 && broken_count < 128)
			broken_names[broken_count++] = strndup(entry->d_name, (size_t)(dot - entry->d_name));
	}
	if (listing)
		closedir(listing);
	qsort(broken_names, (size_t)broken_count, sizeof(broken_names[0]), compare_names);
}

/* "line:column: text" of the file itself, "file:line:column: text" of another. */
static void print_row(const char *name, const struct site_error *row, char *line, size_t size)
{
	bool same = strcmp(name, row->file) == 0;

	snprintf(line, size, "%s%s%u:%u: %s\n", same ? "" : row->file, same ? "" : ":", row->line, row->column,
	         row->text);
}

START_TEST(broken_file_gives_the_expected_errors)
{
	char yaml[300], expected[300], wanted[1024], got[1024];

	ck_assert_int_eq(chdir(SOURCE "/tests/broken"), 0);
	setenv("PICKET_PROFILES", "../../config/profiles", 1);
	snprintf(yaml, sizeof(yaml), "%s.yaml", broken_names[_i]);
	snprintf(expected, sizeof(expected), "%s.expected", broken_names[_i]);
	ck_assert_int_eq(site_load(yaml, &site, &errors), -EINVAL);
	ck_assert_ptr_null(site);
	FILE *file = fopen(expected, "r");

	ck_assert_msg(file, "%s is missing", expected);
	for (size_t i = 0; i < errors.count; i++) {
		print_row(yaml, &errors.rows[i], got, sizeof(got));
		ck_assert_msg(fgets(wanted, sizeof(wanted), file), "%s: not expected: %s", yaml, got);
		ck_assert_msg(strcmp(got, wanted) == 0, "%s:\n got      %s wanted   %s", yaml, got, wanted);
	}
	ck_assert_msg(fgets(wanted, sizeof(wanted), file) == NULL, "%s: did not come: %s", yaml, wanted);
	fclose(file);
}
END_TEST

START_TEST(there_are_broken_files)
{
	ck_assert_int_ge(broken_count, 30);
}
END_TEST

/* --- hostile files ------------------------------------------------------------------------------- */

START_TEST(alias_bomb)
{
	write_text("bomb.yaml", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n");
	refuse_file("bomb.yaml", 1, 4, "anchors (&name) are not allowed");
}
END_TEST

START_TEST(deep_nesting_ends_at_once)
{
	static char text[100003] = "a: ";

	memset(text + 3, '[', 100000);
	clock_t start = clock();

	write_bytes("deep.yaml", text, sizeof(text));
	refuse_file("deep.yaml", 1, 19, "nested too deeply");
	ck_assert_int_lt(clock() - start, CLOCKS_PER_SEC);
}
END_TEST

START_TEST(five_mebibytes)
{
	write_text("large.yaml", "a: b\n");
	ck_assert_int_eq(truncate("large.yaml", 5 << 20), 0);
	refuse_file("large.yaml", 0, 0, "larger than 4 MiB");
}
END_TEST

START_TEST(more_values_than_allowed)
{
	size_t size = 2 * (LIMIT_YAML_NODES + 2); /* "[1,1,1,...1" */
	char *text = malloc(size);

	ck_assert_ptr_nonnull(text);
	for (size_t i = 0; i < size; i += 2)
		memcpy(text + i, ",1", 2);
	text[0] = '[';
	write_bytes("many.yaml", text, size);
	free(text);
	ck_assert_int_eq(site_load("many.yaml", &site, &errors), -EINVAL);
	ck_assert_str_eq(errors.rows[0].text, "the file has too many values");
}
END_TEST

START_TEST(nul_byte)
{
	write_bytes("nul.yaml", "a: b\nc: d\0e\n", 12);
	refuse_file("nul.yaml", 2, 5, "not text in UTF-8: control characters are not allowed");
}
END_TEST

START_TEST(nul_in_quotes)
{
	write_text("nul.yaml", "a: \"b\\0c\"\n");
	refuse_file("nul.yaml", 1, 4, "a NUL character is not allowed");
}
END_TEST

START_TEST(bad_utf8)
{
	write_text("bad.yaml", "title: gr\xc3\xbc\xc3\xbc\xdf\n");
	refuse_file("bad.yaml", 1, 13,
	            /* where the second byte should be */ "not text in UTF-8: invalid trailing UTF-8 octet");
}
END_TEST

START_TEST(binary_garbage)
{
	char bytes[4096];
	uint32_t state = 12345;

	for (size_t i = 0; i < sizeof(bytes); i++) {
		state = state * 1664525 + 1013904223;
		bytes[i] = (char)(state >> 24);
	}
	write_bytes("garbage.yaml", bytes, sizeof(bytes));
	ck_assert_int_eq(site_load("garbage.yaml", &site, &errors), -EINVAL);
	ck_assert_uint_eq(errors.count, 1);
}
END_TEST

START_TEST(utf16_is_not_text_to_us)
{
	write_bytes("wide.yaml",
	            "\xff\xfe"
	            "a\0:\0 \0b\0",
	            10);
	ck_assert_int_eq(site_load("wide.yaml", &site, &errors), -EINVAL);
	ck_assert_uint_eq(errors.rows[0].line, 1);
}
END_TEST

START_TEST(not_files)
{
	ck_assert_int_eq(mkfifo("fifo.yaml", 0600), 0);
	refuse_file("fifo.yaml", 0, 0, "not a regular file");
	site_errors_free(&errors);
	refuse_file("/", 0, 0, "not a regular file");
	site_errors_free(&errors);
	refuse_file("absent.yaml", 0, 0, "No such file or directory");
	site_errors_free(&errors);
	write_text("empty.yaml", "# nothing\n");
	refuse_file("empty.yaml", 0, 0, "the file is empty");
}
END_TEST

START_TEST(errors_are_counted_beyond_their_limit)
{
	FILE *file = fopen("many.yaml", "w");

	ck_assert_ptr_nonnull(file);
	fputs(MINIMAL, file);
	for (int i = 0; i < LIMIT_ERRORS + 50; i++)
		fprintf(file, "wrong%d: 1\n", i);
	fclose(file);
	ck_assert_int_eq(site_load("many.yaml", &site, &errors), -EINVAL);
	ck_assert_uint_eq(errors.count, LIMIT_ERRORS);
	ck_assert_uint_eq(errors.omitted, 50);
}
END_TEST

START_TEST(control_characters_do_not_reach_the_message)
{
	write_text("tricky.yaml", MINIMAL "\"\\e[2J\\n\": 1\n");
	ck_assert_int_eq(site_load("tricky.yaml", &site, &errors), -EINVAL);
	ck_assert_ptr_null(strchr(errors.rows[0].text, '\x1b'));
	ck_assert_ptr_null(strchr(errors.rows[0].text, '\n'));
	ck_assert_ptr_nonnull(strstr(errors.rows[0].text, "'?[2J?'"));
}
END_TEST

START_TEST(includes_have_an_end)
{
	char name[32], text[64];

	for (int i = 1; i < 6; i++) {
		snprintf(name, sizeof(name), "part%d.yaml", i);
		snprintf(text, sizeof(text), "include: [part%d.yaml]\n", i + 1);
		write_text(name, text);
	}
	write_text("site.yaml", HEAD "include: [part1.yaml]\n" LINKS DEVICES AREAS SENSORS);
	refuse_file("site.yaml", 1, 11, "included files may not include more than 4 deep");
	ck_assert_str_eq(errors.rows[0].file, "part3.yaml");
}
END_TEST

START_TEST(too_many_points)
{
	write_text("site.yaml",
	           HEAD LINKS "devices: {io: {link: net, unit: 1, points: {\n"
	                      "  a: {table: coil, address: 0, count: 4096}, b: {table: coil, address: 5000}}}}\n" AREAS
	                      "sensors: {door: {kind: door, area: north, contact: io/a/0}}\n");
	refuse_file("site.yaml", 6, 44, "4097 points; a device has at most 4096");
}
END_TEST

START_TEST(largest_site_loads_quickly)
{
	FILE *file = fopen("large.yaml", "w");

	ck_assert_ptr_nonnull(file);
	fputs(HEAD "links:\n", file);
	for (int i = 0; i < 16; i++)
		fprintf(file, "  l%d: {url: \"tcp://10.0.0.%d\"}\n", i, i + 1);
	fputs("devices:\n", file);
	for (int i = 0; i < 1024; i++)
		fprintf(file, "  d%d: {link: l%d, unit: %d, profile: generic-di16}\n", i, i % 16, i / 16 + 1);
	fputs(AREAS "sensors:\n", file);
	for (int i = 0; i < LIMIT_SENSORS; i++)
		fprintf(file, "  s%d: {kind: duress, area: north, input: d%d/di/%d}\n", i, i / 16, i % 16);
	fclose(file);
	clock_t start = clock();

	load_file("large.yaml");
	ck_assert_uint_eq(site->sensor_count, LIMIT_SENSORS);
	ck_assert_uint_eq(site_sensor_by_id(site, "s16383"), 16383);
	ck_assert_int_lt(clock() - start, 3 * CLOCKS_PER_SEC); /* 0.3 s with sanitizers; loose for slow machines */
}
END_TEST

/* --- examples, schema, manual -------------------------------------------------------------------- */

START_TEST(gatehouse_has_every_kind)
{
	bool seen[KIND_COUNT] = {false};

	load_file(SOURCE "/config/examples/gatehouse.yaml");
	for (size_t i = 0; i < site->sensor_count; i++)
		seen[site->sensors[i].kind] = true;
	for (size_t kind = 0; kind < KIND_COUNT; kind++)
		ck_assert_msg(seen[kind], "no %s", sensor_kind_name((enum sensor_kind)kind));
}
END_TEST

START_TEST(north_perimeter_is_large)
{
	load_file(SOURCE "/config/examples/north-perimeter/site.yaml");
	ck_assert_uint_eq(site->device_count, 100);
	ck_assert_uint_eq(site->point_count, 2000);
	ck_assert_int_eq(site->links[0].transport, TRANSPORT_TCP);
	ck_assert_int_eq(site->links[site->link_count - 1].transport, TRANSPORT_RTU);
	for (size_t i = 0; i < site->point_count; i++)
		ck_assert_msg(site->points[i].used, "%s of %s", site->points[i].name,
		              site->devices[site->points[i].device].id);
}
END_TEST

struct pages {
	char *schema, *manual, *examples;
	size_t keys, later;
};

/* All files, one after the other; a key has a space before it wherever it stands. */
static char *read_texts(const char *const *paths)
{
	char *text = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&text, &size);

	fputc(' ', memory);
	for (; *paths; paths++) {
		FILE *file = fopen(*paths, "r");
		int c;

		ck_assert_msg(file, "%s", *paths);
		while ((c = fgetc(file)) != EOF)
			fputc(c == '\n' || c == '{' ? ' ' : c, memory);
		fclose(file);
	}
	fclose(memory);
	return text;
}

/* before + key + after stands somewhere in the text */
struct mark {
	const char *before, *after, *where;
};

static void look_for(const char *text, const char *key, struct mark mark)
{
	char pattern[80];

	snprintf(pattern, sizeof(pattern), "%s%s%s", mark.before, key, mark.after);
	ck_assert_msg(strstr(text, pattern), "%s is not in %s", key, mark.where);
}

static void check_key(void *context, const char *section, const char *key, bool later)
{
	struct pages *pages = context;

	(void)section;
	pages->keys++;
	if (later) {
		pages->later++;
		return;
	}
	look_for(pages->schema, key, (struct mark){"\"", "\":", "the schema"});
	look_for(pages->manual, key, (struct mark){"*", "*", "picket-site(5)"});
	look_for(pages->examples, key, (struct mark){" ", ":", "the gatehouse or a profile"});
}

START_TEST(every_key_is_in_schema_manual_and_example)
{
	static const char *const schema[] = {SOURCE "/config/site.schema.json", NULL};
	static const char *const manual[] = {SOURCE "/packaging/man/picket-site.5.scd", NULL};
	static const char *const examples[] = {SOURCE "/config/examples/gatehouse.yaml",
	                                       SOURCE "/config/profiles/generic-di16.yaml",
	                                       SOURCE "/config/profiles/moxa-iologik-e1210.yaml", NULL};
	struct pages pages = {
	        .schema = read_texts(schema), .manual = read_texts(manual), .examples = read_texts(examples)};

	site_keys(check_key, &pages);
	ck_assert_uint_gt(pages.keys - pages.later, 60);
	ck_assert_uint_ge(pages.later, 15);
	free(pages.schema);
	free(pages.manual);
	free(pages.examples);
}
END_TEST

/* --- the suite ----------------------------------------------------------------------------------- */

static void add_case(Suite *suite, const char *name, const TTest *const *tests)
{
	TCase *tcase = tcase_create(name);

	tcase_add_checked_fixture(tcase, setup, teardown);
	for (; *tests; tests++)
		tcase_add_test(tcase, *tests);
	suite_add_tcase(suite, tcase);
}

static void add_broken(Suite *suite)
{
	TCase *tcase = tcase_create("broken");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, there_are_broken_files);
	tcase_add_loop_test(tcase, broken_file_gives_the_expected_errors, 0, broken_count);
	suite_add_tcase(suite, tcase);
}

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
	const TTest *const hostile[] = {alias_bomb,
	                                deep_nesting_ends_at_once,
	                                five_mebibytes,
	                                more_values_than_allowed,
	                                nul_byte,
	                                nul_in_quotes,
	                                bad_utf8,
	                                binary_garbage,
	                                utf16_is_not_text_to_us,
	                                not_files,
	                                errors_are_counted_beyond_their_limit,
	                                control_characters_do_not_reach_the_message,
	                                includes_have_an_end,
	                                too_many_points,
	                                largest_site_loads_quickly,
	                                NULL};
	const TTest *const shipped[] = {gatehouse_has_every_kind, north_perimeter_is_large,
	                                every_key_is_in_schema_manual_and_example, NULL};
	Suite *suite = suite_create("site_load");

	list_broken();
	add_case(suite, "model", model);
	add_broken(suite);
	add_case(suite, "hostile", hostile);
	add_case(suite, "shipped", shipped);
	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	for (int i = 0; i < broken_count; i++)
		free(broken_names[i]);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
