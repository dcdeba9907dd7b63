#include "codec/cbor.h"

#include <string.h>

#include "base/fmt.h"
#include "codec/cborparts.h"

/* An item's head, and for strings the content. */
struct item {
	uint8_t major, info;
	uint64_t arg;
	struct span s;
	size_t at;
};

void
cbor_init(struct cbor *c, struct span in, unsigned options)
{
	c->r = rd_from(in);
	c->options = options;
	c->depth = 0;
	c->full = false;
	c->nseen = 0;
}

static struct cbor_level *
top(struct cbor *c)
{
	return c->depth ? &c->level[c->depth - 1] : NULL;
}

static void
fail_as(struct cbor *c, size_t at, enum rd_fault fault, const char *why)
{
	if (c->r.why)
		return;
	rd_fail_as(&c->r, fault, why);
	c->r.at = at;
}

static void
fail_at(struct cbor *c, size_t at, const char *why)
{
	fail_as(c, at, RD_RULE, why);
}

void
cbor_fail(struct cbor *c, const char *why)
{
	rd_fail(&c->r, why);
}

void
cbor_check(struct cbor *c, bool ok, const char *why)
{
	rd_check(&c->r, ok, why);
}

static bool
at_end(const struct cbor *c)
{
	if (!c->depth)
		return rd_left(&c->r) == 0;
	const struct cbor_level *l = &c->level[c->depth - 1];
	if (!l->indefinite)
		return l->left == 0;
	return rd_left(&c->r) > 0 && rd_peek(&c->r) == BREAK && !l->value;
}

static enum cbor_kind
kind_of(uint8_t first)
{
	static const enum cbor_kind kind[] = {
		CBOR_UINT,  CBOR_NINT, CBOR_BYTES, CBOR_TEXT,
		CBOR_ARRAY, CBOR_MAP,  CBOR_TAG,
	};
	static const enum cbor_kind simple[] = {
		CBOR_BOOL,   CBOR_BOOL,  CBOR_NULL,  CBOR_UNDEFINED,
		CBOR_SIMPLE, CBOR_FLOAT, CBOR_FLOAT, CBOR_FLOAT,
	};
	uint8_t info = first & 31;
	if (first >> 5 != MAJOR_OTHER)
		return kind[first >> 5];
	if (info < SIMPLE_FALSE)
		return CBOR_SIMPLE;
	return info <= INFO_64 ? simple[info - SIMPLE_FALSE] : CBOR_NONE;
}

enum cbor_kind
cbor_peek(const struct cbor *c)
{
	if (rd_left(&c->r) == 0 || at_end(c))
		return CBOR_NONE;
	return kind_of(rd_peek(&c->r));
}

/* The number in or behind the first byte. */
static uint64_t
read_arg(struct cbor *c, uint8_t info, bool number)
{
	static const uint64_t least[] = { 24, 0x100, 0x10000, 0x100000000 };
	uint64_t v;
	if (info < INFO_8)
		return info;
	if (info == INFO_8)
		v = rd_u8(&c->r);
	else if (info == INFO_16)
		v = rd_be16(&c->r);
	else if (info == INFO_32)
		v = rd_be32(&c->r);
	else
		v = rd_be64(&c->r);
	if (number && !(c->options & CBOR_WIDE_LENIENT) &&
	    v < least[info - INFO_8])
		rd_fail_as(&c->r, RD_ENCODING,
			   "a number longer than it needs to be");
	return v;
}

static void
check_indefinite(struct cbor *c, const struct item *i)
{
	if (i->major == MAJOR_BYTES || i->major == MAJOR_TEXT)
		fail_as(c, i->at, RD_ENCODING, "a string of indefinite length");
	else if (i->major == MAJOR_OTHER)
		fail_at(c, i->at, "a break outside of an indefinite length");
	else if (i->major < MAJOR_BYTES || i->major == MAJOR_TAG)
		fail_at(c, i->at, "a reserved kind of item");
	else if (!(c->options & CBOR_INDEFINITE_LENIENT))
		fail_as(c, i->at, RD_ENCODING, "an indefinite length");
}

