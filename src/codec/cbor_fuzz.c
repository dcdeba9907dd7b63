/* What the strict reader takes is written back as the same bytes, and the
 * lenient ones take it too, with the same meaning. */
#include "base/fuzz.h"

#include "codec/cbor_kit.h"

enum { ROOM = 1 << 22 };

static bool
run(struct span in, unsigned options, struct buf *bytes, struct buf *text)
{
	static struct cbor c;
	struct err e = { 0 };
	cbor_init(&c, in, options);
	recode(&c, bytes, text);
	cbor_check(&c, c.depth == 0, "open");
	if (!c.r.why)
		cbor_end(&c);
	bool ok = cbor_ok(&c, &e);
	ASSERT(ok || (e.code == ERR_INPUT && e.msg[0] && c.r.at <= in.n));
	return ok && !bytes->failed && !text->failed;
}

static bool
skips(struct span in, unsigned options)
{
	static struct cbor c;
	cbor_init(&c, in, options);
	struct span all = cbor_skip(&c);
	if (!c.r.why)
		cbor_end(&c);
	ASSERT(c.r.why || span_eq(all, in));
	return !c.r.why;
}

FUZZ(in)
{
	const unsigned all = CBOR_INDEFINITE_LENIENT | CBOR_WIDE_LENIENT;
	DEFER(buf_free) struct buf b = buf_max(ROOM), t = buf_max(ROOM);
	DEFER(buf_free) struct buf lb = buf_max(ROOM), lt = buf_max(ROOM);
	bool strict = run(in, CBOR_STRICT, &b, &t);
	bool lenient = run(in, all, &lb, &lt);
	if (strict) {
		ASSERT(span_eq(buf_view(&b), in));
		ASSERT(lenient && span_eq(buf_view(&t), buf_view(&lt)));
		ASSERT(skips(in, CBOR_STRICT));
	}
	if (lenient) {
		ASSERT(skips(in, all));
		buf_clear(&t);
		buf_clear(&b);
		/* Canonical but for indefinite lengths: reads the same. */
		ASSERT(run(buf_view(&lb), all, &b, &t));
		ASSERT(span_eq(buf_view(&b), buf_view(&lb)));
		ASSERT(span_eq(buf_view(&t), buf_view(&lt)));
	}
}
