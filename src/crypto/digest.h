/*
 * Message digests (FIPS 180-4), streamed.
 *
 * Life: digest_init, digest_update as often as needed, digest_final once.
 * digest_finish gives back what a half-done digest holds; it accepts a zeroed
 * struct (DEFER(digest_finish) works).
 */
#pragma once

#include "base/arena.h"
#include "base/blob.h"
#include "base/err.h"
#include "base/span.h"

enum digest_kind { DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };
enum { DIGEST_MAX = 64 };

struct digest {
	void *ctx;
	enum digest_kind kind;
};

/* A finished value: the first n bytes of v. */
struct hash {
	uint8_t v[DIGEST_MAX];
	size_t n;
};

MUST_USE bool digest_init(struct digest *d, enum digest_kind kind,
			  struct err *e);
/* A second stream that continues from where `from` is. */
MUST_USE bool digest_fork(struct digest *d, const struct digest *from,
			  struct err *e);
MUST_USE bool digest_update(struct digest *d, struct span s, struct err *e);
MUST_USE bool digest_final(struct digest *d, struct hash *out, struct err *e);
void digest_finish(struct digest *d);

/* Of the concatenation of n spans. */
MUST_USE bool digest_of(enum digest_kind kind, const struct span *s, size_t n,
			struct hash *out, struct err *e);
MUST_USE bool digest_of_blob(enum digest_kind kind, const struct blob *b,
			     struct hash *out, struct err *e);
size_t digest_size(enum digest_kind kind);
struct span hash_span(const struct hash *h);
/* Equal without a time that depends on where they differ. */
bool hash_equal(struct span a, struct span b);
