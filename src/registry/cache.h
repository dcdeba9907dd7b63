/*
 * Blobs on this machine, by their digest: what was fetched once is not fetched
 * again. ${XDG_CACHE_HOME:-~/.cache}/veraclave/blobs/sha256/HEX and so on.
 * Files appear complete; any number of programs may use it at a time; it may
 * be deleted at any time. What is read from it is checked like what comes
 * from outside, and removed when it is damaged.
 */
#pragma once

#include "oci/oci.h"
#include "sys/fs.h"

struct cache {
	const char *dir; /* NULL: no cache */
};

/* The default place. Without a home there is none, which is no error. */
MUST_USE bool cache_default(struct arena *a, struct cache *out, struct err *e);

/* *found is false when it is not there or was damaged; otherwise the blob is
 * checked and out->fd the caller's. */
MUST_USE bool cache_get(const struct cache *c, const struct oci_desc *d,
			struct arena *a, struct oci_blob *out, bool *found,
			struct err *e);

/* A manifest of unknown size; empty when it is not there. */
MUST_USE bool cache_find_document(const struct cache *c,
				  const struct oci_digest *want,
				  struct arena *a, struct span *out,
				  struct err *e);

/*
 * A blob being fetched: an unnamed file that gets its name when its size and
 * digest are right. Where the cache cannot be written it stays unnamed. It is
 * an http_body's state. Use with DEFER(cache_abort).
 */
struct cache_put {
	const struct oci_desc *want;
	struct out out; /* fd is -1 when there is no cache */
	int fd;         /* where the bytes go */
	struct digest digest;
	uint64_t n;
};
MUST_USE bool cache_begin(const struct cache *c, const struct oci_desc *d,
			  struct arena *a, struct cache_put *p, struct err *e);
/* From the beginning, or going on where it stopped: `at` is p->n or 0. */
MUST_USE bool cache_start(void *put, uint64_t at, struct err *e);
MUST_USE bool cache_write(void *put, struct span s, struct err *e);
/* ERR_INPUT "oci-digest" when the bytes are other ones. */
MUST_USE bool cache_end(struct cache_put *p, struct oci_blob *out,
			struct err *e);
void cache_abort(struct cache_put *p);
