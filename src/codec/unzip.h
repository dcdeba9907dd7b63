/*
 * Decompression of gzip (RFC 1952), zstd (RFC 8878) and xz streams, with the
 * checks that the formats carry: a wrong checksum or length, bytes behind the
 * end that are no further member, and a stream that ends early are refused.
 * Concatenated members give the concatenation of what is in them.
 *
 * Memory is bounded: windows over 128 MiB (zstd), dictionaries over 256 MiB
 * (xz) are ERR_LIMIT.
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/sink.h"
#include "base/span.h"

enum unzip_kind { UNZIP_NONE, UNZIP_GZIP, UNZIP_ZSTD, UNZIP_XZ };

/* What the first bytes (6 are enough) say; UNZIP_NONE when nothing known. */
enum unzip_kind unzip_guess(struct span head);
/* "gzip", "zstd", "xz", "none" */
const char *unzip_name(enum unzip_kind k);

/*
 * Life: unzip_init, unzip_put as often as there are bytes, unzip_end once
 * after the last. unzip_finish gives everything back at any time and accepts
 * a zeroed struct (DEFER(unzip_finish) works). UNZIP_NONE passes through.
 */
struct unzip {
	enum unzip_kind kind;
	struct arena hold; /* state and block live here */
	void *state;
	uint8_t *block; /* what comes out collects here */
	bool between;   /* a member is complete and no other has begun */
};
MUST_USE bool unzip_init(struct unzip *u, enum unzip_kind k, struct err *e);
/* Sends what comes out to the sink, in blocks. */
MUST_USE bool unzip_put(struct unzip *u, struct span in, const struct sink *k,
			struct err *e);
MUST_USE bool unzip_end(struct unzip *u, struct err *e);
void unzip_finish(struct unzip *u);
