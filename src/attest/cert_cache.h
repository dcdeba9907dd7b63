/*
 * Certificates that stood below a trusted root before, so that the next
 * document with the same ones costs one signature instead of five.
 *
 * It stores only facts that never change: that these bytes, from the root down
 * to this certificate, are well-formed, and that each was signed with the key
 * of the certificate before. An entry's key is the digest of all of these
 * bytes, signatures included. Lifetimes, which roots are trusted, authority
 * flags, path lengths and names are judged for each document as without a
 * cache, so the answer is the same.
 *
 * Bounded: what was used longest ago makes room. Only what verified below a
 * root that was named is kept (path_remember), so that strangers cannot push
 * it out. For any number of threads, given a lock.
 */
#pragma once

#include "attest/doc.h"
#include "crypto/x509.h"

enum { CERT_CACHE_CHAIN = DOC_BUNDLE_MAX + 1, CERT_CACHE_WAYS = 8 };

/* Mutual exclusion, from whoever has threads; all NULL: there is only one. */
struct cert_cache_lock {
	void (*lock)(void *self);
	void (*unlock)(void *self);
	void *self;
};

/* SHA-256 over the key of the certificate above and this one's DER form. */
struct cert_cache_key {
	uint8_t v[32];
};

/* What is lent until it is given back; nobody changes it meanwhile. */
struct cert_cached {
	struct x509 cert;
	struct ec_pub pub; /* the certificate's own key */
};

struct cert_cache;

/* Room for `sets` times CERT_CACHE_WAYS certificates, some 7 KiB each, in the
 * arena. */
MUST_USE bool cert_cache_open(struct cert_cache **out, size_t sets,
			      const struct cert_cache_lock *lock,
			      struct arena *a, struct err *e);
/* When nothing is lent any more. */
void cert_cache_close(struct cert_cache **c);

/* The keys of n certificates, root first. */
MUST_USE bool cert_cache_keys(const struct span *der, size_t n,
			      struct cert_cache_key *out, struct err *e);
/* Those of the n that are there, NULL for the others. */
void cert_cache_lend(struct cert_cache *c, const struct cert_cache_key *key,
		     size_t n, const struct cert_cached **out);
/* Returns the entries of cert_cache_lend; NULLs are ignored. */
void cert_cache_return(struct cert_cache *c, const struct cert_cached *const *v,
		       size_t n);
/* Keeps a copy of one more, if there is room and it fits; `pub` is shared, not
 * taken. */
void cert_cache_keep(struct cert_cache *c, const struct cert_cache_key *key,
		     const struct x509 *x, const struct ec_pub *pub);
