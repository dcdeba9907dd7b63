#include "keys/sign.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include "base/fmt.h"
#include "codec/pem.h"
#include "keys/ecdsa.h"
#include "crypto/ec_ossl.h"
#include "crypto/ossl.h"
#include "keys/token.h"
#include "sys/secret.h"

enum { SECURE_HEAP = 64 * 1024, SECURE_LEAST = 32 };

typedef EVP_PKEY *decode_fn(struct span der, struct span passphrase,
			    struct err *e);

static void
p8_free(PKCS8_PRIV_KEY_INFO **p)
{
	PKCS8_PRIV_KEY_INFO_free(*p);
}

static void
x509sig_free(X509_SIG **p)
{
	X509_SIG_free(*p);
}

static EVP_PKEY *
not_a_key(struct err *e)
{
	ossl_fail(e, ERR_INPUT, "not a private key");
	return NULL;
}

static EVP_PKEY *
decode_sec1(struct span der, struct span passphrase, struct err *e)
{
	const uint8_t *p = der.p;
	EVP_PKEY *k = d2i_PrivateKey(EVP_PKEY_EC, NULL, &p, (long)der.n);
	(void)passphrase;
	if (k && p == der.p + der.n)
		return k;
	EVP_PKEY_free(k);
	return not_a_key(e);
}

static EVP_PKEY *
decode_pkcs8(struct span der, struct span passphrase, struct err *e)
{
	const uint8_t *p = der.p;
	DEFER(p8_free)
	PKCS8_PRIV_KEY_INFO *info =
		d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, (long)der.n);
	(void)passphrase;
	EVP_PKEY *k = info && p == der.p + der.n ? EVP_PKCS82PKEY(info) : NULL;
	return k ? k : not_a_key(e);
}

static EVP_PKEY *
decode_encrypted(struct span der, struct span passphrase, struct err *e)
{
	const uint8_t *p = der.p;
	if (passphrase.n == 0) {
		err_set(e, ERR_USAGE, "the key is encrypted");
		err_id(e, "key-encrypted");
		err_hint(e, "give its passphrase");
		return NULL;
	}
	DEFER(x509sig_free)
	X509_SIG *sealed = d2i_X509_SIG(NULL, &p, (long)der.n);
	if (!sealed || p != der.p + der.n)
		return not_a_key(e);
	DEFER(p8_free)
	PKCS8_PRIV_KEY_INFO *info = PKCS8_decrypt(
		sealed, (const char *)passphrase.p, (int)passphrase.n);
	EVP_PKEY *k = info ? EVP_PKCS82PKEY(info) : NULL;
	if (!info) {
		ERR_clear_error(); /* its words name functions */
		err_set(e, ERR_INPUT,
			"the key does not open with this passphrase");
		err_hint(e, "check the passphrase; one line end behind it is "
			    "not taken as part of it");
	} else if (!k) {
		ossl_fail(e, ERR_INPUT, "the key in it cannot be used");
	}
	return k;
}

static const struct {
	const char *label;
	decode_fn *decode;
} kinds[] = {
	{ "EC PRIVATE KEY", decode_sec1 },
	{ "PRIVATE KEY", decode_pkcs8 },
	{ "ENCRYPTED PRIVATE KEY", decode_encrypted },
};

static decode_fn *
kind_of(struct span label)
{
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (span_is(label, kinds[i].label))
			return kinds[i].decode;
	return NULL;
}

/* The one block of the text that holds a private key. */
static bool
find_block(struct span pem, struct arena *a, struct pem_block *key,
	   struct err *e)
{
	struct pem_block b = { 0 };
	bool found = true;
	*key = b;
	while (found) {
		if (!pem_next(&pem, a, &b, &found, e))
			return false;
		if (!found || !span_ends(b.label, SPAN("PRIVATE KEY")))
			continue;
		if (key->der.p)
			return err_set(e, ERR_INPUT,
				       "more than one private key");
		*key = b;
	}
	if (key->der.p)
		return true;
	err_set(e, ERR_INPUT, "no private key in PEM form");
	return err_hint(e, "a key file has a line -----BEGIN PRIVATE KEY-----"
			   " or -----BEGIN EC PRIVATE KEY-----");
}

