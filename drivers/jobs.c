/* SPDX-License-Identifier: Apache-2.0 */
/* jobs - see jobs.h */
#include "drivers/jobs.h"

#include "drivers/transaction.h"

#include <assert.h>
#include <errno.h>

#define SAVED_MAX_US 10000   /* a job may go when nothing is owed; more saved up would be a burst of them */
#define CREDIT_US    300000  /* of urgent ones: the longest that a burst of them keeps the scans away */
#define DEBT_MAX_US  1000000 /* and after that the others wait twenty seconds at most */

int jobs_add(struct jobs *jobs, struct job *job)
{
	struct transaction_bytes pdu = {job->pdu, job->length};

	assert(job->urgency < JOB_URGENCIES && job->done);
	if (job->unit == 0 || job->length > LIMIT_PDU || !transaction_can_ask(&pdu))
		return -EINVAL;
	if (jobs->count == LIMIT_JOBS)
		return -EAGAIN;
	job->next = NULL;
	if (jobs->first[job->urgency])
		jobs->last[job->urgency]->next = job;
	else
		jobs->first[job->urgency] = job;
	jobs->last[job->urgency] = job;
	jobs->count++;
	return 0;
}

static bool may_go(const struct jobs *jobs, int urgency, bool scan_due)
{
	if (urgency == JOB_URGENT)
		return jobs->spare_us > -CREDIT_US || !scan_due;
	return jobs->spare_us >= 0 && (urgency == JOB_NORMAL || !scan_due);
}

struct job *jobs_choose(const struct jobs *jobs, bool scan_due, struct mono now)
{
	for (int i = JOB_URGENT; i < JOB_URGENCIES; i++)
		if (jobs->first[i] && may_go(jobs, i, scan_due) && mono_reached(now, jobs->held[i]))
			return jobs->first[i];
	return NULL;
}

void jobs_hold(struct jobs *jobs, const struct job *job, struct mono until)
{
	jobs->held[job->urgency] = until;
}

static void unlink_job(struct jobs *jobs, enum job_urgency urgency, struct job *before)
{
	struct job *job = before ? before->next : jobs->first[urgency];

	if (before)
		before->next = job->next;
	else
		jobs->first[urgency] = job->next;
	if (jobs->last[urgency] == job)
		jobs->last[urgency] = before;
	job->next = NULL;
	jobs->count--;
	if (!before)
		jobs->held[urgency] = (struct mono){0};
}

void jobs_take(struct jobs *jobs, const struct job *job)
{
	assert(jobs->first[job->urgency] == job);
	unlink_job(jobs, job->urgency, NULL);
}

/* Takes one out whose time is over; NULL when there is none. */
static struct job *take_overdue(struct jobs *jobs, struct mono now)
{
	for (int i = 0; i < JOB_URGENCIES; i++) {
		struct job *before = NULL;
		for (struct job *job = jobs->first[i]; job; before = job, job = job->next) {
			if (!mono_reached(now, job->until))
				continue;
			unlink_job(jobs, (enum job_urgency)i, before);
			return job;
		}
	}
	return NULL;
}

void jobs_give_up(struct jobs *jobs, enum fault fault, struct mono now)
{
	struct job *job = NULL;
	struct job_result result = {.fault = fault, .start = now, .end = now};

	/* one that done() adds with its time over already is given up the next time */
	for (size_t left = jobs->count; left > 0 && (job = take_overdue(jobs, now)); left--)
		job->done(job->context, job, &result);
}

void jobs_earn(struct jobs *jobs, struct mono now)
{
	int64_t earned_us = mono_since_us(now, jobs->spare_at) * LIMIT_JOB_SHARE_PCT / 100;

	jobs->spare_us += earned_us;
	if (jobs->spare_us > SAVED_MAX_US)
		jobs->spare_us = SAVED_MAX_US;
	/* what was too short to count stays */
	jobs->spare_at = mono_add_us(jobs->spare_at, earned_us * 100 / LIMIT_JOB_SHARE_PCT);
}

void jobs_charge(struct jobs *jobs, int64_t us)
{
	jobs->spare_us -= us;
	if (jobs->spare_us < -DEBT_MAX_US)
		jobs->spare_us = -DEBT_MAX_US;
}

struct mono jobs_ready_at(const struct jobs *jobs)
{
	struct mono earliest = MONO_NEVER, earned = jobs->spare_at;

	if (jobs->spare_us < 0)
		earned = mono_add_us(jobs->spare_at, -jobs->spare_us * 100 / LIMIT_JOB_SHARE_PCT + 100);
	for (int i = 0; i < JOB_URGENCIES; i++) {
		struct mono ready = i == JOB_URGENT ? jobs->spare_at : earned;
		if (ready.us < jobs->held[i].us)
			ready = jobs->held[i];
		if (jobs->first[i])
			earliest = mono_min(earliest, ready);
	}
	return earliest;
}

struct mono jobs_until(const struct jobs *jobs)
{
	struct mono until = MONO_NEVER;

	for (int i = 0; i < JOB_URGENCIES; i++)
		for (const struct job *job = jobs->first[i]; job; job = job->next)
			until = mono_min(until, job->until);
	return until;
}
