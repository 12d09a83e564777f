/* SPDX-License-Identifier: Apache-2.0 */
/* crc16 - see crc16.h */
#include "drivers/crc16.h"

#define CRC16_POLYNOMIAL 0xA001 /* x^16 + x^15 + x^2 + 1, reflected */

/* The checksum of each half byte. */
static const uint16_t crc16_nibble[16] = {0x0000,           0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401,
                                          CRC16_POLYNOMIAL, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400};

uint16_t crc16(const uint8_t *bytes, size_t length)
{
	uint16_t crc = 0xFFFF;

	for (size_t i = 0; i < length; i++) {
		crc ^= bytes[i];
		crc = (uint16_t)(crc >> 4 ^ crc16_nibble[crc & 15]);
		crc = (uint16_t)(crc >> 4 ^ crc16_nibble[crc & 15]);
	}
	return crc;
}
