#include "codec/unzip.h"

#define ZLIB_CONST /* zlib.h: input is const */

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/limits.h"

enum {
	BLOCK = 128 * 1024,
	ZSTD_WINDOW_LOG = 27, /* 128 MiB: what zstd itself accepts unasked */
	PIECE = 1 << 30,      /* zlib counts in 32 bits */
};
#define XZ_MEMORY (256 * (uint64_t)MIB)

/* Takes bytes off `in` and puts *got bytes into u->block. */
typedef bool step_fn(struct unzip *u, struct span *in, bool last, size_t *got,
		     struct err *e);

struct engine {
	const char *name;
	struct span magic;
	bool (*init)(struct unzip *u, struct err *e);
	step_fn *step;
	void (*done)(struct unzip *u);
};

static bool
refuse(struct err *e, const char *format, const char *why)
{
	err_set(e, ERR_INPUT, "the %s data is damaged: %s", format, why);
	err_hint(e, "fetch or make the file again");
	return err_id(e, "unzip-damaged");
}

static bool
too_big(struct err *e, const char *format, const char *memory)
{
	err_set(e, ERR_LIMIT,
		"the %s data needs more than %s of memory to decompress",
		format, memory);
	err_hint(e, "compress it again with a smaller window");
	return err_id(e, "unzip-memory");
}

static bool
gzip_init(struct unzip *u, struct err *e)
{
	z_stream *z = NEW(&u->hold, z_stream, 1);
	if (!z || inflateInit2(z, 15 + 16) != Z_OK)
		return err_full(e, "gzip decompression");
	u->state = z;
	return true;
}

static bool
gzip_step(struct unzip *u, struct span *in, bool last, size_t *got,
	  struct err *e)
{
	z_stream *z = u->state;
	size_t n = in->n < PIECE ? in->n : PIECE;
	(void)last;
	*got = 0;
	if (u->between && n == 0)
		return true;
	if (u->between && inflateReset(z) != Z_OK)
		return err_set(e, ERR_BUG, "gzip state is broken");
	u->between = false;
	z->next_in = in->p;
	z->avail_in = (uInt)n;
	z->next_out = u->block;
	z->avail_out = BLOCK;
	int r = inflate(z, Z_NO_FLUSH);
	*in = span_from(*in, n - z->avail_in);
	*got = BLOCK - z->avail_out;
	u->between = r == Z_STREAM_END;
	if (r == Z_MEM_ERROR)
		return err_full(e, "gzip decompression");
	if (r == Z_OK || r == Z_STREAM_END || r == Z_BUF_ERROR)
		return true;
	return refuse(e, "gzip", z->msg ? z->msg : "it makes no sense");
}

static void
gzip_done(struct unzip *u)
{
	inflateEnd(u->state);
}

static bool
zstd_init(struct unzip *u, struct err *e)
{
	u->state = ZSTD_createDCtx();
	if (!u->state)
		return err_full(e, "zstd decompression");
	size_t r = ZSTD_DCtx_setParameter(u->state, ZSTD_d_windowLogMax,
					  ZSTD_WINDOW_LOG);
	if (ZSTD_isError(r))
		return err_set(e, ERR_BUG, "zstd: %s", ZSTD_getErrorName(r));
	return true;
}

static bool
zstd_step(struct unzip *u, struct span *in, bool last, size_t *got,
	  struct err *e)
{
	ZSTD_inBuffer from = { in->p, in->n, 0 };
	ZSTD_outBuffer to = { u->block, BLOCK, 0 };
	(void)last;
	*got = 0;
	if (u->between && in->n == 0)
		return true;
	size_t r = ZSTD_decompressStream(u->state, &to, &from);
	if (!ZSTD_isError(r)) {
		*in = span_from(*in, from.pos);
		*got = to.pos;
		u->between = r == 0;
		return true;
	}
	if (ZSTD_getErrorCode(r) == ZSTD_error_memory_allocation)
		return err_full(e, "zstd decompression");
	if (ZSTD_getErrorCode(r) == ZSTD_error_frameParameter_windowTooLarge)
		return too_big(e, "zstd", "128 MiB");
	return refuse(e, "zstd", ZSTD_getErrorName(r));
}

static void
zstd_done(struct unzip *u)
{
	ZSTD_freeDCtx(u->state);
}

