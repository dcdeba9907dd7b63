/* Keys of OpenSSL. */
#include "crypto/ec_key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecerr.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/params.h>

#include <string.h>

#include "crypto/ec_ossl.h"
#include "crypto/ossl.h"

/* The first reason in OpenSSL's queue says whether the point is wrong, or
 * whether nobody could look. */
static bool
bad_point(struct err *e)
{
	unsigned long why = ERR_peek_error();
	int reason = ERR_GET_REASON(why);
	bool wrong = ERR_GET_LIB(why) == ERR_LIB_EC &&
		     (reason == EC_R_POINT_IS_NOT_ON_CURVE ||
		      reason == EC_R_INVALID_ENCODING);
	return wrong ? ossl_fail(e, ERR_INPUT, "not a point on the curve")
		     : ossl_fail(e, ERR_SYS, "cannot make a key");
}

static bool
from_point(void **out, enum ec_curve c, struct span point, struct err *e)
{
	uint8_t copy[1 + 2 * EC_SIZE_MAX];
	char group[32] = "";
	const char *name = OBJ_nid2sn(ec_nid(c));
	memcpy(copy, point.p, point.n);
	memcpy(group, name, strlen(name));
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
						 group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy,
						  point.n),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY *pkey = NULL;
	ERR_clear_error();
	DEFER(ossl_ctx)
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	if (!ctx || EVP_PKEY_fromdata_init(ctx) != 1)
		return ossl_fail(e, ERR_SYS, "cannot make a key");
	if (EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
		return bad_point(e);
	*out = pkey;
	return true;
}

/* A copy with another point takes a quarter of the time: it has the group. */
bool
ec_key_make(void **out, void *like, enum ec_curve c, struct span point,
	    struct err *e)
{
	if (!like)
		return from_point(out, c, point, e);
	ERR_clear_error();
	EVP_PKEY *pkey = EVP_PKEY_dup(like);
	if (!pkey)
		return ossl_fail(e, ERR_SYS, "no memory for a key");
	if (EVP_PKEY_set1_encoded_public_key(pkey, point.p, point.n) != 1) {
		EVP_PKEY_free(pkey);
		return bad_point(e);
	}
	*out = pkey;
	return true;
}

bool
ec_key_share(void *key)
{
	return EVP_PKEY_up_ref(key) == 1;
}

void
ec_key_free(void *key)
{
	EVP_PKEY_free(key);
}

/* A signature whose sum of points is no point is wrong (FIPS 186-5, 6.4.2);
 * OpenSSL calls that a failure. */
static bool
at_infinity(void)
{
	unsigned long why = ERR_peek_error();
	return ERR_GET_LIB(why) == ERR_LIB_EC &&
	       ERR_GET_REASON(why) == EC_R_POINT_AT_INFINITY;
}

bool
ec_key_verify(void *key, enum ec_curve c, struct span digest, struct span sig,
	      bool *yes, struct err *e)
{
	uint8_t *der = NULL;
	ERR_clear_error();
	int n = ec_der_of(c, sig, &der);
	DEFER(ossl_ctx) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	if (n <= 0 || !ctx || EVP_PKEY_verify_init(ctx) != 1) {
		OPENSSL_free(der);
		return ossl_fail(e, ERR_SYS, "cannot check a signature");
	}
	int got = EVP_PKEY_verify(ctx, der, (size_t)n, digest.p, digest.n);
	OPENSSL_free(der);
	if (got < 0 && !at_infinity())
		return ossl_fail(e, ERR_SYS, "cannot check a signature");
	ERR_clear_error();
	*yes = got == 1;
	return true;
}
