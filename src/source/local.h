/*
 * Sources on this machine that are no container image: a root file system as
 * a directory or as one tar archive. They have no configuration.
 */
#pragma once

#include "source/source.h"

/*
 * Content stays in the directory and is read when it is needed; a file whose
 * size is another one then is ERR_SYS. Two names of one file are hard links;
 * names outside of the directory do not count. Sockets are left out, and what
 * kernel file systems show (proc and so on), each with a note.
 */
MUST_USE bool dir_open(const struct source *s, const struct source_options *o,
		       struct image *m, struct err *e);
/* False, with a hint, when it is a file. */
MUST_USE bool source_dir_is(const char *path, struct err *e);
/* As dir_open, over the files that the image has: parents that are links
 * are followed inside the tree, a directory that is there keeps its owner and
 * mode. ERR_INPUT "files-over" when a file and a directory meet. */
MUST_USE bool source_dir_over(const char *path, struct image *m, struct err *e);
/* As `docker export` writes it, not compressed; nothing is a whiteout. */
MUST_USE bool tar_open(const struct source *s, const struct source_options *o,
		       struct image *m, struct err *e);
