/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim/frame - where a Modbus request begins and ends in a stream of bytes, as a device sees it.
 *
 * Pure. Sources: "MODBUS Messaging on TCP/IP Implementation Guide V1.0b" 3.1.3 for the MBAP header, "MODBUS
 * over Serial Line V1.02" 2.5.1 for RTU and its CRC, "MODBUS Application Protocol V1.1b3" 6 for the lengths.
 * A receiver of RTU that knows the function knows the length; only an unknown function has to wait for silence.
 */
#ifndef PICKET_SIM_FRAME_H
#define PICKET_SIM_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a read asks for; count 0: not a read. */
struct sim_span {
	uint8_t function; /* 1 coils, 2 discrete inputs, 3 holding and 4 input registers */
	uint16_t address, count;
};

/* The length of the first request in the bytes; 0: not all of it is here; -EBADMSG: this is not Modbus, so the
 * connection is of no more use (TCP) or everything up to the next silence is dropped (RTU). */
int sim_frame_tcp(const uint8_t *bytes, size_t length);
int sim_frame_rtu(const uint8_t *bytes, size_t length);

/* The same after a silence, which ends a frame whatever it is: its length, or -EBADMSG. */
int sim_frame_rtu_silent(const uint8_t *bytes, size_t length);

/* Whether a PDU is as long as its function says; of a function that is not known, any length will do. */
bool sim_frame_complete(const uint8_t *pdu, size_t length);

struct sim_span sim_frame_span(const uint8_t *pdu, size_t length);

#endif
