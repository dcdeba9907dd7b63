/*
 * Memory for values: allocated one after the other, zeroed, freed together.
 *
 * A command or a request owns one arena with a ceiling. Over the ceiling, or
 * when `fail_in` says so (tests fail the n-th allocation), arena_alloc gives
 * NULL and `failed` stays set; the caller reports err_full.
 *
 * A zeroed struct is an empty arena with the default ceiling.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

#define ARENA_MAX_DEFAULT ((size_t)64 << 20)

struct arena_chunk;

struct arena {
	struct arena_chunk *chunk; /* newest first */
	uint8_t *p, *end;          /* free part of the newest chunk */
	size_t used, max;          /* bytes handed out, ceiling (0: default) */
	unsigned fail_in;          /* 0: never */
	bool failed;
	bool fixed; /* on the caller's memory: never grows */
};

void arena_init(struct arena *a, size_t max);
/* On n bytes that the caller owns, and never outside of them: for secrets,
 * whose memory is locked and wiped. */
void arena_over(struct arena *a, void *p, size_t n);
void arena_finish(struct arena *a);
/* Empty again, with a little memory kept for the next round. */
void arena_reset(struct arena *a);

void *arena_alloc(struct arena *a, size_t size, size_t align, size_t n);
/* n zeroed objects of type T, or NULL. */
#define NEW(a, T, n) ((T *)arena_alloc((a), sizeof(T), _Alignof(T), (n)))

/* Gives back what NEW gave, when it is so large that it stands alone; else it
 * stays until the end. Nothing may point there any more. NULL is fine. */
void arena_release(struct arena *a, const void *p);

/* Copies; p is NULL in the result (or the result is NULL) on failure. */
struct span arena_dup(struct arena *a, struct span s);
/* NUL-terminated copy. NULL on failure, or when s holds a NUL byte. */
char *arena_cstr(struct arena *a, struct span s);
char *arena_fmt(struct arena *a, const char *fmt, ...) PRINTF(2, 3);
