/*
 * What makes a kind of source: how it is named and recognised, and what reads
 * it. For this folder alone.
 */
#pragma once

#include "source/source.h"

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

struct source_row {
	enum source_kind kind;
	const char *name;   /* in pcrs.json */
	const char *prefix; /* or NULL: forced by its kind alone */
	const char *what;   /* for people */
	bool tar;           /* a file with a tar in it, which is opened */
	bool named;         /* PATH:NAME */
	bool no_path;       /* names nothing in this machine's files */

	/* How it is recognised, where nothing forces it: a directory or a tar
	 * that has all these signs, or 0... */
	unsigned of_dir, of_tar;
	unsigned not_tar; /* ...and, if not 0, not all of these */
	/* what else a directory's files say; or NULL */
	unsigned (*look)(const char *dir, struct arena *a);
	bool (*is_file)(const char *path); /* a file, by its name; or NULL */

	/* Each but `open` may be NULL. */
	bool (*open)(const struct source *s, const struct source_options *o,
		     struct image *m, struct err *e);
	bool (*ready)(const struct source *s, const struct source_options *o,
		      struct arena *a, struct err *e);
	bool (*claim)(const struct source *s, const struct source_options *o,
		      struct claims *c, struct err *e);
	bool (*missing)(const char *path, struct err *e); /* no such path */
};

const struct source_row *source_row(enum source_kind k);
/* The row whose prefix `from` begins with, or NULL. */
const struct source_row *source_prefix(const char *from);

/* What the signs say. SOURCE_ANY: nothing, or, when *e is set, too much. */
enum source_kind source_of_dir(unsigned signs, const char *where,
			       struct err *e);
enum source_kind source_of_tar(unsigned signs, const char *where,
			       struct err *e);
/* True when the signs are a part of an image, which nothing can be made of:
 * then *e says which, and what would be taken. */
bool source_is_part(unsigned signs, const char *where, struct err *e);
MUST_USE bool source_dir_signs(const char *dir, struct arena *a,
			       unsigned *signs, struct err *e);
/* The sign that a name at the top of an archive is, or 0. */
unsigned source_tar_sign(struct span name, bool directory);
