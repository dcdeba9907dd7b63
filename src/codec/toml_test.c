#include "base/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "codec/toml.h"

static const struct toml *
parsed(struct test *t, const char *text)
{
	struct err e = { 0 };
	struct toml *root = NULL;
	CHECK_OK(t, toml_parse(span_str(text), &t->arena, &root, &e), &e);
	return root;
}

/* The value of v in "v = ...". */
static const struct toml *
value(struct test *t, const char *text)
{
	const struct toml *v =
		toml_get(parsed(t, arena_fmt(&t->arena, "v = %s", text)), "v");
	return CHECK(t, v != NULL) ? v : NEW(&t->arena, struct toml, 1);
}

TEST(toml_strings)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "\"\"", "" },
		{ "\"a\\tb\\\\ \\\"\"", "a\tb\\ \"" },
		{ "\"\\u00e9\\U0001F600\\u007F\"", "\u00e9\U0001F600\x7f" },
		{ "'C:\\new \"x\"'", "C:\\new \"x\"" },
		{ "\"\"\"\none\r\ntwo\"\"\"", "one\ntwo" },
		{ "\"\"\"a \\  \n\n   b\"\"\"", "a b" },
		{ "\"\"\"\"\"two quotes\"\"\"\"\"", "\"\"two quotes\"\"" },
		{ "'''\n\\no escape ''here'''''", "\\no escape ''here''" },
		{ "''''''", "" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct toml *v = value(t, rows[i].in);
		CHECK(t, v->kind == TOML_STRING);
		CHECK_SPAN(t, v->text, span_str(rows[i].out));
	}
}

TEST(toml_integers)
{
	static const struct {
		const char *in;
		int64_t out;
	} rows[] = {
		{ "0", 0 },
		{ "+99", 99 },
		{ "-0", 0 },
		{ "1_000_000", 1000000 },
		{ "0xDEAD_beef", 0xdeadbeef },
		{ "0o0755", 0755 },
		{ "0b1101", 13 },
		{ "9223372036854775807", INT64_MAX },
		{ "-9223372036854775808", INT64_MIN },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct toml *v = value(t, rows[i].in);
		CHECK(t, v->kind == TOML_INTEGER);
		CHECK_U(t, (uint64_t)v->integer, (uint64_t)rows[i].out);
	}
}

TEST(toml_floats_and_truth)
{
	CHECK(t, fabs(value(t, "-3.25")->real + 3.25) < 1e-12);
	CHECK(t, fabs(value(t, "100e-5")->real - 0.001) < 1e-12);
	CHECK(t, fabs(value(t, "1_0.0_1E+02")->real - 1001) < 1e-9);
	CHECK(t, isinf(value(t, "-inf")->real));
	CHECK(t, isnan(value(t, "+nan")->real));
	CHECK(t, value(t, "1e5")->kind == TOML_FLOAT);
	CHECK(t, value(t, "true")->truth && !value(t, "false")->truth);
}

TEST(toml_times)
{
	const struct toml_time *x =
		&value(t, "1979-05-27T00:32:00.999999-07:00")->time;
	CHECK(t, x->has_date && x->has_time && x->has_offset);
	CHECK(t, x->year == 1979 && x->month == 5 && x->day == 27);
	CHECK_U(t, x->nanosecond, 999999000);
	CHECK(t, x->offset == -420);
	x = &value(t, "2024-02-29 23:59:60")->time;
	CHECK(t, x->has_date && x->has_time && !x->has_offset);
	CHECK(t, x->hour == 23 && x->second == 60);
	x = &value(t, "2000-02-29")->time;
	CHECK(t, x->has_date && !x->has_time);
	x = &value(t, "07:32:00")->time;
	CHECK(t, !x->has_date && x->has_time && x->hour == 7);
}

TEST(toml_tables)
{
	const struct toml *r =
		parsed(t, "a.b.c = 1\na.b.d = 2\n"
			  "[x.y.z] # made first\nk = [ 1, # one\n"
			  " [2, 3,], ]\n[x]\n\"q r\".'s' = {}\n"
			  "[[f]]\nn = 1\n[[f.g]]\n[f.h]\ni = 1\n"
			  "[[f]]\n[f.h]\ni.j = {k.l = 2, k.m = 3}");
	const struct toml *b = toml_get(toml_get(r, "a"), "b");
	CHECK(t, b && b->n == 2);
	const struct toml *x = toml_get(r, "x");
	const struct toml *k = toml_get(toml_get(toml_get(x, "y"), "z"), "k");
	CHECK(t, k && k->kind == TOML_ARRAY && k->n == 2 && k->last->n == 2);
	CHECK(t, toml_get(toml_get(x, "q r"), "s") != NULL);
	const struct toml *f = toml_get(r, "f");
	CHECK(t, f && f->kind == TOML_ARRAY && f->n == 2);
	CHECK(t, toml_get(toml_get(f->first, "h"), "i")->integer == 1);
	const struct toml *i = toml_get(toml_get(f->last, "h"), "i");
	CHECK(t, toml_get(toml_get(toml_get(i, "j"), "k"), "m")->integer == 3);
	CHECK(t, toml_get(r, "none") == NULL && toml_get(NULL, "x") == NULL);
}

