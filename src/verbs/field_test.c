#include "base/test.h"

#include "verbs/field.h"

TEST(field_forms)
{
	struct err e = { 0 };
	struct span v;
	CHECK_OK(t, field_value("x", "00fF", 9, &t->arena, &v, &e), &e);
	CHECK_SPAN(t, v, SPAN("\0\377"));
	CHECK_OK(t, field_value("x", "text:00", 9, &t->arena, &v, &e), &e);
	CHECK_SPAN(t, v, SPAN("00"));
	CHECK(t, !field_value("x", "zz", 9, &t->arena, &v, &e));
	CHECK(t, e.code == ERR_USAGE);
	CHECK_HAS(t, e.hint, "text:TEXT");
}
