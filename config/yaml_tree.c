/* SPDX-License-Identifier: Apache-2.0 */
/* yaml_tree - see yaml_tree.h */
#include "config/yaml_tree.h"

#include "config/limits.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

/* An open mapping or list, and where its next child goes. */
struct frame {
	struct tree_node *node;
	struct tree_node *last; /* child */
	struct tree_node *key;  /* that waits for its value */
};

struct builder {
	struct arena *arena;
	const struct tree_source *source;
	struct site_errors *errors;
	struct tree_node *root;
	struct frame stack[LIMIT_YAML_DEPTH];
	size_t depth, nodes, documents;
};

static struct site_spot spot_of(const struct tree_source *source, uint32_t line, uint32_t column)
{
	return (struct site_spot){source->name, source->order, line, column};
}

static struct site_spot spot_at(const struct builder *builder, yaml_mark_t mark)
{
	return spot_of(builder->source, (uint32_t)mark.line + 1, (uint32_t)mark.column + 1);
}

/* The place of a byte, in characters as libyaml counts them. */
static struct site_spot spot_of_byte(const struct tree_source *source, size_t offset)
{
	struct site_spot spot = spot_of(source, 1, 1);

	for (size_t i = 0; i < offset && i < source->size; i++) {
		if (source->bytes[i] == '\n') {
			spot.line++;
			spot.column = 1;
		} else if (((unsigned char)source->bytes[i] & 0xC0) != 0x80) {
			spot.column++;
		}
	}
	return spot;
}

/* --- events to nodes ----------------------------------------------------------------------------- */

static int refuse(struct builder *builder, yaml_mark_t mark, const char *text)
{
	site_errors_add(builder->errors, spot_at(builder, mark), "%s", text);
	return -EINVAL;
}

static int attach(struct builder *builder, struct tree_node *node, yaml_mark_t mark)
{
	if (builder->depth == 0) {
		builder->root = node;
		return 0;
	}
	struct frame *frame = &builder->stack[builder->depth - 1];
	bool mapping = frame->node->kind == TREE_MAPPING;

	if (mapping && frame->key) {
		frame->key->value = node;
		frame->key = NULL;
		return 0;
	}
	if (mapping && node->kind != TREE_SCALAR)
		return refuse(builder, mark, "a key must be a plain word, not a list or a mapping");
	if (frame->last)
		frame->last->next = node;
	else
		frame->node->first = node;
	frame->last = node;
	frame->node->count++;
	frame->key = mapping ? node : NULL;
	return 0;
}

static int add_node(struct builder *builder, const yaml_event_t *event, enum tree_kind kind,
                    struct tree_node **ret_node)
{
	if (builder->nodes == LIMIT_YAML_NODES)
		return refuse(builder, event->start_mark, "the file has too many values");
	struct tree_node *node = arena_alloc(builder->arena, 1, sizeof(*node));

	if (node == NULL)
		return -ENOMEM;
	builder->nodes++;
	node->kind = kind;
	node->file = builder->source->order;
	node->line = (uint32_t)event->start_mark.line + 1;
	node->column = (uint32_t)event->start_mark.column + 1;
	int error = attach(builder, node, event->start_mark);

	if (error == 0)
		*ret_node = node;
	return error;
}

static int refuse_extras(struct builder *builder, const yaml_event_t *event, const void *anchor, const void *tag)
{
	if (anchor)
		return refuse(builder, event->start_mark, "anchors (&name) are not allowed");
	if (tag)
		return refuse(builder, event->start_mark, "tags (!name) are not allowed");
	return 0;
}

static int take_scalar(struct builder *builder, const yaml_event_t *event)
{
	struct tree_node *node;
	int error = refuse_extras(builder, event, event->data.scalar.anchor, event->data.scalar.tag);

	if (error == 0)
		error = add_node(builder, event, TREE_SCALAR, &node);
	if (error < 0)
		return error;
	/* "\0" in double quotes is the one way left for a NUL to come in */
	if (memchr(event->data.scalar.value, 0, event->data.scalar.length))
		return refuse(builder, event->start_mark, "a NUL character is not allowed");
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	node->text = arena_copy(builder->arena, (const char *)event->data.scalar.value, event->data.scalar.length);
	return node->text ? 0 : -ENOMEM;
}

