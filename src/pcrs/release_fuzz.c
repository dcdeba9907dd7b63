/* Values that are read are whole; an environment that is read is written, and
 * read again as the same. */
#include "base/fuzz.h"

#include <string.h>

#include "pcrs/environment.h"

enum { ROOM = 16 << 20 };

/* Malformed, or nested too deep and the like. */
static bool
refused(const struct err *e)
{
	return (e->code == ERR_INPUT || e->code == ERR_LIMIT) && e->msg[0];
}

static void
whole(const struct release *r)
{
	ASSERT(r->name && r->name[0]);
	for (unsigned i = 0; i < PCR_COUNT; i++)
		ASSERT(!(r->pcrs.mask >> i & 1) || r->pcrs.v[i].n == PCR_SIZE);
}

static void
again(const struct environment *v, struct arena *a)
{
	DEFER(buf_free) struct buf one = buf_max(ROOM), two = buf_max(ROOM);
	struct environment w;
	struct err e = { 0 };
	if (!environment_put(&one, v, &e))
		return; /* larger than the room */
	bool ok = environment_parse(buf_view(&one), a, &w, &e) &&
		  environment_put(&two, &w, &e);
	ASSERT(ok && w.n == v->n);
	ASSERT(span_eq(buf_view(&one), buf_view(&two)));
}

FUZZ(in)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct release r = { 0 };
	struct environment v = { 0 };
	if (release_parse(in, "file", &a, &r, &e)) {
		whole(&r);
		ASSERT((r.pcrs.mask & 7) == 7 ||
		       (r.pcrs.mask == 0x100 && !span_is_zero(r.pcrs.v[8])));
	} else {
		ASSERT(refused(&e) && !r.pcrs.mask);
	}
	if (environment_parse(in, &a, &v, &e)) {
		for (size_t i = 0; i < v.n; i++)
			whole(&v.v[i]);
		again(&v, &a);
	} else {
		ASSERT(refused(&e));
	}
	arena_finish(&a);
}
