/*
 * Writing X.509 certificates (RFC 5280, version 3) in DER, field by field as
 * the caller says: names in any order of attributes, extensions in any order
 * and with or without "critical". P-384 keys and ecdsa-with-SHA384 only.
 *
 * The same input gives the same bytes: signatures are deterministic, and time
 * and serial number are the caller's.
 */
#pragma once

#include "base/buf.h"
#include "keys/sign.h"

/* Attributes by their number below 2.5.4. */
enum cert_attr_kind {
	CERT_CN = 3,
	CERT_COUNTRY = 6,
	CERT_LOCALITY = 7,
	CERT_STATE = 8,
	CERT_ORG = 10,
	CERT_UNIT = 11,
};

struct cert_attr {
	enum cert_attr_kind kind; /* a country is a PrintableString */
	struct span value;        /* UTF-8 */
};

struct cert_name {
	const struct cert_attr *v;
	size_t n;
};

enum cert_ext_kind {
	CERT_CA,         /* basicConstraints CA:TRUE, pathlen `number` or -1 */
	CERT_END_ENTITY, /* basicConstraints CA:FALSE */
	CERT_KEY_USAGE,  /* CERT_USE_* in `number` */
	CERT_SUBJECT_KEY_ID,   /* SHA-1 of the subject's key (4.2.1.2) */
	CERT_AUTHORITY_KEY_ID, /* the same of the issuer's */
	CERT_CRL,              /* one http address in `text` */
	CERT_PURPOSE, /* extKeyUsage with one identifier, in `text` encoded */
};
enum {
	CERT_USE_SIGNATURE = 1 << 0, /* the bits of RFC 5280, 4.2.1.3 */
	CERT_USE_NON_REPUDIATION = 1 << 1,
	CERT_USE_CERT_SIGN = 1 << 5,
	CERT_USE_CRL_SIGN = 1 << 6,
};

struct cert_ext {
	enum cert_ext_kind kind;
	bool critical;
	int number;
	struct span text;
};

/* A key pair with its public half ready for use. Zeroed is empty. */
struct cert_key {
	struct sign_key priv;
	struct ec_pub pub;
	uint8_t point[1 + 2 * 48]; /* 04 x y */
};

struct cert {
	struct span serial; /* big-endian; 1 to 20 bytes, not all zero */
	struct cert_name issuer, subject;
	int64_t not_before, not_after; /* 1950 to 9999 */
	const struct cert_ext *ext;
	size_t exts;
	const struct cert_key *key;    /* the subject's */
	const struct cert_key *signer; /* the issuer's; its own for a root */
};

/* Appends the certificate. */
MUST_USE bool cert_put(struct buf *b, const struct cert *c, struct err *e);

/*
 * The P-384 key that 56 bytes of randomness stand for: their number modulo the
 * order less one, plus one (FIPS 186-5, A.2.1). The same bytes give the same
 * key. Give back with cert_key_finish (DEFER).
 */
enum { CERT_KEY_SEED = 56 };
MUST_USE bool cert_key_from_seed(struct cert_key *k,
				 const uint8_t seed[CERT_KEY_SEED],
				 struct err *e);
/* The key in a PEM file, which must be on P-384. */
MUST_USE bool cert_key_from_pem(struct cert_key *k, struct span pem,
				struct err *e);
/* Appends it as PKCS #8 in PEM. */
MUST_USE bool cert_key_put_pem(struct buf *b, const struct cert_key *k,
			       struct err *e);
void cert_key_finish(struct cert_key *k);
