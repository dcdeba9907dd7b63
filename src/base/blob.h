/*
 * Bytes that can be read at any place: a file, a part of one, memory. What
 * decodes a large format (tar) takes one of these and never holds the whole.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

struct blob {
	/* Reads n bytes at offset `at`; *got is less only at the end. */
	bool (*read)(void *self, void *p, size_t n, uint64_t at, size_t *got,
		     struct err *e);
	void *self;
	uint64_t size;
	uint64_t base; /* of a part: where it begins in what self is */
};

/* The bytes of a span, which must outlive the blob as must `s` itself. */
struct blob blob_of(struct span *s);
/* A part of it, clipped to what is there. */
struct blob blob_part(const struct blob *b, uint64_t at, uint64_t n);
/* Up to n bytes, clipped at the end. */
MUST_USE bool blob_read_some(const struct blob *b, void *p, size_t n,
			     uint64_t at, size_t *got, struct err *e);
/* Exactly n bytes, else ERR_INPUT "ends early". */
MUST_USE bool blob_read(const struct blob *b, void *p, size_t n, uint64_t at,
			struct err *e);
