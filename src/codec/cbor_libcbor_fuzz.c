/*
 * What our reader takes for one CBOR item, libcbor takes too, wholly, and sees
 * the same in it: kinds, values, lengths, nesting. Whatever we take and it
 * does not is a row of `excuses`, with the reason (docs/differential.md).
 */
#include "base/fuzz.h"

#include <cbor.h>
#include <string.h>

#include "codec/cbor.h"
#include "codec/hex.h"

enum { ROOM = 1 << 22, LEVELS = 64, FEW = 2000 };

/* What is in an item that libcbor treats in a way of its own. */
enum fact {
	FACT_LOW_TAG = 1 << 0, /* a tag 6 to 20 in one byte */
	FACT_SIMPLE = 1 << 1,  /* a simple value without a meaning */
	FACT_TAGS = 1 << 2,    /* more tags than FEW */
};

static const struct {
	enum fact fact;
	const char *reason;
} excuses[] = {
	{ FACT_SIMPLE,
	  "RFC 8949 3.3 has simple values 0 to 19 and 32 to 255 well-formed;"
	  " libcbor 0.8 knows the four that have a meaning. Ours only skips"
	  " them: no format here has one" },
	{ FACT_TAGS,
	  "libcbor keeps at most 2048 open items, tags counted; ours opens"
	  " nothing for a tag" },
};

/* One reading of the input by our reader: text about it, and the same bytes
 * with each tag 6 to 20 in two bytes, which libcbor 0.8 takes in that form
 * only ("unassigned" in its streaming.c; RFC 8949 has all tags well-formed).*/
struct look {
	struct cbor c;
	struct arena a;
	struct buf text, wide;
	bool chunks; /* byte strings may be in chunks */
	unsigned facts;
	size_t tags, copied;
	struct span in;
};

static void
put_string(struct buf *b, const char *kind, struct span s)
{
	buf_fmt(b, "%s%zu:", kind, s.n);
	hex_put(b, s);
	buf_str(b, " ");
}

/* All widths by their value: not-a-number has many, which libcbor makes one
 * of in the shortest width. */
static void
put_float(struct buf *b, unsigned size, double v)
{
	uint64_t bits;
	memcpy(&bits, &v, sizeof(bits));
	if ((bits & INT64_MAX) > UINT64_C(0x7ff) << 52)
		buf_fmt(b, "f%u:nan ", size);
	else
		buf_fmt(b, "f%u:%016llx ", size, (unsigned long long)bits);
}

/* RFC 8949, appendix D. */
static double
half(unsigned bits)
{
	int exp = (int)(bits >> 10 & 31);
	double v = bits & 0x3ff;
	if (exp == 31)
		v = v == 0 ? __builtin_inf() : __builtin_nan("");
	else
		v = __builtin_ldexp(exp ? v + 1024 : v, exp ? exp - 25 : -24);
	return bits & 0x8000 ? -v : v;
}

static void
our_float(struct look *l, struct span raw)
{
	struct reader r = rd_from(span_from(raw, 1));
	uint64_t u64;
	uint32_t u32;
	double d;
	float f;
	if (raw.n == 3) {
		put_float(&l->text, 2, half(rd_be16(&r)));
	} else if (raw.n == 5) {
		u32 = rd_be32(&r);
		memcpy(&f, &u32, sizeof(f));
		put_float(&l->text, 4, (double)f);
	} else {
		u64 = rd_be64(&r);
		memcpy(&d, &u64, sizeof(d));
		put_float(&l->text, 8, d);
	}
}

/* -1 - n, also where that has 65 bits. */
static void
our_negative(struct look *l)
{
	struct cbor before = l->c;
	uint64_t n = ~(uint64_t)cbor_int(&l->c);
	if (l->c.r.why) {
		l->c = before;
		struct span raw = cbor_skip(&l->c);
		struct reader r = rd_from(span_from(raw, 1));
		n = raw.n == 9 ? rd_be64(&r) : 0;
	}
	buf_fmt(&l->text, "n%llu ", (unsigned long long)n);
}

