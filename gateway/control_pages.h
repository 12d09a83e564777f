/* SPDX-License-Identifier: Apache-2.0 */
/*
 * control_pages - what the daemon sees, as JSON, one piece at a time. Pure: the same view gives the same bytes.
 *
 *   struct control_cursor cursor = {.page = PAGE_SENSORS};
 *   while ((length = control_page_read(&source, &cursor, piece, sizeof piece)) > 0)
 *           send(piece, length);
 *
 * All pieces of a page together are one document: {"schema":"picket.sensors/1","site":…,"gateway":…,"time":…,
 * "sensors":[…]} and a line feed. Times are UTC (RFC 3339), ages and round trips count in the unit of their name.
 */
#ifndef PICKET_CONTROL_PAGES_H
#define PICKET_CONTROL_PAGES_H

#include "gateway/control.h"
#include "gateway/json_write.h"

enum control_page {
	PAGE_STATUS,
	PAGE_LINKS,
	PAGE_DEVICES,
	PAGE_SENSORS,
	PAGE_ALARMS,
	PAGE_AREAS,
	PAGE_OUTPUTS,
	PAGE_COUNT
};

struct control_source {
	const struct control_view *view;
	const char *journal_path; /* absolute, so that a reader may stand anywhere */
};

struct control_cursor {
	enum control_page page;
	bool opened, closed, comma;
	size_t next;
};

/* "/v1/sensors"; PAGE_COUNT: no such page. */
enum control_page control_page_by_path(const char *path);

/* The next piece's length, 0 after the last one. size is at least LIMIT_PAGE_PIECE. */
size_t control_page_read(const struct control_source *source, struct control_cursor *cursor, char *ret_text,
                         size_t size);

/* --- the rows, each page's own ---------------------------------------------------------------------- */
struct control_rows {
	size_t (*count)(const struct site *site);
	/* Adds the members of row `index` to an open object; false: that row is not on the page. */
	bool (*row)(struct json *json, const struct control_source *source, size_t index);
};
extern const struct control_rows control_rows[PAGE_COUNT]; /* those of PAGE_STATUS are empty */

/* The members of the status page. */
void control_status_members(struct json *json, const struct control_source *source);

#endif
