/*
 * Certificate paths (RFC 5280, section 6) in the order given: from a root,
 * which is trusted because its digest was named, to the leaf, whose key signed
 * something. What is asked of them beyond that RFC are parameters. Names of
 * the issuer are compared as bytes; name constraints and policies are not
 * processed, so a certificate that has them as critical is refused.
 */
#pragma once

#include "crypto/x509.h"

enum { CHAIN_MAX = 10 };

/* Zeroed is empty; the caller fills in the first three. Give back with
 * chain_finish (DEFER). */
struct chain {
	const struct x509 *cert[CHAIN_MAX]; /* root first, the leaf last */
	size_t n;
	/* Certificates whose signature is known to be right, by their keys;
	 * NULL: not known. The caller's. */
	const struct ec_pub *known[CHAIN_MAX];
	struct ec_pub pub[CHAIN_MAX]; /* keys, made when they are needed */
};

enum chain_fault {
	CHAIN_OK,
	/* of one certificate, alone */
	CHAIN_VERSION,
	CHAIN_ALGORITHM,
	CHAIN_CURVE,
	CHAIN_EXTENSION, /* x509_rules.broken */
	CHAIN_CRITICAL,  /* x509_rules.unknown_critical */
	CHAIN_NO_SUBJECT,
	CHAIN_NO_ISSUER,
	/* of the chain */
	CHAIN_TOO_LONG,
	CHAIN_NO_ANCHOR,
	CHAIN_ISSUER,     /* the one before has another name */
	CHAIN_NO_CA,      /* it issues without being an authority */
	CHAIN_UNCRITICAL, /* its basicConstraints are not critical */
	CHAIN_NO_SIGNING, /* its keyUsage does not allow certificates */
	CHAIN_LENGTH,     /* more authorities follow than it allows */
	CHAIN_PURPOSE,
	CHAIN_KEY,
	CHAIN_SIGNATURE,
	/* of the leaf */
	CHAIN_LEAF_CA,
	CHAIN_LEAF_USAGE,
	CHAIN_LEAF_SIGNS, /* no authority, and may sign certificates */
	/* of time */
	CHAIN_EXPIRED,
	CHAIN_NOT_YET,
	CHAIN_FAULTS
};
/* What is wrong first, and with which certificate. */
struct chain_finding {
	enum chain_fault fault;
	size_t cert;
};

struct chain_rules {
	const struct span *anchors; /* SHA-256 of the DER of trusted roots */
	size_t nanchors;
	size_t most;           /* certificates; 0: CHAIN_MAX */
	const char *algorithm; /* of all signatures; NULL: any that
				  x509_signed_by can check */
	enum ec_curve curve;   /* of all keys; EC_NONE: any of ours */
	unsigned usage;        /* the leaf has all of these (x509_usage) */
	/* One of x509_purpose, which the leaf names, and each authority that
	 * names any; 0: none is asked for, and a critical extKeyUsage is not
	 * understood. */
	unsigned purpose;
	bool purpose_only; /* the leaf's is critical and the only one, as of
			      timestamps (RFC 3161, section 2.3) */
	int64_t at;        /* seconds since 1970 */
};

/*
 * All of these give ERR_REFUSED with a finding and a sentence, or another error
 * and CHAIN_OK when nothing can be said.
 */
/* Each certificate alone: version, algorithms, key, extensions, names. */
MUST_USE bool chain_form(const struct chain *c, const struct chain_rules *r,
			 struct chain_finding *f, struct err *e);
/* Is the first one an anchor? */
MUST_USE bool chain_anchor(const struct chain *c, const struct chain_rules *r,
			   struct chain_finding *f, struct err *e);
/* Names, flags, path lengths, usages and signatures from the root down. The
 * root's own signature is not looked at: its digest was named. */
MUST_USE bool chain_links(struct chain *c, const struct chain_rules *r,
			  struct chain_finding *f, struct err *e);
/* Is every certificate valid then? The leaf is looked at first. */
MUST_USE bool chain_time(const struct chain *c, int64_t at,
			 struct chain_finding *f, struct err *e);
/* All of the above, in this order. */
MUST_USE bool chain_verify(struct chain *c, const struct chain_rules *r,
			   struct chain_finding *f, struct err *e);
/* A certificate's key: the known one, or one made now, which is the chain's.
 * NULL with CHAIN_KEY when there is none on our curves. */
const struct ec_pub *chain_key(struct chain *c, size_t i,
			       struct chain_finding *f, struct err *e);
void chain_finish(struct chain *c);
