#include "base/test.h"

#include "store/store.h"

static struct store_key
key_of(struct test *t, struct span bytes)
{
	struct store_key d = { .size = bytes.n };
	struct err e = { 0 };
	struct hash h;
	CHECK_OK(t, digest_of(DIGEST_SHA256, &bytes, 1, &h, &e), &e);
	const char *text = digest_id_text(&t->arena, DIGEST_SHA256, &h);
	CHECK_OK(t, digest_id_parse(span_str(text), &d.digest, &e), &e);
	return d;
}

static bool
keep(struct test *t, const struct store *c, const struct store_key *d,
     struct span bytes, struct store_blob *out, struct err *e)
{
	DEFER(store_abort) struct store_put p;
	*e = (struct err){ 0 };
	return store_begin(c, d, &t->arena, &p, e) && store_start(&p, 0, e) &&
	       store_write(&p, bytes, e) && store_end(&p, out, e);
}

static size_t
files_in(struct test *t, const char *dir)
{
	DEFER(fd_closep) int fd = -1;
	struct err e = { 0 };
	struct span *names;
	size_t n = 0;
	if (fs_open_dir(dir, &fd, &e))
		CHECK_OK(t, fs_list(fd, &t->arena, &names, &n, &e), &e);
	return n;
}

static struct span
read_blob(struct test *t, struct store_blob *b)
{
	uint8_t *p = NEW(&t->arena, uint8_t, b->size);
	struct err e = { 0 };
	CHECK_OK(t, fs_pread(b->fd, p, b->size, b->offset, &e), &e);
	fd_closep(&b->fd);
	return span_of(p, b->size);
}

TEST(store_keeps_and_gives)
{
	struct store c = { test_dir(t) };
	struct span hello = SPAN("hello");
	struct store_key d = key_of(t, hello);
	struct store_blob b;
	struct span doc;
	struct err e = { 0 };
	bool found = true;
	CHECK_OK(t, store_get(&c, &d, &t->arena, &b, &found, &e), &e);
	CHECK(t, !found);
	CHECK_OK(t, keep(t, &c, &d, hello, &b, &e), &e);
	CHECK(t, b.checked);
	CHECK_SPAN(t, read_blob(t, &b), hello);
	CHECK_OK(t, store_get(&c, &d, &t->arena, &b, &found, &e), &e);
	CHECK(t, found && b.checked);
	CHECK_SPAN(t, read_blob(t, &b), hello);
	CHECK_OK(t, store_find_document(&c, &d.digest, &t->arena, &doc, &e),
		 &e);
	CHECK_SPAN(t, doc, hello);
	/* another program stores the same at the same time */
	CHECK_OK(t, keep(t, &c, &d, hello, &b, &e), &e);
	fd_closep(&b.fd);
}

TEST(store_refuses_wrong_bytes)
{
	static const char *const rows[] = { "hellO", "hell", "hello!", "" };
	struct store c = { test_dir(t) };
	struct store_key d = key_of(t, SPAN("hello"));
	const char *dir = arena_fmt(&t->arena, "%s/sha256", c.dir);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct store_blob b;
		struct err e;
		CHECK(t, !keep(t, &c, &d, span_str(rows[i]), &b, &e));
		CHECK_STR(t, e.id, "oci-digest");
		CHECK_U(t, files_in(t, dir), 0);
	}
}

TEST(store_removes_what_is_damaged)
{
	struct store c = { test_dir(t) };
	struct span hello = SPAN("hello"), doc;
	struct store_key d = key_of(t, hello);
	const char *dir = arena_fmt(&t->arena, "%s/sha256", c.dir);
	struct span hex = digest_id_hex(&d.digest);
	const char *path = arena_fmt(&t->arena, "%s/%.*s", dir, SPAN_ARG(hex));
	static const char *const rows[] = { "hellO", "hell", "" };
	for (size_t i = 0; i < 2 * COUNT(rows); i++) {
		struct store_blob b;
		struct err e = { 0 };
		bool found = true;
		CHECK_OK(t, keep(t, &c, &d, hello, &b, &e), &e);
		fd_closep(&b.fd);
		CHECK_OK(t,
			 fs_write_file(path, span_str(rows[i / 2]), 0600, &e),
			 &e);
		if (i % 2)
			CHECK_OK(t,
				 store_get(&c, &d, &t->arena, &b, &found, &e),
				 &e);
		else
			CHECK_OK(t,
				 store_find_document(&c, &d.digest, &t->arena,
						     &doc, &e),
				 &e);
		CHECK(t, i % 2 ? !found : doc.n == 0);
		CHECK_U(t, files_in(t, dir), 0);
	}
}

TEST(store_goes_on_and_starts_again)
{
	struct store none = { NULL };
	struct span hello = SPAN("hello");
	struct store_key d = key_of(t, hello);
	struct store_blob b;
	struct err e = { 0 };
	DEFER(store_abort) struct store_put p;
	CHECK_OK(t, store_begin(&none, &d, &t->arena, &p, &e), &e);
	CHECK_OK(t, store_start(&p, 0, &e), &e);
	CHECK_OK(t, store_write(&p, SPAN("XX"), &e), &e);
	CHECK_OK(t, store_start(&p, 0, &e), &e);
	CHECK_OK(t, store_write(&p, SPAN("he"), &e), &e);
	CHECK_OK(t, store_start(&p, 2, &e), &e);
	CHECK_OK(t, store_write(&p, SPAN("llo"), &e), &e);
	CHECK_OK(t, store_end(&p, &b, &e), &e);
	CHECK_SPAN(t, read_blob(t, &b), hello);
}

/* If the store cannot be written, the blob is an unnamed file. */
TEST(store_is_optional)
{
	struct store c = { "/dev/null/x" };
	struct span hello = SPAN("hello");
	struct store_key d = key_of(t, hello);
	struct store_blob b;
	struct err e;
	CHECK_OK(t, keep(t, &c, &d, hello, &b, &e), &e);
	CHECK_SPAN(t, read_blob(t, &b), hello);
}
