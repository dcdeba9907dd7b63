/*
 * The kinds of sources by name, and what a tar or a directory looks like.
 */
#pragma once

#include "source/source.h"

struct source_row {
	enum source_kind kind;
	const char *name;
	const char *prefix;
	const char *what; /* for people */
	bool tar;         /* a file with a tar in it */
	bool named;       /* PATH:NAME */
};

const struct source_row *source_row(enum source_kind k);
/* The row whose prefix `from` begins with, or NULL. */
const struct source_row *source_prefix(const char *from);

/* Reasons for one kind or another, as bits. */
enum source_sign {
	SIGN_OCI_LAYOUT = 1 << 0, /* the file oci-layout */
	SIGN_INDEX = 1 << 1,      /* the file index.json */
	SIGN_MANIFEST = 1 << 2,   /* the file manifest.json; in a directory:
				     of docker save */
	SIGN_ROOTFS = 1 << 3,     /* usr, etc, bin... */
	SIGN_DOCKERFILE = 1 << 4,
	SIGN_DIR_VERSION = 1 << 5,    /* version, as skopeo writes it */
	SIGN_IMAGE_MANIFEST = 1 << 6, /* manifest.json, of one image */
	SIGN_BLOBS = 1 << 7,          /* the directory blobs/sha256 */
};

/* What the signs say. SOURCE_ANY: nothing, or, when *e is set, too much. */
enum source_kind source_of_dir(unsigned signs, const char *where,
			       struct err *e);
enum source_kind source_of_tar(unsigned signs, const char *where,
			       struct err *e);
/* True when the signs are a part of an image, which nothing can be made of:
 * then *e says which, and what would be taken. */
bool source_is_part(unsigned signs, const char *where, struct err *e);
/* The sign that a name at the top of a tree is, or 0. */
unsigned source_sign_of(struct span name, bool directory);
