/* SPDX-License-Identifier: Apache-2.0 */
/* test_site_model - links, points and devices: what the site file says is what the model holds */
#include "tests/unit/site_model.h"

/* --- links --------------------------------------------------------------------------------------- */

static void load_link(const char *link)
{
	char text[1024];

	snprintf(text, sizeof(text), HEAD "links: {net: {%s}}\n" DEVICES AREAS SENSORS, link);
	load_text(text);
}

START_TEST(a_link_has_two_ways)
{
	load_link("urls: [\"tcp://10.0.0.1\", \"tcp://io-7.backup:503\"]");
	ck_assert_uint_eq(site->links[0].endpoint_count, 2);
	ck_assert_str_eq(site->links[0].endpoints[0].host, "10.0.0.1");
	ck_assert(!site->links[0].endpoints[0].is_name);
	ck_assert_uint_eq(site->links[0].endpoints[0].port, 502);
	ck_assert_str_eq(site->links[0].endpoints[1].host, "io-7.backup");
	ck_assert(site->links[0].endpoints[1].is_name);
	ck_assert_uint_eq(site->links[0].endpoints[1].port, 503);
	ck_assert(!site_link_is_rtu(&site->links[0]));
}
END_TEST

START_TEST(one_url_in_a_list_is_one_way)
{
	load_link("urls: [\"tcp://10.0.0.1\"]");
	ck_assert_uint_eq(site->links[0].endpoint_count, 1);
}
END_TEST

START_TEST(an_address_in_brackets_is_no_name)
{
	load_link("url: \"rtu+tcp://[2001:db8::7]:4001?baud=9600&parity=none\"");
	const struct site_endpoint *end = &site->links[0].endpoints[0];

	ck_assert_int_eq(end->transport, TRANSPORT_RTU_TCP);
	ck_assert_str_eq(end->host, "2001:db8::7");
	ck_assert(!end->is_name);
	ck_assert_uint_eq(end->port, 4001);
	ck_assert_uint_eq(end->baud, 9600);
	ck_assert_int_eq(end->parity, 'N');
	ck_assert_uint_eq(end->stop_bits, 2);
	ck_assert(site_link_is_rtu(&site->links[0]));
	ck_assert_uint_eq(site->links[0].timeout_ms, 60);
}
END_TEST

START_TEST(a_bus_may_have_a_converter_for_a_backup)
{
	load_link("urls: [\"rtu:/dev/ttyS0?baud=9600\", \"rtu+tcp://bus-7:4001\"]");
	ck_assert_int_eq(site->links[0].endpoints[0].transport, TRANSPORT_RTU);
	ck_assert_int_eq(site->links[0].endpoints[1].transport, TRANSPORT_RTU_TCP);
	ck_assert(site->links[0].endpoints[1].is_name);
	ck_assert_uint_eq(site->links[0].endpoints[1].baud, 19200);
}
END_TEST

START_TEST(rs485_of_the_kernel)
{
	load_link("url: \"rtu:/dev/ttyS0?rs485=on&rts=low&delay_before_ms=0&delay_after_ms=100\"");
	const struct site_rs485 *rs485 = &site->links[0].endpoints[0].rs485;

	ck_assert(rs485->on);
	ck_assert(rs485->rts_low);
	ck_assert_uint_eq(rs485->before_ms, 0);
	ck_assert_uint_eq(rs485->after_ms, 100);
}
END_TEST

START_TEST(rs485_is_the_adapters_unless_given)
{
	load_link("url: \"rtu:/dev/ttyS0?baud=9600\"");
	ck_assert(!site->links[0].endpoints[0].rs485.on);
	site_free(&site);
	load_link("url: \"rtu:/dev/ttyS0?rs485=on\"");
	ck_assert(site->links[0].endpoints[0].rs485.on);
	ck_assert(!site->links[0].endpoints[0].rs485.rts_low);
}
END_TEST

START_TEST(times_of_a_link)
{
	load_link(
	        "url: \"tcp://10.0.0.1\", timeout_ms: 300, timeout_min_ms: 40, gap_ms: 7, turnaround_ms: 12, dead: 3");
	const struct site_link *link = &site->links[0];

	ck_assert_uint_eq(link->timeout_ms, 300);
	ck_assert_uint_eq(link->timeout_min_ms, 40);
	ck_assert_uint_eq(link->gap_ms, 7);
	ck_assert_uint_eq(link->turnaround_ms, 12);
	ck_assert_uint_eq(link->dead, 3);
}
END_TEST

START_TEST(default_times_of_a_link)
{
	load_link("url: \"tcp://10.0.0.1\"");
	const struct site_link *link = &site->links[0];

	ck_assert_uint_eq(link->timeout_ms, 200);
	ck_assert_uint_eq(link->timeout_min_ms, 0);
	ck_assert_uint_eq(link->gap_ms, 0);
	ck_assert_uint_eq(link->turnaround_ms, 10);
	ck_assert_uint_eq(link->dead, 1);
}
END_TEST

