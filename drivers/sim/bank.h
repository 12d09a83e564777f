/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim/bank - the registers of one simulated device, and the maker of its answers: libmodbus.
 *
 * The answers are libmodbus's own, so that a mistake in Picket's driver meets an independent device. It is given
 * whole requests only (frame.h) and one end of a socket pair to answer into; its receiving functions, which
 * block, are never called.
 */
#ifndef PICKET_SIM_BANK_H
#define PICKET_SIM_BANK_H

#include "config/site.h"

#include <sys/types.h>

struct sim_bank;
struct sim_server;

/* Covers the addresses from the first to the last of the device's points, table by table; any other address is
 * answered with exception 2. Everything starts as 0. */
int sim_bank_new(const struct site *site, uint32_t device, struct sim_bank **ret_bank);
void sim_bank_free(struct sim_bank **bank);
/* Raw values: a bit, or the 16 or 32 bits of a number (signal.h). */
void sim_bank_put(struct sim_bank *bank, const struct site_point *point, uint32_t raw);
uint32_t sim_bank_get(const struct sim_bank *bank, const struct site_point *point);

int sim_server_new(struct sim_server **ret_server);
void sim_server_free(struct sim_server **server);

/* A whole request, MBAP header or CRC included. */
struct sim_request {
	enum site_transport transport;
	const uint8_t *bytes;
	size_t length;
};

/* The answer's length (0: this request has none) or -errno. answer: LIMIT_ADU_TCP bytes. */
ssize_t sim_server_answer(struct sim_server *server, struct sim_request request, struct sim_bank *bank,
                          uint8_t *answer);
ssize_t sim_server_refuse(struct sim_server *server, struct sim_request request, unsigned exception, uint8_t *answer);

#endif
