/* Key pairs for the certificate writer. */
#include "keys/x509_write.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include "codec/pem.h"
#include "keys/ecdsa.h"
#include "crypto/ec_ossl.h"
#include "crypto/ossl.h"

static void
params_free(OSSL_PARAM **p)
{
	OSSL_PARAM_free(*p);
}

static void
build_free(OSSL_PARAM_BLD **p)
{
	OSSL_PARAM_BLD_free(*p);
}

static void
p8_free(PKCS8_PRIV_KEY_INFO **p)
{
	PKCS8_PRIV_KEY_INFO_free(*p);
}

void
cert_key_finish(struct cert_key *k)
{
	sign_key_finish(&k->priv);
	ec_pub_finish(&k->pub);
	*k = (struct cert_key){ 0 };
}

/* Fills in the public half of a key whose private one is there. */
static bool
complete(struct cert_key *k, struct err *e)
{
	size_t n = 0;
	struct span point = span_of(k->point, sizeof k->point);
	if (k->priv.curve != EC_P384)
		return err_set(e, ERR_INPUT, "the key is on %s, not on P-384",
			       ec_curve_name(k->priv.curve));
	if (EVP_PKEY_get_octet_string_param(k->priv.pkey,
					    OSSL_PKEY_PARAM_PUB_KEY, k->point,
					    sizeof k->point, &n) != 1 ||
	    n != sizeof k->point)
		return ossl_fail(e, ERR_SYS, "cannot use the key");
	return ec_pub_from_point(&k->pub, EC_P384, point, e);
}

bool
cert_key_from_pem(struct cert_key *k, struct span pem, struct err *e)
{
	*k = (struct cert_key){ 0 };
	if (sign_key_from_pem(&k->priv, pem, (struct span){ 0 }, e) &&
	    complete(k, e))
		return true;
	cert_key_finish(k);
	return false;
}

/* x = seed mod (q - 1) + 1, and the point x G, uncompressed. */
static bool
derive(const uint8_t *seed, BIGNUM *x, uint8_t *point, size_t room)
{
	DEFER(ossl_group)
	EC_GROUP *g = EC_GROUP_new_by_curve_name(ec_nid(EC_P384));
	DEFER(ossl_point) EC_POINT *p = g ? EC_POINT_new(g) : NULL;
	DEFER(ossl_bnctx) BN_CTX *ctx = BN_CTX_secure_new();
	DEFER(ossl_bn) BIGNUM *q1 = g ? BN_dup(EC_GROUP_get0_order(g)) : NULL;
	if (!p || !ctx || !q1 || BN_sub_word(q1, 1) != 1 ||
	    !BN_bin2bn(seed, CERT_KEY_SEED, x) ||
	    BN_nnmod(x, x, q1, ctx) != 1 || BN_add_word(x, 1) != 1)
		return false;
	BN_set_flags(x, BN_FLG_CONSTTIME);
	return EC_POINT_mul(g, p, x, NULL, NULL, ctx) == 1 &&
	       EC_POINT_point2oct(g, p, POINT_CONVERSION_UNCOMPRESSED, point,
				  room, ctx) == room;
}

static EVP_PKEY *
pair_of(const BIGNUM *x, const uint8_t *point, size_t n)
{
	EVP_PKEY *pkey = NULL;
	DEFER(build_free) OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
	DEFER(ossl_ctx)
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	if (!b || !ctx ||
	    OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME,
					    "secp384r1", 0) != 1 ||
	    OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_PRIV_KEY, x) != 1 ||
	    OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY, point,
					     n) != 1)
		return NULL;
	DEFER(params_free) OSSL_PARAM *p = OSSL_PARAM_BLD_to_param(b);
	if (!p || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_KEYPAIR, p) != 1)
		return NULL;
	return pkey;
}

bool
cert_key_from_seed(struct cert_key *k, const uint8_t seed[CERT_KEY_SEED],
		   struct err *e)
{
	DEFER(ossl_bn) BIGNUM *x = BN_secure_new();
	*k = (struct cert_key){ 0 };
	if (x && derive(seed, x, k->point, sizeof k->point))
		k->priv.pkey = pair_of(x, k->point, sizeof k->point);
	if (!k->priv.pkey)
		return ossl_fail(e, ERR_SYS, "cannot make a key");
	k->priv.curve = EC_P384;
	k->priv.deterministic = true;
	if (complete(k, e))
		return true;
	cert_key_finish(k);
	return false;
}

bool
cert_key_put_pem(struct buf *b, const struct cert_key *k, struct err *e)
{
	uint8_t *der = NULL;
	DEFER(p8_free)
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(k->priv.pkey);
	int n = info ? i2d_PKCS8_PRIV_KEY_INFO(info, &der) : -1;
	if (n <= 0)
		return ossl_fail(e, ERR_SYS, "cannot write the key");
	pem_put(b, "PRIVATE KEY", span_of(der, (size_t)n));
	OPENSSL_clear_free(der, (size_t)n);
	return buf_ok(b, "a private key", e);
}
