/*
 * Makes files below a directory from untrusted names. Nothing is ever made
 * outside of the directory: the path is walked without following symbolic links
 * and without leaving the root (openat2), whatever was placed before.
 *
 * Paths are relative, without ".", ".." and empty components; the caller has
 * checked that (cpio_entry.path is such a path). An existing file that is not a
 * directory is replaced. Names that are impossible (below a file, through a
 * link, without a parent, too long) are ERR_INPUT.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* Makes a directory below root, an open directory. It may exist already. */
MUST_USE bool place_dir(int root, struct span path, unsigned mode,
			struct err *e);
/* Makes an empty file, open for writing. */
MUST_USE bool place_file(int root, struct span path, unsigned mode, int *fd,
			 struct err *e);
/* Opens a file placed before for writing, from its start. */
MUST_USE bool place_again(int root, struct span path, int *fd, struct err *e);
MUST_USE bool place_symlink(int root, struct span path, struct span target,
			    struct err *e);
/* Makes a further name for a file placed before. */
MUST_USE bool place_link(int root, struct span path, struct span old,
			 struct err *e);
/* Makes a device or a FIFO; mode includes the bits of the type. */
MUST_USE bool place_node(int root, struct span path, unsigned mode,
			 unsigned major, unsigned minor, struct err *e);