static bool
text_is_utf8(struct span s)
{
	while (s.n) {
		size_t n = utf8_len(s);
		if (!n)
			return false;
		s = span_from(s, n);
	}
	return true;
}

/* The head and, for strings, what follows it. Not counted anywhere yet. */
static struct item
read_head(struct cbor *c)
{
	struct item i = { .at = rd_at(&c->r) };
	uint8_t first = rd_u8(&c->r);
	i.major = first >> 5;
	i.info = first & 31;
	if (c->r.why)
		return i;
	if (i.info == INFO_INDEFINITE) {
		check_indefinite(c, &i);
		return i;
	}
	if (i.info > INFO_64) {
		fail_at(c, i.at, "a reserved kind of item");
		return i;
	}
	i.arg = read_arg(c, i.info, i.major != MAJOR_OTHER);
	if (i.major == MAJOR_OTHER && i.info == INFO_8 && i.arg < 32)
		fail_at(c, i.at, "a simple value in two bytes");
	if (i.major == MAJOR_BYTES || i.major == MAJOR_TEXT)
		i.s = rd_take64(&c->r, i.arg);
	if (i.major == MAJOR_TEXT && !text_is_utf8(i.s))
		fail_as(c, i.at, RD_ENCODING, "text that is not UTF-8");
	return i;
}

static bool
same_key(const struct cbor_seen *k, const struct item *i)
{
	if (k->major != i->major || k->arg != i->arg)
		return false;
	return i->major < MAJOR_BYTES || i->s.n == 0 ||
	       memcmp(k->p, i->s.p, i->s.n) == 0;
}

static void
check_key(struct cbor *c, const struct cbor_level *l, const struct item *i)
{
	if (i->major > MAJOR_TEXT) {
		fail_at(c, i->at, "a map key that is no integer or string");
		return;
	}
	for (size_t k = l->keys; k < c->nseen; k++)
		if (same_key(&c->seen[k], i)) {
			fail_as(c, i->at, RD_TWICE, "a map key given twice");
			return;
		}
	if (c->nseen == LIMIT_CBOR_KEYS) {
		fail_at(c, i->at, "too many map keys");
		return;
	}
	c->seen[c->nseen++] = (struct cbor_seen){ .arg = i->arg,
						  .p = i->s.p,
						  .major = i->major };
}

/* Accounts for an item in the container that it is in. */
static void
count(struct cbor *c, const struct item *i)
{
	struct cbor_level *l = top(c);
	if (!l || c->r.why)
		return;
	if (l->map && !l->value)
		check_key(c, l, i);
	l->value = l->map && !l->value;
	if (!l->indefinite)
		l->left--;
}

/* The next item of the innermost container; tags are cbor_tag_if's. */
static struct item
next(struct cbor *c)
{
	struct item i = { 0 };
	if (c->depth && at_end(c))
		cbor_fail(c, "the array or map ends here");
	if (c->r.why)
		return i;
	i = read_head(c);
	if (i.major == MAJOR_TAG)
		fail_at(c, i.at, "an unexpected tag");
	count(c, &i);
	return i;
}

/* The next item, which must be of this kind; zeroed when it is not. */
static struct item
expect(struct cbor *c, uint8_t major, const char *why)
{
	struct item i = { 0 };
	size_t at = rd_at(&c->r);
	if (rd_left(&c->r) && !at_end(c) && rd_peek(&c->r) >> 5 != major)
		fail_at(c, at, why);
	i = next(c);
	if (c->r.why)
		i = (struct item){ 0 };
	return i;
}

uint64_t
cbor_uint(struct cbor *c)
{
	return expect(c, MAJOR_UINT, "not an unsigned integer").arg;
}

