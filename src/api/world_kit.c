#include "api/world_kit.h"

void
world_init(struct test *t, struct world *w)
{
	*w = (struct world){ .t = t };
	scene(t, &w->s);
	w->doc = kit_make_doc(&t->arena, &w->s.d);
	w->root = kit_make_cert(&t->arena, &w->s.c[KIT_ROOT]);
	w->v = veraclave_verifier_new();
	CHECK(t, w->v);
}

void
world_finish(struct world *w)
{
	veraclave_verifier_free(w->v);
}

void
world_trust(struct world *w)
{
	CHECK_U(w->t,
		veraclave_verifier_add_trust(w->v, VERACLAVE_TRUST_SIM, "",
					     w->root.p, w->root.n),
		VERACLAVE_OK);
	for (unsigned i = 0; i < 3; i++) {
		struct span p = kit_pcr(&w->t->arena, i);
		CHECK_U(w->t, veraclave_verifier_add_pcr(w->v, i, p.p, p.n),
			VERACLAVE_OK);
	}
}

enum veraclave_result
world_appraise(const struct world *w, veraclave_appraisal *a)
{
	return veraclave_appraise(a, w->doc.p, w->doc.n, KIT_NOW);
}

veraclave_appraisal *
world_appraisal(const struct world *w)
{
	veraclave_appraisal *a = veraclave_appraisal_new(w->v);
	CHECK(w->t, a);
	return a;
}
