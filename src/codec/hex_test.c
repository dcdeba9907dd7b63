#include "base/test.h"

#include "codec/hex.h"

TEST(hex_both_ways)
{
	struct err e = { 0 };
	struct span out;
	CHECK_OK(t, hex_parse(SPAN("00fFa9"), &t->arena, &out, &e), &e);
	CHECK_SPAN(t, out, SPAN("\x00\xff\xa9"));
	CHECK_STR(t, hex_of(&t->arena, out), "00ffa9");
	CHECK_OK(t, hex_parse(SPAN(""), &t->arena, &out, &e), &e);
	CHECK_U(t, out.n, 0);
}

TEST(hex_refuses)
{
	static const struct {
		const char *in, *why;
	} rows[] = {
		{ "0", "odd number" },
		{ "0g", "byte 1: not a hex digit" },
		{ "x0", "byte 0: not a hex digit" },
		{ "0 ", "byte 1: not a hex digit" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct span out;
		CHECK(t, !hex_parse(span_str(rows[i].in), &t->arena, &out, &e));
		CHECK_HAS(t, e.msg, rows[i].why);
	}
}

TEST(hex_survives_a_failed_allocation)
{
	struct err e = { 0 };
	struct span out;
	struct arena a = { .fail_in = 1 };
	CHECK(t, !hex_parse(SPAN("00"), &a, &out, &e));
	CHECK(t, e.code == ERR_LIMIT);
	arena_finish(&a);
}
