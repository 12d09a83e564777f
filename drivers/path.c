/* SPDX-License-Identifier: Apache-2.0 */
/* path - see path.h */
#include "drivers/path.h"

#include "drivers/path_check.h"
#include "drivers/path_choice.h"
#include "drivers/path_flap.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GATEWAY_PATH   0x0A /* MB 7: not the device answers, but a gateway that does not reach it */
#define GATEWAY_TARGET 0x0B

/* A device as the choice of the way sees it. */
struct witness {
	uint32_t device;
	uint64_t answers, failures;
	bool silent; /* its latest exchange brought no answer */
};

struct path {
	const struct site_link *link;
	uint32_t index;
	const struct site *site;
	const struct poller_sink *sink;
	const struct device_stats *devices;
	struct link_stats *stats;
	struct port *ports[LIMIT_ENDPOINTS];

	bool up, nameless; /* nameless: waits for an address */
	struct mono up_since;
	uint64_t unmade; /* connections that could not be made */
	struct path_flap flap;
	bool told; /* of the trouble that is not over */
	char told_trouble[LIMIT_TROUBLE];
	struct mono told_at;

	/* two ways */
	struct path_choice choice;
	struct path_check check;
	size_t witness_count, turn; /* the witness to ask at the next check */
	struct witness *witnesses;
};

const char *path_health_name(enum path_health health)
{
	static const char *const names[] = {
	        [PATH_NONE] = "none", [PATH_UNKNOWN] = "unknown", [PATH_GOOD] = "good", [PATH_BAD] = "bad"};

	return names[health];
}

/* --- life ------------------------------------------------------------------------------------------- */

static bool has_backup(const struct path *path)
{
	return path->link->endpoint_count > 1;
}

static struct port *port_of(const struct path *path)
{
	return path->ports[path->choice.active];
}

static int find_witnesses(struct path *path)
{
	for (uint32_t i = 0; i < path->site->device_count; i++)
		path->witness_count += path->site->devices[i].link == path->index;
	path->witnesses = calloc(path->witness_count + 1, sizeof *path->witnesses);
	if (!path->witnesses)
		return -ENOMEM;
	for (uint32_t i = 0, next = 0; i < path->site->device_count; i++)
		if (path->site->devices[i].link == path->index)
			path->witnesses[next++].device = i;
	return 0;
}

int path_new(const struct path_setup *setup, struct path **ret_path)
{
	struct path *path = calloc(1, sizeof *path);

	if (!path)
		return -ENOMEM;
	path->link = &setup->site->links[setup->link];
	path->index = setup->link;
	path->site = setup->site;
	path->sink = setup->sink;
	path->devices = setup->devices;
	path->stats = setup->stats;
	path_choice_init(&path->choice, setup->start);
	path->stats->idle = has_backup(path) ? PATH_UNKNOWN : PATH_NONE;
	int error = has_backup(path) ? find_witnesses(path) : 0;
	for (size_t i = 0; i < path->link->endpoint_count && !error; i++)
		error = port_new(&path->link->endpoints[i], setup->resolver, &path->ports[i]);
	if (error) {
		path_free(&path);
		return error;
	}
	*ret_path = path;
	return 0;
}

void path_free(struct path **path)
{
	if (!*path)
		return;
	for (size_t i = 0; i < LIMIT_ENDPOINTS; i++)
		port_free(&(*path)->ports[i]);
	free((*path)->witnesses);
	free(*path);
	*path = NULL;
}

/* --- what people are told --------------------------------------------------------------------------- */

static void tell(const struct path *path, enum link_news news, const char *text, struct mono now)
{
	struct link_change change = {
	        .link = path->index, .news = news, .path = path->choice.active, .text = text, .at = now};

	if (path->sink->link)
		path->sink->link(path->sink->context, &change);
}

