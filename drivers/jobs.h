/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jobs - the jobs of one link that wait, and when the next may go (job.h).
 *
 * First come, first served within an urgency. What a job takes of the line's time is owed until their share of the
 * time that passed has paid it, and only then the next may go; an urgent one may go on a credit. Pure.
 */
#ifndef PICKET_JOBS_H
#define PICKET_JOBS_H

#include "drivers/job.h"

struct jobs {
	struct job *first[JOB_URGENCIES], *last[JOB_URGENCIES];
	struct mono held[JOB_URGENCIES]; /* the first of the line cannot go before */
	size_t count;
	int64_t spare_us; /* saved up; negative: owed */
	struct mono spare_at;
};

/* 0; -EINVAL: not a request whose answer can be judged, or no unit; -EAGAIN: LIMIT_JOBS wait already. */
int jobs_add(struct jobs *jobs, struct job *job);
/* The one that may go now, still in the line; NULL: none. scan_due: a scan waits. */
struct job *jobs_choose(const struct jobs *jobs, bool scan_due, struct mono now);
/* The first of its line has to wait. */
void jobs_hold(struct jobs *jobs, const struct job *job, struct mono until);
/* Takes the first of its line out. */
void jobs_take(struct jobs *jobs, const struct job *job);
/* Ends those whose time is over. */
void jobs_give_up(struct jobs *jobs, enum fault fault, struct mono now);

void jobs_earn(struct jobs *jobs, struct mono now);
void jobs_charge(struct jobs *jobs, int64_t us);

/* When one may go, given that the link is free and no scan is due; MONO_NEVER without any. */
struct mono jobs_ready_at(const struct jobs *jobs);
/* When the next one is to be given up. */
struct mono jobs_until(const struct jobs *jobs);

#endif
