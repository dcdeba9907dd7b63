/* A verifier, a document that passes, and the root that it stands below: for
 * tests of the public API. */
#pragma once

#include "attest/scene_kit.h"
#include "base/test.h"
#include "veraclave/verify.h"

struct world {
	struct test *t;
	struct scene s;
	struct span doc, root;
	veraclave_verifier *v;
};

void world_init(struct test *t, struct world *w);
void world_finish(struct world *w);
/* The verifier trusts the root and expects registers 0 to 2. */
void world_trust(struct world *w);
/* Appraises the document at KIT_NOW. */
enum veraclave_result world_appraise(const struct world *w,
				     veraclave_appraisal *a);
/* A new appraisal. */
veraclave_appraisal *world_appraisal(const struct world *w);
