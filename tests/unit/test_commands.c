/* SPDX-License-Identifier: Apache-2.0 */
/* Commands on the real engine: every rule, its answer and its event. */
#include "config/site_load.h"
#include "gateway/command_time.h"
#include "gateway/commands.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char site_text[] =
        "picket: 1\n"
        "site: test\n"
        "gateway: gw-1\n"
        "title: Test\n"
        "broker: {urls: [\"mqtt://127.0.0.1:1883\"]}\n"
        "journal: {dir: /tmp}\n"
        "links: {l1: {url: \"tcp://127.0.0.1:502\"}}\n"
        "devices: {d1: {link: l1, unit: 1, points: {di: {table: discrete, address: 0, count: 4}}}}\n"
        "areas: {yard: {title: Yard}}\n"
        "sensors:\n"
        "  panic: {kind: duress, area: yard, input: d1/di/0}\n"
        "  cabinet: {kind: tamper, area: yard, input: d1/di/1}\n";

#define TIME "2026-11-23T21:03:04Z"

static struct site *site;
static struct event_context context;
static struct engine *engine;
static struct commands *commands;
static struct mono now;
static struct wall wall;
static struct event events[512];
static uint64_t head;
static char answer[LIMIT_PAYLOAD];

static void put(void *unused, struct event *event)
{
	(void)unused;
	event->seq = ++head;
	event->time = wall;
	events[head % 512] = *event;
}

static const struct event_sink sink = {.put = put};

static void load(void)
{
	char path[] = "/tmp/picket-commands-XXXXXX";
	struct site_errors errors = {0};
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, site_text, strlen(site_text)), (ssize_t)strlen(site_text));
	close(fd);
	int error = site_load(path, &site, &errors);
	unlink(path);
	ck_assert_msg(error == 0, "%s", errors.count ? errors.rows[0].text : "?");
	site_errors_free(&errors);
}

static void sample(uint32_t point, bool value)
{
	struct sample one = {.point = point, .value = value, .quality = QUALITY_GOOD, .at = now};

	engine_sample(engine, &one, now);
	now = mono_add_ms(now, 500);
	engine_tick(engine, now);
}

static void set_up(void)
{
	load();
	head = 0;
	now = (struct mono){1000000000};
	ck_assert_int_eq(command_time_parse(TIME, &wall), 0);
	context = (struct event_context){.site = site, .epoch = "674250a8", .boot = "b"};
	ck_assert_int_eq(engine_new(site, &sink, &engine), 0);
	ck_assert_int_eq(commands_new(&context, engine, &sink, &commands), 0);
	for (uint32_t point = 0; point < site->point_count; point++)
		sample(point, false);
}

static void tear_down(void)
{
	commands_free(&commands);
	engine_free(&engine);
	site_free(&site);
}

static int run(const struct command_request *request)
{
	now = mono_add_ms(now, 200); /* below the rate */
	return commands_run(commands, request, now, wall, answer, sizeof answer);
}

static int from_broker(const char *json)
{
	struct command_request request = {.source = COMMAND_FROM_BROKER, .json = json, .length = strlen(json)};

	return run(&request);
}

/* One that is right but for what `format` says. */
__attribute__((format(printf, 1, 2))) static int order(const char *format, ...)
{
	char text[2000] = "{\"user\":\"op12\",\"station\":\"CR-1\",\"time\":\"" TIME "\",";
	size_t length = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + length, sizeof text - length, format, arguments);
	va_end(arguments);
	return from_broker(text);
}

static const struct event *last(void)
{
	return &events[head % 512];
}

