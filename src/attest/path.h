/*
 * From a trusted root to the certificate that signed a document: crypto/chain
 * with the narrower rules of Nitro (docs/formats/attestation.md), the classes
 * of roots, and a reason for each finding.
 *
 * A root is trusted because its digest was named: by the program for AWS's
 * root, by the user for others. The root in a document is compared with these
 * and never trusted itself. The root determines the trust class.
 */
#pragma once

#include "attest/cert_cache.h"
#include "crypto/chain.h"

enum trust {
	TRUST_NONE,
	TRUST_AWS_NITRO,
	TRUST_QEMU,
	TRUST_SIM,
	/* A development key. Only a policy may name one (policy.h), so that a
	 * reviewed file is required to accept its documents. */
	TRUST_DEVELOPMENT,
};
/* "none", "aws-nitro", "qemu", "sim", "development". */
const char *trust_name(enum trust t);
/* Parses the name of a root: "aws-nitro", "sim:LABEL" or "qemu:LABEL", in a
 * policy also "development:LABEL". *label points to the text after the colon,
 * which identifies the certificate; it is "" for aws-nitro. Fails with
 * ERR_USAGE for any other text. */
MUST_USE bool trust_parse(const char *text, bool policy, enum trust *t,
			  const char **label, struct err *e);
/* A warning if the signer is not hardware: "a simulator's root signed this".
 * NULL for hardware and for TRUST_NONE. */
const char *trust_warning(enum trust t);

/* A trusted root. */
struct anchor {
	enum trust trust;
	uint8_t sha256[32]; /* of the certificate's DER */
};
/* AWS Nitro Enclaves Root G1. */
extern const struct anchor anchor_aws_nitro;
/* Reads a root certificate, DER or PEM, of a class other than AWS's. Fails with
 * ERR_INPUT if it is not a certificate, and with ERR_USAGE if it is AWS's or
 * its name states another class. A root without a class is a simulator's. */
MUST_USE bool anchor_of(enum trust t, struct span certificate,
			struct anchor *out, struct err *e);

/* The certificates of a document in order: root first, the leaf last. Zeroed
 * is empty; path_finish releases it (DEFER works). */
struct path {
	struct chain chain;
	enum trust trust; /* of the root, once path_anchor has found it */
	/* For path.c only: */
	struct cert_cache *cache;
	struct cert_cache_key key[CERT_CACHE_CHAIN];
	const struct cert_cached *lent[CERT_CACHE_CHAIN];
};

/*
 * Decodes the certificates and checks each alone: version, algorithms, key,
 * extensions. This function and the next four fail with ERR_REFUSED and a name
 * of reasons.h, or with ERR_LIMIT or ERR_SYS if the check was not possible. The
 * cache may be NULL; its certificates are not decoded and their signatures not
 * verified again. *out must be finished after a failure, too.
 */
MUST_USE bool path_read(const struct doc *d, struct cert_cache *c,
			struct arena *a, struct path *out, struct err *e);
void path_finish(struct path *p);
/* Checks that the first certificate is one of these roots. */
MUST_USE bool path_anchor(struct path *p, const struct anchor *v, size_t n,
			  struct err *e);
/* Checks names, flags, path lengths, key usages and signatures from the root
 * down. The root's own signature is not checked, because the root was named. */
MUST_USE bool path_links(struct path *p, struct err *e);
/* Checks that every certificate is valid at that time, in seconds since 1970.
 * The leaf is checked first. */
MUST_USE bool path_time(const struct path *p, int64_t at, struct err *e);
/* Returns the key of the leaf, which the path owns. Fails with "cert-key" if it
 * is not a P-384 key. */
MUST_USE bool path_leaf_key(struct path *p, const struct ec_pub **out,
			    struct err *e);
/* Adds the certificates to the cache; call it only if all of the above passed.
 */
void path_remember(struct path *p);
