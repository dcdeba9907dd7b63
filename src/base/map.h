/*
 * A hash table from byte strings to pointers, in an arena.
 *
 * Keys are hashed with SipHash-1-3 under the caller's seed, so that hostile
 * names cannot be chosen to collide; give it randomness. The keys' bytes stay
 * the caller's and must outlive the map. Nothing is ever removed; a value may
 * be replaced, NULL included. There is no iteration: order is not a property
 * of a hash table, keep a list beside it.
 */
#pragma once

#include "base/arena.h"

struct map_slot;

struct map {
	struct arena *arena;
	uint64_t seed[2];
	struct map_slot *slot;
	size_t n, cap;
};

void map_init(struct map *m, struct arena *a, const uint64_t seed[2]);
/* The value's place, or NULL when the key is not there. */
void **map_find(const struct map *m, struct span key);
/* The value, or NULL. */
void *map_get(const struct map *m, struct span key);
/* Adds or replaces. */
MUST_USE bool map_put(struct map *m, struct span key, void *value,
		      struct err *e);
