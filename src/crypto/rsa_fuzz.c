/* A key that is taken is an RSA key to the last byte: one bit more or less is
 * another key or none. */
#include "base/fuzz.h"

#include <string.h>

#include "crypto/rsa.h"

enum { ROOM = 2048 };

FUZZ(in)
{
	static uint8_t copy[ROOM + 1];
	struct rsa_look k, more;
	struct err e = { 0 };
	bool ok = rsa_look(in, &k, &e);
	ASSERT(ok && (k.form == RSA_FORM_OTHER) == (k.kind != NULL));
	ASSERT(k.form == RSA_FORM_SPKI || (!k.bits && !k.exponent_ok));
	if (k.form != RSA_FORM_SPKI || in.n > ROOM)
		return;
	ASSERT(k.bits <= 8 * in.n);
	memcpy(copy, in.p, in.n);
	copy[in.n] = 0;
	ok = rsa_look(span_of(copy, in.n + 1), &more, &e);
	ASSERT(ok && more.form == RSA_FORM_NONE);
	ok = rsa_look(span_sub(in, 0, in.n - 1), &more, &e);
	ASSERT(ok && more.form == RSA_FORM_NONE);
}
