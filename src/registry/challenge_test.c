#include "base/test.h"

#include "registry/challenge.h"

TEST(challenge_accepts)
{
	static const struct {
		const char *in;
		bool basic, bearer;
		const char *realm, *service, *scope;
	} rows[] = {
		{ "", false, false, "", "", "" },
		{ "Basic realm=\"x\"", true, false, "", "", "" },
		{ "Bearer realm=\"https://a/t\",service=\"s\",scope=\"r:n:p\"",
		  false, true, "https://a/t", "s", "r:n:p" },
		{ "bearer Realm = \"a\\\"b,c\" , service=s", false, true,
		  "a\"b,c", "s", "" },
		{ "Basic realm=\"x\", Bearer realm=\"y\"", true, true, "y", "",
		  "" },
		{ "Negotiate, Bearer realm=y", false, true, "y", "", "" },
		{ "Negotiate YWJj/+==, Basic", true, false, "", "", "" },
		{ "Bearer realm=a, Bearer realm=b", false, true, "a", "", "" },
		{ " , ,Basic , ", true, false, "", "", "" },
		{ "Basic realm=\"\"", true, false, "", "", "" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct challenge c;
		CHECK_OK(t,
			 challenge_parse(span_str(rows[i].in), &t->arena, &c,
					 &e),
			 &e);
		CHECK(t, c.basic == rows[i].basic);
		CHECK(t, c.bearer == rows[i].bearer);
		CHECK_SPAN(t, c.realm, span_str(rows[i].realm));
		CHECK_SPAN(t, c.service, span_str(rows[i].service));
		CHECK_SPAN(t, c.scope, span_str(rows[i].scope));
	}
}

TEST(challenge_refuses)
{
	static const char *const rows[] = {
		"\"x\"",
		"Bearer realm=\"x",
		"Bearer realm=\"x\\",
		"Bearer realm=\"a\nb\"",
		"Bearer(realm)",
		"Bearer realm=\"x\" scope=\"y\"",
		"=x",
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct challenge c;
		CHECK(t,
		      !challenge_parse(span_str(rows[i]), &t->arena, &c, &e));
		CHECK(t, e.code == ERR_INPUT);
	}
}

TEST(challenge_survives_failed_allocations)
{
	for (unsigned n = 1;; n++) {
		struct arena a = { .fail_in = n };
		struct err e = { 0 };
		struct challenge c;
		bool ok = challenge_parse(
			SPAN("Bearer realm=\"a\",scope=\"b\""), &a, &c, &e);
		CHECK(t, ok != a.failed);
		CHECK(t, ok || e.code == ERR_LIMIT);
		arena_finish(&a);
		if (ok)
			break;
	}
}
