#include "base/test.h"

#include "pcrs/set.h"

#define DIGITS32 "0123456789abcdef0123456789ABCDEF"

TEST(numbers_of_registers)
{
	static const char *const bad[] = { "",   "0@", "0A",        "1E", "O",
					   "00", "07", "32",        "-1", "+1",
					   "1 ", ":",  "4294967296" };
	unsigned n = 99;
	for (unsigned i = 0; i < 32; i++)
		CHECK(t,
		      pcr_index(span_str(arena_fmt(&t->arena, "%u", i)), &n) &&
			      n == i);
	for (size_t i = 0; i < COUNT(bad); i++)
		CHECK(t, !pcr_index(span_str(bad[i]), &n) && n == 31);
}

TEST(values_of_registers)
{
	static const struct {
		const char *in, *hint;
	} rows[] = {
		{ DIGITS32 DIGITS32 DIGITS32, NULL },
		{ "0x" DIGITS32 DIGITS32 DIGITS32, "0x" },
		{ DIGITS32 DIGITS32, "SHA-256" },
		{ "+/" DIGITS32 DIGITS32 "=", "else than hex" },
		{ "+" DIGITS32 "0123456789abcdef0123456789ABCDE", "base 64" },
		{ DIGITS32 DIGITS32 DIGITS32 "0", "missing" },
		{ "", "missing" },
		{ DIGITS32 DIGITS32 DIGITS32 "\n", "else than hex" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span out;
		struct err e = { 0 };
		bool ok = pcr_parse(span_str(rows[i].in), &t->arena, &out, &e);
		CHECK(t, ok == !rows[i].hint && (!ok || out.n == 48));
		if (rows[i].hint)
			CHECK_HAS(t, e.hint, rows[i].hint);
	}
}

TEST(assignments_to_registers)
{
	static const struct {
		const char *in, *value; /* NULL: none */
		unsigned number;
	} rows[] = {
		{ "0=ab", "ab", 0 },    { "PCR8=ab", "ab", 8 },
		{ "pcr31=", "", 31 },   { "1=a=b", "a=b", 1 },
		{ "2", "", 2 },         { "32=ab", NULL, 0 },
		{ "=ab", NULL, 0 },     { "", NULL, 0 },
		{ "Pcr1=ab", NULL, 0 }, { "00=ab", NULL, 0 },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		unsigned n = 99;
		struct span v;
		bool ok = pcr_split(span_str(rows[i].in), &n, &v);
		CHECK(t, ok == (rows[i].value != NULL));
		if (ok) {
			CHECK_U(t, n, rows[i].number);
			CHECK_SPAN(t, v, span_str(rows[i].value));
		}
	}
}

TEST(sets_of_registers_are_compared)
{
	static const uint8_t zeros[PCR_SIZE], ones[PCR_SIZE] = { 1 };
	struct pcr_set got = { 0 }, want = { 0 };
	struct span zero = span_of(zeros, PCR_SIZE);
	CHECK_U(t, pcr_differing(&got, &want), 0);
	pcr_put(&want, 31, zero);
	CHECK_U(t, pcr_differing(&got, &want), UINT32_C(1) << 31);
	pcr_put(&got, 31, zero);
	pcr_put(&got, 2, zero);
	CHECK_U(t, pcr_differing(&got, &want), 0);
	CHECK_U(t, pcr_differing(&want, &got), 4);
	pcr_put(&got, 31, span_of(ones, PCR_SIZE));
	CHECK_U(t, pcr_differing(&got, &want), UINT32_C(1) << 31);
	CHECK(t, pcr_has(&got, 2) && !pcr_has(&want, 2) && !pcr_has(&got, 32));
	CHECK_U(t, pcr_count(0), 0);
	CHECK_U(t, pcr_count(0x80000107), 5);
}
