#include "codec/tarview.h"

#include "base/test.h"
#include "base/limits.h"
#include "codec/tar_kit.h"

enum { MAX = 4 << 20 };

/* All entries as one line of text: "type name->link size@offset;" */
static bool
list(struct test *t, struct span in, struct notes *n, struct buf *out,
     struct err *e)
{
	static const char types[] = "fhlcbdp";
	DEFER(tar_finish) struct tarview v = { .blob = NULL };
	struct blob b = blob_of(&in);
	struct tar_entry x;
	bool more;
	(void)t;
	if (!tar_init(&v, &b, n, e))
		return false;
	while (tar_next(&v, &x, &more, e)) {
		if (!more) {
			buf_str(out, v.unterminated ? "cut" : "");
			return true;
		}
		buf_fmt(out, "%c ", types[x.type]);
		buf_span(out, x.name);
		if (x.link.n)
			buf_fmt(out, "->");
		buf_span(out, x.link);
		buf_fmt(out, " %llu;", (unsigned long long)x.size);
	}
	return false;
}

static const char *
listed(struct test *t, const struct buf *tar)
{
	DEFER(buf_free) struct buf out = buf_max(MAX);
	struct err e = { 0 };
	CHECK_OK(t, list(t, buf_view(tar), NULL, &out, &e), &e);
	return arena_cstr(&t->arena, buf_view(&out));
}

static const char *
refused(struct test *t, const struct buf *tar)
{
	DEFER(buf_free) struct buf out = buf_max(MAX);
	struct err e = { 0 };
	if (!CHECK(t, !list(t, buf_view(tar), NULL, &out, &e)))
		return "not refused";
	CHECK(t, e.code == ERR_INPUT || e.code == ERR_LIMIT);
	return e.id ? e.id : "no name";
}

/* The first entry of an archive. */
static bool
first(struct tarview *v, struct span *in, struct blob *b, struct tar_entry *x,
      struct err *e)
{
	bool more;
	*b = blob_of(in);
	return tar_init(v, b, NULL, e) && tar_next(v, x, &more, e) && more;
}

TEST(every_type_is_read)
{
	DEFER(buf_free) struct buf b = buf_max(MAX);
	mk_dir(&b, "./");
	mk_file(&b, "etc/passwd", "root");
	mk_link(&b, '1', "etc/hard", "etc/passwd");
	mk_link(&b, '2', "etc/soft", "/etc/passwd");
	mk_link(&b, '3', "c", "");
	mk_link(&b, '4', "b", "");
	mk_link(&b, '6', "p", "");
	mk_link(&b, '7', "contiguous", "");
	mk_link(&b, 'V', "label", "");
	mk_end(&b);
	CHECK_STR(t, listed(t, &b),
		  "d ./ 0;f etc/passwd 4;h etc/hard->etc/passwd 0;"
		  "l etc/soft->/etc/passwd 0;c c 0;b b 0;p p 0;"
		  "f contiguous 0;");
}

TEST(numbers_of_every_kind)
{
	DEFER(buf_free) struct buf b = buf_max(MAX);
	DEFER(tar_finish) struct tarview v = { .blob = NULL };
	struct mk m = { .name = "f",
			.mode = 0100755,
			.type = '3',
			.major = 8,
			.minor = 1,
			.uid = 5 };
	uint8_t h[512];
	struct blob blob;
	struct tar_entry x;
	struct err e = { 0 };
	mk_header(NULL, &m, 0, h);
	memset(h + 136, 0xff, 12); /* -1 */
	memcpy(h + 116, "\x80\0\0\0\0\x20\0\0", 8);
	memcpy(h + 108, " 12 \0\0\0\0", 8);
	mk_sum(h);
	buf_put(&b, h, 512);
	mk_end(&b);
	struct span in = buf_view(&b);
	CHECK_OK(t, first(&v, &in, &blob, &x, &e), &e);
	CHECK(t, x.mtime == -1 && x.mode == 0755);
	CHECK_U(t, x.gid, 0x200000);
	CHECK_U(t, x.uid, 012);
	CHECK(t, x.major == 8 && x.minor == 1);
}

