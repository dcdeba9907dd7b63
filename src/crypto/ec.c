#include "crypto/ec.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>

#include <string.h>

#include "crypto/ec_key.h"
#include "crypto/ec_ossl.h"
#include "crypto/ossl.h"

/* The groups' orders: FIPS 186-5's curves in SP 800-186, 3.2.1. */
#define ORDER_P256                                         \
	"\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff" \
	"\xff\xff\xff\xff\xbc\xe6\xfa\xad\xa7\x17\x9e\x84" \
	"\xf3\xb9\xca\xc2\xfc\x63\x25\x51"
#define ORDER_P384                                         \
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" \
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" \
	"\xc7\x63\x4d\x81\xf4\x37\x2d\xdf\x58\x1a\x0d\xb2" \
	"\x48\xb0\xa7\x7a\xec\xec\x19\x6a\xcc\xc5\x29\x73"
#define ORDER_P521                                         \
	"\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" \
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff" \
	"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfa\x51\x86" \
	"\x87\x83\xbf\x2f\x96\x6b\x7f\xcc\x01\x48\xf7\x09" \
	"\xa5\xd0\x3b\xb5\xc9\xb8\x89\x9c\x47\xae\xbb\x6f" \
	"\xb7\x1e\x91\x38\x64\x09"

static const struct {
	const char *name, *group, *order;
	int nid;
	size_t size;
	enum digest_kind digest;
} curves[EC_CURVES] = {
	[EC_NONE] = { "none", "", "", NID_undef, 0, DIGEST_SHA256 },
	[EC_P256] = { "P-256", SN_X9_62_prime256v1, ORDER_P256,
		      NID_X9_62_prime256v1, 32, DIGEST_SHA256 },
	[EC_P384] = { "P-384", SN_secp384r1, ORDER_P384, NID_secp384r1, 48,
		      DIGEST_SHA384 },
	[EC_P521] = { "P-521", SN_secp521r1, ORDER_P521, NID_secp521r1, 66,
		      DIGEST_SHA512 },
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

static bool
make(struct ec_pub *k, const struct ec_pub *like, enum ec_curve c,
     struct span point, struct err *e)
{
	ASSERT(c != EC_NONE);
	*k = (struct ec_pub){ 0 };
	void *key = NULL;
	void *other = like && like->curve == c ? like->pkey : NULL;
	if (point.n != 1 + 2 * ec_size(c) || point.p[0] != 4)
		return err_set(e, ERR_INPUT, "not an uncompressed %s point",
			       ec_curve_name(c));
	if (!ec_key_make(&key, other, c, point, e))
		return false;
	*k = (struct ec_pub){ .pkey = key, .curve = c };
	return true;
}

bool
ec_pub_from_point(struct ec_pub *k, enum ec_curve c, struct span point,
		  struct err *e)
{
	return make(k, NULL, c, point, e);
}

bool
ec_pub_like(struct ec_pub *k, const struct ec_pub *like, enum ec_curve c,
	    struct span point, struct err *e)
{
	return make(k, like, c, point, e);
}

bool
ec_pub_share(struct ec_pub *k, const struct ec_pub *from)
{
	*k = (struct ec_pub){ 0 };
	if (!ec_key_share(from->pkey))
		return false;
	*k = *from;
	return true;
}

void
ec_pub_finish(struct ec_pub *k)
{
	ec_key_free(k->pkey);
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

bool
ec_verify_digest(const struct ec_pub *k, struct span digest, struct span sig,
		 struct err *e)
{
	if (sig.n != 2 * ec_size(k->curve))
		return err_set(e, ERR_REFUSED,
			       "a signature of %zu bytes where %s has %zu",
			       sig.n, ec_curve_name(k->curve),
			       2 * ec_size(k->curve));
	bool yes;
	if (!ec_key_verify(k->pkey, k->curve, digest, sig, &yes, e))
		return false;
	return yes ||
	       err_set(e, ERR_REFUSED,
		       "the signature was not made with this %s key over these"
		       " bytes",
		       ec_curve_name(k->curve));
}

int
ec_der_of(enum ec_curve c, struct span sig, uint8_t **der)
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

/* The number in big-endian order, when 0 < number < the group's order. */
static bool
number_of(enum ec_curve c, const BIGNUM *number, uint8_t *out)
{
	int n = (int)ec_size(c);
	return !BN_is_zero(number) && !BN_is_negative(number) &&
	       BN_bn2binpad(number, out, n) == n &&
	       memcmp(out, curves[c].order, ec_size(c)) < 0;
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
	size_t half = ec_size(c);
	struct ec_sig got = { .n = 2 * half };
	ERR_clear_error();
	DEFER(ossl_sig)
	ECDSA_SIG *s = der.n <= 2 * EC_SIG_MAX
			       ? d2i_ECDSA_SIG(NULL, &p, (long)der.n)
			       : NULL;
	bool good = s && is_der(s, der);
	if (!good && ossl_no_memory())
		return ossl_fail(e, ERR_SYS, "cannot read a signature");
	ERR_clear_error();
	if (!good)
		return err_set(e, ERR_INPUT, "not a DER ECDSA signature");
	if (!number_of(c, ECDSA_SIG_get0_r(s), got.v) ||
	    !number_of(c, ECDSA_SIG_get0_s(s), got.v + half))
		return err_set(e, ERR_INPUT,
			       "not a signature on %s: r or s out of range",
			       ec_curve_name(c));
	*out = got;
	return true;
}

bool
ec_sig_to_der(enum ec_curve c, struct span sig, struct arena *a,
	      struct span *out, struct err *e)
{
	uint8_t *der = NULL;
	int n = sig.n == 2 * ec_size(c) ? ec_der_of(c, sig, &der) : -1;
	if (sig.n != 2 * ec_size(c))
		return err_set(e, ERR_INPUT, "not a signature on %s",
			       ec_curve_name(c));
	if (n <= 0)
		return ossl_fail(e, ERR_SYS, "cannot write a signature");
	*out = arena_dup(a, span_of(der, (size_t)n));
	OPENSSL_free(der);
	return out->p || err_full(e, "a signature");
}

struct span
ec_sig_span(const struct ec_sig *s)
{
	return span_of(s->v, s->n);
}
