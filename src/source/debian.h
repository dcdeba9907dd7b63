/*
 * A root file system from Debian packages, by mmdebstrap: as root, or with
 * user namespaces, whatever it finds to work.
 *
 * The same packages give the same bytes: mmdebstrap clamps times to
 * SOURCE_DATE_EPOCH and removes logs and caches; what it copies from this
 * machine into the new system (etc/hostname, etc/resolv.conf) is removed
 * here. Which versions there are is the mirror's business: the address of a
 * snapshot, which has a time in it (.../20260101T000000Z), has the same for
 * ever.
 */
#pragma once

#include "tree/image.h"

struct source;
struct source_options;
struct claims;
struct argv;

/* The set of packages to start from, in mmdebstrap's words. */
enum debian_variant { DEBIAN_MINBASE, DEBIAN_ESSENTIAL, DEBIAN_APT };
/* "minbase" and so on, in that order, and NULL behind the last. */
extern const char *const debian_variant_names[];

/* The source itself is the release: "bookworm". */
struct debian {
	struct strings packages; /* NAME, NAME=VERSION, NAME/SUITE */
	enum debian_variant variant;
	const char *mirror;  /* NULL: mmdebstrap's; an address, or a line
				"deb ..." of sources.list */
	const char *files;   /* a directory to lay over it; or NULL */
	const char *keyring; /* NULL: the machine's */
	struct strings apt;  /* lines of apt.conf */
};

/* The functions of the kind's row (source/rows.h). ERR_USAGE "rootfs-name" for
 * names that are none, ERR_NOTFOUND when there is no mmdebstrap. */
MUST_USE bool debian_open(const struct source *s,
			  const struct source_options *o, struct image *m,
			  struct err *e);
/* Names are names, the program is installed, the files are there. */
MUST_USE bool debian_ready(const struct source *s,
			   const struct source_options *o, struct arena *a,
			   struct err *e);
MUST_USE bool debian_claim(const struct source *s,
			   const struct source_options *o, struct claims *c,
			   struct err *e);

/* The command line of mmdebstrap, for tests too. */
void debian_argv(struct argv *v, const char *suite,
		 const struct source_options *o, struct arena *a);
