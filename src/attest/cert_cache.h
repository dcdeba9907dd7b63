/*
 * A cache of certificates that were valid below a trusted root, so that the
 * next document with the same certificates needs one verification instead of
 * five.
 *
 * It stores only facts that never change: that these bytes, from the root down
 * to this certificate, are well-formed, and that each was signed with the key
 * of the certificate before. An entry's key is the digest of all of these
 * bytes, signatures included. Lifetimes, which roots are trusted, authority
 * flags, path lengths and names are checked for each document as without a
 * cache, so the verdict is the same.
 *
 * The cache is bounded: the least recently used entry is replaced. It keeps
 * only certificates that were verified below a named root (path_remember), so
 * that strangers cannot replace them. With a lock any number of threads may use
 * it.
 */
#pragma once

#include "attest/doc.h"
#include "crypto/x509.h"

enum { CERT_CACHE_CHAIN = DOC_BUNDLE_MAX + 1, CERT_CACHE_WAYS = 8 };

/* Mutual exclusion, provided by a caller with threads; all NULL: one thread. */
struct cert_cache_lock {
	void (*lock)(void *self);
	void (*unlock)(void *self);
	void *self;
};

/* SHA-256 over the key of the certificate above and this one's DER form. */
struct cert_cache_key {
	uint8_t v[32];
};

/* A borrowed entry; it does not change until it is returned. */
struct cert_cached {
	struct x509 cert;
	struct ec_pub pub; /* the certificate's own key */
};

struct cert_cache;

/* Makes a cache of `sets` times CERT_CACHE_WAYS certificates, of about 7 KiB
 * each, in the arena. */
MUST_USE bool cert_cache_open(struct cert_cache **out, size_t sets,
			      const struct cert_cache_lock *lock,
			      struct arena *a, struct err *e);
/* Call it after all entries are returned. */
void cert_cache_close(struct cert_cache **c);

/* Computes the keys of n certificates, root first. */
MUST_USE bool cert_cache_keys(const struct span *der, size_t n,
			      struct cert_cache_key *out, struct err *e);
/* Borrows the entries of n keys; NULL for those that are absent. */
void cert_cache_lend(struct cert_cache *c, const struct cert_cache_key *key,
		     size_t n, const struct cert_cached **out);
/* Returns the entries of cert_cache_lend; NULLs are ignored. */
void cert_cache_return(struct cert_cache *c, const struct cert_cached *const *v,
		       size_t n);
/* Stores a copy of a certificate if there is room; `pub` is shared, and remains
 * the caller's. */
void cert_cache_keep(struct cert_cache *c, const struct cert_cache_key *key,
		     const struct x509 *x, const struct ec_pub *pub);
