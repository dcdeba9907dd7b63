#include "base/test.h"

#include "codec/cbor_kit.h"

enum { ANY = CBOR_INDEFINITE_LENIENT | CBOR_WIDE_LENIENT };

/* Reads one item, whole input; the text of it, or of the failure. */
static bool
read_all(struct test *t, struct span in, unsigned options, struct buf *bytes,
	 const char **text)
{
	struct cbor c;
	struct err e = { 0 };
	DEFER(buf_free) struct buf out = buf_max(4096);
	cbor_init(&c, in, options);
	recode(&c, bytes, &out);
	if (!c.r.why)
		cbor_end(&c);
	bool ok = cbor_ok(&c, &e);
	struct span said = { out.p, out.n ? out.n - 1 : 0 };
	*text = arena_cstr(&t->arena, ok ? said : span_str(e.msg));
	return CHECK(t, ok || e.code == ERR_INPUT) && ok;
}

struct vector {
	const char *hex, *text;
};

/* RFC 8949, appendix A: the values that have definite lengths. */
static const struct vector definite[] = {
	{ "00", "0" },
	{ "01", "1" },
	{ "0a", "10" },
	{ "17", "23" },
	{ "1818", "24" },
	{ "1819", "25" },
	{ "1864", "100" },
	{ "1903e8", "1000" },
	{ "1a000f4240", "1000000" },
	{ "1b000000e8d4a51000", "1000000000000" },
	{ "1bffffffffffffffff", "18446744073709551615" },
	{ "c249010000000000000000", "2: h'010000000000000000'" },
	{ "c349010000000000000000", "3: h'010000000000000000'" },
	{ "20", "-1" },
	{ "29", "-10" },
	{ "3863", "-100" },
	{ "3903e7", "-1000" },
	{ "f90000", "raw f90000" },
	{ "fb3ff199999999999a", "raw fb3ff199999999999a" },
	{ "fa47c35000", "raw fa47c35000" },
	{ "f97e00", "raw f97e00" },
	{ "f4", "false" },
	{ "f5", "true" },
	{ "f6", "null" },
	{ "f7", "raw f7" },
	{ "f0", "raw f0" },
	{ "f8ff", "raw f8ff" },
	{ "c074323031332d30332d32315432303a30343a30305a",
	  "0: \"2013-03-21T20:04:00Z\"" },
	{ "c11a514b67b0", "1: 1363896240" },
	{ "d74401020304", "23: h'01020304'" },
	{ "d818456449455446", "24: h'6449455446'" },
	{ "d82076687474703a2f2f7777772e6578616d706c652e636f6d",
	  "32: \"http://www.example.com\"" },
	{ "40", "h''" },
	{ "4401020304", "h'01020304'" },
	{ "60", "\"\"" },
	{ "6161", "\"a\"" },
	{ "6449455446", "\"IETF\"" },
	{ "62225c", "\"\"\\\"" },
	{ "62c3bc", "\"\xc3\xbc\"" },
	{ "63e6b0b4", "\"\xe6\xb0\xb4\"" },
	{ "64f0908591", "\"\xf0\x90\x85\x91\"" },
	{ "80", "[ ]" },
	{ "83010203", "[ 1 2 3 ]" },
	{ "8301820203820405", "[ 1 [ 2 3 ] [ 4 5 ] ]" },
	{ "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
	  "[ 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 "
	  "25 ]" },
	{ "a0", "{ }" },
	{ "a201020304", "{ 1 2 3 4 }" },
	{ "a26161016162820203", "{ \"a\" 1 \"b\" [ 2 3 ] }" },
	{ "826161a161626163", "[ \"a\" { \"b\" \"c\" } ]" },
	{ "a56161614161626142616361436164614461656145",
	  "{ \"a\" \"A\" \"b\" \"B\" \"c\" \"C\" \"d\" \"D\" \"e\" \"E\" }" },
};

/* The same appendix: arrays and maps of indefinite length. */
static const struct vector indefinite[] = {
	{ "9fff", "_[ ]" },
	{ "9f018202039f0405ffff", "_[ 1 [ 2 3 ] _[ 4 5 ] ]" },
	{ "9f01820203820405ff", "_[ 1 [ 2 3 ] [ 4 5 ] ]" },
	{ "83018202039f0405ff", "[ 1 [ 2 3 ] _[ 4 5 ] ]" },
	{ "83019f0203ff820405", "[ 1 _[ 2 3 ] [ 4 5 ] ]" },
	{ "bf61610161629f0203ffff", "_{ \"a\" 1 \"b\" _[ 2 3 ] }" },
	{ "826161bf61626163ff", "[ \"a\" _{ \"b\" \"c\" } ]" },
	{ "bf6346756ef563416d7421ff", "_{ \"Fun\" true \"Amt\" -2 }" },
};

static void
check_vectors(struct test *t, const struct vector *v, size_t n,
	      unsigned options)
{
	for (size_t i = 0; i < n; i++) {
		DEFER(buf_free) struct buf b = buf_max(4096);
		const char *text;
		struct span in = test_hex(t, v[i].hex);
		CHECK(t, read_all(t, in, options, &b, &text));
		CHECK_STR(t, text, v[i].text);
		CHECK_SPAN(t, buf_view(&b), in);
	}
}

