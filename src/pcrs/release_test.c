#include "base/test.h"

#include <string.h>

#include "pcrs/release.h"

#define V(d) "\"" d d d "\""
#define A    "0123456789abcdef0123456789abcdef"
#define HEAD \
	"{\"schema\":\"nitro-pcrs/1\",\"name\":\"app\",\"version\":\"1.2\","

TEST(pcrs_in_both_forms)
{
	struct err e = { 0 };
	struct release r;
	CHECK_OK(t,
		 release_parse(
			 SPAN(HEAD "\"pcrs\":{\"0\":" V(A) ",\"1\":" V(
				 A) ",\"2\":" V(A) ",\"8\":null},\"x\":1}"),
			 "f", &t->arena, &r, &e),
		 &e);
	CHECK_STR(t, r.name, "app 1.2");
	CHECK_U(t, r.pcrs.mask, 0x107);
	CHECK(t, span_is_zero(r.pcrs.v[8]) && r.pcrs.v[8].n == 48);
	CHECK(t, !span_is_zero(r.pcrs.v[2]) && r.pcrs.v[2].n == 48);
	CHECK_OK(
		t,
		release_parse(
			SPAN("{\"Measurements\":{\"HashAlgorithm\":"
			     "\"Sha384 { ... }\",\"PCR0\":" V(A) ",\"PCR1\":" V(
				     A) ",\"PCR2\":" V(A) "}}"),
			"f", &t->arena, &r, &e),
		&e);
	CHECK_STR(t, r.name, "f");
	CHECK_U(t, r.pcrs.mask, 7);
}

#define ALL "\"PCR0\":" V(A) ",\"PCR1\":" V(A) ",\"PCR2\":" V(A)
#define RUNNING(name)                                               \
	"{\"EnclaveName\":\"" name "\",\"EnclaveID\":\"i-1-enc2\"," \
	"\"Flags\":\"NONE\",\"Measurements\":{" ALL "}}"

TEST(pcrs_of_other_tools)
{
	static const struct {
		const char *in, *name;
		uint32_t mask;
	} rows[] = {
		{ "{\"HashAlgorithm\":\"SHA384\"," ALL "}", "f", 7 },
		{ "{" ALL ",\"PCR8\":" V(A) "}", "f", 0x107 },
		{ "{\"PCR8\":" V(A) "}", "f", 0x100 },
		{ "[" RUNNING("app") "]", "f", 7 },
		{ "{\"EifVersion\":4,\"Measurements\":{" ALL "},\"ImageName\":"
		  "\"app\",\"ImageVersion\":\"1.4\"}",
		  "app 1.4", 7 },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct release r;
		CHECK_OK(t,
			 release_parse(span_str(rows[i].in), "f", &t->arena, &r,
				       &e),
			 &e);
		CHECK_STR(t, r.name, rows[i].name);
		CHECK_U(t, r.pcrs.mask, rows[i].mask);
	}
}

TEST(pcrs_of_several_enclaves_are_nobodys)
{
	struct err e = { 0 };
	struct release r = { 0 };
	CHECK(t, !release_parse(SPAN("[" RUNNING("one") "," RUNNING("two") "]"),
				"f", &t->arena, &r, &e));
	CHECK(t, e.code == ERR_INPUT && r.pcrs.mask == 0);
	CHECK_STR(t, e.id, "pcrs-several");
	CHECK_HAS(t, e.msg, "2 enclaves: one, two");
}

