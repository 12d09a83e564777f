/* SPDX-License-Identifier: Apache-2.0 */
/* test_identity - who is asked when, what passes the gate, and frames kept for people */
#include "drivers/identity.h"
#include "drivers/trace.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define START_US 100000000

static struct site_device devices[2];
static struct site_point points[3];
static struct site site;
static struct identity *identity;
static struct mono now;
static struct sample passed;
static unsigned asked, samples, news;
static bool substituted;
static uint32_t of_device;
static struct pdu request;
static char said[IDENTITY_TEXT];

static int ask(void *context, uint32_t device, const struct pdu *pdu)
{
	(void)context;
	asked++;
	of_device = device;
	request = *pdu;
	return 0;
}

static void take(void *context, const struct sample *sample)
{
	(void)context;
	samples++;
	passed = *sample;
}

static void tell(void *context, uint32_t device, bool is, const char *words, struct mono at)
{
	(void)context;
	(void)at;
	ck_assert_uint_eq(device, 0);
	news++;
	substituted = is;
	snprintf(said, sizeof said, "%s", words);
}

static void make(const struct site_identity *wish)
{
	const struct identity_setup setup = {.site = &site, .ask = ask, .sample = take, .substituted = tell};

	devices[0] = (struct site_device){.id = "io", .link = 0, .identity = *wish, .point_count = 2};
	devices[1] = (struct site_device){.id = "other", .link = 1, .point_first = 2, .point_count = 1};
	for (uint32_t i = 0; i < 3; i++)
		points[i] = (struct site_point){.device = i / 2, .used = true};
	site = (struct site){
	        .device_count = 2, .devices = devices, .point_count = 3, .points = points, .link_count = 2};
	now = (struct mono){START_US};
	asked = samples = news = 0;
	substituted = false;
	ck_assert_int_eq(identity_new(&setup, &identity), 0);
}

static const struct site_identity objects = {.kind = IDENTITY_OBJECTS, .vendor = "AB", .product = "C"};

static void teardown(void)
{
	identity_free(&identity);
}

static void hear(uint32_t point, enum quality quality)
{
	identity_sample(identity, &(struct sample){.point = point, .quality = quality, .at = now});
}

static void run_ms(int64_t ms)
{
	now = mono_add_ms(now, ms);
	identity_run(identity, now);
}

static void answer(const char *bytes, size_t length)
{
	struct identity_answer taken = {.pdu = (const uint8_t *)bytes, .length = length};

	identity_answered(identity, of_device, &taken, now);
}

static void refuse(enum fault fault)
{
	identity_answered(identity, of_device, &(struct identity_answer){.fault = fault, .code = 1}, now);
}

#define RIGHT                                                                                                          \
	"\x2b\x0e\x01\x01\x00\x00\x03\x00\x02"                                                                         \
	"AB"                                                                                                           \
	"\x01\x01"                                                                                                     \
	"C"                                                                                                            \
	"\x02\x01"                                                                                                     \
	"1"
#define WRONG                                                                                                          \
	"\x2b\x0e\x01\x01\x00\x00\x03\x00\x02"                                                                         \
	"XY"                                                                                                           \
	"\x01\x01"                                                                                                     \
	"C"                                                                                                            \
	"\x02\x01"                                                                                                     \
	"1"
#define SAY(text) answer(text, sizeof text - 1)

static enum identity_state state(void)
{
	struct identity_view view;

	identity_view(identity, 0, &view);
	return view.state;
}

static void prove(void)
{
	make(&objects);
	hear(0, QUALITY_GOOD);
	run_ms(0);
	SAY(RIGHT);
	ck_assert_int_eq(state(), IDENTITY_PROVEN);
	asked = samples = news = 0;
}

/* --- the gate ----------------------------------------------------------------------------------------- */

START_TEST(good_is_uncertain_until_it_is_proven)
{
	make(&objects);
	hear(0, QUALITY_GOOD);
	ck_assert_int_eq(passed.quality, QUALITY_UNCERTAIN);
	ck_assert_int_eq(passed.fault, FAULT_IDENTITY);
	run_ms(0);
	ck_assert_uint_eq(asked, 1);
	ck_assert_uint_eq(request.bytes[0], 43);
	SAY(RIGHT);
	hear(0, QUALITY_GOOD);
	ck_assert_int_eq(passed.quality, QUALITY_GOOD);
	ck_assert_uint_eq(samples, 2);
}
END_TEST