static void
our_scalar(struct look *l)
{
	struct cbor *c = &l->c;
	enum cbor_kind kind = cbor_peek(c);
	if (kind == CBOR_UINT) {
		buf_fmt(&l->text, "u%llu ", (unsigned long long)cbor_uint(c));
	} else if (kind == CBOR_NINT) {
		our_negative(l);
	} else if (kind == CBOR_BYTES) {
		put_string(&l->text, "b",
			   l->chunks ? cbor_chunks(c, &l->a) : cbor_bytes(c));
	} else if (kind == CBOR_TEXT) {
		put_string(&l->text, "t", cbor_text(c));
	} else if (kind == CBOR_BOOL) {
		buf_str(&l->text, cbor_bool(c) ? "true " : "false ");
	} else if (kind == CBOR_NULL) {
		cbor_null(c);
		buf_str(&l->text, "null ");
	} else if (kind == CBOR_FLOAT) {
		struct span raw = cbor_skip(c);
		if (!c->r.why)
			our_float(l, raw);
	} else {
		if (kind == CBOR_SIMPLE)
			l->facts |= FACT_SIMPLE;
		cbor_skip(c);
		buf_str(&l->text, "undefined ");
	}
}

static void
our_tags(struct look *l)
{
	size_t at = rd_at(&l->c.r);
	uint64_t tag;
	while (cbor_tag_any(&l->c, &tag)) {
		uint8_t first = l->in.p[at];
		if (first >= 0xc6 && first <= 0xd4) {
			l->facts |= FACT_LOW_TAG;
			buf_span(&l->wide,
				 span_sub(l->in, l->copied, at - l->copied));
			buf_u8(&l->wide, 0xd8);
			buf_u8(&l->wide, first & 0x1f);
			l->copied = at + 1;
		}
		if (++l->tags > FEW)
			l->facts |= FACT_TAGS;
		buf_fmt(&l->text, "#%llu ", (unsigned long long)tag);
		at = rd_at(&l->c.r);
	}
}

static void
our_open(struct look *l)
{
	struct cbor *c = &l->c;
	bool map = cbor_peek(c) == CBOR_MAP;
	if (map)
		cbor_map(c);
	else
		cbor_array(c);
	if (c->r.why)
		return;
	const struct cbor_level *top = &c->level[c->depth - 1];
	buf_str(&l->text, map ? "{" : "[");
	if (top->indefinite)
		buf_str(&l->text, "_ ");
	else
		buf_fmt(&l->text, "%llu ",
			(unsigned long long)(map ? top->left / 2 : top->left));
}

static bool
our_end(struct look *l)
{
	if (l->c.depth == 0)
		return false;
	bool map = l->c.level[l->c.depth - 1].map;
	if (cbor_more(&l->c))
		return false;
	buf_str(&l->text, map ? "} " : "] ");
	return true;
}

/* Does our reader take all of it? Then the text says what it saw. */
static bool
ours(struct look *l, struct span in, unsigned options)
{
	struct err e = { 0 };
	l->in = in;
	cbor_init(&l->c, in, options);
	do {
		if (our_end(l))
			continue;
		our_tags(l);
		enum cbor_kind kind = cbor_peek(&l->c);
		if (kind == CBOR_ARRAY || kind == CBOR_MAP)
			our_open(l);
		else
			our_scalar(l);
	} while (l->c.depth && !l->c.r.why);
	if (!l->c.r.why)
		cbor_end(&l->c);
	if (!cbor_ok(&l->c, &e))
		return false;
	buf_span(&l->wide, span_from(in, l->copied));
	ASSERT(!l->text.failed && !l->wide.failed);
	return true;
}

/* Arrays and maps that are open while libcbor's tree is written down. */
struct pile {
	struct {
		const cbor_item_t *item;
		size_t next, n;
	} v[LEVELS];
	size_t n;
};

static struct span
their_chunks(const cbor_item_t *i, struct buf *b)
{
	cbor_item_t **v = cbor_bytestring_chunks_handle(i);
	for (size_t k = 0; k < cbor_bytestring_chunk_count(i); k++)
		buf_span(b, span_of(cbor_bytestring_handle(v[k]),
				    cbor_bytestring_length(v[k])));
	return buf_view(b);
}

static void
their_other(const cbor_item_t *i, struct buf *text)
{
	switch (cbor_float_get_width(i)) {
	case CBOR_FLOAT_16:
		put_float(text, 2, (double)cbor_float_get_float2(i));
		return;
	case CBOR_FLOAT_32:
		put_float(text, 4, (double)cbor_float_get_float4(i));
		return;
	case CBOR_FLOAT_64:
		put_float(text, 8, cbor_float_get_float8(i));
		return;
	case CBOR_FLOAT_0:
		break;
	}
	if (cbor_is_bool(i))
		buf_str(text, cbor_get_bool(i) ? "true " : "false ");
	else
		buf_str(text, cbor_is_null(i) ? "null " : "undefined ");
}

