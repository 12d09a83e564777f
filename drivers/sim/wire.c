/* SPDX-License-Identifier: Apache-2.0 */
/* sim/wire - see wire.h */
#include "drivers/sim/wire.h"

#include "config/limits.h"
#include "drivers/sim/bank.h"
#include "drivers/sim/port.h"
#include "drivers/sim/stream.h"

#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define UNITS           256
#define MBAP            7
#define BROADCAST       0
#define BAD_VALUE       0x03 /* MB 7 */
#define NO_TARGET       0x0B /* MB 7: gateway target device failed to respond */
#define QUIET_CHARS     3.5  /* SL 2.5.1.1 */
#define QUIET_FAST_US   1750 /* the same, above 19200 baud */
#define QUIET_FAST_BAUD 19200

struct line {
	struct sim_wire *wire;
	const struct site_link *link;
	enum sim_health health;
	uint32_t units[UNITS]; /* device by unit, or SITE_NONE */
	uint32_t device_count;
	struct sim_watch watch; /* of the listener, or of the pty's closes */
	int listener;           /* -1: none */
	struct sim_pty pty;
	struct sim_stream *streams[LIMIT_SIM_CONNECTIONS]; /* a serial line has one */
};

struct body {
	enum sim_health health;
	struct sim_slowness slowness;
};

struct sim_wire {
	struct sim_wire_setup setup;
	struct sim_server *server;
	struct line *lines;  /* by link */
	struct body *bodies; /* by device */
	uint64_t random;
	struct sim_stream *closed; /* freed at the end of the turn */
};

/* A request on its way to an answer. */
struct errand {
	struct line *line;
	struct sim_stream *stream;
	struct sim_request request;
	const uint8_t *pdu;
	size_t pdu_length;
	uint8_t unit;
};

const char *sim_health_name(enum sim_health health)
{
	static const char *const names[] = {"alive", "killed", "frozen"};

	return names[health];
}

static void end_turn(void *context)
{
	struct sim_wire *wire = context;

	sim_stream_free_all(&wire->closed);
}

