/* SPDX-License-Identifier: Apache-2.0 */
/* transaction: the one right answer is believed, every other frame is not, in whatever pieces it comes. */
#include "drivers/crc16.h"
#include "drivers/transaction.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_MS 200

static struct transaction transaction;
static uint8_t frame[LIMIT_ADU_TCP];
static size_t frame_length;
static const struct mono start = {1000000};

static void begin(uint8_t function, uint16_t count)
{
	struct transaction_request request = {.unit = 5, .function = function, .address = 16, .count = count};

	frame_length = transaction_start(&transaction, &request, mono_add_ms(start, TIMEOUT_MS), frame);
}

static void setup_tcp(void)
{
	memset(&transaction, 0, sizeof transaction);
	transaction.id = 0x0FFE;
	transaction_reset(&transaction, FRAMING_TCP);
	begin(3, 2); /* id 0x0FFF, over and done */
	transaction_expire(&transaction);
	begin(3, 2); /* id 0x1000 */
}

static void setup_rtu(void)
{
	memset(&transaction, 0, sizeof transaction);
	transaction_reset(&transaction, FRAMING_RTU);
	begin(3, 2);
}

/* The last verdict that is not "wait", fed in pieces of `piece` bytes. */
static struct transaction_reply feed(const uint8_t *bytes, size_t length, size_t piece)
{
	struct transaction_reply last = {.kind = TRANSACTION_WAIT}, reply;

	for (size_t at = 0; at < length; at += piece) {
		struct transaction_bytes chunk = {bytes + at, length - at < piece ? length - at : piece};
		while ((reply = transaction_take(&transaction, &chunk, start)).kind != TRANSACTION_WAIT) {
			last = reply;
			if (reply.kind == TRANSACTION_BROKEN)
				return last;
		}
	}
	return last;
}

struct row {
	const char *name;
	uint8_t bytes[20];
	size_t length;
	enum transaction_kind kind;
	enum fault fault;
};

#define MBAP(id_low, length) 0x10, id_low, 0, 0, 0, length

static const struct row tcp_rows[] = {
        {"good", {MBAP(0, 7), 5, 3, 4, 1, 2, 3, 4}, 13, TRANSACTION_DATA, FAULT_NONE},
        {"exception", {MBAP(0, 3), 5, 0x83, 2}, 9, TRANSACTION_EXCEPTION, FAULT_NONE},
        {"id of before", {0x0F, 0xFF, 0, 0, 0, 7, 5, 3, 4, 1, 2, 3, 4}, 13, TRANSACTION_STRAY, FAULT_LATE},
        {"exception of before", {0x0F, 0xFF, 0, 0, 0, 3, 5, 0x83, 2}, 9, TRANSACTION_STRAY, FAULT_LATE},
        {"id of never", {MBAP(1, 7), 5, 3, 4, 1, 2, 3, 4}, 13, TRANSACTION_BROKEN, FAULT_UNEXPECTED},
        {"id 0", {0, 0, 0, 0, 0, 7, 5, 3, 4, 1, 2, 3, 4}, 13, TRANSACTION_BROKEN, FAULT_UNEXPECTED},
        {"id before the first",
         {0x0F, 0xFE, 0, 0, 0, 7, 5, 3, 4, 1, 2, 3, 4},
         13,
         TRANSACTION_BROKEN,
         FAULT_UNEXPECTED},
        {"unit", {MBAP(0, 7), 6, 3, 4, 1, 2, 3, 4}, 13, TRANSACTION_BROKEN, FAULT_UNIT},
        {"protocol", {0x10, 0, 0x12, 0, 0, 7, 5, 3, 4, 1, 2, 3, 4}, 13, TRANSACTION_BROKEN, FAULT_MISMATCH},
        {"length too great", {0x10, 0, 0, 0, 0x7F, 0xFF, 5, 3, 4, 1, 2, 3, 4}, 13, TRANSACTION_BROKEN, FAULT_MISMATCH},
        {"length 255", {MBAP(0, 255), 5, 3, 4, 1, 2, 3, 4}, 13, TRANSACTION_BROKEN, FAULT_MISMATCH},
        {"length too small", {MBAP(0, 2), 5, 3, 4, 1, 2, 3, 4}, 13, TRANSACTION_BROKEN, FAULT_MISMATCH},
        {"length one short", {MBAP(0, 6), 5, 3, 4, 1, 2, 3, 4}, 13, TRANSACTION_BROKEN, FAULT_MISMATCH},
        {"length with a tail", {MBAP(0, 8), 5, 3, 4, 1, 2, 3, 4, 9}, 14, TRANSACTION_BROKEN, FAULT_MISMATCH},
        {"byte count", {MBAP(0, 5), 5, 3, 2, 1, 2}, 11, TRANSACTION_BROKEN, FAULT_MISMATCH},
        {"byte count says otherwise", {MBAP(0, 7), 5, 3, 6, 1, 2, 3, 4}, 13, TRANSACTION_BROKEN, FAULT_MISMATCH},
        {"function", {MBAP(0, 7), 5, 4, 4, 1, 2, 3, 4}, 13, TRANSACTION_BROKEN, FAULT_MISMATCH},
        {"exception of another", {MBAP(0, 3), 5, 0x84, 2}, 9, TRANSACTION_BROKEN, FAULT_MISMATCH},
        {"exception with a tail", {MBAP(0, 4), 5, 0x83, 2, 0}, 10, TRANSACTION_BROKEN, FAULT_MISMATCH},
        {"short", {MBAP(0, 7), 5, 3, 4, 1, 2, 3}, 12, TRANSACTION_WAIT, FAULT_NONE},
        {"garbage", {0xDE, 0xAD, 0xBE, 0xEF, 1, 2, 3, 4}, 8, TRANSACTION_BROKEN, FAULT_MISMATCH},
};
#define TCP_ROWS (int)(sizeof tcp_rows / sizeof *tcp_rows)

