/* OpenSSL functions that fail while a document is judged: it is never passed
 * for that, and a document that passes is never said to be wrong. */
#include "base/test.h"

#include <errno.h>

#include "attest/scene_kit.h"
#include "base/fault_kit.h"

/* Results of judging the document with each call failing in turn. */
struct seen {
	unsigned pass, fail, unknown, calls;
};

static struct seen
judge(struct test *t, struct scene *s)
{
	struct seen seen = { 0 };
	struct span doc = kit_make_doc(&t->arena, &s->d);
	for (unsigned n = 1, hit = 1; hit; n++) {
		DEFER(arena_finish) struct arena a = { 0 };
		struct verdict v;
		struct err e = { 0 };
		fault_begin(NULL, n, ENOMEM);
		bool judged = verify_document(doc, &s->x, &a, &v, &e);
		seen.calls = fault_end();
		hit = seen.calls >= n;
		if (!judged || v.result == RESULT_UNKNOWN)
			seen.unknown++;
		else if (v.result == RESULT_PASS)
			seen.pass++;
		else
			seen.fail++;
	}
	return seen;
}

TEST(fault_a_right_document_is_not_said_to_be_wrong)
{
	struct scene s;
	scene(t, &s);
	struct seen seen = judge(t, &s);
	CHECK_U(t, seen.fail, 0);
	CHECK(t, seen.pass >= 1 && seen.unknown >= 50);
}

/* Its registers are others than those expected. */
TEST(fault_a_wrong_document_does_not_pass)
{
	struct scene s;
	scene(t, &s);
	scene_fill(&s, 0, 0x77);
	struct seen seen = judge(t, &s);
	CHECK_U(t, seen.pass, 0);
	CHECK(t, seen.fail >= 1);
}

/* Below a root that nobody named. */
TEST(fault_a_foreign_root_does_not_pass)
{
	struct scene s;
	scene(t, &s);
	s.x.nanchors = 0;
	struct seen seen = judge(t, &s);
	CHECK_U(t, seen.pass, 0);
	CHECK(t, seen.fail >= 1);
}
