#include "api/world_kit.h"
#include "base/test.h"
#include "veraclave/batch.h"

enum { N = 40 };

/* Every third is changed, every seventh is no document, every fifth expects
 * another nonce. */
static struct span
document(const struct world *w, size_t i)
{
	if (i % 7 == 6)
		return SPAN("nonsense");
	if (i % 3 != 2)
		return w->doc;
	struct span s = arena_dup(&w->t->arena, w->doc);
	uint8_t *p = arena_alloc(&w->t->arena, 1, 1, s.n);
	ASSERT(p);
	for (size_t k = 0; k < s.n; k++)
		p[k] = s.p[k];
	p[s.n - 1 - i] ^= 1;
	return span_of(p, s.n);
}

static veraclave_appraisal *
appraisal(const struct world *w, size_t i)
{
	veraclave_appraisal *a = world_appraisal(w);
	if (i % 5 == 4)
		CHECK(w->t, veraclave_appraisal_expect(a, VERACLAVE_NONCE, "x",
						       1) == VERACLAVE_OK);
	return a;
}

TEST(batch_says_what_each_says_alone)
{
	static const unsigned threads[] = { 0, 1, 2, 16 };
	DEFER(world_finish) struct world w;
	struct veraclave_item item[N];
	veraclave_appraisal *alone[N];
	size_t passed = 0;
	world_init(t, &w);
	world_trust(&w);
	for (size_t i = 0; i < N; i++) {
		struct span s = document(&w, i);
		item[i] = (struct veraclave_item){ appraisal(&w, i), s.p, s.n };
		alone[i] = appraisal(&w, i);
		passed += veraclave_appraise(alone[i], s.p, s.n, KIT_NOW) ==
			  VERACLAVE_PASS;
	}
	CHECK(t, passed > N / 4 && passed < N / 2);
	for (size_t k = 0; k < COUNT(threads); k++) {
		CHECK_U(t, veraclave_appraise_all(item, N, KIT_NOW, threads[k]),
			passed);
		for (size_t i = 0; i < N; i++)
			CHECK_STR(t,
				  veraclave_appraisal_json(item[i].appraisal),
				  veraclave_appraisal_json(alone[i]));
	}
	CHECK_U(t, veraclave_appraise_all(item, N, -1, 0), 0);
	CHECK(t, veraclave_appraisal_result(item[0].appraisal) ==
			 VERACLAVE_UNKNOWN);
	CHECK_U(t, veraclave_appraise_all(NULL, 0, KIT_NOW, 0), 0);
	for (size_t i = 0; i < N; i++) {
		veraclave_appraisal_free(item[i].appraisal);
		veraclave_appraisal_free(alone[i]);
	}
}

/* What passed before is no answer of now. */
TEST(batch_refuses_an_appraisal_twice)
{
	DEFER(world_finish) struct world w;
	world_init(t, &w);
	world_trust(&w);
	veraclave_appraisal *a[] = { world_appraisal(&w), world_appraisal(&w) };
	struct veraclave_item item[] = { { a[0], w.doc.p, w.doc.n },
					 { a[1], w.doc.p, w.doc.n },
					 { a[0], w.doc.p, w.doc.n } };
	CHECK_U(t, veraclave_appraise_all(item, 2, KIT_NOW, 0), 2);
	CHECK_U(t, veraclave_appraise_all(item, 3, KIT_NOW, 0), 0);
	for (size_t i = 0; i < COUNT(a); i++)
		CHECK(t, veraclave_appraisal_result(a[i]) == VERACLAVE_UNKNOWN);
	CHECK_U(t, veraclave_appraise_all(item, 2, KIT_NOW, 0), 2);
	for (size_t i = 0; i < COUNT(a); i++)
		veraclave_appraisal_free(a[i]);
}
