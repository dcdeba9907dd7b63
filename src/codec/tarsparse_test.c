/* Sparse files, in the four ways that they are stored. */
#include "codec/tarparts.h"

#include "base/test.h"
#include "codec/tar_kit.h"

enum { MAX = 4 << 20 };

/* The first entry of an archive. */
static bool
first(struct tarview *v, struct span *in, struct blob *b, struct tar_entry *x,
      struct err *e)
{
	bool more;
	*b = blob_of(in);
	return tar_init(v, b, NULL, e) && tar_next(v, x, &more, e) && more;
}

static void
check_sparse(struct test *t, struct buf *b)
{
	DEFER(tar_finish) struct tarview v = { .blob = NULL };
	struct blob blob;
	struct tar_entry n;
	struct err e = { 0 };
	mk_end(b);
	struct span in = buf_view(b);
	CHECK_OK(t, first(&v, &in, &blob, &n, &e), &e);
	CHECK(t, n.sparse && span_is(n.name, "disk"));
	CHECK_U(t, n.size, 1 << 20);
	if (!CHECK_U(t, n.pieces, 2))
		return;
	CHECK_U(t, n.piece[0].at, 4096);
	CHECK_U(t, n.piece[0].size, 512);
	CHECK(t, in.p[n.piece[0].offset] == 'a');
	CHECK_U(t, n.piece[1].at, 8192);
	CHECK_SPAN(t, span_sub(in, n.piece[1].offset, n.piece[1].size),
		   SPAN("end"));
}

/* What is stored of the file: 512 times "a", and "end". */
static void
stored(struct buf *b)
{
	for (int i = 0; i < 512; i++)
		buf_str(b, "a");
	buf_str(b, "end");
}

/* The second part is in an extension block. */
TEST(old_gnu)
{
	DEFER(buf_free) struct buf b = buf_max(MAX), body = buf_max(MAX);
	struct mk m = { .name = "disk", .type = 'S' };
	uint8_t h[512], ext[512] = { 0 };
	stored(&body);
	mk_header(NULL, &m, body.n, h);
	memcpy(h + 257, "ustar  ", 8);
	mk_octal(h, 386, 12, 4096);
	mk_octal(h, 398, 12, 512);
	h[482] = 1;
	mk_octal(h, 483, 12, 1 << 20);
	mk_sum(h);
	mk_octal(ext, 0, 12, 8192);
	mk_octal(ext, 12, 12, 3);
	mk_octal(ext, 24, 12, 1 << 20);
	mk_octal(ext, 36, 12, 0);
	buf_put(&b, h, 512);
	buf_put(&b, ext, 512);
	buf_span(&b, buf_view(&body));
	mk_pad(&b);
	check_sparse(t, &b);
}

static void
pax_case(struct test *t, const char *name, const char *const records[],
	 const char *map)
{
	DEFER(buf_free) struct buf b = buf_max(MAX), x = buf_max(MAX);
	for (size_t i = 0; records[i]; i++)
		mk_record(&x, span_str(records[i]));
	mk_entry(&b, (struct mk){ "x", .type = 'x', .data = buf_view(&x) });
	buf_clear(&x);
	if (map) {
		buf_str(&x, map);
		mk_pad(&x);
	}
	stored(&x);
	mk_entry(&b, (struct mk){ name, .data = buf_view(&x) });
	check_sparse(t, &b);
}

TEST(pax_maps)
{
	static const char *const v00[] = { "GNU.sparse.size=1048576",
					   "GNU.sparse.numblocks=2",
					   "GNU.sparse.offset=4096",
					   "GNU.sparse.numbytes=512",
					   "GNU.sparse.offset=8192",
					   "GNU.sparse.numbytes=3",
					   NULL };
	static const char *const v01[] = {
		"GNU.sparse.size=1048576", "GNU.sparse.name=disk",
		"GNU.sparse.map=4096,512,8192,3,1048576,0", NULL
	};
	static const char *const v10[] = {
		"GNU.sparse.major=1", "GNU.sparse.minor=0",
		"GNU.sparse.name=disk", "GNU.sparse.realsize=1048576", NULL
	};
	pax_case(t, "disk", v00, NULL);
	pax_case(t, "GNUSparseFile.1/disk", v01, NULL);
	pax_case(t, "GNUSparseFile.1/disk", v10, "2\n4096\n512\n8192\n3\n");
}

static bool
place(struct test *t, const uint64_t *v, size_t n, uint64_t real, struct err *e)
{
	struct tar_ext x = { .arena = &t->arena };
	uint64_t sum = 0;
	for (size_t i = 0; i + 1 < n; i += 2) {
		CHECK_OK(t, tar_piece_add(&x, v[i], v[i + 1], e), e);
		sum += v[i + 1];
	}
	return tar_piece_place(&x, 1024, sum, real, e);
}

TEST(parts_must_be_in_order_and_inside)
{
	static const struct {
		uint64_t v[4], real;
		bool ok;
	} rows[] = {
		{ { 0, 512, 512, 1 }, 513, true },
		{ { 0, 512, 511, 1 }, 513, false },  /* overlap */
		{ { 512, 512, 0, 1 }, 2000, false }, /* order */
		{ { 0, 512, 600, 1 }, 600, false },  /* outside */
		{ { 0, 511, 512, 1 }, 600, false },  /* not whole blocks */
		{ { 0, 512, UINT64_MAX, 2 }, 600, false },
		{ { 0, 0, 9, 0 }, 0, true }, /* nothing but a hole */
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		CHECK(t,
		      place(t, rows[i].v, 4, rows[i].real, &e) == rows[i].ok);
	}
}

TEST(maps_have_limits)
{
	struct tar_ext x = { .arena = &t->arena };
	struct err e = { 0 };
	for (size_t i = 0; i < LIMIT_SPARSE; i++)
		if (!tar_piece_add(&x, i, 1, &e))
			break;
	CHECK_U(t, x.pieces.n, LIMIT_SPARSE);
	CHECK(t, !tar_piece_add(&x, 1 << 20, 1, &e));
	CHECK(t, e.code == ERR_LIMIT);
}
