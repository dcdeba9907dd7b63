#include "crypto/public_key.h"

#include "base/fmt.h"
#include "codec/pem.h"

static bool
holds(struct span s, struct span what)
{
	for (; s.n >= what.n; s = span_from(s, 1))
		if (span_starts(s, what))
			return true;
	return false;
}

static bool private(struct err *e)
{
	err_set(e, ERR_REFUSED,
		"this is a private key: whoever asks for a document would get"
		" it");
	err_id(e, "key-private");
	return err_hint(e, "give its public half: openssl pkey -in KEY -pubout"
			   " -outform DER");
}

/* PKCS #8, PKCS #1 and SEC 1 private keys begin with a version of 0 or 1;
 * a public key's first member is a SEQUENCE, or a number of many bytes. */
static bool
private_der(struct span s)
{
	size_t at = s.n > 1 && s.p[1] & 0x80 ? 2 + (s.p[1] & 0x7fu) : 2;
	return s.n > at + 3 && s.p[0] == 0x30 && s.p[at] == 2 &&
	       s.p[at + 1] == 1 && s.p[at + 2] <= 1;
}

bool
public_key_read(struct span in, struct arena *a, struct span *out,
		struct err *e)
{
	struct span rest = in;
	struct pem_block b;
	bool found = false;
	*out = in;
	if (private_der(in))
		return private(e);
	if (!holds(in, SPAN("-----BEGIN ")))
		return true;
	if (holds(in, SPAN("PRIVATE KEY-----")))
		return private(e);
	if (!pem_next(&rest, a, &b, &found, e))
		return false;
	if (found && span_is(b.label, "PUBLIC KEY")) {
		*out = b.der;
		return true;
	}
	err_set(e, ERR_INPUT, "PEM of %s, where a public key is wanted",
		found ? show(b.label).s : "nothing");
	return err_hint(e, "give a block PUBLIC KEY, or the key's bytes");
}
