/* SPDX-License-Identifier: Apache-2.0 */
/* sim/bank - see bank.h */
#include "drivers/sim/bank.h"

#include "config/limits.h"
#include "drivers/sim/signal.h"

#include <assert.h>
#include <errno.h>
#include <modbus.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TABLES (TABLE_HOLDING + 1)
/* MB 6.7: the function of Read Exception Status, which libmodbus leaves unanswered */
#define READ_EXCEPTION_STATUS 0x07

struct sim_bank {
	modbus_mapping_t *map;
};

struct sim_server {
	modbus_t *tcp, *rtu;
	int inner, outer; /* libmodbus writes into inner, we read from outer */
};

/* Addresses of one table that the device has points at. */
struct extent {
	unsigned first, count;
};

static void widen(struct extent *extent, unsigned address, unsigned width)
{
	unsigned last = extent->count ? extent->first + extent->count - 1 : address;

	if (!extent->count || address < extent->first)
		extent->first = address;
	if (address + width - 1 > last)
		last = address + width - 1;
	extent->count = last - extent->first + 1;
}

/* What clears a latch must be writable, too. */
static void widen_for(struct extent of[TABLES], const struct site_point *point)
{
	widen(&of[point->table], point->address, site_point_width(point));
	if (point->latched)
		widen(&of[point->clear.table], point->clear.address, 1);
}

int sim_bank_new(const struct site *site, uint32_t device, struct sim_bank **ret_bank)
{
	const struct site_device *row = &site->devices[device];
	struct extent of[TABLES] = {0};
	struct sim_bank *bank = calloc(1, sizeof *bank);

	if (!bank)
		return -ENOMEM;
	for (uint32_t i = row->point_first; i < row->point_first + row->point_count; i++)
		widen_for(of, &site->points[i]);
	bank->map = modbus_mapping_new_start_address(
	        of[TABLE_COIL].first, of[TABLE_COIL].count, of[TABLE_DISCRETE].first, of[TABLE_DISCRETE].count,
	        of[TABLE_HOLDING].first, of[TABLE_HOLDING].count, of[TABLE_INPUT].first, of[TABLE_INPUT].count);
	if (!bank->map) {
		free(bank);
		return -ENOMEM;
	}
	*ret_bank = bank;
	return 0;
}

void sim_bank_free(struct sim_bank **bank)
{
	if (!*bank)
		return;
	modbus_mapping_free((*bank)->map);
	free(*bank);
	*bank = NULL;
}

static uint8_t *bit_at(const modbus_mapping_t *map, const struct site_point *point)
{
	return point->table == TABLE_COIL ? &map->tab_bits[point->address - map->start_bits]
	                                  : &map->tab_input_bits[point->address - map->start_input_bits];
}

static uint16_t *word_at(const modbus_mapping_t *map, const struct site_point *point)
{
	return point->table == TABLE_HOLDING ? &map->tab_registers[point->address - map->start_registers]
	                                     : &map->tab_input_registers[point->address - map->start_input_registers];
}

static bool is_bit(const struct site_point *point)
{
	return point->table == TABLE_COIL || point->table == TABLE_DISCRETE;
}

void sim_bank_put(struct sim_bank *bank, const struct site_point *point, uint32_t raw)
{
	if (is_bit(point)) {
		*bit_at(bank->map, point) = raw != 0;
		return;
	}
	uint16_t *word = word_at(bank->map, point);
	uint16_t mask = (uint16_t)(1u << point->bit);
	if (point->type == TYPE_BIT)
		*word = (uint16_t)(raw ? *word | mask : *word & ~mask);
	else
		sim_signal_to_words(point, raw, word);
}

uint32_t sim_bank_get(const struct sim_bank *bank, const struct site_point *point)
{
	if (is_bit(point))
		return *bit_at(bank->map, point);
	const uint16_t *word = word_at(bank->map, point);
	return point->type == TYPE_BIT ? *word >> point->bit & 1u : sim_signal_from_words(point, word);
}

static int prepare(modbus_t *context, int fd)
{
	if (!context)
		return -ENOMEM;
	modbus_set_slave(context, 1);
	modbus_set_socket(context, fd);
	/* libmodbus sleeps this long before it refuses a malformed request */
	modbus_set_response_timeout(context, 0, 1);
	return 0;
}

int sim_server_new(struct sim_server **ret_server)
{
	struct sim_server *server = calloc(1, sizeof *server);
	int pair[2];

	if (!server)
		return -ENOMEM;
	/* packets: one answer is one read */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0) {
		int error = -errno;
		free(server);
		return error;
	}
	server->inner = pair[0];
	server->outer = pair[1];
	server->tcp = modbus_new_tcp("127.0.0.1", 502);
	server->rtu = modbus_new_rtu("/dev/null", 9600, 'N', 8, 1);
	if (prepare(server->tcp, server->inner) < 0 || prepare(server->rtu, server->inner) < 0) {
		sim_server_free(&server);
		return -ENOMEM;
	}
	*ret_server = server;
	return 0;
}

void sim_server_free(struct sim_server **server)
{
	if (!*server)
		return;
	/* modbus_free() does not close; the descriptor is ours */
	if ((*server)->tcp)
		modbus_free((*server)->tcp);
	if ((*server)->rtu)
		modbus_free((*server)->rtu);
	close((*server)->inner);
	close((*server)->outer);
	free(*server);
	*server = NULL;
}

static ssize_t collect(struct sim_server *server, uint8_t *answer)
{
	ssize_t length = recv(server->outer, answer, LIMIT_ADU_TCP, MSG_DONTWAIT);

	if (length < 0)
		return errno == EAGAIN ? 0 : -errno;
	return length;
}

static modbus_t *context_of(struct sim_server *server, enum site_transport transport)
{
	return transport == TRANSPORT_TCP ? server->tcp : server->rtu;
}

/* libmodbus reads a few bytes of any request without asking how many there are. */
static const uint8_t *padded(struct sim_request request, uint8_t room[LIMIT_ADU_TCP + 16])
{
	assert(request.length <= LIMIT_ADU_TCP);
	memset(room, 0, LIMIT_ADU_TCP + 16);
	memcpy(room, request.bytes, request.length);
	return room;
}

ssize_t sim_server_answer(struct sim_server *server, struct sim_request request, struct sim_bank *bank, uint8_t *answer)
{
	modbus_t *context = context_of(server, request.transport);
	uint8_t room[LIMIT_ADU_TCP + 16];

	if (request.bytes[modbus_get_header_length(context)] == READ_EXCEPTION_STATUS)
		return sim_server_refuse(server, request, MODBUS_EXCEPTION_ILLEGAL_FUNCTION, answer);
	/* what it returns repeats what it wrote, and is -1 where it refuses */
	(void)modbus_reply(context, padded(request, room), (int)request.length, bank->map);
	return collect(server, answer);
}

ssize_t sim_server_refuse(struct sim_server *server, struct sim_request request, unsigned exception, uint8_t *answer)
{
	uint8_t room[LIMIT_ADU_TCP + 16];

	if (modbus_reply_exception(context_of(server, request.transport), padded(request, room), exception) < 0)
		return -errno;
	return collect(server, answer);
}