static void expect_refused(const char *error)
{
	char text[80];

	snprintf(text, sizeof text, "\"error\":\"%s\"", error);
	ck_assert_msg(strstr(answer, text), "%s", answer);
	ck_assert_ptr_nonnull(strstr(answer, "\"ok\":false"));
	ck_assert_ptr_nonnull(strstr(answer, "\"detail\":\""));
	ck_assert_ptr_nonnull(strstr(answer, "\"time\":\"2026-11-23T21:03:"));
	ck_assert_int_eq(last()->type, EVENT_COMMAND_REFUSED);
	ck_assert_msg(strstr(last()->reason, error), "%s", last()->reason);
}

/* Raises the duress alarm, which latches; its occurrence. */
static uint64_t raise_alarm(void)
{
	sample(0, true);
	const struct alarm_state *state = engine_alarm(engine, SUBJECT_SENSOR, 0, COND_DURESS);
	ck_assert(state->active);
	ck_assert(!state->acked);
	return state->occurrence;
}

START_TEST(an_acknowledgement_is_done_told_and_answered)
{
	uint64_t occurrence = raise_alarm();

	ck_assert_int_eq(order("\"id\":\"a1\",\"cmd\":\"ack\",\"target\":\"panic/duress\",\"reason\":\"seen\","
	                       "\"occurrence\":\"gw-1/674250a8/%llu\"}",
	                       (unsigned long long)occurrence),
	                 0);
	ck_assert_ptr_nonnull(strstr(answer, "{\"id\":\"a1\",\"ok\":true"));
	ck_assert(engine_alarm(engine, SUBJECT_SENSOR, 0, COND_DURESS)->acked);
	ck_assert_int_eq(last()->type, EVENT_COMMAND_ACCEPTED);
	ck_assert_str_eq(last()->user, "op12");
	ck_assert_str_eq(last()->station, "CR-1");
	ck_assert_str_eq(last()->command, "a1");
	ck_assert_str_eq(last()->reason, "ack panic/duress: seen");
	ck_assert_int_eq(last()->subject_kind, SUBJECT_SENSOR);
	ck_assert_int_eq(events[(head - 1) % 512].type, EVENT_ALARM_ACKED);
}
END_TEST

START_TEST(a_repeat_gets_the_first_answer_and_does_nothing)
{
	char first[LIMIT_PAYLOAD];

	raise_alarm();
	ck_assert_int_eq(order("\"id\":\"a1\",\"cmd\":\"ack\",\"target\":\"panic/duress\"}"), 0);
	snprintf(first, sizeof first, "%s", answer);
	sample(0, false);
	sample(0, false);
	sample(0, true); /* a new occurrence: the repeat must not acknowledge it */
	ck_assert(!engine_alarm(engine, SUBJECT_SENSOR, 0, COND_DURESS)->acked);
	wall.us += 5000000;
	ck_assert_int_eq(order("\"id\":\"a1\",\"cmd\":\"ack\",\"target\":\"panic/duress\"}"), 0);
	ck_assert_str_eq(answer, first);
	ck_assert(!engine_alarm(engine, SUBJECT_SENSOR, 0, COND_DURESS)->acked);
	ck_assert_int_eq(last()->type, EVENT_COMMAND_REFUSED);
	ck_assert_ptr_nonnull(strstr(last()->reason, "repeated"));
}
END_TEST

START_TEST(a_refusal_is_repeated_too)
{
	wall.us += 21000000;
	ck_assert_int_eq(order("\"id\":\"a1\",\"cmd\":\"ack\",\"target\":\"panic/duress\"}"), 1);
	expect_refused("too_old");
	raise_alarm();
	wall.us -= 21000000;
	ck_assert_int_eq(order("\"id\":\"a1\",\"cmd\":\"ack\",\"target\":\"panic/duress\"}"), 1);
	ck_assert_ptr_nonnull(strstr(answer, "too_old"));
	ck_assert(!engine_alarm(engine, SUBJECT_SENSOR, 0, COND_DURESS)->acked);
}
END_TEST