int64_t
cbor_int(struct cbor *c)
{
	size_t at = rd_at(&c->r);
	bool neg = cbor_peek(c) == CBOR_NINT;
	struct item i =
		expect(c, neg ? MAJOR_NINT : MAJOR_UINT, "not an integer");
	if (i.arg > INT64_MAX) {
		fail_at(c, at, "an integer of more than 64 bits");
		return 0;
	}
	return neg ? -1 - (int64_t)i.arg : (int64_t)i.arg;
}

struct span
cbor_bytes(struct cbor *c)
{
	return expect(c, MAJOR_BYTES, "not a byte string").s;
}

struct span
cbor_text(struct cbor *c)
{
	return expect(c, MAJOR_TEXT, "not a text string").s;
}

/* The next item, if there is one, must be of this kind. */
static struct item
expect_simple(struct cbor *c, enum cbor_kind kind, const char *why)
{
	if (rd_left(&c->r) && !at_end(c) && cbor_peek(c) != kind)
		cbor_fail(c, why);
	return next(c);
}

bool
cbor_bool(struct cbor *c)
{
	struct item i = expect_simple(c, CBOR_BOOL, "neither true nor false");
	return !c->r.why && i.info == SIMPLE_TRUE;
}

void
cbor_null(struct cbor *c)
{
	expect_simple(c, CBOR_NULL, "not null");
}

/* Keys have no tags. */
static bool
at_tag(struct cbor *c)
{
	if (cbor_peek(c) != CBOR_TAG)
		return false;
	if (c->depth && top(c)->map && !top(c)->value)
		cbor_fail(c, "an unexpected tag");
	return !c->r.why;
}

bool
cbor_tag_if(struct cbor *c, uint64_t tag)
{
	if (!at_tag(c))
		return false;
	struct reader before = c->r;
	if (read_head(c).arg == tag && !c->r.why)
		return true;
	if (!c->r.why)
		c->r = before;
	return false;
}

bool
cbor_tag_any(struct cbor *c, uint64_t *tag)
{
	if (!at_tag(c))
		return false;
	*tag = read_head(c).arg;
	return !c->r.why;
}

static void
enter(struct cbor *c, const struct item *i)
{
	bool map = i->major == MAJOR_MAP,
	     indefinite = i->info == INFO_INDEFINITE;
	if (c->r.why)
		return;
	/* An item takes a byte at least, a pair two. */
	if (!indefinite && i->arg > rd_left(&c->r) / (map ? 2 : 1)) {
		fail_as(c, i->at, RD_TRUNCATED, "truncated");
		return;
	}
	if (c->depth == LIMIT_CBOR_DEPTH) {
		fail_at(c, i->at, "nested too deep");
		return;
	}
	c->level[c->depth++] = (struct cbor_level){
		.left = map ? 2 * i->arg : i->arg,
		.keys = c->nseen,
		.indefinite = indefinite,
		.map = map,
	};
}

void
cbor_array(struct cbor *c)
{
	struct item i = expect(c, MAJOR_ARRAY, "not an array");
	enter(c, &i);
}

void
cbor_map(struct cbor *c)
{
	struct item i = expect(c, MAJOR_MAP, "not a map");
	enter(c, &i);
}

void
cbor_array_n(struct cbor *c, uint64_t n)
{
	struct item i = expect(c, MAJOR_ARRAY, "not an array");
	if (i.info != INFO_INDEFINITE && i.arg != n)
		fail_at(c, i.at, "an array of another length");
	enter(c, &i);
}

void
cbor_map_n(struct cbor *c, uint64_t n)
{
	struct item i = expect(c, MAJOR_MAP, "not a map");
	if (i.info != INFO_INDEFINITE && i.arg != n)
		fail_at(c, i.at, "a map of another size");
	enter(c, &i);
}

static void
leave(struct cbor *c)
{
	const struct cbor_level *l = top(c);
	if (l->indefinite)
		rd_u8(&c->r); /* at_end saw the break */
	c->nseen = l->keys;
	c->depth--;
}

