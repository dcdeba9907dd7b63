/*
 * The one cursor over untrusted bytes.
 *
 * Sticky: after the first failure every read gives zeros or an empty span,
 * `why` and `at` keep the first reason and its place, and rd_ok turns that
 * into an error once, at the end. A parser then reads like the format's table.
 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* What kind of failure it was, for callers that answer each kind in its own
 * way; `why` is for people. */
enum rd_fault {
	RD_NONE,
	RD_RULE,      /* a rule of the format, whatever it is */
	RD_TRUNCATED, /* the input ends too early */
	RD_TRAILING,  /* something stands behind the end */
	RD_ENCODING,  /* the value has another, canonical encoding */
	RD_TWICE,     /* a key was given twice */
};

struct reader {
	const uint8_t *base, *p, *end;
	const char *why; /* NULL until the first failure, then fixed */
	size_t at;       /* byte offset of that failure */
	enum rd_fault fault;
};

struct reader rd_from(struct span s);

struct span rd_take(struct reader *r, size_t n);
struct span rd_take64(struct reader *r, uint64_t n);
uint8_t rd_u8(struct reader *r);
uint16_t rd_be16(struct reader *r);
uint32_t rd_be32(struct reader *r);
uint64_t rd_be64(struct reader *r);
uint16_t rd_le16(struct reader *r);
uint32_t rd_le32(struct reader *r);
/* Up to and without the byte c, which is consumed; fails when there is none */
struct span rd_until(struct reader *r, uint8_t c);

uint8_t rd_peek(const struct reader *r); /* 0 at the end */
size_t rd_left(const struct reader *r);  /* 0 after a failure */
size_t rd_at(const struct reader *r);    /* offset from the start */

/* Fails with `why`, a literal, unless c holds: RD_RULE. */
void rd_check(struct reader *r, bool c, const char *why);
void rd_fail(struct reader *r, const char *why);
/* The same for another kind of failure. */
void rd_fail_as(struct reader *r, enum rd_fault fault, const char *why);
/* RD_TRUNCATED. */
void rd_truncated(struct reader *r);
/* Fails with "trailing bytes" unless everything was read. */
void rd_end(struct reader *r);
/* ERR_INPUT "byte N: why" when anything failed. */
MUST_USE bool rd_ok(const struct reader *r, struct err *e);
