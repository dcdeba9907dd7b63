/*
 * Blobs on this machine, by their digest, so that what was fetched once is not
 * fetched again. They are stored as
 * ${XDG_CACHE_HOME:-~/.cache}/veraclave/blobs/sha256/HEX and so on. Files
 * appear only when they are complete. Any number of programs may use the store
 * at a time, and it may be deleted at any time. Blobs that are read from it are
 * checked like input from outside, and removed if they are damaged.
 */
#pragma once

#include "crypto/digest_id.h"
#include "sys/fs.h"

struct store {
	const char *dir; /* NULL: nothing is stored */
};

/* What identifies a blob. */
struct store_key {
	struct digest_id digest; /* text.n is 0: it is not stored */
	uint64_t size;
};

/* Where the bytes of a blob are; the receiver owns the descriptor fd. */
struct store_blob {
	int fd;
	uint64_t offset, size;
	bool checked; /* its digest was compared with its name */
};

/* Returns the default place. Without a home directory there is none, which is
 * not an error. */
MUST_USE bool store_default(struct arena *a, struct store *out, struct err *e);

/* *found is false if the blob does not exist or was damaged; otherwise the blob
 * is checked and the caller owns out->fd. */
MUST_USE bool store_get(const struct store *s, const struct store_key *k,
			struct arena *a, struct store_blob *out, bool *found,
			struct err *e);

/* Returns a document of unknown size, at most LIMIT_JSON bytes; empty if it
 * does not exist. */
MUST_USE bool store_find_document(const struct store *s,
				  const struct digest_id *want, struct arena *a,
				  struct span *out, struct err *e);

/*
 * A blob being fetched: an unnamed file that gets its name if its size and
 * digest are right. If the store cannot be written, the file stays unnamed. Use
 * with DEFER(store_abort).
 */
struct store_put {
	struct store_key want;
	struct out out; /* fd is -1 if the blob is not stored */
	int fd;         /* the bytes are written to it */
	struct digest digest;
	uint64_t n;
};
MUST_USE bool store_begin(const struct store *s, const struct store_key *k,
			  struct arena *a, struct store_put *p, struct err *e);
/* Begins at 0, or continues after the bytes written so far: `at` is p->n or
 * 0. */
MUST_USE bool store_start(void *put, uint64_t at, struct err *e);
MUST_USE bool store_write(void *put, struct span s, struct err *e);
/* Fails with ERR_INPUT "oci-digest" if size or digest differ: the error says
 * which, and the caller adds whose bytes they are. */
MUST_USE bool store_end(struct store_put *p, struct store_blob *out,
			struct err *e);
void store_abort(struct store_put *p);
