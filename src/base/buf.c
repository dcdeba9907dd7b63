#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct buf
buf_max(size_t max)
{
	return (struct buf){ .max = max };
}

struct buf
buf_over(void *p, size_t n)
{
	return (struct buf){ .p = p, .cap = n, .max = n, .fixed = true };
}

void
buf_free(struct buf *b)
{
	if (!b->fixed)
		free(b->p);
	*b = (struct buf){ .max = b->max };
}

void
buf_clear(struct buf *b)
{
	b->n = 0;
	b->failed = false;
}

/* Room for n more bytes at the end, or NULL. */
static uint8_t *
room(struct buf *b, size_t n)
{
	if (b->failed || n > b->max - b->n) {
		b->failed = true;
		return NULL;
	}
	if (n > b->cap - b->n) {
		size_t want = b->n + n, cap = b->cap ? b->cap : 64;
		while (cap < want)
			cap = cap > b->max / 2 ? b->max : cap * 2;
		uint8_t *p = realloc(b->p, cap);
		if (!p) {
			b->failed = true;
			return NULL;
		}
		b->p = p;
		b->cap = cap;
	}
	return b->p + b->n;
}

void
buf_put(struct buf *b, const void *p, size_t n)
{
	uint8_t *to = n ? room(b, n) : NULL;
	if (!to)
		return;
	memcpy(to, p, n);
	b->n += n;
}

void
buf_span(struct buf *b, struct span s)
{
	buf_put(b, s.p, s.n);
}

void
buf_str(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void
buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	ASSERT(n >= 0);
	char *to = (char *)room(b, (size_t)n + 1);
	if (!to)
		return;
	va_start(ap, fmt);
	vsnprintf(to, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

void
buf_u8(struct buf *b, uint8_t v)
{
	buf_put(b, &v, 1);
}

static void
big_endian(struct buf *b, uint64_t v, size_t n)
{
	uint8_t raw[8];
	for (size_t i = 0; i < n; i++)
		raw[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
	buf_put(b, raw, n);
}

void
buf_be16(struct buf *b, uint16_t v)
{
	big_endian(b, v, 2);
}

void
buf_be32(struct buf *b, uint32_t v)
{
	big_endian(b, v, 4);
}

void
buf_be64(struct buf *b, uint64_t v)
{
	big_endian(b, v, 8);
}

void
buf_zero(struct buf *b, size_t n)
{
	uint8_t *to = n ? room(b, n) : NULL;
	if (!to)
		return;
	memset(to, 0, n);
	b->n += n;
}

static bool
write_to(void *self, struct span s, struct err *e)
{
	buf_span(self, s);
	return buf_ok(self, "a stream", e);
}

struct sink
buf_sink(struct buf *b)
{
	return (struct sink){ write_to, b };
}

struct span
buf_view(const struct buf *b)
{
	return (struct span){ b->p, b->n };
}

bool
buf_ok(const struct buf *b, const char *what, struct err *e)
{
	return !b->failed || err_full(e, what);
}
