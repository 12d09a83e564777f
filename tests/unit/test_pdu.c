/* SPDX-License-Identifier: Apache-2.0 */
/* test_pdu - requests byte by byte, objects of an identity, frames in words, and what may be written at all */
#include "drivers/crc16.h"
#include "drivers/frame_text.h"
#include "drivers/random.h"
#include "drivers/write_guard.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* --- requests (MB 6.1 to 6.6, 6.13, 6.21) ------------------------------------------------------------ */

struct sample_pdu {
	struct pdu pdu;
	uint8_t length;
	uint8_t bytes[PDU_REQUEST];
	bool write;
};

START_TEST(requests_byte_by_byte)
{
	const struct sample_pdu table[] = {
	        {pdu_read(TABLE_COIL, 19, 19), 5, {1, 0, 0x13, 0, 0x13}, false},
	        {pdu_read(TABLE_DISCRETE, 196, 22), 5, {2, 0, 0xC4, 0, 0x16}, false},
	        {pdu_read(TABLE_HOLDING, 107, 3), 5, {3, 0, 0x6B, 0, 3}, false},
	        {pdu_read(TABLE_INPUT, 65535, 1), 5, {4, 0xFF, 0xFF, 0, 1}, false},
	        {pdu_write(TABLE_COIL, 172, 1), 5, {5, 0, 0xAC, 0xFF, 0}, true},
	        {pdu_write(TABLE_COIL, 172, 0), 5, {5, 0, 0xAC, 0, 0}, true},
	        {pdu_write(TABLE_HOLDING, 1, 3), 5, {6, 0, 1, 0, 3}, true},
	        {pdu_server_id(), 1, {17}, false},
	        {pdu_identification(0), 4, {43, 14, 1, 0}, false},
	        {pdu_identification(2), 4, {43, 14, 1, 2}, false},
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		ck_assert_uint_eq(table[i].pdu.length, table[i].length);
		ck_assert_mem_eq(table[i].pdu.bytes, table[i].bytes, table[i].length);
		ck_assert_int_eq(pdu_is_write(&table[i].pdu), table[i].write);
	}
}
END_TEST

START_TEST(every_function_but_the_reading_ones_is_a_write)
{
	for (unsigned function = 0; function < 256; function++) {
		struct pdu pdu = {.length = 5, .bytes = {(uint8_t)function, 0, 1, 0, 1}};
		bool reads = (function >= 1 && function <= 4) || function == 17;
		ck_assert_int_eq(pdu_is_write(&pdu), !reads);
	}
	ck_assert(pdu_is_write(&(struct pdu){.length = 2, .bytes = {43, 13}})); /* CANopen */
	ck_assert(pdu_is_write(&(struct pdu){.length = 1, .bytes = {43}}));
	ck_assert(pdu_is_write(&(struct pdu){.length = 0}));
}
END_TEST

START_TEST(values_of_an_answer)
{
	struct pdu bits = pdu_read(TABLE_COIL, 0, 10), words = pdu_read(TABLE_INPUT, 0, 2);
	const uint8_t of_bits[] = {1, 2, 0x81, 0x02}, of_words[] = {4, 4, 0x12, 0x34, 0xFF, 0xFE};

	ck_assert_uint_eq(pdu_value(&bits, of_bits, 0), 1);
	ck_assert_uint_eq(pdu_value(&bits, of_bits, 1), 0);
	ck_assert_uint_eq(pdu_value(&bits, of_bits, 7), 1);
	ck_assert_uint_eq(pdu_value(&bits, of_bits, 9), 1);
	ck_assert_uint_eq(pdu_value(&words, of_words, 0), 0x1234);
	ck_assert_uint_eq(pdu_value(&words, of_words, 1), 0xFFFE);
}
END_TEST

/* --- identity ---------------------------------------------------------------------------------------- */

