/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pdu - the requests of Modbus beside the cyclic reads, and what their answers say: one-off reads, single writes,
 * and who a device is (MODBUS Application Protocol V1.1b3, "MB": 6.1 to 6.6, 6.13, 6.21).
 *
 * Pure.
 */
#ifndef PICKET_PDU_H
#define PICKET_PDU_H

#include "config/limits.h"
#include "config/site.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum pdu_function {
	PDU_READ_COILS = 1,
	PDU_READ_DISCRETE = 2,
	PDU_READ_HOLDING = 3,
	PDU_READ_INPUT = 4,
	PDU_WRITE_COIL = 5,
	PDU_WRITE_HOLDING = 6,
	PDU_SERVER_ID = 17,
	PDU_ENCAPSULATED = 43, /* Picket asks for MEI type 14, device identification, and no other */
};

#define PDU_MEI_IDENTIFICATION 14
#define PDU_OBJECTS            3 /* vendor, product code, revision: the basic ones, which are mandatory */
#define PDU_COIL_ON            0xFF00
#define PDU_REQUEST            8 /* bytes of the longest request that is built here */

struct pdu {
	uint8_t length;
	uint8_t bytes[LIMIT_PDU];
};

/* count: 1 to pdu_count_max(table). */
struct pdu pdu_read(enum site_table table, uint16_t address, uint16_t count);
uint16_t pdu_count_max(enum site_table table);
/* One coil (value 0 or not) or one holding register; the other tables cannot be written. */
struct pdu pdu_write(enum site_table table, uint16_t address, uint16_t value);
struct pdu pdu_server_id(void);
/* Basic identification as a stream, from this object on. */
struct pdu pdu_identification(uint8_t object);

/* Any function but those that only read: MB 5.1 lets makers give meaning to many, so the unknown ones count too. */
bool pdu_is_write(const struct pdu *request);

/* What a single write does; false: the request is none of those pdu_write() makes. */
struct pdu_target {
	enum site_table table;
	uint16_t address, value;
};
bool pdu_write_target(const struct pdu *request, struct pdu_target *ret_target);

/* --- answers ---------------------------------------------------------------------------------------
 * transaction.h has judged them against their requests: length, function, byte count, echo. */

/* One value of the good answer to a read: a bit or a register, from 0. */
uint16_t pdu_value(const struct pdu *request, const uint8_t *answer, uint16_t index);

/* Texts of basic identification. They come from outside: any byte, without a NUL, of LIMIT_IDENTITY bytes at most;
 * a longer one is cut. */
struct pdu_objects {
	uint8_t length[PDU_OBJECTS];
	char text[PDU_OBJECTS][LIMIT_IDENTITY];
	bool more;    /* ask again from `next` on */
	uint8_t next; /* object id */
};
/* Adds those of a good answer to what came before. -EBADMSG: it makes no sense. */
int pdu_take_objects(const uint8_t *answer, size_t length, struct pdu_objects *objects);

#endif