START_TEST(a_short_timeout_shortens_the_default_turnaround)
{
	load_link("url: \"tcp://10.0.0.1\", timeout_ms: 5");
	ck_assert_uint_eq(site->links[0].turnaround_ms, 4);
}
END_TEST

/* --- points -------------------------------------------------------------------------------------- */

START_TEST(a_number_has_a_scale_and_a_unit)
{
	load_text(SITE(DOOR));
	const struct site_point *level = point_named("level/1"), *current = point_named("ma");

	ck_assert_int_eq(level->type, TYPE_U16);
	ck_assert_uint_eq(level->address, 1);
	ck_assert_str_eq(level->unit, "mV");
	ck_assert_double_eq_tol(site_point_value(level, 405), 40.5, 1e-9);
	ck_assert_int_eq(current->type, TYPE_I16);
	ck_assert_double_eq_tol(site_point_value(current, 25600), 20, 1e-9);
	ck_assert_double_eq_tol(site_point_value(point_named("raw"), 4095), 4095, 1e-9);
}
END_TEST

START_TEST(two_registers_a_point)
{
	load_text(SITE(DOOR));
	const struct site_point *first = point_named("hits/0"), *second = point_named("hits/1");

	ck_assert_int_eq(first->type, TYPE_U32);
	ck_assert_int_eq(first->order, ORDER_CDAB);
	ck_assert(first->counter);
	ck_assert_uint_eq(site_point_width(first), 2);
	ck_assert_uint_eq(first->address, 4);
	ck_assert_uint_eq(second->address, 6);
}
END_TEST

START_TEST(every_type_and_order)
{
	static const char *const types[] = {"u16", "i16", "u32", "i32", "f32"};
	static const char *const orders[] = {"abcd", "cdab", "badc", "dcba"};

	for (unsigned i = 0; i < 5 * 4; i++) {
		char text[1024], order[32] = "";
		bool wide = i % 5 >= 2;

		if (wide)
			snprintf(order, sizeof(order), ", order: %s", orders[i / 5]);
		snprintf(text, sizeof(text),
		         HEAD LINKS "devices: {io: {link: net, unit: 1, points: {di: {table: coil, address: 0}, "
		                    "it: {table: input, address: 0, type: %s%s}}}}\n" AREAS
		                    "sensors: {it: {kind: door, area: north, contact: io/di}}\n",
		         types[i % 5], order);
		load_text(text);
		ck_assert_int_eq(point_named("it")->type, TYPE_U16 + i % 5);
		ck_assert_int_eq(point_named("it")->order, wide ? ORDER_ABCD + i / 5 : ORDER_ABCD);
		ck_assert_uint_eq(site_point_width(point_named("it")), wide ? 2 : 1);
		site_free(&site);
	}
}
END_TEST

START_TEST(values_have_names)
{
	load_text(SITE(DOOR));
	const struct site_point *state = point_named("state");

	ck_assert_uint_eq(state->address, 0);
	ck_assert_uint_eq(state->enum_count, 3);
	ck_assert_str_eq(state->enums[1].name, "alarm");
	ck_assert_int_eq(state->enums[1].raw, -3);
}
END_TEST

START_TEST(each_latch_has_its_clear)
{
	load_text(SITE(DOOR));
	const struct site_point *press = point_named("press/2");

	ck_assert(press->latched);
	ck_assert_uint_eq(press->address, 10);
	ck_assert_int_eq(press->clear.table, TABLE_COIL);
	ck_assert_uint_eq(press->clear.address, 18);
	ck_assert_uint_eq(press->clear.value, 1);
}
END_TEST

START_TEST(one_clear_for_all)
{
	load_text(SITE(DOOR));
	for (unsigned i = 0; i < 2; i++) {
		const struct site_point *all = point_named(i ? "all/1" : "all/0");

		ck_assert_int_eq(all->clear.table, TABLE_HOLDING);
		ck_assert_uint_eq(all->clear.address, 40);
		ck_assert_uint_eq(all->clear.value, 65535);
	}
}
END_TEST

START_TEST(only_what_is_said_is_written)
{
	load_text(SITE(DOOR));
	for (size_t i = 0; i < site->point_count; i++) {
		const char *name = site->points[i].name;
		bool said = strncmp(name, "siren", 5) == 0 || strcmp(name, "drive") == 0;

		ck_assert_msg(site->points[i].write == said, "%s", name);
	}
}
END_TEST

/* --- devices ------------------------------------------------------------------------------------- */

static void load_device(const char *more)
{
	char text[1024];

	snprintf(text, sizeof(text),
	         HEAD LINKS "devices: {io: {link: net, unit: 1, profile: generic-di16, %s}}\n" AREAS SENSORS, more);
	load_text(text);
}