static bool
usable(struct sign_key *k, struct err *e)
{
	DEFER(ossl_ctx) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(k->pkey, NULL);
	k->curve = ec_curve_of(k->pkey);
	k->deterministic = true;
	if (k->curve == EC_NONE) {
		err_set(e, ERR_INPUT,
			"the key is not an EC key on P-256,"
			" P-384 or P-521");
		return err_hint(e, "enclave images are signed with such keys"
				   " only; make one with: openssl ecparam"
				   " -name secp384r1 -genkey -noout");
	}
	if (!ctx || EVP_PKEY_private_check(ctx) != 1)
		return ossl_fail(e, ERR_INPUT, "the private key is damaged");
	return true;
}

static bool
decode(struct sign_key *k, struct span pem, struct span passphrase,
       struct arena *a, struct err *e)
{
	struct pem_block b;
	if (!find_block(pem, a, &b, e))
		return false;
	decode_fn *fn = kind_of(b.label);
	if (!fn)
		return err_set(e, ERR_INPUT, "a key of kind %s",
			       show(b.label).s);
	k->pkey = fn(b.der, passphrase, e);
	return k->pkey && usable(k, e);
}

bool
sign_key_from_pem(struct sign_key *k, struct span pem, struct span passphrase,
		  struct err *e)
{
	DEFER(secret_free) struct secret room = { 0 };
	struct arena a;
	*k = (struct sign_key){ 0 };
	if (!CRYPTO_secure_malloc_initialized())
		CRYPTO_secure_malloc_init(SECURE_HEAP, SECURE_LEAST);
	/* Each block is there as text and as bytes. */
	if (!secret_alloc(&room, 8 * pem.n + 4096, e))
		return false;
	arena_over(&a, room.p, room.cap);
	bool ok = decode(k, pem, passphrase, &a, e);
	arena_finish(&a);
	if (!ok)
		sign_key_finish(k);
	return ok;
}

bool
sign_key_from_uri(struct sign_key *k, const char *uri, struct span pin,
		  struct err *e)
{
	*k = (struct sign_key){ 0 };
	return token_open(&k->token, uri, pin, e);
}

void
sign_key_finish(struct sign_key *k)
{
	EVP_PKEY_free(k->pkey);
	token_close(k->token);
	*k = (struct sign_key){ 0 };
}

static bool
sign_digest(const struct sign_key *k, enum ec_curve c, struct span digest,
	    struct ec_sig *out, struct err *e)
{
	if (k->token)
		return token_sign(k->token, c, digest, out, e);
	BIGNUM *raw = BN_secure_new();
	DEFER(ossl_bn) BIGNUM *x = raw;
	if (!x ||
	    EVP_PKEY_get_bn_param(k->pkey, OSSL_PKEY_PARAM_PRIV_KEY, &raw) != 1)
		return ossl_fail(e, ERR_SYS, "cannot use the private key");
	BN_set_flags(x, BN_FLG_CONSTTIME);
	return ecdsa_sign(c, x, ec_digest(c), digest, out, e);
}

static bool
mismatch(struct err *e)
{
	err_hint(e, "sign with the key that the certificate was made for");
	return err_id(e, "key-mismatch");
}

bool
sign_message(const struct sign_key *k, const struct ec_pub *pub,
	     struct span message, struct ec_sig *out, struct err *e)
{
	struct hash h;
	struct ec_sig sig = { 0 };
	if (k->curve != EC_NONE && k->curve != pub->curve) {
		err_set(e, ERR_REFUSED,
			"the private key is on %s, the certificate's on %s",
			ec_curve_name(k->curve), ec_curve_name(pub->curve));
		return mismatch(e);
	}
	if (!digest_of(ec_digest(pub->curve), &message, 1, &h, e) ||
	    !sign_digest(k, pub->curve, hash_span(&h), &sig, e))
		return false;
	if (ec_verify_digest(pub, hash_span(&h), ec_sig_span(&sig), e)) {
		*out = sig;
		return true;
	}
	if (e->code != ERR_REFUSED)
		return false;
	err_set(e, ERR_REFUSED,
		"the private key does not belong to the certificate");
	return mismatch(e);
}
