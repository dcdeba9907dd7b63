#include "codec/unzip.h"

#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "base/test.h"

enum { TEXT = 300000, ROOM = TEXT + 4096 };

static struct span
text(struct test *t)
{
	uint8_t *p = NEW(&t->arena, uint8_t, TEXT);
	uint32_t x = 1;
	for (size_t i = 0; i < TEXT; i++) {
		x = x * 1103515245 + 12345;
		p[i] = (uint8_t)(i < TEXT / 2 ? x >> 24 : 'a');
	}
	return span_of(p, TEXT);
}

static struct span
pack(struct test *t, enum unzip_kind k, struct span in)
{
	uint8_t *out = NEW(&t->arena, uint8_t, ROOM);
	size_t n = 0;
	if (k == UNZIP_GZIP) {
		z_stream z = { .next_in = (Bytef *)(uintptr_t)in.p,
			       .avail_in = (uInt)in.n,
			       .next_out = out,
			       .avail_out = ROOM };
		CHECK(t, deflateInit2(&z, 1, Z_DEFLATED, 31, 8, 0) == Z_OK);
		CHECK(t, deflate(&z, Z_FINISH) == Z_STREAM_END);
		n = z.total_out;
		deflateEnd(&z);
	} else if (k == UNZIP_ZSTD) {
		ZSTD_CCtx *c = ZSTD_createCCtx();
		CHECK(t, !ZSTD_isError(ZSTD_CCtx_setParameter(
				 c, ZSTD_c_checksumFlag, 1)));
		n = ZSTD_compress2(c, out, ROOM, in.p, in.n);
		CHECK(t, !ZSTD_isError(n));
		ZSTD_freeCCtx(c);
	} else {
		CHECK(t,
		      lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, NULL, in.p,
					      in.n, out, &n, ROOM) == LZMA_OK);
	}
	return span_of(out, n);
}

static bool
unpack(struct span in, enum unzip_kind k, size_t step, struct buf *out,
       struct err *e)
{
	DEFER(unzip_finish) struct unzip u = { .kind = UNZIP_NONE };
	struct sink sink = buf_sink(out);
	if (!unzip_init(&u, k, e))
		return false;
	for (; in.n; in = span_from(in, step))
		if (!unzip_put(&u, span_sub(in, 0, step), &sink, e))
			return false;
	return unzip_end(&u, e);
}

TEST(what_was_packed_comes_out)
{
	static const size_t steps[] = { 1, 1000, ROOM * 2 };
	struct span in = text(t);
	for (unsigned k = UNZIP_GZIP; k <= UNZIP_XZ; k++) {
		struct span packed = pack(t, k, in);
		CHECK(t, unzip_guess(packed) == k);
		for (size_t i = 0; i < COUNT(steps); i++) {
			DEFER(buf_free) struct buf out = buf_max(ROOM * 2);
			struct err e = { 0 };
			CHECK_OK(t, unpack(packed, k, steps[i], &out, &e), &e);
			CHECK(t, span_eq(buf_view(&out), in));
		}
	}
}

TEST(members_one_after_the_other)
{
	struct span in = text(t);
	for (unsigned k = UNZIP_GZIP; k <= UNZIP_XZ; k++) {
		DEFER(buf_free) struct buf two = buf_max(ROOM * 2);
		DEFER(buf_free) struct buf out = buf_max(ROOM * 2);
		struct err e = { 0 };
		buf_span(&two, pack(t, k, in));
		buf_span(&two, pack(t, k, SPAN("end")));
		CHECK_OK(t, unpack(buf_view(&two), k, 777, &out, &e), &e);
		CHECK_U(t, out.n, in.n + 3);
		/* what follows must be a member */
		buf_str(&two, "garbage");
		CHECK(t, !unpack(buf_view(&two), k, 777, &out, &e));
		CHECK(t, e.code == ERR_INPUT);
	}
}

TEST(cut_anywhere_is_refused)
{
	for (unsigned k = UNZIP_GZIP; k <= UNZIP_XZ; k++) {
		struct span packed = pack(t, k, SPAN("hello hello hello"));
		for (size_t n = 0; n < packed.n; n++) {
			DEFER(buf_free) struct buf out = buf_max(ROOM);
			struct err e = { 0 };
			struct span part = span_sub(packed, 0, n);
			CHECK(t, !unpack(part, k, 5, &out, &e));
			CHECK_STR(t, e.id, "unzip-truncated");
		}
	}
}

TEST(a_flipped_bit_is_refused)
{
	struct span in = span_sub(text(t), 0, 200);
	for (unsigned k = UNZIP_GZIP; k <= UNZIP_XZ; k++) {
		struct span packed = pack(t, k, in);
		uint8_t *p = NEW(&t->arena, uint8_t, packed.n);
		/* gzip's own header has fields that nothing depends on */
		for (size_t i = k == UNZIP_GZIP ? 10 : 0; i < packed.n; i++) {
			DEFER(buf_free) struct buf out = buf_max(ROOM);
			struct err e = { 0 };
			memcpy(p, packed.p, packed.n);
			p[i] ^= 0x10;
			bool ok = unpack(span_of(p, packed.n), k, 50, &out, &e);
			CHECK(t, !ok || span_eq(buf_view(&out), in));
			CHECK(t, ok || e.code != OK);
			/* the checksum is at the end */
			CHECK(t, !ok || i < packed.n - 4);
		}
	}
}

TEST(a_window_too_large_is_refused)
{
	/* frame header: 256 MiB window (1 << 28), no content size */
	struct span in = test_hex(t, "28b52ffd 00 90 01 00 00");
	DEFER(buf_free) struct buf out = buf_max(ROOM);
	struct err e = { 0 };
	CHECK(t, !unpack(in, UNZIP_ZSTD, 100, &out, &e));
	CHECK(t, e.code == ERR_LIMIT);
	CHECK_STR(t, e.id, "unzip-memory");
}

TEST(guesses)
{
	CHECK(t, unzip_guess(SPAN("")) == UNZIP_NONE);
	CHECK(t, unzip_guess(SPAN("\x1f\x8b")) == UNZIP_NONE);
	CHECK(t, unzip_guess(SPAN("\x5a\x2a\x4d\x18")) == UNZIP_ZSTD);
	CHECK_STR(t, unzip_name(UNZIP_XZ), "xz");
}

TEST(uncompressed_passes_through)
{
	DEFER(buf_free) struct buf out = buf_max(ROOM);
	struct err e = { 0 };
	CHECK(t, unpack(SPAN("abc"), UNZIP_NONE, 2, &out, &e));
	CHECK_SPAN(t, buf_view(&out), SPAN("abc"));
}
