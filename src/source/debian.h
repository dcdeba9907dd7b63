/*
 * A root file system from Debian packages, made by mmdebstrap, which runs as
 * root or in user namespaces, whichever works.
 *
 * The same packages give the same bytes: mmdebstrap clamps times to
 * SOURCE_DATE_EPOCH and removes logs and caches; the files that it copies from
 * this machine into the new system (etc/hostname, etc/resolv.conf) are removed
 * here. The mirror determines the versions of the packages. A snapshot, whose
 * address contains a time (.../20260101T000000Z/), always serves the same
 * versions.
 */
#pragma once

#include "tree/image.h"

struct source;
struct source_options;
struct claims;
struct argv;

/* The set of packages to start from, by mmdebstrap's names. */
enum debian_variant { DEBIAN_MINBASE, DEBIAN_ESSENTIAL, DEBIAN_APT };
/* "minbase" and so on, in the order of the enum; NULL follows the last. */
extern const char *const debian_variant_names[];

/* The source names the release: "bookworm". */
struct debian {
	struct strings packages; /* NAME, NAME=VERSION, NAME/SUITE */
	enum debian_variant variant;
	const char *mirror;  /* an address or a line "deb ..." of sources.list;
				NULL: mmdebstrap's default */
	const char *files;   /* a directory to copy over the system; or NULL */
	const char *keyring; /* NULL: the machine's */
	struct strings apt;  /* lines of apt.conf */
};

/* The functions of the kind's row (source/rows.h). debian_open fails with
 * ERR_USAGE "rootfs-name" if a name is not valid and with ERR_NOTFOUND if
 * mmdebstrap is not installed. */
MUST_USE bool debian_open(const struct source *s,
			  const struct source_options *o, struct image *m,
			  struct err *e);
/* Checks that the names are valid, mmdebstrap is installed and the files
 * exist. */
MUST_USE bool debian_ready(const struct source *s,
			   const struct source_options *o, struct arena *a,
			   struct err *e);
MUST_USE bool debian_claim(const struct source *s,
			   const struct source_options *o, struct claims *c,
			   struct err *e);

/* Builds the command line of mmdebstrap; public for tests. */
void debian_argv(struct argv *v, const char *suite,
		 const struct source_options *o, struct arena *a);
