/*
 * Walks through a directory tree: each directory comes before its contents,
 * names in byte order. No symbolic link is followed, nothing is opened by a
 * path that another process could redirect outside, and two descriptors are
 * open at any time however deep the tree is.
 *
 * Mounts below the root belong to the tree, except those of kernel file systems
 * (proc, sysfs and similar ones), which have no content of their own.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

enum walk_type {
	WALK_FILE,
	WALK_DIR,
	WALK_SYMLINK,
	WALK_CHAR,
	WALK_BLOCK,
	WALK_FIFO,
	WALK_SOCKET,
};

struct walk_xattr {
	struct span name, value;
	struct walk_xattr *next; /* in byte order of the name */
};

struct walk_entry {
	struct span path; /* relative; empty for the root, which comes first */
	enum walk_type type;
	uint32_t mode; /* 07777 */
	uint32_t uid, gid, major, minor;
	int64_t mtime; /* seconds, rounded down */
	uint64_t size;
	uint64_t dev, ino, links; /* which file it is, how many names it has */
	struct span link;         /* of a symbolic link */
	bool pseudo;              /* a directory that was not entered */
	const struct walk_xattr *xattr; /* of files and directories */
};

struct walk;

/* The descriptor is borrowed. The walk's memory is in the arena and in pieces
 * that walk_close frees. */
MUST_USE bool walk_open(struct walk **w, int dirfd, struct arena *a,
			struct err *e);
/* Returns the next entry, whose spans are valid until the next call. A file
 * that cannot be opened for reading is an error. */
MUST_USE bool walk_next(struct walk *w, struct walk_entry *out, bool *more,
			struct err *e);
void walk_close(struct walk **w); /* for DEFER */
