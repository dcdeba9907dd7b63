#include "crypto/x509.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include <string.h>

#include "base/limits.h"
#include "codec/der.h"
#include "codec/pem.h"
#include "crypto/ec_ossl.h"
#include "crypto/ossl.h"
#include "crypto/x509_asn1.h"
#include "crypto/x509_ext.h"

enum { OID_TEXT = 128 };

static bool
full(struct err *e)
{
	return ossl_full(e, "a certificate");
}

/* "commonName", or "1.2.3" for what OpenSSL has no name for. */
static const char *
attr_name(const ASN1_OBJECT *o, struct arena *a)
{
	char oid[OID_TEXT];
	int nid = OBJ_obj2nid(o);
	if (nid != NID_undef)
		return OBJ_nid2ln(nid);
	int n = OBJ_obj2txt(oid, sizeof(oid), o, 1);
	if (n < 0)
		return NULL;
	return arena_cstr(a, span_of(oid, n < OID_TEXT ? (size_t)n : 0));
}

static bool
read_attr(const X509_NAME_ENTRY *in, struct arena *a, struct x509_attr *out,
	  struct err *e)
{
	uint8_t *utf8 = NULL;
	int n = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(in));
	if (n < 0)
		return ossl_fail(e, ERR_INPUT, "a name that is no text");
	out->value = arena_dup(a, span_of(utf8, (size_t)n));
	OPENSSL_free(utf8);
	out->name = attr_name(X509_NAME_ENTRY_get_object(in), a);
	return (out->value.p && out->name) || full(e);
}

static bool
read_name(const X509_NAME *in, struct arena *a, struct x509_name *out,
	  struct err *e)
{
	const unsigned char *der = NULL;
	size_t len = 0;
	int n = X509_NAME_entry_count(in);
	if (n < 0 || X509_NAME_get0_der(in, &der, &len) != 1)
		return ossl_fail(e, ERR_INPUT, "a malformed name");
	struct x509_attr *v = NEW(a, struct x509_attr, (size_t)n);
	out->der = arena_dup(a, span_of(der, len));
	if (!v || !out->der.p)
		return full(e);
	for (int i = 0; i < n; i++)
		if (!read_attr(X509_NAME_get_entry(in, i), a, &v[i], e))
			return false;
	out->v = v;
	out->n = (size_t)n;
	return true;
}

/* RFC 5280's forms alone (4.1.2.5): others write more, and readers differ
 * about it. */
static bool
read_time(const ASN1_TIME *in, struct arena *a, int64_t *out, const char **text,
	  struct err *e)
{
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr",
					  "May", "Jun", "Jul", "Aug",
					  "Sep", "Oct", "Nov", "Dec" };
	struct calendar c;
	struct span text_in = span_of(ASN1_STRING_get0_data(in),
				      (size_t)ASN1_STRING_length(in));
	uint8_t tag = (uint8_t)ASN1_STRING_type(in);
	if (!der_time_parse(tag, text_in, &c))
		return err_set(e, ERR_INPUT, "a malformed time");
	*out = calendar_seconds(&c);
	*text = arena_fmt(a, "%s %2u %02u:%02u:%02u %u GMT",
			  months[c.month - 1], c.day, c.hour, c.minute,
			  c.second, (unsigned)c.year);
	return *text || full(e);
}

/* The key's bits as they are, for our curves in their named form. */
static bool
read_key(const struct asn1_key *key, struct arena *a, struct x509 *out,
	 struct err *e)
{
	static const enum ec_curve known[] = { EC_P256, EC_P384, EC_P521 };
	const unsigned char *bits = ASN1_STRING_get0_data(key->bits);
	int n = ASN1_STRING_length(key->bits), kind = 0;
	const ASN1_OBJECT *type = NULL;
	const void *param = NULL;
	X509_ALGOR_get0(&type, &kind, &param, key->algor);
	if (OBJ_obj2nid(type) != NID_X9_62_id_ecPublicKey ||
	    kind != V_ASN1_OBJECT)
		return true;
	for (size_t i = 0; i < COUNT(known); i++) {
		if (OBJ_obj2nid(param) != ec_nid(known[i]) || n < 1 ||
		    (size_t)n != 1 + 2 * ec_size(known[i]) || bits[0] != 4)
			continue;
		out->curve = known[i];
		out->point = arena_dup(a, span_of(bits, (size_t)n));
		return out->point.p || full(e);
	}
	return true;
}

