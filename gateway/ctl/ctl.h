/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ctl - what the parts of picketctl share: exit codes, the table of verbs, one call of one verb.
 *
 * A verb is a row of ctl_verbs (picketctl.c); verbs_NAME.c carries a group of them out. Help, completion and the
 * nearest match on a mistyped name all come from that row, and a test holds it against the manual page.
 */
#ifndef PICKET_CTL_H
#define PICKET_CTL_H

#include "gateway/ctl/options.h"

#include <stdbool.h>
#include <stddef.h>

/* The contract's, the same for all programs. */
enum ctl_exit { CTL_DONE, CTL_NO, CTL_USAGE, CTL_UNREACHABLE, CTL_REFUSED };

struct ctl_verb;

struct ctl_call {
	const struct ctl_verb *verb;
	struct options options;
	int count; /* of arguments */
	char **arguments;
};

struct ctl_verb {
	const char *name;
	const char *arguments; /* as help shows them: "SENSOR/CONDITION", or "" */
	const char *summary;
	const char *examples; /* lines of "  picketctl …" */
	const char *details;  /* what a person must know besides, or "" */
	unsigned options;     /* bits 1u << enum option_id, besides OPTIONS_COMMON */
	int count_min, count_max;
	enum ctl_exit (*run)(const struct ctl_call *call);
};

enum ctl_exit verb_check(const struct ctl_call *call);
enum ctl_exit verb_status(const struct ctl_call *call);
enum ctl_exit verb_list(const struct ctl_call *call); /* links devices sensors alarms areas outputs */
enum ctl_exit verb_events(const struct ctl_call *call);
enum ctl_exit verb_alarm(const struct ctl_call *call);  /* ack reset */
enum ctl_exit verb_area(const struct ctl_call *call);   /* set unset */
enum ctl_exit verb_mask(const struct ctl_call *call);   /* shelve bypass out_of_service */
enum ctl_exit verb_unmask(const struct ctl_call *call); /* unshelve restore in_service */
enum ctl_exit verb_output(const struct ctl_call *call);
enum ctl_exit verb_peek(const struct ctl_call *call);
enum ctl_exit verb_poke(const struct ctl_call *call);
enum ctl_exit verb_trace(const struct ctl_call *call);

#endif
