#include "base/reader.h"

struct reader
rd_from(struct span s)
{
	static const uint8_t none[1];
	const uint8_t *p = s.p ? s.p : none;
	return (struct reader){ .base = p, .p = p, .end = p + s.n };
}

void
rd_fail_as(struct reader *r, enum rd_fault fault, const char *why)
{
	if (r->why)
		return;
	r->why = why;
	r->fault = fault;
	r->at = rd_at(r);
}

void
rd_fail(struct reader *r, const char *why)
{
	rd_fail_as(r, RD_RULE, why);
}

void
rd_truncated(struct reader *r)
{
	rd_fail_as(r, RD_TRUNCATED, "truncated");
}

void
rd_check(struct reader *r, bool c, const char *why)
{
	if (!c)
		rd_fail(r, why);
}

struct span
rd_take(struct reader *r, size_t n)
{
	if (n > (size_t)(r->end - r->p))
		rd_truncated(r);
	if (r->why)
		return (struct span){ 0 };
	r->p += n;
	return (struct span){ r->p - n, n };
}

struct span
rd_take64(struct reader *r, uint64_t n)
{
	return rd_take(r, n > SIZE_MAX ? SIZE_MAX : (size_t)n);
}

static uint64_t
big_endian(struct reader *r, size_t n)
{
	struct span s = rd_take(r, n);
	uint64_t v = 0;
	for (size_t i = 0; i < s.n; i++)
		v = v << 8 | s.p[i];
	return v;
}

static uint64_t
little_endian(struct reader *r, size_t n)
{
	struct span s = rd_take(r, n);
	uint64_t v = 0;
	for (size_t i = s.n; i > 0; i--)
		v = v << 8 | s.p[i - 1];
	return v;
}

uint8_t
rd_u8(struct reader *r)
{
	return (uint8_t)big_endian(r, 1);
}

uint16_t
rd_be16(struct reader *r)
{
	return (uint16_t)big_endian(r, 2);
}

uint32_t
rd_be32(struct reader *r)
{
	return (uint32_t)big_endian(r, 4);
}

uint64_t
rd_be64(struct reader *r)
{
	return big_endian(r, 8);
}

uint16_t
rd_le16(struct reader *r)
{
	return (uint16_t)little_endian(r, 2);
}

uint32_t
rd_le32(struct reader *r)
{
	return (uint32_t)little_endian(r, 4);
}

struct span
rd_until(struct reader *r, uint8_t c)
{
	struct span left = { r->p, rd_left(r) };
	size_t n = span_find(left, c);
	if (n == left.n)
		rd_truncated(r);
	struct span s = rd_take(r, n);
	rd_take(r, 1);
	return s;
}

uint8_t
rd_peek(const struct reader *r)
{
	return rd_left(r) ? *r->p : 0;
}

size_t
rd_left(const struct reader *r)
{
	return r->why ? 0 : (size_t)(r->end - r->p);
}

size_t
rd_at(const struct reader *r)
{
	return (size_t)(r->p - r->base);
}

void
rd_end(struct reader *r)
{
	if (r->p != r->end)
		rd_fail_as(r, RD_TRAILING, "trailing bytes");
}

bool
rd_ok(const struct reader *r, struct err *e)
{
	if (!r->why)
		return true;
	return err_set(e, ERR_INPUT, "byte %zu: %s", r->at, r->why);
}
