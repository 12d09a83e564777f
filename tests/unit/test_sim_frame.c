/* SPDX-License-Identifier: Apache-2.0 */
/* sim/frame: where requests begin and end, whatever the pieces they come in. */
#include "drivers/sim/frame.c" /* part of a program, so not in a library */

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Frames as the standards print them: MB 6.1 (read coils) to 6.17, with MBAP headers of our own. */
static const uint8_t tcp_read[] = {0x12, 0x34, 0, 0, 0, 6, 0x11, 0x02, 0x00, 0xC4, 0x00, 0x16};
static const uint8_t tcp_write[] = {0x12, 0x35, 0, 0, 0, 11, 0x11, 0x10, 0x00, 0x01, 0x00, 0x02, 0x04, 0, 10, 1, 2};

struct bytes {
	uint8_t at[600];
	size_t length;
};

static struct bytes rtu(const char *pdu, size_t length)
{
	struct bytes frame = {.at = {17}, .length = length + 3};
	uint16_t sum;

	memcpy(frame.at + 1, pdu, length);
	sum = crc16(frame.at, length + 1);
	frame.at[length + 1] = (uint8_t)sum;
	frame.at[length + 2] = (uint8_t)(sum >> 8);
	return frame;
}

#define RTU(pdu) rtu(pdu, sizeof pdu - 1)

START_TEST(tcp_is_whole_only_at_its_last_byte)
{
	for (size_t length = 0; length < sizeof tcp_write; length++)
		ck_assert_int_eq(sim_frame_tcp(tcp_write, length), 0);
	ck_assert_int_eq(sim_frame_tcp(tcp_write, sizeof tcp_write), sizeof tcp_write);
}
END_TEST

START_TEST(tcp_leaves_the_next_request)
{
	uint8_t both[sizeof tcp_read + sizeof tcp_write];

	memcpy(both, tcp_read, sizeof tcp_read);
	memcpy(both + sizeof tcp_read, tcp_write, sizeof tcp_write);
	for (size_t length = sizeof tcp_read; length <= sizeof both; length++)
		ck_assert_int_eq(sim_frame_tcp(both, length), sizeof tcp_read);
}
END_TEST

START_TEST(tcp_refuses_another_protocol_at_once)
{
	uint8_t frame[] = {0, 1, 0x12, 0x00};

	ck_assert_int_eq(sim_frame_tcp(frame, 3), -EBADMSG);
	frame[2] = 0;
	frame[3] = 1;
	ck_assert_int_eq(sim_frame_tcp(frame, 4), -EBADMSG);
}
END_TEST

START_TEST(tcp_refuses_lengths_that_no_pdu_has)
{
	static const uint16_t lengths[] = {0, 1, 255, 0x7FFF, 0xFFFF};
	uint8_t frame[] = {0, 1, 0, 0, 0, 0, 1, 3};

	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		frame[4] = (uint8_t)(lengths[i] >> 8);
		frame[5] = (uint8_t)lengths[i];
		ck_assert_int_eq(sim_frame_tcp(frame, sizeof frame), -EBADMSG);
	}
	frame[4] = 0;
	frame[5] = 254;
	ck_assert_int_eq(sim_frame_tcp(frame, sizeof frame), 0);
}
END_TEST

/* SL, appendix B: the CRC of 02 07 is 12 41, sent low byte first. */
START_TEST(the_checksum_is_the_standards)
{
	static const uint8_t frame[] = {0x02, 0x07, 0x41, 0x12};

	ck_assert_int_eq(sim_frame_rtu(frame, sizeof frame), sizeof frame);
}
END_TEST

START_TEST(rtu_is_whole_only_at_its_last_byte)
{
	struct bytes frames[] = {
	        RTU("\x01\x00\x13\x00\x25"),                             /* read coils */
	        RTU("\x04\x00\x08\x00\x01"),                             /* read input registers */
	        RTU("\x07"),                                             /* read exception status */
	        RTU("\x0F\x00\x13\x00\x0A\x02\xCD\x01"),                 /* write multiple coils */
	        RTU("\x10\x00\x01\x00\x02\x04\x00\x0A\x01\x02"),         /* write multiple registers */
	        RTU("\x14\x07\x06\x00\x04\x00\x01\x00\x02"),             /* read file record */
	        RTU("\x16\x00\x04\x00\xF2\x00\x25"),                     /* mask write */
	        RTU("\x17\x00\x03\x00\x06\x00\x0E\x00\x01\x02\x00\xFF"), /* read/write multiple */
	        RTU("\x2B\x0E\x01\x00"),                                 /* read device identification */
	};

	for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
		for (size_t length = 0; length < frames[i].length; length++)
			ck_assert_int_eq(sim_frame_rtu(frames[i].at, length), 0);
		ck_assert_int_eq(sim_frame_rtu(frames[i].at, frames[i].length), (int)frames[i].length);
		ck_assert_int_eq(sim_frame_rtu(frames[i].at, frames[i].length + 5), (int)frames[i].length);
	}
}
END_TEST

