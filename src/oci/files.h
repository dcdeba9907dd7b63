/*
 * Files by their path: of a directory, or of a tar that lies in a window.
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

/* The descriptor of the directory is borrowed. */
void oci_files_dir(struct oci_files *f, int dirfd, struct arena *a);
/* Reads the names of all members. */
MUST_USE bool oci_files_tar(struct oci_files *f, const struct window *tar,
			    struct image *m, struct err *e);

bool oci_files_has(const struct oci_files *f, const char *path);
/*
 * A regular file; out->fd is the caller's. Symbolic links inside the directory
 * or tar, and hard links in a tar, are followed; one that leads outside is
 * ERR_INPUT, and so is a file that is not there. "./x" is x.
 */
MUST_USE bool oci_files_open(const struct oci_files *f, struct span path,
			     struct store_blob *out, struct err *e);
/* All of a file, at most LIMIT_JSON bytes. */
MUST_USE bool oci_files_read(const struct oci_files *f, struct span path,
			     struct arena *a, struct span *out, struct err *e);
