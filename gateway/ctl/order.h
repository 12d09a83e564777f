/* SPDX-License-Identifier: Apache-2.0 */
/* order - one command to the gateway, as the contract has it; shared by the verbs that change something. */
#ifndef PICKET_CTL_ORDER_H
#define PICKET_CTL_ORDER_H

#include "gateway/ctl/ctl.h"

struct order {
	const char *verb, *target;
	const char *occurrence, *reason; /* NULL: none */
	const char *state;               /* of an output; NULL: none */
	uint32_t for_s;                  /* 0: not said */
	bool one_shot, isolate, override;
};

/* Sends it and says what came of it; done says what changed and how to undo it. */
enum ctl_exit order_give(const struct ctl_call *call, const struct order *order, const char *done);

#endif
