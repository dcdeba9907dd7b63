/* Wrappers of the OpenSSL functions in this folder (base/fault_kit.h).
 * meson.build has the same names. They fail as for want of memory, and leave
 * OpenSSL's reason for that. */
#include "base/fault_kit.h"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

static bool
starve(const char *name)
{
	if (!fault_now(name))
		return false;
	ERR_raise(ERR_LIB_CRYPTO, ERR_R_MALLOC_FAILURE);
	return true;
}

#define WRAP(type, bad, name, params, args) \
	FAULT_WRAP_BY(starve, type, bad, name, params, args)

WRAP(EVP_MD_CTX *, NULL, EVP_MD_CTX_new, (void), ())
WRAP(int, 0, EVP_MD_CTX_copy_ex, (EVP_MD_CTX * to, const EVP_MD_CTX *c),
     (to, c))
WRAP(int, 0, EVP_DigestInit_ex, (EVP_MD_CTX * c, const EVP_MD *md, ENGINE *e),
     (c, md, e))
WRAP(int, 0, EVP_DigestUpdate, (EVP_MD_CTX * c, const void *p, size_t n),
     (c, p, n))
WRAP(int, 0, EVP_DigestFinal_ex,
     (EVP_MD_CTX * c, unsigned char *p, unsigned *n), (c, p, n))
WRAP(EVP_PKEY_CTX *, NULL, EVP_PKEY_CTX_new, (EVP_PKEY * k, ENGINE *e), (k, e))
WRAP(EVP_PKEY_CTX *, NULL, EVP_PKEY_CTX_new_from_name,
     (OSSL_LIB_CTX * l, const char *name, const char *q), (l, name, q))
WRAP(int, 0, EVP_PKEY_fromdata_init, (EVP_PKEY_CTX * c), (c))
WRAP(int, 0, EVP_PKEY_fromdata,
     (EVP_PKEY_CTX * c, EVP_PKEY **k, int what, OSSL_PARAM *p), (c, k, what, p))
WRAP(EVP_PKEY *, NULL, EVP_PKEY_dup, (EVP_PKEY * k), (k))
WRAP(int, 0, EVP_PKEY_set1_encoded_public_key,
     (EVP_PKEY * k, const unsigned char *p, size_t n), (k, p, n))
WRAP(int, 0, EVP_PKEY_up_ref, (EVP_PKEY * k), (k))
WRAP(int, 0, EVP_PKEY_verify_init, (EVP_PKEY_CTX * c), (c))
WRAP(int, -1, EVP_PKEY_verify,
     (EVP_PKEY_CTX * c, const unsigned char *s, size_t sn,
      const unsigned char *p, size_t n),
     (c, s, sn, p, n))
WRAP(ECDSA_SIG *, NULL, ECDSA_SIG_new, (void), ())
WRAP(int, 0, ECDSA_SIG_set0, (ECDSA_SIG * s, BIGNUM *a, BIGNUM *b), (s, a, b))
WRAP(ECDSA_SIG *, NULL, d2i_ECDSA_SIG,
     (ECDSA_SIG * *s, const unsigned char **p, long n), (s, p, n))
WRAP(int, -1, i2d_ECDSA_SIG, (const ECDSA_SIG *s, unsigned char **p), (s, p))
WRAP(BIGNUM *, NULL, BN_bin2bn, (const unsigned char *p, int n, BIGNUM *to),
     (p, n, to))
WRAP(ASN1_VALUE *, NULL, ASN1_item_d2i,
     (ASN1_VALUE * *v, const unsigned char **p, long n, const ASN1_ITEM *it),
     (v, p, n, it))
WRAP(int, -1, ASN1_item_i2d,
     (const ASN1_VALUE *v, unsigned char **p, const ASN1_ITEM *it), (v, p, it))
WRAP(int, -1, ASN1_STRING_to_UTF8, (unsigned char **out, const ASN1_STRING *in),
     (out, in))
WRAP(int, 0, ASN1_TIME_to_tm, (const ASN1_TIME *t, struct tm *tm), (t, tm))
WRAP(int, -1, OBJ_obj2txt, (char *p, int n, const ASN1_OBJECT *o, int no_name),
     (p, n, o, no_name))
WRAP(void *, NULL, X509V3_EXT_d2i, (X509_EXTENSION * x), (x))
WRAP(X509_PUBKEY *, NULL, d2i_X509_PUBKEY,
     (X509_PUBKEY * *k, const unsigned char **p, long n), (k, p, n))
WRAP(int, -1, i2d_X509_PUBKEY, (const X509_PUBKEY *k, unsigned char **p),
     (k, p))
WRAP(EVP_PKEY *, NULL, X509_PUBKEY_get0, (const X509_PUBKEY *k), (k))
WRAP(EVP_PKEY *, NULL, d2i_PublicKey,
     (int type, EVP_PKEY **k, const unsigned char **p, long n), (type, k, p, n))
WRAP(int, 0, EVP_PKEY_get_bn_param,
     (const EVP_PKEY *k, const char *name, BIGNUM **n), (k, name, n))
