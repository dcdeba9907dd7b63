#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISON 1
#endif
#endif

#ifdef POISON
#include <sanitizer/asan_interface.h>
#define poison(p, n)   ASAN_POISON_MEMORY_REGION(p, n)
#define unpoison(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define poison(p, n)   ((void)(p), (void)(n))
#define unpoison(p, n) ((void)(p), (void)(n))
#endif

enum { CHUNK = 64 * 1024 };

struct arena_chunk {
	struct arena_chunk *next;
	size_t size;
	_Alignas(max_align_t) uint8_t bytes[];
};

void
arena_init(struct arena *a, size_t max)
{
	*a = (struct arena){ .max = max };
}

void
arena_over(struct arena *a, void *p, size_t n)
{
	*a = (struct arena){ .p = p, .max = n, .fixed = true };
	a->end = a->p + n;
}

void
arena_finish(struct arena *a)
{
	for (struct arena_chunk *c = a->chunk, *next; c; c = next) {
		next = c->next;
		unpoison(c->bytes, c->size);
		free(c);
	}
	*a = (struct arena){ .max = a->max };
}

void
arena_reset(struct arena *a)
{
	struct arena_chunk *keep = NULL;
	if (a->fixed)
		return;
	if (!a->chunk) { /* nothing to give back; a failure may be to forget */
		*a = (struct arena){ .max = a->max, .fail_in = a->fail_in };
		return;
	}
	for (struct arena_chunk *c = a->chunk, *next; c; c = next) {
		next = c->next;
		if (!keep && c->size == CHUNK) {
			keep = c;
			continue;
		}
		unpoison(c->bytes, c->size);
		free(c);
	}
	*a = (struct arena){ .max = a->max,
			     .fail_in = a->fail_in,
			     .chunk = keep };
	if (!keep)
		return;
	keep->next = NULL;
	poison(keep->bytes, CHUNK);
	a->p = keep->bytes;
	a->end = keep->bytes + CHUNK;
}

/* A chunk with room for `bytes` more, or false. */
static bool
grow(struct arena *a, size_t bytes)
{
	size_t size = bytes > CHUNK ? bytes : CHUNK;
	struct arena_chunk *c = a->fixed ? NULL : malloc(sizeof *c + size);
	if (!c)
		return false;
	c->next = a->chunk;
	c->size = size;
	a->chunk = c;
	a->p = c->bytes;
	a->end = c->bytes + size;
	poison(c->bytes, size);
	return true;
}

static bool
refuse(struct arena *a, size_t bytes)
{
	size_t max = a->max ? a->max : ARENA_MAX_DEFAULT;
	if (a->fail_in && --a->fail_in == 0)
		return true;
	return bytes > max || a->used > max - bytes;
}

void *
arena_alloc(struct arena *a, size_t size, size_t align, size_t n)
{
	size_t bytes;
	if (__builtin_mul_overflow(size, n, &bytes) || bytes > SIZE_MAX / 2 ||
	    refuse(a, bytes)) {
		a->failed = true;
		return NULL;
	}
	size_t odd = (uintptr_t)a->p & (align - 1);
	size_t pad = a->p && odd ? align - odd : 0;
	if (!a->p || bytes + pad > (size_t)(a->end - a->p)) {
		pad = 0;
		if (!grow(a, bytes)) {
			a->failed = true;
			return NULL;
		}
	}
	void *p = a->p + pad;
	unpoison(p, bytes);
	a->p += pad + bytes;
	a->used += bytes;
	return bytes ? memset(p, 0, bytes) : p;
}

void
arena_release(struct arena *a, const void *p)
{
	struct arena_chunk **at = &a->chunk;
	while (*at && ((*at)->bytes != p || (*at)->size <= CHUNK))
		at = &(*at)->next;
	struct arena_chunk *c = *at;
	if (!p || !c)
		return;
	if (at == &a->chunk) /* the free part is in this one: there is none */
		a->p = a->end = NULL;
	*at = c->next;
	a->used -= c->size;
	unpoison(c->bytes, c->size);
	free(c);
}

struct span
arena_dup(struct arena *a, struct span s)
{
	uint8_t *p = NEW(a, uint8_t, s.n);
	if (!p)
		return (struct span){ 0 };
	if (s.n)
		memcpy(p, s.p, s.n);
	return (struct span){ p, s.n };
}

char *
arena_cstr(struct arena *a, struct span s)
{
	if (span_find(s, 0) != s.n || s.n == SIZE_MAX)
		return NULL;
	char *p = NEW(a, char, s.n + 1);
	if (p && s.n)
		memcpy(p, s.p, s.n);
	return p;
}

char *
arena_fmt(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	ASSERT(n >= 0);
	char *p = NEW(a, char, (size_t)n + 1);
	if (!p)
		return NULL;
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}
