/*
 * Shared by the ramdisk writers of both profiles: an archive that is being
 * written, its entries, and which names are hard links of each other.
 */
#pragma once

#include "codec/cpio.h"
#include "ramdisk/ramdisk.h"

struct ram {
	struct cpio_writer out;
	const struct ramdisk_options *o;
	struct arena *arena; /* scratch */
	uint32_t ino;
};

enum { RAM_FIRST_INO = 721 };

/* One entry. Its name is prefix, name, suffix. */
struct ram_entry {
	struct span prefix, name, suffix;
	const struct inode *inode; /* content of a regular file, or NULL */
	struct span body;          /* the data if there is no inode */
	struct cpio_header h;      /* device and, with data, size are set */
	bool no_data;              /* an earlier name of a hard link group */
};

MUST_USE bool ram_init(struct ram *r, const struct ramdisk_options *o,
		       const struct sink *k, struct arena *scratch,
		       struct err *e);
MUST_USE bool ram_put(struct ram *r, struct ram_entry *en, struct err *e);
/* Returns the type bits of a mode field. */
uint32_t ram_type(enum node_type t);
/* Converts to a header's time; ERR_INPUT if 32 bits cannot hold it. */
MUST_USE bool ram_mtime(int64_t t, uint32_t *out, struct err *e);

/* Hard links: the nodes of a list whose inodes have several names, grouped by
 * inode and in the list's order. */
struct ram_link {
	const struct node *node;
	size_t at; /* index in the list */
};
struct ram_links {
	struct ram_link *v;
	size_t n;
};
MUST_USE bool ram_links(struct node **all, size_t n, struct arena *a,
			struct ram_links *out, struct err *e);
/* Returns the links of the inode; none if it has one name. */
struct ram_links ram_links_of(const struct ram_links *l, const struct inode *i);

MUST_USE bool ram_canonical_app(struct ram *r, const struct image *m,
				const struct process *p, struct err *e);
MUST_USE bool ram_canonical_boot(struct ram *r, const struct ramdisk_boot *b,
				 struct err *e);
MUST_USE bool ram_canonical_end(struct ram *r, struct err *e);
MUST_USE bool ram_nitro_app(struct ram *r, const struct image *m,
			    const struct process *p, struct err *e);
MUST_USE bool ram_nitro_boot(struct ram *r, const struct ramdisk_boot *b,
			     struct err *e);
MUST_USE bool ram_nitro_end(struct ram *r, struct err *e);

/* Adds the paths that Docker adds to each container that it makes. */
MUST_USE bool ram_nitro_docker_paths(struct tree *t, struct err *e);
