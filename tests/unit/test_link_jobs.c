/* SPDX-License-Identifier: Apache-2.0 */
/* link: jobs beside the scans, on virtual time: in order, within their share, ended once, believed as strictly. */
#include "tests/unit/wire.h"

#include <errno.h>
#include <stdlib.h>

#define JOBS 24

static struct wire wire;
static struct job jobs[JOBS];
static struct job_result results[JOBS];
static uint8_t pdus[JOBS][LIMIT_PDU];
static unsigned ends[JOBS], ended;
static size_t order[JOBS];

static void done(void *context, struct job *job, const struct job_result *result)
{
	size_t index = (size_t)(job - jobs);

	(void)context;
	results[index] = *result;
	if (result->pdu)
		memcpy(pdus[index], result->pdu, result->length);
	ends[index]++;
	order[ended++ % JOBS] = index;
}

static int submit(size_t index, uint8_t unit, const char *pdu, size_t length)
{
	struct job *job = &jobs[index];

	job->unit = unit;
	memcpy(job->pdu, pdu, length);
	job->length = length;
	job->done = done;
	job->origin = WRITE_POKE;
	if (!job->until.us)
		job->until = mono_add_ms(wire.now, 5000);
	return link_submit(wire.link, job);
}

#define READ  "\x03\x00\x00\x00\x02"
#define WRITE "\x05\x00\x07\xFF\x00"

static void make(bool tcp)
{
	memset(jobs, 0, sizeof jobs);
	memset(ends, 0, sizeof ends);
	ended = 0;
	wire_init(&wire, tcp, 60);
	wire.site.control_poke = true;
	for (uint8_t unit = 1; unit <= 3; unit++)
		wire_add(&wire, unit, 150, 16);
	wire_begin(&wire, 1);
	wire_run_ms(&wire, 2000);
}

static void setup_rtu(void)
{
	make(false);
}

static void setup_tcp(void)
{
	make(true);
}

static void teardown(void)
{
	ck_assert_uint_eq(wire.wrong, 0);
	link_free(&wire.link);
}

START_TEST(a_read_and_a_write_are_answered)
{
	ck_assert_int_eq(submit(0, 2, READ, 5), 0);
	ck_assert_int_eq(submit(1, 2, WRITE, 5), 0);
	wire_run_ms(&wire, 2000);
	for (size_t i = 0; i < 2; i++) {
		ck_assert_uint_eq(ends[i], 1);
		ck_assert(results[i].sent);
		ck_assert_int_eq(results[i].fault, FAULT_NONE);
		ck_assert_int_eq(mono_since_us(results[i].end, results[i].start), 4000);
	}
	ck_assert_uint_eq(results[0].length, 6);
	ck_assert_mem_eq(pdus[0], "\x03\x04", 2);
	ck_assert_uint_eq(results[1].length, 5);
	ck_assert_mem_eq(pdus[1], WRITE, 5);
}
END_TEST

START_TEST(what_cannot_be_judged_is_not_asked)
{
	ck_assert_int_eq(submit(0, 0, READ, 5), -EINVAL);
	ck_assert_int_eq(submit(0, 1, "\x07", 1), -EINVAL);
	ck_assert_int_eq(submit(0, 1, READ, 4), -EINVAL);
	ck_assert_int_eq(submit(0, 1, "\x05\x00\x07\xFF\x01", 5), -EINVAL);
	ck_assert_int_eq(submit(0, 1, "\x10\x00\x07\x00\x02\x04\x00\x01\x00", 9), -EINVAL);
	ck_assert_int_eq(submit(0, 1, "\x03\x00\x00\x00\x7E", 5), -EINVAL);
	ck_assert_int_eq(submit(0, 1, "\x2B\x0D\x00\x00", 4), -EINVAL);
	wire_run_ms(&wire, 1000);
	ck_assert_uint_eq(ended, 0);
}
END_TEST

START_TEST(the_queue_is_bounded_and_urgent_goes_first)
{
	for (size_t i = 0; i < LIMIT_JOBS; i++) {
		jobs[i].urgency = i == 9 ? JOB_URGENT : i == 3 ? JOB_PATIENT : JOB_NORMAL;
		ck_assert_int_eq(submit(i, 1, READ, 5), 0);
	}
	ck_assert_int_eq(submit(LIMIT_JOBS, 1, READ, 5), -EAGAIN);
	wire_run_ms(&wire, 4000);
	ck_assert_uint_eq(ended, LIMIT_JOBS);
	ck_assert_uint_eq(order[0], 9);
	ck_assert_uint_eq(order[1], 0);
	ck_assert_uint_eq(order[LIMIT_JOBS - 1], 3);
}
END_TEST

/* Asked again as soon as it is answered: the whole line is theirs if nobody bounds them. */
static void again(void *context, struct job *job, const struct job_result *result)
{
	done(context, job, result);
	job->until = mono_add_ms(result->end, 60000);
	ck_assert_int_eq(link_submit(wire.link, job), 0);
}

static void flood(enum job_urgency urgency)
{
	for (size_t i = 0; i < 8; i++) {
		jobs[i].urgency = urgency;
		ck_assert_int_eq(submit(i, 1, READ, 5), 0);
		jobs[i].done = again;
		jobs[i].until = mono_add_ms(wire.now, 60000);
	}
	for (size_t i = 0; i < 3; i++)
		wire.units[i].longest_gap_us = 0;
	wire_run_ms(&wire, 20000);
}