START_TEST(objects_in_two_answers)
{
	const uint8_t first[] = {43, 14, 1, 1, 0xFF, 2, 2, 0, 2, 'A', 'B', 1, 1, 'C'};
	const uint8_t second[] = {43, 14, 1, 1, 0, 0, 1, 2, 3, '1', '.', '0'};
	struct pdu_objects objects = {0};

	ck_assert_int_eq(pdu_take_objects(first, sizeof first, &objects), 0);
	ck_assert(objects.more);
	ck_assert_uint_eq(objects.next, 2);
	ck_assert_int_eq(pdu_take_objects(second, sizeof second, &objects), 0);
	ck_assert(!objects.more);
	ck_assert_uint_eq(objects.length[0], 2);
	ck_assert_mem_eq(objects.text[1], "C", 1);
	ck_assert_mem_eq(objects.text[2], "1.0", 3);
}
END_TEST

START_TEST(objects_that_lead_in_a_circle_end)
{
	const uint8_t again[] = {43, 14, 1, 1, 0xFF, 1, 1, 0, 1, 'A'};
	struct pdu_objects objects = {0};

	ck_assert_int_eq(pdu_take_objects(again, sizeof again, &objects), 0);
	ck_assert_int_lt(pdu_take_objects(again, sizeof again, &objects), 0);
}
END_TEST

START_TEST(objects_never_read_beyond_the_answer)
{
	uint64_t random = 7;
	uint8_t whole[] = {43, 14, 1, 1, 0, 0, 3, 0, 2, 'A', 'B', 1, 1, 'C', 2, 3, '1', '.', '0'};

	for (size_t cut = 0; cut < sizeof whole; cut++) {
		struct pdu_objects objects = {0};
		uint8_t *part = malloc(cut ? cut : 1); /* the sanitizer sees its end */
		memcpy(part, whole, cut);
		ck_assert_int_lt(pdu_take_objects(part, cut, &objects), 0);
		free(part);
	}
	for (int i = 0; i < 100000; i++) {
		size_t length = random_next(&random) % LIMIT_PDU;
		struct pdu_objects objects = {0};
		uint8_t *part = malloc(length ? length : 1);
		for (size_t at = 0; at < length; at++)
			part[at] = (uint8_t)(random_next(&random) % 12);
		(void)pdu_take_objects(part, length, &objects);
		for (size_t object = 0; object < PDU_OBJECTS; object++)
			ck_assert_uint_le(objects.length[object], LIMIT_IDENTITY);
		free(part);
	}
}
END_TEST

/* --- frames in words ---------------------------------------------------------------------------------- */

static void check_text(bool request, const uint8_t *bytes, size_t length, const char *wanted)
{
	struct frame_source source = {.framing = FRAMING_TCP, .request = request, .bytes = bytes, .length = length};
	char text[FRAME_TEXT];

	ck_assert_uint_eq(frame_text(&source, text), strlen(wanted));
	ck_assert_str_eq(text, wanted);
}

START_TEST(frames_in_words)
{
	check_text(true, (const uint8_t[]){0, 1, 0, 0, 0, 6, 11, 2, 0, 0, 0, 16}, 12, "unit 11 read discrete 0..15");
	check_text(true, (const uint8_t[]){0, 1, 0, 0, 0, 6, 11, 5, 0, 4, 0xFF, 0}, 12, "unit 11 write coil 4 = on");
	check_text(false, (const uint8_t[]){0, 1, 0, 0, 0, 5, 11, 2, 2, 1, 0}, 11, "unit 11 read discrete, 2 bytes");
	check_text(false, (const uint8_t[]){0, 1, 0, 0, 0, 3, 11, 0x82, 2}, 9,
	           "unit 11 read discrete: exception 2, illegal data address");
	check_text(false, (const uint8_t[]){0, 1, 0, 9, 0, 3, 11, 0x82, 2}, 9, "not Modbus: the protocol is not 0");
	check_text(false, (const uint8_t[]){0, 1, 0, 0, 0, 5, 11}, 7, "no whole frame");
}
END_TEST

START_TEST(any_bytes_are_some_words)
{
	uint64_t random = 11;
	uint8_t bytes[LIMIT_ADU_TCP];
	char text[FRAME_TEXT];

	for (int i = 0; i < 100000; i++) {
		size_t length = random_next(&random) % (sizeof bytes - 2);
		for (size_t at = 0; at < length; at++)
			bytes[at] = (uint8_t)(random_next(&random) % 50);
		struct frame_source source = {.framing = i & 1 ? FRAMING_RTU : FRAMING_TCP,
		                              .request = i & 2,
		                              .bytes = bytes,
		                              .length = length};
		if ((i & 1) && length > 2) { /* an intact frame with anything in it */
			uint16_t crc = crc16(bytes, length - 2);
			bytes[length - 2] = (uint8_t)crc;
			bytes[length - 1] = (uint8_t)(crc >> 8);
		}
		ck_assert_uint_eq(frame_text(&source, text), strlen(text));
	}
}
END_TEST