START_TEST(a_device_has_no_identity_unless_given)
{
	load_text(MINIMAL);
	ck_assert_int_eq(site->devices[0].identity.kind, IDENTITY_NONE);
	ck_assert_uint_eq(site->devices[0].alive.point, SITE_NONE);
	ck_assert_uint_eq(site->devices[0].turnaround_ms, 0);
	ck_assert(!site->devices[0].allow_slow);
}
END_TEST

START_TEST(identity_by_objects)
{
	load_device("identity: {vendor: Moxa, revision: \"V1.2\"}, turnaround_ms: 9, allow_slow: true");
	const struct site_identity *identity = &site->devices[0].identity;

	ck_assert_int_eq(identity->kind, IDENTITY_OBJECTS);
	ck_assert_str_eq(identity->vendor, "Moxa");
	ck_assert_ptr_null(identity->product);
	ck_assert_str_eq(identity->revision, "V1.2");
	ck_assert_uint_eq(site->devices[0].turnaround_ms, 9);
	ck_assert(site->devices[0].allow_slow);
}
END_TEST

START_TEST(identity_by_server_id)
{
	static const uint8_t wanted[] = {0x0a, 0x1b, 0xff, 0x00};

	load_device("identity: {server_id: \"0A1b FF 00\"}");
	ck_assert_int_eq(site->devices[0].identity.kind, IDENTITY_SERVER);
	ck_assert_uint_eq(site->devices[0].identity.server_length, sizeof(wanted));
	ck_assert_mem_eq(site->devices[0].identity.server, wanted, sizeof(wanted));
}
END_TEST

START_TEST(identity_by_a_register)
{
	load_device("identity: {table: holding, address: 9001, base: 1, value: 24}");
	ck_assert_int_eq(site->devices[0].identity.kind, IDENTITY_REGISTER);
	ck_assert_int_eq(site->devices[0].identity.table, TABLE_HOLDING);
	ck_assert_uint_eq(site->devices[0].identity.address, 9000);
	ck_assert_uint_eq(site->devices[0].identity.value, 24);
}
END_TEST

START_TEST(a_profile_brings_an_identity_that_a_device_may_drop)
{
	ck_assert_int_eq(mkdir("profiles", 0700), 0);
	write_text("profiles/mine.yaml", "profile: 1\ntitle: Mine\nturnaround_ms: 7\nidentity: {vendor: Me}\n"
	                                 "points: {di: {table: discrete, address: 0}}\n");
	load_text(HEAD LINKS "devices: {io: {link: net, unit: 1, profile: mine},\n"
	                     " other: {link: net, unit: 2, profile: mine, identity: none, turnaround_ms: 3}}\n" AREAS
	                     "sensors: {it: {kind: door, area: north, contact: io/di}}\n");
	ck_assert_int_eq(site->devices[0].identity.kind, IDENTITY_OBJECTS);
	ck_assert_uint_eq(site->devices[0].turnaround_ms, 7);
	ck_assert_int_eq(site->devices[1].identity.kind, IDENTITY_NONE);
	ck_assert_uint_eq(site->devices[1].turnaround_ms, 3);
}
END_TEST

START_TEST(alive_names_a_point)
{
	load_device("alive: {point: di/15, within_s: 2.5}");
	ck_assert_uint_eq(site->devices[0].alive.point, index_of("di/15"));
	ck_assert_uint_eq(site->devices[0].alive.within_ms, 2500);
	ck_assert(point_named("di/15")->used);
	ck_assert(!point_named("di/14")->used);
}
END_TEST

int main(void)
{
	const TTest *const links[] = {a_link_has_two_ways,
	                              one_url_in_a_list_is_one_way,
	                              an_address_in_brackets_is_no_name,
	                              a_bus_may_have_a_converter_for_a_backup,
	                              rs485_of_the_kernel,
	                              rs485_is_the_adapters_unless_given,
	                              times_of_a_link,
	                              default_times_of_a_link,
	                              a_short_timeout_shortens_the_default_turnaround,
	                              NULL};
	const TTest *const points[] = {
	        a_number_has_a_scale_and_a_unit, two_registers_a_point, every_type_and_order,         values_have_names,
	        each_latch_has_its_clear,        one_clear_for_all,     only_what_is_said_is_written, NULL};
	const TTest *const devices[] = {a_device_has_no_identity_unless_given,
	                                identity_by_objects,
	                                identity_by_server_id,
	                                identity_by_a_register,
	                                a_profile_brings_an_identity_that_a_device_may_drop,
	                                alive_names_a_point,
	                                NULL};
	Suite *suite = suite_create("site_model");

	add_case(suite, "links", links);
	add_case(suite, "points", points);
	add_case(suite, "devices", devices);
	return run_suite(suite);
}
