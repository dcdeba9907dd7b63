#include "crypto/rsa.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include "base/limits.h"
#include "crypto/ossl.h"

static void
pubkey_free(X509_PUBKEY **p)
{
	X509_PUBKEY_free(*p);
}

static bool
is_der(const X509_PUBKEY *k, struct span der)
{
	uint8_t *again = NULL;
	int n = i2d_X509_PUBKEY(k, &again);
	return ossl_same(again, n, der);
}

static bool
is_pkcs1(struct span der)
{
	const uint8_t *p = der.p;
	DEFER(ossl_pkey)
	EVP_PKEY *k = d2i_PublicKey(EVP_PKEY_RSA, NULL, &p, (long)der.n);
	return k && p == der.p + der.n;
}

static bool
exponent_ok(const EVP_PKEY *k, bool *ok)
{
	DEFER(ossl_bn) BIGNUM *n = NULL;
	if (EVP_PKEY_get_bn_param(k, OSSL_PKEY_PARAM_RSA_E, &n) != 1)
		return false;
	*ok = BN_is_odd(n) && !BN_is_negative(n) && !BN_is_one(n);
	return true;
}

static bool
look(const X509_PUBKEY *k, struct rsa_look *out)
{
	ASN1_OBJECT *type = NULL;
	const EVP_PKEY *pkey = X509_PUBKEY_get0(k);
	if (X509_PUBKEY_get0_param(&type, NULL, NULL, NULL, k) != 1)
		return false;
	int nid = OBJ_obj2nid(type);
	if (nid != NID_rsaEncryption) {
		out->form = RSA_FORM_OTHER;
		out->kind = nid ? OBJ_nid2ln(nid) : "an unknown kind";
		return true;
	}
	if (!pkey)
		return true; /* not a modulus and an exponent */
	out->form = RSA_FORM_SPKI;
	out->bits = (unsigned)EVP_PKEY_get_bits(pkey);
	return exponent_ok(pkey, &out->exponent_ok);
}

bool
rsa_look(struct span der, struct rsa_look *out, struct err *e)
{
	const uint8_t *p = der.p;
	*out = (struct rsa_look){ 0 };
	if (der.n == 0 || der.n > LIMIT_PEM)
		return true;
	ERR_clear_error();
	DEFER(pubkey_free)
	X509_PUBKEY *k = d2i_X509_PUBKEY(NULL, &p, (long)der.n);
	bool ok = true;
	if (k && is_der(k, der))
		ok = look(k, out);
	else if (!ossl_no_memory() && is_pkcs1(der))
		out->form = RSA_FORM_PKCS1;
	if (!ok || ossl_no_memory())
		return ossl_fail(e, ERR_SYS, "cannot read the key");
	ERR_clear_error();
	return true;
}