static int open_container(struct builder *builder, const yaml_event_t *event, enum tree_kind kind)
{
	struct tree_node *node;
	bool mapping = kind == TREE_MAPPING;
	int error =
	        mapping ? refuse_extras(builder, event, event->data.mapping_start.anchor, event->data.mapping_start.tag)
	                : refuse_extras(builder, event, event->data.sequence_start.anchor,
	                                event->data.sequence_start.tag);

	if (error < 0)
		return error;
	if (builder->depth == LIMIT_YAML_DEPTH)
		return refuse(builder, event->start_mark, "nested too deeply");
	error = add_node(builder, event, kind, &node);
	if (error == 0)
		builder->stack[builder->depth++] = (struct frame){.node = node};
	return error;
}

/* --- repeated keys ------------------------------------------------------------------------------- */

static int compare_keys(const void *left, const void *right)
{
	const struct tree_node *a = *(const struct tree_node *const *)left,
	                       *b = *(const struct tree_node *const *)right;
	int order = strcmp(a->text, b->text);

	if (order != 0)
		return order;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return (a->column > b->column) - (a->column < b->column);
}

static void report_repeats(struct builder *builder, struct tree_node **keys, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct tree_node *first = keys[i - 1], *again = keys[i];

		if (strcmp(first->text, again->text) != 0)
			continue;
		again->repeated = true;
		site_errors_add(builder->errors, spot_of(builder->source, again->line, again->column),
		                "'%.64s' is given twice; it stands in line %u already", again->text, first->line);
		keys[i] = first; /* a third one names the first, too */
	}
}

static int find_repeats(struct builder *builder, struct tree_node *mapping)
{
	size_t count = 0;

	if (mapping->count < 2)
		return 0;
	struct tree_node **keys = malloc(mapping->count * sizeof(*keys));

	if (keys == NULL)
		return -ENOMEM;
	for (const struct tree_node *key = mapping->first; key; key = key->next)
		keys[count++] = (struct tree_node *)key; /* made here, not yet handed out */
	qsort(keys, count, sizeof(*keys), compare_keys);
	report_repeats(builder, keys, count);
	free(keys);
	return 0;
}

static int close_container(struct builder *builder)
{
	assert(builder->depth > 0);
	struct tree_node *node = builder->stack[--builder->depth].node;

	return node->kind == TREE_MAPPING ? find_repeats(builder, node) : 0;
}

/* --- the run of events --------------------------------------------------------------------------- */

static int take_event(struct builder *builder, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (builder->documents++ > 0)
			return refuse(builder, event->start_mark, "a second document (---) is not allowed");
		return 0;
	case YAML_ALIAS_EVENT:
		return refuse(builder, event->start_mark, "aliases (*name) are not allowed");
	case YAML_SCALAR_EVENT:
		return take_scalar(builder, event);
	case YAML_MAPPING_START_EVENT:
		return open_container(builder, event, TREE_MAPPING);
	case YAML_SEQUENCE_START_EVENT:
		return open_container(builder, event, TREE_SEQUENCE);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		return close_container(builder);
	default:
		return 0;
	}
}

