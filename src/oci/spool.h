/*
 * The image's one unnamed temporary file: what was decompressed, what came
 * from a pipe, sparse files laid out. Runs of zeros take no room in it.
 *
 * What is put there begins at a multiple of 4096 bytes.
 */
#pragma once

#include "codec/tarview.h"
#include "codec/unzip.h"
#include "tree/image.h"
#include "sys/window.h"

/* A part of the spool being written: a sink that ends with spool_close. */
struct spool {
	struct image *image;
	uint64_t start, at;
	struct budget *budget; /* for what is written; or NULL */
};
MUST_USE bool spool_open(struct spool *s, struct image *m, struct err *e);
MUST_USE bool spool_write(struct spool *s, struct span bytes, struct err *e);
/* Where it is; also the offset of what was put, all of it. */
MUST_USE bool spool_close(struct spool *s, struct window *out, struct err *e);

/*
 * Reads a window once from its start to its end: decompresses it into the
 * spool when it is compressed (then *out is there), and compares digests
 * ("sha256:..." or "sha512:...", empty: none) of its bytes and of what is in
 * it. Without anything to do *out is the window itself. ERR_INPUT
 * "layer-digest" when a digest differs.
 */
MUST_USE bool spool_unpack(struct image *m, const struct window *in,
			   struct span digest, struct span diff_id,
			   struct window *out, struct err *e);
/* All that comes from a descriptor that cannot be read at places: a pipe. Of
 * what is no archive by its first bytes, only those. */
MUST_USE bool spool_stream(struct image *m, int fd, struct window *out,
			   struct err *e);
/* A sparse file of the archive `tar` with its holes. */
MUST_USE bool spool_sparse(struct image *m, const struct window *tar,
			   const struct tar_entry *x, struct window *out,
			   struct err *e);
