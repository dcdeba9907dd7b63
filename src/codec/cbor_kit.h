/*
 * For the tests of the CBOR codec: reads any one item through the reader and
 * writes what was read through the writer, as bytes and as text. Floating
 * point numbers and unassigned simple values are copied.
 */
#pragma once

#include "codec/cbor.h"
#include "codec/hex.h"

static inline void
recode_scalar(struct cbor *c, struct buf *bytes, struct buf *text)
{
	struct span s;
	uint64_t u;
	int64_t v;
	bool b;
	switch (cbor_peek(c)) {
	case CBOR_UINT:
		u = cbor_uint(c);
		cbor_put_uint(bytes, u);
		buf_fmt(text, "%llu ", (unsigned long long)u);
		return;
	case CBOR_NINT:
		v = cbor_int(c);
		cbor_put_int(bytes, v);
		buf_fmt(text, "%lld ", (long long)v);
		return;
	case CBOR_BYTES:
		s = cbor_bytes(c);
		cbor_put_bytes(bytes, s);
		buf_str(text, "h'");
		hex_put(text, s);
		buf_str(text, "' ");
		return;
	case CBOR_TEXT:
		s = cbor_text(c);
		cbor_put_text(bytes, s);
		buf_str(text, "\"");
		buf_span(text, s);
		buf_str(text, "\" ");
		return;
	case CBOR_BOOL:
		b = cbor_bool(c);
		cbor_put_bool(bytes, b);
		buf_str(text, b ? "true " : "false ");
		return;
	case CBOR_NULL:
		cbor_null(c);
		cbor_put_null(bytes);
		buf_str(text, "null ");
		return;
	case CBOR_NONE:
	case CBOR_ARRAY:
	case CBOR_MAP:
	case CBOR_TAG:
	case CBOR_UNDEFINED:
	case CBOR_FLOAT:
	case CBOR_SIMPLE:
		s = cbor_skip(c);
		buf_span(bytes, s);
		buf_str(text, "raw ");
		hex_put(text, s);
		buf_str(text, " ");
		return;
	}
}

static inline void
recode_open(struct cbor *c, struct buf *bytes, struct buf *text)
{
	bool map = cbor_peek(c) == CBOR_MAP;
	if (map)
		cbor_map(c);
	else
		cbor_array(c);
	if (c->r.why)
		return;
	const struct cbor_level *l = &c->level[c->depth - 1];
	if (l->indefinite && map)
		cbor_put_map_open(bytes);
	else if (l->indefinite)
		buf_u8(bytes, 0x9f);
	else if (map)
		cbor_put_map(bytes, l->left / 2);
	else
		cbor_put_array(bytes, l->left);
	buf_str(text, l->indefinite ? "_" : "");
	buf_str(text, map ? "{ " : "[ ");
}

/* The end of the level that the reader is in; false when it has more. */
static inline bool
recode_end(struct cbor *c, struct buf *bytes, struct buf *text)
{
	if (c->depth == 0)
		return false;
	struct cbor_level l = c->level[c->depth - 1];
	if (cbor_more(c))
		return false;
	if (c->r.why)
		return true;
	buf_str(text, l.map ? "} " : "] ");
	if (l.indefinite)
		cbor_put_break(bytes);
	return true;
}

static inline void
recode_tag(struct cbor *c, struct buf *bytes, struct buf *text)
{
	uint64_t tag = 0;
	while (tag < 33 && !cbor_tag_if(c, tag))
		tag++;
	if (tag == 33)
		return;
	cbor_put_tag(bytes, tag);
	buf_fmt(text, "%llu: ", (unsigned long long)tag);
}

static inline void
recode(struct cbor *c, struct buf *bytes, struct buf *text)
{
	do {
		if (recode_end(c, bytes, text))
			continue;
		recode_tag(c, bytes, text);
		enum cbor_kind kind = cbor_peek(c);
		if (kind == CBOR_ARRAY || kind == CBOR_MAP)
			recode_open(c, bytes, text);
		else
			recode_scalar(c, bytes, text);
	} while (c->depth && !c->r.why);
}
