/*
 * Files by their path, in a directory or in a tar in a window.
 */
#pragma once

#include "oci/oci.h"
#include "sys/window.h"

struct oci_files {
	struct arena *arena;
	int dirfd; /* -1: a tar */
	struct window tar;
	struct map members; /* path to struct member */
};

/* Borrows the descriptor of the directory. */
void oci_files_dir(struct oci_files *f, int dirfd, struct arena *a);
/* Reads the names of all members of a tar. */
MUST_USE bool oci_files_tar(struct oci_files *f, const struct window *tar,
			    struct image *m, struct err *e);

bool oci_files_has(const struct oci_files *f, const char *path);
/*
 * Opens a regular file; the caller owns out->fd. Symbolic links inside the
 * directory or tar, and hard links in a tar, are followed. A link that points
 * outside, and a file that does not exist, fail with ERR_INPUT. "./x" is x.
 */
MUST_USE bool oci_files_open(const struct oci_files *f, struct span path,
			     struct store_blob *out, struct err *e);
/* Reads a whole file, at most LIMIT_JSON bytes. */
MUST_USE bool oci_files_read(const struct oci_files *f, struct span path,
			     struct arena *a, struct span *out, struct err *e);
