/* SPDX-License-Identifier: Apache-2.0 */
/* verbs_check - a site file, offline: every error with its place, or what the site is */
#include "config/site_load.h"
#include "drivers/read_plan.h"
#include "drivers/schedule_check.h"
#include "gateway/ctl/check_schedule.h"
#include "gateway/ctl/ctl.h"
#include "gateway/ctl/excerpt.h"
#include "gateway/json_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define JSON_BYTES (2u << 20) /* LIMIT_ERRORS errors, each byte of them escaped */

struct summary {
	size_t points_used;
	size_t requests;      /* to scan every device once */
	size_t requests_most; /* of one device */
	double per_second;    /* at the site's scan times */
	size_t by_kind[KIND_COUNT];
};

static int add_device(const struct site *site, uint32_t device, struct summary *summary)
{
	struct read_plan *plan = NULL;
	int error = read_plan_new(site, device, &plan);

	if (error < 0)
		return error;
	size_t requests = plan->request_count;
	read_plan_free(&plan);
	summary->requests += requests;
	if (requests > summary->requests_most)
		summary->requests_most = requests;
	if (site->devices[device].scan_ms > 0)
		summary->per_second += (double)requests * 1000 / site->devices[device].scan_ms;
	return 0;
}

static int summarize(const struct site *site, struct summary *ret_summary)
{
	struct summary summary = {0};
	int error = 0;

	for (size_t i = 0; i < site->point_count; i++)
		summary.points_used += site->points[i].used;
	for (size_t i = 0; i < site->sensor_count; i++)
		summary.by_kind[site->sensors[i].kind]++;
	for (uint32_t i = 0; i < site->device_count && error == 0; i++)
		error = add_device(site, i, &summary);
	if (error == 0)
		*ret_summary = summary;
	return error;
}

/* --- text ------------------------------------------------------------------------------------------- */
static void print_errors(const struct site_errors *errors)
{
	bool colour = say_colour(stdout);

	for (size_t i = 0; i < errors->count; i++) {
		const struct site_error *row = &errors->rows[i];
		char file[sizeof row->file], text[sizeof row->text];
		say_clean(row->file, file, sizeof file);
		say_clean(row->text, text, sizeof text);
		if (row->line > 0)
			printf("%s:%u:%u: %s\n", file, row->line, row->column, text);
		else
			printf("%s: %s\n", file, text);
		excerpt_print(row->file, row->line, row->column, stdout, colour);
	}
	if (errors->omitted)
		printf("and %zu more errors\n", errors->omitted);
	size_t total = errors->count + errors->omitted;
	say_note("%zu error%s", total, total == 1 ? "" : "s");
}

static void print_summary(const char *path, const struct site *site, const struct summary *summary)
{
	printf("%s: right\n", path);
	printf("gateway   %s/%s, config sha256:%.12s\n", site->site, site->gateway, site->hash);
	printf("links     %zu\n", site->link_count);
	printf("devices   %zu\n", site->device_count);
	printf("points    %zu, %zu of them used\n", site->point_count, summary->points_used);
	printf("scan      %zu requests for every device once, at most %zu of one; %.1f a second\n", summary->requests,
	       summary->requests_most, summary->per_second);
	printf("areas     %zu\n", site->area_count);
	printf("sensors   %zu", site->sensor_count);
	const char *before = ": ";
	for (int kind = 0; kind < KIND_COUNT; kind++) {
		if (summary->by_kind[kind] == 0)
			continue;
		printf("%s%zu %s", before, summary->by_kind[kind], sensor_kind_name((enum sensor_kind)kind));
		before = ", ";
	}
	putchar('\n');
}

/* --- JSON ------------------------------------------------------------------------------------------- */
static void error_members(struct json *json, const struct site_errors *errors)
{
	json_open_array(json, "errors");
	for (size_t i = 0; i < errors->count; i++) {
		json_open_object(json, NULL);
		json_text(json, "file", errors->rows[i].file);
		json_uint(json, "line", errors->rows[i].line);
		json_uint(json, "column", errors->rows[i].column);
		json_text(json, "text", errors->rows[i].text);
		json_close(json);
	}
	json_close(json);
	json_uint(json, "omitted", errors->omitted);
}

