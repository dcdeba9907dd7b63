#include "keys/x509_write.h"

#include <openssl/evp.h>

#include <string.h>

#include "base/calendar.h"
#include "crypto/ossl.h"

/* Tags of ASN.1's basic encoding (X.690). */
enum {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BITS = 0x03,
	DER_OCTETS = 0x04,
	DER_OID = 0x06,
	DER_UTF8 = 0x0c,
	DER_PRINTABLE = 0x13,
	DER_UTC_TIME = 0x17,
	DER_TIME = 0x18,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT = 0x80,
	DER_CONSTRUCTED = 0xa0,
};
enum { CERT_MAX = 4096, KEY_ID = 20, SERIAL_MAX = 20 };

#define OID_EC_KEY     SPAN("\x2a\x86\x48\xce\x3d\x02\x01")
#define OID_SECP384R1  SPAN("\x2b\x81\x04\x00\x22")
#define OID_ECDSA_S384 SPAN("\x2a\x86\x48\xce\x3d\x04\x03\x03")

/* A value with a tag and its length in front: begin, content, end. */
static size_t
begin(struct buf *b, uint8_t tag)
{
	buf_u8(b, tag);
	return b->n;
}

static void
end(struct buf *b, size_t at)
{
	uint8_t head[3];
	size_t n = b->n - at, k = 0;
	if (b->failed)
		return;
	ASSERT(n <= 0xffff);
	if (n >= 0x100) {
		head[k++] = 0x82;
		head[k++] = (uint8_t)(n >> 8);
	} else if (n >= 0x80) {
		head[k++] = 0x81;
	}
	head[k++] = (uint8_t)n;
	buf_zero(b, k);
	if (b->failed)
		return;
	memmove(b->p + at + k, b->p + at, n);
	memcpy(b->p + at, head, k);
}

static void
put(struct buf *b, uint8_t tag, struct span s)
{
	size_t at = begin(b, tag);
	buf_span(b, s);
	end(b, at);
}

/* Big-endian and not negative. */
static void
put_integer(struct buf *b, struct span v)
{
	size_t at = begin(b, DER_INTEGER);
	while (v.n > 1 && v.p[0] == 0)
		v = span_from(v, 1);
	if (v.n == 0 || v.p[0] & 0x80)
		buf_u8(b, 0);
	buf_span(b, v);
	end(b, at);
}

static void
put_name(struct buf *b, const struct cert_name *name)
{
	size_t all = begin(b, DER_SEQUENCE);
	for (size_t i = 0; i < name->n; i++) {
		const struct cert_attr *a = &name->v[i];
		const uint8_t oid[] = { 0x55, 0x04, (uint8_t)a->kind };
		size_t set = begin(b, DER_SET), seq = begin(b, DER_SEQUENCE);
		put(b, DER_OID, span_of(oid, sizeof oid));
		put(b, a->kind == CERT_COUNTRY ? DER_PRINTABLE : DER_UTF8,
		    a->value);
		end(b, seq);
		end(b, set);
	}
	end(b, all);
}

/* UTCTime until 2049, GeneralizedTime from then on (4.1.2.5). */
static void
put_time(struct buf *b, int64_t t)
{
	struct calendar c = calendar_of(t);
	bool utc = c.year >= 1950 && c.year < 2050;
	size_t at = begin(b, utc ? DER_UTC_TIME : DER_TIME);
	if (utc)
		buf_fmt(b, "%02u", (unsigned)(c.year % 100));
	else
		buf_fmt(b, "%04u", (unsigned)c.year);
	buf_fmt(b, "%02u%02u%02u%02u%02uZ", c.month, c.day, c.hour, c.minute,
		c.second);
	end(b, at);
}

static void
put_key(struct buf *b, const struct cert_key *k)
{
	size_t info = begin(b, DER_SEQUENCE), alg = begin(b, DER_SEQUENCE);
	put(b, DER_OID, OID_EC_KEY);
	put(b, DER_OID, OID_SECP384R1);
	end(b, alg);
	size_t bits = begin(b, DER_BITS);
	buf_u8(b, 0);
	buf_put(b, k->point, sizeof k->point);
	end(b, bits);
	end(b, info);
}

static void
put_algorithm(struct buf *b)
{
	size_t at = begin(b, DER_SEQUENCE);
	put(b, DER_OID, OID_ECDSA_S384);
	end(b, at);
}

/* Contents of the extensions. */

