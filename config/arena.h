/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena - memory that is taken piece by piece and given back at once.
 *
 * A site and the trees it was read from live in one arena, so their strings may point at each other.
 */
#ifndef PICKET_ARENA_H
#define PICKET_ARENA_H

#include <stddef.h>

struct arena;

/* NULL when memory is short. */
struct arena *arena_new(void);
void arena_free(struct arena **arena);

/* Zeroed, aligned for any type; NULL when memory is short or count * size overflows. */
void *arena_alloc(struct arena *arena, size_t count, size_t size);

/* A copy of the bytes with a NUL behind them. */
char *arena_copy(struct arena *arena, const char *bytes, size_t size);
__attribute__((format(printf, 2, 3))) char *arena_print(struct arena *arena, const char *format, ...);

#endif
