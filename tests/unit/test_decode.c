/* SPDX-License-Identifier: Apache-2.0 */
/* decode: the right bit of the right byte, as the Modbus specification's own examples have it. */
#include "drivers/decode.h"

#include <check.h>
#include <stdlib.h>

static bool bit_of(const struct decode_data *data, uint16_t address, uint8_t bit)
{
	struct site_point point = {.table = data->table, .address = address, .bit = bit};

	ck_assert(decode_covers(data, &point));
	return decode_bit(data, &point);
}

/* MB 6.2: inputs 197 to 218, data AC DB 35; 204 to 197 are 1010 1100 */
START_TEST(inputs_come_lowest_bit_first)
{
	static const uint8_t bytes[] = {0xAC, 0xDB, 0x35};
	struct decode_data data = {TABLE_DISCRETE, 196, 22, bytes};

	for (uint16_t i = 0; i < 22; i++)
		ck_assert_int_eq(bit_of(&data, (uint16_t)(196 + i), 0), bytes[i / 8] >> i % 8 & 1);
	ck_assert(!bit_of(&data, 196, 0));
	ck_assert(bit_of(&data, 198, 0));
	ck_assert(bit_of(&data, 203, 0));
	ck_assert(bit_of(&data, 217, 0));
}
END_TEST

/* MB 6.3: registers 108 to 110 hold 022B 0000 0064 */
START_TEST(registers_come_high_byte_first)
{
	static const uint8_t bytes[] = {0x02, 0x2B, 0x00, 0x00, 0x00, 0x64};
	struct decode_data data = {TABLE_HOLDING, 107, 3, bytes};

	for (uint8_t bit = 0; bit < 16; bit++) {
		ck_assert_int_eq(bit_of(&data, 107, bit), 0x022B >> bit & 1);
		ck_assert_int_eq(bit_of(&data, 109, bit), 0x0064 >> bit & 1);
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

int main(void)
{
	Suite *suite = suite_create("decode");
	TCase *tc = tcase_create("decode");

	tcase_add_test(tc, inputs_come_lowest_bit_first);
	tcase_add_test(tc, registers_come_high_byte_first);
	tcase_add_test(tc, what_is_outside_is_not_covered);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
