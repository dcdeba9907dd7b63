/*
 * Digests that name content, as text (OCI image-spec, descriptor.md,
 * "Digests"): the algorithm, a colon and lower-case hex.
 */
#pragma once

#include "crypto/digest.h"

/* "sha256:..." or "sha512:...", lower-case hex of exactly the right length. */
struct digest_id {
	enum digest_kind kind;
	struct hash hash;
	struct span text; /* the whole; text.n is 0: no digest */
};

MUST_USE bool digest_id_parse(struct span text, struct digest_id *out,
			      struct err *e);
/* The part after the colon. */
struct span digest_id_hex(const struct digest_id *d);
/* "sha256", a literal. */
const char *digest_id_name(enum digest_kind kind);
/* Writes a hash as such a text; NULL when the arena is full. */
char *digest_id_text(struct arena *a, enum digest_kind kind,
		     const struct hash *h);
