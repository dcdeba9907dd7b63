/*
 * The source of an image, and how its kind is found.
 *
 * A source is named as a path, "-" (standard input), or with a prefix that
 * forces its kind: dir:PATH tar:PATH oci:PATH oci-archive:PATH
 * docker-archive:PATH docker-dir:PATH docker://REF dockerfile:PATH. A path
 * that begins like one of these needs a "./" in front. If a source can contain
 * several images, PATH:NAME chooses one. A release of Debian has no prefix: an
 * option selects that kind.
 */
#pragma once

#include "source/debian.h"
#include "source/engine.h"
#include "source/kinds.h"
#include "source/pull.h"
#include "sys/claim.h"
#include "sys/window.h"
#include "tree/image.h"

/* A source whose kind is known. */
struct source {
	enum source_kind kind;
	const char *where;    /* what follows the prefix, without :NAME */
	struct span name;     /* oci, *-archive: which image of PATH:NAME */
	struct window window; /* SOURCE_*TAR, *_ARCHIVE: the tar, decompressed;
				 the image owns fd */
};

struct source_options {
	const char *from;
	enum source_kind kind; /* SOURCE_ANY unless an option forces it */
	bool rootfs;           /* an option named it as a root file system */
	struct span arch;      /* "amd64", "arm64": which of an index */
	uint64_t epoch; /* SOURCE_DATE_EPOCH of the programs that are started */
	bool quiet; /* show the output of these programs only if they fail */
	/* Settings that only some kinds have. */
	struct pull pull;
	struct engine_build engine;
	struct debian debian;
};

/*
 * Checks that `from` exists on this machine and is of a kind that can be read.
 * Returns false with the error that reading it would give. A registry and
 * standard input are not checked, and no archive is opened: its kind is then
 * SOURCE_ANY.
 */
MUST_USE bool source_there(const struct source_options *o, struct arena *a,
			   struct source *out, struct err *e);
/* Checks, without starting a program, that a source that exists can be opened:
 * the programs that it needs are installed and the settings are valid. */
MUST_USE bool source_ready(const struct source *s,
			   const struct source_options *o, struct arena *a,
			   struct err *e);
/* Claims the files of a source that exists: inputs that no output may replace.
 * If a directory is read whole, the claim includes everything below it. */
MUST_USE bool source_claims(const struct source *s,
			    const struct source_options *o, struct claims *c,
			    struct err *e);
/*
 * Finds the kind of a source and opens files into the image (a compressed tar
 * is decompressed into its spool, standard input is copied there). Fails with
 * ERR_INPUT "source-ambiguous", which lists the signs and the prefixes to
 * choose from, if more than one kind matches, and with ERR_INPUT
 * "source-unknown", which says what was found and what is required, if a
 * directory contains only a part of an image.
 */
MUST_USE bool source_look(const struct source_options *o, struct image *m,
			  struct source *out, struct err *e);
/* Calls source_look, then reads the source into the image, which image_init
 * made. */
MUST_USE bool source_open(const struct source_options *o, struct image *m,
			  struct source *out, struct err *e);
