/*
 * RSA public keys that others will encrypt to: what form bytes have, and how
 * large the key is. Nothing is encrypted here.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

enum rsa_form {
	RSA_FORM_NONE,  /* nothing of the following */
	RSA_FORM_SPKI,  /* SubjectPublicKeyInfo in DER, rsaEncryption */
	RSA_FORM_PKCS1, /* RSAPublicKey in DER (RFC 8017, A.1.1) */
	RSA_FORM_OTHER, /* SubjectPublicKeyInfo of another kind of key */
};

struct rsa_look {
	enum rsa_form form;
	unsigned bits;    /* of the modulus; SPKI only */
	bool exponent_ok; /* odd and at least 3: 1 does not encrypt */
	const char *kind; /* "id-ecPublicKey" and so on; OTHER only */
};

/* Looks at all of the bytes. False when OpenSSL could not work; what is no key
 * is RSA_FORM_NONE. */
MUST_USE bool rsa_look(struct span der, struct rsa_look *out, struct err *e);