/* without checksum, which check_rtu adds; broken: flips a bit of it */
static const struct rtu_row {
	struct row row;
	bool broken;
} rtu_rows[] = {
        {{"good", {5, 3, 4, 1, 2, 3, 4}, 7, TRANSACTION_DATA, FAULT_NONE}, false},
        {{"exception", {5, 0x83, 2}, 3, TRANSACTION_EXCEPTION, FAULT_NONE}, false},
        {{"checksum", {5, 3, 4, 1, 2, 3, 4}, 7, TRANSACTION_BROKEN, FAULT_CRC}, true},
        {{"exception's checksum", {5, 0x83, 2}, 3, TRANSACTION_BROKEN, FAULT_CRC}, true},
        {{"unit", {6, 3, 4, 1, 2, 3, 4}, 7, TRANSACTION_STRAY, FAULT_UNIT}, false},
        {{"function", {5, 4, 4, 1, 2, 3, 4}, 7, TRANSACTION_STRAY, FAULT_MISMATCH}, false},
        {{"byte count", {5, 3, 2, 1, 2}, 5, TRANSACTION_STRAY, FAULT_MISMATCH}, false},
        {{"exception of another", {5, 0x84, 2}, 3, TRANSACTION_STRAY, FAULT_MISMATCH}, false},
        {{"echo of the request", {5, 3, 0, 16, 0, 2}, 6, TRANSACTION_BROKEN, FAULT_CRC}, false},
        {{"write", {5, 6, 0, 16, 0, 2}, 6, TRANSACTION_STRAY, FAULT_MISMATCH}, false},
        {{"unknown function", {5, 0x2B, 4, 1, 2, 3, 4}, 7, TRANSACTION_BROKEN, FAULT_MISMATCH}, false},
        {{"too long", {5, 3, 255, 1, 2, 3, 4}, 7, TRANSACTION_BROKEN, FAULT_MISMATCH}, false},
};
#define RTU_ROWS (int)(sizeof rtu_rows / sizeof *rtu_rows)

static void check_reply(const struct row *row, const struct transaction_reply *reply, size_t piece)
{
	ck_assert_msg(reply->kind == row->kind && reply->fault == row->fault, "%s in pieces of %zu: kind %d fault %s",
	              row->name, piece, (int)reply->kind, fault_name(reply->fault));
	if (reply->kind == TRANSACTION_DATA) {
		ck_assert_uint_eq(reply->length, 4);
		ck_assert_mem_eq(reply->data, "\1\2\3\4", 4);
	}
	if (reply->kind == TRANSACTION_EXCEPTION)
		ck_assert_uint_eq(reply->code, 2);
	bool over =
	        row->kind == TRANSACTION_DATA || row->kind == TRANSACTION_EXCEPTION || row->kind == TRANSACTION_BROKEN;
	ck_assert_int_eq(transaction.active, !over);
}

