/*
 * For tests: chains of certificates and attestation documents made to
 * measure, right ones and ones with any single thing wrong, properly signed.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "crypto/ec.h"

enum kit_name {
	KIT_ROOT,
	KIT_REGION,
	KIT_ZONE,
	KIT_INSTANCE,
	KIT_LEAF,
	KIT_OTHER,
	KIT_P256,
	KIT_P521,
	KIT_KEYS
};
struct kit_key {
	enum ec_curve curve;
	const char *pem, *point; /* point in hex */
};
extern const struct kit_key kit_keys[KIT_KEYS];

/* 2026-01-15 12:00:00 UTC: the middle of the lives below. */
#define KIT_NOW INT64_C(1768478400)

enum kit_odd {
	KIT_SHA256 = 1 << 0,         /* signed with ecdsa-with-SHA256 */
	KIT_ALG_DIFFERS = 1 << 1,    /* inside another algorithm than outside */
	KIT_CRITICAL = 1 << 2,       /* an unknown critical extension */
	KIT_UNCRITICAL = 1 << 3,     /* an unknown one that is not critical */
	KIT_BASIC_TWICE = 1 << 4,    /* basicConstraints twice */
	KIT_BAD_SIGNATURE = 1 << 5,  /* a bit of the signature is flipped */
	KIT_BASIC_BROKEN = 1 << 6,   /* basicConstraints that do not decode */
	KIT_NO_NAMED_CURVE = 1 << 7, /* an RSA-like key algorithm */
	KIT_BASIC_UNCRITICAL = 1 << 8, /* basicConstraints not critical */
	KIT_TIME_SHORT = 1 << 9,       /* times without seconds */
	KIT_TIME_ZONE = 1 << 10,       /* times with +0000 for Z */
	KIT_TIME_GENERAL = 1 << 11,    /* times in their long form */
	KIT_KEY_IDS = 1 << 12,         /* subject and authority key ids */
	KIT_KEY_ID_OTHER = 1 << 13,    /* the authority's is another's */
};

/* What one certificate says. */
struct kit_cert {
	const char *subject, *issuer; /* common names; NULL: a name of none */
	enum kit_name key, signer;
	int64_t not_before, not_after;
	unsigned version;   /* 3, or 1 */
	int ca;             /* 1, 0; -1: no basicConstraints */
	int pathlen;        /* -1: none */
	int usage;          /* the extension's byte; -1: none */
	unsigned odd;       /* enum kit_odd */
	const char *serial; /* hex */
	struct span more;   /* encoded extensions behind the others */
};

enum kit_field {
	KIT_MODULE_ID,
	KIT_DIGEST,
	KIT_TIMESTAMP,
	KIT_PCRS,
	KIT_CERTIFICATE,
	KIT_CABUNDLE,
	KIT_PUBLIC_KEY,
	KIT_USER_DATA,
	KIT_NONCE,
	KIT_FIELDS
};

/* A document: each field as encoded CBOR, ready to be replaced. */
struct kit_doc {
	struct span field[KIT_FIELDS]; /* empty: left out */
	struct span extra;             /* a key and a value more */
	bool definite;                 /* the map around the payload */
	bool reversed;                 /* keys in the opposite order */
	struct span header, unprotected;
	struct span payload;   /* instead of the fields */
	struct span signature; /* instead of a right one */
	bool nil;              /* the payload is null */
	bool high_s, der;      /* the signature's form */
	unsigned tags;         /* how often tag 18 is in front */
	enum kit_name signer;
	unsigned items; /* of the array; 0: four */
	struct span behind;
};

/* A right chain: root, region, zone, instance, leaf. */
enum { KIT_CHAIN = 5 };
void kit_chain(struct kit_cert c[KIT_CHAIN]);
struct span kit_make_cert(struct arena *a, const struct kit_cert *c);
/* A right document over a chain, whose first n - 1 make the bundle. */
void kit_doc(struct arena *a, const struct kit_cert *c, size_t n,
	     struct kit_doc *d);
struct span kit_make_doc(struct arena *a, const struct kit_doc *d);
/* The registers 0 to 15 of kit_doc; 5 to 7 and 9 to 15 are zero. */
struct span kit_pcr(struct arena *a, unsigned i);
/* CBOR of a byte string, and of text. */
struct span kit_bytes(struct arena *a, struct span s);
struct span kit_text(struct arena *a, const char *s);
struct span kit_hex(struct arena *a, const char *hex);
/* An array of byte strings. */
struct span kit_list(struct arena *a, const struct span *v, size_t n);
#define KIT_MODULE "i-0123456789abcdef0-enc0198f1c4a2b3c4d5"
