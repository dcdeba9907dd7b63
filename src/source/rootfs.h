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

struct rootfs {
	const char *suite;       /* "bookworm" */
	struct strings packages; /* NAME, NAME=VERSION, NAME/SUITE */
	const char *variant;     /* NULL: minbase; essential, apt, ... */
	const char *mirror;      /* NULL: mmdebstrap's; an address, or a line
				    "deb ..." of sources.list */
	const char *files;       /* a directory to lay over it; or NULL */
	const char *keyring;     /* NULL: the machine's */
	struct strings apt;      /* lines of apt.conf */
	struct span arch;        /* "amd64", "arm64" */
	uint64_t epoch;
	bool quiet; /* what mmdebstrap prints is shown if it fails */
};

/* What can be known without starting anything: names are names, the program is
 * installed, the files are there. False with what rootfs_read would say. */
MUST_USE bool rootfs_ready(const struct rootfs *r, struct arena *a,
			   struct err *e);
/* Makes it and reads it into the image, which image_init made. ERR_USAGE for
 * names that are none, ERR_NOTFOUND when there is no mmdebstrap. */
MUST_USE bool rootfs_read(const struct rootfs *r, struct image *m,
			  struct err *e);
