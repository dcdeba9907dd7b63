#include "keys/x509_write.h"

#include <openssl/evp.h>

#include <string.h>

#include "codec/der.h"
#include "crypto/ossl.h"

enum { CERT_MAX = 4096, KEY_ID = 20, SERIAL_MAX = 20 };

#define OID_EC_KEY     SPAN("\x2a\x86\x48\xce\x3d\x02\x01")
#define OID_SECP384R1  SPAN("\x2b\x81\x04\x00\x22")
#define OID_ECDSA_S384 SPAN("\x2a\x86\x48\xce\x3d\x04\x03\x03")

static void
put_name(struct buf *b, const struct cert_name *name)
{
	size_t all = der_begin(b, DER_SEQUENCE);
	for (size_t i = 0; i < name->n; i++) {
		const struct cert_attr *a = &name->v[i];
		const uint8_t oid[] = { 0x55, 0x04, (uint8_t)a->kind };
		size_t set = der_begin(b, DER_SET),
		       seq = der_begin(b, DER_SEQUENCE);
		der_put(b, DER_OID, span_of(oid, sizeof oid));
		der_put(b, a->kind == CERT_COUNTRY ? DER_PRINTABLE : DER_UTF8,
			a->value);
		der_end(b, seq);
		der_end(b, set);
	}
	der_end(b, all);
}

static void
put_key(struct buf *b, const struct cert_key *k)
{
	size_t info = der_begin(b, DER_SEQUENCE),
	       alg = der_begin(b, DER_SEQUENCE);
	der_put(b, DER_OID, OID_EC_KEY);
	der_put(b, DER_OID, OID_SECP384R1);
	der_end(b, alg);
	der_put_bits(b, span_of(k->point, sizeof k->point), 0);
	der_end(b, info);
}

static void
put_algorithm(struct buf *b)
{
	size_t at = der_begin(b, DER_SEQUENCE);
	der_put(b, DER_OID, OID_ECDSA_S384);
	der_end(b, at);
}

/* Contents of the extensions. */

static bool
ext_ca(struct buf *b, const struct cert *c, const struct cert_ext *x,
       struct err *e)
{
	const uint8_t n = (uint8_t)x->number;
	size_t at = der_begin(b, DER_SEQUENCE);
	(void)c;
	(void)e;
	der_put_boolean(b, true);
	if (x->number >= 0)
		der_put(b, DER_INTEGER, span_of(&n, 1));
	der_end(b, at);
	return true;
}

static bool
ext_end_entity(struct buf *b, const struct cert *c, const struct cert_ext *x,
	       struct err *e)
{
	(void)c;
	(void)x;
	(void)e;
	der_put(b, DER_SEQUENCE, SPAN(""));
	return true;
}

/* A BIT STRING whose first bit is the highest, without zeros at its end. */
static bool
ext_usage(struct buf *b, const struct cert *c, const struct cert_ext *x,
	  struct err *e)
{
	uint8_t v = 0;
	unsigned unused = 0;
	(void)c;
	(void)e;
	for (unsigned i = 0; i < 8; i++)
		if ((unsigned)x->number >> i & 1) {
			unused = 7 - i;
			v |= (uint8_t)(0x80 >> i);
		}
	der_put_bits(b, span_of(&v, 1), unused);
	return true;
}

static bool
key_id(const struct cert_key *k, uint8_t out[KEY_ID], struct err *e)
{
	unsigned n = 0;
	uint8_t md[EVP_MAX_MD_SIZE];
	if (EVP_Digest(k->point, sizeof k->point, md, &n, EVP_sha1(), NULL) !=
		    1 ||
	    n != KEY_ID)
		return ossl_fail(e, ERR_SYS, "cannot name a key");
	memcpy(out, md, KEY_ID);
	return true;
}

static bool
ext_subject_id(struct buf *b, const struct cert *c, const struct cert_ext *x,
	       struct err *e)
{
	uint8_t id[KEY_ID];
	(void)x;
	if (!key_id(c->key, id, e))
		return false;
	der_put(b, DER_OCTETS, span_of(id, sizeof id));
	return true;
}

static bool
ext_authority_id(struct buf *b, const struct cert *c, const struct cert_ext *x,
		 struct err *e)
{
	uint8_t id[KEY_ID];
	(void)x;
	if (!key_id(c->signer, id, e))
		return false;
	size_t at = der_begin(b, DER_SEQUENCE);
	der_put(b, DER_CONTEXT, span_of(id, sizeof id));
	der_end(b, at);
	return true;
}

