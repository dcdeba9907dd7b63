#include "base/test.h"

#include "codec/der.h"

/* SEQUENCE { 5, TRUE, 1.2.840.10045, bits 101, two times } */
#define ALL                                            \
	"3031 020105 0101ff 06052a8648ce3d 0302 05a0 " \
	"170d 3530303130313030303030305a 180f 32303530303130313030303030305a"

struct all {
	struct span number, oid, bits;
	bool yes;
	unsigned unused;
	struct calendar utc, general;
};

static bool
parse(struct span in, struct all *x, struct err *e)
{
	struct reader r = rd_from(in);
	const uint8_t *outside = der_enter(&r, DER_SEQUENCE);
	x->number = der_unsigned(&r);
	x->yes = der_boolean(&r);
	x->oid = der_oid(&r);
	x->bits = der_bits(&r, &x->unused);
	x->utc = der_time(&r);
	x->general = der_time(&r);
	der_leave(&r, outside);
	rd_end(&r);
	return rd_ok(&r, e);
}

static void
write_all(struct buf *b, const struct all *x)
{
	size_t at = der_begin(b, DER_SEQUENCE);
	der_put_unsigned(b, x->number);
	der_put_boolean(b, x->yes);
	der_put(b, DER_OID, x->oid);
	der_put_bits(b, x->bits, x->unused);
	der_put_time(b, calendar_seconds(&x->utc));
	der_put_time(b, calendar_seconds(&x->general));
	der_end(b, at);
}

TEST(der_both_ways)
{
	struct span in = test_hex(t, ALL);
	struct err e = { 0 };
	struct all x;
	if (!CHECK_OK(t, parse(in, &x, &e), &e))
		return;
	CHECK_SPAN(t, x.number, SPAN("\5"));
	CHECK(t, x.yes && x.unused == 5 && x.utc.year == 1950);
	CHECK_SPAN(t, x.bits, SPAN("\xa0"));
	CHECK_U(t, (uint64_t)x.general.year, 2050);
	struct buf b = buf_max(100);
	write_all(&b, &x);
	CHECK_SPAN(t, buf_view(&b), in);
	buf_free(&b);
}

TEST(der_lengths_both_ways)
{
	static const size_t sizes[] = {
		0, 1, 127, 128, 255, 256, 65535, 65536
	};
	for (size_t i = 0; i < COUNT(sizes); i++) {
		uint8_t *p = NEW(&t->arena, uint8_t, sizes[i] + 1);
		struct span v = span_of(p, sizes[i]);
		struct buf b = buf_max(1 << 20);
		der_put(&b, DER_OCTETS, v);
		struct reader r = rd_from(buf_view(&b)), again = r;
		CHECK_SPAN(t, der_take(&r, DER_OCTETS), v);
		CHECK_SPAN(t, der_any(&again), buf_view(&b));
		CHECK(t, !r.why && rd_left(&r) == 0);
		buf_free(&b);
	}
}