TEST(cbor_examples_of_the_standard)
{
	check_vectors(t, definite, COUNT(definite), CBOR_STRICT);
	check_vectors(t, definite, COUNT(definite), ANY);
	check_vectors(t, indefinite, COUNT(indefinite),
		      CBOR_INDEFINITE_LENIENT);
	for (size_t i = 0; i < COUNT(indefinite); i++) {
		DEFER(buf_free) struct buf b = buf_max(4096);
		const char *text;
		struct span in = test_hex(t, indefinite[i].hex);
		CHECK(t, !read_all(t, in, CBOR_WIDE_LENIENT, &b, &text));
		CHECK_HAS(t, text, "an indefinite length");
	}
}

TEST(cbor_is_skipped_by_the_rules_it_is_read_by)
{
	for (size_t i = 0; i < COUNT(definite); i++) {
		struct cbor c;
		struct span in = test_hex(t, definite[i].hex);
		cbor_init(&c, in, CBOR_STRICT);
		CHECK_SPAN(t, cbor_skip(&c), in);
		CHECK_U(t, c.depth, 0);
	}
}

TEST(cbor_refuses)
{
	static const struct {
		const char *in, *why;
		unsigned options;
	} rows[] = {
		{ "", "byte 0: truncated", ANY },
		{ "1817", "a number longer than it needs", 0 },
		{ "1900ff", "a number longer than it needs", 0 },
		{ "1a0000ffff", "a number longer than it needs", 0 },
		{ "1b00000000ffffffff", "a number longer than it needs", 0 },
		{ "580100", "a number longer than it needs", 0 },
		{ "980100", "a number longer than it needs", 0 },
		{ "d80100", "a number longer than it needs", 0 },
		{ "1c", "a reserved kind of item", ANY },
		{ "1f", "a reserved kind of item", ANY },
		{ "df00", "a reserved kind of item", ANY },
		{ "fc", "a reserved kind of item", ANY },
		{ "f818", "a simple value in two bytes", ANY },
		{ "ff", "a break outside", ANY },
		{ "81ff", "byte 1: a break outside", ANY },
		{ "bf01ff", "byte 2: a break outside", ANY },
		{ "9fc1ff", "the array or map ends here", ANY },
		{ "5f42010243030405ff", "a string of indefinite length", ANY },
		{ "7f657374726561646d696e67ff", "a string of indefinite length",
		  ANY },
		{ "62c328", "text that is not UTF-8", ANY },
		{ "63eda080", "text that is not UTF-8", ANY },
		{ "a201020103", "byte 3: a map key given twice", ANY },
		{ "bf01021801 03ff", "byte 3: a map key given twice", ANY },
		{ "a2616101616102", "byte 4: a map key given twice", 0 },
		{ "a18001", "a map key that is no integer or string", ANY },
		{ "a1f601", "a map key that is no integer or string", ANY },
		{ "a1c10101", "an unexpected tag", ANY },
		{ "0000", "byte 1: trailing bytes", ANY },
		{ "9bffffffffffffffff", "truncated", ANY },
		{ "bbffffffffffffffff", "truncated", ANY },
		{ "5bffffffffffffffff", "truncated", ANY },
		{ "a101", "truncated", ANY },
		{ "3bffffffffffffffff", "more than 64 bits", ANY },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		DEFER(buf_free) struct buf b = buf_max(4096);
		const char *text;
		CHECK(t, !read_all(t, test_hex(t, rows[i].in), rows[i].options,
				   &b, &text));
		CHECK_HAS(t, text, rows[i].why);
	}
}