START_TEST(a_device_without_an_identity_passes)
{
	make(&objects);
	hear(2, QUALITY_GOOD);
	ck_assert_int_eq(passed.quality, QUALITY_GOOD);
}
END_TEST

START_TEST(two_wrong_answers_are_another_device)
{
	prove();
	identity_connected(identity, 0, now);
	run_ms(0);
	SAY(WRONG);
	ck_assert_uint_eq(news, 0); /* it may have been a frame of before */
	run_ms(1);
	ck_assert_uint_eq(asked, 2);
	SAY(WRONG);
	ck_assert(substituted);
	ck_assert_str_eq(said, "XY, C, 1");
	ck_assert_uint_eq(samples, 2); /* both points, at once */
	ck_assert_int_eq(passed.quality, QUALITY_BAD);
	hear(0, QUALITY_GOOD);
	ck_assert_int_eq(passed.quality, QUALITY_BAD);
	for (int i = 0; i < 5; i++) {
		run_ms(LIMIT_IDENTITY_RETRY_MS);
		SAY(WRONG);
	}
	ck_assert_uint_eq(news, 1); /* told once */
	run_ms(LIMIT_IDENTITY_RETRY_MS);
	SAY(RIGHT);
	ck_assert(!substituted);
	ck_assert_uint_eq(news, 2);
	hear(0, QUALITY_GOOD);
	ck_assert_int_eq(passed.quality, QUALITY_GOOD);
}
END_TEST

START_TEST(one_wrong_answer_and_a_right_one_are_nothing)
{
	prove();
	identity_connected(identity, 0, now);
	run_ms(0);
	SAY(WRONG);
	run_ms(1);
	SAY(RIGHT);
	ck_assert_uint_eq(news, 0);
	ck_assert_int_eq(state(), IDENTITY_PROVEN);
}
END_TEST

START_TEST(silence_about_itself_proves_nothing)
{
	make(&objects);
	hear(0, QUALITY_GOOD);
	for (int i = 0; i < LIMIT_IDENTITY_TRY; i++) {
		ck_assert(!substituted);
		run_ms(LIMIT_IDENTITY_RETRY_MS);
		refuse(FAULT_TIMEOUT);
	}
	ck_assert(substituted);
	ck_assert_int_le(now.us - START_US, 10000000); /* EN 50131-1 table 15 */
}
END_TEST

START_TEST(a_device_that_refuses_the_question_is_not_the_one)
{
	make(&objects);
	hear(0, QUALITY_GOOD);
	run_ms(0);
	refuse(FAULT_EXCEPTION);
	run_ms(1);
	refuse(FAULT_EXCEPTION);
	ck_assert(substituted);
	ck_assert_str_eq(said, "exception 1");
}
END_TEST

START_TEST(a_lost_connection_accuses_nobody)
{
	make(&objects);
	hear(0, QUALITY_GOOD);
	for (int i = 0; i < 20; i++) {
		run_ms(LIMIT_IDENTITY_RETRY_MS);
		refuse(FAULT_OFFLINE);
	}
	ck_assert(!substituted);
	run_ms(LIMIT_IDENTITY_RETRY_MS);
	identity_device(identity, 0, true, now);
	refuse(FAULT_OFFLINE);
	unsigned before = asked;
	run_ms(100000);
	ck_assert_uint_eq(asked, before); /* nobody is there */
	identity_device(identity, 0, false, now);
	run_ms(0);
	ck_assert_uint_eq(asked, before + 1);
}
END_TEST

START_TEST(an_answer_of_before_the_interruption_proves_nothing)
{
	prove();
	run_ms(LIMIT_IDENTITY_MS);
	ck_assert_uint_eq(asked, 1);
	identity_connected(identity, 0, now);
	SAY(RIGHT); /* by the device of before */
	ck_assert_int_eq(state(), IDENTITY_CHECKING);
	run_ms(LIMIT_IDENTITY_RETRY_MS);
	ck_assert_uint_eq(asked, 2);
}
END_TEST

START_TEST(it_is_asked_again_after_a_missed_scan_and_in_peace)
{
	prove();
	run_ms(LIMIT_IDENTITY_MS - 1);
	ck_assert_uint_eq(asked, 0);
	run_ms(1);
	ck_assert_uint_eq(asked, 1);
	SAY(RIGHT);
	hear(0, QUALITY_UNCERTAIN);
	run_ms(1);
	ck_assert_uint_eq(asked, 2);
	SAY(RIGHT);
	identity_connected(identity, 1, now); /* another link's */
	run_ms(1);
	ck_assert_uint_eq(asked, 2);
}
END_TEST

