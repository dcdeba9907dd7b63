/* Entries lie inside the archive, one behind the other, and their parts
 * inside the file. */
#include "codec/tarview.h"

#include "base/fuzz.h"

static void
check(const struct tar_entry *x, struct span in)
{
	uint64_t end = 0, touch = 0;
	ASSERT(x->name.n && x->header + 512 <= in.n);
	if (!x->sparse) {
		ASSERT(x->offset <= in.n && x->size <= in.n - x->offset);
		ASSERT(x->type == TAR_FILE || x->size == 0);
	}
	for (size_t i = 0; i < x->pieces; i++) {
		const struct tar_piece *p = &x->piece[i];
		ASSERT(p->size && p->at >= end);
		end = p->at + p->size;
		ASSERT(end <= x->size && p->offset + p->size <= in.n);
	}
	for (const struct tar_xattr *a = x->xattr; a; a = a->next) {
		ASSERT(a->name.n);
		ASSERT(!a->next || span_cmp(a->name, a->next->name) < 0);
		touch += a->value.n ? a->value.p[a->value.n - 1] : 0;
	}
	ASSERT(touch < UINT64_MAX);
}

FUZZ(in)
{
	DEFER(tar_finish) struct tarview v = { .blob = NULL };
	struct arena a = { .max = 1 << 20 };
	struct notes n = { .arena = &a };
	struct blob b = blob_of(&in);
	struct tar_entry x;
	struct err e = { 0 };
	uint64_t last = 0;
	bool more = true, ok;
	ASSERT(tar_init(&v, &b, &n, &e));
	while ((ok = tar_next(&v, &x, &more, &e)) && more) {
		ASSERT(x.header >= last);
		last = x.header + 512;
		check(&x, in);
	}
	ASSERT(ok || (e.code != OK && e.msg[0]));
	arena_finish(&a);
}
