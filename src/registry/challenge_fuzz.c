/* For any header there is a result or a reason, and no control characters in
 * the values that we use. */
#include "base/fuzz.h"

#include "registry/challenge.h"

FUZZ(in)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct challenge c;
	if (challenge_parse(in, &a, &c, &e)) {
		ASSERT(c.bearer || (!c.realm.n && !c.service.n && !c.scope.n));
		for (size_t i = 0; i < c.realm.n; i++)
			ASSERT(c.realm.p[i] >= ' ' || c.realm.p[i] == '\t');
	} else {
		ASSERT(e.code != OK && e.msg[0]);
	}
	arena_finish(&a);
}