static int refuse_syntax(struct builder *builder, const yaml_parser_t *parser)
{
	const char *problem = parser->problem ? parser->problem : "unreadable";

	if (parser->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	if (parser->error == YAML_READER_ERROR) {
		site_errors_add(builder->errors, spot_of_byte(builder->source, parser->problem_offset),
		                "not text in UTF-8: %s", problem);
		return -EINVAL;
	}
	size_t at = parser->problem_mark.index;
	bool tab = at < builder->source->size && builder->source->bytes[at] == '\t';

	site_errors_add(builder->errors, spot_at(builder, parser->problem_mark), "not YAML: %s%s%s%s", problem,
	                parser->context ? " " : "", parser->context ? parser->context : "",
	                tab ? "; a tab cannot indent, use spaces" : "");
	return -EINVAL;
}

static int run_parser(struct builder *builder, yaml_parser_t *parser)
{
	for (bool ended = false; !ended;) {
		yaml_event_t event;

		if (!yaml_parser_parse(parser, &event))
			return refuse_syntax(builder, parser);
		ended = event.type == YAML_STREAM_END_EVENT;
		int error = take_event(builder, &event);

		yaml_event_delete(&event);
		if (error < 0)
			return error;
	}
	return 0;
}

/* A mark at the start would count as a column, and the first line would look indented. */
static struct tree_source skip_byte_order_mark(struct tree_source source)
{
	if (source.size >= 3 && memcmp(source.bytes, "\xef\xbb\xbf", 3) == 0) {
		source.bytes += 3;
		source.size -= 3;
	}
	return source;
}

int tree_parse(struct arena *arena, const struct tree_source *file, struct site_errors *errors,
               const struct tree_node **ret_root)
{
	struct tree_source text = skip_byte_order_mark(*file);
	const struct tree_source *source = &text;
	struct builder builder = {.arena = arena, .source = source, .errors = errors};
	yaml_parser_t parser;

	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING); /* else libyaml would take UTF-16, too */
	yaml_parser_set_input_string(&parser, (const unsigned char *)source->bytes, source->size);
	int error = run_parser(&builder, &parser);

	yaml_parser_delete(&parser);
	if (error < 0)
		return error;
	if (builder.root == NULL) {
		site_errors_add(errors, spot_of(source, 0, 0), "the file is empty");
		return -EINVAL;
	}
	*ret_root = builder.root;
	return 0;
}

/* --- files --------------------------------------------------------------------------------------- */

static int refuse_file(const struct tree_source *source, struct site_errors *errors, const char *why)
{
	site_errors_add(errors, spot_of(source, 0, 0), "%s", why);
	return -EINVAL;
}

static int read_all(int fd, char *bytes, size_t size, size_t *ret_size)
{
	size_t got = 0;

	while (got < size) {
		ssize_t n = read(fd, bytes + got, size - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	*ret_size = got;
	return 0;
}

static int read_open_file(int fd, struct arena *arena, struct site_errors *errors, struct tree_source *source)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return refuse_file(source, errors, strerror(errno));
	if (!S_ISREG(status.st_mode))
		return refuse_file(source, errors, "not a regular file");
	if (status.st_size > LIMIT_FILE_BYTES)
		return refuse_file(source, errors, "larger than 4 MiB");
	char *bytes = arena_alloc(arena, (size_t)status.st_size + 1, 1);

	if (bytes == NULL)
		return -ENOMEM;
	int error = read_all(fd, bytes, (size_t)status.st_size, &source->size);

	if (error < 0)
		return refuse_file(source, errors, strerror(-error));
	source->bytes = bytes;
	return 0;
}

int tree_read(struct arena *arena, const char *path, struct site_errors *errors, struct tree_source *source)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); /* a FIFO must not hold us up */

	if (fd < 0)
		return refuse_file(source, errors, strerror(errno));
	int error = read_open_file(fd, arena, errors, source);

	close(fd);
	return error;
}

int tree_load(struct arena *arena, const char *path, struct site_errors *errors, const struct tree_node **ret_root)
{
	struct tree_source source = {.name = path};
	int error = tree_read(arena, path, errors, &source);

	return error < 0 ? error : tree_parse(arena, &source, errors, ret_root);
}

/* --- looking ------------------------------------------------------------------------------------- */

const struct tree_node *tree_key(const struct tree_node *mapping, const char *key)
{
	if (mapping == NULL || mapping->kind != TREE_MAPPING)
		return NULL;
	for (const struct tree_node *node = mapping->first; node; node = node->next) {
		if (strcmp(node->text, key) == 0)
			return node;
	}
	return NULL;
}

const struct tree_node *tree_get(const struct tree_node *mapping, const char *key)
{
	const struct tree_node *node = tree_key(mapping, key);

	return node ? node->value : NULL;
}

const char *tree_kind_name(const struct tree_node *node)
{
	switch (node->kind) {
	case TREE_MAPPING:
		return "a mapping";
	case TREE_SEQUENCE:
		return "a list";
	default:
		return "text";
	}
}
