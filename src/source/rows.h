/*
 * The description of a kind of source: its name, how it is recognised and the
 * function that reads it. Only this folder uses it.
 */
#pragma once

#include "source/source.h"

/* Signs of one kind or another, as bits. */
enum source_sign {
	SIGN_OCI_LAYOUT = 1 << 0, /* the file oci-layout */
	SIGN_INDEX = 1 << 1,      /* the file index.json */
	SIGN_MANIFEST = 1 << 2,   /* the file manifest.json; in a directory: of
				     docker save */
	SIGN_ROOTFS = 1 << 3,     /* usr, etc, bin... */
	SIGN_DOCKERFILE = 1 << 4,
	SIGN_DIR_VERSION = 1 << 5,    /* version, as skopeo writes it */
	SIGN_IMAGE_MANIFEST = 1 << 6, /* manifest.json, of one image */
	SIGN_BLOBS = 1 << 7,          /* the directory blobs/sha256 */
};

struct source_row {
	enum source_kind kind;
	const char *name;   /* in pcrs.json */
	const char *prefix; /* or NULL: only an option selects the kind */
	const char *what;   /* for people */
	bool tar;           /* a tar file, which is opened before reading */
	bool named;         /* PATH:NAME */
	bool no_path;       /* does not name a file on this machine */

	/* How it is recognised if nothing forces it: a directory or a tar that
	 * has all these signs, or 0... */
	unsigned of_dir, of_tar;
	unsigned not_tar; /* ...and, if not 0, not all of these */
	/* more signs from a directory's files; or NULL */
	unsigned (*look)(const char *dir, struct arena *a);
	bool (*is_file)(
		const char *path); /* recognises a file by its name; or NULL */

	/* All but `open` may be NULL. */
	bool (*open)(const struct source *s, const struct source_options *o,
		     struct image *m, struct err *e);
	bool (*ready)(const struct source *s, const struct source_options *o,
		      struct arena *a, struct err *e);
	bool (*claim)(const struct source *s, const struct source_options *o,
		      struct claims *c, struct err *e);
	bool (*missing)(const char *path, struct err *e); /* no such path */
};

const struct source_row *source_row(enum source_kind k);
/* Returns the row whose prefix `from` begins with, or NULL. */
const struct source_row *source_prefix(const char *from);

/* Returns the kind that the signs indicate. Returns SOURCE_ANY if they
 * indicate none or, with *e set, more than one. */
enum source_kind source_of_dir(unsigned signs, const char *where,
			       struct err *e);
enum source_kind source_of_tar(unsigned signs, const char *where,
			       struct err *e);
/* Returns true if the signs belong to an incomplete image, which cannot be
 * used; *e then names what is there and what is required. */
bool source_is_part(unsigned signs, const char *where, struct err *e);
MUST_USE bool source_dir_signs(const char *dir, struct arena *a,
			       unsigned *signs, struct err *e);
/* Returns the sign that a name at the top of an archive gives, or 0. */
unsigned source_tar_sign(struct span name, bool directory);
