/*
 * ASN.1 values in DER (X.690, section 10): one encoding for each value.
 *
 * Reading goes through struct reader and is strict: lengths are definite and
 * as short as they can be, tags have one byte, numbers and object identifiers
 * have no padding, unused bits are zero. What a constructed value holds is
 * read between der_enter and der_leave, so a parser looks like the ASN.1.
 *
 * Writing appends to a struct buf; der_begin and der_end put the length in
 * front of what was appended between them.
 */
#pragma once

#include "base/buf.h"
#include "base/calendar.h"
#include "base/reader.h"

enum der_tag {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BITS = 0x03,
	DER_OCTETS = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_UTF8 = 0x0c,
	DER_PRINTABLE = 0x13,
	DER_UTC_TIME = 0x17,
	DER_TIME = 0x18, /* GeneralizedTime */
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT = 0x80,     /* [n] IMPLICIT, primitive: | n */
	DER_CONSTRUCTED = 0xa0, /* [n] EXPLICIT, or constructed: | n */
};

/* Does a value with this tag follow? */
bool der_follows(const struct reader *r, uint8_t tag);
/* The content of the next value, which must have that tag. */
struct span der_take(struct reader *r, uint8_t tag);
/* The next value with its tag and length in front, whatever it is. */
struct span der_any(struct reader *r);
/* Into the value with that tag: the reader ends where it ends, until der_leave
 * with what der_enter gave. There must be nothing left then. */
const uint8_t *der_enter(struct reader *r, uint8_t tag);
void der_leave(struct reader *r, const uint8_t *outside);

bool der_boolean(struct reader *r);
/* An INTEGER that is not negative, big-endian, without zeros in front; of 0
 * one zero byte. */
struct span der_unsigned(struct reader *r);
/* The bits; of the last byte the lowest `unused` do not count. */
struct span der_bits(struct reader *r, unsigned *unused);
/* The encoded identifier. */
struct span der_oid(struct reader *r);
/* UTCTime or GeneralizedTime as RFC 5280 wants them (4.1.2.5): with seconds,
 * in UTC, without fractions. The years of UTCTime are 1950 to 2049. */
struct calendar der_time(struct reader *r);
/* The same of content that was read before. */
MUST_USE bool der_time_parse(uint8_t tag, struct span content,
			     struct calendar *out);

/* Where the content begins, for der_end. */
size_t der_begin(struct buf *b, uint8_t tag);
void der_end(struct buf *b, size_t at);
void der_put(struct buf *b, uint8_t tag, struct span content);
void der_put_boolean(struct buf *b, bool v);
/* Big-endian, with or without zeros in front; empty is 0. */
void der_put_unsigned(struct buf *b, struct span v);
void der_put_bits(struct buf *b, struct span v, unsigned unused);
/* UTCTime from 1950 to 2049, else GeneralizedTime; years 0 to 9999. */
void der_put_time(struct buf *b, int64_t seconds);