static void
their_scalar(const cbor_item_t *i, struct buf *text)
{
	DEFER(buf_free) struct buf b = buf_max(ROOM);
	if (cbor_isa_uint(i))
		buf_fmt(text, "u%llu ", (unsigned long long)cbor_get_int(i));
	else if (cbor_isa_negint(i))
		buf_fmt(text, "n%llu ", (unsigned long long)cbor_get_int(i));
	else if (cbor_isa_bytestring(i) && cbor_bytestring_is_indefinite(i))
		put_string(text, "b", their_chunks(i, &b));
	else if (cbor_isa_bytestring(i))
		put_string(text, "b",
			   span_of(cbor_bytestring_handle(i),
				   cbor_bytestring_length(i)));
	else if (cbor_isa_string(i) && cbor_string_is_definite(i))
		put_string(
			text, "t",
			span_of(cbor_string_handle(i), cbor_string_length(i)));
	else if (cbor_isa_float_ctrl(i))
		their_other(i, text);
	else
		buf_str(text, "chunked text ");
}

static void
their_item(struct pile *p, const cbor_item_t *i, struct buf *text)
{
	while (cbor_isa_tag(i)) {
		buf_fmt(text, "#%llu ", (unsigned long long)cbor_tag_value(i));
		i = cbor_move(cbor_tag_item(i));
	}
	bool map = cbor_isa_map(i);
	if (!map && !cbor_isa_array(i)) {
		their_scalar(i, text);
		return;
	}
	size_t n = map ? cbor_map_size(i) : cbor_array_size(i);
	buf_str(text, map ? "{" : "[");
	if (map ? cbor_map_is_definite(i) : cbor_array_is_definite(i))
		buf_fmt(text, "%zu ", n);
	else
		buf_str(text, "_ ");
	ASSERT(p->n < LEVELS);
	p->v[p->n].item = i;
	p->v[p->n].next = 0;
	p->v[p->n++].n = map ? 2 * n : n;
}

static void
their_tree(const cbor_item_t *root, struct buf *text)
{
	struct pile p = { 0 };
	their_item(&p, root, text);
	while (p.n) {
		const cbor_item_t *i = p.v[p.n - 1].item;
		size_t next = p.v[p.n - 1].next++;
		bool map = cbor_isa_map(i);
		if (next == p.v[p.n - 1].n) {
			p.n--;
			buf_str(text, map ? "} " : "] ");
		} else if (map && next % 2 == 0) {
			their_item(&p, cbor_map_handle(i)[next / 2].key, text);
		} else if (map) {
			their_item(&p, cbor_map_handle(i)[next / 2].value,
				   text);
		} else {
			their_item(&p, cbor_array_handle(i)[next], text);
		}
	}
}

static bool
excused(unsigned facts)
{
	for (size_t i = 0; i < COUNT(excuses); i++)
		if (facts & excuses[i].fact && excuses[i].reason[0])
			return true;
	return false;
}

static void
compare(struct span in, unsigned options, bool chunks)
{
	static struct look l;
	struct cbor_load_result r;
	DEFER(buf_free) struct buf text = buf_max(ROOM);
	l = (struct look){ .chunks = chunks,
			   .text = buf_max(ROOM),
			   .wide = buf_max(ROOM) };
	if (ours(&l, in, options)) {
		struct span wide = buf_view(&l.wide);
		cbor_item_t *root = cbor_load(wide.p, wide.n, &r);
		ASSERT(root || excused(l.facts));
		if (root) {
			ASSERT(r.read == wide.n);
			their_tree(root, &text);
			ASSERT(span_eq(buf_view(&text), buf_view(&l.text)));
			cbor_decref(&root);
		}
		/* Without low tags these are the very bytes. */
		ASSERT(l.facts & FACT_LOW_TAG || span_eq(wide, in));
	}
	arena_finish(&l.a);
	buf_free(&l.text);
	buf_free(&l.wide);
}

FUZZ(in)
{
	const unsigned all = CBOR_INDEFINITE_LENIENT | CBOR_WIDE_LENIENT;
	compare(in, CBOR_STRICT, false);
	compare(in, CBOR_INDEFINITE_LENIENT, false);
	compare(in, all, true);
}
