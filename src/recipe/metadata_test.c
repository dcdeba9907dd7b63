#include "recipe/metadata.h"

#include "base/limits.h"
#include "base/test.h"
#include "codec/jwrite.h"

static bool
convert(struct test *t, const char *text, struct json **out, struct err *e)
{
	struct toml *root;
	*out = NULL;
	*e = (struct err){ 0 };
	CHECK_OK(t, toml_parse(span_str(text), &t->arena, &root, e), e);
	return metadata_json(root, out, e);
}

static const char *
written(struct test *t, const struct json *j)
{
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	struct jw w = jw_into(&b, 0);
	struct err e = { 0 };
	jw_json(&w, NULL, j);
	CHECK_OK(t, jw_ok(&w, &e), &e);
	return arena_cstr(&t->arena, buf_view(&b));
}

TEST(tables_become_json)
{
	static const struct {
		const char *toml, *json;
	} rows[] = {
		{ "", "{}" },
		{ "a = \"x\"\nb = -7\nc = true", "{\"a\":\"x\",\"b\":-7,"
						 "\"c\":true}" },
		{ "a = []\nb = {}", "{\"a\":[],\"b\":{}}" },
		{ "a = [1, [2, \"x\"], { b = false }]",
		  "{\"a\":[1,[2,\"x\"],{\"b\":false}]}" },
		{ "[a.b]\nc = 1\n[[d]]\ne = 2\n[[d]]",
		  "{\"a\":{\"b\":{\"c\":1}},\"d\":[{\"e\":2},{}]}" },
		{ "a = 9223372036854775807", "{\"a\":9223372036854775807}" },
		{ "\"\" = \"\\u00e9\"", "{\"\":\"\xc3\xa9\"}" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		DEFER(json_release) struct json *j = NULL;
		struct err e;
		CHECK_OK(t, convert(t, rows[i].toml, &j, &e), &e);
		CHECK_STR(t, written(t, j), rows[i].json);
	}
}

/* Values that would come back as others. */
TEST(what_json_cannot_say_is_refused)
{
	static const struct {
		const char *toml, *msg;
	} rows[] = {
		{ "pi = 3.14", "pi is" },
		{ "x = inf", "x is" },
		{ "when = 2026-01-01", "when is" },
		{ "when = 2026-01-01T00:00:00Z", "write it as a string" },
		{ "a = [1, 2.5]", "an element is" },
		{ "a.b.c = 00:00:00", "c is" },
		{ "\"a\\u0000b\" = 1", "NUL" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		DEFER(json_release) struct json *j = NULL;
		struct err e;
		CHECK(t, !convert(t, rows[i].toml, &j, &e));
		CHECK_U(t, e.code, ERR_INPUT);
		CHECK_HAS(t, e.msg, rows[i].msg);
		CHECK(t, !j);
	}
}

/* As deep as the reader of TOML goes. */
TEST(depth_is_what_toml_allows)
{
	DEFER(buf_free) struct buf b = buf_max(4 * KIB);
	DEFER(json_release) struct json *j = NULL;
	struct err e;
	buf_str(&b, "a = ");
	for (size_t i = 0; i + 1 < LIMIT_TOML_DEPTH; i++)
		buf_u8(&b, '[');
	for (size_t i = 0; i + 1 < LIMIT_TOML_DEPTH; i++)
		buf_u8(&b, ']');
	CHECK_OK(t, convert(t, arena_cstr(&t->arena, buf_view(&b)), &j, &e),
		 &e);
	CHECK_U(t, json_count(json_get(j, "a")), 1);
}
