/* The way the input is cut into pieces makes no difference. */
#include "codec/unzip.h"

#include "base/buf.h"
#include "base/fuzz.h"

enum { MAX = 1 << 22 };

static bool
all(struct span in, size_t step, struct buf *out, struct err *e)
{
	DEFER(unzip_finish) struct unzip u = { .kind = UNZIP_NONE };
	struct sink k = buf_sink(out);
	if (!unzip_init(&u, unzip_guess(in), e))
		return false;
	for (; in.n; in = span_from(in, step))
		if (!unzip_put(&u, span_sub(in, 0, step), &k, e))
			return false;
	return unzip_end(&u, e);
}

FUZZ(in)
{
	DEFER(buf_free) struct buf a = buf_max(MAX), b = buf_max(MAX);
	struct err e = { 0 }, f = { 0 };
	bool ok = all(in, 7, &a, &e);
	ASSERT(ok == all(in, 1 << 20, &b, &f) || a.failed || b.failed);
	if (ok)
		ASSERT(span_eq(buf_view(&a), buf_view(&b)));
	else
		ASSERT(e.code != OK && e.msg[0]);
}
