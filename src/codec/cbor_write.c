#include "codec/cbor.h"

#include "codec/cborparts.h"

static void
put_head(struct buf *b, uint8_t major, uint64_t v)
{
	uint8_t m = (uint8_t)(major << 5);
	if (v < INFO_8) {
		buf_u8(b, (uint8_t)(m | v));
	} else if (v <= UINT8_MAX) {
		buf_u8(b, m | INFO_8);
		buf_u8(b, (uint8_t)v);
	} else if (v <= UINT16_MAX) {
		buf_u8(b, m | INFO_16);
		buf_be16(b, (uint16_t)v);
	} else if (v <= UINT32_MAX) {
		buf_u8(b, m | INFO_32);
		buf_be32(b, (uint32_t)v);
	} else {
		buf_u8(b, m | INFO_64);
		buf_be64(b, v);
	}
}

void
cbor_put_uint(struct buf *b, uint64_t v)
{
	put_head(b, MAJOR_UINT, v);
}

void
cbor_put_int(struct buf *b, int64_t v)
{
	if (v < 0)
		put_head(b, MAJOR_NINT, (uint64_t)(-1 - v));
	else
		put_head(b, MAJOR_UINT, (uint64_t)v);
}

void
cbor_put_bytes_head(struct buf *b, size_t n)
{
	put_head(b, MAJOR_BYTES, n);
}

void
cbor_put_bytes(struct buf *b, struct span s)
{
	cbor_put_bytes_head(b, s.n);
	buf_span(b, s);
}

void
cbor_put_text(struct buf *b, struct span s)
{
	put_head(b, MAJOR_TEXT, s.n);
	buf_span(b, s);
}

void
cbor_put_str(struct buf *b, const char *s)
{
	cbor_put_text(b, span_str(s));
}

void
cbor_put_array(struct buf *b, uint64_t n)
{
	put_head(b, MAJOR_ARRAY, n);
}

void
cbor_put_map(struct buf *b, uint64_t n)
{
	put_head(b, MAJOR_MAP, n);
}

void
cbor_put_map_open(struct buf *b)
{
	buf_u8(b, MAJOR_MAP << 5 | INFO_INDEFINITE);
}

void
cbor_put_break(struct buf *b)
{
	buf_u8(b, BREAK);
}

void
cbor_put_tag(struct buf *b, uint64_t tag)
{
	put_head(b, MAJOR_TAG, tag);
}

void
cbor_put_bool(struct buf *b, bool v)
{
	put_head(b, MAJOR_OTHER, v ? SIMPLE_TRUE : SIMPLE_FALSE);
}

void
cbor_put_null(struct buf *b)
{
	put_head(b, MAJOR_OTHER, SIMPLE_NULL);
}

void
cbor_put_octets(struct buf *b, struct span s)
{
	cbor_put_array(b, s.n);
	for (size_t i = 0; i < s.n; i++)
		cbor_put_uint(b, s.p[i]);
}