START_TEST(freshness_has_two_edges)
{
	int64_t given = wall.us;

	raise_alarm();
	wall.us = given + 20000000;
	ck_assert_int_eq(order("\"id\":\"a\",\"cmd\":\"reset\",\"target\":\"panic/duress\"}"), 1);
	expect_refused("still_active");
	wall.us = given + 20000001;
	ck_assert_int_eq(order("\"id\":\"b\",\"cmd\":\"ack\",\"target\":\"panic/duress\"}"), 1);
	expect_refused("too_old");
	wall.us = given - 40000001;
	ck_assert_int_eq(order("\"id\":\"c\",\"cmd\":\"ack\",\"target\":\"panic/duress\"}"), 1);
	ck_assert_ptr_nonnull(strstr(answer, "\"error\":\"ahead\""));
	wall.us = given - 40000000;
	ck_assert_int_eq(order("\"id\":\"d\",\"cmd\":\"ack\",\"target\":\"panic/duress\"}"), 0);
}
END_TEST

START_TEST(a_stale_occurrence_is_refused)
{
	uint64_t occurrence = raise_alarm();

	ck_assert_int_eq(
	        order("\"id\":\"a\",\"cmd\":\"ack\",\"target\":\"panic/duress\",\"occurrence\":\"gw-1/674250a8/%llu\"}",
	              (unsigned long long)occurrence + 1),
	        1);
	expect_refused("stale_occurrence");
	ck_assert_int_eq(
	        order("\"id\":\"b\",\"cmd\":\"ack\",\"target\":\"panic/duress\",\"occurrence\":\"gw-1/0/%llu\"}",
	              (unsigned long long)occurrence),
	        1);
	expect_refused("stale_occurrence");
	ck_assert_int_eq(
	        order("\"id\":\"c\",\"cmd\":\"ack\",\"target\":\"panic/duress\",\"occurrence\":\"gw-2/674250a8/%llu\"}",
	              (unsigned long long)occurrence),
	        1);
	expect_refused("stale_occurrence");
	ck_assert(!engine_alarm(engine, SUBJECT_SENSOR, 0, COND_DURESS)->acked);
}
END_TEST

START_TEST(a_retained_command_is_refused_and_its_id_stays_free)
{
	const char *text =
	        "{\"id\":\"a\",\"cmd\":\"ack\",\"target\":\"panic/duress\",\"user\":\"u\",\"time\":\"" TIME "\"}";
	struct command_request request = {
	        .source = COMMAND_FROM_BROKER, .json = text, .length = strlen(text), .retained = true};

	raise_alarm();
	ck_assert_int_eq(run(&request), 1);
	expect_refused("retained");
	request.retained = false;
	ck_assert_int_eq(run(&request), 0);
}
END_TEST

START_TEST(set_and_unset_want_to_be_allowed)
{
	ck_assert_int_eq(order("\"id\":\"a\",\"cmd\":\"unset\",\"target\":\"yard\"}"), 4);
	expect_refused("not_allowed");
	ck_assert(engine_area_set(engine, 0));
	site->broker.allow |= 1u << VERB_UNSET;
	ck_assert_int_eq(order("\"id\":\"b\",\"cmd\":\"unset\",\"target\":\"yard\"}"), 0);
	ck_assert(!engine_area_set(engine, 0));
	ck_assert_int_eq(last()->subject_kind, SUBJECT_AREA);
}
END_TEST

START_TEST(a_local_user_needs_neither_time_nor_permission_and_is_who_he_is)
{
	const char *text = "{\"id\":\"a\",\"cmd\":\"unset\",\"target\":\"yard\",\"user\":\"somebody else\"}";
	struct command_request request = {
	        .source = COMMAND_FROM_SOCKET, .json = text, .length = strlen(text), .user = "guard"};

	ck_assert_int_eq(run(&request), 0);
	ck_assert(!engine_area_set(engine, 0));
	ck_assert_str_eq(last()->user, "guard");
}
END_TEST