TEST(der_numbers_both_ways)
{
	static const struct {
		const char *number, *der, *back;
	} rows[] = {
		{ "", "020100", "00" },     { "00", "020100", "00" },
		{ "7f", "02017f", "7f" },   { "80", "02020080", "80" },
		{ "0001", "020101", "01" }, { "0080ff", "02030080ff", "80ff" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b = buf_max(100);
		der_put_unsigned(&b, test_hex(t, rows[i].number));
		CHECK_SPAN(t, buf_view(&b), test_hex(t, rows[i].der));
		struct reader r = rd_from(buf_view(&b));
		CHECK_SPAN(t, der_unsigned(&r), test_hex(t, rows[i].back));
		buf_free(&b);
	}
}

static void
read_one(struct reader *r)
{
	unsigned unused;
	uint8_t tag = rd_peek(r);
	if (tag == DER_BOOLEAN)
		der_boolean(r);
	else if (tag == DER_INTEGER)
		der_unsigned(r);
	else if (tag == DER_BITS)
		der_bits(r, &unused);
	else if (tag == DER_OID)
		der_oid(r);
	else if (tag == DER_UTC_TIME || tag == DER_TIME)
		der_time(r);
	else
		der_any(r);
}

TEST(der_refuses)
{
	static const struct {
		const char *in, *why;
	} rows[] = {
		{ "0480", "byte 2: a length that is not definite" },
		{ "04817f", "longer than needed" },
		{ "0482007f", "longer than needed" },
		{ "0485 0000000001", "a length of too many bytes" },
		{ "04ff", "a length of too many bytes" },
		{ "0402 00", "byte 2: truncated" },
		{ "04 84 ffffffff 00", "truncated" },
		{ "1f01 00", "a tag of several bytes" },
		{ "0000", "end-of-contents" },
		{ "0101 01", "neither 00 nor ff" },
		{ "0100", "neither 00 nor ff" },
		{ "0102 ffff", "neither 00 nor ff" },
		{ "0200", "an INTEGER without bytes" },
		{ "0201 80", "a negative INTEGER" },
		{ "0202 0001", "an INTEGER that is longer than needed" },
		{ "0300", "unused bits" },
		{ "0301 01", "a wrong number of unused bits" },
		{ "0302 0800", "a wrong number of unused bits" },
		{ "0302 0101", "whose unused bits are not zero" },
		{ "0600", "IDENTIFIER without bytes" },
		{ "0602 2a80", "IDENTIFIER that" },
		{ "0603 2a8001", "longer than needed" },
		{ "0601 86", "does not end" },
		{ "170d 3530303233303030303030305a", "a malformed time" },
		{ "170d 353030323031303030303630 5a", "a malformed time" },
		{ "170b 353030313031303030305a", "a malformed time" },
		{ "170d 35303031303130303030303030", "a malformed time" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct reader r = rd_from(test_hex(t, rows[i].in));
		read_one(&r);
		CHECK(t, !rd_ok(&r, &e) && e.code == ERR_INPUT);
		CHECK_HAS(t, e.msg, rows[i].why);
	}
}

TEST(der_refuses_other_shapes)
{
	struct err e = { 0 };
	struct reader r = rd_from(test_hex(t, "3003 020105"));
	const uint8_t *outside = der_enter(&r, DER_SEQUENCE);
	der_leave(&r, outside);
	CHECK(t, !rd_ok(&r, &e));
	CHECK_HAS(t, e.msg, "byte 2: more in an ASN.1 value than expected");
	r = rd_from(test_hex(t, "3003 020105"));
	der_enter(&r, DER_SET);
	CHECK(t, !rd_ok(&r, &e));
	CHECK_HAS(t, e.msg, "another ASN.1 value than expected");
	/* a member may not go on behind the end of what it is in */
	r = rd_from(test_hex(t, "3003 0202 0505 00"));
	der_enter(&r, DER_SEQUENCE);
	der_unsigned(&r);
	CHECK(t, !rd_ok(&r, &e));
	CHECK_HAS(t, e.msg, "truncated");
}

TEST(der_survives_being_cut)
{
	struct span in = test_hex(t, ALL);
	struct all x;
	for (size_t n = 0; n < in.n; n++) {
		struct err e = { 0 };
		CHECK(t, !parse(span_sub(in, 0, n), &x, &e));
		CHECK(t, e.code == ERR_INPUT);
	}
}

TEST(der_survives_a_full_buffer)
{
	struct span in = test_hex(t, ALL);
	struct err e = { 0 };
	struct all x;
	if (!CHECK_OK(t, parse(in, &x, &e), &e))
		return;
	for (size_t n = 0; n < in.n; n++) {
		struct buf b = buf_max(n);
		write_all(&b, &x);
		CHECK(t, b.failed);
		buf_free(&b);
	}
}
