#include "base/test.h"

#include <string.h>

#include "base/buf.h"
#include "codec/cpio.h"

static const uint64_t seed[2] = { 5, 6 };
static const struct cpio_header dir = { .mode = CPIO_DIR | 0755, .nlink = 2 };
static const struct cpio_header end = { .nlink = 1 };

/* One archive: d/, d/f of three bytes, its second name g, the link s. */
static struct span
sample(struct test *t, bool upper)
{
	struct err e = { 0 };
	struct buf b = buf_max(10000);
	struct sink sink = buf_sink(&b);
	struct cpio_header f = { .ino = 0xabc,
				 .mode = CPIO_FILE | 0644,
				 .uid = 1,
				 .gid = 2,
				 .nlink = 2,
				 .mtime = 0xfffffffe };
	struct cpio_header s = { .mode = CPIO_SYMLINK | 0777,
				 .nlink = 1,
				 .size = 4 };
	struct cpio_writer w;
	CHECK(t, cpio_writer_init(&w, &t->arena, &sink, upper, &e));
	CHECK(t, cpio_write_header(&w, &dir, SPAN("d"), &e));
	CHECK(t, cpio_write_header(&w, &f, SPAN("d/f"), &e));
	f.size = 3;
	CHECK(t, cpio_write_header(&w, &f, SPAN("g"), &e));
	CHECK(t, cpio_write(&w, SPAN("xyz"), &e) && cpio_write_pad(&w, &e));
	CHECK(t, cpio_write_header(&w, &s, SPAN("s"), &e));
	CHECK(t, cpio_write(&w, SPAN("d/f\0"), &e) && cpio_write_pad(&w, &e));
	CHECK(t, cpio_write_end(&w, &end, &e));
	struct span out = arena_dup(&t->arena, buf_view(&b));
	buf_free(&b);
	return out;
}

/* All entries in one line: "path type size link data; ..." */
static const char *
listing(struct test *t, struct span in, struct err *e)
{
	struct cpio_input input = cpio_input_span(&in);
	struct cpio_reader r;
	struct cpio_entry en;
	DEFER(buf_free) struct buf b = buf_max(100000);
	bool more = true;
	size_t got;
	uint8_t part[2];
	CHECK(t, cpio_reader_init(&r, &t->arena, &input, e));
	for (;;) {
		if (!cpio_next(&r, &en, &more, e))
			return NULL;
		if (!more)
			break;
		buf_fmt(&b, "%u:%.*s", en.archive, SPAN_ARG(en.path));
		if (en.link.n)
			buf_fmt(&b, "->%.*s", SPAN_ARG(en.link));
		for (buf_str(&b, "="); en.path.n;) {
			if (!cpio_read(&r, part, sizeof part, &got, e))
				return NULL;
			if (!got)
				break;
			buf_put(&b, part, got);
		}
		buf_str(&b, ";");
	}
	return arena_cstr(&t->arena, buf_view(&b));
}

TEST(cpio_header_bytes)
{
	struct span up = sample(t, true), low = sample(t, false);
	CHECK_U(t, up.n, 1024);
	CHECK_SPAN(t, span_sub(up, 0, 112),
		   SPAN("07070100000000000041ED000000000000000000000002"
			"0000000000000000000000000000000000000000000000000000"
			"00020000000"
			"0d\0"));
	CHECK_SPAN(t, span_sub(up, 112, 62),
		   SPAN("07070100000ABC000081A400000001000000020000000"
			"2FFFFFFFE00000000"));
	CHECK_SPAN(t, span_sub(low, 112, 62),
		   SPAN("07070100000abc000081a400000001000000020000000"
			"2fffffffe00000000"));
}

TEST(cpio_reads_what_it_wrote)
{
	struct err e = { 0 };
	static const char *const want = "0:d=;0:d/f=;0:g=xyz;0:s->d/f=;";
	CHECK_STR(t, listing(t, sample(t, true), &e), want);
	CHECK_STR(t, listing(t, sample(t, false), &e), want);
}

TEST(cpio_count_is_the_length)
{
	struct err e = { 0 };
	struct cpio_header f = { .mode = CPIO_FILE, .nlink = 1, .size = 5 };
	struct cpio_writer w;
	CHECK(t, cpio_writer_init(&w, &t->arena, NULL, true, &e));
	CHECK(t, cpio_write_header(&w, &f, SPAN("abc"), &e));
	cpio_count(&w, 5);
	CHECK(t, cpio_write_pad(&w, &e));
	CHECK_U(t, w.at, 124);
	CHECK(t, cpio_write_end(&w, &end, &e));
	CHECK_U(t, w.at, 512);
}