START_TEST(more_than_ten_a_second_are_refused_and_may_come_again)
{
	unsigned taken = 0, refused = 0;
	char text[200];
	struct command_request request = {.source = COMMAND_FROM_BROKER, .json = text};

	for (unsigned i = 0; i < 15; i++) {
		snprintf(text, sizeof text,
		         "{\"id\":\"r%u\",\"cmd\":\"ack\",\"target\":\"panic/duress\",\"user\":\"u\",\"time\":\"" TIME
		         "\"}",
		         i);
		request.length = strlen(text);
		commands_run(commands, &request, now, wall, answer, sizeof answer);
		bool rate = strstr(answer, "\"error\":\"rate\"");
		taken += !rate;
		refused += rate;
		ck_assert_int_eq(last()->type, EVENT_COMMAND_REFUSED);
	}
	ck_assert_uint_eq(taken, 10);
	ck_assert_uint_eq(refused, 5);
	ck_assert_ptr_nonnull(strstr(answer, "\"id\":\"r14\""));
	ck_assert_int_eq(run(&request), 1);
	ck_assert_ptr_nonnull(strstr(answer, "not_needed"));
}
END_TEST

START_TEST(results_of_the_engine_have_names)
{
	ck_assert_int_eq(order("\"id\":\"a\",\"cmd\":\"ack\",\"target\":\"panic/duress\"}"), 1);
	expect_refused("not_needed");
	raise_alarm();
	sample(0, false);
	sample(0, false);
	for (unsigned i = 0; i < 400; i++)
		sample(0, false); /* past any hold */
	ck_assert_int_eq(order("\"id\":\"b\",\"cmd\":\"reset\",\"target\":\"panic/duress\"}"), 1);
	expect_refused("not_acked");
	ck_assert_int_eq(order("\"id\":\"c\",\"cmd\":\"ack\",\"target\":\"panic/duress\"}"), 0);
	ck_assert_int_eq(order("\"id\":\"d\",\"cmd\":\"reset\",\"target\":\"panic/duress\"}"), 0);
	ck_assert(!engine_alarm(engine, SUBJECT_SENSOR, 0, COND_DURESS)->latched);
}
END_TEST

START_TEST(a_lost_device_is_acknowledged_by_its_name)
{
	engine_device(engine, 0, true, FAULT_TIMEOUT, now);
	ck_assert_int_eq(order("\"id\":\"a\",\"cmd\":\"ack\",\"target\":\"d1/device.lost\"}"), 0);
	ck_assert_int_eq(last()->subject_kind, SUBJECT_DEVICE);
	ck_assert(engine_alarm(engine, SUBJECT_DEVICE, 0, COND_DEVICE_LOST)->acked);
}
END_TEST

START_TEST(what_is_not_there_is_no_target)
{
	static const char *const targets[] = {"ghost/duress", "panic/door.forced", "panic", "/", "panic/",
	                                      "d1/duress",    "ghost/device.lost"};
	for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
		ck_assert_int_eq(order("\"id\":\"t%zu\",\"cmd\":\"ack\",\"target\":\"%s\"}", i, targets[i]), 1);
		expect_refused("no_such_target");
		ck_assert_int_eq(last()->subject_kind, SUBJECT_GATEWAY);
	}
}
END_TEST

START_TEST(later_commands_say_so)
{
	static const char *const later[] = {"resend", "snapshot", "test_start", "test_end"};
	for (size_t i = 0; i < sizeof later / sizeof later[0]; i++) {
		ck_assert_int_eq(order("\"id\":\"l%zu\",\"cmd\":\"%s\",\"target\":\"yard\",\"for_s\":60}", i, later[i]),
		                 1);
		expect_refused("not_supported");
	}
}
END_TEST

