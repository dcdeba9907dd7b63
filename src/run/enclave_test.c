#include "base/test.h"

#include <string.h>

#include "base/fmt.h"
#include "run/enclave.h"

#define ID "i-00000000000000000-enc0123456789abcdef"

TEST(records_are_read_and_written_the_same)
{
	static const char *const names[] = { "enclave/ok-plain",
					     "enclave/ok-name" };
	for (size_t i = 0; i < COUNT(names); i++) {
		DEFER(buf_free) struct buf b = buf_max(4096);
		struct span in = test_data(t, names[i]);
		struct err e = { 0 };
		struct enclave x = { 0 };
		if (!CHECK_OK(t, enclave_parse(in, SPAN(ID), &t->arena, &x, &e),
			      &e))
			continue;
		CHECK_STR(t, x.id, ID);
		CHECK(t, x.process.pid == 4711);
		CHECK_U(t, x.process.start, 123456);
		CHECK_U(t, x.cid, 16);
		CHECK_U(t, x.debug, i == 1);
		CHECK_U(t, x.pcr[2].n, 48);
		CHECK_OK(t, enclave_put(&b, &x, &e), &e);
		CHECK_SPAN(t, buf_view(&b), in);
	}
}

/* Returns the record with one part of its text replaced. */
static struct span
edited(struct test *t, const char *part, const char *by)
{
	struct span in = test_data(t, "enclave/ok-plain");
	const char *text = arena_cstr(&t->arena, in);
	const char *at = strstr(text, part);
	if (!CHECK(t, at != NULL))
		return in;
	return span_str(arena_fmt(&t->arena, "%.*s%s%s", (int)(at - text), text,
				  by, at + strlen(part)));
}

TEST(what_is_no_record_is_refused)
{
	static const struct {
		const char *part, *by, *why;
	} rows[] = {
		{ "enclave/1", "enclave/2", "does not have the keys" },
		{ "\"Debug\"", "\"More\": 1, \"Debug\"",
		  "does not have the keys" },
		{ "\"schema\"", "\"Schema\"", "schema" },
		{ "abcdef\"", "abcdee\"", "of another enclave" },
		{ "i-000", "../../000", "of another enclave" },
		{ "\"app\"", "7", "EnclaveName" },
		{ "\"app\"", "\"a\\u0000b\"", "" },
		{ "4711", "1", "ProcessID is not a process" },
		{ "4711", "-1", "ProcessID" },
		{ "4711", "2147483648", "ProcessID is not a process" },
		{ "123456,", "1e3,", "ProcessStart" },
		{ "16", "4294967296", "not a vsock address" },
		{ "false", "0", "Debug" },
		{ "a0a0", "A0A0", "PCR0 is not a PCR" },
		{ "a1a1", "a1", "PCR1 is not a PCR" },
		{ "\"PCR2\"", "\"PCR3\"", "PCR2" },
		{ "\"PCR0\"", "\"PCR8\": null, \"PCR0\"",
		  "unexpected registers" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span in = edited(t, rows[i].part, rows[i].by);
		struct enclave x = { 0 };
		struct err e = { 0 };
		CHECK(t, !enclave_parse(in, SPAN(ID), &t->arena, &x, &e));
		CHECK_U(t, e.code, ERR_INPUT);
		CHECK_HAS(t, e.msg, rows[i].why);
		CHECK(t, !x.id && !x.process.pid);
	}
}

TEST(a_name_has_an_end)
{
	char name[ENCLAVE_NAME_MAX + 2] = { 0 };
	struct enclave x = { 0 };
	struct err e = { 0 };
	memset(name, 'x', ENCLAVE_NAME_MAX);
	CHECK_OK(t,
		 enclave_parse(edited(t, "app", name), SPAN(ID), &t->arena, &x,
			       &e),
		 &e);
	name[ENCLAVE_NAME_MAX] = 'x';
	CHECK(t, !enclave_parse(edited(t, "app", name), SPAN(ID), &t->arena, &x,
				&e));
	CHECK_HAS(t, e.msg, "too long");
}

TEST(a_record_that_is_cut_is_none)
{
	struct span in = test_data(t, "enclave/ok-name");
	for (size_t n = 0; n < in.n; n++) {
		struct enclave x = { 0 };
		struct err e = { 0 };
		CHECK(t, !enclave_parse(span_sub(in, 0, n), SPAN(ID), &t->arena,
					&x, &e));
		CHECK(t, e.code == ERR_INPUT && !x.id);
	}
}

TEST(a_record_survives_a_failed_allocation)
{
	struct span in = test_data(t, "enclave/ok-plain");
	bool ok = false;
	for (unsigned n = 1; !ok && n < 100; n++) {
		struct arena a = { .fail_in = n };
		struct enclave x = { 0 };
		struct err e = { 0 };
		ok = enclave_parse(in, SPAN(ID), &a, &x, &e);
		CHECK(t, ok != a.failed);
		CHECK(t, ok || (e.code == ERR_LIMIT && !x.id));
		arena_finish(&a);
	}
	CHECK(t, ok);
}

TEST(names_of_files_are_ids_only)
{
	CHECK(t, enclave_is_id(SPAN(ID)));
	CHECK(t, !enclave_is_id(SPAN("")) && !enclave_is_id(SPAN("..")) &&
			 !enclave_is_id(SPAN("a/b")) &&
			 !enclave_is_id(SPAN("I-0")) &&
			 !enclave_is_id(SPAN("a\0b")));
}
