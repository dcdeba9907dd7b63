#include "base/span.h"

#include <string.h>

struct span
span_of(const void *p, size_t n)
{
	return (struct span){ p, n };
}

struct span
span_str(const char *s)
{
	return (struct span){ (const uint8_t *)s, s ? strlen(s) : 0 };
}

bool
span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
span_is_zero(struct span s)
{
	uint8_t any = 0;
	for (size_t i = 0; i < s.n; i++)
		any |= s.p[i];
	return any == 0;
}

bool
span_is(struct span a, const char *s)
{
	return span_eq(a, span_str(s));
}

int
span_cmp(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;
	if (c != 0)
		return c;
	return (a.n > b.n) - (a.n < b.n);
}

bool
span_starts(struct span s, struct span head)
{
	return s.n >= head.n && span_eq(span_sub(s, 0, head.n), head);
}

bool
span_ends(struct span s, struct span tail)
{
	return s.n >= tail.n && span_eq(span_from(s, s.n - tail.n), tail);
}

struct span
span_sub(struct span s, size_t at, size_t n)
{
	if (at >= s.n)
		return (struct span){ s.p ? s.p + s.n : NULL, 0 };
	size_t left = s.n - at;
	return (struct span){ s.p + at, n < left ? n : left };
}

struct span
span_from(struct span s, size_t at)
{
	return span_sub(s, at, SIZE_MAX);
}

size_t
span_find(struct span s, uint8_t c)
{
	const uint8_t *at = s.n ? memchr(s.p, c, s.n) : NULL;
	return at ? (size_t)(at - s.p) : s.n;
}

size_t
span_rfind(struct span s, uint8_t c)
{
	const uint8_t *at = s.n ? memrchr(s.p, c, s.n) : NULL;
	return at ? (size_t)(at - s.p) : s.n;
}

struct span
span_cut(struct span *rest, uint8_t c)
{
	size_t at = span_find(*rest, c);
	struct span head = span_sub(*rest, 0, at);
	*rest = at < rest->n ? span_from(*rest, at + 1)
			     : span_from(*rest, rest->n);
	return head;
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct span
span_trim(struct span s)
{
	while (s.n && is_blank(s.p[0]))
		s = span_from(s, 1);
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

int
span_precision(struct span s)
{
	return s.n < INT32_MAX ? (int)s.n : INT32_MAX;
}

const char *
span_text(struct span s)
{
	return s.n ? (const char *)s.p : "";
}
