/* The full text of a reference is parsed as the same reference. */
#include "base/fuzz.h"

#include <string.h>

#include "oci/reference.h"

FUZZ(in)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct reference r, again;
	if (reference_parse(in, &r, &e)) {
		const char *text = reference_text(&a, &r);
		ASSERT(text && reference_parse(span_str(text), &again, &e));
		const char *twice = reference_text(&a, &again);
		ASSERT(twice && strcmp(text, twice) == 0);
		ASSERT(!memchr(text, ' ', strlen(text)));
		/* a tag may contain "..", the parts that become a path may not
		 */
		ASSERT(!memmem(r.host.p, r.host.n, "..", 2));
		ASSERT(!memmem(r.name.p, r.name.n, "..", 2));
	} else {
		ASSERT(e.code == ERR_USAGE && e.msg[0]);
	}
	arena_finish(&a);
}
