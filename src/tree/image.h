/*
 * An image: a flat file tree, how its process is started, and what is known
 * about its source. Every source makes one of these.
 */
#pragma once

#include "base/arena.h"
#include "base/budget.h"
#include "base/limits.h"
#include "base/note.h"
#include "base/progress.h"
#include "tree/tree.h"

/*
 * The part of an OCI image configuration that we use (image-spec, config.md),
 * with the bytes as written. A source without a configuration (a directory, a
 * file-system tar) leaves all of it empty.
 */
struct image_config {
	bool present;
	struct span os, architecture, variant; /* GOOS and GOARCH names */
	struct strings entrypoint, cmd, env;
	struct span working_dir, user;
	struct span digest;      /* "sha256:..." of the configuration */
	struct strings diff_ids; /* of the layers, "sha256:..." */
};

enum { IMAGE_FDS_MAX = LIMIT_LAYERS + 8 };

/* Owners and modes of a source directory: root's owner and the modes that git
 * records, or as on the disk. */
enum image_modes { IMAGE_MODES_GIT, IMAGE_MODES_KEEP };
/* "git", "keep"; NULL follows the last. */
extern const char *const image_modes_names[];

/*
 * The tree borrows the descriptors kept here, which image_finish closes:
 * layers, spooled data, a root file system's directory.
 */
struct image {
	struct arena *arena;
	struct tree tree;
	struct image_config config;
	bool as_archived; /* one archive's files: in its order, by its names */
	bool git_modes;   /* a directory read without its own modes */
	struct notes *notes;             /* notes for the user; borrowed */
	const struct progress *progress; /* may be NULL */
	int fds[IMAGE_FDS_MAX];
	size_t fd_count;
	bool spooling; /* `spool` and `spool_end` are valid: oci/spool.h */
	int spool;
	uint64_t spool_end;
	/* Limits for all sources of the image: bytes that are unpacked, bytes
	 * from pipes, work to follow links; and the number of their entries so
	 * far. */
	struct budget unpacked, stream, walk;
	uint64_t entries;
	enum image_modes modes; /* of a directory: source/source.h */
};

/* Borrows the arena, notes and progress, which must outlive the image. */
MUST_USE bool image_init(struct image *m, struct arena *a, struct notes *n,
			 const struct progress *p, struct err *e);
/* Sets how many bytes may be unpacked or come through pipes, whatever the
 * input. */
void image_allow(struct image *m, uint64_t max_unpacked);
/* Counts one more entry of a source, also if its name existed before. Fails
 * with ERR_LIMIT over LIMIT_ENTRIES. */
MUST_USE bool image_entry(struct image *m, struct err *e);
/* Gives the descriptor to the image; closes it on failure. */
MUST_USE bool image_keep_fd(struct image *m, int fd, struct err *e);
void image_finish(struct image *m);