/* Once; another reason a minute later at the soonest, and the same one again only after a minute without trouble. */
static void note_trouble(struct path *path, const char *text, struct mono now)
{
	bool other =
	        strcmp(text, path->told_trouble) != 0 && mono_reached(now, mono_add_ms(path->told_at, LIMIT_FLAP_MS));

	snprintf(path->stats->trouble, sizeof path->stats->trouble, "%s", text);
	if (path->told && !other)
		return;
	path->told = true;
	path->told_at = now;
	snprintf(path->told_trouble, sizeof path->told_trouble, "%s", text);
	tell(path, LINK_NEWS_TROUBLE, text, now);
}

/* --- as a port -------------------------------------------------------------------------------------- */

static void came_up(struct path *path, struct mono now)
{
	path->up = true;
	path->up_since = now;
}

static void not_made(struct path *path, struct mono now)
{
	path->unmade++;
	note_trouble(path, port_trouble(port_of(path)), now);
}

int path_open(struct path *path, struct mono now)
{
	int error = port_open(port_of(path), now);

	path->nameless = error == -EAGAIN;
	if (error == 0)
		came_up(path, now);
	else if (error != -EINPROGRESS && error != -EAGAIN)
		not_made(path, now);
	return error;
}

int path_finish(struct path *path, struct mono now)
{
	int error = port_finish(port_of(path));

	if (error == 0) {
		came_up(path, now);
		return 0;
	}
	port_close(port_of(path));
	not_made(path, now);
	return error;
}

static void lose(struct path *path, struct mono now)
{
	const char *text = port_trouble(port_of(path));

	path->up = false;
	if (mono_reached(now, mono_add_ms(path->up_since, LIMIT_FLAP_MS)))
		path->told = false; /* what was told is long over */
	note_trouble(path, text[0] ? text : "nothing was answered", now);
	if (path_flap_lost(&path->flap, now))
		tell(path, LINK_NEWS_FLAPPING, path->stats->trouble, now);
	path->stats->flapping = path->flap.flapping;
}

void path_close(struct path *path, struct mono now)
{
	struct port *port = port_of(path);
	bool under_way = path->nameless || (port_fd(port) >= 0 && !path->up);

	path->nameless = false;
	port_close(port);
	if (under_way)
		not_made(path, now);
	if (path->up)
		lose(path, now);
}

int path_fd(const struct path *path)
{
	return port_fd(port_of(path));
}

int path_send(struct path *path, const uint8_t *bytes, size_t length)
{
	return port_send(port_of(path), bytes, length);
}

ssize_t path_receive(struct path *path, uint8_t *bytes, size_t size)
{
	return port_receive(port_of(path), bytes, size);
}

/* --- the other way ---------------------------------------------------------------------------------- */

static uint64_t not_reached(const struct device_stats *device)
{
	return device->exceptions[GATEWAY_PATH] + device->exceptions[GATEWAY_TARGET];
}

static uint64_t failures_of(const struct device_stats *device)
{
	uint64_t sum = not_reached(device);

	for (int fault = FAULT_NONE + 1; fault < FAULT_COUNT; fault++)
		if (fault != FAULT_EXCEPTION && fault != FAULT_LATE)
			sum += device->faults[fault];
	return sum;
}

static void hear(struct witness *witness, const struct device_stats *device)
{
	uint64_t answers = device->good + device->faults[FAULT_EXCEPTION] - not_reached(device);
	uint64_t failures = failures_of(device);

	if (answers != witness->answers)
		witness->silent = false;
	else if (failures != witness->failures)
		witness->silent = true;
	witness->answers = answers;
	witness->failures = failures;
}

static void report(struct path *path, struct mono now)
{
	struct path_report sum = {.failures = path->unmade, .silent = true};

	for (size_t i = 0; i < path->witness_count; i++) {
		struct witness *witness = &path->witnesses[i];
		hear(witness, &path->devices[witness->device]);
		sum.answers += witness->answers;
		sum.failures += witness->failures;
		sum.silent = sum.silent && witness->silent;
	}
	sum.silent = sum.silent || !path->up;
	path_choice_report(&path->choice, &sum, now);
}