START_TEST(registers_and_server_ids_prove_too)
{
	static const uint8_t server[] = {0x12, 0x34};
	const struct site_identity by_register = {
	        .kind = IDENTITY_REGISTER, .table = TABLE_INPUT, .address = 7, .value = 0x1234};
	const struct site_identity by_server = {.kind = IDENTITY_SERVER, .server = server, .server_length = 2};

	make(&by_register);
	hear(0, QUALITY_GOOD);
	run_ms(0);
	ck_assert_uint_eq(request.bytes[0], 4);
	SAY("\x04\x02\x12\x34");
	ck_assert_int_eq(state(), IDENTITY_PROVEN);
	identity_free(&identity);
	make(&by_server);
	hear(0, QUALITY_GOOD);
	run_ms(0);
	ck_assert_uint_eq(request.bytes[0], 17);
	SAY("\x11\x03\x12\x34\xff");
	ck_assert_int_eq(state(), IDENTITY_PROVEN);
	identity_connected(identity, 0, now);
	run_ms(0);
	SAY("\x11\x01\x12"); /* shorter than what is wanted */
	ck_assert_int_eq(state(), IDENTITY_CHECKING);
}
END_TEST

START_TEST(who_nobody_wants_to_know_is_asked_once)
{
	const struct site_identity none = {0};

	make(&none);
	hear(0, QUALITY_GOOD);
	run_ms(0);
	ck_assert_uint_eq(asked, 0);
	run_ms(LIMIT_LEARN_MS);
	ck_assert_uint_eq(asked, 1);
	SAY(RIGHT);
	ck_assert_int_eq(state(), IDENTITY_SHOWN);
	for (int i = 0; i < 100; i++) {
		hear(0, i % 2 ? QUALITY_GOOD : QUALITY_UNCERTAIN);
		run_ms(LIMIT_IDENTITY_MS);
	}
	ck_assert_uint_eq(asked, 1);
	ck_assert_uint_eq(news, 0);
}
END_TEST

START_TEST(another_round_trip_for_a_minute_counts)
{
	struct identity_view view;

	make(&objects);
	for (int i = 0; i < 100; i++)
		identity_rtt(identity, 0, 2000);
	for (int i = 0; i < LIMIT_RTT_SHIFT_S - 1; i++)
		identity_rtt(identity, 0, 9000);
	identity_rtt(identity, 0, 2000); /* it was only busy */
	for (int i = 0; i < LIMIT_RTT_SHIFT_S - 1; i++)
		identity_rtt(identity, 0, 9000);
	identity_view(identity, 0, &view);
	ck_assert_uint_eq(view.rtt_shifts, 0);
	identity_rtt(identity, 0, 9000);
	identity_view(identity, 0, &view);
	ck_assert_uint_eq(view.rtt_shifts, 1);
	for (int i = 0; i < 10 * LIMIT_RTT_SHIFT_S; i++)
		identity_rtt(identity, 0, 9000);
	identity_view(identity, 0, &view);
	ck_assert_uint_eq(view.rtt_shifts, 1);
}
END_TEST

/* --- trace -------------------------------------------------------------------------------------------- */

static struct trace *trace;

static void setup_trace(void)
{
	ck_assert_int_eq(trace_new(&trace), 0);
	now = (struct mono){START_US};
}

static void teardown_trace(void)
{
	trace_free(&trace);
}

START_TEST(nobody_watches_nothing_is_kept)
{
	trace_sent(trace, 0, (const uint8_t *)"abc", 3, now);
	trace_ended(trace, 0, FAULT_NONE, now);
	ck_assert_ptr_null(trace_at(trace, 0, 1));
	ck_assert_uint_eq(trace_head(trace, 0), 0);
}
END_TEST

START_TEST(pieces_of_an_answer_are_one_frame)
{
	ck_assert_int_eq(trace_watch(trace, 3, now), 0);
	trace_sent(trace, 3, (const uint8_t *)"ask", 3, now);
	now.us += 1500;
	trace_heard(trace, 3, (const uint8_t *)"ans", 3, now);
	trace_heard(trace, 3, (const uint8_t *)"wer", 3, now);
	trace_heard(trace, 4, (const uint8_t *)"?", 1, now); /* another link */
	trace_ended(trace, 3, FAULT_NONE, now);
	const struct trace_frame *frame = trace_at(trace, 3, 2);
	ck_assert_uint_eq(trace_head(trace, 3), 2);
	ck_assert(!frame->out);
	ck_assert_uint_eq(frame->length, 6);
	ck_assert_mem_eq(frame->bytes, "answer", 6);
	ck_assert_uint_eq(frame->after_us, 1500);
}
END_TEST

