#include "base/test.h"

#include <string.h>

#include "eif/eif_kit.h"
#include "eif/meta.h"

TEST(eif_meta_time_is_rfc3339)
{
	static const struct {
		int64_t at;
		const char *want;
	} rows[] = {
		{ 0, "1970-01-01T00:00:00+00:00" },
		{ 951782399, "2000-02-28T23:59:59+00:00" },
		{ 951782400, "2000-02-29T00:00:00+00:00" },
		{ 1492533000, "2017-04-18T16:30:00+00:00" },
		{ 4107542399, "2100-02-28T23:59:59+00:00" },
		{ 4107542400, "2100-03-01T00:00:00+00:00" },
		{ -1, "1969-12-31T23:59:59+00:00" },
		{ 253402300799, "9999-12-31T23:59:59+00:00" },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		CHECK_STR(t, eif_meta_time(rows[i].at, &t->arena),
			  rows[i].want);
}

TEST(eif_meta_refuses_what_the_reference_does)
{
	static const struct {
		const char *in, *why;
	} rows[] = {
		{ "[]", "not an object" },
		{ "{}", "\"ImageName\" is missing" },
		{ "{\"ImageName\":\"n\",\"ImageVersion\":1}", "not a string" },
		{ "{\"ImageName\":\"n\",\"ImageVersion\":\"1\","
		  "\"BuildMetadata\":{\"BuildTime\":\"\"}}",
		  "\"BuildTool\" is missing" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		DEFER(json_release) struct json *doc = NULL;
		struct err e = { 0 };
		struct eif_meta m;
		CHECK_OK(t, json_parse(span_str(rows[i].in), &doc, &e), &e);
		CHECK(t, !eif_meta_read(doc, &m, &e));
		CHECK_HAS(t, e.msg, rows[i].why);
	}
}

static bool
write_custom(struct test *t, const char *custom, struct buf *b, struct err *e)
{
	DEFER(json_release) struct json *c = NULL;
	struct eif_meta m = { 0 };
	if (!CHECK_OK(t, json_parse(span_str(custom), &c, e), e))
		return false;
	m.custom = c;
	return eif_meta_write(&m, b, e);
}

TEST(eif_meta_custom)
{
	static const struct {
		const char *in, *why;
	} rows[] = {
		{ "null", NULL },
		{ "{\"b\":1,\"a\":{\"d\":[],\"c\":null}}", NULL },
		{ "[]", "must be a JSON object" },
		{ "\"x\"", "must be a JSON object" },
		{ "{\"BuildTime\":1}", "must not hold \"BuildTime\"" },
		{ "{\"DockerInfo\":1}", "must not hold" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		DEFER(buf_free) struct buf b = buf_max(64 * KIB);
		struct err e = { 0 };
		bool ok = write_custom(t, rows[i].in, &b, &e);
		CHECK(t, ok == !rows[i].why);
		if (rows[i].why)
			CHECK_HAS(t, e.msg, rows[i].why);
		else if (i)
			CHECK(t, span_ends(buf_view(&b),
					   SPAN("{\"a\":{\"c\":null,\"d\":[]},"
						"\"b\":1}}")));
	}
}

TEST(eif_meta_custom_limit)
{
	for (size_t over = 0; over < 2; over++) {
		DEFER(buf_free) struct buf b = buf_max(64 * KIB);
		struct err e = { 0 };
		char text[EIF_CUSTOM_MAX + 2];
		memset(text, 'x', sizeof text);
		memcpy(text, "{\"a\":\"", 6);
		memcpy(text + EIF_CUSTOM_MAX - 2 + over, "\"}", 3);
		CHECK(t, write_custom(t, text, &b, &e) == !over);
		CHECK(t, !over || e.code == ERR_LIMIT);
	}
}

TEST(eif_meta_both_ways)
{
	DEFER(json_release) struct json *doc = NULL;
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	struct err e = { 0 };
	struct eif_meta m;
	CHECK_OK(t, json_parse(kit_metadata(), &doc, &e), &e);
	CHECK_OK(t, eif_meta_read(doc, &m, &e), &e);
	CHECK_OK(t, eif_meta_write(&m, &b, &e), &e);
	CHECK_SPAN(t, buf_view(&b), kit_metadata());
}
