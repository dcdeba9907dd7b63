/* Signatures in DER that are read are written back as the same bytes; text
 * that is no key is refused with a reason. */
#include "base/fuzz.h"

#include "keys/sign.h"

FUZZ(in)
{
	struct err e = { 0 };
	for (unsigned c = EC_P256; c <= EC_P521; c++) {
		struct arena a = { 0 };
		struct ec_sig sig;
		struct span der;
		if (ec_sig_from_der(c, in, &sig, &e)) {
			struct span raw = ec_sig_span(&sig);
			ASSERT(sig.n == 2 * ec_size(c));
			ASSERT(ec_sig_to_der(c, raw, &a, &der, &e));
			ASSERT(span_eq(der, in));
		}
		arena_finish(&a);
	}
	struct sign_key k;
	e = (struct err){ 0 };
	if (sign_key_from_pem(&k, in, SPAN("x"), &e))
		ASSERT(k.curve != EC_NONE && k.deterministic);
	else
		ASSERT(e.code != OK && e.msg[0] && !k.pkey);
	sign_key_finish(&k);
}
