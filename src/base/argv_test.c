#include "base/test.h"

#include "base/argv.h"

TEST(argv_in_order_and_ended)
{
	struct argv a = { .v = { "program" }, .n = 1 };
	struct err e = { 0 };
	argv_add(&a, "verb");
	argv_given(&a, "--not", NULL);
	argv_given(&a, "--given", "1");
	argv_option(&a, "--option", "2");
	CHECK_OK(t, argv_ok(&a, &e), &e);
	const char *want[] = { "program",  "verb", "--given", "1",
			       "--option", "2",    NULL };
	CHECK_U(t, a.n, COUNT(want) - 1);
	for (size_t i = 0; i + 1 < COUNT(want); i++)
		CHECK_STR(t, a.v[i], want[i]);
	CHECK(t, !a.v[a.n]);
}

TEST(argv_knows_that_it_is_not_whole)
{
	struct argv a = { 0 }, b = { 0 };
	struct err e = { 0 };
	argv_option(&a, "--option", NULL);
	CHECK(t, !argv_ok(&a, &e) && e.code == ERR_LIMIT);
	for (size_t i = 0; i + 1 < COUNT(b.v); i++)
		argv_add(&b, "x");
	CHECK(t, argv_ok(&b, &e));
	argv_add(&b, "x");
	CHECK(t, !argv_ok(&b, &e) && !b.v[COUNT(b.v) - 1]);
}