/* Blocks larger and smaller than the writer's own arrive whole and in order */
TEST(cpio_large_data)
{
	enum { N = 700 * 1000 };
	struct err e = { 0 };
	struct buf b = buf_max((size_t)2 * N);
	struct sink sink = buf_sink(&b), into;
	struct cpio_header f = { .mode = CPIO_FILE, .nlink = 1, .size = N };
	struct cpio_writer w;
	uint8_t *p = NEW(&t->arena, uint8_t, N);
	for (size_t i = 0; i < N; i++)
		p[i] = (uint8_t)(i * 2654435761U >> 13);
	CHECK(t, cpio_writer_init(&w, &t->arena, &sink, true, &e));
	CHECK(t, cpio_write_header(&w, &f, SPAN("big"), &e));
	into = cpio_sink(&w);
	CHECK(t, sink_write(&into, span_of(p, 10), &e));
	CHECK(t, sink_write(&into, span_of(p + 10, 300000), &e));
	CHECK(t, sink_write(&into, span_of(p + 300010, N - 300010), &e));
	CHECK(t, cpio_write_pad(&w, &e) && cpio_write_end(&w, &end, &e));
	CHECK_U(t, b.n, w.at);
	CHECK_SPAN(t, span_sub(buf_view(&b), 116, N), span_of(p, N));
	buf_free(&b);
}

TEST(cpio_concatenated_archives)
{
	struct err e = { 0 };
	struct span one = sample(t, true);
	struct buf b = buf_max(10000);
	buf_zero(&b, 8);
	buf_span(&b, one);
	buf_zero(&b, 4);
	buf_span(&b, one);
	buf_zero(&b, 1001);
	CHECK_STR(t, listing(t, buf_view(&b), &e),
		  "0:d=;0:d/f=;0:g=xyz;0:s->d/f=;"
		  "1:d=;1:d/f=;1:g=xyz;1:s->d/f=;");
	buf_clear(&b);
	buf_span(&b, one);
	buf_zero(&b, 2);
	buf_span(&b, one);
	CHECK(t, !listing(t, buf_view(&b), &e));
	CHECK_STR(t, e.msg, "byte 1026: an archive not at a multiple of 4");
	buf_free(&b);
}

TEST(cpio_survives_truncation_at_each_byte)
{
	struct span one = sample(t, true);
	size_t whole = one.n;
	/* the zeros after the trailer's padding may be missing */
	while (one.p[whole - 1] == 0)
		whole--;
	whole = (whole + 1 + 3) / 4 * 4;
	for (size_t n = 0; n < one.n; n++) {
		struct err e = { 0 };
		bool ok = listing(t, span_sub(one, 0, n), &e) != NULL;
		CHECK(t, ok == (n >= whole));
		CHECK(t, ok || e.code == ERR_INPUT);
	}
}

TEST(cpio_survives_failed_allocations)
{
	struct span one = sample(t, true);
	for (unsigned n = 1;; n++) {
		struct arena a = { .fail_in = n };
		struct err e = { 0 };
		struct span in = one, first;
		struct cpio_input input = cpio_input_span(&in);
		struct cpio_reader r;
		struct cpio_writer w;
		struct sink sink = { 0 };
		struct cpio_links l;
		struct cpio_entry en = { .path = SPAN("x"),
					 .type = CPIO_FILE,
					 .h = { .nlink = 2 } };
		cpio_links_init(&l, &a, seed);
		bool ok = cpio_reader_init(&r, &a, &input, &e) &&
			  cpio_writer_init(&w, &a, &sink, true, &e) &&
			  cpio_links_add(&l, &en, &first, &e);
		CHECK(t, ok != a.failed && (ok || e.code == ERR_LIMIT));
		arena_finish(&a);
		if (ok)
			break;
	}
}

