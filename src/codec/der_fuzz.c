/* A value of any type that is read is written back as the same bytes, from
 * what was understood of it. */
#include "base/fuzz.h"

#include "codec/der.h"

enum { ROOM = 1 << 20 };

static void
put_again(struct buf *b, struct reader *r, uint8_t tag)
{
	unsigned unused = 0;
	if (tag == DER_BOOLEAN) {
		der_put_boolean(b, der_boolean(r));
	} else if (tag == DER_INTEGER) {
		der_put_unsigned(b, der_unsigned(r));
	} else if (tag == DER_BITS) {
		struct span v = der_bits(r, &unused);
		der_put_bits(b, v, unused);
	} else if (tag == DER_OID) {
		der_put(b, tag, der_oid(r));
	} else if (tag == DER_UTC_TIME || tag == DER_TIME) {
		struct calendar c = der_time(r);
		if (!r->why &&
		    (tag == DER_UTC_TIME || c.year < 1950 || c.year >= 2050))
			der_put_time(b, calendar_seconds(&c));
		else
			r->why = r->why ? r->why : "not the form of RFC 5280";
	} else {
		der_put(b, tag, der_take(r, tag));
	}
}

FUZZ(in)
{
	struct reader any = rd_from(in), r = any;
	struct buf b = buf_max(ROOM);
	uint8_t tag = rd_peek(&r);
	struct span whole = der_any(&any);
	if (tag & 0x20) { /* constructed: two levels, as members are read */
		const uint8_t *outside = der_enter(&r, tag);
		size_t at = der_begin(&b, tag);
		while (rd_left(&r))
			put_again(&b, &r, rd_peek(&r));
		der_leave(&r, outside);
		der_end(&b, at);
	} else {
		put_again(&b, &r, tag);
	}
	ASSERT(r.why || !any.why);
	if (!r.why && !b.failed) {
		ASSERT(span_eq(buf_view(&b), whole));
		ASSERT(rd_at(&r) == whole.n);
	}
	buf_free(&b);
}
