/* SPDX-License-Identifier: Apache-2.0 */
/* arena - see arena.h */
#include "config/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES ((size_t)1 << 18)

struct chunk {
	struct chunk *next;
	size_t used, size;
	alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct chunk *first; /* the one that is being filled */
};

struct arena *arena_new(void)
{
	return calloc(1, sizeof(struct arena));
}

void arena_free(struct arena **arena)
{
	if (arena == NULL || *arena == NULL)
		return;
	struct chunk *chunk = (*arena)->first;

	while (chunk) {
		struct chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
	free(*arena);
	*arena = NULL;
}

static struct chunk *add_chunk(struct arena *arena, size_t size)
{
	size_t bytes = size > CHUNK_BYTES ? size : CHUNK_BYTES;

	if (bytes > SIZE_MAX - sizeof(struct chunk))
		return NULL;
	struct chunk *chunk = calloc(1, sizeof(*chunk) + bytes);

	if (chunk == NULL)
		return NULL;
	chunk->size = bytes;
	chunk->next = arena->first;
	arena->first = chunk;
	return chunk;
}

void *arena_alloc(struct arena *arena, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total) || total > SIZE_MAX / 2)
		return NULL;
	total = (total + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
	struct chunk *chunk = arena->first;

	if (chunk == NULL || chunk->size - chunk->used < total)
		chunk = add_chunk(arena, total);
	if (chunk == NULL)
		return NULL;
	void *piece = chunk->bytes + chunk->used;

	chunk->used += total;
	return piece;
}

char *arena_copy(struct arena *arena, const char *bytes, size_t size)
{
	char *copy = size < SIZE_MAX ? arena_alloc(arena, size + 1, 1) : NULL;

	if (copy)
		memcpy(copy, bytes, size);
	return copy;
}

char *arena_print(struct arena *arena, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int size = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	char *text = size < 0 ? NULL : arena_alloc(arena, (size_t)size + 1, 1);

	if (text == NULL)
		return NULL;
	va_start(arguments, format);
	vsnprintf(text, (size_t)size + 1, format, arguments);
	va_end(arguments);
	return text;
}
