/*
 * Bytes that somebody else owns: the one way to pass bytes and text around.
 *
 * A span never owns memory and is passed by value. Length 0 is legal, then p
 * may be NULL. Text in a span is not NUL-terminated.
 */
#pragma once

#include "base/compiler.h"

struct span {
	const uint8_t *p;
	size_t n;
};

/* Bytes that may be missing, which is not the same as having none. */
struct maybe {
	bool there;
	struct span v; /* empty when not there */
};

/* Several of them, in order. */
struct strings {
	struct span *v;
	size_t n;
};

/* A span over a string literal, without its NUL. */
#define SPAN(lit) ((struct span){ (const uint8_t *)("" lit), sizeof(lit) - 1 })

struct span span_of(const void *p, size_t n);
struct span span_str(const char *s); /* NULL gives the empty span */

bool span_eq(struct span a, struct span b);
bool span_is(struct span a, const char *s);
/* Zero bytes and no others, or empty. */
bool span_is_zero(struct span s);
/* Unsigned byte order, a prefix before what it is a prefix of. */
int span_cmp(struct span a, struct span b);
bool span_starts(struct span s, struct span head);
bool span_ends(struct span s, struct span tail);

/* The part from byte `at` on, at most n bytes; clipped, never outside. */
struct span span_sub(struct span s, size_t at, size_t n);
struct span span_from(struct span s, size_t at);
/* Index of the first (last) byte c, or s.n when there is none. */
size_t span_find(struct span s, uint8_t c);
size_t span_rfind(struct span s, uint8_t c);
/* Cuts *rest at the first byte c: the part before it is returned, *rest is
 * what follows. Without c the whole is returned and *rest becomes empty. */
struct span span_cut(struct span *rest, uint8_t c);
/* Without spaces, tabs, CR and LF at both ends. */
struct span span_trim(struct span s);

/* What "%.*s" takes for a span; s is evaluated twice. The text that is written
 * ends at the first NUL. */
#define SPAN_ARG(s) span_precision(s), span_text(s)
/* The length, at most INT32_MAX, because printf takes an int. */
int span_precision(struct span s);
/* The bytes; never NULL. */
const char *span_text(struct span s);
