/* A certificate that is read is the very bytes that were given, and its key
 * is usable when it is on our curves. */
#include "base/fuzz.h"

#include "crypto/x509.h"

FUZZ(in)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct x509 x;
	if (x509_parse(in, &a, &x, &e)) {
		struct ec_pub k = { 0 };
		ASSERT(span_eq(x.der, in));
		ASSERT(x.tbs.n && x.tbs.n < in.n && x.version);
		ASSERT(x.not_before_text && x.not_after_text && x.algorithm);
		ASSERT((x.curve == EC_NONE) == (x.point.n == 0));
		if (x509_pub(&x, &k, &e))
			ASSERT(x.curve == k.curve);
		ec_pub_finish(&k);
	} else {
		ASSERT(e.code != OK && e.msg[0]);
	}
	arena_finish(&a);
}