START_TEST(masks_say_how_they_are_meant)
{
	static const char *const bad[] = {"\"cmd\":\"ack\",\"target\":\"duress-t2/duress\",\"for_s\":60",
	                                  "\"cmd\":\"shelve\",\"target\":\"duress-t2/duress\",\"for_s\":0",
	                                  "\"cmd\":\"shelve\",\"target\":\"duress-t2/duress\",\"for_s\":\"60\"",
	                                  "\"cmd\":\"shelve\",\"target\":\"duress-t2/duress\",\"for_s\":4294967296",
	                                  "\"cmd\":\"shelve\",\"target\":\"duress-t2/duress\",\"one_shot\":1",
	                                  "\"cmd\":\"shelve\",\"target\":\"duress-t2/duress\",\"isolate\":true",
	                                  "\"cmd\":\"unshelve\",\"target\":\"duress-t2/duress\",\"one_shot\":true"};

	site->broker.allow = UINT32_MAX;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		ck_assert_int_eq(order("\"id\":\"m%zu\",%s}", i, bad[i]), 1);
		expect_refused("malformed");
	}
}
END_TEST

START_TEST(malformed_commands_are_refused)
{
	static const char *const bad[] = {
	        "",
	        "x",
	        "[]",
	        "null",
	        "\"ack\"",
	        "{\"id\":\"a\"",
	        "{}",
	        "{\"id\":\"a\"}{}",
	        "{\"id\":1,\"cmd\":\"ack\",\"target\":\"panic/duress\",\"user\":\"u\",\"time\":\"" TIME "\"}",
	        "{\"id\":\"\",\"cmd\":\"ack\",\"target\":\"panic/duress\",\"user\":\"u\",\"time\":\"" TIME "\"}",
	        "{\"id\":\"a b\",\"cmd\":\"ack\",\"target\":\"panic/duress\",\"user\":\"u\",\"time\":\"" TIME "\"}",
	        "{\"id\":\"a\",\"id\":\"b\",\"cmd\":\"ack\",\"target\":\"panic/duress\",\"user\":\"u\",\"time\":\"" TIME
	        "\"}",
	        "{\"id\":\"a\",\"cmd\":\"open\",\"target\":\"panic/duress\",\"user\":\"u\",\"time\":\"" TIME "\"}",
	        "{\"id\":\"a\",\"cmd\":\"ack\",\"user\":\"u\",\"time\":\"" TIME "\"}",
	        "{\"id\":\"a\",\"cmd\":\"ack\",\"target\":\"panic/duress\",\"time\":\"" TIME "\"}",
	        "{\"id\":\"a\",\"cmd\":\"ack\",\"target\":\"panic/duress\",\"user\":\"u\"}",
	        "{\"id\":\"a\",\"cmd\":\"ack\",\"target\":\"panic/duress\",\"user\":\"u\",\"time\":\"now\"}",
	        "{\"id\":\"a\",\"cmd\":\"ack\",\"target\":\"panic/duress\",\"user\":\"u\",\"time\":17}",
	        "{\"id\":\"a\",\"cmd\":\"ack\",\"target\":\"panic/duress\",\"user\":\"u\",\"time\":\"" TIME
	        "\",\"occurence\":\"x\"}",
	        "{\"id\":\"a\",\"cmd\":\"ack\",\"target\":\"panic/duress\",\"user\":\"u\",\"time\":\"" TIME
	        "\",\"occurrence\":\"x\"}",
	        "{\"id\":\"a\",\"cmd\":\"ack\",\"target\":\"panic/duress\",\"user\":\"u\",\"time\":\"" TIME
	        "\",\"occurrence\":7}",
	        "{\"id\":\"a\",\"cmd\":\"ack\",\"target\":\"panic/duress\",\"user\":\"\xff\",\"time\":\"" TIME "\"}",
	};

	raise_alarm();
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		uint64_t before = head;
		ck_assert_int_eq(from_broker(bad[i]), 1);
		expect_refused("malformed");
		ck_assert_uint_eq(head, before + 1);
	}
	ck_assert(!engine_alarm(engine, SUBJECT_SENSOR, 0, COND_DURESS)->acked);
}
END_TEST

