/*
 * What codec/tarview.c is made of: numbers, extended headers (pax) and the
 * three ways to say where the parts of a sparse file are. For that folder
 * only.
 */
#pragma once

#include "base/limits.h"
#include "codec/tarview.h"

enum { TAR_BLOCK = 512 };

/*
 * A number in a header field: octal with blanks around it, or base 256 with
 * the top bit set (GNU, star). A field of blanks and NULs is 0.
 */
MUST_USE bool tar_number(struct span field, int64_t *out);
/* A field's text: up to the first NUL. */
struct span tar_text(struct span field);

enum tar_map {
	TAR_DENSE,
	TAR_MAP_RECORDS, /* pax 0.0 and 0.1: in the extended header */
	TAR_MAP_DATA,    /* pax 1.0: in front of the data */
	TAR_MAP_HEADER,  /* old GNU: in the header */
};

/* The parts of a sparse file as they become known, in order. */
struct tar_pieces {
	struct tar_piece *v;
	size_t n, cap;
};

/* What stands in front of an entry's own header. */
struct tar_ext {
	struct arena *arena;
	struct notes *notes;
	bool pax;     /* there was an extended header */
	bool changes; /* and it says something about the entry */
	struct span path, link;
	struct span long_path, long_link; /* GNU */
	struct span sparse_name;
	bool has_size, has_mtime, has_uid, has_gid, has_real;
	bool has_major, has_minor;
	uint64_t size, uid, gid, real, major, minor;
	int64_t mtime;
	struct tar_xattr *xattr;
	size_t xattrs;
	enum tar_map map;
	uint64_t map_major;
	uint64_t piece_at; /* GNU.sparse.offset, of the numbytes to come */
	struct tar_pieces pieces;
};

/* Reads the body of an extended header into x. The spans point into body. */
MUST_USE bool tar_pax(struct span body, struct tar_ext *x, struct err *e);

/* Adds a part; parts of no bytes are dropped. */
MUST_USE bool tar_piece_add(struct tar_ext *x, uint64_t at, uint64_t size,
			    struct err *e);
/* The parts in an old GNU header's (4) or extension's (21) table. */
MUST_USE bool tar_piece_table(struct tar_ext *x, struct span table,
			      struct err *e);
/* Reads the map in front of the data (pax 1.0), which is at *at and has *left
 * bytes; both then speak of what follows it. */
MUST_USE bool tar_piece_data(struct tar_ext *x, const struct blob *b,
			     uint64_t *at, uint64_t *left, struct err *e);
/* Gives the parts their places: they are stored one after the other from `at`
 * on and are `stored` bytes; the file has `real`. */
MUST_USE bool tar_piece_place(struct tar_ext *x, uint64_t at, uint64_t stored,
			      uint64_t real, struct err *e);

/* ERR_INPUT with the id; returns false. */
bool tar_refuse(struct err *e, const char *id, const char *why);
