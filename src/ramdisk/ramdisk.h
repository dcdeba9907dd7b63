/*
 * Writes the two ramdisks of an enclave image as cpio archives to a sink. File
 * content passes through in blocks and is never in memory as a whole.
 *
 * Profile canonical/1 is a function of the tree alone, and the bytes are those
 * of the kernel's usr/gen_init_cpio for every tree that its list can express:
 *   - upper-case hex; inode numbers from 721; device 3:1; trailer all zero
 *     but nlink 1; zeros to 512;
 *   - entries in byte order of their full names; the names of a hard-linked
 *     file are together at the place of the last one, which has the data;
 *   - nlink 2 for directories and FIFOs, the number of names for files, else
 *     1; symbolic links 0777 with a NUL after the target;
 *   - mtime is the epoch, or the file's own if that is older and the clamp
 *     mode is set.
 *
 * Profile nitro-cli/1 gives the bytes of AWS's nitro-cli (its patched linuxkit
 * 1.5.2, fed by `docker export`): lower-case hex, an inode number for each
 * entry, hard links as relative symbolic links, its own times, its own list of
 * paths left out, replaced and added. The order is the stream's if the source
 * is a file-system tar. For every other source it is the lexical walk that
 * `docker export` does, after the paths that Docker adds to each container
 * were added (except the directory of a WORKDIR that is not in the image and
 * those of VOLUMEs: Docker gives them the current time).
 */
#pragma once

#include "base/sink.h"
#include "tree/image.h"
#include "tree/process.h"

/* The names of each enum, as users write them, in the order of the enum; NULL
 * follows the last. */
enum ramdisk_profile { RAMDISK_CANONICAL, RAMDISK_NITRO_CLI };
extern const char *const ramdisk_profile_names[];
enum ramdisk_mtime { RAMDISK_MTIME_FIXED, RAMDISK_MTIME_CLAMP };
extern const char *const ramdisk_mtime_names[];
enum ramdisk_owner { RAMDISK_OWNER_KEEP, RAMDISK_OWNER_ROOT };
extern const char *const ramdisk_owner_names[];
/* What happens to security.capability attributes, which cpio cannot carry. */
enum ramdisk_caps {
	RAMDISK_CAPS_REFUSE,
	RAMDISK_CAPS_DROP,
	RAMDISK_CAPS_INIT, /* listed in the file `caps` for our init */
};
extern const char *const ramdisk_caps_names[];

/* A zeroed struct means canonical/1 with epoch 0. */
struct ramdisk_options {
	enum ramdisk_profile profile;
	enum ramdisk_mtime mtime; /* canonical only, as are the next four */
	enum ramdisk_caps caps;
	uint64_t epoch;           /* seconds since 1970, at most 2^32 - 1 */
	enum ramdisk_owner owner; /* ROOT: every owner becomes 0:0 */
	struct strings devices;   /* device nodes to keep, by path */
};

/* "canonical/1", "nitro-cli/1". */
const char *ramdisk_profile_name(enum ramdisk_profile p);

/*
 * Changes the tree so that the profile can write it, and notes what is lost.
 * Called once, after scrub rules and before ramdisk_app; a second call changes
 * nothing.
 *
 * Canonical: adds missing dev, proc, run, sys (0755) and tmp (1777); removes
 * sockets and the device nodes that are not listed; counts extended attributes
 * that will be lost; warns of names that other systems confuse. ERR_REFUSED
 * "ramdisk-caps" for capabilities under RAMDISK_CAPS_REFUSE, ERR_USAGE
 * "ramdisk-device" for a listed path that is not a device node.
 */
MUST_USE bool ramdisk_prepare(struct image *m, const struct ramdisk_options *o,
			      struct err *e);

/*
 * Writes the second ramdisk: the image below rootfs/ (0755, root), and the
 * command to run. *size is its length. With a NULL sink no content is read:
 * this is how to find the length.
 *
 * ERR_LIMIT "ramdisk-size" for a file of 4 GiB or more, ERR_INPUT for a name
 * that is too long after rootfs/ and for a time outside 1970 to 2106.
 */
MUST_USE bool ramdisk_app(const struct image *m, const struct process *p,
			  const struct ramdisk_options *o, const struct sink *k,
			  uint64_t *size, struct err *e);

/* Writes the first ramdisk: dev, init (0755), and nsm.ko if it is not NULL. */
struct ramdisk_boot {
	const struct inode *init, *nsm; /* regular files */
};
MUST_USE bool ramdisk_boot(const struct ramdisk_boot *b,
			   const struct ramdisk_options *o,
			   const struct sink *k, uint64_t *size, struct err *e);