START_TEST(a_misspelt_member_is_named)
{
	order("\"id\":\"a\",\"cmd\":\"ack\",\"target\":\"panic/duress\",\"occurence\":\"x\"}");
	ck_assert_ptr_nonnull(strstr(answer, "occurence: a command has no such member"));
	ck_assert_ptr_nonnull(strstr(answer, "\"id\":\"a\""));
	ck_assert_str_eq(last()->user, "op12");
}
END_TEST

START_TEST(a_huge_command_is_refused_unread)
{
	static char text[LIMIT_COMMAND_BYTES + 1];
	struct command_request request = {.source = COMMAND_FROM_BROKER, .json = text, .length = sizeof text};

	memset(text, ' ', sizeof text);
	ck_assert_int_eq(run(&request), 1);
	expect_refused("too_large");
	request.length = 1000000; /* the caller holds only the beginning */
	ck_assert_int_eq(run(&request), 1);
	expect_refused("too_large");
}
END_TEST

START_TEST(long_words_are_refused_not_cut)
{
	char words[LIMIT_REASON + 2];

	memset(words, 'w', sizeof words - 1);
	words[sizeof words - 1] = '\0';
	raise_alarm();
	ck_assert_int_eq(order("\"id\":\"a\",\"cmd\":\"ack\",\"target\":\"panic/duress\",\"reason\":\"%s\"}", words),
	                 1);
	expect_refused("malformed");
	words[LIMIT_REASON] = '\0';
	ck_assert_int_eq(order("\"id\":\"b\",\"cmd\":\"ack\",\"target\":\"panic/duress\",\"reason\":\"%s\"}", words),
	                 0);
}
END_TEST

START_TEST(only_so_many_ids_are_remembered)
{
	for (unsigned i = 0; i < LIMIT_COMMAND_IDS + 1; i++)
		order("\"id\":\"i%u\",\"cmd\":\"ack\",\"target\":\"panic/duress\"}", i);
	raise_alarm();
	ck_assert_int_eq(order("\"id\":\"i1\",\"cmd\":\"ack\",\"target\":\"panic/duress\"}"), 1);
	ck_assert_ptr_nonnull(strstr(last()->reason, "repeated"));
	ck_assert_int_eq(order("\"id\":\"i0\",\"cmd\":\"ack\",\"target\":\"panic/duress\"}"), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("commands");
	TCase *tests = tcase_create("commands");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, an_acknowledgement_is_done_told_and_answered);
	tcase_add_test(tests, a_repeat_gets_the_first_answer_and_does_nothing);
	tcase_add_test(tests, a_refusal_is_repeated_too);
	tcase_add_test(tests, freshness_has_two_edges);
	tcase_add_test(tests, a_stale_occurrence_is_refused);
	tcase_add_test(tests, a_retained_command_is_refused_and_its_id_stays_free);
	tcase_add_test(tests, set_and_unset_want_to_be_allowed);
	tcase_add_test(tests, a_local_user_needs_neither_time_nor_permission_and_is_who_he_is);
	tcase_add_test(tests, more_than_ten_a_second_are_refused_and_may_come_again);
	tcase_add_test(tests, results_of_the_engine_have_names);
	tcase_add_test(tests, a_lost_device_is_acknowledged_by_its_name);
	tcase_add_test(tests, what_is_not_there_is_no_target);
	tcase_add_test(tests, later_commands_say_so);
	tcase_add_test(tests, masks_say_how_they_are_meant);
	tcase_add_test(tests, malformed_commands_are_refused);
	tcase_add_test(tests, a_misspelt_member_is_named);
	tcase_add_test(tests, a_huge_command_is_refused_unread);
	tcase_add_test(tests, long_words_are_refused_not_cut);
	tcase_add_test(tests, only_so_many_ids_are_remembered);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
