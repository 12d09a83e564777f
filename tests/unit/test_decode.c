/* SPDX-License-Identifier: Apache-2.0 */
/* decode: the right value out of the right bytes, as the Modbus specification's own examples have it, and for numbers
 * of two registers as libmodbus reads them. */
#include "drivers/decode.h"
#include "drivers/random.h"

#include <check.h>
#include <float.h>
#include <math.h>
#include <modbus.h>
#include <stdlib.h>
#include <string.h>

static double bit_of(const struct decode_data *data, uint16_t address, uint8_t bit)
{
	struct site_point point = {.table = data->table, .address = address, .bit = bit};

	ck_assert(decode_covers(data, &point));
	return decode_value(data, &point);
}

/* Four bytes as they come on the wire, in one number of the type and order. */
static double number_of(const uint8_t bytes[4], enum site_type type, enum site_order order)
{
	struct decode_data data = {TABLE_INPUT, 500, 2, bytes};
	struct site_point point = {.table = TABLE_INPUT, .address = 500, .type = type, .order = order};

	ck_assert(decode_covers(&data, &point));
	return decode_value(&data, &point);
}

/* MB 6.2: inputs 197 to 218, data AC DB 35; 204 to 197 are 1010 1100 */
START_TEST(inputs_come_lowest_bit_first)
{
	static const uint8_t bytes[] = {0xAC, 0xDB, 0x35};
	struct decode_data data = {TABLE_DISCRETE, 196, 22, bytes};

	for (uint16_t i = 0; i < 22; i++)
		ck_assert(bit_of(&data, (uint16_t)(196 + i), 0) == (bytes[i / 8] >> i % 8 & 1));
	ck_assert(bit_of(&data, 196, 0) == 0);
	ck_assert(bit_of(&data, 198, 0) == 1);
	ck_assert(bit_of(&data, 203, 0) == 1);
	ck_assert(bit_of(&data, 217, 0) == 1);
}
END_TEST

/* MB 6.3: registers 108 to 110 hold 022B 0000 0064 */
static const uint8_t example[] = {0x02, 0x2B, 0x00, 0x00, 0x00, 0x64};

START_TEST(registers_come_high_byte_first)
{
	struct decode_data data = {TABLE_HOLDING, 107, 3, example};

	for (uint8_t bit = 0; bit < 16; bit++) {
		ck_assert(bit_of(&data, 107, bit) == (0x022B >> bit & 1));
		ck_assert(bit_of(&data, 109, bit) == (0x0064 >> bit & 1));
	}
}
END_TEST

/* the specification gives them as 555, 0 and 100 */
START_TEST(a_register_is_a_number)
{
	struct decode_data data = {TABLE_HOLDING, 107, 3, example};
	struct site_point point = {.table = TABLE_HOLDING, .address = 107, .type = TYPE_U16};

	ck_assert(decode_value(&data, &point) == 555);
	point.address = 108;
	ck_assert(decode_value(&data, &point) == 0);
	point.address = 109;
	ck_assert(decode_value(&data, &point) == 100);
}
END_TEST

static const struct {
	uint8_t bytes[4];
	enum site_type type;
	double value;
} singles[] = {
        {{0x00, 0x00, 0xFF, 0xFF}, TYPE_U16, 0},      {{0xFF, 0xFF, 0x00, 0x00}, TYPE_U16, 65535},
        {{0x80, 0x00, 0x00, 0x00}, TYPE_U16, 32768},  {{0x7F, 0xFF, 0x00, 0x00}, TYPE_I16, 32767},
        {{0x80, 0x00, 0x00, 0x00}, TYPE_I16, -32768}, {{0xFF, 0xFF, 0x00, 0x00}, TYPE_I16, -1},
};

START_TEST(sixteen_bits_to_the_ends)
{
	for (enum site_order order = ORDER_ABCD; order <= ORDER_DCBA; order++)
		ck_assert(number_of(singles[_i].bytes, singles[_i].type, order) == singles[_i].value);
}
END_TEST

/* 0x01020304 as each order puts it on the wire */
START_TEST(letters_say_where_the_bytes_are)
{
	static const uint8_t bytes[][4] = {
	        [ORDER_ABCD] = {1, 2, 3, 4},
	        [ORDER_CDAB] = {3, 4, 1, 2},
	        [ORDER_BADC] = {2, 1, 4, 3},
	        [ORDER_DCBA] = {4, 3, 2, 1},
	};

	for (enum site_order order = ORDER_ABCD; order <= ORDER_DCBA; order++) {
		ck_assert(number_of(bytes[order], TYPE_U32, order) == 0x01020304);
		ck_assert(number_of(bytes[order], TYPE_I32, order) == 0x01020304);
	}
}
END_TEST

/* Most significant byte first, as ORDER_ABCD. */
static const struct {
	uint8_t bytes[4];
	enum site_type type;
	double value;
} doubles[] = {
        {{0x00, 0x00, 0x00, 0x00}, TYPE_U32, 0},
        {{0xFF, 0xFF, 0xFF, 0xFF}, TYPE_U32, 4294967295.0},
        {{0x80, 0x00, 0x00, 0x00}, TYPE_U32, 2147483648.0},
        {{0x7F, 0xFF, 0xFF, 0xFF}, TYPE_I32, 2147483647.0},
        {{0x80, 0x00, 0x00, 0x00}, TYPE_I32, -2147483648.0},
        {{0xFF, 0xFF, 0xFF, 0xFE}, TYPE_I32, -2},
        {{0x3F, 0x80, 0x00, 0x00}, TYPE_F32, 1},
        {{0xC2, 0xF7, 0x00, 0x00}, TYPE_F32, -123.5},
        {{0x7F, 0x7F, 0xFF, 0xFF}, TYPE_F32, FLT_MAX},
        {{0x00, 0x80, 0x00, 0x00}, TYPE_F32, FLT_MIN},
        {{0x00, 0x00, 0x00, 0x01}, TYPE_F32, 0x1p-149}, /* the smallest there is, denormal */
        {{0x80, 0x00, 0x00, 0x00}, TYPE_F32, -0.0},
};

