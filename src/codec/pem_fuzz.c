/* A block that is read is written, and read again as the same. */
#include "base/fuzz.h"

#include "base/limits.h"
#include "codec/pem.h"

static void
again(const struct pem_block *b)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct pem_block b2;
	bool found;
	DEFER(buf_free) struct buf out = buf_max(16 * MIB);
	const char *label = arena_cstr(&a, b->label);
	ASSERT(label);
	pem_put(&out, label, b->der);
	struct span rest = buf_view(&out);
	ASSERT(pem_next(&rest, &a, &b2, &found, &e) && found && rest.n == 0);
	ASSERT(span_eq(b2.label, b->label) && span_eq(b2.der, b->der));
	ASSERT(b2.before.n == 0 && span_eq(b2.text, buf_view(&out)));
	arena_finish(&a);
}

FUZZ(in)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct span rest = in;
	struct pem_block b;
	bool found = true;
	while (found && pem_next(&rest, &a, &b, &found, &e))
		if (found)
			again(&b);
	ASSERT(!found || e.msg[0] || rest.n == 0);
	arena_finish(&a);
}
