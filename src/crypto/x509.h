/*
 * X.509 certificates (RFC 5280) as values: what is printed about a signer, and
 * what is needed to check a signature made with its key. No trust is decided
 * here.
 */
#pragma once

#include "crypto/ec.h"

/* Bits of keyUsage, numbered as RFC 5280 section 4.2.1.3 does. */
enum x509_usage {
	X509_DIGITAL_SIGNATURE = 1 << 0,
	X509_NON_REPUDIATION = 1 << 1,
	X509_KEY_CERT_SIGN = 1 << 5,
	X509_CRL_SIGN = 1 << 6,
};

/* Of extKeyUsage (section 4.2.1.12). */
enum x509_purpose {
	X509_FOR_CODE = 1 << 0,       /* codeSigning */
	X509_FOR_TIMESTAMPS = 1 << 1, /* timeStamping */
	X509_FOR_ANY = 1 << 2,        /* anyExtendedKeyUsage */
	X509_FOR_OTHERS = 1 << 3,     /* one or more that are not named here */
};

/* What the extensions say that decide about a path. */
struct x509_rules {
	bool has_basic, basic_critical, ca;
	bool has_pathlen;
	uint64_t pathlen;
	bool has_usage;
	unsigned usage; /* enum x509_usage and the other bits */
	/* The first critical extension other than basicConstraints and
	 * keyUsage, as text: RFC 5280 wants a certificate refused whose
	 * critical extensions are not all understood. Name constraints and
	 * proxy certificates count as critical always. NULL: none. */
	const char *unknown_critical;
	/* So is one that is not extKeyUsage. */
	bool unknown_besides;
	bool has_purposes, purposes_critical;
	unsigned purposes; /* enum x509_purpose */
	/* An extension that is there twice, does not decode or says what RFC
	 * 5280 forbids (a path length of no authority); NULL: none. */
	const char *broken;
};

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
	struct span tbs;       /* what it is over */
	bool algorithm_twice;  /* named inside and outside alike, as it must */
	unsigned version;      /* 3 for certificates with extensions */
	struct x509_rules rules;
	enum ec_curve curve; /* EC_NONE: another kind of key */
	struct span point;   /* public key 04 x y; empty for EC_NONE */
};

/* Exactly one certificate. The value's bytes are in the arena. */
MUST_USE bool x509_parse(struct span der, struct arena *a, struct x509 *out,
			 struct err *e);
/* The same value with all its bytes in another arena. */
MUST_USE bool x509_copy(const struct x509 *x, struct arena *a, struct x509 *out,
			struct err *e);
/* The first CERTIFICATE block of a PEM text. */
MUST_USE bool x509_parse_pem(struct span pem, struct arena *a, struct x509 *out,
			     struct err *e);
/* The one or the other, as a file may hold. */
MUST_USE bool x509_parse_file(struct span in, struct arena *a, struct x509 *out,
			      struct err *e);
/* The certificate's key for use; ERR_INPUT when it is not on our curves. */
MUST_USE bool x509_pub(const struct x509 *x, struct ec_pub *k, struct err *e);
/* The same, faster with another key on the curve (ec_pub_like). */
MUST_USE bool x509_pub_like(const struct x509 *x, const struct ec_pub *like,
			    struct ec_pub *k, struct err *e);

/* Was this certificate signed with that key? ECDSA with SHA-2 only; the
 * issuer's name, flags and lifetime are the caller's to look at. ERR_REFUSED.
 */
MUST_USE bool x509_signed_by(const struct x509 *x, const struct ec_pub *issuer,
			     struct err *e);

/* Where a moment lies. */
enum x509_when { X509_VALID, X509_NOT_YET, X509_EXPIRED };
enum x509_when x509_when(const struct x509 *x, int64_t at);
