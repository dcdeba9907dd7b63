#include "codec/der.h"

#include <string.h>

enum {
	LONG = 0x80,      /* a length of several bytes: | their number */
	TAG_HIGH = 0x1f,  /* the tag's number follows */
	LENGTH_BYTES = 4, /* the most that a length has here */
};

/* Section 10.1: the definite form with the least number of bytes. */
static size_t
take_length(struct reader *r)
{
	size_t first = rd_u8(r), more = first & ~(size_t)LONG, n = 0;
	if (!(first & LONG))
		return first;
	rd_check(r, more > 0, "a length that is not definite");
	rd_check(r, more <= LENGTH_BYTES, "a length of too many bytes");
	if (r->why)
		return 0;
	for (size_t i = 0; i < more; i++)
		n = n << 8 | rd_u8(r);
	rd_check(r, n >= LONG && n >> (8 * (more - 1)) != 0,
		 "a length that is longer than needed");
	return n;
}

bool
der_follows(const struct reader *r, uint8_t tag)
{
	return rd_left(r) > 0 && rd_peek(r) == tag;
}

static struct span
take_value(struct reader *r)
{
	uint8_t tag = rd_u8(r);
	rd_check(r, tag != 0, "end-of-contents in DER");
	rd_check(r, (tag & TAG_HIGH) != TAG_HIGH, "a tag of several bytes");
	size_t n = take_length(r);
	return rd_take(r, n);
}

struct span
der_take(struct reader *r, uint8_t tag)
{
	rd_check(r, der_follows(r, tag), "another ASN.1 value than expected");
	return take_value(r);
}

struct span
der_any(struct reader *r)
{
	const uint8_t *from = r->p;
	take_value(r);
	return r->why ? (struct span){ 0 }
		      : span_of(from, (size_t)(r->p - from));
}

const uint8_t *
der_enter(struct reader *r, uint8_t tag)
{
	const uint8_t *outside = r->end;
	struct span in = der_take(r, tag);
	if (!r->why) {
		r->p = in.p;
		r->end = in.p + in.n;
	}
	return outside;
}

void
der_leave(struct reader *r, const uint8_t *outside)
{
	rd_check(r, r->p == r->end, "more in an ASN.1 value than expected");
	r->end = outside;
}

bool
der_boolean(struct reader *r)
{
	struct span v = der_take(r, DER_BOOLEAN);
	rd_check(r, v.n == 1 && (v.p[0] == 0 || v.p[0] == 0xff),
		 "a BOOLEAN that is neither 00 nor ff");
	return !r->why && v.p[0];
}

struct span
der_unsigned(struct reader *r)
{
	struct span v = der_take(r, DER_INTEGER);
	rd_check(r, v.n > 0, "an INTEGER without bytes");
	rd_check(r, v.n > 0 && !(v.p[0] & 0x80), "a negative INTEGER");
	rd_check(r, v.n < 2 || v.p[0] != 0 || v.p[1] & 0x80,
		 "an INTEGER that is longer than needed");
	if (r->why)
		return (struct span){ 0 };
	return v.n > 1 && v.p[0] == 0 ? span_from(v, 1) : v;
}

struct span
der_bits(struct reader *r, unsigned *unused)
{
	struct span v = der_take(r, DER_BITS);
	*unused = 0;
	rd_check(r, v.n > 0 && v.p[0] < 8 && (v.n > 1 || v.p[0] == 0),
		 "a BIT STRING with a wrong number of unused bits");
	if (r->why)
		return v;
	rd_check(r, (v.p[v.n - 1] & ((1U << v.p[0]) - 1)) == 0,
		 "a BIT STRING whose unused bits are not zero");
	*unused = r->why ? 0 : v.p[0];
	return r->why ? (struct span){ 0 } : span_from(v, 1);
}

/* Section 8.19: base 128, the highest bit says that more bytes follow. */
struct span
der_oid(struct reader *r)
{
	struct span v = der_take(r, DER_OID);
	bool begins = true;
	rd_check(r, v.n > 0, "an OBJECT IDENTIFIER without bytes");
	for (size_t i = 0; i < v.n; i++) {
		rd_check(r, !begins || v.p[i] != 0x80,
			 "an OBJECT IDENTIFIER that is longer than needed");
		begins = !(v.p[i] & 0x80);
	}
	rd_check(r, begins, "an OBJECT IDENTIFIER that does not end");
	return r->why ? (struct span){ 0 } : v;
}

