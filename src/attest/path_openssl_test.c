/* Our path beside OpenSSL's: each single change to a right chain, and real
 * documents. path_openssl_fuzz.c has the rest. */
#include "base/test.h"

#include <string.h>

#include "attest/changes_kit.h"
#include "attest/differ_kit.h"
#include "codec/json.h"

/* All key identifiers, so that OpenSSL has nothing to say about a right
 * chain. */
#define KEY_IDS 23, 0, 0

static struct differ
judge(struct test *t, struct span in)
{
	struct changed c;
	struct doc d;
	struct anchor root;
	struct differ out = { 0 };
	struct err e = { 0 };
	changes(in, &c, &d);
	if (anchor_of(TRUST_SIM, d.bundle[0], &root, &e))
		CHECK_OK(t, differ_path(&d, &root, c.at, &c.a, &out, &e), &e);
	changes_finish(&c);
	return out;
}

TEST(path_and_openssl_accept_a_right_chain)
{
	static const uint8_t ids[] = { KEY_IDS };
	struct differ out = judge(t, span_of(ids, sizeof(ids)));
	CHECK(t, out.ours && out.theirs && !out.rows && !out.unexcused);
	out = judge(t, SPAN(""));
	CHECK(t, out.ours && !out.theirs && !out.unexcused);
	CHECK_U(t, out.rows,
		1U << DIFFER_NO_AUTHORITY_ID | 1U << DIFFER_NO_SUBJECT_ID);
	changes_forget();
}

/* The amounts of a change that differ from each other. */
static bool
worth(unsigned what, unsigned v)
{
	static const uint8_t usages[] = { 0,    0x02, 0x04, 0x06, 0x3f, 0x40,
					  0x80, 0x84, 0x86, 0xc0, 0xff };
	static const uint8_t below[CHANGES_KINDS] = {
		2, 3, 6, 0, 13, 13, 10, 10, 7, 7, 14, 2, 13, 50, 0, 0,
		0, 0, 0, 0, 10, 7,  1,  0,  0, 0, 5,  1, 5,  0,  0, 0,
	};
	if (what == 2 && (v == 128 || v == 255))
		return true;
	if (what == 3)
		return memchr(usages, (int)v, sizeof(usages));
	return v < below[what];
}

TEST(path_and_openssl_after_one_change)
{
	unsigned accepted = 0, refused = 0;
	for (unsigned i = 0; i < 256 * CHANGES_KINDS * KIT_CHAIN; i++) {
		unsigned what = i / 256 % CHANGES_KINDS, v = i % 256;
		uint8_t in[] = { KEY_IDS, (uint8_t)what,
				 (uint8_t)(i / 256 / CHANGES_KINDS),
				 (uint8_t)v };
		/* Extensions in the root, one authority and the leaf. */
		if (!worth(what, v) || (what == 13 && in[4] % 2))
			continue;
		struct differ out = judge(t, span_of(in, sizeof(in)));
		accepted += out.ours;
		refused += !out.ours;
		if (!CHECK(t, !out.unexcused)) {
			CHECK_STR(t, out.unexcused, "");
			CHECK_SPAN(t, span_of(in + 3, 3), SPAN(""));
		}
		CHECK(t, !out.ours || out.theirs || out.rows);
	}
	CHECK(t, accepted > 200 && refused > 400);
	changes_forget();
}

/* Every row of the table is there because something needs it. */
TEST(path_and_openssl_differ_where_listed)
{
	static const struct {
		enum differ_row row;
		uint8_t in[12];
	} cases[] = {
		{ DIFFER_NO_AUTHORITY_ID, { KEY_IDS, 10, 2, 12 } },
		{ DIFFER_NO_SUBJECT_ID, { KEY_IDS, 10, 2, 12 } },
		{ DIFFER_LAST_SECOND, { KEY_IDS, 5, 4, 0 } },
		{ DIFFER_KEY_ID, { KEY_IDS, 10, 3, 13 } },
		/* The root issues itself once more. */
		{ DIFFER_BUILDER, { KEY_IDS, 28, 0, 1 } },
	};
	unsigned seen = 0;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct differ out = judge(t, span_of(cases[i].in, 6));
		if (!CHECK(t, out.ours && !out.unexcused &&
				      out.rows >> cases[i].row & 1))
			CHECK_STR(t, out.our_reason, out.unexcused);
		CHECK(t, differ_reason(cases[i].row)[0]);
		seen |= 1U << cases[i].row;
	}
	CHECK_U(t, seen, (1U << DIFFER_ROWS) - 1);
	changes_forget();
}

/* The table in the document has the same rows. */
TEST(path_and_openssl_differences_are_documented)
{
	struct span page = test_repo_file(t, "docs/differential.md");
	char *text = arena_cstr(&t->arena, page);
	for (unsigned i = 0; i < DIFFER_ROWS; i++)
		CHECK_HAS(t, text, differ_name((enum differ_row)i));
}

TEST(path_and_openssl_agree_about_hardware)
{
	const unsigned ids =
		1U << DIFFER_NO_AUTHORITY_ID | 1U << DIFFER_NO_SUBJECT_ID;
	struct err e = { 0 };
	DEFER(json_release) struct json *all = NULL;
	struct json_iter it = { 0 };
	unsigned n = 0;
	struct span text = test_fixture(t, "nitro/attestation-expected.json");
	if (t->skip)
		return;
	CHECK_OK(t, json_parse(text, &all, &e), &e);
	for (; json_each(all, &it); n++) {
		struct differ out;
		struct doc d;
		char *path = arena_fmt(&t->arena, "nitro/%s",
				       (const char *)it.key.p);
		int64_t to =
			json_int(json_get(it.value, "chain_valid_to_epoch"));
		CHECK_OK(t, doc_parse(test_fixture(t, path), &d, &e), &e);
		for (int64_t at = to - 1; at <= to; at++) {
			CHECK_OK(t,
				 differ_path(&d, &anchor_aws_nitro, at,
					     &t->arena, &out, &e),
				 &e);
			CHECK(t, out.ours && !out.unexcused);
			CHECK(t, out.rows & 1U << DIFFER_NO_AUTHORITY_ID);
			CHECK_U(t, out.rows & ~ids,
				at == to ? 1U << DIFFER_LAST_SECOND : 0);
		}
	}
	CHECK_U(t, n, 26);
}
