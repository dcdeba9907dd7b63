/*
 * From a trusted root to the certificate that signed a document: crypto/chain
 * with the narrower rules of Nitro (docs/formats/attestation.md), the classes
 * of roots, and a reason for each finding.
 *
 * A root is trusted because its digest was named, by the program for AWS's
 * own or by the user for others; what a document brings along is compared
 * with that and never believed. Which root it was decides the trust class.
 */
#pragma once

#include "attest/cert_cache.h"
#include "crypto/chain.h"

enum trust {
	TRUST_NONE,
	TRUST_AWS_NITRO,
	TRUST_QEMU,
	TRUST_SIM,
	/* A development key. Only a policy may name one (policy.h), so that
	 * nothing but a reviewed file lets its documents in. */
	TRUST_DEVELOPMENT,
};
/* "none", "aws-nitro", "qemu", "sim", "development". */
const char *trust_name(enum trust t);
/* A root as it is named: "aws-nitro", or "sim:LABEL" and "qemu:LABEL", in a
 * policy also "development:LABEL", whose label (text behind the colon, in the
 * text; "" for aws-nitro) says which certificate is meant. ERR_USAGE when it is
 * none of these. */
MUST_USE bool trust_parse(const char *text, bool policy, enum trust *t,
			  const char **label, struct err *e);
/* A warning if the signer is not hardware: "a simulator's root signed this".
 * NULL for hardware and for TRUST_NONE. */
const char *trust_warning(enum trust t);

/* A root to trust. */
struct anchor {
	enum trust trust;
	uint8_t sha256[32]; /* of the certificate's DER */
};
/* AWS Nitro Enclaves Root G1. */
extern const struct anchor anchor_aws_nitro;
/* A root certificate, DER or PEM, for one of the other classes. ERR_INPUT when
 * it is no certificate, ERR_USAGE when it is AWS's or says of itself that it is
 * of another class; one that says nothing is a simulator's. */
MUST_USE bool anchor_of(enum trust t, struct span certificate,
			struct anchor *out, struct err *e);

/* The certificates of a document in order: root first, the leaf last. Zeroed
 * is empty; path_finish gives back what it holds (DEFER works). */
struct path {
	struct chain chain;
	enum trust trust; /* of the root, once path_anchor has found it */
	/* For this file alone: */
	struct cert_cache *cache;
	struct cert_cache_key key[CERT_CACHE_CHAIN];
	const struct cert_cached *lent[CERT_CACHE_CHAIN];
};

/*
 * Decodes the certificates and looks at each alone: version, algorithms, key,
 * extensions. All of these five give ERR_REFUSED with a name of reasons.h,
 * or ERR_LIMIT, ERR_SYS when nothing can be said. The cache may be NULL; what
 * it has is neither decoded nor checked for its signature again. *out is there
 * to be finished after a failure, too.
 */
MUST_USE bool path_read(const struct doc *d, struct cert_cache *c,
			struct arena *a, struct path *out, struct err *e);
void path_finish(struct path *p);
/* Is the first one of these roots? */
MUST_USE bool path_anchor(struct path *p, const struct anchor *v, size_t n,
			  struct err *e);
/* Names, flags, path lengths, key usages and signatures from the root down.
 * The root's own signature is not looked at: it was named. */
MUST_USE bool path_links(struct path *p, struct err *e);
/* Is every certificate valid at that time, in seconds since 1970? The leaf is
 * looked at first. */
MUST_USE bool path_time(const struct path *p, int64_t at, struct err *e);
/* The key of the leaf; the path's. "cert-key" when it is none. */
MUST_USE bool path_leaf_key(struct path *p, const struct ec_pub **out,
			    struct err *e);
/* For the cache, when all of the above have passed. */
void path_remember(struct path *p);
