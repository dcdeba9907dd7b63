#include "base/test.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "codec/jwrite.h"

static struct span
canonical_of(struct test *t, struct span text)
{
	DEFER(buf_free) struct buf b = buf_max(MIB);
	struct err e = { 0 };
	CHECK_OK(t, json_canonical(text, &b, &e), &e);
	return arena_dup(&t->arena, buf_view(&b));
}

TEST(json_reads_values)
{
	DEFER(json_release) struct json *j = NULL;
	struct err e = { 0 };
	struct span s;
	uint64_t u = 9;
	const struct json *list;
	CHECK_OK(t,
		 json_parse(SPAN("{\"s\":\"h\\u00e9\",\"n\":7,\"l\":[true,null,"
				 "-1,1.5]}"),
			    &j, &e),
		 &e);
	CHECK_OK(t, json_need_text(j, "s", &s, &e), &e);
	CHECK_SPAN(t, s, SPAN("h\xc3\xa9"));
	CHECK_OK(t, json_need_u64(j, "n", &u, &e), &e);
	CHECK_U(t, u, 7);
	CHECK_OK(t, json_need(j, "l", JSON_KIND_LIST, &list, &e), &e);
	CHECK_U(t, json_count(list), 4);
	CHECK(t, json_bool(json_at(list, 0)));
	CHECK(t, json_kind(json_at(list, 1)) == JSON_KIND_NULL);
	CHECK(t, json_int(json_at(list, 2)) == -1);
	CHECK(t, json_float(json_at(list, 3)) > 1.4);
	CHECK(t, json_kind(json_at(list, 4)) == JSON_KIND_ABSENT);
	u = 9;
	CHECK_OK(t, json_opt_u64(j, "absent", &u, &e), &e);
	CHECK_U(t, u, 9);
	CHECK(t, json_kind(json_get(NULL, "x")) == JSON_KIND_ABSENT);
	CHECK_U(t, json_count(NULL), 0);
}

