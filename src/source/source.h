/*
 * Where an image comes from, and what is there.
 *
 * A source is named as a path, "-" (standard input), or with a prefix that
 * forces what it is: dir:PATH tar:PATH oci:PATH oci-archive:PATH
 * docker-archive:PATH docker-dir:PATH docker://REF dockerfile:PATH. A path that
 * begins like one of these needs a "./" in front. Where there can be several
 * images, PATH:NAME chooses one.
 */
#pragma once

#include "tree/image.h"
#include "sys/window.h"

enum source_kind {
	SOURCE_ANY,            /* look */
	SOURCE_DIR,            /* root file system directory */
	SOURCE_TAR,            /* file-system tar: docker export */
	SOURCE_OCI,            /* OCI image layout, a directory */
	SOURCE_OCI_ARCHIVE,    /* the same in a tar */
	SOURCE_DOCKER_ARCHIVE, /* docker save */
	SOURCE_DOCKER_DIR,     /* skopeo's dir:, podman's docker-dir */
	SOURCE_REGISTRY,       /* docker://host/name */
	SOURCE_DOCKERFILE,     /* a Dockerfile or a directory with one */
	SOURCE_KINDS,
};

/* A source, looked at. */
struct source {
	enum source_kind kind;
	const char *where;    /* what follows the prefix, less :NAME */
	struct span name;     /* oci, *-archive: which image of PATH:NAME */
	struct window window; /* SOURCE_*TAR, *_ARCHIVE: the tar, which is
				 no longer compressed; fd is the image's */
};

struct source_options {
	const char *from;
	enum source_kind kind; /* SOURCE_ANY unless an option forces it */
	bool rootfs;           /* it was named a root file system */
	struct span arch;      /* "amd64", "arm64": which of an index */
	/* Ways to open kinds that this floor has none for, by kind; or NULL */
	const struct source_opener *more;
	size_t more_count;
};

struct source_opener {
	enum source_kind kind;
	bool (*open)(const struct source *s, const struct source_options *o,
		     void *self, struct image *m, struct err *e);
	void *self;
};

/* "dir", "tar" and so on, as in the prefix. */
const char *source_kind_name(enum source_kind k);

/*
 * Is what `from` names on this machine, and of a kind that can be read? False
 * with what reading it would say. A registry and standard input are not asked,
 * and no archive is opened: its kind is then SOURCE_ANY.
 */
MUST_USE bool source_there(const struct source_options *o, struct arena *a,
			   struct source *out, struct err *e);
/*
 * Looks and says what is there, opening files into the image (a compressed
 * tar is decompressed into its spool, standard input is copied there). When
 * more than one answer fits, ERR_INPUT "source-ambiguous" with the reasons
 * and the prefixes to choose from; a directory with a part of an image only is
 * ERR_INPUT "source-unknown", which says what was seen and what is taken.
 */
MUST_USE bool source_look(const struct source_options *o, struct image *m,
			  struct source *out, struct err *e);
/* source_look, then reads it into the image, which image_init made. */
MUST_USE bool image_open(const struct source_options *o, struct image *m,
			 struct err *e);