static bool
read_signature(const struct asn1_cert *x, struct arena *a, struct x509 *out,
	       struct err *e)
{
	const ASN1_BIT_STRING *sig = x->signature;
	const ASN1_OBJECT *type = NULL;
	long version = ASN1_INTEGER_get(x->tbs->version);
	if (version < 0 || version > 2)
		return err_set(e, ERR_INPUT, "a version that X.509 has not");
	X509_ALGOR_get0(&type, NULL, NULL, x->algor);
	out->algorithm = attr_name(type, a);
	out->signature = arena_dup(a, span_of(ASN1_STRING_get0_data(sig),
					      (size_t)ASN1_STRING_length(sig)));
	out->algorithm_twice = X509_ALGOR_cmp(x->algor, x->tbs->algor) == 0;
	out->version = (unsigned)version + 1;
	const ASN1_INTEGER *serial = x->tbs->serial;
	out->serial = arena_dup(a, span_of(ASN1_STRING_get0_data(serial),
					   (size_t)ASN1_STRING_length(serial)));
	return (out->algorithm && out->signature.p && out->serial.p) || full(e);
}

/* PCR8 measures the bytes that it came from, others those it encodes to. */
static bool
is_der(const struct asn1_cert *x, struct span der)
{
	uint8_t *again = NULL;
	int n = asn1_cert_write(x, &again);
	return ossl_same(again, n, der);
}

/* The first of the three values inside of the certificate. */
static struct span
tbs_of(struct span der)
{
	struct reader r = rd_from(der);
	der_enter(&r, DER_SEQUENCE);
	return der_any(&r);
}

static bool
read_all(const struct asn1_cert *x, struct arena *a, struct x509 *out,
	 struct err *e)
{
	const struct asn1_tbs *t = x->tbs;
	return read_name(t->subject, a, &out->subject, e) &&
	       read_name(t->issuer, a, &out->issuer, e) &&
	       read_time(t->validity->from, a, &out->not_before,
			 &out->not_before_text, e) &&
	       read_time(t->validity->to, a, &out->not_after,
			 &out->not_after_text, e) &&
	       read_signature(x, a, out, e) && read_key(t->key, a, out, e) &&
	       x509_read_rules(t->extensions, a, &out->rules, e);
}

bool
x509_parse(struct span der, struct arena *a, struct x509 *out, struct err *e)
{
	struct x509 got = { 0 };
	if (der.n > LIMIT_PEM)
		return err_set(e, ERR_LIMIT, "a certificate of %zu bytes",
			       der.n);
	ERR_clear_error();
	DEFER(asn1_cert_free)
	struct asn1_cert *x = asn1_cert_read(der.p, (long)der.n);
	if (!x || !is_der(x, der))
		return ossl_fail(e, ERR_INPUT,
				 "not an X.509 certificate in"
				 " DER");
	got.der = arena_dup(a, der);
	if (!got.der.p)
		return full(e);
	got.tbs = tbs_of(got.der);
	if (!read_all(x, a, &got, e))
		return err_ctx(e, "certificate");
	ERR_clear_error();
	*out = got;
	return true;
}

static void
copy_text(const char **text, struct arena *a)
{
	if (*text)
		*text = arena_cstr(a, span_str(*text));
}

static void
copy_name(struct x509_name *n, struct arena *a)
{
	struct x509_attr *v = NEW(a, struct x509_attr, n->n);
	n->der = arena_dup(a, n->der);
	for (size_t i = 0; v && i < n->n; i++) {
		v[i] = n->v[i];
		copy_text(&v[i].name, a);
		v[i].value = arena_dup(a, v[i].value);
	}
	n->v = v;
}

