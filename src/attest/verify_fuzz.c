/* A verdict is a pass exactly when every check is, and then the registers are
 * the expected ones and the root the named one. */
#include "base/fuzz.h"

#include <string.h>

#include "attest/doc_kit.h"
#include "attest/reasons.h"
#include "attest/verify.h"

static struct anchor root;
static struct arena kept;
static struct span pcr2;

static void
once(void)
{
	struct kit_cert c[KIT_CHAIN];
	struct err e = { 0 };
	if (pcr2.n)
		return;
	kit_chain(c);
	bool ok = anchor_of(TRUST_SIM, kit_make_cert(&kept, &c[KIT_ROOT]),
			    &root, &e);
	ASSERT(ok);
	pcr2 = kit_pcr(&kept, 2);
}

FUZZ(in)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	static struct verdict v;
	bool all = true;
	once();
	struct expect x = {
		.at = KIT_NOW,
		.anchors = &root,
		.nanchors = 1,
		.max_age = EXPECT_ANY_AGE,
		.skew = EXPECT_SKEW,
		.pcrs = { .mask = 4, .v = { [2] = pcr2 } },
	};
	bool ok = verify_text(in, &x, &a, &v, &e);
	ASSERT(ok && v.n);
	for (size_t i = 0; i < v.n; i++) {
		ASSERT(v.check[i].detail);
		ASSERT((v.check[i].result == RESULT_PASS) ==
		       !strcmp(v.check[i].code, "ok"));
		all &= v.check[i].result == RESULT_PASS;
	}
	ASSERT(all == (v.result == RESULT_PASS));
	if (all)
		ASSERT(v.trust == TRUST_SIM && span_eq(v.doc.pcrs.v[2], pcr2));
	arena_finish(&a);
}
