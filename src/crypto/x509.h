/*
 * X.509 certificates (RFC 5280) as values: what is printed about a signer, and
 * what is needed to check a signature made with its key. No trust is decided
 * here.
 */
#pragma once

#include "crypto/ec.h"

/* One attribute of a name, in the order of the certificate. */
struct x509_attr {
	const char *name;  /* OpenSSL's long name "commonName", or the object
			      identifier as text "1.2.3" */
	struct span value; /* UTF-8 */
};

struct x509_name {
	const struct x509_attr *v;
	size_t n;
	struct span der;
};

struct x509 {
	struct span der; /* the whole certificate; PCR8 measures this */
	struct x509_name subject, issuer;
	int64_t not_before, not_after; /* seconds since 1970, both included */
	const char *not_before_text;   /* "Nov 21 23:15:16 2026 GMT" */
	const char *not_after_text;
	struct span serial;    /* big-endian, without leading zeros */
	const char *algorithm; /* of the signature on it: "ecdsa-with-SHA384" */
	struct span signature; /* that signature, DER for ECDSA */
	enum ec_curve curve;   /* EC_NONE: another kind of key */
	struct span point;     /* public key 04 x y; empty for EC_NONE */
};

/* Exactly one certificate. The value's bytes are in the arena. */
MUST_USE bool x509_parse(struct span der, struct arena *a, struct x509 *out,
			 struct err *e);
/* The first CERTIFICATE block of a PEM text. */
MUST_USE bool x509_parse_pem(struct span pem, struct arena *a, struct x509 *out,
			     struct err *e);
/* The certificate's key for use; ERR_INPUT when it is not on our curves. */
MUST_USE bool x509_pub(const struct x509 *x, struct ec_pub *k, struct err *e);

/* Where a moment lies. */
enum x509_when { X509_VALID, X509_NOT_YET, X509_EXPIRED };
enum x509_when x509_when(const struct x509 *x, int64_t at);
