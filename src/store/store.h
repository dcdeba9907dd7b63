/*
 * Blobs on this machine, by their digest: what was fetched once is not fetched
 * again. They lie in
 * ${XDG_CACHE_HOME:-~/.cache}/veraclave/blobs/sha256/HEX and so on.
 * Files appear complete; any number of programs may use it at a time; it may
 * be deleted at any time. What is read from it is checked like what comes
 * from outside, and removed when it is damaged.
 */
#pragma once

#include "crypto/digest_id.h"
#include "sys/fs.h"

struct store {
	const char *dir; /* NULL: nothing is kept */
};

/* What a blob is known by. */
struct store_key {
	struct digest_id digest; /* text.n is 0: it is not kept */
	uint64_t size;
};

/* Where the bytes of a blob lie; the descriptor fd is the receiver's. */
struct store_blob {
	int fd;
	uint64_t offset, size;
	bool checked; /* it is known to have the digest that names it */
};

/* The default place. Without a home there is none, which is no error. */
MUST_USE bool store_default(struct arena *a, struct store *out, struct err *e);

/* *found is false when it is not there or was damaged; otherwise the blob is
 * checked and out->fd the caller's. */
MUST_USE bool store_get(const struct store *s, const struct store_key *k,
			struct arena *a, struct store_blob *out, bool *found,
			struct err *e);

/* A document of unknown size, at most LIMIT_JSON bytes; empty when it is not
 * there. */
MUST_USE bool store_find_document(const struct store *s,
				  const struct digest_id *want, struct arena *a,
				  struct span *out, struct err *e);

/*
 * A blob being fetched: an unnamed file that gets its name when its size and
 * digest are right. Where the store cannot be written it stays unnamed. Use
 * with DEFER(store_abort).
 */
struct store_put {
	struct store_key want;
	struct out out; /* fd is -1 when it is not kept */
	int fd;         /* where the bytes go */
	struct digest digest;
	uint64_t n;
};
MUST_USE bool store_begin(const struct store *s, const struct store_key *k,
			  struct arena *a, struct store_put *p, struct err *e);
/* From the beginning, or going on where it stopped: `at` is p->n or 0. */
MUST_USE bool store_start(void *put, uint64_t at, struct err *e);
MUST_USE bool store_write(void *put, struct span s, struct err *e);
/* ERR_INPUT "oci-digest" when the bytes are other ones: the error says what
 * differs, and the caller whose bytes they are. */
MUST_USE bool store_end(struct store_put *p, struct store_blob *out,
			struct err *e);
void store_abort(struct store_put *p);