START_TEST(tcp_frames)
{
	const struct row *row = &tcp_rows[_i];

	for (size_t piece = 1; piece <= row->length; piece++) {
		setup_tcp();
		struct transaction_reply reply = feed(row->bytes, row->length, piece);
		check_reply(row, &reply, piece);
	}
}
END_TEST

START_TEST(rtu_frames)
{
	const struct row *row = &rtu_rows[_i].row;
	uint8_t bytes[24];
	uint16_t crc = crc16(row->bytes, row->length);
	size_t length = row->length + 2;

	memcpy(bytes, row->bytes, row->length);
	bytes[row->length] = (uint8_t)(crc ^ rtu_rows[_i].broken);
	bytes[row->length + 1] = (uint8_t)(crc >> 8);
	for (size_t piece = 1; piece <= length; piece++) {
		setup_rtu();
		struct transaction_reply reply = feed(bytes, length, piece);
		check_reply(row, &reply, piece);
	}
}
END_TEST

/* SL 2.5.1 and the usual tables: 11 03 006B 0003 has checksum 7687, low byte first */
START_TEST(rtu_request_is_framed)
{
	struct transaction_request request = {.unit = 0x11, .function = 3, .address = 0x6B, .count = 3};

	transaction.active = false;
	ck_assert_uint_eq(transaction_start(&transaction, &request, start, frame), 8);
	ck_assert_mem_eq(frame, "\x11\x03\x00\x6B\x00\x03\x76\x87", 8);
}
END_TEST

START_TEST(tcp_request_is_framed)
{
	ck_assert_uint_eq(frame_length, 12);
	ck_assert_mem_eq(frame, "\x10\x00\x00\x00\x00\x06\x05\x03\x00\x10\x00\x02", 12);
}
END_TEST

START_TEST(tcp_late_answer_then_the_right_one)
{
	static const uint8_t both[] = {0x0F, 0xFF, 0, 0, 0, 7, 5, 3, 4, 9, 9, 9, 9, MBAP(0, 7), 5, 3, 4, 1, 2, 3, 4};

	for (size_t piece = 1; piece <= sizeof both; piece++) {
		setup_tcp();
		struct transaction_reply reply = feed(both, sizeof both, piece);
		check_reply(&tcp_rows[0], &reply, piece);
	}
}
END_TEST

START_TEST(tcp_duplicate_is_late)
{
	feed(tcp_rows[0].bytes, tcp_rows[0].length, 100);
	struct transaction_reply reply = feed(tcp_rows[0].bytes, tcp_rows[0].length, 100);
	ck_assert_int_eq(reply.kind, TRANSACTION_STRAY);
	ck_assert_int_eq(reply.fault, FAULT_LATE);
}
END_TEST

START_TEST(tcp_bytes_while_idle_break)
{
	static const uint8_t unasked[] = {MBAP(7, 3), 5, 0x83, 2};

	transaction_expire(&transaction);
	struct transaction_reply reply = feed(unasked, sizeof unasked, 1);
	ck_assert_int_eq(reply.kind, TRANSACTION_BROKEN);
	ck_assert_int_eq(reply.fault, FAULT_UNEXPECTED);
}
END_TEST

START_TEST(tcp_new_connection_forgets_the_ids_of_the_old)
{
	transaction_expire(&transaction);
	transaction_reset(&transaction, FRAMING_TCP);
	begin(3, 2);
	struct transaction_reply reply = feed(tcp_rows[0].bytes, tcp_rows[0].length, 100); /* the old connection's */
	ck_assert_int_eq(reply.kind, TRANSACTION_BROKEN);
}
END_TEST

START_TEST(tcp_ids_wrap)
{
	transaction_expire(&transaction);
	for (int i = 0; i < 70000; i++) {
		begin(3, 2);
		uint8_t answer[] = {frame[0], frame[1], 0, 0, 0, 7, 5, 3, 4, 1, 2, 3, 4};
		ck_assert_int_eq(feed(answer, sizeof answer, 100).kind, TRANSACTION_DATA);
	}
}
END_TEST

/* One byte of the answer every 20 ms: 13 bytes would take 260 ms, the deadline is at 200. */
static void trickle(const uint8_t *bytes, size_t length, int64_t pause_ms)
{
	struct mono now = start;
	struct transaction_reply reply = {.kind = TRANSACTION_WAIT};

	for (size_t i = 0; i < length && reply.kind == TRANSACTION_WAIT; i++) {
		struct transaction_bytes chunk = {bytes + i, 1};
		now = mono_add_ms(now, pause_ms);
		reply = transaction_take(&transaction, &chunk, now);
	}
	ck_assert_int_eq(reply.kind, TRANSACTION_EXPIRED);
	ck_assert_int_eq(reply.fault, FAULT_SHORT);
	ck_assert(mono_reached(now, mono_add_ms(start, TIMEOUT_MS)));
	ck_assert(!transaction.active);
}