bool
x509_copy(const struct x509 *x, struct arena *a, struct x509 *out,
	  struct err *e)
{
	struct x509 c = *x;
	c.der = arena_dup(a, x->der);
	if (c.der.p)
		c.tbs.p = c.der.p + (x->tbs.p - x->der.p);
	copy_name(&c.subject, a);
	copy_name(&c.issuer, a);
	copy_text(&c.not_before_text, a);
	copy_text(&c.not_after_text, a);
	copy_text(&c.algorithm, a);
	copy_text(&c.rules.unknown_critical, a);
	copy_text(&c.rules.broken, a);
	struct span *const bytes[] = { &c.serial, &c.signature, &c.point };
	for (size_t i = 0; i < COUNT(bytes); i++)
		*bytes[i] = arena_dup(a, *bytes[i]);
	if (a->failed)
		return full(e);
	*out = c;
	return true;
}

bool
x509_parse_pem(struct span pem, struct arena *a, struct x509 *out,
	       struct err *e)
{
	struct pem_block b;
	bool found = true;
	while (found) {
		if (!pem_next(&pem, a, &b, &found, e))
			return false;
		if (found && span_is(b.label, "CERTIFICATE"))
			return x509_parse(b.der, a, out, e);
	}
	err_set(e, ERR_INPUT, "no certificate in PEM form");
	return err_hint(e, "a certificate file has a line"
			   " -----BEGIN CERTIFICATE-----");
}

bool
x509_parse_file(struct span in, struct arena *a, struct x509 *out,
		struct err *e)
{
	bool der = in.n && in.p[0] == DER_SEQUENCE;
	return der ? x509_parse(in, a, out, e) : x509_parse_pem(in, a, out, e);
}

bool
x509_pub(const struct x509 *x, struct ec_pub *k, struct err *e)
{
	return x509_pub_like(x, NULL, k, e);
}

bool
x509_pub_like(const struct x509 *x, const struct ec_pub *like, struct ec_pub *k,
	      struct err *e)
{
	if (x->curve != EC_NONE)
		return ec_pub_like(k, like, x->curve, x->point, e);
	*k = (struct ec_pub){ 0 };
	err_set(e, ERR_INPUT,
		"the certificate's key is not an EC key on P-256,"
		" P-384 or P-521");
	return err_hint(e, "Nitro Enclaves images are signed with such keys"
			   " only");
}

bool
x509_signed_by(const struct x509 *x, const struct ec_pub *issuer, struct err *e)
{
	static const struct {
		const char *name;
		enum digest_kind digest;
	} algs[] = {
		{ "ecdsa-with-SHA256", DIGEST_SHA256 },
		{ "ecdsa-with-SHA384", DIGEST_SHA384 },
		{ "ecdsa-with-SHA512", DIGEST_SHA512 },
	};
	struct err why = { 0 };
	struct ec_sig sig;
	struct hash h;
	size_t i = 0;
	while (i < COUNT(algs) && strcmp(algs[i].name, x->algorithm) != 0)
		i++;
	if (i == COUNT(algs))
		return err_set(e, ERR_REFUSED,
			       "signed with %s, which is not"
			       " ECDSA with SHA-2",
			       x->algorithm);
	if (!ec_sig_from_der(issuer->curve, x->signature, &sig, &why))
		return err_set(e,
			       why.code == ERR_INPUT ? ERR_REFUSED : why.code,
			       "its signature: %s", why.msg);
	return digest_of(algs[i].digest, &x->tbs, 1, &h, e) &&
	       ec_verify_digest(issuer, hash_span(&h), ec_sig_span(&sig), e);
}

enum x509_when
x509_when(const struct x509 *x, int64_t at)
{
	if (at < x->not_before)
		return X509_NOT_YET;
	return at > x->not_after ? X509_EXPIRED : X509_VALID;
}
