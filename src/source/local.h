/*
 * Sources on this machine that are not container images: a root file system as
 * a directory or as a tar archive. They have no configuration.
 */
#pragma once

#include "source/source.h"

/*
 * Content stays in the directory and is read when it is needed; if the size of
 * a file has changed by then, that read fails with ERR_SYS. Two names of one
 * file become hard links; names outside of the directory do not count. Sockets
 * and the content of kernel file systems (proc and so on) are left out, each
 * with a note.
 */
MUST_USE bool dir_open(const struct source *s, const struct source_options *o,
		       struct image *m, struct err *e);
/* Returns false with a hint if the path is a file. */
MUST_USE bool source_dir_is(const char *path, struct err *e);
/* Does the same as dir_open, over the files that the image already has:
 * parents that are links are followed inside the tree, and an existing
 * directory keeps its owner and mode. Fails with ERR_INPUT "files-over" if a
 * file would replace a directory or a directory a file. */
MUST_USE bool source_dir_over(const char *path, struct image *m, struct err *e);
/* Reads an uncompressed tar as `docker export` writes it; no name is a
 * whiteout. */
MUST_USE bool tar_open(const struct source *s, const struct source_options *o,
		       struct image *m, struct err *e);
