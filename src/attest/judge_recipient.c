/*
 * Can a key service encrypt to the document's public_key? AWS KMS answers
 * Decrypt and its like with RSAES_OAEP_SHA_256 to that key, which is the DER of
 * a SubjectPublicKeyInfo. AWS's SDK makes RSA-2048; what the service does with
 * other sizes is not described.
 */
#include "attest/judge.h"

#include "base/fmt.h"
#include "codec/hex.h"
#include "crypto/digest.h"
#include "crypto/rsa.h"

enum { BITS_MIN = 2048, BITS_MAX = 4096 };
static const char check[] = "recipient-key";

static void
form(struct judge *j, struct span key, const struct rsa_look *k)
{
	if (k->form == RSA_FORM_OTHER)
		judge_fail(j, check, "recipient-key-type",
			   "a key of kind %s, not RSA", show_str(k->kind).s);
	else if (k->form == RSA_FORM_PKCS1)
		judge_fail(j, check, "recipient-key-form",
			   "an RSA key without the SubjectPublicKeyInfo"
			   " around it (PKCS #1)");
	else if (span_starts(key, SPAN("-----BEGIN")))
		judge_fail(j, check, "recipient-key-form",
			   "a key in PEM form, not its DER");
	else
		judge_fail(j, check, "recipient-key-form",
			   "%zu bytes that are not a SubjectPublicKeyInfo",
			   key.n);
}

static void
size(struct judge *j, struct span key, const struct rsa_look *k)
{
	struct hash id = { 0 };
	struct err e = { 0 };
	if (k->bits < BITS_MIN || k->bits > BITS_MAX || !k->exponent_ok) {
		judge_fail(j, check, "recipient-key-size",
			   "an RSA key of %u bits with %s exponent", k->bits,
			   k->exponent_ok ? "a usual" : "an unusable");
		return;
	}
	if (k->bits != BITS_MIN && j->x->recipient == RECIPIENT_RSA_2048) {
		judge_unknown(j, check, "recipient-key-unproven",
			      "an RSA key of %u bits", k->bits);
		return;
	}
	if (!digest_of(DIGEST_SHA256, &key, 1, &id, &e)) {
		judge_err(j, check, &e);
		return;
	}
	const char *text = hex_of(j->a, hash_span(&id));
	judge_pass(j, check, "RSA-%u, key identifier %s", k->bits,
		   text ? text : "");
}

const char *const recipient_names[] = {
	[RECIPIENT_NONE] = "none",
	[RECIPIENT_RSA_2048] = "rsa-2048",
	[RECIPIENT_RSA] = "rsa",
	NULL,
};

void
judge_recipient(struct judge *j)
{
	const struct maybe *f = &j->v->doc.public_key;
	struct rsa_look k;
	struct err e = { 0 };
	if (j->x->recipient == RECIPIENT_NONE)
		return;
	if (!f->there)
		judge_fail(j, check, "recipient-key-absent",
			   "the document has none");
	else if (!rsa_look(f->v, &k, &e))
		judge_err(j, check, &e);
	else if (k.form != RSA_FORM_SPKI)
		form(j, f->v, &k);
	else
		size(j, f->v, &k);
}