TEST(toml_strings_are_written)
{
	struct buf b = buf_max(100);
	struct span odd = SPAN("a\"b\\c\n\x01\x7f\u00e9");
	/* NOLINTNEXTLINE(misc-misleading-bidirectional): the case */
	struct span unseen = SPAN("\xe2\x80\xae\xf3\xa0\x81\x81\xc3\xbc");
	toml_put_string(&b, odd);
	buf_u8(&b, 0);
	CHECK_SPAN(t, value(t, (const char *)b.p)->text, odd);
	b.n = 0;
	toml_put_string(&b, unseen);
	CHECK_SPAN(t, buf_view(&b), SPAN("\"\\u202E\\U000E0041\xc3\xbc\""));
	buf_u8(&b, 0);
	CHECK_SPAN(t, value(t, (const char *)b.p)->text, unseen);
	buf_free(&b);
}

static const struct {
	const char *text, *why;
} bad[] = {
	{ "a", "line 1, column 2: expected = behind the key" },
	{ "a = ", "line 1, column 5: expected a value" },
	{ "= 1", "column 1: expected a key" },
	{ "a = 1 b = 2", "column 7: expected the end of the line" },
	{ "a = x", "column 5: x is not a value; text stands in quotes" },
	{ "\"\u00e9\u00e9\" = x", "column 8: x is not" },
	{ "a = 1\na = 2", "line 2, column 1: a is there already, from line 1" },
	{ "a = \"x\ny\"", "line 1, column 5: this string has no closing \"" },
	{ "a = '''x", "column 5: this string has no closing '''" },
	{ "a = '''x''''''", "end of the line" },
	{ "a = \"\\e\"", "unknown escape \\e" },
	{ "a = \"\\u12\"", "\\u needs 4 hex digits" },
	{ "a = \"\\ud800\"", "D800 is not a Unicode character" },
	{ "a = \"\\U00110000\"", "110000 is not a Unicode character" },
	{ "a = \"\"\"\\ x\"\"\"", "unknown escape" },
	{ "\"\"\"a\"\"\" = 1", "a key cannot be a multi-line string" },
	{ "a = \"\x01\"", "a control character (01)" },
	{ "a = 1 # \r x", "a control character (0d)" },
	{ "# \x7f", "a control character (7f)" },
	{ "# \xff", "this is not UTF-8" },
	{ "\xef\xbb\xbf"
	  "a = 1",
	  "a byte order mark" },
	{ "a = 01", "01 is not a value" },
	{ "a = 1__0", "is not a value" },
	{ "a = 1_", "is not a value" },
	{ "a = +0x1", "is not a value" },
	{ "a = 0xg", "is not a value" },
	{ "a = 0x", "is not a value" },
	{ "a = 1.", "is not a value" },
	{ "a = .5", "is not a value" },
	{ "a = 1.e5", "is not a value" },
	{ "a = 1e", "is not a value" },
	{ "a = 00.5", "is not a value" },
	{ "a = Inf", "is not a value" },
	{ "a = 9223372036854775808", "does not fit in 64 bits" },
	{ "a = 0x8000000000000000", "does not fit in 64 bits" },
	{ "a = -9223372036854775809", "does not fit in 64 bits" },
	{ "a = 99999999999999999999999", "does not fit in 64 bits" },
	{ "a = 2023-02-29", "is not a date or time" },
	{ "a = 2023-13-01", "is not a date or time" },
	{ "a = 2023-01-01T24:00:00", "is not a date or time" },
	{ "a = 2023-01-01T01:00", "is not a date or time" },
	{ "a = 2023-01-01T01:00:00.", "is not a date or time" },
	{ "a = 2023-01-01T01:00:00+24:00", "is not a date or time" },
	{ "a = 07:32:00Z", "is not a date or time" },
	{ "a = [1 2]", "column 8: expected , or ] in this array" },
	{ "a = [1,,2]", "expected a value" },
	{ "a = [1", "expected , or ] in this array" },
	{ "a = {b = 1,}", "expected a key" },
	{ "a = {b = 1\n}", "expected , or } in this inline table" },
	{ "a = {b = 1, b = 2}", "b is there already" },
	{ "a = {b = 1}\na.c = 2", "a is there already" },
	{ "a = {b = 1}\n[a.c]", "a is there already" },
	{ "a = [{}]\n[[a]]", "a is there already" },
	{ "a = [{}]\n[a.b]", "a is there already" },
	{ "a = 1\n[a]", "line 2, column 2: a is there already, from line 1" },
	{ "a = 1\n[a.b]", "a is there already" },
	{ "a = 1\na.b = 2", "a is there already" },
	{ "[a]\n[a]", "a is there already" },
	{ "[a]\n[[a]]", "a is there already" },
	{ "[[a]]\n[a]", "a is there already" },
	{ "a.b = 1\n[a]", "a is there already" },
	{ "[x]\na.b = 1\n[x.a]", "a is there already" },
	{ "[a.b.c]\nz = 9\n[a]\nb.c.t = 1", "c is there already" },
	{ "[[a.b]]\n[a]\nb.y = 2", "b is there already" },
	{ "[a", "expected ] behind the table's name" },
	{ "[[a]", "expected ]] behind the table's name" },
	{ "[a]]", "expected the end of the line" },
	{ "[]", "expected a key" },
	{ "a..b = 1", "expected a key" },
};

