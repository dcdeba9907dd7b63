#include "base/test.h"

#include "attest/text.h"

TEST(text_of_documents)
{
	static const struct {
		const char *in, *hex; /* NULL: refused */
	} rows[] = {
		{ "8444", "8444" },
		{ " 84\n4 4\r\n", "8444" },
		{ "AbCd", "abcd" },
		{ "hEShATgi", "8444a1013822" },
		{ "hESh\nATgi\n", "8444a1013822" },
		{ "hESh-_8", "8444a1fbff" },
		{ "hESh+/8=", "8444a1fbff" },
		{ "hESh", "8444a1" },
		{ "hA", "84" },
		{ "0x8444", "8444" },
		{ "0X84\n44\n", "8444" },
		{ "\xef\xbb\xbf"
		  "8444",
		  "8444" },
		{ "\xef\xbb\xbf"
		  "hESh",
		  "8444a1" },
		{ "\xef\xbb\xbf"
		  "0x8444",
		  "8444" },
		{ "0x844", NULL },
		{ "0xhESh", NULL },
		{ "\xff\xfe"
		  "8",
		  NULL },
		{ "\xfe\xff", NULL },
		{ "{}", NULL },
		{ "hESh=ATg", NULL },
		{ "hE*h", NULL },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span out;
		struct err e = { 0 };
		bool ok = doc_decode(span_str(rows[i].in), &t->arena, &out, &e);
		CHECK(t, ok == (rows[i].hex != NULL));
		if (ok)
			CHECK_SPAN(t, out, test_hex(t, rows[i].hex));
		else
			CHECK_STR(t, e.id, "doc-text");
	}
	struct span out, raw = test_hex(t, "84 0a 20");
	struct err e = { 0 };
	CHECK_OK(t, doc_decode(raw, &t->arena, &out, &e), &e);
	CHECK_SPAN(t, out, raw);
	CHECK_OK(t, doc_decode(SPAN(""), &t->arena, &out, &e), &e);
	CHECK_U(t, out.n, 0);
}

/* Each way to give a document, cut anywhere and with no memory. */
TEST(text_survives_truncation_and_failed_allocations)
{
	static const char *const texts[] = { "8444a1013822a0", "hEShATgi",
					     " 84 44\na1 01\n", "\x84\x44" };
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct span in = span_str(texts[i]), out;
		struct err e = { 0 };
		for (size_t n = 0; n < in.n; n++)
			if (!doc_decode(span_sub(in, 0, n), &t->arena, &out,
					&e))
				CHECK_STR(t, e.id, "doc-text");
		bool ok = false;
		for (unsigned n = 1; !ok && n < 50; n++) {
			struct arena a = { .fail_in = n };
			ok = doc_decode(in, &a, &out, &e);
			CHECK(t, ok != a.failed);
			CHECK(t, ok || e.code == ERR_LIMIT);
			arena_finish(&a);
		}
		CHECK(t, ok);
	}
}
