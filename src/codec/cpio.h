/*
 * The "newc" cpio archive, the form in which Linux takes an initial RAM file
 * system (Documentation/driver-api/early-userspace/buffer-format.rst).
 *
 * An entry is a header of 110 bytes (magic "070701", thirteen fields of eight
 * hex digits), the name with a NUL, zeros to a multiple of 4, the data, zeros
 * to a multiple of 4. The entry "TRAILER!!!" ends an archive.
 *
 * Both directions are streams: neither holds a file's content.
 */
#pragma once

#include "base/arena.h"
#include "base/map.h"
#include "base/sink.h"

enum {
	CPIO_HEADER = 110,
	CPIO_NAME_MAX = 4096, /* with its NUL: PATH_MAX, what Linux reads */
	CPIO_ALIGN = 4,
	CPIO_BLOCK = 512, /* archives are filled with zeros to this */
};

/* File types in the mode field, as stat(2) has them. */
enum {
	CPIO_FIFO = 0010000,
	CPIO_CHAR = 0020000,
	CPIO_DIR = 0040000,
	CPIO_BLOCKDEV = 0060000,
	CPIO_FILE = 0100000,
	CPIO_SYMLINK = 0120000,
	CPIO_SOCKET = 0140000,
	CPIO_TYPE = 0170000,
};

/* The header's fields in the order of the format, without the length of the
 * name (the name has it) and the check sum (always 0 in this magic). */
struct cpio_header {
	uint32_t ino, mode, uid, gid, nlink, mtime, size;
	uint32_t dev_major, dev_minor, rdev_major, rdev_minor;
};

/*
 * Writing. Small pieces are gathered into blocks; large ones go to the sink
 * as they are. With a NULL sink nothing is written and `at` says how long the
 * archive would be.
 */
struct cpio_writer {
	const struct sink *sink;
	uint8_t *block;
	size_t n;    /* bytes gathered */
	uint64_t at; /* bytes of the archive so far */
	bool upper;  /* hex digits in upper case */
};

MUST_USE bool cpio_writer_init(struct cpio_writer *w, struct arena *a,
			       const struct sink *sink, bool upper,
			       struct err *e);
/* Header, name (no NUL in it, at most CPIO_NAME_MAX - 1 bytes: ERR_INPUT
 * "cpio-name" otherwise) and padding. */
MUST_USE bool cpio_write_header(struct cpio_writer *w,
				const struct cpio_header *h, struct span name,
				struct err *e);
/* Some data of the entry; h.size bytes altogether, then cpio_write_pad. */
MUST_USE bool cpio_write(struct cpio_writer *w, struct span s, struct err *e);
/* Counts n bytes of data that are not written; only with a NULL sink. */
void cpio_count(struct cpio_writer *w, uint64_t n);
MUST_USE bool cpio_write_pad(struct cpio_writer *w, struct err *e);
/* Trailer with these fields, zeros to CPIO_BLOCK, all of it to the sink. */
MUST_USE bool cpio_write_end(struct cpio_writer *w,
			     const struct cpio_header *trailer, struct err *e);
/* A sink that is cpio_write; valid as long as the writer. */
struct sink cpio_sink(struct cpio_writer *w);

/*
 * Reading, strict: one encoding per value, padding is zero, every archive has
 * its trailer. As the kernel does, several archives may follow each other,
 * with zeros between that bring the next to a multiple of 4, and zeros may
 * follow the last.
 *
 * Errors are ERR_INPUT "cpio-malformed" with the offset in the stream.
 */
struct cpio_input {
	/* Up to n bytes; *got is 0 only at the end. */
	bool (*read)(void *self, void *p, size_t n, size_t *got, struct err *e);
	void *self;
};

/* Spans are valid until the next cpio_next. */
struct cpio_entry {
	struct cpio_header h;
	struct span name; /* as stored */
	struct span path; /* without leading "./" and "/", trailing "/"; empty
			     for the root; no "", "." or ".." in it */
	struct span link; /* of a symbolic link, without a final NUL */
	uint64_t at;      /* where the header is */
	uint32_t archive; /* 0 for the first one of the stream */
	uint32_t type;    /* h.mode & CPIO_TYPE */
};

struct cpio_reader {
	struct cpio_input in;
	uint8_t *block, *p, *end; /* what was read ahead */
	uint8_t *name, *link;
	uint64_t at;   /* bytes consumed */
	uint64_t left; /* of the current entry's data */
	uint32_t archive;
	bool inside; /* an archive: after its start, before its trailer */
	bool ended;
};

MUST_USE bool cpio_reader_init(struct cpio_reader *r, struct arena *a,
			       const struct cpio_input *in, struct err *e);
/* Reads the next entry and skips unread data of the one before; *more is false
 * at the end of the stream. */
MUST_USE bool cpio_next(struct cpio_reader *r, struct cpio_entry *out,
			bool *more, struct err *e);
/* Data of the current regular file; *got is 0 at its end. */
MUST_USE bool cpio_read(struct cpio_reader *r, void *p, size_t n, size_t *got,
			struct err *e);
/* An input over bytes in memory, which it advances through. */
struct cpio_input cpio_input_span(struct span *s);

/*
 * Hard links: entries of one archive that share inode and device numbers and
 * have nlink of 2 or more are names of one file. Data may come with any.
 */
struct cpio_links {
	struct map seen;
};
void cpio_links_init(struct cpio_links *l, struct arena *a,
		     const uint64_t seed[2]);
/* *first is the path of the earlier entry that this one is a further name of,
 * or empty; it stays valid. */
MUST_USE bool cpio_links_add(struct cpio_links *l, const struct cpio_entry *en,
			     struct span *first, struct err *e);
