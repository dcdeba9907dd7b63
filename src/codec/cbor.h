/*
 * CBOR, RFC 8949: items are pulled one after the other, as the format's own
 * description lists them.
 *
 *	cbor_init(&c, bytes, CBOR_STRICT);
 *	cbor_map(&c);
 *	while (cbor_more(&c)) {
 *		struct span key = cbor_text(&c);
 *		...
 *	}
 *	cbor_end(&c);
 *	return cbor_ok(&c, e);
 *
 * Sticky like the reader below it: after the first failure every call gives
 * zero or an empty span, cbor_more gives false, and cbor_ok tells the first
 * reason with its place. Nothing recurses: LIMIT_CBOR_DEPTH containers may be
 * open.
 *
 * Strict means one encoding per value: shortest integers and lengths, no
 * indefinite lengths, no key twice, text in UTF-8, nothing behind the item.
 * Keys need not be sorted, since AWS's are not. In every mode: map keys are
 * integers or strings, strings have definite lengths, and at most
 * LIMIT_CBOR_KEYS keys are remembered at a time.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/reader.h"

enum cbor_options {
	CBOR_STRICT = 0,
	/* Arrays and maps may have indefinite lengths. Forced by the Nitro
	 * hardware: attestation documents made since mid-2025 have such a map
	 * around the payload. */
	CBOR_INDEFINITE_LENIENT = 1,
	/* Integers and lengths may be longer than needed. Forced by NSM
	 * clients: serde_cbor, with which AWS's own are written, reads them. */
	CBOR_WIDE_LENIENT = 2,
};

enum cbor_kind {
	CBOR_NONE, /* the end of the container or of the input, or a failure */
	CBOR_UINT,
	CBOR_NINT,
	CBOR_BYTES,
	CBOR_TEXT,
	CBOR_ARRAY,
	CBOR_MAP,
	CBOR_TAG,
	CBOR_BOOL,
	CBOR_NULL,
	CBOR_UNDEFINED,
	CBOR_FLOAT,  /* can only be skipped: no format here has one */
	CBOR_SIMPLE, /* likewise */
};

/* An open array or map. */
struct cbor_level {
	uint64_t left; /* items to come, unless indefinite */
	size_t keys;   /* where its keys begin in the list of all */
	bool indefinite, map, value; /* value: the next item is no key */
};

struct cbor_seen {
	uint64_t arg;
	const uint8_t *p; /* a string's bytes */
	uint8_t major;
};

struct cbor {
	struct reader r;
	unsigned options;
	unsigned depth;
	bool full; /* an arena was at its ceiling */
	size_t nseen;
	struct cbor_level level[LIMIT_CBOR_DEPTH];
	struct cbor_seen seen[LIMIT_CBOR_KEYS];
};

void cbor_init(struct cbor *c, struct span in, unsigned options);

/* What comes next, nothing consumed. */
enum cbor_kind cbor_peek(const struct cbor *c);

uint64_t cbor_uint(struct cbor *c);
int64_t cbor_int(struct cbor *c); /* fails outside of 64 bits with sign */
struct span cbor_bytes(struct cbor *c);
struct span cbor_text(struct cbor *c);
bool cbor_bool(struct cbor *c);
void cbor_null(struct cbor *c);
/* An array of integers 0 to 255: how serde writes bytes. In the arena. */
struct span cbor_octets(struct cbor *c, struct arena *a);
/* A byte string whose length may be indefinite, whatever the options: its
 * chunks are put together in the arena. Forced by serde_cbor, as above. */
struct span cbor_chunks(struct cbor *c, struct arena *a);
/* True, and consumed, when the next thing is this tag. */
bool cbor_tag_if(struct cbor *c, uint64_t tag);
/* The same for any tag, which *tag then is. */
bool cbor_tag_any(struct cbor *c, uint64_t *tag);

/* Opens an array or a map with any number of items (pairs). */
void cbor_array(struct cbor *c);
void cbor_map(struct cbor *c);
/* The same with exactly n. */
void cbor_array_n(struct cbor *c, uint64_t n);
void cbor_map_n(struct cbor *c, uint64_t n);
/* Is there another item (pair) in the innermost open container? When not,
 * the container is closed. */
bool cbor_more(struct cbor *c);
/* Closes the innermost container, which must be at its end. */
void cbor_close(struct cbor *c);
/* The next key must be this text. */
void cbor_key(struct cbor *c, const char *name);

/* Any one item, well-formed by the same rules: its encoded bytes. */
struct span cbor_skip(struct cbor *c);

/* Fails with `why`, a literal. */
void cbor_fail(struct cbor *c, const char *why);
void cbor_check(struct cbor *c, bool ok, const char *why);
/* Everything is closed and read. */
void cbor_end(struct cbor *c);
/* ERR_INPUT "byte N: why", or ERR_LIMIT. */
MUST_USE bool cbor_ok(const struct cbor *c, struct err *e);

/* Writers: always the shortest form. */
void cbor_put_uint(struct buf *b, uint64_t v);
void cbor_put_int(struct buf *b, int64_t v);
void cbor_put_bytes(struct buf *b, struct span s);
/* Only what stands before n bytes. */
void cbor_put_bytes_head(struct buf *b, size_t n);
void cbor_put_text(struct buf *b, struct span s);
void cbor_put_str(struct buf *b, const char *s);
void cbor_put_array(struct buf *b, uint64_t n);
void cbor_put_map(struct buf *b, uint64_t n);
/* A map of indefinite length, closed by cbor_put_break. */
void cbor_put_map_open(struct buf *b);
void cbor_put_break(struct buf *b);
void cbor_put_tag(struct buf *b, uint64_t tag);
void cbor_put_bool(struct buf *b, bool v);
void cbor_put_null(struct buf *b);
void cbor_put_octets(struct buf *b, struct span s);