static bool
xz_init(struct unzip *u, struct err *e)
{
	lzma_stream *z = NEW(&u->hold, lzma_stream, 1);
	if (!z)
		return err_full(e, "xz decompression");
	*z = (lzma_stream)LZMA_STREAM_INIT;
	if (lzma_stream_decoder(z, XZ_MEMORY,
				LZMA_CONCATENATED |
					LZMA_TELL_UNSUPPORTED_CHECK) != LZMA_OK)
		return err_full(e, "xz decompression");
	u->state = z;
	return true;
}

static bool
xz_step(struct unzip *u, struct span *in, bool last, size_t *got, struct err *e)
{
	lzma_stream *z = u->state;
	*got = 0;
	if (u->between)
		return true;
	z->next_in = in->p;
	z->avail_in = in->n;
	z->next_out = u->block;
	z->avail_out = BLOCK;
	lzma_ret r = lzma_code(z, last ? LZMA_FINISH : LZMA_RUN);
	*in = span_from(*in, in->n - z->avail_in);
	*got = BLOCK - z->avail_out;
	u->between = r == LZMA_STREAM_END;
	if (r == LZMA_OK || r == LZMA_STREAM_END || r == LZMA_BUF_ERROR)
		return true;
	if (r == LZMA_MEM_ERROR)
		return err_full(e, "xz decompression");
	if (r == LZMA_MEMLIMIT_ERROR)
		return too_big(e, "xz", "256 MiB");
	if (r == LZMA_UNSUPPORTED_CHECK)
		return refuse(e, "xz", "a kind of checksum not known here");
	return refuse(e, "xz", "its structure or a checksum is wrong");
}

static void
xz_done(struct unzip *u)
{
	lzma_end(u->state);
}

static const struct engine engines[] = {
	[UNZIP_NONE] = { .name = "none" },
	[UNZIP_GZIP] = { "gzip",
			 { (const uint8_t *)"\x1f\x8b\x08", 3 },
			 gzip_init,
			 gzip_step,
			 gzip_done },
	[UNZIP_ZSTD] = { "zstd",
			 { (const uint8_t *)"\x28\xb5\x2f\xfd", 4 },
			 zstd_init,
			 zstd_step,
			 zstd_done },
	[UNZIP_XZ] = { "xz",
		       { (const uint8_t *)"\xfd"
					  "7zXZ\0",
			 6 },
		       xz_init,
		       xz_step,
		       xz_done },
};

enum unzip_kind
unzip_guess(struct span head)
{
	for (size_t i = 1; i < COUNT(engines); i++)
		if (span_starts(head, engines[i].magic))
			return (enum unzip_kind)i;
	/* a zstd stream may begin with a skippable frame: 184d2a50 .. 5f */
	if (head.n >= 4 && (head.p[0] & 0xf0) == 0x50 &&
	    span_starts(span_from(head, 1), SPAN("\x2a\x4d\x18")))
		return UNZIP_ZSTD;
	return UNZIP_NONE;
}

const char *
unzip_name(enum unzip_kind k)
{
	return engines[k].name;
}

bool
unzip_init(struct unzip *u, enum unzip_kind k, struct err *e)
{
	*u = (struct unzip){ .kind = k };
	if (k == UNZIP_NONE)
		return true;
	u->block = NEW(&u->hold, uint8_t, BLOCK);
	if (!u->block)
		return err_full(e, "decompression");
	return engines[k].init(u, e);
}

bool
unzip_put(struct unzip *u, struct span in, const struct sink *k, struct err *e)
{
	size_t got;
	if (u->kind == UNZIP_NONE)
		return sink_write(k, in, e);
	do {
		if (!engines[u->kind].step(u, &in, false, &got, e) ||
		    !sink_write(k, span_of(u->block, got), e))
			return false;
	} while (in.n || got == BLOCK);
	return true;
}

bool
unzip_end(struct unzip *u, struct err *e)
{
	struct span none = { 0 };
	size_t got;
	if (u->kind == UNZIP_NONE)
		return true;
	if (!engines[u->kind].step(u, &none, true, &got, e))
		return false;
	ASSERT(got == 0); /* unzip_put has taken everything out */
	if (u->between)
		return true;
	err_set(e, ERR_INPUT, "the %s data ends early", engines[u->kind].name);
	err_hint(e, "fetch the file again: it is not complete");
	return err_id(e, "unzip-truncated");
}

void
unzip_finish(struct unzip *u)
{
	if (u->state)
		engines[u->kind].done(u);
	arena_finish(&u->hold);
	*u = (struct unzip){ .kind = UNZIP_NONE };
}
