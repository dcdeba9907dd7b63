/* For any credentials file there are entries or a reason; a helper's name is
 * one word. */
#include "base/fuzz.h"

#include <string.h>

#include "registry/cred.h"

FUZZ(in)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct reference r;
	struct cred c;
	const char *helper;
	ASSERT(reference_parse(SPAN("r.example/a"), &r, &e));
	if (cred_parse(in, &r, &a, &c, &helper, &e))
		ASSERT(!helper || !strchr(helper, '/'));
	else
		ASSERT(e.code != OK && e.msg[0]);
	IGNORE(cred_parse_helper(in, &a, &c, &e));
	arena_finish(&a);
}
