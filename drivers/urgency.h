/* SPDX-License-Identifier: Apache-2.0 */
/*
 * urgency - which points of a site go before others on a busy link.
 *
 * Intrusion, duress and tampering first, whatever their wiring; then what sensors of supply and environment read; then
 * what no sensor reads (health, read-back of outputs).
 */
#ifndef PICKET_URGENCY_H
#define PICKET_URGENCY_H

#include "config/site.h"

enum urgency { URGENCY_INTRUSION, URGENCY_STATE, URGENCY_OTHER };

/* One enum urgency for each point of the site; to be freed with free(). 0 or -ENOMEM. */
int urgency_new(const struct site *site, uint8_t **ret_urgency);

#endif
