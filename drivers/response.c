/* SPDX-License-Identifier: Apache-2.0 */
/* response - see response.h */
#include "drivers/response.h"

#include "config/limits.h"

static double load_of(const struct response_question *question)
{
	double load = question->probe_us ? LIMIT_DEAD_SHARE_PCT / 100.0 : 0;

	for (size_t i = 0; i < question->count; i++)
		load += (double)question->tasks[i].cost_us / (double)question->tasks[i].period_us;
	return load;
}

static int64_t probes_within_us(const struct response_question *question, int64_t span_us)
{
	int64_t between_us = question->probe_us * 100 / LIMIT_DEAD_SHARE_PCT;

	return question->probe_us ? question->probe_us * (1 + span_us / between_us) : 0;
}

/*
 * In the order of the due times. While the link can do its work, what waits before a scan is never more than one scan
 * of each other device: for any span, sum of (1 + span / period) x cost - span is largest for a span of 0.
 */
static int64_t by_due_us(const struct response_question *question)
{
	const struct response_task *own = &question->tasks[question->about];
	int64_t others_us = 0, jitter = 0;

	for (size_t i = 0; i < question->count; i++) {
		others_us += i == question->about ? 0 : question->tasks[i].cost_us;
		if (jitter < question->tasks[i].jitter_us)
			jitter = question->tasks[i].jitter_us;
	}
	/* after each pause the scan queues again; a probe comes but once */
	return own->cost_us + others_us * (1 + own->pauses) + own->pauses * LIMIT_TWIN_MS * INT64_C(1000) +
	       question->probe_us + question->burst_us + jitter;
}

static int64_t ceiling(int64_t a, int64_t b)
{
	return (a + b - 1) / b;
}

/* The longest time in which the link is never idle; at most LIMIT_BACKLOG_MS and a little. */
static int64_t busy_us(const struct response_question *question, int64_t blocked_us)
{
	int64_t span_us = 1, next_us = 0;

	while (next_us != span_us && span_us <= LIMIT_BACKLOG_MS * 1000) {
		span_us = next_us ? next_us : span_us;
		next_us = blocked_us + probes_within_us(question, span_us);
		for (size_t i = 0; i < question->count; i++)
			next_us += ceiling(span_us, question->tasks[i].period_us) * question->tasks[i].cost_us;
	}
	return span_us;
}

/* What must be done until a scan that became due at `at` in a busy span is done, if that took until `until`. */
static int64_t work_us(const struct response_question *question, int64_t at_us, int64_t until_us)
{
	const struct response_task *own = &question->tasks[question->about];
	int64_t deadline_us = at_us + own->period_us;
	int64_t sum_us = (1 + at_us / own->period_us) * own->cost_us + probes_within_us(question, until_us);

	for (size_t i = 0; i < question->count; i++) {
		const struct response_task *task = &question->tasks[i];
		if (i == question->about || task->period_us > deadline_us)
			continue;
		int64_t begun = ceiling(until_us, task->period_us);
		int64_t urgent = 1 + (deadline_us - task->period_us) / task->period_us;
		sum_us += (begun < urgent ? begun : urgent) * task->cost_us;
	}
	return sum_us;
}

static int64_t wait_from_us(const struct response_question *question, int64_t at_us, int64_t blocked_us)
{
	int64_t until_us = 1, next_us = 0;

	while (next_us != until_us && until_us <= LIMIT_BACKLOG_MS * 1000) {
		until_us = next_us ? next_us : until_us;
		next_us = blocked_us + work_us(question, at_us, until_us);
	}
	return until_us - at_us;
}

/*
 * In the order of the deadlines, a period after the due time each: Spuri's analysis (INRIA RR-2772, 1996). The worst
 * case begins when all others become due at once; the scan itself at one of the moments where its deadline meets one
 * of theirs.
 */
static int64_t by_deadline_us(const struct response_question *question)
{
	const struct response_task *own = &question->tasks[question->about];
	int64_t blocked_us = 0, worst_us = 0;

	for (size_t i = 0; i < question->count; i++)
		if (i != question->about && question->tasks[i].longest_us > blocked_us)
			blocked_us = question->tasks[i].longest_us;
	blocked_us += question->burst_us;
	int64_t span_us = busy_us(question, blocked_us);
	for (size_t i = 0; i < question->count && span_us <= LIMIT_BACKLOG_MS * 1000; i++) {
		for (int64_t k = 1; k * question->tasks[i].period_us < span_us + own->period_us; k++) {
			int64_t at_us = k * question->tasks[i].period_us - own->period_us;
			int64_t wait_us = at_us < 0 ? 0 : wait_from_us(question, at_us, blocked_us);
			worst_us = wait_us > worst_us ? wait_us : worst_us;
		}
	}
	if (span_us > LIMIT_BACKLOG_MS * 1000)
		return RESPONSE_NEVER;
	return worst_us + own->jitter_us;
}

int64_t response_us(const struct response_question *question)
{
	if (load_of(question) > 1)
		return RESPONSE_NEVER;
	int64_t due_us = by_due_us(question), deadline_us = by_deadline_us(question);

	return due_us > deadline_us ? due_us : deadline_us;
}