TEST(cpio_hard_links)
{
	struct err e = { 0 };
	struct span in = sample(t, true), first;
	struct cpio_input input = cpio_input_span(&in);
	struct cpio_reader r;
	struct cpio_links l;
	struct cpio_entry en;
	bool more;
	cpio_links_init(&l, &t->arena, seed);
	CHECK(t, cpio_reader_init(&r, &t->arena, &input, &e));
	for (;;) {
		CHECK_OK(t, cpio_next(&r, &en, &more, &e), &e);
		if (!more)
			break;
		CHECK(t, cpio_links_add(&l, &en, &first, &e));
		if (span_is(en.path, "g"))
			CHECK_SPAN(t, first, SPAN("d/f"));
		else
			CHECK_U(t, first.n, 0);
	}
	en.path = SPAN("other");
	en.archive = 1;
	en.type = CPIO_FILE;
	en.h.nlink = 2;
	en.h.ino = 0xabc;
	CHECK(t, cpio_links_add(&l, &en, &first, &e));
	CHECK_U(t, first.n, 0);
}

/* The sample with one byte replaced. */
static const struct {
	size_t at;
	const char *bytes, *why;
} spoilt[] = {
	{ 0, "1", "byte 0: no newc header (070701)" },
	{ 5, "2", "byte 0: an archive with check sums (070702)" },
	{ 5, "7", "byte 0: an archive of the old form" },
	{ 0, "\x1f\x8b", "byte 0: compressed data (gzip)" },
	{ 0, "\x28\xb5\x2f\xfd", "byte 0: compressed data (zstd)" },
	{ 6, "g", "byte 6: a field that is not 8 hex digits" },
	{ 13, " ", "byte 6: a field that is not 8 hex digits" },
	{ 109, "1", "byte 0: a check sum in a format without" },
	{ 101, "1", "byte 0: a name not of 1 to 4095 bytes" },
	{ 94, "0000FFFF", "byte 0: a name not of 1 to 4095 bytes" },
	{ 111, "x", "byte 110: a name that does not end in its only NUL" },
	{ 61, "1", "byte 0: data for a type that has none" },
	{ 18, "9", "byte 0: a type of file that does not exist" },
	{ 17, "1", "byte 0: a mode of more than 16 bits" },
	{ 110, "/", NULL },
	{ 110, ".", NULL },
	{ 222, "/", NULL },
	{ 223, "/.", "byte 112: a name with an empty" },
	{ 222, "/..", "byte 112: a name with an empty" },
};

TEST(cpio_refuses)
{
	for (size_t i = 0; i < COUNT(spoilt); i++) {
		struct err e = { 0 };
		struct span one = sample(t, true);
		uint8_t *p = NEW(&t->arena, uint8_t, one.n);
		memcpy(p, one.p, one.n);
		memcpy(p + spoilt[i].at, spoilt[i].bytes,
		       strlen(spoilt[i].bytes));
		const char *got = listing(t, span_of(p, one.n), &e);
		if (!spoilt[i].why) {
			CHECK_OK(t, got != NULL, &e);
			continue;
		}
		CHECK(t, !got);
		CHECK_HAS(t, e.msg, spoilt[i].why);
		CHECK_STR(t, e.id, "cpio-malformed");
	}
}

TEST(cpio_refuses_padding_links_and_nothing)
{
	struct err e = { 0 };
	struct span one = sample(t, true);
	uint8_t *p = NEW(&t->arena, uint8_t, one.n);
	memcpy(p, one.p, one.n);
	CHECK_U(t, p[342], 'z');
	p[343] = 'x';
	CHECK(t, !listing(t, span_of(p, one.n), &e));
	CHECK_HAS(t, e.msg, "byte 343: padding is not zero");
	memcpy(p, one.p, one.n);
	p[456] = 0; /* the link's target begins there */
	CHECK(t, !listing(t, span_of(p, one.n), &e));
	CHECK_HAS(t, e.msg, "byte 456: a link target that is empty or has");
	CHECK(t, !listing(t, SPAN(""), &e));
	CHECK_HAS(t, e.msg, "byte 0: no archive in it");
	CHECK(t, !listing(t, SPAN("\0\0\0\0"), &e));
}

TEST(cpio_writer_refuses_names)
{
	struct err e = { 0 };
	struct cpio_writer w;
	char *name = NEW(&t->arena, char, 5000);
	memset(name, 'n', 5000);
	CHECK(t, cpio_writer_init(&w, &t->arena, NULL, true, &e));
	CHECK(t, cpio_write_header(&w, &dir, span_of(name, 4095), &e));
	CHECK(t, !cpio_write_header(&w, &dir, span_of(name, 4096), &e));
	CHECK_STR(t, e.id, "cpio-name");
	CHECK(t, !cpio_write_header(&w, &dir, SPAN(""), &e));
	CHECK(t, !cpio_write_header(&w, &dir, SPAN("a\0b"), &e));
}
