/* SPDX-License-Identifier: Apache-2.0 */
/* pdu - see pdu.h */
#include "drivers/pdu.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define MEI_HEAD     7 /* function, type, code, conformity, more follows, next object, number of objects */
#define MEI_BASIC    1 /* read device id code: the basic objects as a stream */
#define MEI_OBJECT   2 /* id and length before each object */
#define WRITE_LENGTH 5

static void put_word(uint8_t *at, uint16_t word)
{
	at[0] = (uint8_t)(word >> 8);
	at[1] = (uint8_t)word;
}

static uint16_t get_word(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static struct pdu two_words(enum pdu_function function, uint16_t first, uint16_t second)
{
	struct pdu pdu = {.length = WRITE_LENGTH, .bytes = {(uint8_t)function}};

	put_word(pdu.bytes + 1, first);
	put_word(pdu.bytes + 3, second);
	return pdu;
}

/* --- requests --------------------------------------------------------------------------------------- */

static bool is_bits(enum site_table table)
{
	return table == TABLE_COIL || table == TABLE_DISCRETE;
}

uint16_t pdu_count_max(enum site_table table)
{
	return is_bits(table) ? LIMIT_READ_BITS : LIMIT_READ_WORDS;
}

struct pdu pdu_read(enum site_table table, uint16_t address, uint16_t count)
{
	static const enum pdu_function functions[] = {[TABLE_DISCRETE] = PDU_READ_DISCRETE,
	                                              [TABLE_COIL] = PDU_READ_COILS,
	                                              [TABLE_INPUT] = PDU_READ_INPUT,
	                                              [TABLE_HOLDING] = PDU_READ_HOLDING};

	assert(count >= 1 && count <= pdu_count_max(table));
	return two_words(functions[table], address, count);
}

struct pdu pdu_write(enum site_table table, uint16_t address, uint16_t value)
{
	assert(table == TABLE_COIL || table == TABLE_HOLDING);
	if (table == TABLE_COIL)
		return two_words(PDU_WRITE_COIL, address, value ? PDU_COIL_ON : 0);
	return two_words(PDU_WRITE_HOLDING, address, value);
}

struct pdu pdu_server_id(void)
{
	return (struct pdu){.length = 1, .bytes = {PDU_SERVER_ID}};
}

struct pdu pdu_identification(uint8_t object)
{
	return (struct pdu){.length = 4, .bytes = {PDU_ENCAPSULATED, PDU_MEI_IDENTIFICATION, MEI_BASIC, object}};
}

bool pdu_is_write(const struct pdu *request)
{
	switch (request->length ? request->bytes[0] : 0) {
	case PDU_READ_COILS:
	case PDU_READ_DISCRETE:
	case PDU_READ_HOLDING:
	case PDU_READ_INPUT:
	case PDU_SERVER_ID:
		return false;
	case PDU_ENCAPSULATED: /* type 13 carries CANopen, which can write */
		return request->length < 2 || request->bytes[1] != PDU_MEI_IDENTIFICATION;
	default:
		return true;
	}
}

bool pdu_write_target(const struct pdu *request, struct pdu_target *ret_target)
{
	if (request->length != WRITE_LENGTH)
		return false;
	uint16_t value = get_word(request->bytes + 3);
	bool coil = request->bytes[0] == PDU_WRITE_COIL && (value == 0 || value == PDU_COIL_ON);

	if (!coil && request->bytes[0] != PDU_WRITE_HOLDING)
		return false;
	*ret_target = (struct pdu_target){.table = coil ? TABLE_COIL : TABLE_HOLDING,
	                                  .address = get_word(request->bytes + 1),
	                                  .value = coil ? value != 0 : value};
	return true;
}

/* --- answers ---------------------------------------------------------------------------------------- */

static bool is_read(const struct pdu *request)
{
	return request->bytes[0] >= PDU_READ_COILS && request->bytes[0] <= PDU_READ_INPUT;
}

uint16_t pdu_value(const struct pdu *request, const uint8_t *answer, uint16_t index)
{
	assert(is_read(request) && index < get_word(request->bytes + 3));
	if (request->bytes[0] <= PDU_READ_DISCRETE)
		return answer[2 + index / 8] >> index % 8 & 1;
	return get_word(answer + 2 + index * 2);
}

/* Where the objects end, which stand one behind the other; 0: beyond the answer. */
static size_t objects_end(const uint8_t *answer, size_t length)
{
	size_t at = MEI_HEAD;

	if (length < MEI_HEAD)
		return 0;
	for (unsigned object = 0; object < answer[MEI_HEAD - 1]; object++) {
		if (length < at + MEI_OBJECT)
			return 0;
		at += MEI_OBJECT + (size_t)answer[at + 1];
	}
	return at <= length ? at : 0;
}

static void keep(struct pdu_objects *objects, uint8_t id, const uint8_t *text, uint8_t length)
{
	if (id >= PDU_OBJECTS)
		return;
	objects->length[id] = length < LIMIT_IDENTITY ? length : LIMIT_IDENTITY;
	memcpy(objects->text[id], text, objects->length[id]);
}

int pdu_take_objects(const uint8_t *answer, size_t length, struct pdu_objects *objects)
{
	size_t at = MEI_HEAD;

	if (length < MEI_HEAD || objects_end(answer, length) != length)
		return -EBADMSG;
	/* "more" that leads back would be asked for ever */
	if (answer[4] && answer[5] <= objects->next && objects->more)
		return -EBADMSG;
	for (unsigned i = 0; i < answer[MEI_HEAD - 1]; i++) {
		keep(objects, answer[at], answer + at + MEI_OBJECT, answer[at + 1]);
		at += MEI_OBJECT + (size_t)answer[at + 1];
	}
	objects->more = answer[4] != 0 && answer[5] < PDU_OBJECTS;
	objects->next = answer[5];
	return 0;
}