TEST(pcrs_without_a_name)
{
	static const struct {
		const char *name, *version, *want;
	} rows[] = {
		{ "", "", "f" },
		{ "", "1", "1" },
		{ "a", "", "a" },
		{ "a", "1", "a 1" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct release r;
		const char *text = arena_fmt(
			&t->arena,
			"{\"schema\":\"nitro-pcrs/1\",\"name\":\"%s\","
			"\"version\":\"%s\",\"pcrs\":{\"0\":" V(A) ",\"1\":" V(
				A) ",\"2\":" V(A) "}}",
			rows[i].name, rows[i].version);
		CHECK_OK(t,
			 release_parse(span_str(text), "f", &t->arena, &r, &e),
			 &e);
		CHECK_STR(t, r.name, rows[i].want);
	}
}

TEST(pcrs_refuses)
{
	static const struct {
		const char *in, *why;
	} rows[] = {
		{ "", "" },
		{ "[]", "an empty list" },
		{ "{}", "neither" },
		{ "{\"schema\":\"nitro-pcrs/2\"}", "neither" },
		{ HEAD "\"pcrs\":{}}", "not all there" },
		{ HEAD "\"pcrs\":[]}", "pcrs" },
		{ HEAD "\"pcrs\":{\"0\":\"12\"}}", "PCR0: a register's" },
		{ HEAD "\"pcrs\":{\"0\":null}}", "PCR0: a register's" },
		{ HEAD "\"pcrs\":{\"32\":" V(A) "}}", "no register" },
		{ HEAD "\"pcrs\":{\"x\":" V(A) "}}", "no register" },
		{ HEAD "\"pcrs\":{\"0\":" V(A) ",\"00\":" V(A) "}}",
		  "no register" },
		{ "{\"Measurements\":{\"PCR0\":" V(A) "}}", "not all there" },
		{ "{\"Measurements\":[]}", "no object" },
		{ "{\"Measurements\":{\"PCR8\":" V(A) "}}", "not all there" },
		{ "{\"PCR0\":" V(A) "}", "not all there" },
		{ "{\"PCR0\":" V(A) ",\"PCR8\":" V(A) "}", "not all there" },
		{ "{\"PCR8\":" V("00000000000000000000000000000000") "}",
		  "it is zero" },
		{ "{\"PCR8\":null}", "it is zero" },
		{ "{\"PCR\":" V(A) "}", "without the number" },
		{ "{\"schema\":\"x/1\"," ALL "}", "neither" },
		{ "{" ALL ",\"PCR2x\":" V(A) "}", "no register" },
		{ "{" ALL ",\"PCR02\":" V(A) "}", "no register" },
		{ "{" ALL ",\"pcr2\":" V(A) "}", "no register" },
		{ "[[]]", "neither" },
		{ "{\"Measurements\":{\"Q\":" V(A) "}}", "no register" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct release r = { 0 };
		CHECK(t, !release_parse(span_str(rows[i].in), "f", &t->arena,
					&r, &e));
		CHECK(t, e.code == ERR_INPUT && r.pcrs.mask == 0);
		CHECK_HAS(t, e.msg, rows[i].why);
	}
}

TEST(pcrs_survive_truncation_and_failed_allocations)
{
	static const char *const texts[] = {
		HEAD "\"pcrs\":{\"0\":" V(A) ",\"1\":" V(A) ",\"2\":" V(
			A) ",\"8\":null}}",
		"{\"Measurements\":{\"PCR0\":" V(A) ",\"PCR1\":" V(
			A) ",\"PCR2\":" V(A) "}}",
		"[" RUNNING("x") "]",
		"{\"PCR8\":" V(A) "}",
	};
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct span in = span_str(texts[i]);
		struct release r = { 0 };
		struct err e = { 0 };
		for (size_t n = 0; n < in.n; n++) {
			CHECK(t, !release_parse(span_sub(in, 0, n), "f",
						&t->arena, &r, &e));
			CHECK(t, e.code == ERR_INPUT && r.pcrs.mask == 0);
		}
		bool ok = false;
		for (unsigned n = 1; !ok && n < 100; n++) {
			struct arena a = { .fail_in = n };
			ok = release_parse(in, "f", &a, &r, &e);
			CHECK(t, ok != a.failed);
			CHECK(t, ok || e.code == ERR_LIMIT);
			arena_finish(&a);
		}
		CHECK(t, ok);
	}
}
