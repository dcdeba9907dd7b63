/* What is read as hex is written back as the same text in lower case. */
#include "base/fuzz.h"

#include <string.h>

#include "codec/hex.h"

FUZZ(in)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct span out;
	if (hex_parse(in, &a, &out, &e)) {
		struct span again;
		const char *text = hex_of(&a, out);
		ASSERT(text && strlen(text) == in.n);
		ASSERT(hex_parse(span_str(text), &a, &again, &e));
		ASSERT(span_eq(out, again));
	} else {
		ASSERT(e.code != OK && e.msg[0]);
	}
	arena_finish(&a);
}