START_TEST(tcp_trickle_does_not_stretch_the_deadline)
{
	trickle(tcp_rows[0].bytes, tcp_rows[0].length, 20);
}
END_TEST

START_TEST(rtu_trickle_does_not_stretch_the_deadline)
{
	static const uint8_t good[] = {5, 3, 4, 1, 2, 3, 4, 0, 0};

	trickle(good, sizeof good, 30);
}
END_TEST

START_TEST(rtu_intact_frame_while_idle_is_unexpected)
{
	uint8_t bytes[] = {5, 0x83, 2, 0, 0};
	uint16_t crc = crc16(bytes, 3);

	bytes[3] = (uint8_t)crc;
	bytes[4] = (uint8_t)(crc >> 8);
	transaction_expire(&transaction);
	struct transaction_reply reply = feed(bytes, sizeof bytes, 1);
	ck_assert_int_eq(reply.kind, TRANSACTION_STRAY);
	ck_assert_int_eq(reply.fault, FAULT_UNEXPECTED);
	ck_assert_uint_eq(reply.unit, 5);
}
END_TEST

/* --- other functions than reads ----------------------------------------------------------------------- */

#define WRITE_COIL  "\x05\x00\x07\xFF\x00"
#define WRITE_WORD  "\x06\x00\x07\x12\x34"
#define WRITE_COILS "\x0F\x00\x07\x00\x0A\x02\xCD\x01"
#define WRITE_WORDS "\x10\x00\x07\x00\x02\x04\x00\x0A\x01\x02"
#define SERVER_ID   "\x11"
#define IDENTIFY    "\x2B\x0E\x01\x00"
#define OBJECTS                                                                                                        \
	"\x2B\x0E\x01\x01\x00\x00\x02\x00\x03"                                                                         \
	"Abc"                                                                                                          \
	"\x01\x02"                                                                                                     \
	"X1"

static const struct pdu_row {
	const char *name, *ask;
	size_t ask_length;
	const char *answer;
	size_t length;
	enum transaction_kind kind; /* of an answer that is not believed: in RTU */
} pdu_rows[] = {
        {"coil", WRITE_COIL, 5, WRITE_COIL, 5, TRANSACTION_DATA},
        {"coil, other value", WRITE_COIL, 5, "\x05\x00\x07\x00\x00", 5, TRANSACTION_STRAY},
        {"coil, other address", WRITE_COIL, 5, "\x05\x00\x08\xFF\x00", 5, TRANSACTION_STRAY},
        {"coil, refused", WRITE_COIL, 5, "\x85\x02", 2, TRANSACTION_EXCEPTION},
        {"word", WRITE_WORD, 5, WRITE_WORD, 5, TRANSACTION_DATA},
        {"word, as a coil", WRITE_WORD, 5, "\x05\x00\x07\x12\x34", 5, TRANSACTION_STRAY},
        {"coils", WRITE_COILS, 8, "\x0F\x00\x07\x00\x0A", 5, TRANSACTION_DATA},
        {"coils, fewer", WRITE_COILS, 8, "\x0F\x00\x07\x00\x09", 5, TRANSACTION_STRAY},
        {"words", WRITE_WORDS, 10, "\x10\x00\x07\x00\x02", 5, TRANSACTION_DATA},
        {"words, other address", WRITE_WORDS, 10, "\x10\x01\x07\x00\x02", 5, TRANSACTION_STRAY},
        {"words, refused otherwise", WRITE_WORDS, 10, "\x8F\x02", 2, TRANSACTION_STRAY},
        {"server", SERVER_ID, 1, "\x11\x03\x2A\xFF\x01", 5, TRANSACTION_DATA},
        {"objects", IDENTIFY, 4, OBJECTS, 16, TRANSACTION_DATA},
        {"objects, of another kind", IDENTIFY, 4, "\x2B\x0E\x02\x01\x00\x00\x01\x00\x01Z", 10, TRANSACTION_STRAY},
        {"objects, refused", IDENTIFY, 4, "\xAB\x01", 2, TRANSACTION_EXCEPTION},
        {"objects, none", IDENTIFY, 4, "\x2B\x0E\x01\x01\x00\x00\x00", 7, TRANSACTION_DATA},
        {"objects, of another interface", IDENTIFY, 4, "\x2B\x0D\x01\x01\x00\x00\x00", 7, TRANSACTION_BROKEN},
        {"objects, too many", IDENTIFY, 4, "\x2B\x0E\x01\x01\x00\x00\x02\x00\xFE", 9, TRANSACTION_BROKEN},
};
#define PDU_ROWS (int)(sizeof pdu_rows / sizeof *pdu_rows)

