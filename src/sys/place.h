/*
 * Making files below a directory from names that come from outside. Nothing is
 * ever made outside of it: the way to a name is walked without following
 * symbolic links and without leaving the root (openat2), whatever was placed
 * before.
 *
 * Paths are relative, without ".", ".." and empty components; the caller has
 * checked that (cpio_entry.path is such a path). What is in the way and is no
 * directory is replaced. Names that cannot be (below a file, through a link,
 * without a parent, too long) are ERR_INPUT.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* root: an open directory. A directory that is there already is fine. */
MUST_USE bool place_dir(int root, struct span path, unsigned mode,
			struct err *e);
/* A new empty file, open for writing. */
MUST_USE bool place_file(int root, struct span path, unsigned mode, int *fd,
			 struct err *e);
/* A file placed before, opened for writing from its start. */
MUST_USE bool place_again(int root, struct span path, int *fd, struct err *e);
MUST_USE bool place_symlink(int root, struct span path, struct span target,
			    struct err *e);
/* A further name for a file placed before. */
MUST_USE bool place_link(int root, struct span path, struct span old,
			 struct err *e);
/* A device or a FIFO; mode has the type's bits. */
MUST_USE bool place_node(int root, struct span path, unsigned mode,
			 unsigned major, unsigned minor, struct err *e);
