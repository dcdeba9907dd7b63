/*
 * Bytes that grow, up to a maximum given at creation.
 *
 * Sticky: after an append that does not fit, `failed` stays set and the
 * content stays as it was; look once, at the end, with buf_ok. Give back the
 * memory with buf_free (DEFER(buf_free) works).
 */
#pragma once

#include "base/sink.h"

struct buf {
	uint8_t *p;
	size_t n, cap, max;
	bool failed;
	bool fixed; /* on the caller's memory */
};

struct buf buf_max(size_t max);
/* On n bytes that the caller owns; allocates nothing. */
struct buf buf_over(void *p, size_t n);
void buf_free(struct buf *b);
void buf_clear(struct buf *b); /* empty again, memory kept */

void buf_put(struct buf *b, const void *p, size_t n);
void buf_span(struct buf *b, struct span s);
void buf_str(struct buf *b, const char *s);
void buf_fmt(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_u8(struct buf *b, uint8_t v);
void buf_be16(struct buf *b, uint16_t v);
void buf_be32(struct buf *b, uint32_t v);
void buf_be64(struct buf *b, uint64_t v);
void buf_zero(struct buf *b, size_t n);

struct sink buf_sink(struct buf *b);       /* what is written is appended */
struct span buf_view(const struct buf *b); /* valid until the next append */
MUST_USE bool buf_ok(const struct buf *b, const char *what, struct err *e);