static bool
digits(struct span *s, size_t n, unsigned *out)
{
	unsigned v = 0;
	for (size_t i = 0; i < n; i++) {
		if (i >= s->n || s->p[i] < '0' || s->p[i] > '9')
			return false;
		v = v * 10 + (s->p[i] - (unsigned)'0');
	}
	*out = v;
	*s = span_from(*s, n);
	return true;
}

bool
der_time_parse(uint8_t tag, struct span s, struct calendar *out)
{
	struct calendar c = { 0 };
	unsigned year = 0;
	bool utc = tag == DER_UTC_TIME;
	if ((!utc && tag != DER_TIME) || !digits(&s, utc ? 2 : 4, &year))
		return false;
	c.year = utc ? year + (year < 50 ? 2000 : 1900) : year;
	if (!digits(&s, 2, &c.month) || !digits(&s, 2, &c.day) ||
	    !digits(&s, 2, &c.hour) || !digits(&s, 2, &c.minute) ||
	    !digits(&s, 2, &c.second) || !span_is(s, "Z"))
		return false;
	*out = c;
	return calendar_has(c.year, c.month, c.day) && c.hour < 24 &&
	       c.minute < 60 && c.second < 60;
}

struct calendar
der_time(struct reader *r)
{
	struct calendar c = { 0 };
	uint8_t tag = der_follows(r, DER_TIME) ? DER_TIME : DER_UTC_TIME;
	struct span s = der_take(r, tag);
	if (!r->why && !der_time_parse(tag, s, &c))
		rd_fail(r, "a malformed time");
	return r->why ? (struct calendar){ 0 } : c;
}

size_t
der_begin(struct buf *b, uint8_t tag)
{
	buf_u8(b, tag);
	return b->n;
}

void
der_end(struct buf *b, size_t at)
{
	uint8_t head[1 + LENGTH_BYTES];
	size_t n, k = 0, more = 0;
	if (b->failed)
		return;
	n = b->n - at;
	ASSERT(n <= UINT32_MAX);
	while (n >= LONG && n >> (8 * more))
		more++;
	head[k++] = (uint8_t)(more ? LONG | more : n);
	while (more-- > 0)
		head[k++] = (uint8_t)(n >> (8 * more));
	buf_zero(b, k);
	if (b->failed)
		return;
	memmove(b->p + at + k, b->p + at, n);
	memcpy(b->p + at, head, k);
}

void
der_put(struct buf *b, uint8_t tag, struct span content)
{
	size_t at = der_begin(b, tag);
	buf_span(b, content);
	der_end(b, at);
}

void
der_put_boolean(struct buf *b, bool v)
{
	der_put(b, DER_BOOLEAN, v ? SPAN("\xff") : SPAN("\0"));
}

void
der_put_unsigned(struct buf *b, struct span v)
{
	size_t at = der_begin(b, DER_INTEGER);
	while (v.n > 1 && v.p[0] == 0)
		v = span_from(v, 1);
	if (v.n == 0 || v.p[0] & 0x80)
		buf_u8(b, 0);
	buf_span(b, v);
	der_end(b, at);
}

void
der_put_bits(struct buf *b, struct span v, unsigned unused)
{
	size_t at = der_begin(b, DER_BITS);
	ASSERT(unused < 8 && (v.n || !unused));
	buf_u8(b, (uint8_t)unused);
	buf_span(b, v);
	der_end(b, at);
}

void
der_put_time(struct buf *b, int64_t seconds)
{
	struct calendar c = calendar_of(seconds);
	bool utc = c.year >= 1950 && c.year < 2050;
	ASSERT(c.year >= 0 && c.year <= 9999);
	size_t at = der_begin(b, utc ? DER_UTC_TIME : DER_TIME);
	if (utc)
		buf_fmt(b, "%02u", (unsigned)(c.year % 100));
	else
		buf_fmt(b, "%04u", (unsigned)c.year);
	buf_fmt(b, "%02u%02u%02u%02u%02uZ", c.month, c.day, c.hour, c.minute,
		c.second);
	der_end(b, at);
}