/* --- the guard ---------------------------------------------------------------------------------------- */

/* Two links with two devices each; the third point of each device is an output, its fourth is latched. */
#define DEVICES 4
#define POINTS  8

static struct site_device devices[DEVICES];
static struct site_point points[DEVICES * POINTS];
static struct site_output outputs[DEVICES];
static struct site site;

static void setup(void)
{
	memset(points, 0, sizeof points);
	for (uint32_t d = 0; d < DEVICES; d++) {
		devices[d] = (struct site_device){.link = d / 2, .unit = (uint8_t)(1 + d % 2)};
		for (uint32_t p = 0; p < POINTS; p++)
			points[d * POINTS + p] = (struct site_point){
			        .device = d, .table = p % 2 ? TABLE_HOLDING : TABLE_COIL, .address = (uint16_t)(p + d)};
		points[d * POINTS + 2].write = true;
		points[d * POINTS + 3].latched = true;
		points[d * POINTS + 3].clear =
		        (struct site_clear){.table = TABLE_HOLDING, .address = (uint16_t)(40 + d), .value = 7};
		outputs[d] = (struct site_output){.id = "o", .point = d * POINTS + 2};
	}
	site = (struct site){.link_count = 2,
	                     .device_count = DEVICES,
	                     .devices = devices,
	                     .point_count = DEVICES * POINTS,
	                     .points = points,
	                     .output_count = DEVICES,
	                     .outputs = outputs};
}

static bool may(uint32_t link, uint8_t unit, enum write_origin origin, const struct pdu *pdu)
{
	return write_guard_allows(&site,
	                          &(struct write_request){.link = link, .unit = unit, .origin = origin, .pdu = pdu});
}

START_TEST(an_output_is_written_and_nothing_beside_it)
{
	struct pdu on = pdu_write(TABLE_COIL, 2, 1), beside = pdu_write(TABLE_COIL, 4, 1);
	struct pdu register_of_it = pdu_write(TABLE_HOLDING, 2, 1);

	ck_assert(may(0, 1, WRITE_OUTPUT, &on));
	ck_assert(!may(0, 2, WRITE_OUTPUT, &on)); /* there it is address 3 */
	ck_assert(!may(1, 1, WRITE_OUTPUT, &on));
	ck_assert(!may(0, 1, WRITE_NEVER, &on));
	ck_assert(!may(0, 1, WRITE_CLEAR, &on));
	ck_assert(!may(0, 1, WRITE_OUTPUT, &beside));
	ck_assert(!may(0, 1, WRITE_OUTPUT, &register_of_it));
}
END_TEST

START_TEST(an_output_whose_point_may_not_be_written_is_not)
{
	struct pdu on = pdu_write(TABLE_COIL, 2, 1);

	points[2].write = false;
	ck_assert(!may(0, 1, WRITE_OUTPUT, &on));
}
END_TEST

START_TEST(clearing_is_exactly_that_write)
{
	struct pdu clear = pdu_write(TABLE_HOLDING, 40, 7), other = pdu_write(TABLE_HOLDING, 40, 8);

	ck_assert(may(0, 1, WRITE_CLEAR, &clear));
	ck_assert(!may(0, 1, WRITE_CLEAR, &other));
	ck_assert(!may(0, 1, WRITE_OUTPUT, &clear));
	ck_assert(!may(0, 2, WRITE_CLEAR, &clear));
}
END_TEST

START_TEST(poke_wants_leave_and_spares_outputs)
{
	struct pdu free_one = pdu_write(TABLE_HOLDING, 900, 7), of_output = pdu_write(TABLE_COIL, 2, 1);

	ck_assert(!may(0, 1, WRITE_POKE, &free_one));
	site.control_poke = true;
	ck_assert(may(0, 1, WRITE_POKE, &free_one));
	ck_assert(may(0, 99, WRITE_POKE, &free_one));
	ck_assert(!may(0, 1, WRITE_POKE, &of_output));
}
END_TEST