static void reorder(const uint8_t abcd[4], enum site_order order, uint8_t ret_bytes[4])
{
	static const uint8_t from[][4] = {
	        [ORDER_ABCD] = {0, 1, 2, 3},
	        [ORDER_CDAB] = {2, 3, 0, 1},
	        [ORDER_BADC] = {1, 0, 3, 2},
	        [ORDER_DCBA] = {3, 2, 1, 0},
	};

	for (size_t i = 0; i < 4; i++)
		ret_bytes[i] = abcd[from[order][i]];
}

START_TEST(two_registers_to_the_ends)
{
	uint8_t bytes[4];

	for (enum site_order order = ORDER_ABCD; order <= ORDER_DCBA; order++) {
		reorder(doubles[_i].bytes, order, bytes);
		ck_assert(number_of(bytes, doubles[_i].type, order) == doubles[_i].value);
	}
}
END_TEST

START_TEST(no_number_is_told_as_such)
{
	static const uint8_t quiet[4] = {0x7F, 0xC0, 0x00, 0x00}, signalling[4] = {0xFF, 0xA0, 0x00, 0x01},
	                     up[4] = {0x7F, 0x80, 0x00, 0x00}, down[4] = {0xFF, 0x80, 0x00, 0x00};

	ck_assert(isnan(number_of(quiet, TYPE_F32, ORDER_ABCD)));
	ck_assert(isnan(number_of(signalling, TYPE_F32, ORDER_ABCD)));
	ck_assert(isinf(number_of(up, TYPE_F32, ORDER_ABCD)) && number_of(up, TYPE_F32, ORDER_ABCD) > 0);
	ck_assert(isinf(number_of(down, TYPE_F32, ORDER_ABCD)) && number_of(down, TYPE_F32, ORDER_ABCD) < 0);
}
END_TEST

/* An implementation that is not ours: libmodbus, over random patterns. */
START_TEST(floats_are_as_libmodbus_reads_them)
{
	static float (*const readers[])(const uint16_t *) = {
	        [ORDER_ABCD] = modbus_get_float_abcd,
	        [ORDER_CDAB] = modbus_get_float_cdab,
	        [ORDER_BADC] = modbus_get_float_badc,
	        [ORDER_DCBA] = modbus_get_float_dcba,
	};
	uint64_t state = 20250101;

	for (unsigned round = 0; round < 100000; round++) {
		uint32_t pattern = (uint32_t)random_next(&state);
		const uint8_t bytes[4] = {(uint8_t)(pattern >> 24), (uint8_t)(pattern >> 16), (uint8_t)(pattern >> 8),
		                          (uint8_t)pattern};
		const uint16_t registers[2] = {(uint16_t)(pattern >> 16), (uint16_t)pattern};
		enum site_order order = (enum site_order)(round % 4);
		double theirs = (double)readers[order](registers), ours = number_of(bytes, TYPE_F32, order);

		if (ours != theirs && !(isnan(ours) && isnan(theirs)))
			ck_abort_msg("pattern %08x order %d: %g, libmodbus %g", pattern, order, ours, theirs);
	}
}
END_TEST

START_TEST(what_is_outside_is_not_covered)
{
	static const uint8_t bytes[] = {0xFF};
	struct decode_data data = {TABLE_DISCRETE, 8, 8, bytes};

	ck_assert(!decode_covers(&data, &(struct site_point){.table = TABLE_DISCRETE, .address = 7}));
	ck_assert(!decode_covers(&data, &(struct site_point){.table = TABLE_DISCRETE, .address = 16}));
	ck_assert(!decode_covers(&data, &(struct site_point){.table = TABLE_COIL, .address = 8}));
	ck_assert(decode_covers(&data, &(struct site_point){.table = TABLE_DISCRETE, .address = 15}));
}
END_TEST

START_TEST(half_a_number_is_not_covered)
{
	static const uint8_t bytes[4] = {0};
	struct decode_data data = {TABLE_INPUT, 8, 2, bytes};
	struct site_point point = {.table = TABLE_INPUT, .address = 9, .type = TYPE_F32};

	ck_assert(!decode_covers(&data, &point));
	point.address = 7;
	ck_assert(!decode_covers(&data, &point));
	point.address = 8;
	ck_assert(decode_covers(&data, &point));
	data = (struct decode_data){TABLE_INPUT, 65535, 1, bytes};
	point.address = 65535;
	ck_assert(!decode_covers(&data, &point));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("decode");
	TCase *tc = tcase_create("decode");

	tcase_add_test(tc, inputs_come_lowest_bit_first);
	tcase_add_test(tc, registers_come_high_byte_first);
	tcase_add_test(tc, a_register_is_a_number);
	tcase_add_loop_test(tc, sixteen_bits_to_the_ends, 0, sizeof singles / sizeof singles[0]);
	tcase_add_test(tc, letters_say_where_the_bytes_are);
	tcase_add_loop_test(tc, two_registers_to_the_ends, 0, sizeof doubles / sizeof doubles[0]);
	tcase_add_test(tc, no_number_is_told_as_such);
	tcase_add_test(tc, floats_are_as_libmodbus_reads_them);
	tcase_add_test(tc, what_is_outside_is_not_covered);
	tcase_add_test(tc, half_a_number_is_not_covered);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