TEST(cbor_wide_numbers_when_asked)
{
	static const struct vector rows[] = {
		{ "1800", "0" },
		{ "1b0000000000000005", "5" },
		{ "590001ff", "h'ff'" },
		{ "b9000118610a", "{ 97 10 }" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		DEFER(buf_free) struct buf b = buf_max(4096);
		const char *text;
		CHECK(t, read_all(t, test_hex(t, rows[i].hex),
				  CBOR_WIDE_LENIENT, &b, &text));
		CHECK_STR(t, text, rows[i].text);
	}
}

TEST(cbor_survives_every_truncation)
{
	for (size_t i = 0; i < COUNT(definite); i++) {
		struct span in = test_hex(t, definite[i].hex);
		for (size_t n = 0; n < in.n; n++) {
			DEFER(buf_free) struct buf b = buf_max(4096);
			const char *text;
			CHECK(t, !read_all(t, span_sub(in, 0, n), CBOR_STRICT,
					   &b, &text));
			CHECK_HAS(t, text, "truncated");
		}
	}
}

TEST(cbor_nests_as_deep_as_its_limit)
{
	uint8_t deep[LIMIT_CBOR_DEPTH + 1];
	struct cbor c;
	for (size_t n = LIMIT_CBOR_DEPTH; n <= LIMIT_CBOR_DEPTH + 1; n++) {
		for (size_t i = 0; i < n; i++)
			deep[i] = i + 1 < n ? 0x81 : 0x80;
		cbor_init(&c, span_of(deep, n), CBOR_STRICT);
		CHECK_U(t, cbor_skip(&c).n, n > LIMIT_CBOR_DEPTH ? 0 : n);
		if (n > LIMIT_CBOR_DEPTH)
			CHECK_STR(t, c.r.why, "nested too deep");
	}
}

TEST(cbor_remembers_as_many_keys_as_its_limit)
{
	for (uint64_t n = LIMIT_CBOR_KEYS; n <= LIMIT_CBOR_KEYS + 1; n++) {
		DEFER(buf_free) struct buf b = buf_max(4096);
		struct cbor c;
		cbor_put_map(&b, n);
		for (uint64_t i = 0; i < n; i++) {
			cbor_put_uint(&b, i);
			cbor_put_null(&b);
		}
		cbor_init(&c, buf_view(&b), CBOR_STRICT);
		CHECK_U(t, cbor_skip(&c).n, n > LIMIT_CBOR_KEYS ? 0 : b.n);
		if (n > LIMIT_CBOR_KEYS)
			CHECK_STR(t, c.r.why, "too many map keys");
	}
}

/* Keys of a closed map are forgotten: its twin beside it is fine. */
TEST(cbor_keys_belong_to_their_map)
{
	struct cbor c;
	struct span in = test_hex(t, "82a10101a10101");
	cbor_init(&c, in, CBOR_STRICT);
	CHECK_U(t, cbor_skip(&c).n, in.n);
	CHECK_U(t, c.nseen, 0);
}

/* The shape of a table: fixed arrays, named keys, null or a value. */
TEST(cbor_reads_like_a_table)
{
	struct cbor c;
	struct err e = { 0 };
	cbor_init(&c, test_hex(t, "8261 61a2 6178 420102 6179 f6"),
		  CBOR_STRICT);
	cbor_array_n(&c, 2);
	CHECK(t, span_is(cbor_text(&c), "a"));
	cbor_map_n(&c, 2);
	cbor_key(&c, "x");
	CHECK_SPAN(t, cbor_bytes(&c), test_hex(t, "0102"));
	cbor_key(&c, "y");
	CHECK(t, cbor_peek(&c) == CBOR_NULL);
	cbor_null(&c);
	CHECK(t, cbor_peek(&c) == CBOR_NONE);
	cbor_close(&c);
	cbor_close(&c);
	cbor_end(&c);
	CHECK_OK(t, cbor_ok(&c, &e), &e);
}

TEST(cbor_says_what_was_expected)
{
	static const struct {
		const char *in, *why;
	} rows[] = {
		{ "8100", "byte 0: an array of another length" },
		{ "820000", "byte 1: not a map" },
		{ "82a000", "byte 1: a map of another size" },
		{ "82a1617a0100", "byte 2: another map key than expected" },
		{ "82a161780100", "byte 4: not a byte string" },
		{ "82a161784000", "byte 5: not null" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cbor c;
		struct err e = { 0 };
		cbor_init(&c, test_hex(t, rows[i].in), CBOR_STRICT);
		cbor_array_n(&c, 2);
		cbor_map_n(&c, 1);
		cbor_key(&c, "x");
		cbor_bytes(&c);
		cbor_close(&c);
		cbor_null(&c);
		cbor_close(&c);
		cbor_end(&c);
		CHECK(t, !cbor_ok(&c, &e));
		CHECK_HAS(t, e.msg, rows[i].why);
	}
}

TEST(cbor_octets_are_bytes_spelled_out)
{
	DEFER(buf_free) struct buf b = buf_max(100);
	struct cbor c;
	struct err e = { 0 };
	cbor_put_octets(&b, SPAN("\x01\x17\x18\xff"));
	CHECK_SPAN(t, buf_view(&b), test_hex(t, "84 01 17 1818 18ff"));
	cbor_init(&c, buf_view(&b), CBOR_STRICT);
	CHECK_SPAN(t, cbor_octets(&c, &t->arena), SPAN("\x01\x17\x18\xff"));
	CHECK_OK(t, cbor_ok(&c, &e), &e);
	cbor_init(&c, test_hex(t, "82 00 190100"), CBOR_STRICT);
	CHECK_U(t, cbor_octets(&c, &t->arena).n, 0);
	CHECK(t, !cbor_ok(&c, &e));
	CHECK_HAS(t, e.msg, "byte 2: an integer above 255");
}

TEST(cbor_survives_a_failed_allocation)
{
	struct arena a = { .fail_in = 1 };
	struct cbor c;
	struct err e = { 0 };
	cbor_init(&c, test_hex(t, "8100"), CBOR_STRICT);
	CHECK_U(t, cbor_octets(&c, &a).n, 0);
	CHECK(t, !cbor_ok(&c, &e) && e.code == ERR_LIMIT);
	arena_finish(&a);
}
