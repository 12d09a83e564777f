/* SPDX-License-Identifier: Apache-2.0 */
/* journal_rig - a site made by hand, events for it, and a journal in a directory of its own. */
#ifndef PICKET_JOURNAL_RIG_H
#define PICKET_JOURNAL_RIG_H

#include "gateway/journal/journal.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { RIG_DOOR, RIG_FENCE, RIG_INPUT, RIG_SENSORS };
enum { RIG_AREA_SALLY, RIG_AREA_NORTH, RIG_AREAS };

#define RIG_NOW ((struct wall){INT64_C(1795467784512345)}) /* 2026-11-23T21:03:04.512345Z */

struct rig {
	char directory[64];
	char path[LIMIT_PATH];
	struct site_sensor sensors[RIG_SENSORS];
	struct site_area areas[RIG_AREAS];
	struct site_device devices[1];
	struct site_point points[2];
	struct site site;
	struct event_context context;
	char why[256];
};

static inline void rig_fill(struct rig *rig)
{
	rig->areas[RIG_AREA_SALLY] = (struct site_area){.id = "sally-3", .title = "Sally port 3"};
	rig->areas[RIG_AREA_NORTH] =
	        (struct site_area){.id = "north", .title = "North fence", .layer = "outer", .start_unset = true};
	rig->sensors[RIG_DOOR] = (struct site_sensor){.id = "sp3-inner",
	                                              .title = "Sally port 3, inner door",
	                                              .kind = KIND_DOOR,
	                                              .area = RIG_AREA_SALLY,
	                                              .guidance = "Look at camera 31.",
	                                              .camera = "cam-31",
	                                              .preset = 4,
	                                              .at_x = 61.2F,
	                                              .at_y = 88.0F};
	rig->sensors[RIG_FENCE] = (struct site_sensor){.id = "fence-n07",
	                                               .title = "fence-n07",
	                                               .kind = KIND_FENCE,
	                                               .area = RIG_AREA_NORTH,
	                                               .at_x = -1,
	                                               .at_y = -1};
	rig->sensors[RIG_INPUT] = (struct site_sensor){.id = "hatch",
	                                               .title = "Roof hatch",
	                                               .kind = KIND_INPUT,
	                                               .area = RIG_AREA_NORTH,
	                                               .condition_name = "hatch.open",
	                                               .at_x = -1,
	                                               .at_y = -1};
	rig->devices[0] = (struct site_device){.id = "gate-io"};
	rig->points[0] = (struct site_point){.name = "di/0"};
	rig->points[1] = (struct site_point){.name = "di/1"};
	rig->site = (struct site){.site = "north-prison",
	                          .gateway = "gw-1",
	                          .title = "North perimeter",
	                          .journal_dir = rig->directory,
	                          .keep_days = 90,
	                          .device_count = 1,
	                          .point_count = 2,
	                          .area_count = RIG_AREAS,
	                          .sensor_count = RIG_SENSORS,
	                          .devices = rig->devices,
	                          .points = rig->points,
	                          .areas = rig->areas,
	                          .sensors = rig->sensors};
	memset(rig->site.hash, 'c', sizeof rig->site.hash - 1);
	rig->context = (struct event_context){
	        .site = &rig->site, .epoch = "674250a8", .boot = "6f2c1111-2222-4333-8444-555566667777"};
}

/* false: no directory could be made */
static inline bool rig_begin(struct rig *rig)
{
	memset(rig, 0, sizeof *rig);
	snprintf(rig->directory, sizeof rig->directory, "/tmp/picket-journal-XXXXXX");
	if (!mkdtemp(rig->directory))
		return false;
	rig_fill(rig);
	return journal_path(&rig->site, rig->path, sizeof rig->path) == 0;
}

static inline void rig_end(struct rig *rig)
{
	DIR *all = opendir(rig->directory);
	struct dirent *entry;

	while (all && (entry = readdir(all)))
		if (entry->d_name[0] != '.')
			(void)unlinkat(dirfd(all), entry->d_name, 0);
	if (all)
		closedir(all);
	(void)rmdir(rig->directory);
}

static inline struct event rig_changed(uint64_t seq, enum sensor_state state)
{
	return (struct event){.seq = seq,
	                      .time = RIG_NOW,
	                      .type = EVENT_SENSOR_CHANGED,
	                      .subject_kind = SUBJECT_SENSOR,
	                      .subject = RIG_DOOR,
	                      .condition = COND_NONE,
	                      .priority = 5,
	                      .sensor_state = state,
	                      .quality = QUALITY_GOOD,
	                      .value = state == SENSOR_OPEN,
	                      .age_ms = 84,
	                      .err_ms = 52};
}

/* A forced door; the state is what the type leads to. */
static inline struct event rig_alarm(uint64_t seq, enum event_type type, uint64_t occurrence)
{
	struct event event = rig_changed(seq, SENSOR_OPEN);

	event.type = type;
	event.condition = COND_DOOR_FORCED;
	event.priority = 1;
	event.area_set = true;
	event.count = 1;
	event.state = (struct alarm_state){.active = type == EVENT_ALARM_RAISED || type == EVENT_ALARM_ACKED,
	                                   .acked = type != EVENT_ALARM_RAISED && type != EVENT_ALARM_CLEARED,
	                                   .latched = type != EVENT_ALARM_RESET,
	                                   .priority = 1,
	                                   .count = 1,
	                                   .occurrence = occurrence};
	return event;
}

static inline int64_t rig_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Waits until everything up to `seq` is durable; false after ten seconds. */
static inline bool rig_durable(struct journal *journal, uint64_t seq)
{
	const int64_t deadline = rig_us() + 10000000;
	struct timespec pause = {.tv_nsec = 200000};
	struct journal_stats stats;

	do {
		journal_stats(journal, &stats);
		if (stats.durable >= seq)
			return true;
		clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
	} while (rig_us() < deadline);
	return false;
}

#endif
