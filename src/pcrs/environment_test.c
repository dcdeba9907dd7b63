#include "base/test.h"

#include <string.h>

#include "pcrs/environment.h"

#define D32   "0123456789abcdef0123456789abcdef"
#define VALUE "\"" D32 D32 D32 "\""
#define HEAD  "{\"schema\":\"veraclave-environment/1\",\"releases\":["

/* A value that is 48 times i + 1. */
static struct span
value(struct test *t, unsigned i)
{
	uint8_t *p = NEW(&t->arena, uint8_t, PCR_SIZE);
	memset(p, (int)i + 1, PCR_SIZE);
	return span_of(p, PCR_SIZE);
}

static struct release
release(struct test *t, const char *name, unsigned first)
{
	struct release r = { .name = name, .pcrs.mask = 7 };
	r.pcrs.v[0] = value(t, first);
	r.pcrs.v[1] = value(t, 1);
	r.pcrs.v[2] = value(t, 2);
	return r;
}

TEST(environment_written_is_read)
{
	struct environment v, w;
	struct err e = { 0 };
	DEFER(buf_free) struct buf a = buf_max(65536), b = buf_max(65536);
	struct release one = release(t, "app 1", 0);
	struct release two = release(t, "app 2", 2);
	two.pcrs.mask |= 1U << 16;
	two.pcrs.v[16] = value(t, 3);
	v = (struct environment){ 0 };
	CHECK_OK(t, environment_add(&v, &one, &t->arena, &e), &e);
	CHECK_OK(t, environment_add(&v, &two, &t->arena, &e), &e);
	CHECK_OK(t, environment_add(&v, &one, &t->arena, &e), &e);
	v.revoked[0] = "lost";
	CHECK_U(t, v.n, 2);
	CHECK_OK(t, environment_put(&a, &v, &e), &e);
	CHECK_OK(t, environment_parse(buf_view(&a), &t->arena, &w, &e), &e);
	CHECK_OK(t, environment_put(&b, &w, &e), &e);
	CHECK_SPAN(t, buf_view(&a), buf_view(&b));
	CHECK(t, w.n == 2 && w.v[1].pcrs.mask == 0x10007);
	CHECK_STR(t, w.revoked[0], "lost");
	CHECK(t, !w.revoked[1] && environment_find(&w, "app 2") == 1);
	CHECK_U(t, environment_find(&w, "app"), 2);

	struct release other = release(t, "app 2", 0);
	CHECK(t, !environment_add(&w, &other, &t->arena, &e));
	CHECK_STR(t, e.id, "release-taken");
	CHECK(t, !environment_add(&w, &one, &t->arena, &e));
	CHECK_STR(t, e.id, "release-revoked");
	CHECK(t, e.code == ERR_REFUSED && w.n == 2);
}

TEST(environment_refuses)
{
	static const struct {
		const char *in, *why; /* NULL: fine */
	} rows[] = {
		{ HEAD "]}", NULL },
		{ HEAD "{\"name\":\"a\",\"pcrs\":{\"0\":" VALUE "}}]}", NULL },
		{ "", "" },
		{ "\n", "" },
		{ "[]", "schema" },
		{ HEAD "],\"x\":1}", "x: no such key" },
		{ HEAD "{\"name\":\"a\",\"pcrs\":{\"0\":" VALUE
		       "},\"revokd\":\"lost\"}]}",
		  "revokd: no such key" },
		{ HEAD "{\"name\":\"a\",\"pcrs\":{\"0\":" VALUE
		       "},\"Revoked\":\"lost\"}]}",
		  "Revoked: no such key" },
		{ HEAD "{\"name\":\"a\",\"pcrs\":{\"0\":" VALUE
		       "},\"revoked\":\"\"}]}",
		  "without a reason" },
		{ HEAD "{\"name\":\"a\",\"pcrs\":{\"0@\":" VALUE "}}]}",
		  "no register" },
		{ HEAD "{\"name\":\"a\",\"pcrs\":{\"00\":" VALUE "}}]}",
		  "no register" },
		{ "{\"schema\":\"nitro-pcrs/1\"}", "schema" },
		{ "{\"schema\":\"veraclave-environment/1\"}", "releases" },
		{ HEAD "1]}", "release 1" },
		{ HEAD "{\"pcrs\":{\"0\":" VALUE "}}]}", "name" },
		{ HEAD "{\"name\":\"\",\"pcrs\":{\"3\":" VALUE "}}]}",
		  "without a name" },
		{ HEAD "{\"name\":\"a\",\"pcrs\":{}}]}", "without registers" },
		{ HEAD "{\"name\":\"a\",\"pcrs\":{\"32\":" VALUE "}}]}",
		  "no register" },
		{ HEAD "{\"name\":\"a\",\"pcrs\":{\"0\":\"00\"}}]}", "PCR0" },
		{ HEAD "{\"name\":\"a\",\"pcrs\":{\"0\":" VALUE "}},"
		       "{\"name\":\"a\",\"pcrs\":{\"0\":" VALUE "}}]}",
		  "there twice" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct environment v = { 0 };
		struct err e = { 0 };
		bool ok = environment_parse(span_str(rows[i].in), &t->arena, &v,
					    &e);
		CHECK_OK(t, ok == !rows[i].why, &e);
		if (rows[i].why) {
			CHECK(t, e.code == ERR_INPUT && v.n == 0);
			CHECK_HAS(t, e.msg, rows[i].why);
		}
	}
}

TEST(environment_survives_truncation_and_failed_allocations)
{
	struct span in =
		SPAN(HEAD "{\"name\":\"a\",\"pcrs\":{\"0\":" VALUE "}},"
			  "{\"name\":\"b\",\"pcrs\":{\"2\":" VALUE "},"
			  "\"revoked\":\"lost\"}]}");
	struct environment v;
	struct err e = { 0 };
	for (size_t n = 0; n < in.n; n++) {
		CHECK(t, !environment_parse(span_sub(in, 0, n), &t->arena, &v,
					    &e));
		CHECK(t, e.code == ERR_INPUT && e.msg[0]);
	}
	bool ok = false;
	for (unsigned n = 1; !ok && n < 100; n++) {
		struct arena a = { .fail_in = n };
		struct release more = release(t, "c", 0);
		ok = environment_parse(in, &a, &v, &e) &&
		     environment_add(&v, &more, &a, &e);
		CHECK(t, ok != a.failed && (ok || e.code == ERR_LIMIT));
		CHECK(t, !ok || v.n == 3);
		arena_finish(&a);
	}
	CHECK(t, ok);
}
