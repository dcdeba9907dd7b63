/*
 * Entries of a tar archive, read where it lies: POSIX.1-2017 pax (ustar with
 * extended headers), GNU (long names, sparse files of 1.13 and of the three
 * pax kinds), star's ustar variant and the seventh edition's. Not compressed:
 * codec/unzip.h is for that.
 *
 * Strict, because tools disagree about what is odd and an image must mean one
 * thing: a wrong checksum, a number that is none, names with a NUL, an
 * extended header without an entry, data where only some readers expect it,
 * global headers that change entries are refused, with the offset. Names and
 * links are given as they are stored, every byte; judging "..", "/" and so on
 * is the caller's business.
 */
#pragma once

#include "base/arena.h"
#include "base/blob.h"
#include "base/note.h"

enum tar_type {
	TAR_FILE,
	TAR_LINK, /* hard link to the entry named `link` */
	TAR_SYMLINK,
	TAR_CHAR,
	TAR_BLOCKDEV,
	TAR_DIR,
	TAR_FIFO,
};

/* Part of a sparse file: `size` bytes stored at `offset` of the archive are
 * those at `at` of the file. The rest of the file is zeros. */
struct tar_piece {
	uint64_t at, offset, size;
};

struct tar_xattr {
	struct span name, value;
	struct tar_xattr *next; /* in byte order of the name */
};

struct tar_entry {
	enum tar_type type;
	struct span name, link;
	uint32_t mode; /* 07777 */
	uint32_t uid, gid, major, minor;
	int64_t mtime;   /* seconds, rounded down */
	uint64_t size;   /* of the file, holes included */
	uint64_t offset; /* of its bytes in the archive, when not sparse */
	uint64_t header; /* where the entry's own header is */
	bool sparse;
	const struct tar_piece *piece; /* ascending, apart, inside the file */
	size_t pieces;
	const struct tar_xattr *xattr;
};

struct tar_window; /* the part of the archive that is in memory */

struct tarview {
	const struct blob *blob;
	struct notes *notes;
	struct arena names; /* what the present entry's spans point into */
	struct arena hold;  /* holds w */
	struct tar_window *w;
	uint64_t at;         /* of the next header */
	uint64_t sized_dirs; /* directories with a size, which is not data */
	bool ended;          /* tar_next has said so */
	bool unterminated;   /* then: without the blocks of zeros at the end */
};

/* The blob is borrowed; notes may be NULL. */
MUST_USE bool tar_init(struct tarview *t, const struct blob *b, struct notes *n,
		       struct err *e);
void tar_finish(struct tarview *t); /* fine on a zeroed struct */

/*
 * The next entry; its spans are good until the next call. *more is false at
 * the end, when bytes that follow the end mark have been noted
 * ("tar-trailing"). Whether an archive that just stops (t->unterminated) is
 * complete, the caller must know: it is when its digest was checked.
 */
MUST_USE bool tar_next(struct tarview *t, struct tar_entry *out, bool *more,
		       struct err *e);
/* Could this be a tar archive: the first 512 bytes are a header with a good
 * checksum, or zeros. */
bool tar_guess(struct span head);