TEST(bad_numbers_are_refused)
{
	static const struct {
		size_t at, n;
		const char *bytes;
	} rows[] = {
		{ 100, 8, "00x0644" },
		{ 108, 8, "\xff\xff\xff\xff\xff" },
		{ 108, 8, "8" },
		{ 124, 12, "\xff\xff\xff\xff" },
		{ 116, 8, "\x80\0\0\1" },
		{ 136, 12, "1 1" },
		{ 124, 12, "\x80\1\1\1\1" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		DEFER(buf_free) struct buf b = buf_max(MAX);
		struct mk m = { .name = "f" };
		uint8_t h[512];
		mk_header(NULL, &m, 0, h);
		memset(h + rows[i].at, 0, rows[i].n);
		memcpy(h + rows[i].at, rows[i].bytes,
		       rows[i].bytes[0] == '\x80' ? 5 : strlen(rows[i].bytes));
		mk_sum(h);
		buf_put(&b, h, 512);
		mk_end(&b);
		CHECK_STR(t, refused(t, &b), "tar-number");
	}
}

TEST(names_from_every_place)
{
	DEFER(buf_free) struct buf b = buf_max(MAX);
	DEFER(buf_free) struct buf name = buf_max(MAX);
	struct mk m = { .name = "base" };
	uint8_t h[512];
	mk_header(NULL, &m, 0, h);
	memcpy(h + 345, "head/er", 7); /* ustar's prefix */
	mk_sum(h);
	buf_put(&b, h, 512);
	memcpy(h + 508, "tar\0", 4); /* star's is shorter */
	memset(h + 345, 'p', 131);
	mk_sum(h);
	buf_put(&b, h, 512);
	memcpy(h + 257, "ustar  ", 8); /* GNU has other things there */
	mk_sum(h);
	buf_put(&b, h, 512);
	mk_entry(&b, (struct mk){ "././@LongLink", .type = 'L',
				  .data = SPAN("a/long/name\0") });
	mk_entry(&b, (struct mk){ "././@LongLink", .type = 'K',
				  .data = SPAN("a/long/link\0") });
	mk_link(&b, '2', "short", "shorter");
	mk_pax(&b, SPAN("path=e\xcc\x81/\xff"));
	mk_file(&b, "short", "");
	mk_pax(&b, SPAN("linkpath=\xc3\xa9"));
	mk_link(&b, '2', "s", "t");
	/* 100 bytes fill the field: no NUL */
	for (int i = 0; i < 100; i++)
		buf_str(&name, "n");
	mk_file(&b, arena_cstr(&t->arena, buf_view(&name)), "");
	mk_end(&b);
	const char *all = listed(t, &b);
	CHECK_HAS(t, all, "f head/er/base 0;");
	CHECK_HAS(t, all, "ppp/base 0;f base 0;");
	CHECK_HAS(t, all, "l a/long/name->a/long/link 0;");
	/* as they are stored: not normalised, not made into UTF-8 */
	CHECK_HAS(t, all, "f e\xcc\x81/\xff 0;l s->\xc3\xa9 0;");
	CHECK_HAS(t, all, "nnnn 0;");
}

struct bad {
	const char *why;
	void (*make)(struct buf *b);
};

static void
nul_in_pax(struct buf *b)
{
	mk_pax(b, SPAN("path=evil\0hidden"));
	mk_file(b, "f", "");
}

static void
nul_in_long_name(struct buf *b)
{
	mk_entry(b, (struct mk){ "l", .type = 'L', .data = SPAN("a\0b") });
	mk_file(b, "f", "");
}

static void
two_pax(struct buf *b)
{
	mk_pax(b, SPAN("path=a"));
	mk_pax(b, SPAN("path=b"));
	mk_file(b, "f", "");
}

static void
two_names(struct buf *b)
{
	mk_pax(b, SPAN("path=a"));
	mk_entry(b, (struct mk){ "l", .type = 'L', .data = SPAN("b\0") });
	mk_file(b, "f", "");
}

static void
two_long_names(struct buf *b)
{
	mk_entry(b, (struct mk){ "l", .type = 'L', .data = SPAN("b\0") });
	mk_entry(b, (struct mk){ "l", .type = 'L', .data = SPAN("b\0") });
	mk_file(b, "f", "");
}

static void
pax_alone(struct buf *b)
{
	mk_pax(b, SPAN("path=a"));
}

static void
pax_bad_length(struct buf *b)
{
	mk_entry(b, (struct mk){ "x", .type = 'x', .data = SPAN("9 a=b\n") });
	mk_file(b, "f", "");
}

static void
pax_no_key(struct buf *b)
{
	mk_entry(b, (struct mk){ "x", .type = 'x', .data = SPAN("5 =b\n") });
	mk_file(b, "f", "");
}

static void
pax_bad_time(struct buf *b)
{
	mk_pax(b, SPAN("mtime=1e9"));
	mk_file(b, "f", "");
}

static void
pax_bad_uid(struct buf *b)
{
	mk_pax(b, SPAN("uid=4294967296"));
	mk_file(b, "f", "");
}

static void
pax_bad_attribute(struct buf *b)
{
	mk_pax(b, SPAN("LIBARCHIVE.xattr.user.a=!"));
	mk_file(b, "f", "");
}

static void
global_size(struct buf *b)
{
	mk_entry(b,
		 (struct mk){ "g", .type = 'g', .data = SPAN("9 uid=12\n") });
	mk_file(b, "f", "");
}

static void
no_name(struct buf *b)
{
	mk_file(b, "", "");
}

static void
no_target(struct buf *b)
{
	mk_link(b, '1', "a", "");
}

static void
link_with_data(struct buf *b)
{
	mk_entry(b, (struct mk){ "a", '1', "b", .data = SPAN("x") });
}

static void
file_with_slash(struct buf *b)
{
	mk_file(b, "a/", "");
}

static void
unknown_type(struct buf *b)
{
	mk_link(b, 'D', "a", "");
}

static void
lone_zero(struct buf *b)
{
	mk_file(b, "a", "");
	buf_zero(b, 512);
	mk_file(b, "b", "");
}

static void
bad_checksum(struct buf *b)
{
	mk_file(b, "a", "");
	b->p[0] = 'b';
}

static void
sparse_without_map(struct buf *b)
{
	mk_pax(b, SPAN("GNU.sparse.realsize=5"));
	mk_file(b, "a", "");
}

static void
sparse_overlap(struct buf *b)
{
	static const uint8_t zeros[517];
	struct buf x = buf_max(1000);
	mk_record(&x, SPAN("GNU.sparse.size=9999"));
	mk_record(&x, SPAN("GNU.sparse.map=0,512,0,5"));
	mk_entry(b, (struct mk){ "x", .type = 'x', .data = buf_view(&x) });
	buf_free(&x);
	mk_entry(b, (struct mk){ "a", .data = { zeros, sizeof zeros } });
}

static void
sparse_outside(struct buf *b)
{
	struct buf x = buf_max(1000);
	mk_record(&x, SPAN("GNU.sparse.size=5"));
	mk_record(&x, SPAN("GNU.sparse.map=2,4"));
	mk_entry(b, (struct mk){ "x", .type = 'x', .data = buf_view(&x) });
	buf_free(&x);
	mk_file(b, "a", "abcd");
}

static void
sparse_less_stored(struct buf *b)
{
	struct buf x = buf_max(1000);
	mk_record(&x, SPAN("GNU.sparse.size=9"));
	mk_record(&x, SPAN("GNU.sparse.map=2,4"));
	mk_entry(b, (struct mk){ "x", .type = 'x', .data = buf_view(&x) });
	buf_free(&x);
	mk_file(b, "a", "abc");
}

static void
sparse_huge(struct buf *b)
{
	struct buf x = buf_max(1000);
	mk_record(&x, SPAN("GNU.sparse.size=18446744073709551615"));
	mk_record(&x, SPAN("GNU.sparse.map=18446744073709551612,3"));
	mk_entry(b, (struct mk){ "x", .type = 'x', .data = buf_view(&x) });
	buf_free(&x);
	mk_file(b, "a", "abc");
}

TEST(what_is_odd_is_refused)
{
	static const struct bad rows[] = {
		{ "tar-pax", nul_in_pax },
		{ "tar-name", nul_in_long_name },
		{ "tar-twice", two_pax },
		{ "tar-twice", two_names },
		{ "tar-twice", two_long_names },
		{ "tar-truncated", pax_alone },
		{ "tar-pax", pax_bad_length },
		{ "tar-pax", pax_no_key },
		{ "tar-pax", pax_bad_time },
		{ "tar-number", pax_bad_uid },
		{ "tar-pax", pax_bad_attribute },
		{ "tar-global", global_size },
		{ "tar-name", no_name },
		{ "tar-name", no_target },
		{ "tar-data", link_with_data },
		{ "tar-type", file_with_slash },
		{ "tar-type", unknown_type },
		{ "tar-lone-zero", lone_zero },
		{ "tar-checksum", bad_checksum },
		{ "tar-sparse", sparse_without_map },
		{ "tar-sparse", sparse_overlap },
		{ "tar-sparse", sparse_outside },
		{ "tar-sparse", sparse_less_stored },
		{ "tar-sparse", sparse_huge },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		DEFER(buf_free) struct buf b = buf_max(MAX);
		rows[i].make(&b);
		mk_end(&b);
		CHECK_STR(t, refused(t, &b), rows[i].why);
	}
}

TEST(extended_headers)
{
	DEFER(buf_free) struct buf b = buf_max(MAX);
	DEFER(buf_free) struct buf x = buf_max(MAX);
	DEFER(tar_finish) struct tarview v = { .blob = NULL };
	struct blob blob;
	struct tar_entry n;
	struct err e = { 0 };
	mk_record(&x, SPAN("mtime=-1.5"));
	mk_record(&x, SPAN("uid=70000"));
	mk_record(&x, SPAN("gid=4294967295"));
	mk_record(&x, SPAN("size=3"));
	mk_record(&x, SPAN("SCHILY.xattr.user.b=\0\1"));
	mk_record(&x, SPAN("LIBARCHIVE.xattr.user%2ea=YQ"));
	mk_record(&x, SPAN("LIBARCHIVE.xattr.user.b=YQ"));
	mk_record(&x, SPAN("RHT.security.selinux=label"));
	mk_record(&x, SPAN("comment=\xff"));
	mk_entry(&b, (struct mk){ "x", .type = 'x', .data = buf_view(&x) });
	mk_entry(&b, (struct mk){ "f", .uid = 1, .data = SPAN("abc") });
	mk_end(&b);
	struct span in = buf_view(&b);
	CHECK_OK(t, first(&v, &in, &blob, &n, &e), &e);
	CHECK(t, n.mtime == -2);
	CHECK_U(t, n.uid, 70000);
	CHECK_U(t, n.gid, UINT32_MAX);
	CHECK_U(t, n.size, 3);
	CHECK_SPAN(t, span_sub(in, n.offset, n.size), SPAN("abc"));
	const struct tar_xattr *a = n.xattr;
	CHECK(t, span_is(a->name, "security.selinux"));
	CHECK(t,
	      span_is(a->next->name, "user.a") && span_is(a->next->value, "a"));
	CHECK_SPAN(t, a->next->next->value, SPAN("\0\1"));
	CHECK(t, !a->next->next->next);
}

TEST(limits_hold)
{
	DEFER(buf_free) struct buf b = buf_max(MAX), x = buf_max(MAX);
	for (size_t i = 0; i <= LIMIT_XATTRS; i++) {
		char *r = arena_fmt(&t->arena, "SCHILY.xattr.user.%zu=v", i);
		mk_record(&x, span_str(r));
	}
	mk_entry(&b, (struct mk){ "x", .type = 'x', .data = buf_view(&x) });
	mk_file(&b, "f", "");
	CHECK_STR(t, refused(t, &b), "no name");
	buf_clear(&b);
	buf_clear(&x);
	buf_zero(&x, LIMIT_PAX + 1);
	mk_entry(&b, (struct mk){ "x", .type = 'x', .data = buf_view(&x) });
	CHECK_STR(t, refused(t, &b), "no name");
}

static void
sample(struct buf *b)
{
	mk_dir(b, "d/");
	mk_entry(b, (struct mk){ "l", .type = 'L', .data = SPAN("d/name\0") });
	mk_file(b, "x", "some text");
	mk_pax(b, SPAN("SCHILY.xattr.user.a=b"));
	mk_file(b, "e", "");
	mk_end(b);
}

/* Cut anywhere: never read as complete. */
TEST(truncation_is_noticed)
{
	DEFER(buf_free) struct buf b = buf_max(MAX);
	sample(&b);
	size_t whole = b.n - 1024;
	for (size_t n = 0; n < whole + 1024; n++) {
		DEFER(buf_free) struct buf out = buf_max(MAX);
		struct err e = { 0 };
		bool ok = list(t, span_of(b.p, n), NULL, &out, &e);
		bool cut = ok && span_ends(buf_view(&out), SPAN("cut"));
		CHECK(t, ok || e.code == ERR_INPUT);
		CHECK(t, n >= whole + 512 ? ok && !cut : !ok || cut);
	}
}

/* The arena of names is emptied for each entry and keeps its ceiling: going
 * up byte by byte makes every allocation the one that fails. */
TEST(every_failed_allocation)
{
	DEFER(buf_free) struct buf b = buf_max(MAX);
	sample(&b);
	struct span in = buf_view(&b);
	struct blob blob = blob_of(&in);
	size_t max = 1, failures = 0;
	for (bool done = false; !done; max++) {
		DEFER(tar_finish) struct tarview v = { .blob = NULL };
		struct err e = { 0 };
		struct tar_entry x;
		bool more = true, ok = tar_init(&v, &blob, NULL, &e);
		v.names.max = max;
		while (ok && more)
			ok = tar_next(&v, &x, &more, &e);
		CHECK(t, ok || e.code == ERR_LIMIT);
		failures += !ok;
		done = ok || !CHECK(t, max < 10000);
	}
	CHECK(t, failures > 20);
}

TEST(what_follows_the_end_is_noted)
{
	DEFER(buf_free) struct buf b = buf_max(MAX), out = buf_max(MAX);
	struct notes n = { .arena = &t->arena };
	struct err e = { 0 };
	sample(&b);
	buf_zero(&b, 9000);
	CHECK_OK(t, list(t, buf_view(&b), &n, &out, &e), &e);
	CHECK(t, !n.first);
	buf_str(&b, "garbage");
	CHECK_OK(t, list(t, buf_view(&b), &n, &out, &e), &e);
	CHECK(t, note_has(&n, "tar-trailing"));
}

TEST(unknown_keys_are_noted)
{
	DEFER(buf_free) struct buf b = buf_max(MAX), out = buf_max(MAX);
	struct notes n = { .arena = &t->arena };
	struct err e = { 0 };
	mk_pax(&b, SPAN("VENDOR.new=1"));
	mk_file(&b, "a", "");
	mk_pax(&b, SPAN("SCHILY.acl.access=u::rwx"));
	mk_file(&b, "b", "");
	mk_entry(&b, (struct mk){ "g", .type = 'g',
				  .data = SPAN("13 comment=x\n") });
	mk_end(&b);
	CHECK_OK(t, list(t, buf_view(&b), &n, &out, &e), &e);
	CHECK(t, note_has(&n, "tar-key") && note_has(&n, "tar-acl"));
	CHECK_U(t, n.n, 2);
}

TEST(guessing)
{
	DEFER(buf_free) struct buf b = buf_max(MAX);
	sample(&b);
	CHECK(t, tar_guess(buf_view(&b)));
	CHECK(t, !tar_guess(span_sub(buf_view(&b), 0, 511)));
	b.p[5] ^= 1;
	CHECK(t, !tar_guess(buf_view(&b)));
}