/* splitmix64 */
static uint64_t draw(struct sim_wire *wire)
{
	uint64_t z = wire->random += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

static int64_t slowness_us(struct sim_wire *wire, struct sim_slowness slowness)
{
	uint64_t jitter = slowness.jitter_ms ? draw(wire) % (slowness.jitter_ms * UINT64_C(1000)) : 0;

	return slowness.delay_ms * INT64_C(1000) + (int64_t)jitter;
}

static struct sim_stream_pace pace_of(const struct sim_wire *wire, const struct site_link *link)
{
	const struct site_endpoint *way = &link->endpoints[0];
	int64_t bits = 1 + 8 + (way->parity != 'N') + way->stop_bits;
	struct sim_stream_pace pace = {.byte_by_byte = wire->setup.wire_timing};

	if (!site_link_is_rtu(link) || way->baud == 0)
		return (struct sim_stream_pace){0};
	pace.character_ns = bits * 1000000000 / way->baud;
	pace.quiet_us = way->baud > QUIET_FAST_BAUD ? QUIET_FAST_US : (int64_t)(QUIET_CHARS * 11e6 / way->baud);
	return pace;
}

/* When an answer's last byte may leave, or its first one where each takes its time. */
static int64_t wire_us(const struct errand *errand, size_t answer_bytes)
{
	struct sim_stream_pace pace = pace_of(errand->line->wire, errand->line->link);
	size_t bytes = pace.byte_by_byte ? 1 : errand->request.length + answer_bytes;

	return (int64_t)bytes * pace.character_ns / 1000 + (pace.byte_by_byte ? 0 : pace.quiet_us);
}

static void reply(const struct errand *errand, struct sim_answer *answer, ssize_t length)
{
	struct sim_wire *wire = errand->line->wire;
	int64_t late_us = 0;

	if (length <= 0)
		return;
	if (answer->device != SITE_NONE)
		late_us = slowness_us(wire, wire->bodies[answer->device].slowness);
	answer->length = (size_t)length;
	answer->at = mono_add_us(sim_loop_now(), late_us + wire_us(errand, answer->length));
	sim_stream_send(errand->stream, answer);
}

static void refuse(const struct errand *errand, uint32_t device, unsigned exception)
{
	struct sim_answer answer = {.device = device};
	ssize_t length = sim_server_refuse(errand->line->wire->server, errand->request, exception, answer.bytes);

	reply(errand, &answer, length);
}

static void answer_for(const struct errand *errand, uint32_t device)
{
	struct sim_wire *wire = errand->line->wire;
	struct sim_answer answer = {.device = device, .count = sim_plant_count(wire->setup.plant)};
	struct sim_bank *bank = sim_plant_bank(wire->setup.plant, device);

	ssize_t length = sim_server_answer(wire->server, errand->request, bank, answer.bytes);
	size_t header = errand->request.transport == TRANSPORT_TCP ? MBAP : 1;
	if (length > (ssize_t)header && answer.bytes[header] < 0x80)
		answer.span = sim_frame_span(errand->pdu, errand->pdu_length);
	reply(errand, &answer, length);
}

static void broadcast(const struct errand *errand)
{
	uint8_t unheard[LIMIT_ADU_TCP];

	for (unsigned unit = 1; unit < UNITS; unit++) {
		uint32_t device = errand->line->units[unit];
		struct sim_wire *wire = errand->line->wire;
		if (device != SITE_NONE && wire->bodies[device].health == SIM_ALIVE)
			(void)sim_server_answer(wire->server, errand->request,
			                        sim_plant_bank(wire->setup.plant, device), unheard);
	}
}

static void run_errand(const struct errand *errand)
{
	bool tcp = errand->request.transport == TRANSPORT_TCP;
	uint32_t device = errand->line->units[errand->unit];
	enum sim_health health = device == SITE_NONE ? SIM_KILLED : errand->line->wire->bodies[device].health;

	if (errand->line->health != SIM_ALIVE || health == SIM_FROZEN)
		return;
	if (!tcp && errand->unit == BROADCAST)
		broadcast(errand);
	else if (health == SIM_ALIVE && sim_frame_complete(errand->pdu, errand->pdu_length))
		answer_for(errand, device);
	else if (tcp)
		refuse(errand, health == SIM_ALIVE ? device : SITE_NONE, health == SIM_ALIVE ? BAD_VALUE : NO_TARGET);
}

static void on_request(void *context, struct sim_stream *stream, const uint8_t *bytes, size_t length)
{
	struct line *line = context;
	bool tcp = line->link->endpoints[0].transport == TRANSPORT_TCP;
	size_t header = tcp ? MBAP : 1, trailer = tcp ? 0 : 2;

	assert(length > header + trailer);
	struct errand errand = {
	        .line = line,
	        .stream = stream,
	        .request = {line->link->endpoints[0].transport, bytes, length},
	        .pdu = bytes + header,
	        .pdu_length = length - header - trailer,
	        .unit = bytes[header - 1],
	};
	run_errand(&errand);
}

static void on_sent(void *context, const struct sim_answer *answer)
{
	struct line *line = context;

	if (answer->device != SITE_NONE)
		sim_plant_served(line->wire->setup.plant, answer->device, answer->span, answer->count);
}

static void on_closed(void *context, struct sim_stream *stream)
{
	struct line *line = context;

	for (size_t i = 0; i < LIMIT_SIM_CONNECTIONS; i++) {
		if (line->streams[i] != stream)
			continue;
		line->streams[i] = NULL;
		sim_stream_bury(stream, &line->wire->closed);
	}
}

static const struct sim_stream_calls calls = {.request = on_request, .sent = on_sent, .closed = on_closed};

static struct sim_stream **free_slot(struct line *line)
{
	for (size_t i = 0; i < LIMIT_SIM_CONNECTIONS; i++)
		if (!line->streams[i])
			return &line->streams[i];
	return NULL;
}

/* One connection more than a device takes is closed at once, as devices do. */
static void on_connection(void *context, uint32_t events)
{
	struct line *line = context;
	struct sim_stream **slot = free_slot(line);
	int on = 1;

	(void)events;
	if (line->listener < 0)
		return;
	int fd = accept4(line->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	if (!slot) {
		close(fd);
		return;
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	struct sim_stream_setup setup = {.loop = line->wire->setup.loop,
	                                 .transport = line->link->endpoints[0].transport,
	                                 .pace = pace_of(line->wire, line->link),
	                                 .fd = fd,
	                                 .calls = &calls,
	                                 .context = line};
	(void)sim_stream_new(&setup, slot); /* short of memory: the peer sees a closed connection */
}

static int open_tcp(struct line *line, struct sim_problem *problem)
{
	int error = sim_port_listen(line->link, &line->listener, problem);

	if (error < 0)
		return error;
	line->watch = (struct sim_watch){.ready = on_connection, .context = line};
	error = sim_loop_add(line->wire->setup.loop, line->listener, EPOLLIN, &line->watch);
	if (error < 0)
		return sim_problem_set(problem, SIM_NO, "link %s: %s", line->link->id, strerror(-error));
	return 0;
}

static void on_reader_gone(void *context, uint32_t events)
{
	struct line *line = context;

	(void)events;
	sim_port_release(&line->pty);
}

static int open_rtu(struct line *line, struct sim_problem *problem)
{
	int error = sim_port_open_pty(line->link, &line->pty, problem);

	if (error < 0)
		return error;
	struct sim_stream_setup setup = {.loop = line->wire->setup.loop,
	                                 .transport = TRANSPORT_RTU,
	                                 .pace = pace_of(line->wire, line->link),
	                                 .fd = line->pty.master,
	                                 .calls = &calls,
	                                 .context = line};
	line->pty.master = -1; /* the stream closes it */
	line->watch = (struct sim_watch){.ready = on_reader_gone, .context = line};
	error = sim_stream_new(&setup, &line->streams[0]);
	if (error == 0)
		error = sim_loop_add(line->wire->setup.loop, line->pty.closes, EPOLLIN, &line->watch);
	if (error < 0)
		return sim_problem_set(problem, SIM_NO, "link %s: %s", line->link->id, strerror(-error));
	return 0;
}

static void close_tcp(struct line *line)
{
	for (size_t i = 0; i < LIMIT_SIM_CONNECTIONS; i++) {
		if (line->streams[i])
			sim_stream_bury(line->streams[i], &line->wire->closed);
		line->streams[i] = NULL;
	}
	if (line->listener >= 0)
		close(line->listener);
	line->listener = -1;
}

int sim_wire_link(struct sim_wire *wire, uint32_t link, enum sim_health health, struct sim_problem *problem)
{
	struct line *line = &wire->lines[link];
	bool tcp = line->link->endpoints[0].transport != TRANSPORT_RTU;
	int error = 0;

	if (tcp && health == SIM_KILLED)
		close_tcp(line);
	else if (tcp && line->listener < 0)
		error = open_tcp(line, problem);
	for (size_t i = 0; i < LIMIT_SIM_CONNECTIONS && health != SIM_ALIVE; i++)
		if (line->streams[i])
			sim_stream_forget(line->streams[i]);
	if (error == 0)
		line->health = health;
	return error;
}

int sim_wire_device(struct sim_wire *wire, uint32_t device, enum sim_health health, struct sim_problem *problem)
{
	uint32_t link = wire->setup.site->devices[device].link;
	bool alone = wire->lines[link].device_count == 1;

	if (alone && health == SIM_KILLED)
		return sim_wire_link(wire, link, health, problem);
	if (alone) {
		int error = sim_wire_link(wire, link, SIM_ALIVE, problem);
		if (error < 0)
			return error;
	}
	wire->bodies[device].health = health;
	return 0;
}

void sim_wire_slow(struct sim_wire *wire, uint32_t device, struct sim_slowness slowness)
{
	wire->bodies[device].slowness = slowness;
}

enum sim_health sim_wire_link_health(const struct sim_wire *wire, uint32_t link)
{
	return wire->lines[link].health;
}

bool sim_wire_use(const struct sim_wire *wire, uint32_t link, struct sim_stream_use *ret_use)
{
	const struct line *line = &wire->lines[link];

	if (!site_link_is_rtu(line->link) || !line->streams[0])
		return false;
	*ret_use = sim_stream_use(line->streams[0]);
	return true;
}

enum sim_health sim_wire_device_health(const struct sim_wire *wire, uint32_t device)
{
	enum sim_health link = wire->lines[wire->setup.site->devices[device].link].health;

	return link != SIM_ALIVE ? link : wire->bodies[device].health;
}

struct sim_slowness sim_wire_slowness(const struct sim_wire *wire, uint32_t device)
{
	return wire->bodies[device].slowness;
}

static void lay_out(struct sim_wire *wire)
{
	const struct site *site = wire->setup.site;

	for (uint32_t i = 0; i < site->link_count; i++) {
		struct line *line = &wire->lines[i];
		line->wire = wire;
		line->link = &site->links[i];
		line->listener = line->pty.master = line->pty.slave = line->pty.closes = -1;
		for (unsigned unit = 0; unit < UNITS; unit++)
			line->units[unit] = SITE_NONE;
	}
	for (uint32_t i = 0; i < site->device_count; i++) {
		struct line *line = &wire->lines[site->devices[i].link];
		line->units[site->devices[i].unit] = i;
		line->device_count++;
	}
}

static int open_lines(struct sim_wire *wire, struct sim_problem *problem)
{
	size_t count = wire->setup.site->link_count;
	int error = 0;

	for (size_t i = 0; i < count && error == 0; i++)
		error = sim_port_check(wire->lines[i].link, problem);
	for (size_t i = 0; i < count && error == 0; i++) {
		struct line *line = &wire->lines[i];
		error = line->link->endpoints[0].transport == TRANSPORT_RTU ? open_rtu(line, problem)
		                                                            : open_tcp(line, problem);
	}
	return error;
}

int sim_wire_new(const struct sim_wire_setup *setup, struct sim_wire **ret_wire, struct sim_problem *problem)
{
	struct sim_wire *wire = calloc(1, sizeof *wire);
	int error = -ENOMEM;

	if (wire) {
		wire->setup = *setup;
		wire->random = setup->seed;
		wire->lines = calloc(setup->site->link_count + 1, sizeof *wire->lines);
		wire->bodies = calloc(setup->site->device_count + 1, sizeof *wire->bodies);
	}
	if (wire && wire->lines)
		lay_out(wire);
	if (wire && wire->lines && wire->bodies)
		error = sim_server_new(&wire->server);
	if (error < 0)
		sim_problem_set(problem, SIM_NO, "cannot start: %s", strerror(-error));
	else
		error = open_lines(wire, problem);
	if (error < 0) {
		sim_wire_free(&wire);
		return error;
	}
	sim_loop_after(setup->loop, end_turn, wire);
	*ret_wire = wire;
	return 0;
}

void sim_wire_free(struct sim_wire **wire)
{
	if (!*wire)
		return;
	end_turn(*wire);
	for (size_t i = 0; (*wire)->lines && i < (*wire)->setup.site->link_count; i++) {
		struct line *line = &(*wire)->lines[i];
		close_tcp(line);
		end_turn(*wire);
		if (line->link->endpoints[0].transport == TRANSPORT_RTU)
			sim_port_close_pty(line->link, &line->pty);
	}
	sim_loop_after((*wire)->setup.loop, NULL, NULL);
	sim_server_free(&(*wire)->server);
	free((*wire)->lines);
	free((*wire)->bodies);
	free(*wire);
	*wire = NULL;
}
