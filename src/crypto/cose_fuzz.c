/* What is read is written back as the same bytes. */
#include "base/fuzz.h"

#include "codec/cbor.h"
#include "crypto/cose.h"

FUZZ(in)
{
	struct err e = { 0 };
	struct cose_sign1 s;
	DEFER(buf_free) struct buf b = buf_max(in.n + 1);
	if (!cose_parse(in, &s, &e)) {
		ASSERT(e.code == ERR_INPUT && e.msg[0]);
		return;
	}
	if (s.tagged)
		cbor_put_tag(&b, 18);
	cose_put_sign1(&b, s.header, s.payload, s.sig);
	ASSERT(span_eq(buf_view(&b), in));
	if (s.curve == EC_NONE)
		return;
	buf_clear(&b);
	cose_put_header(&b, s.curve);
	ASSERT(span_eq(buf_view(&b), s.header));
}
