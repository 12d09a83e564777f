/* SPDX-License-Identifier: Apache-2.0 */
/*
 * broker - a real mosquitto and mosquitto_sub for a test, on a free loopback port, in a folder of its own.
 *
 * Every process ends with the test, whatever becomes of it. Failures end the test (ck_abort).
 */
#ifndef PICKET_TESTS_BROKER_H
#define PICKET_TESTS_BROKER_H

#include <stdbool.h>
#include <sys/types.h>

struct bench {
	char dir[64];
	int port; /* of the broker */
	pid_t broker, listener;
};

void bench_open(struct bench *bench);
void bench_close(struct bench *bench);

/* Runs a shell command in the folder in a process group of its own, output to FILE there ("" drops it). */
pid_t bench_spawn(const struct bench *bench, const char *command, const char *file);
void bench_end(pid_t *pid, int signal);                        /* and waits; nothing for 0 */
int bench_run(const struct bench *bench, const char *command); /* waits; exit code */

/* more: further lines of mosquitto.conf. */
void bench_start_broker(struct bench *bench, const char *more);
void bench_stop_broker(struct bench *bench, int signal);
/* mosquitto_sub on everything below picket/; lines "RETAINED TOPIC PAYLOAD" in listener.log. */
void bench_listen(struct bench *bench);
/* Lines of listener.log that contain all of `text`. */
unsigned bench_heard(const struct bench *bench, const char *text);
char *bench_read(const struct bench *bench, const char *file); /* whole; the caller frees */
void bench_write(const struct bench *bench, const char *file, const char *text);

int bench_free_port(void);
bool bench_answers(int port);

/* Waits until CONDITION holds, at most SECONDS. */
#define bench_wait(condition, seconds)                                                                                 \
	do {                                                                                                           \
		long long bench_until = bench_now_ms() + (seconds)*1000LL;                                             \
		while (!(condition)) {                                                                                 \
			ck_assert_msg(bench_now_ms() < bench_until, "not within " #seconds " s: " #condition);         \
			bench_pause();                                                                                 \
		}                                                                                                      \
	} while (0)
long long bench_now_ms(void);
void bench_pause(void); /* between two looks at a condition */

#endif
