/* SPDX-License-Identifier: Apache-2.0 */
/* sim/show - see show.h. Every id and name of a site is [a-z0-9/._-], so JSON needs no escapes here. */
#include "drivers/sim/show.h"

#include <inttypes.h>

static const char *on_off(bool on)
{
	return on ? "on" : "off";
}

static void point_text(const struct sim_game *game, uint32_t point, FILE *answer)
{
	const struct site_point *row = &game->site->points[point];
	struct sim_use use = sim_plant_use(game->plant, point);

	fprintf(answer, "%s/%s %d", game->site->devices[row->device].id, row->name,
	        sim_plant_value(game->plant, point));
	if (use.sensor != SITE_NONE)
		fprintf(answer, "  %s.%s", game->site->sensors[use.sensor].id, sim_role_name(use.role));
}

static void point_json(const struct sim_game *game, uint32_t point, FILE *answer)
{
	const struct site_point *row = &game->site->points[point];

	fprintf(answer, "{\"schema\":\"picket-sim.point/1\",\"point\":\"%s/%s\",\"value\":%d}",
	        game->site->devices[row->device].id, row->name, sim_plant_value(game->plant, point));
}

static bool input_on(const struct sim_game *game, const struct site_input *input)
{
	return sim_plant_value(game->plant, input->point) != input->invert;
}

static void sensor_text(const struct sim_game *game, uint32_t index, FILE *answer)
{
	const struct site_sensor *sensor = &game->site->sensors[index];

	fprintf(answer, "%-24s %-6s", sensor->id, sensor_kind_name(sensor->kind));
	for (enum site_role role = 0; role < ROLE_COUNT; role++)
		if (sensor->inputs[role].point != SITE_NONE)
			fprintf(answer, " %s=%s", sim_role_name(role), on_off(input_on(game, &sensor->inputs[role])));
}

static void sensor_json(const struct sim_game *game, uint32_t index, FILE *answer)
{
	const struct site_sensor *sensor = &game->site->sensors[index];
	const char *comma = "";

	fprintf(answer, "{\"schema\":\"picket-sim.sensor/1\",\"sensor\":\"%s\",\"kind\":\"%s\",\"inputs\":{",
	        sensor->id, sensor_kind_name(sensor->kind));
	for (enum site_role role = 0; role < ROLE_COUNT; role++) {
		const struct site_input *input = &sensor->inputs[role];
		if (input->point == SITE_NONE)
			continue;
		const struct site_point *point = &game->site->points[input->point];
		fprintf(answer, "%s\"%s\":{\"on\":%s,\"point\":\"%s/%s\",\"value\":%d}", comma, sim_role_name(role),
		        input_on(game, input) ? "true" : "false", game->site->devices[point->device].id, point->name,
		        sim_plant_value(game->plant, input->point));
		comma = ",";
	}
	fputs("}}", answer);
}

static void device_text(const struct sim_game *game, uint32_t index, FILE *answer)
{
	const struct site_device *device = &game->site->devices[index];
	struct sim_slowness slowness = sim_wire_slowness(game->wire, index);

	fprintf(answer, "%-24s device link=%s unit=%u points=%" PRIu32 " %s", device->id,
	        game->site->links[device->link].id, device->unit, device->point_count,
	        sim_health_name(sim_wire_device_health(game->wire, index)));
	if (slowness.delay_ms || slowness.jitter_ms)
		fprintf(answer, " slow=%" PRIu32 "+%" PRIu32 "ms", slowness.delay_ms, slowness.jitter_ms);
}

static void device_json(const struct sim_game *game, uint32_t index, FILE *answer)
{
	const struct site_device *device = &game->site->devices[index];
	struct sim_slowness slowness = sim_wire_slowness(game->wire, index);

	fprintf(answer,
	        "{\"device\":\"%s\",\"link\":\"%s\",\"unit\":%u,\"points\":%" PRIu32
	        ",\"state\":\"%s\",\"delay_ms\":%" PRIu32 ",\"jitter_ms\":%" PRIu32 "}",
	        device->id, game->site->links[device->link].id, device->unit, device->point_count,
	        sim_health_name(sim_wire_device_health(game->wire, index)), slowness.delay_ms, slowness.jitter_ms);
}

