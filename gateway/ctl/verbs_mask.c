/* SPDX-License-Identifier: Apache-2.0 */
/* verbs_mask - shelve, unshelve, bypass, restore, out_of_service, in_service: what hides an alarm, and ends that */
#include "gateway/ctl/order.h"
#include "gateway/ctl/say.h"

#include <stdio.h>
#include <string.h>

static enum ctl_exit no_reason(const struct ctl_call *call)
{
	say_error("say why: picketctl %s %s --reason \"…\"", call->verb->name, call->arguments[0]);
	return CTL_USAGE;
}

/* Undone by the verb that goes with it. */
static enum ctl_exit give(const struct ctl_call *call, const char *undo, const char *what)
{
	const struct order order = {.verb = call->verb->name,
	                            .target = call->arguments[0],
	                            .reason = call->options.values[OPTION_REASON],
	                            .occurrence = call->options.values[OPTION_OCCURRENCE],
	                            .for_s = call->options.for_s,
	                            .one_shot = call->options.given[OPTION_ONCE],
	                            .isolate = call->options.given[OPTION_ISOLATE]};
	char done[400];

	if (undo)
		snprintf(done, sizeof done, "%.80s %s; undo: picketctl %s %.80s", order.target, what, undo,
		         order.target);
	else
		snprintf(done, sizeof done, "%.80s %s", order.target, what);
	return order_give(call, &order, done);
}

enum ctl_exit verb_mask(const struct ctl_call *call)
{
	static const struct {
		const char *verb, *undo, *what;
	} words[] = {
	        {"shelve", "unshelve", "shelved; it comes back by itself when its time is over"},
	        {"bypass", "restore", "bypassed; its tamper, trouble and supervision still report"},
	        {"out_of_service", "in_service", "out of service; it comes back by itself when its time is over"},
	};

	if (!call->options.values[OPTION_REASON])
		return no_reason(call);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].verb, call->verb->name) == 0)
			return give(call, words[i].undo, words[i].what);
	return CTL_USAGE;
}

enum ctl_exit verb_unmask(const struct ctl_call *call)
{
	return give(call, NULL, "reports again");
}