static void summary_members(struct json *json, const struct site *site, const struct summary *summary)
{
	json_open_object(json, "summary");
	json_text(json, "site", site->site);
	json_text(json, "gateway", site->gateway);
	json_text(json, "hash", site->hash);
	json_uint(json, "links", site->link_count);
	json_uint(json, "devices", site->device_count);
	json_uint(json, "points", site->point_count);
	json_uint(json, "points_used", summary->points_used);
	json_uint(json, "requests", summary->requests);
	json_uint(json, "requests_most", summary->requests_most);
	json_number(json, "requests_per_s", summary->per_second, 1);
	json_uint(json, "areas", site->area_count);
	json_uint(json, "sensors", site->sensor_count);
	json_open_object(json, "by_kind");
	for (int kind = 0; kind < KIND_COUNT; kind++)
		json_uint(json, sensor_kind_name((enum sensor_kind)kind), summary->by_kind[kind]);
	json_close(json);
	json_close(json);
}

/* What was found out about a file; site NULL: it has errors, so there is no more to say. */
struct findings {
	struct site *site;
	struct schedule *schedule; /* NULL with site */
	struct site_errors errors;
};

static int print_json(const struct findings *findings)
{
	struct summary summary = {0};
	size_t size = JSON_BYTES + (findings->site ? check_schedule_json_room(findings->schedule) : 0);
	char *text = malloc(size);
	int error = text ? 0 : -ENOMEM;

	if (error == 0 && findings->site)
		error = summarize(findings->site, &summary);
	if (error < 0) {
		free(text);
		return error;
	}
	struct json json = json_begin(text, size);
	json_open_object(&json, NULL);
	json_text(&json, "schema", "picket.check/1");
	json_bool(&json, "ok", findings->errors.count + findings->errors.omitted == 0);
	error_members(&json, &findings->errors);
	if (findings->site) {
		summary_members(&json, findings->site, &summary);
		check_schedule_json(&json, findings->site, findings->schedule);
	}
	json_close(&json);
	ssize_t length = json_end(&json);
	if (length > 0)
		puts(text);
	free(text);
	return length > 0 ? 0 : (int)length;
}

static int print_text(const struct ctl_call *call, const struct findings *findings)
{
	struct summary summary = {0};
	bool right = findings->errors.count + findings->errors.omitted == 0;
	int error = findings->site ? summarize(findings->site, &summary) : 0;

	if (error < 0)
		return error;
	if (right)
		print_summary(call->arguments[0], findings->site, &summary);
	else
		print_errors(&findings->errors);
	if (!findings->site)
		return 0;
	return check_schedule_print(findings->site, findings->schedule, call->options.given[OPTION_VERBOSE]);
}

/* 0, also when there are errors in the file; or why nothing could be found out. */
static int look(const char *path, struct findings *findings)
{
	int error = site_load(path, &findings->site, &findings->errors);

	if (error < 0)
		return findings->errors.count ? 0 : error;
	error = schedule_new(findings->site, &findings->schedule);
	if (error == 0)
		schedule_report(findings->site, findings->schedule, &findings->errors);
	return error;
}

enum ctl_exit verb_check(const struct ctl_call *call)
{
	struct findings findings = {0};
	int error = look(call->arguments[0], &findings);

	if (error == 0)
		error = call->options.given[OPTION_JSON] ? print_json(&findings) : print_text(call, &findings);
	if (error < 0)
		say_error("%s: %s", call->arguments[0], strerror(-error));
	bool right = error == 0 && findings.errors.count + findings.errors.omitted == 0;
	site_errors_free(&findings.errors);
	schedule_free(&findings.schedule);
	site_free(&findings.site);
	return right ? CTL_DONE : CTL_NO;
}