static uint32_t used_point(const struct path *path, uint32_t device)
{
	const struct site_device *of = &path->site->devices[device];

	for (uint32_t i = of->point_first; i < of->point_first + of->point_count; i++)
		if (path->site->points[i].used)
			return i;
	return SITE_NONE;
}

/* A device that answers over the way in use, when there is one; each check asks another. */
static const struct witness *choose_witness(struct path *path)
{
	const struct witness *chosen = NULL;

	for (size_t i = 0; i < path->witness_count; i++) {
		const struct witness *next = &path->witnesses[(path->turn + i) % path->witness_count];
		if (used_point(path, next->device) == SITE_NONE)
			continue;
		if (!chosen || (path->devices[chosen->device].lost && !path->devices[next->device].lost))
			chosen = next;
	}
	if (chosen)
		path->turn = (size_t)(chosen - path->witnesses) + 1;
	return chosen;
}

static void prepare_check(struct path *path, const struct site_endpoint *end)
{
	static const uint8_t functions[] = {
	        [TABLE_DISCRETE] = 2, [TABLE_COIL] = 1, [TABLE_INPUT] = 4, [TABLE_HOLDING] = 3};
	const struct witness *witness = choose_witness(path);

	path->check.port = path->ports[!path->choice.active];
	path->check.timeout_ms = path->link->timeout_ms;
	path->check.request = (struct transaction_request){0};
	if (!witness || end->transport != TRANSPORT_TCP)
		return;
	const struct site_point *point = &path->site->points[used_point(path, witness->device)];
	path->check.request = (struct transaction_request){.unit = path->site->devices[witness->device].unit,
	                                                   .function = functions[point->table],
	                                                   .address = point->address,
	                                                   .count = site_point_width(point)};
}

static void check_idle(struct path *path, struct mono now)
{
	const struct site_endpoint *end = &path->link->endpoints[!path->choice.active];
	enum path_check_result result = path_check_run(&path->check, now);

	if (path->check.step == CHECK_NONE && result == CHECK_PENDING && path_choice_check_due(&path->choice, now)) {
		prepare_check(path, end);
		result = path_check_start(&path->check, end, now);
	}
	if (result == CHECK_PENDING)
		return;
	path_choice_checked(&path->choice, result == CHECK_GOOD, now);
	snprintf(path->stats->idle_trouble, sizeof path->stats->idle_trouble, "%s",
	         result == CHECK_BAD ? path->check.trouble : "");
}

static void leave(struct path *path, struct mono now)
{
	struct port *old = path->ports[!path->choice.active];
	const char *why = path->choice.returned ? "the primary is good again" : "no device answered";

	if (path->check.step != CHECK_NONE)
		path_check_stop(&path->check);
	port_close(old);
	path->up = path->nameless = false;
	path->stats->path = path->choice.active;
	path->stats->switches++;
	snprintf(path->stats->idle_trouble, sizeof path->stats->idle_trouble, "%s", path->choice.returned ? "" : why);
	tell(path, LINK_NEWS_SWITCHED, why, now);
}

bool path_run(struct path *path, struct mono now)
{
	bool switched = false;

	if (path_flap_calm(&path->flap, now)) {
		path->stats->flapping = false;
		tell(path, LINK_NEWS_STEADY, "", now);
	}
	if (!has_backup(path) || path->witness_count == 0)
		return false;
	report(path, now);
	check_idle(path, now);
	switched = path_choice_switch(&path->choice, now);
	if (switched)
		leave(path, now);
	path->stats->idle = path->choice.idle;
	return switched;
}

size_t path_active(const struct path *path)
{
	return path->choice.active;
}

struct mono path_next(const struct path *path)
{
	struct mono next = path_flap_next(&path->flap);

	if (!has_backup(path) || path->witness_count == 0)
		return next;
	next = mono_min(next, path_check_next(&path->check));
	return mono_min(next, path_choice_next(&path->choice, path->check.step != CHECK_NONE));
}
