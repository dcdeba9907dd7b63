#include "base/test.h"

#include "codec/pem.h"

/* 50 bytes: one line of 64 characters and a short one. */
#define LONG                                                                 \
	"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v\n" \
	"MDE=\n"
#define QUAD  "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygp"
#define BLOCK "-----BEGIN A B-----\n" LONG "-----END A B-----\n"

static struct span
fifty(struct test *t)
{
	uint8_t *p = NEW(&t->arena, uint8_t, 50);
	for (uint8_t i = 0; i < 50; i++)
		p[i] = i;
	return span_of(p, 50);
}

TEST(pem_blocks_and_the_text_around_them)
{
	struct span rest = SPAN("hello\n\nthere\n" BLOCK
				"\n-----BEGIN C-----  \r\nAA==\t\r\n"
				"-----END C-----\r\n bye \n");
	struct pem_block b;
	struct err e = { 0 };
	bool found;
	CHECK_OK(t, pem_next(&rest, &t->arena, &b, &found, &e) && found, &e);
	CHECK_SPAN(t, b.label, SPAN("A B"));
	CHECK_SPAN(t, b.before, SPAN("hello\n\nthere"));
	CHECK_SPAN(t, b.text, SPAN(BLOCK));
	CHECK_SPAN(t, b.der, fifty(t));
	CHECK_OK(t, pem_next(&rest, &t->arena, &b, &found, &e) && found, &e);
	CHECK_SPAN(t, b.label, SPAN("C"));
	CHECK_U(t, b.before.n, 0);
	CHECK_SPAN(t, b.der, test_hex(t, "00"));
	CHECK_OK(t, pem_next(&rest, &t->arena, &b, &found, &e), &e);
	CHECK(t, !found);
	CHECK_SPAN(t, rest, SPAN("bye"));
}

TEST(pem_is_written_as_it_is_read)
{
	DEFER(buf_free) struct buf b = buf_max(1000);
	pem_put(&b, "A B", fifty(t));
	CHECK_SPAN(t, buf_view(&b), SPAN(BLOCK));
}

TEST(pem_refuses)
{
	static const struct {
		const char *in, *why;
	} rows[] = {
		{ "-----BEGIN A-----\n", "block A without an end" },
		{ "-----BEGIN A-----\nAA==\n-----END B-----\n",
		  "block A ends with -----END B-----" },
		{ "-----BEGIN A-----\nAA==\n-----BEGIN A-----\n",
		  "block A ends with -----BEGIN A-----" },
		{ "-----BEGIN A----\nAA==\n", "a malformed PEM line" },
		{ "-----BEGIN -----\nAA==\n", "a malformed PEM line" },
		{ "-----BEGIN A\x01-----\nAA==\n", "a malformed PEM line" },
		{ "-----END A-----\n", "a malformed PEM line" },
		{ "-----BEGIN A-----\n-----END A-----\n", "an empty PEM" },
		{ "-----BEGIN A-----\n\nAA==\n-----END A-----\n",
		  "an empty line" },
		{ "-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\n",
		  "a PEM block with headers" },
		{ "-----BEGIN A-----\nAA=\n-----END A-----\n",
		  "PEM block A: base 64 of 3 characters" },
		{ "-----BEGIN A-----\nAA ==\n-----END A-----\n",
		  "no multiple of 4" },
		{ "-----BEGIN A-----\nA@==\n-----END A-----\n",
		  "byte 1: not a base 64 character" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct span rest = span_str(rows[i].in);
		struct pem_block b;
		bool found;
		CHECK(t, !pem_next(&rest, &t->arena, &b, &found, &e));
		CHECK(t, !found && e.code == ERR_INPUT);
		CHECK_HAS(t, e.msg, rows[i].why);
	}
}

/* What OpenSSL reads, other readers of certificates write. */
TEST(pem_lines_of_any_length)
{
	static const char *const rows[] = {
		"-----BEGIN A-----\n" QUAD QUAD QUAD QUAD "\n-----END A-----\n",
		"-----BEGIN A-----\n" QUAD QUAD "\n" QUAD QUAD
		"\n-----END A-----\n",
		"\xef\xbb\xbf-----BEGIN A-----\n" QUAD QUAD QUAD QUAD
		"\n-----END A-----\n",
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct span rest = span_str(rows[i]);
		struct pem_block b;
		bool found;
		CHECK_OK(t, pem_next(&rest, &t->arena, &b, &found, &e), &e);
		CHECK(t,
		      found && b.der.n == sizeof(QUAD QUAD QUAD QUAD) / 4 * 3);
		CHECK_U(t, b.before.n, i == 2 ? 3 : 0);
	}
}

TEST(pem_survives_every_truncation)
{
	struct span full = SPAN(BLOCK);
	for (size_t n = 0; n < full.n; n++) {
		struct err e = { 0 };
		struct span rest = span_sub(full, 0, n);
		struct pem_block b;
		bool found;
		bool ok = pem_next(&rest, &t->arena, &b, &found, &e);
		/* The last line's end is not needed; half of "-----BEGIN"
		 * is text. */
		CHECK(t, ok == (n < 10 || n == full.n - 1));
		CHECK(t, ok || e.msg[0]);
		CHECK(t, found == (n == full.n - 1));
	}
}

TEST(pem_survives_every_failed_allocation)
{
	for (unsigned n = 1; n <= 3; n++) {
		struct arena a = { .fail_in = n };
		struct err e = { 0 };
		struct span rest = SPAN(BLOCK);
		struct pem_block b;
		bool found;
		bool ok = pem_next(&rest, &a, &b, &found, &e);
		CHECK(t, ok == (n == 3) && found == ok);
		CHECK(t, ok || e.code == ERR_LIMIT);
		arena_finish(&a);
	}
}
