/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine_cost - nanoseconds a sample and bytes a sensor, with few and with many sensors: they must not differ much.
 *
 *   bench-engine-cost [SENSORS …]        default: 1000 10000 100000
 *
 * Each sensor is a door of four inputs. "idle": every point is scanned and nothing moves. "busy": of every hundred
 * samples one is a change. "trip": all doors are forced within one scan.
 */
#include "gateway/alarm/engine.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define INPUTS    4
#define SAMPLES   4000000
#define NS_PER_S  INT64_C(1000000000)
#define SENSORS_A 1000
#define SENSORS_B 10000
#define SENSORS_C 100000

static uint64_t seq;

static void put(void *context, struct event *event)
{
	(void)context;
	event->seq = ++seq;
}

static int64_t cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

static void *rows(size_t count, size_t bytes)
{
	void *all = calloc(count, bytes);

	if (!all)
		abort();
	return all;
}

static void make_door(struct site_sensor *sensor, uint32_t first)
{
	static const enum site_role roles[INPUTS] = {ROLE_CONTACT, ROLE_BOLT, ROLE_RELEASE, ROLE_TAMPER};
	const enum condition_id *ids;
	size_t count = condition_of_kind(KIND_DOOR, &ids);

	*sensor = (struct site_sensor){.id = "d", .kind = KIND_DOOR};
	sensor->timing = (struct site_timing){.held_ms = 20000, .bolt_ms = 5000, .release_ms = 5000};
	for (size_t role = 0; role < ROLE_COUNT; role++)
		sensor->inputs[role].point = SITE_NONE;
	for (uint32_t i = 0; i < INPUTS; i++)
		sensor->inputs[roles[i]].point = first + i;
	for (size_t slot = 0; slot < count; slot++)
		sensor->conditions[slot] = (struct site_condition){1, 2, condition_info(ids[slot])->latched, 0};
}

static void make_site(struct site *site, uint32_t sensors)
{
	*site = (struct site){.device_count = 1,
	                      .area_count = 1,
	                      .point_count = (size_t)sensors * INPUTS,
	                      .sensor_count = sensors,
	                      .devices = rows(1, sizeof *site->devices),
	                      .areas = rows(1, sizeof *site->areas),
	                      .points = rows((size_t)sensors * INPUTS, sizeof *site->points),
	                      .sensors = rows(sensors, sizeof *site->sensors)};
	for (uint32_t i = 0; i < sensors; i++)
		make_door(&site->sensors[i], i * INPUTS);
}

static void free_site(struct site *site)
{
	free(site->devices);
	free(site->areas);
	free(site->points);
	free(site->sensors);
}

/* One scan of all points; the bolts are home, all else is quiet but for what `moves` says. */
static void scan(struct engine *engine, const struct site *site, struct mono at, bool (*moves)(uint32_t point))
{
	for (uint32_t point = 0; point < site->point_count; point++) {
		bool quiet = point % INPUTS == 1;
		struct sample sample = {
		        .point = point, .value = moves(point) ? !quiet : quiet, .quality = QUALITY_GOOD, .at = at};

		engine_sample(engine, &sample, at);
	}
	engine_tick(engine, at);
}

static bool nothing(uint32_t point)
{
	(void)point;
	return false;
}

static uint32_t turn;

static bool one_in_hundred(uint32_t point)
{
	return (point + turn) % 100 == 0;
}

static bool contacts(uint32_t point)
{
	return point % INPUTS == 0;
}

static double cost(struct engine *engine, const struct site *site, struct mono *now, bool (*moves)(uint32_t point))
{
	unsigned scans = (unsigned)(SAMPLES / site->point_count) + 1;
	int64_t before = cpu_ns();

	for (unsigned i = 0; i < scans; i++) {
		*now = mono_add_ms(*now, 100);
		turn++;
		scan(engine, site, *now, moves);
	}
	return (double)(cpu_ns() - before) / ((double)scans * (double)site->point_count);
}

static void measure(uint32_t sensors)
{
	const struct event_sink sink = {.put = put};
	struct engine *engine = NULL;
	struct mono now = {1000000};
	struct site site;

	make_site(&site, sensors);
	size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
	if (engine_new(&site, &sink, &engine) < 0)
		abort();
	size_t bytes = mallinfo2().uordblks + mallinfo2().hblkhd - before;
	scan(engine, &site, now, nothing);
	double idle = cost(engine, &site, &now, nothing), busy = cost(engine, &site, &now, one_in_hundred);
	cost(engine, &site, &now, nothing);
	uint64_t events = seq;
	int64_t start = cpu_ns();
	now = mono_add_ms(now, 100);
	scan(engine, &site, now, contacts);
	double trip_ms = (double)(cpu_ns() - start) / 1e6;
	printf("%7u sensors  idle %5.0f ns/sample  busy %5.0f ns/sample  trip %7.1f ms, %" PRIu64
	       " events  %4zu bytes/sensor\n",
	       sensors, idle, busy, trip_ms, seq - events, bytes / sensors);
	engine_free(&engine);
	free_site(&site);
}

int main(int argc, char **argv)
{
	if (argc == 1) {
		measure(SENSORS_A);
		measure(SENSORS_B);
		measure(SENSORS_C);
	}
	for (int i = 1; i < argc; i++) {
		unsigned sensors;

		if (sscanf(argv[i], "%u", &sensors) != 1 || sensors == 0) {
			fprintf(stderr, "usage: bench-engine-cost [SENSORS ...]\n");
			return 2;
		}
		measure(sensors);
	}
	return 0;
}