START_TEST(rtu_refuses_any_single_wrong_bit)
{
	struct bytes frame = RTU("\x02\x00\xC4\x00\x16");

	for (size_t bit = 0; bit < frame.length * 8; bit++) {
		if (bit / 8 == 1)
			continue; /* another function may have another length */
		struct bytes wrong = frame;
		wrong.at[bit / 8] = (uint8_t)(wrong.at[bit / 8] ^ 1u << bit % 8);
		ck_assert_int_eq(sim_frame_rtu(wrong.at, wrong.length), -EBADMSG);
	}
}
END_TEST

START_TEST(rtu_waits_for_silence_on_an_unknown_function)
{
	struct bytes frame = RTU("\x64\x01\x02\x03\x04\x05");

	ck_assert_int_eq(sim_frame_rtu(frame.at, frame.length), 0);
	ck_assert_int_eq(sim_frame_rtu_silent(frame.at, frame.length), (int)frame.length);
	frame.at[3] ^= 1;
	ck_assert_int_eq(sim_frame_rtu_silent(frame.at, frame.length), -EBADMSG);
}
END_TEST

START_TEST(silence_on_half_a_frame_is_no_frame)
{
	struct bytes frame = RTU("\x02\x00\xC4\x00\x16");

	for (size_t length = 0; length < frame.length; length++)
		ck_assert_int_eq(sim_frame_rtu_silent(frame.at, length), -EBADMSG);
}
END_TEST

START_TEST(rtu_refuses_more_than_a_frame_can_hold)
{
	uint8_t bytes[LIMIT_ADU_RTU + 1] = {17, 0x64};
	uint8_t counted[] = {17, 0x10, 0, 1, 0, 2, 255};

	ck_assert_int_eq(sim_frame_rtu(bytes, LIMIT_ADU_RTU), 0);
	ck_assert_int_eq(sim_frame_rtu(bytes, sizeof bytes), -EBADMSG);
	ck_assert_int_eq(sim_frame_rtu_silent(bytes, sizeof bytes), -EBADMSG);
	ck_assert_int_eq(sim_frame_rtu(counted, sizeof counted), -EBADMSG);
}
END_TEST

START_TEST(a_pdu_must_be_as_long_as_its_function_says)
{
	static const uint8_t write[] = {0x10, 0x00, 0x01, 0x00, 0x02, 0x04, 0, 10, 1, 2, 0};

	for (size_t length = 0; length <= sizeof write; length++)
		ck_assert_int_eq(sim_frame_complete(write, length), length == 10);
	ck_assert(sim_frame_complete((const uint8_t[]){0x64}, 1));
	ck_assert(sim_frame_complete((const uint8_t[]){0x64, 1, 2}, 3));
}
END_TEST

START_TEST(a_span_is_what_a_read_asks_for)
{
	struct sim_span span = sim_frame_span(tcp_read + 7, 5);

	ck_assert_uint_eq(span.function, 2);
	ck_assert_uint_eq(span.address, 0xC4);
	ck_assert_uint_eq(span.count, 0x16);
	ck_assert_uint_eq(sim_frame_span(tcp_read + 7, 4).count, 0);
	ck_assert_uint_eq(sim_frame_span(tcp_write + 7, 10).count, 0);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("sim_frame");
	TCase *c = tcase_create("boundaries");

	tcase_add_test(c, tcp_is_whole_only_at_its_last_byte);
	tcase_add_test(c, tcp_leaves_the_next_request);
	tcase_add_test(c, tcp_refuses_another_protocol_at_once);
	tcase_add_test(c, tcp_refuses_lengths_that_no_pdu_has);
	tcase_add_test(c, the_checksum_is_the_standards);
	tcase_add_test(c, rtu_is_whole_only_at_its_last_byte);
	tcase_add_test(c, rtu_refuses_any_single_wrong_bit);
	tcase_add_test(c, rtu_waits_for_silence_on_an_unknown_function);
	tcase_add_test(c, silence_on_half_a_frame_is_no_frame);
	tcase_add_test(c, rtu_refuses_more_than_a_frame_can_hold);
	tcase_add_test(c, a_pdu_must_be_as_long_as_its_function_says);
	tcase_add_test(c, a_span_is_what_a_read_asks_for);
	suite_add_tcase(s, c);
	return s;
}

int main(void)
{
	SRunner *runner = srunner_create(suite());

	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