static size_t wrap(bool tcp, const struct pdu_row *row, uint8_t *bytes)
{
	size_t head = tcp ? 6 : 0, length = head + 1 + row->length;

	memcpy(bytes, frame, head);
	bytes[4] = 0;
	bytes[5] = (uint8_t)(row->length + 1);
	bytes[head] = 5;
	memcpy(bytes + head + 1, row->answer, row->length);
	if (tcp)
		return length;
	uint16_t crc = crc16(bytes, length);
	bytes[length++] = (uint8_t)crc;
	bytes[length++] = (uint8_t)(crc >> 8);
	return length;
}

static void check_pdu(bool tcp, const struct pdu_row *row, size_t piece)
{
	struct transaction_bytes ask = {(const uint8_t *)row->ask, row->ask_length};
	uint8_t bytes[64];
	bool good = row->kind == TRANSACTION_DATA || row->kind == TRANSACTION_EXCEPTION;

	transaction_reset(&transaction, tcp ? FRAMING_TCP : FRAMING_RTU);
	ck_assert(transaction_can_ask(&ask));
	transaction_start_pdu(&transaction, 5, &ask, mono_add_ms(start, TIMEOUT_MS), frame);
	size_t length = wrap(tcp, row, bytes);
	struct transaction_reply reply = feed(bytes, length, piece);
	enum transaction_kind kind = good || !tcp ? row->kind : TRANSACTION_BROKEN;
	ck_assert_msg(reply.kind == kind, "%s in pieces of %zu: kind %d", row->name, piece, (int)reply.kind);
	if (!good)
		return;
	ck_assert_uint_eq(reply.length + 2, row->length);
	ck_assert_mem_eq(reply.data - 2, row->answer, row->length);
}

START_TEST(answers_to_other_functions)
{
	for (size_t piece = 1; piece <= 40; piece++) {
		check_pdu(false, &pdu_rows[_i], piece);
		check_pdu(true, &pdu_rows[_i], piece);
	}
}
END_TEST

START_TEST(silence_is_a_timeout)
{
	ck_assert_int_eq(transaction_expire(&transaction), FAULT_TIMEOUT);
}
END_TEST

static TCase *tcp_case(void)
{
	TCase *tc = tcase_create("tcp");

	tcase_add_checked_fixture(tc, setup_tcp, NULL);
	tcase_add_loop_test(tc, tcp_frames, 0, TCP_ROWS);
	tcase_add_test(tc, tcp_request_is_framed);
	tcase_add_test(tc, tcp_late_answer_then_the_right_one);
	tcase_add_test(tc, tcp_duplicate_is_late);
	tcase_add_test(tc, tcp_bytes_while_idle_break);
	tcase_add_test(tc, tcp_new_connection_forgets_the_ids_of_the_old);
	tcase_add_test(tc, tcp_ids_wrap);
	tcase_add_test(tc, tcp_trickle_does_not_stretch_the_deadline);
	tcase_add_test(tc, silence_is_a_timeout);
	return tc;
}

static TCase *rtu_case(void)
{
	TCase *tc = tcase_create("rtu");

	tcase_add_checked_fixture(tc, setup_rtu, NULL);
	tcase_add_loop_test(tc, rtu_frames, 0, RTU_ROWS);
	tcase_add_loop_test(tc, answers_to_other_functions, 0, PDU_ROWS);
	tcase_add_test(tc, rtu_request_is_framed);
	tcase_add_test(tc, rtu_trickle_does_not_stretch_the_deadline);
	tcase_add_test(tc, rtu_intact_frame_while_idle_is_unexpected);
	tcase_add_test(tc, silence_is_a_timeout);
	return tc;
}

int main(void)
{
	Suite *suite = suite_create("transaction");

	suite_add_tcase(suite, tcp_case());
	suite_add_tcase(suite, rtu_case());
	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