/* By the plainest words, without the module's own parts. */
static bool is_output_write(uint32_t link, uint8_t unit, const struct pdu *pdu)
{
	for (uint32_t d = 0; d < DEVICES; d++) {
		bool there = devices[d].link == link && devices[d].unit == unit;
		bool same = pdu->bytes[0] == 5 && pdu->bytes[1] == 0 && pdu->bytes[2] == 2 + d;
		bool value = (pdu->bytes[3] == 0xFF || pdu->bytes[3] == 0) && pdu->bytes[4] == 0;
		if (there && same && value && pdu->length == 5)
			return true;
	}
	return false;
}

/* Promise 7: whatever is asked for, in whatever form, only listed points are written. */
START_TEST(random_requests_write_nothing_but_outputs)
{
	uint64_t random = 20261125;
	unsigned allowed = 0;

	for (int i = 0; i < 2000000; i++) {
		struct pdu pdu = {.length = random_next(&random) % 8 ? 5 : (uint8_t)(random_next(&random) % 16)};
		for (size_t at = 0; at < 16; at++)
			pdu.bytes[at] = (uint8_t)(random_next(&random) % 8);
		if (random_next(&random) & 1)
			pdu.bytes[1] = 0;
		if (random_next(&random) & 1)
			pdu.bytes[3] = 0xFF;
		if (random_next(&random) & 1)
			pdu.bytes[4] = 0;
		if (random_next(&random) % 64 == 0)
			pdu.bytes[0] = (uint8_t)random_next(&random);
		uint32_t link = (uint32_t)(random_next(&random) % 3);
		uint8_t unit = (uint8_t)(random_next(&random) % 4);
		enum write_origin origin = random_next(&random) & 1 ? WRITE_OUTPUT : WRITE_NEVER;
		if (!pdu_is_write(&pdu) || !may(link, unit, origin, &pdu))
			continue;
		allowed++;
		ck_assert(origin == WRITE_OUTPUT && is_output_write(link, unit, &pdu));
	}
	ck_assert_uint_gt(allowed, 100); /* it does not refuse everything */
}
END_TEST

START_TEST(a_site_without_outputs_writes_nothing)
{
	uint64_t random = 4;

	site.output_count = 0;
	for (size_t i = 0; i < POINTS * DEVICES; i++)
		points[i].latched = false;
	for (int i = 0; i < 200000; i++) {
		struct pdu pdu =
		        pdu_write(i & 1 ? TABLE_COIL : TABLE_HOLDING, (uint16_t)(random_next(&random) % 16), 1);
		enum write_origin origin = (enum write_origin)(random_next(&random) % (WRITE_POKE + 1));
		ck_assert(
		        !may((uint32_t)(random_next(&random) % 2), (uint8_t)(random_next(&random) % 3), origin, &pdu));
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *all = suite_create("pdu");
	TCase *plain = tcase_create("requests and answers"), *guard = tcase_create("guard");

	tcase_add_test(plain, requests_byte_by_byte);
	tcase_add_test(plain, every_function_but_the_reading_ones_is_a_write);
	tcase_add_test(plain, values_of_an_answer);
	tcase_add_test(plain, objects_in_two_answers);
	tcase_add_test(plain, objects_that_lead_in_a_circle_end);
	tcase_add_test(plain, objects_never_read_beyond_the_answer);
	tcase_add_test(plain, frames_in_words);
	tcase_add_test(plain, any_bytes_are_some_words);
	suite_add_tcase(all, plain);
	tcase_add_checked_fixture(guard, setup, NULL);
	tcase_add_test(guard, an_output_is_written_and_nothing_beside_it);
	tcase_add_test(guard, an_output_whose_point_may_not_be_written_is_not);
	tcase_add_test(guard, clearing_is_exactly_that_write);
	tcase_add_test(guard, poke_wants_leave_and_spares_outputs);
	tcase_add_test(guard, random_requests_write_nothing_but_outputs);
	tcase_add_test(guard, a_site_without_outputs_writes_nothing);
	suite_add_tcase(all, guard);
	return all;
}

int main(void)
{
	SRunner *runner = srunner_create(suite());

	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
