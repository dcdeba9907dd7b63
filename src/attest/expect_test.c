#include "base/test.h"

#include "attest/doc_kit.h"
#include "attest/verify.h"

static struct release
release(struct test *t, const char *name, unsigned first)
{
	struct release r = { .name = name };
	pcr_put(&r.pcrs, 0, kit_pcr(&t->arena, first));
	pcr_put(&r.pcrs, 1, kit_pcr(&t->arena, 1));
	pcr_put(&r.pcrs, 2, kit_pcr(&t->arena, 2));
	return r;
}

/* A build's registers against those of an environment. */
TEST(registers_alone_against_a_release)
{
	struct err e = { 0 };
	static struct verdict v;
	struct release one = release(t, "app 1", 0), got = one;
	struct expect x = { .releases = &one,
			    .nreleases = 1,
			    .max_age = EXPECT_ANY_AGE,
			    .skew = EXPECT_SKEW };
	CHECK_OK(t, verify_registers(&got.pcrs, &x, &t->arena, &v, &e), &e);
	CHECK(t, v.result == RESULT_PASS && v.trust == TRUST_NONE);
	CHECK_STR(t, v.release, "app 1");
	got.pcrs.v[1] = kit_pcr(&t->arena, 2);
	CHECK_OK(t, verify_registers(&got.pcrs, &x, &t->arena, &v, &e), &e);
	CHECK(t, v.result == RESULT_FAIL && !v.release);
	CHECK_STR(t, verdict_check(&v, "pcr1")->code, "pcr-boot");
}

/* One that may run and one that is revoked. */
static void
environment(struct test *t, struct environment *v)
{
	struct err e = { 0 };
	struct release one = release(t, "app 1", 0);
	struct release two = release(t, "app 2", 2);
	*v = (struct environment){ 0 };
	CHECK_OK(t, environment_add(v, &one, &t->arena, &e), &e);
	CHECK_OK(t, environment_add(v, &two, &t->arena, &e), &e);
	v->revoked[0] = "lost";
}

TEST(environment_is_expected)
{
	struct environment v;
	struct expect x = { 0 };
	struct err e = { 0 };
	environment(t, &v);
	CHECK_OK(t, expect_environment(&x, &v, "prod", &t->arena, &e), &e);
	CHECK(t, x.nreleases == 1 && x.nrevoked == 1 && !x.empty);
	CHECK_STR(t, x.releases[0].name, "app 2");
	CHECK_STR(t, x.revoked[0].reason, "lost");
}

TEST(environment_where_nothing_may_run)
{
	struct environment v;
	struct expect x = { 0 };
	struct err e = { 0 };
	environment(t, &v);
	v.revoked[1] = "lost, too";
	CHECK_OK(t, expect_environment(&x, &v, "prod", &t->arena, &e), &e);
	CHECK_HAS(t, x.empty, "prod holds no release");
	x = (struct expect){ 0 };
	v.n = 0;
	CHECK_OK(t, expect_environment(&x, &v, "none", &t->arena, &e), &e);
	CHECK_HAS(t, x.empty, "none holds no release");
}

TEST(environment_is_expected_or_memory_is_full)
{
	struct environment v;
	bool ok = false;
	environment(t, &v);
	for (unsigned n = 1; !ok && n < 10; n++) {
		struct arena a = { .fail_in = n };
		struct expect x = { 0 };
		struct err e = { 0 };
		ok = expect_environment(&x, &v, "x", &a, &e);
		CHECK(t, ok != a.failed && (ok || e.code == ERR_LIMIT));
		arena_finish(&a);
	}
	CHECK(t, ok);
}