static void link_text(const struct sim_game *game, uint32_t index, FILE *answer)
{
	const struct site_link *link = &game->site->links[index];
	const char *health = sim_health_name(sim_wire_link_health(game->wire, index));
	bool converter = link->endpoints[0].transport == TRANSPORT_RTU_TCP;
	struct sim_stream_use use;

	if (link->endpoints[0].transport != TRANSPORT_RTU)
		fprintf(answer, "%-24s link   %s %s port %u %s", link->id, converter ? "rtu+tcp" : "tcp",
		        link->endpoints[0].host, link->endpoints[0].port, health);
	else
		fprintf(answer, "%-24s link   rtu %s %" PRIu32 " %s", link->id, link->endpoints[0].path,
		        link->endpoints[0].baud, health);
	if (!sim_wire_use(game->wire, index, &use))
		return;
	fprintf(answer, " requests=%" PRIu64 " early=%" PRIu64, use.requests, use.early);
	if (use.least_gap_us != INT64_MAX)
		fprintf(answer, " least-gap=%" PRId64 "us", use.least_gap_us);
}

static void link_json(const struct sim_game *game, uint32_t index, FILE *answer)
{
	struct sim_stream_use use;

	fprintf(answer, "{\"link\":\"%s\",\"state\":\"%s\"", game->site->links[index].id,
	        sim_health_name(sim_wire_link_health(game->wire, index)));
	if (sim_wire_use(game->wire, index, &use)) {
		fprintf(answer, ",\"requests\":%" PRIu64 ",\"early\":%" PRIu64, use.requests, use.early);
		if (use.least_gap_us != INT64_MAX)
			fprintf(answer, ",\"least_gap_us\":%" PRId64, use.least_gap_us);
	}
	fputc('}', answer);
}

typedef void (*show_row)(const struct sim_game *game, uint32_t index, FILE *answer);

static void rows(const struct sim_game *game, show_row row, size_t count, FILE *answer)
{
	for (uint32_t i = 0; i < count; i++) {
		row(game, i, answer);
		fputc('\n', answer);
	}
}

static void array(const struct sim_game *game, show_row row, size_t count, FILE *answer)
{
	for (uint32_t i = 0; i < count; i++) {
		if (i)
			fputc(',', answer);
		row(game, i, answer);
	}
}

static void list_text(const struct sim_game *game, FILE *answer)
{
	const struct site *site = game->site;

	rows(game, link_text, site->link_count, answer);
	rows(game, device_text, site->device_count, answer);
	rows(game, sensor_text, site->sensor_count, answer);
	fprintf(answer, "%zu links, %zu devices, %zu sensors", site->link_count, site->device_count,
	        site->sensor_count);
}

static void list_json(const struct sim_game *game, FILE *answer)
{
	fputs("{\"schema\":\"picket-sim.list/1\",\"links\":[", answer);
	array(game, link_json, game->site->link_count, answer);
	fputs("],\"devices\":[", answer);
	array(game, device_json, game->site->device_count, answer);
	fputs("],\"sensors\":[", answer);
	array(game, sensor_json, game->site->sensor_count, answer);
	fputs("]}", answer);
}

void sim_show(const struct sim_game *game, const struct sim_command *command, FILE *answer)
{
	if (command->verb == SIM_LIST && command->json)
		list_json(game, answer);
	else if (command->verb == SIM_LIST)
		list_text(game, answer);
	else if (command->point != SITE_NONE && command->json)
		point_json(game, command->point, answer);
	else if (command->point != SITE_NONE)
		point_text(game, command->point, answer);
	else if (command->json)
		sensor_json(game, command->sensor, answer);
	else
		sensor_text(game, command->sensor, answer);
}