START_TEST(silence_is_a_frame_without_bytes)
{
	ck_assert_int_eq(trace_watch(trace, 0, now), 0);
	trace_sent(trace, 0, (const uint8_t *)"ask", 3, now);
	trace_ended(trace, 0, FAULT_TIMEOUT, now);
	trace_ended(trace, 0, FAULT_TIMEOUT, now); /* of no request */
	ck_assert_uint_eq(trace_head(trace, 0), 2);
	ck_assert_int_eq(trace_at(trace, 0, 2)->fault, FAULT_TIMEOUT);
	ck_assert_uint_eq(trace_at(trace, 0, 2)->length, 0);
}
END_TEST

START_TEST(the_ring_forgets_the_oldest_and_the_flood_is_cut)
{
	uint8_t flood[4096] = {0};

	ck_assert_int_eq(trace_watch(trace, 0, now), 0);
	for (int i = 0; i < 1000; i++)
		trace_sent(trace, 0, flood, sizeof flood, now);
	ck_assert_uint_eq(trace_at(trace, 0, 1)->number, 1000 - LIMIT_TRACE_FRAMES + 1);
	ck_assert_uint_eq(trace_at(trace, 0, 1000)->kept, LIMIT_ADU_TCP);
	ck_assert_uint_eq(trace_at(trace, 0, 1000)->length, sizeof flood);
	ck_assert_ptr_null(trace_at(trace, 0, 1001));
}
END_TEST

START_TEST(as_many_links_as_there_is_room_for)
{
	for (uint32_t link = 0; link < LIMIT_TRACES; link++)
		ck_assert_int_eq(trace_watch(trace, link, now), 0);
	ck_assert_int_eq(trace_watch(trace, 99, now), -EBUSY);
	now = mono_add_ms(now, LIMIT_TRACE_S * 1000 + 1); /* nobody asked any more */
	ck_assert_int_eq(trace_watch(trace, 99, now), 0);
	trace_sent(trace, 1, (const uint8_t *)"a", 1, now);
	ck_assert_uint_eq(trace_head(trace, 1), 0);
}
END_TEST

int main(void)
{
	Suite *all = suite_create("identity");
	TCase *gate = tcase_create("identity"), *frames = tcase_create("trace");
	SRunner *runner = srunner_create(all);
	const TTest *const of_gate[] = {
	        good_is_uncertain_until_it_is_proven,
	        a_device_without_an_identity_passes,
	        two_wrong_answers_are_another_device,
	        one_wrong_answer_and_a_right_one_are_nothing,
	        silence_about_itself_proves_nothing,
	        a_device_that_refuses_the_question_is_not_the_one,
	        a_lost_connection_accuses_nobody,
	        an_answer_of_before_the_interruption_proves_nothing,
	        it_is_asked_again_after_a_missed_scan_and_in_peace,
	        registers_and_server_ids_prove_too,
	        who_nobody_wants_to_know_is_asked_once,
	        another_round_trip_for_a_minute_counts,
	};
	const TTest *const of_frames[] = {
	        nobody_watches_nothing_is_kept, pieces_of_an_answer_are_one_frame, silence_is_a_frame_without_bytes,
	        the_ring_forgets_the_oldest_and_the_flood_is_cut, as_many_links_as_there_is_room_for};

	tcase_add_checked_fixture(gate, NULL, teardown);
	tcase_add_checked_fixture(frames, setup_trace, teardown_trace);
	for (size_t i = 0; i < sizeof of_gate / sizeof of_gate[0]; i++)
		tcase_add_test(gate, of_gate[i]);
	for (size_t i = 0; i < sizeof of_frames / sizeof of_frames[0]; i++)
		tcase_add_test(frames, of_frames[i]);
	suite_add_tcase(all, gate);
	suite_add_tcase(all, frames);
	srunner_run_all(runner, CK_NORMAL);
	int wrong = srunner_ntests_failed(runner);
	srunner_free(runner);
	return wrong ? EXIT_FAILURE : EXIT_SUCCESS;
}
