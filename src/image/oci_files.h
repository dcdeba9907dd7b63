/*
 * Files by their path: of a directory, or of a tar that lies in a window.
 */
#pragma once

#include "image/oci.h"
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
 * A regular file; out->fd is the caller's. Inside a tar, symbolic and hard
 * links to other members are followed; no link leads outside.
 */
MUST_USE bool oci_files_open(const struct oci_files *f, struct span path,
			     struct oci_blob *out, struct err *e);
/* All of a file, at most LIMIT_JSON bytes. */
MUST_USE bool oci_files_read(const struct oci_files *f, struct span path,
			     struct arena *a, struct span *out, struct err *e);