static bool
ext_ca(struct buf *b, const struct cert *c, const struct cert_ext *x,
       struct err *e)
{
	const uint8_t n = (uint8_t)x->number;
	size_t at = begin(b, DER_SEQUENCE);
	(void)c;
	(void)e;
	put(b, DER_BOOLEAN, SPAN("\xff"));
	if (x->number >= 0)
		put(b, DER_INTEGER, span_of(&n, 1));
	end(b, at);
	return true;
}

static bool
ext_end_entity(struct buf *b, const struct cert *c, const struct cert_ext *x,
	       struct err *e)
{
	(void)c;
	(void)x;
	(void)e;
	put(b, DER_SEQUENCE, SPAN(""));
	return true;
}

/* A BIT STRING whose first bit is the highest, without zeros at its end. */
static bool
ext_usage(struct buf *b, const struct cert *c, const struct cert_ext *x,
	  struct err *e)
{
	uint8_t v[2] = { 0, 0 };
	(void)c;
	(void)e;
	for (unsigned i = 0; i < 8; i++)
		if ((unsigned)x->number >> i & 1) {
			v[0] = (uint8_t)(7 - i);
			v[1] |= (uint8_t)(0x80 >> i);
		}
	put(b, DER_BITS, span_of(v, sizeof v));
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
	put(b, DER_OCTETS, span_of(id, sizeof id));
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
	size_t at = begin(b, DER_SEQUENCE);
	put(b, DER_CONTEXT, span_of(id, sizeof id));
	end(b, at);
	return true;
}

static bool
ext_crl(struct buf *b, const struct cert *c, const struct cert_ext *x,
	struct err *e)
{
	size_t at[4];
	(void)c;
	(void)e;
	at[0] = begin(b, DER_SEQUENCE); /* distribution points */
	at[1] = begin(b, DER_SEQUENCE);
	at[2] = begin(b, DER_CONSTRUCTED); /* distributionPoint */
	at[3] = begin(b, DER_CONSTRUCTED); /* fullName */
	put(b, DER_CONTEXT | 6, x->text);  /* uniformResourceIdentifier */
	for (size_t i = COUNT(at); i-- > 0;)
		end(b, at[i]);
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
};

static bool
put_ext(struct buf *b, const struct cert *c, const struct cert_ext *x,
	struct err *e)
{
	const uint8_t oid[] = { 0x55, 0x1d, exts[x->kind].oid };
	size_t at = begin(b, DER_SEQUENCE);
	put(b, DER_OID, span_of(oid, sizeof oid));
	if (x->critical)
		put(b, DER_BOOLEAN, SPAN("\xff"));
	size_t value = begin(b, DER_OCTETS);
	if (!exts[x->kind].put(b, c, x, e))
		return false;
	end(b, value);
	end(b, at);
	return true;
}

static bool
put_exts(struct buf *b, const struct cert *c, struct err *e)
{
	size_t tag = begin(b, DER_CONSTRUCTED | 3),
	       all = begin(b, DER_SEQUENCE);
	for (size_t i = 0; i < c->exts; i++)
		if (!put_ext(b, c, &c->ext[i], e))
			return false;
	end(b, all);
	end(b, tag);
	return true;
}

/* TBSCertificate: what is signed. */
static bool
put_tbs(struct buf *b, const struct cert *c, struct err *e)
{
	size_t tbs = begin(b, DER_SEQUENCE), at = begin(b, DER_CONSTRUCTED);
	put(b, DER_INTEGER, SPAN("\x02")); /* version 3 */
	end(b, at);
	put_integer(b, c->serial);
	put_algorithm(b);
	put_name(b, &c->issuer);
	at = begin(b, DER_SEQUENCE);
	put_time(b, c->not_before);
	put_time(b, c->not_after);
	end(b, at);
	put_name(b, &c->subject);
	put_key(b, c->key);
	if (!put_exts(b, c, e))
		return false;
	end(b, tbs);
	return buf_ok(b, "a certificate", e);
}

static void
put_signature(struct buf *b, const struct ec_sig *sig)
{
	size_t half = sig->n / 2, bits = begin(b, DER_BITS), seq;
	buf_u8(b, 0);
	seq = begin(b, DER_SEQUENCE);
	put_integer(b, span_of(sig->v, half));
	put_integer(b, span_of(sig->v + half, half));
	end(b, seq);
	end(b, bits);
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
	size_t at = begin(b, DER_SEQUENCE);
	buf_span(b, buf_view(&tbs));
	put_algorithm(b);
	put_signature(b, &sig);
	end(b, at);
	return buf_ok(b, "a certificate", e);
}
