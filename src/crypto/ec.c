#include "crypto/ec.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/params.h>

#include <string.h>

#include "crypto/ecdsa.h"
#include "crypto/ossl.h"

static const struct {
	const char *name, *group;
	int nid;
	size_t size;
	enum digest_kind digest;
} curves[EC_CURVES] = {
	[EC_NONE] = { "none", "", NID_undef, 0, DIGEST_SHA256 },
	[EC_P256] = { "P-256", SN_X9_62_prime256v1, NID_X9_62_prime256v1, 32,
		      DIGEST_SHA256 },
	[EC_P384] = { "P-384", SN_secp384r1, NID_secp384r1, 48, DIGEST_SHA384 },
	[EC_P521] = { "P-521", SN_secp521r1, NID_secp521r1, 66, DIGEST_SHA512 },
};

const char *
ec_curve_name(enum ec_curve c)
{
	return curves[c].name;
}

size_t
ec_size(enum ec_curve c)
{
	return curves[c].size;
}

enum digest_kind
ec_digest(enum ec_curve c)
{
	ASSERT(c != EC_NONE);
	return curves[c].digest;
}

int
ec_nid(enum ec_curve c)
{
	return curves[c].nid;
}

enum ec_curve
ec_curve_of(const void *pkey)
{
	char group[64];
	if (EVP_PKEY_get_base_id(pkey) != EVP_PKEY_EC ||
	    EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) != 1)
		return EC_NONE;
	for (unsigned c = EC_P256; c < COUNT(curves); c++)
		if (strcmp(group, curves[c].group) == 0)
			return (enum ec_curve)c;
	return EC_NONE;
}

bool
ec_pub_from_point(struct ec_pub *k, enum ec_curve c, struct span point,
		  struct err *e)
{
	ASSERT(c != EC_NONE);
	*k = (struct ec_pub){ 0 };
	uint8_t copy[1 + 2 * EC_SIZE_MAX];
	char group[32] = "";
	if (point.n != 1 + 2 * ec_size(c) || point.p[0] != 4)
		return err_set(e, ERR_INPUT, "not an uncompressed %s point",
			       ec_curve_name(c));
	memcpy(copy, point.p, point.n);
	memcpy(group, curves[c].group, strlen(curves[c].group));
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
						 group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy,
						  point.n),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY *pkey = NULL;
	DEFER(ossl_ctx)
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	if (!ctx || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
		return ossl_fail(e, ERR_INPUT, "not a point on the curve");
	*k = (struct ec_pub){ .pkey = pkey, .curve = c };
	return true;
}

void
ec_pub_finish(struct ec_pub *k)
{
	EVP_PKEY_free(k->pkey);
	*k = (struct ec_pub){ 0 };
}

bool
ec_verify(const struct ec_pub *k, struct span message, struct span sig,
	  struct err *e)
{
	struct hash h;
	if (!digest_of(ec_digest(k->curve), &message, 1, &h, e))
		return false;
	return ec_verify_digest(k, hash_span(&h), sig, e);
}

/* DER of r and s; the caller frees it. */
static int
der_of(enum ec_curve c, struct span sig, uint8_t **der)
{
	int half = (int)ec_size(c), n = -1;
	DEFER(ossl_sig) ECDSA_SIG *s = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(sig.p, half, NULL);
	BIGNUM *v = BN_bin2bn(sig.p + half, half, NULL);
	if (s && r && v && ECDSA_SIG_set0(s, r, v) == 1)
		return i2d_ECDSA_SIG(s, der);
	BN_free(r);
	BN_free(v);
	return n;
}

bool
ec_verify_digest(const struct ec_pub *k, struct span digest, struct span sig,
		 struct err *e)
{
	if (sig.n != 2 * ec_size(k->curve))
		return err_set(e, ERR_REFUSED,
			       "a signature of %zu bytes where %s has %zu",
			       sig.n, ec_curve_name(k->curve),
			       2 * ec_size(k->curve));
	uint8_t *der = NULL;
	int n = der_of(k->curve, sig, &der);
	DEFER(ossl_ctx) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(k->pkey, NULL);
	if (n <= 0 || !ctx || EVP_PKEY_verify_init(ctx) != 1) {
		OPENSSL_free(der);
		return ossl_fail(e, ERR_SYS, "cannot check a signature");
	}
	int yes = EVP_PKEY_verify(ctx, der, (size_t)n, digest.p, digest.n);
	OPENSSL_free(der);
	ERR_clear_error();
	return yes == 1 ||
	       err_set(e, ERR_REFUSED,
		       "the signature was not made with this %s key over these"
		       " bytes",
		       ec_curve_name(k->curve));
}

static bool
in_range(enum ec_curve c, const BIGNUM *r, const BIGNUM *s)
{
	DEFER(ossl_group)
	EC_GROUP *g = EC_GROUP_new_by_curve_name(curves[c].nid);
	const BIGNUM *q = g ? EC_GROUP_get0_order(g) : NULL;
	return q && !BN_is_zero(r) && !BN_is_negative(r) && BN_cmp(r, q) < 0 &&
	       !BN_is_zero(s) && !BN_is_negative(s) && BN_cmp(s, q) < 0;
}

/* Does the value encode to the very bytes that it was read from? */
static bool
is_der(const ECDSA_SIG *s, struct span der)
{
	uint8_t *again = NULL;
	int n = i2d_ECDSA_SIG(s, &again);
	bool same = n > 0 && span_eq(span_of(again, (size_t)n), der);
	OPENSSL_free(again);
	return same;
}

bool
ec_sig_from_der(enum ec_curve c, struct span der, struct ec_sig *out,
		struct err *e)
{
	const uint8_t *p = der.p;
	int half = (int)ec_size(c);
	DEFER(ossl_sig)
	ECDSA_SIG *s = der.n <= 2 * EC_SIG_MAX
			       ? d2i_ECDSA_SIG(NULL, &p, (long)der.n)
			       : NULL;
	ERR_clear_error();
	if (!s || !is_der(s, der))
		return err_set(e, ERR_INPUT, "not a DER ECDSA signature");
	if (!in_range(c, ECDSA_SIG_get0_r(s), ECDSA_SIG_get0_s(s)))
		return err_set(e, ERR_INPUT,
			       "not a signature on %s: r or s out of range",
			       ec_curve_name(c));
	*out = (struct ec_sig){ .n = 2 * (size_t)half };
	if (BN_bn2binpad(ECDSA_SIG_get0_r(s), out->v, half) == half &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(s), out->v + half, half) == half)
		return true;
	return ossl_fail(e, ERR_BUG, "a number that does not fit its curve");
}

bool
ec_sig_to_der(enum ec_curve c, struct span sig, struct arena *a,
	      struct span *out, struct err *e)
{
	uint8_t *der = NULL;
	int n = sig.n == 2 * ec_size(c) ? der_of(c, sig, &der) : -1;
	if (n <= 0)
		return err_set(e, ERR_INPUT, "not a signature on %s",
			       ec_curve_name(c));
	*out = arena_dup(a, span_of(der, (size_t)n));
	OPENSSL_free(der);
	return out->p || err_full(e, "a signature");
}

struct span
ec_sig_span(const struct ec_sig *s)
{
	return span_of(s->v, s->n);
}
