/* What is read is written back as the same text. */
#include "base/fuzz.h"

#include "codec/base64.h"

FUZZ(in)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct span out;
	DEFER(buf_free) struct buf b = buf_max((size_t)1 << 24);
	if (base64_parse(in, &a, &out, &e)) {
		base64_put(&b, out);
		ASSERT(b.failed || span_eq(buf_view(&b), in));
	} else {
		ASSERT(e.code != OK && e.msg[0]);
	}
	arena_finish(&a);
}