TEST(toml_refuses)
{
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct err e = { 0 };
		struct toml *root = NULL;
		if (!CHECK(t, !toml_parse(span_str(bad[i].text), &t->arena,
					  &root, &e)))
			printf("# read: %s\n", bad[i].text);
		CHECK(t, e.code == ERR_INPUT && root == NULL);
		CHECK_HAS(t, e.msg, bad[i].why);
	}
}

/* `open` n times in a value, closed again. */
static bool
nested(struct test *t, size_t n, const char *open, const char *close)
{
	struct buf b = buf_max(4096);
	struct err e = { 0 };
	struct toml *root;
	buf_str(&b, "a = ");
	for (size_t i = 0; i < n; i++)
		buf_str(&b, open);
	for (size_t i = 0; i < n; i++)
		buf_str(&b, close);
	bool ok = toml_parse(buf_view(&b), &t->arena, &root, &e);
	if (!ok)
		CHECK_HAS(t, e.msg, "nested more than 32 levels");
	buf_free(&b);
	return ok;
}

TEST(toml_limits)
{
	CHECK(t, nested(t, LIMIT_TOML_DEPTH, "[", "]"));
	CHECK(t, !nested(t, LIMIT_TOML_DEPTH + 1, "[", "]"));
	struct buf b = buf_max(LIMIT_CONFIG + 2);
	struct err e = { 0 };
	struct toml *root;
	for (unsigned i = 0; i < LIMIT_TOML_KEYS; i++)
		buf_fmt(&b, "k%u = 1\n", i);
	CHECK_OK(t, toml_parse(buf_view(&b), &t->arena, &root, &e), &e);
	buf_str(&b, "more = 1");
	CHECK(t, !toml_parse(buf_view(&b), &t->arena, &root, &e));
	CHECK_HAS(t, e.msg, "more than 4096 keys in one table");
	buf_clear(&b);
	while (b.n < LIMIT_CONFIG)
		buf_str(&b, "\n");
	CHECK_OK(t, toml_parse(buf_view(&b), &t->arena, &root, &e), &e);
	buf_str(&b, "\n");
	CHECK(t, !toml_parse(buf_view(&b), &t->arena, &root, &e));
	CHECK(t, e.code == ERR_LIMIT);
	buf_free(&b);
}

static const char every[] =
	"# every kind\na = \"x\\u00e9\" # c\nb.\"c\" = '''\nl'''\n"
	"d = [1, 0x0 , 1.5e3]\n[t.u]\nw = 1979-05-27 07:32:00Z\n"
	"[[v]]\ni = { j.k = true, l = {} }\n[[v]]\n";

TEST(toml_survives_truncation)
{
	struct span text = span_str(every);
	for (size_t n = 0; n < text.n; n++) {
		struct err e = { 0 };
		struct toml *root = NULL;
		/* a copy of exactly n bytes, for the sanitizer */
		uint8_t *copy = NEW(&t->arena, uint8_t, n);
		memcpy(copy, text.p, n);
		struct span cut = { copy, n };
		bool ok = toml_parse(cut, &t->arena, &root, &e);
		if (!CHECK(t, ok == (root != NULL) && ok == (e.code == OK)))
			printf("# %zu bytes: %s\n", n, e.msg);
	}
}

/* Fails the first, the second, ... until it is read. */
TEST(toml_survives_failed_allocations)
{
	unsigned nth = 0;
	bool ok = false;
	while (!ok && nth < 1000) {
		struct arena a = { .fail_in = ++nth };
		struct err e = { 0 };
		struct toml *root;
		ok = toml_parse(span_str(every), &a, &root, &e);
		CHECK(t, ok || e.code == ERR_LIMIT);
		arena_finish(&a);
	}
	CHECK(t, ok && nth > 20);
}
