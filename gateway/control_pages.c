/* SPDX-License-Identifier: Apache-2.0 */
/* control_pages - see control_pages.h */
#include "gateway/control_pages.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const char *const page_names[PAGE_COUNT] = {
        [PAGE_STATUS] = "status", [PAGE_LINKS] = "links", [PAGE_DEVICES] = "devices", [PAGE_SENSORS] = "sensors",
        [PAGE_ALARMS] = "alarms", [PAGE_AREAS] = "areas", [PAGE_OUTPUTS] = "outputs",
};

enum control_page control_page_by_path(const char *path)
{
	static const char prefix[] = "/v1/";
	int page = 0;

	if (strncmp(path, prefix, sizeof prefix - 1) != 0)
		return PAGE_COUNT;
	while (page < PAGE_COUNT && strcmp(path + sizeof prefix - 1, page_names[page]) != 0)
		page++;
	return (enum control_page)page;
}

static void common_members(struct json *json, const struct control_source *source, const char *page)
{
	const struct site *site = source->view->context->site;
	char schema[32], now[28];

	snprintf(schema, sizeof schema, "picket.%s/1", page);
	event_time_text(source->view->wall, now);
	json_text(json, "schema", schema);
	json_text(json, "site", site->site);
	json_text(json, "gateway", site->gateway);
	json_text(json, "time", now);
}

/* The document up to its first row: a whole object whose end is taken off again. */
static size_t open_page(const struct control_source *source, enum control_page page, char *ret_text, size_t size)
{
	struct json json = json_begin(ret_text, size);

	json_open_object(&json, NULL);
	common_members(&json, source, page_names[page]);
	if (page == PAGE_STATUS)
		control_status_members(&json, source);
	json_close(&json);
	ssize_t length = json_end(&json);
	assert(length > 0);
	if (!control_rows[page].row)
		return (size_t)length;
	int more = snprintf(ret_text + length - 1, size - (size_t)length + 1, ",\"%s\":[", page_names[page]);
	assert(more > 0 && (size_t)length + (size_t)more < size);
	return (size_t)length - 1 + (size_t)more;
}

/* One row, with the comma before it; 0: it is not on the page; negative: it does not fit. */
static ssize_t read_row(const struct control_source *source, const struct control_cursor *cursor, char *ret_text,
                        size_t size)
{
	size_t comma = cursor->comma ? 1 : 0;

	if (size <= comma + 2)
		return -1;
	struct json json = json_begin(ret_text + comma, size - comma);
	json_open_object(&json, NULL);
	bool shown = control_rows[cursor->page].row(&json, source, cursor->next);
	json_close(&json);
	ssize_t length = json_end(&json);
	if (length < 0 || !shown)
		return shown ? -1 : 0;
	ret_text[0] = comma ? ',' : '{';
	return length + (ssize_t)comma;
}

static size_t read_rows(const struct control_source *source, struct control_cursor *cursor, char *ret_text, size_t size)
{
	size_t count = control_rows[cursor->page].count(source->view->context->site), used = 0;

	for (; cursor->next < count; cursor->next++) {
		ssize_t length = read_row(source, cursor, ret_text + used, size - used);
		if (length < 0)
			break;
		cursor->comma = cursor->comma || length > 0;
		used += (size_t)length;
	}
	assert(used > 0 || cursor->next == count); /* the longest row fits in a piece */
	return used;
}

static size_t close_page(const struct control_cursor *cursor, char *ret_text, size_t size)
{
	return (size_t)snprintf(ret_text, size, "%s\n", control_rows[cursor->page].row ? "]}" : "");
}

size_t control_page_read(const struct control_source *source, struct control_cursor *cursor, char *ret_text,
                         size_t size)
{
	size_t used = 0;

	assert(cursor->page < PAGE_COUNT && size >= LIMIT_PAGE_PIECE);
	if (!cursor->opened) {
		cursor->opened = true;
		return open_page(source, cursor->page, ret_text, size);
	}
	if (!cursor->closed && control_rows[cursor->page].row)
		used = read_rows(source, cursor, ret_text, size);
	if (used == 0 && !cursor->closed) {
		cursor->closed = true;
		return close_page(cursor, ret_text, size);
	}
	return used;
}