TEST(json_refuses)
{
	static const struct {
		const char *in, *why;
	} rows[] = {
		{ "", "byte" },
		{ "{\"a\":1,\"a\":2}", "duplicate object key" },
		{ "[1] 2", "end of file expected" },
		{ "[1,]", "unexpected token" },
		{ "{a:1}", "string or '}' expected" },
		{ "'a'", "byte" },
		{ "nul", "invalid token" },
		{ "[NaN]", "invalid token" },
		{ "[01]", "byte" },
		{ "[99999999999999999999]", "too big integer" },
		{ "[1e999]", "real number overflow" },
		{ "\"\xff\"", "unable to decode byte" },
		{ "\"\xed\xa0\x80\"", "unable to decode byte" },
		{ "\"\\ud800\"", "byte" },
		{ "\"a\\u0000b\"", "u0000 is not allowed" },
		{ "\"a\nb\"", "unexpected newline" },
		{ "[[[[", "byte 4" },
		{ "\xef\xbb\xbf{}", "byte" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct json *j = NULL;
		CHECK(t, !json_parse(span_str(rows[i].in), &j, &e));
		CHECK(t, j == NULL && e.code == ERR_INPUT);
		CHECK_HAS(t, e.msg, rows[i].why);
	}
	struct err e = { 0 };
	struct json *j = NULL;
	CHECK(t, !json_parse(span_of("\"a\0b\"", 5), &j, &e));
}

static bool
parse_nested(size_t depth, struct err *e)
{
	DEFER(json_release) struct json *j = NULL;
	DEFER(buf_free) struct buf b = buf_max(4096);
	for (size_t i = 0; i < depth; i++)
		buf_str(&b, i % 2 ? "[" : "{\"a\":");
	buf_u8(&b, '1');
	for (size_t i = depth; i-- > 0;)
		buf_str(&b, i % 2 ? "]" : "}");
	return json_parse(buf_view(&b), &j, e);
}

TEST(json_limits)
{
	struct err e = { 0 };
	DEFER(json_release) struct json *j = NULL;
	CHECK_OK(t, parse_nested(JSON_DEPTH_MAX, &e), &e);
	CHECK(t, !parse_nested(JSON_DEPTH_MAX + 1, &e));
	CHECK(t, e.code == ERR_LIMIT);
	CHECK_HAS(t, e.msg, "nested deeper than 64");
	/* brackets in strings do not nest */
	CHECK_OK(t,
		 json_parse(SPAN("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
				 "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[\""),
			    &j, &e),
		 &e);
	json_release(&j);
	CHECK_OK(t, json_parse_max(SPAN("[10]"), 4, &j, &e), &e);
	json_release(&j);
	CHECK(t, !json_parse_max(SPAN("[10]"), 3, &j, &e));
	CHECK(t, e.code == ERR_LIMIT);
}

TEST(json_value_limit)
{
	DEFER(buf_free) struct buf b = buf_max(8 * MIB);
	DEFER(json_release) struct json *j = NULL;
	struct err e = { 0 };
	buf_u8(&b, '[');
	for (size_t i = 0; i < JSON_VALUES_MAX; i++)
		buf_str(&b, "1,");
	buf_str(&b, "1]");
	CHECK(t, !json_parse_max(buf_view(&b), 8 * MIB, &j, &e));
	CHECK(t, e.code == ERR_LIMIT);
	CHECK_HAS(t, e.msg, "JSON values");
}

TEST(json_names_the_key)
{
	DEFER(json_release) struct json *j = NULL;
	struct err e = { 0 };
	struct span s;
	uint64_t u;
	CHECK_OK(t, json_parse(SPAN("{\"a\":1,\"b\":-1,\"c\":null}"), &j, &e),
		 &e);
	CHECK(t, !json_need_text(j, "a", &s, &e));
	CHECK_STR(t, e.msg, "\"a\" is an integer, not a string");
	CHECK(t, !json_need_text(j, "z", &s, &e));
	CHECK_STR(t, e.msg, "\"z\" is missing");
	CHECK(t, !json_need_u64(j, "b", &u, &e));
	CHECK_STR(t, e.msg, "\"b\" is negative");
	CHECK(t, !json_need_text(j, "c", &s, &e));
	CHECK_OK(t, json_opt_text(j, "c", &s, &e), &e);
	CHECK(t, !json_opt_text(j, "a", &s, &e));
}

TEST(json_canonical_bytes)
{
	CHECK_SPAN(t,
		   canonical_of(t, SPAN(" { \"b\" : [ 1 , 2.5, \"\\/\\u00e9\\"
					"u001f\" ] ,\"B\":{},\"a\":null} ")),
		   SPAN("{\"B\":{},\"a\":null,\"b\":[1,2.5,\"/\xc3\xa9\\u001F"
			"\"]}"));
	CHECK_SPAN(t, canonical_of(t, SPAN("\"x\"")), SPAN("\"x\""));
}

TEST(json_survives_truncation)
{
	struct span whole = SPAN("{\"a\":[1,2.5,\"\\u00e9\xc3\xa9\",null]}");
	for (size_t n = 0; n < whole.n; n++) {
		struct err e = { 0 };
		struct json *j = NULL;
		CHECK(t, !json_parse(span_sub(whole, 0, n), &j, &e));
		CHECK(t, e.code == ERR_INPUT && e.msg[0]);
	}
}

static int allocs_left;

static void *
failing_malloc(size_t n)
{
	return allocs_left-- > 0 ? malloc(n) : NULL;
}

TEST(json_survives_every_failed_allocation)
{
	struct span text = SPAN("{\"a\":[1,2.5,\"\\u00e9\",{\"b\":null}]}");
	DEFER(json_release) struct json *j = NULL;
	int n = 0;
	for (; !j && n < 200; n++) {
		struct err e = { 0 };
		allocs_left = n;
		json_set_alloc_funcs(failing_malloc, free);
		bool ok = json_parse(text, &j, &e);
		json_set_alloc_funcs(malloc, free);
		CHECK(t, ok == (j != NULL));
		CHECK(t, ok || (e.code != OK && e.msg[0]));
	}
	CHECK(t, n > 5 && n < 200);
}

TEST(jwrite_pretty)
{
	DEFER(json_release) struct json *j = NULL;
	DEFER(buf_free) struct buf b = buf_max(MIB);
	struct err e = { 0 };
	struct jw w = jw_into(&b, 2);
	CHECK_OK(t,
		 json_parse(SPAN("{\"z\":{\"y\":[1,[],{}]},\"a\":\"b\"}"), &j,
			    &e),
		 &e);
	jw_map(&w, NULL);
	jw_text(&w, "t", SPAN("a\"\\\n\x01\xff\x7f\xc2\x9b"));
	jw_list(&w, "l");
	jw_u64(&w, NULL, UINT64_MAX);
	jw_int(&w, NULL, -5);
	jw_end(&w);
	jw_map(&w, "e");
	jw_end(&w);
	jw_bool(&w, "y", true);
	jw_str(&w, "n", NULL);
	jw_hex(&w, "h", SPAN("\x0a\xff"));
	jw_json(&w, "j", j);
	jw_end(&w);
	CHECK_OK(t, jw_ok(&w, &e), &e);
	CHECK_SPAN(t, buf_view(&b),
		   SPAN("{\n"
			"  \"t\": \"a\\\"\\\\\\n\\u0001\xef\xbf\xbd\\u007f"
			"\\u009b\",\n"
			"  \"l\": [\n"
			"    18446744073709551615,\n"
			"    -5\n"
			"  ],\n"
			"  \"e\": {},\n"
			"  \"y\": true,\n"
			"  \"n\": null,\n"
			"  \"h\": \"0aff\",\n"
			"  \"j\": {\n"
			"    \"z\": {\n"
			"      \"y\": [\n"
			"        1,\n"
			"        [],\n"
			"        {}\n"
			"      ]\n"
			"    },\n"
			"    \"a\": \"b\"\n"
			"  }\n"
			"}"));
}

/* What a reader would not see is escaped, and read back as it was. */
TEST(jwrite_escapes_what_is_not_seen)
{
	DEFER(buf_free) struct buf b = buf_max(1000);
	DEFER(json_release) struct json *j = NULL;
	struct err e = { 0 };
	struct span text,
		/* NOLINTNEXTLINE(misc-misleading-bidirectional): the case */
		all = SPAN("\xe2\x80\xae.\xef\xbb\xbf"
			   "\xf3\xa0\x81\x81\xc2\xad\xf0\x9f\x98\x80");
	struct jw w = jw_into(&b, 0);
	jw_map(&w, NULL);
	jw_text(&w, "t", all);
	jw_end(&w);
	CHECK_SPAN(t, buf_view(&b),
		   SPAN("{\"t\":\"\\u202e.\\ufeff\\udb40\\udc41\\u00ad"
			"\xf0\x9f\x98\x80\"}"));
	CHECK_OK(t, json_parse(buf_view(&b), &j, &e), &e);
	CHECK_OK(t, json_need_text(j, "t", &text, &e), &e);
	CHECK_SPAN(t, text, all);
}

TEST(jwrite_notices_a_full_buffer)
{
	DEFER(buf_free) struct buf b = buf_max(4);
	struct err e = { 0 };
	struct jw w = jw_into(&b, 0);
	jw_list(&w, NULL);
	jw_str(&w, NULL, "long");
	jw_end(&w);
	CHECK(t, !jw_ok(&w, &e));
	CHECK(t, e.code == ERR_LIMIT);
}
