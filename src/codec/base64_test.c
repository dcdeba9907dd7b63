#include "base/test.h"

#include "codec/base64.h"

/* RFC 4648, section 10. */
TEST(base64_examples_of_the_standard)
{
	static const struct {
		const char *plain, *text;
	} rows[] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xff\xef\xbe", "/+++" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		DEFER(buf_free) struct buf b = buf_max(100);
		struct err e = { 0 };
		struct span out;
		base64_put(&b, span_str(rows[i].plain));
		CHECK_SPAN(t, buf_view(&b), span_str(rows[i].text));
		CHECK_OK(t, base64_parse(buf_view(&b), &t->arena, &out, &e),
			 &e);
		CHECK_SPAN(t, out, span_str(rows[i].plain));
	}
}

TEST(base64_refuses)
{
	static const struct {
		const char *in, *why;
	} rows[] = {
		{ "Zg=", "no multiple of 4" },
		{ "Zg", "no multiple of 4" },
		{ "Z===", "byte 1: not a base 64 character" },
		{ "====", "byte 0: not a base 64 character" },
		{ "Zh==", "unused bits set" },
		{ "Zm9=", "unused bits set" },
		{ "Zg==Zg==", "byte 2: not a base 64 character" },
		{ "Zm9v\nZm9", "byte 4: not a base 64 character" },
		{ "Zm-_", "byte 2: not a base 64 character" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct span out;
		CHECK(t,
		      !base64_parse(span_str(rows[i].in), &t->arena, &out, &e));
		CHECK(t, e.code == ERR_INPUT);
		CHECK_HAS(t, e.msg, rows[i].why);
	}
}

TEST(base64_survives_truncation_and_a_failed_allocation)
{
	struct span full = SPAN("Zm9vYg==");
	struct arena a = { .fail_in = 1 };
	struct err e = { 0 };
	struct span out;
	for (size_t n = 1; n < full.n; n++)
		CHECK(t, base64_parse(span_sub(full, 0, n), &t->arena, &out,
				      &e) == (n == 4));
	e = (struct err){ 0 };
	CHECK(t, !base64_parse(full, &a, &out, &e) && e.code == ERR_LIMIT);
	arena_finish(&a);
}
