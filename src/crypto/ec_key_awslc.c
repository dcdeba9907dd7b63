/* Keys of AWS-LC, whose P-384 is faster than OpenSSL's. This file sees that
 * library's headers, every other those of OpenSSL: the functions' names have a
 * prefix in the object code, so that both can be in one program. */
#include "crypto/ec_key.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/nid.h>

static const int nids[EC_CURVES] = {
	[EC_P256] = NID_X9_62_prime256v1,
	[EC_P384] = NID_secp384r1,
	[EC_P521] = NID_secp521r1,
};

static void
point_free(void *p)
{
	EC_POINT_free(*(EC_POINT **)p);
}

static void
sig_free(void *p)
{
	ECDSA_SIG_free(*(ECDSA_SIG **)p);
}

/* The last reason in the queue says whether the signature is wrong, out of
 * range or another's, or whether nobody could look. Empties the queue. */
static bool
is_wrong(void)
{
	uint32_t why = ERR_peek_last_error();
	int reason = ERR_GET_REASON(why);
	ERR_clear_error();
	return ERR_GET_LIB(why) == ERR_LIB_ECDSA &&
	       (reason == ECDSA_R_BAD_SIGNATURE ||
		reason == ECDSA_R_MISMATCHED_SIGNATURE);
}

static bool
bad_point(struct err *e)
{
	uint32_t why = ERR_peek_error();
	int reason = ERR_GET_REASON(why);
	bool wrong = ERR_GET_LIB(why) == ERR_LIB_EC &&
		     (reason == EC_R_POINT_IS_NOT_ON_CURVE ||
		      reason == EC_R_INVALID_ENCODING ||
		      reason == EC_R_COORDINATES_OUT_OF_RANGE);
	ERR_clear_error();
	return wrong ? err_set(e, ERR_INPUT, "not a point on the curve")
		     : err_set(e, ERR_SYS, "cannot make a key");
}

/* A key is a point beside a group that all share: there is nothing to gain from
 * another key. */
bool
ec_key_make(void **out, void *like, enum ec_curve c, struct span point,
	    struct err *e)
{
	(void)like;
	ERR_clear_error();
	EC_KEY *key = EC_KEY_new_by_curve_name(nids[c]);
	const EC_GROUP *group = key ? EC_KEY_get0_group(key) : NULL;
	DEFER(point_free) EC_POINT *p = group ? EC_POINT_new(group) : NULL;
	if (!p || EC_POINT_oct2point(group, p, point.p, point.n, NULL) != 1 ||
	    EC_KEY_set_public_key(key, p) != 1) {
		EC_KEY_free(key);
		return bad_point(e);
	}
	*out = key;
	return true;
}

bool
ec_key_share(void *key)
{
	return EC_KEY_up_ref(key) == 1;
}

void
ec_key_free(void *key)
{
	EC_KEY_free(key);
}

bool
ec_key_verify(void *key, enum ec_curve c, struct span digest, struct span sig,
	      bool *yes, struct err *e)
{
	size_t half = ec_size(c);
	DEFER(sig_free) ECDSA_SIG *s = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(sig.p, half, NULL);
	BIGNUM *v = BN_bin2bn(sig.p + half, half, NULL);
	if (!s || !r || !v || ECDSA_SIG_set0(s, r, v) != 1) {
		BN_free(r);
		BN_free(v);
		ERR_clear_error();
		return err_set(e, ERR_SYS, "cannot check a signature");
	}
	ERR_clear_error();
	*yes = ECDSA_do_verify(digest.p, digest.n, s, key) == 1;
	return *yes || is_wrong() ||
	       err_set(e, ERR_SYS, "cannot check a signature");
}
