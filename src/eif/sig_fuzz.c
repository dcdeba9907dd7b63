/* A section that is read without remarks is written back as the same bytes. */
#include "base/fuzz.h"

#include "base/limits.h"
#include "eif/sig.h"
#include "pcrs/pcr.h"

FUZZ(in)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct notes n = { .arena = &a };
	struct eifsig s;
	enum eifsig_verdict v;
	static const uint8_t pcr0[PCR_SIZE];
	if (eifsig_parse(in, &a, &s, &n, &e)) {
		ASSERT(eifsig_check(&s, span_of(pcr0, PCR_SIZE), &v, &e));
		DEFER(buf_free) struct buf b = buf_max(4 * MIB);
		bool plain = n.n == 0 && s.index == 0 &&
			     s.value.n == PCR_SIZE &&
			     s.cose.sig.n <= EC_SIG_MAX;
		if (plain) {
			ASSERT(eifsig_write(s.pem, s.cose.curve, s.value,
					    s.cose.sig, &b, &e));
			ASSERT(span_eq(buf_view(&b), in));
		}
	} else {
		ASSERT(e.code != OK && e.msg[0]);
	}
	arena_finish(&a);
}
