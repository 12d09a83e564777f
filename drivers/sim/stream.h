/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim/stream - one way to talk to devices: a TCP connection or a serial line. Bytes in become whole requests;
 * answers wait for their moment and leave in the order they were given. Never blocks.
 *
 * A pty carries bytes at once. With byte_by_byte they take the time of a real line: a request is served when its last
 * character has come and the silence after it has passed, and each byte of an answer leaves when it is complete.
 *
 * A peer that does not take its answers loses them on a serial line, and its connection on TCP.
 */
#ifndef PICKET_SIM_STREAM_H
#define PICKET_SIM_STREAM_H

#include "config/limits.h"
#include "config/site.h"
#include "drivers/sim/frame.h"
#include "drivers/sim/loop.h"

struct sim_stream;

struct sim_answer {
	struct mono at; /* when it may leave; with wire timing its first byte, and the others one by one */
	size_t length;
	uint8_t bytes[LIMIT_ADU_TCP];
	uint32_t device;      /* the one that answers; SITE_NONE: the gateway before it */
	struct sim_span span; /* what was read */
	uint64_t count;       /* of flips, when it was made */
};

struct sim_stream_calls {
	void (*request)(void *context, struct sim_stream *stream, const uint8_t *bytes, size_t length);
	void (*sent)(void *context, const struct sim_answer *answer);
	void (*closed)(void *context, struct sim_stream *stream); /* by the peer, or for its fault */
};

/* How the bytes of a serial line take their time. */
struct sim_stream_pace {
	int64_t character_ns;
	int64_t quiet_us;  /* that must lie between two frames */
	bool byte_by_byte; /* requests take their time to arrive, and answers go out a byte at a time */
};

/* What the master did with a serial line. */
struct sim_stream_use {
	uint64_t requests, early; /* early: begun before the line was quiet for long enough */
	int64_t least_gap_us;     /* between any two frames; INT64_MAX: there were no two */
};

struct sim_stream_setup {
	struct sim_loop *loop;
	enum site_transport transport;
	struct sim_stream_pace pace; /* of a serial line */
	int fd;                      /* non-blocking; the stream's from now on, also on failure */
	const struct sim_stream_calls *calls;
	void *context;
};

int sim_stream_new(const struct sim_stream_setup *setup, struct sim_stream **ret_stream);

/* Closes the descriptor and forgets what waits; the memory stays until sim_stream_free(). */
void sim_stream_close(struct sim_stream *stream);
void sim_stream_free(struct sim_stream **stream);

/* Closed streams whose memory must outlive the turn of the loop: one more, and all of them freed. */
void sim_stream_bury(struct sim_stream *stream, struct sim_stream **graves);
void sim_stream_free_all(struct sim_stream **graves);

/* An answer too many (LIMIT_SIM_REPLIES wait) is dropped. */
void sim_stream_send(struct sim_stream *stream, const struct sim_answer *answer);
void sim_stream_forget(struct sim_stream *stream); /* the answers that wait */

struct sim_stream_use sim_stream_use(const struct sim_stream *stream);

#endif
