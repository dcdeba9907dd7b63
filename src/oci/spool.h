/*
 * The image's only temporary file, which has no name: it contains decompressed
 * data, data from a pipe and sparse files with their holes. Runs of zeros use
 * no space in it.
 *
 * Each part begins at a multiple of 4096 bytes.
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
	struct budget *budget; /* counts what is written; or NULL */
};
MUST_USE bool spool_open(struct spool *s, struct image *m, struct err *e);
MUST_USE bool spool_write(struct spool *s, struct span bytes, struct err *e);
/* Ends the part; *out is the window of everything that was written to it. */
MUST_USE bool spool_close(struct spool *s, struct window *out, struct err *e);

/*
 * Reads a window once from start to end: decompresses it into the spool if it
 * is compressed (*out is then that part), and compares digests ("sha256:..."
 * or "sha512:...", empty: none) of its bytes and of its decompressed content.
 * If there is nothing to do, *out is the window itself. ERR_INPUT
 * "layer-digest" if a digest differs.
 */
MUST_USE bool spool_unpack(struct image *m, const struct window *in,
			   struct span digest, struct span diff_id,
			   struct window *out, struct err *e);
/* Copies everything from a descriptor that cannot seek: a pipe. If its first
 * bytes are not those of an archive, copies only these. */
MUST_USE bool spool_stream(struct image *m, int fd, struct window *out,
			   struct err *e);
/* Writes a sparse file of the archive `tar` with its holes. */
MUST_USE bool spool_sparse(struct image *m, const struct window *tar,
			   const struct tar_entry *x, struct window *out,
			   struct err *e);
