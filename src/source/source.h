/*
 * Where an image comes from, and what is there.
 *
 * A source is named as a path, "-" (standard input), or with a prefix that
 * forces what it is: dir:PATH tar:PATH oci:PATH oci-archive:PATH
 * docker-archive:PATH docker-dir:PATH docker://REF dockerfile:PATH. A path that
 * begins like one of these needs a "./" in front. Where there can be several
 * images, PATH:NAME chooses one. A release of Debian has no prefix: it is
 * forced by its kind.
 */
#pragma once

#include "source/debian.h"
#include "source/engine.h"
#include "source/kinds.h"
#include "source/pull.h"
#include "sys/claim.h"
#include "sys/window.h"
#include "tree/image.h"

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
	uint64_t epoch;        /* SOURCE_DATE_EPOCH of what is started */
	bool quiet;            /* what that prints is shown if it fails */
	/* Settings of kinds that have some. */
	struct pull pull;
	struct engine_build engine;
	struct debian debian;
};

/*
 * Is what `from` names on this machine, and of a kind that can be read? False
 * with what reading it would say. A registry and standard input are not asked,
 * and no archive is opened: its kind is then SOURCE_ANY.
 */
MUST_USE bool source_there(const struct source_options *o, struct arena *a,
			   struct source *out, struct err *e);
/* Of a source that is there: can it be opened, as far as that is known without
 * starting anything? The programs are installed, the settings make sense. */
MUST_USE bool source_ready(const struct source *s,
			   const struct source_options *o, struct arena *a,
			   struct err *e);
/* The files of a source that is there: inputs that no output may replace. A
 * directory that is read whole is claimed with all below it. */
MUST_USE bool source_claims(const struct source *s,
			    const struct source_options *o, struct claims *c,
			    struct err *e);
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
MUST_USE bool source_open(const struct source_options *o, struct image *m,
			  struct source *out, struct err *e);
