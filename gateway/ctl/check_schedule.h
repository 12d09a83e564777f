/* SPDX-License-Identifier: Apache-2.0 */
/* check_schedule - what check says about the schedule: a row for each link, and the slowest inputs. */
#ifndef PICKET_CHECK_SCHEDULE_H
#define PICKET_CHECK_SCHEDULE_H

#include "drivers/schedule_check.h"
#include "gateway/json_write.h"

/* 0 or -ENOMEM. all: every link and input, with the times while devices fall silent; else the worst of each. */
int check_schedule_print(const struct site *site, const struct schedule *schedule, bool all);

/* The member "schedule" of check's document, and room for it in bytes. */
void check_schedule_json(struct json *json, const struct site *site, const struct schedule *schedule);
size_t check_schedule_json_room(const struct schedule *schedule);

#endif