bool
cbor_more(struct cbor *c)
{
	if (c->r.why)
		return false;
	ASSERT(c->depth > 0);
	if (!at_end(c)) {
		if (rd_left(&c->r) == 0)
			rd_truncated(&c->r);
		return !c->r.why;
	}
	leave(c);
	return false;
}

void
cbor_close(struct cbor *c)
{
	if (cbor_more(c))
		cbor_fail(c, "an item too many");
}

void
cbor_key(struct cbor *c, const char *name)
{
	size_t at = rd_at(&c->r);
	struct span key = cbor_text(c);
	if (!span_is(key, name))
		fail_at(c, at, "another map key than expected");
}

struct span
cbor_octets(struct cbor *c, struct arena *a)
{
	struct item i = expect(c, MAJOR_ARRAY, "not an array of integers");
	enter(c, &i);
	size_t room =
		i.info == INFO_INDEFINITE ? rd_left(&c->r) : (size_t)i.arg;
	if (c->r.why)
		return (struct span){ 0 };
	uint8_t *p = NEW(a, uint8_t, room ? room : 1);
	size_t n = 0;
	if (!p) {
		c->full = true;
		cbor_fail(c, "out of memory");
	}
	while (cbor_more(c)) {
		size_t at = rd_at(&c->r);
		uint64_t v = cbor_uint(c);
		if (v > 0xff)
			fail_at(c, at, "an integer above 255 among bytes");
		if (!c->r.why)
			p[n++] = (uint8_t)v;
	}
	return span_of(p, c->r.why ? 0 : n);
}

/* Behind the first byte of a chunked string, to behind its break. */
static struct span
join(struct cbor *c, uint8_t *p)
{
	size_t n = 0;
	while (!c->r.why && rd_peek(&c->r) != BREAK) {
		struct item i = read_head(c);
		if (i.major != MAJOR_BYTES)
			fail_at(c, i.at, "a chunk that is no byte string");
		if (c->r.why || i.s.n == 0)
			continue;
		memcpy(p + n, i.s.p, i.s.n);
		n += i.s.n;
	}
	rd_u8(&c->r);
	return span_of(p, c->r.why ? 0 : n);
}

struct span
cbor_chunks(struct cbor *c, struct arena *a)
{
	const uint8_t chunked = MAJOR_BYTES << 5 | INFO_INDEFINITE;
	struct item i = { .major = MAJOR_BYTES, .at = rd_at(&c->r) };
	if (rd_left(&c->r) == 0 || at_end(c) || rd_peek(&c->r) != chunked)
		return cbor_bytes(c);
	if (c->depth && top(c)->map && !top(c)->value)
		fail_as(c, i.at, RD_ENCODING, "a string of indefinite length");
	uint8_t *p = NEW(a, uint8_t, rd_left(&c->r));
	if (!p) {
		c->full = true;
		cbor_fail(c, "out of memory");
	}
	rd_u8(&c->r);
	count(c, &i);
	return join(c, p);
}

struct span
cbor_skip(struct cbor *c)
{
	unsigned outer = c->depth;
	const uint8_t *start = c->r.p;
	bool tagged = false;
	do {
		if (!tagged && c->depth > outer && !cbor_more(c))
			continue;
		tagged = at_tag(c);
		if (tagged) {
			read_head(c);
			continue;
		}
		struct item i = next(c);
		if (i.major == MAJOR_ARRAY || i.major == MAJOR_MAP)
			enter(c, &i);
	} while (!c->r.why && (tagged || c->depth > outer));
	if (c->r.why)
		return (struct span){ 0 };
	return (struct span){ start, (size_t)(c->r.p - start) };
}

void
cbor_end(struct cbor *c)
{
	ASSERT(c->r.why || c->depth == 0);
	rd_end(&c->r);
}

bool
cbor_ok(const struct cbor *c, struct err *e)
{
	if (c->full)
		return err_full(e, "a CBOR value");
	return rd_ok(&c->r, e);
}