static bool
ext_crl(struct buf *b, const struct cert *c, const struct cert_ext *x,
	struct err *e)
{
	size_t at[4];
	(void)c;
	(void)e;
	at[0] = der_begin(b, DER_SEQUENCE); /* distribution points */
	at[1] = der_begin(b, DER_SEQUENCE);
	at[2] = der_begin(b, DER_CONSTRUCTED); /* distributionPoint */
	at[3] = der_begin(b, DER_CONSTRUCTED); /* fullName */
	der_put(b, DER_CONTEXT | 6, x->text);  /* uniformResourceIdentifier */
	for (size_t i = COUNT(at); i-- > 0;)
		der_end(b, at[i]);
	return true;
}

static bool
ext_purpose(struct buf *b, const struct cert *c, const struct cert_ext *x,
	    struct err *e)
{
	size_t at = der_begin(b, DER_SEQUENCE);
	(void)c;
	(void)e;
	der_put(b, DER_OID, x->text);
	der_end(b, at);
	return true;
}

static const struct {
	uint8_t oid; /* below 2.5.29 */
	bool (*put)(struct buf *b, const struct cert *c,
		    const struct cert_ext *x, struct err *e);
} exts[] = {
	[CERT_CA] = { 19, ext_ca },
	[CERT_END_ENTITY] = { 19, ext_end_entity },
	[CERT_KEY_USAGE] = { 15, ext_usage },
	[CERT_SUBJECT_KEY_ID] = { 14, ext_subject_id },
	[CERT_AUTHORITY_KEY_ID] = { 35, ext_authority_id },
	[CERT_CRL] = { 31, ext_crl },
	[CERT_PURPOSE] = { 37, ext_purpose },
};

static bool
put_ext(struct buf *b, const struct cert *c, const struct cert_ext *x,
	struct err *e)
{
	const uint8_t oid[] = { 0x55, 0x1d, exts[x->kind].oid };
	size_t at = der_begin(b, DER_SEQUENCE);
	der_put(b, DER_OID, span_of(oid, sizeof oid));
	if (x->critical)
		der_put_boolean(b, true);
	size_t value = der_begin(b, DER_OCTETS);
	if (!exts[x->kind].put(b, c, x, e))
		return false;
	der_end(b, value);
	der_end(b, at);
	return true;
}

static bool
put_exts(struct buf *b, const struct cert *c, struct err *e)
{
	size_t tag = der_begin(b, DER_CONSTRUCTED | 3),
	       all = der_begin(b, DER_SEQUENCE);
	for (size_t i = 0; i < c->exts; i++)
		if (!put_ext(b, c, &c->ext[i], e))
			return false;
	der_end(b, all);
	der_end(b, tag);
	return true;
}

/* TBSCertificate: what is signed. */
static bool
put_tbs(struct buf *b, const struct cert *c, struct err *e)
{
	size_t tbs = der_begin(b, DER_SEQUENCE),
	       at = der_begin(b, DER_CONSTRUCTED);
	der_put(b, DER_INTEGER, SPAN("\x02")); /* version 3 */
	der_end(b, at);
	der_put_unsigned(b, c->serial);
	put_algorithm(b);
	put_name(b, &c->issuer);
	at = der_begin(b, DER_SEQUENCE);
	der_put_time(b, c->not_before);
	der_put_time(b, c->not_after);
	der_end(b, at);
	put_name(b, &c->subject);
	put_key(b, c->key);
	if (!put_exts(b, c, e))
		return false;
	der_end(b, tbs);
	return buf_ok(b, "a certificate", e);
}

static void
put_signature(struct buf *b, const struct ec_sig *sig)
{
	size_t half = sig->n / 2, bits = der_begin(b, DER_BITS), seq;
	buf_u8(b, 0);
	seq = der_begin(b, DER_SEQUENCE);
	der_put_unsigned(b, span_of(sig->v, half));
	der_put_unsigned(b, span_of(sig->v + half, half));
	der_end(b, seq);
	der_end(b, bits);
}

bool
cert_put(struct buf *b, const struct cert *c, struct err *e)
{
	DEFER(buf_free) struct buf tbs = buf_max(CERT_MAX);
	struct ec_sig sig;
	ASSERT(c->serial.n > 0 && c->serial.n <= SERIAL_MAX);
	if (!put_tbs(&tbs, c, e) ||
	    !sign_message(&c->signer->priv, &c->signer->pub, buf_view(&tbs),
			  &sig, e))
		return false;
	size_t at = der_begin(b, DER_SEQUENCE);
	buf_span(b, buf_view(&tbs));
	put_algorithm(b);
	put_signature(b, &sig);
	der_end(b, at);
	return buf_ok(b, "a certificate", e);
}