START_TEST(a_flood_leaves_the_scans_their_time)
{
	flood(JOB_NORMAL);
	ck_assert_uint_ge(ended, 20000 / 6 * LIMIT_JOB_SHARE_PCT / 100 - 10);
	ck_assert_uint_le(ended, 20000 / 4 * LIMIT_JOB_SHARE_PCT / 100 + 10);
	for (size_t i = 0; i < 3; i++)
		ck_assert_int_le(wire.units[i].longest_gap_us, 150000 + 20000);
	ck_assert_uint_eq(wire.device_stats[0].missed_deadlines, 0);
}
END_TEST

/* They take what the scans leave, and for a short while more. */
START_TEST(an_urgent_flood_delays_the_scans_once)
{
	flood(JOB_URGENT);
	ck_assert_uint_ge(ended, 20000 / 6 / 2);
	for (size_t i = 0; i < 3; i++) {
		ck_assert_int_le(wire.units[i].longest_gap_us, 150000 + 350000);
		ck_assert_uint_ge(wire.units[i].requests, 22000 / 150 - 4);
	}
}
END_TEST

static void all_are_silent(struct wire *w, struct wire_answer *answer)
{
	(void)w;
	answer->silent = true;
}

START_TEST(silence_ends_a_job_once_and_nobody_repeats_it)
{
	ck_assert_int_eq(submit(0, 9, WRITE, 5), 0); /* a unit that is not there */
	uint64_t before = wire.stats.faults[FAULT_TIMEOUT];
	wire.behave = all_are_silent;
	wire_run_ms(&wire, 61);
	wire.behave = NULL;
	wire_run_ms(&wire, 5000);
	ck_assert_uint_eq(ends[0], 1);
	ck_assert(results[0].sent);
	ck_assert_int_eq(results[0].fault, FAULT_TIMEOUT);
	ck_assert_ptr_null(results[0].pdu);
	ck_assert_uint_eq(wire.stats.faults[FAULT_TIMEOUT], before + 1);
}
END_TEST

START_TEST(a_job_that_waits_too_long_is_given_up_unsent)
{
	wire.open = false;
	wire.refuse = true;
	link_closed(wire.link, wire.now);
	wire_obey(&wire);
	jobs[0].until = mono_add_ms(wire.now, 300);
	ck_assert_int_eq(submit(0, 1, WRITE, 5), 0);
	wire_run_ms(&wire, 400);
	ck_assert_uint_eq(ends[0], 1);
	ck_assert(!results[0].sent);
	ck_assert_int_eq(results[0].fault, FAULT_OFFLINE);
}
END_TEST

static void refuses(struct wire *w, struct wire_answer *answer)
{
	(void)w;
	answer->exception = 4;
}

START_TEST(a_refusal_has_its_code)
{
	wire.behave = refuses;
	ck_assert_int_eq(submit(0, 3, WRITE, 5), 0);
	wire_run_ms(&wire, 100);
	ck_assert_uint_eq(ends[0], 1);
	ck_assert_int_eq(results[0].fault, FAULT_EXCEPTION);
	ck_assert_uint_eq(results[0].code, 4);
}
END_TEST

static void answers_late(struct wire *w, struct wire_answer *answer)
{
	(void)w;
	answer->delay_us = 300000;
}

/* The late answer to a person's read looks like that of a scan, and of the next read. */
START_TEST(late_answers_of_jobs_never_become_anything)
{
	for (int i = 0; i < 40; i++) {
		wire.behave = answers_late;
		jobs[0].until = (struct mono){0};
		ck_assert_int_eq(submit(0, 1, "\x02\x00\x00\x00\x10", 5), 0); /* just as a scan */
		wire_run_ms(&wire, 30 + i);
		wire.behave = NULL;
		wire_run_ms(&wire, 6000);
		ck_assert_uint_eq(ends[0], (unsigned)i + 1);
	}
	ck_assert_uint_eq(wire.wrong, 0);
}
END_TEST

static void add_all(TCase *tc)
{
	tcase_add_test(tc, a_read_and_a_write_are_answered);
	tcase_add_test(tc, what_cannot_be_judged_is_not_asked);
	tcase_add_test(tc, the_queue_is_bounded_and_urgent_goes_first);
	tcase_add_test(tc, a_flood_leaves_the_scans_their_time);
	tcase_add_test(tc, an_urgent_flood_delays_the_scans_once);
	tcase_add_test(tc, silence_ends_a_job_once_and_nobody_repeats_it);
	tcase_add_test(tc, a_job_that_waits_too_long_is_given_up_unsent);
	tcase_add_test(tc, a_refusal_has_its_code);
	tcase_add_test(tc, late_answers_of_jobs_never_become_anything);
}

int main(void)
{
	Suite *suite = suite_create("link_jobs");
	TCase *rtu = tcase_create("rtu"), *tcp = tcase_create("tcp");

	tcase_add_checked_fixture(rtu, setup_rtu, teardown);
	tcase_add_checked_fixture(tcp, setup_tcp, teardown);
	add_all(rtu);
	add_all(tcp);
	suite_add_tcase(suite, rtu);
	suite_add_tcase(suite, tcp);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
