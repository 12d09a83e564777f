/* SPDX-License-Identifier: Apache-2.0 */
/* crc16 - the checksum of an RTU frame ("MODBUS over Serial Line V1.02", 2.5.1.2 and appendix B). */
#ifndef PICKET_CRC16_H
#define PICKET_CRC16_H

#include <stddef.h>
#include <stdint.h>

/* The low byte goes on the wire first. Over a frame with its checksum the result is 0. */
uint16_t crc16(const uint8_t *bytes, size_t length);

#endif
