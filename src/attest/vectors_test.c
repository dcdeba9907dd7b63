/* Documents of others with their verdicts: 26 of real hardware, 41 made. */
#include "base/test.h"

#include <string.h>

#include "attest/verify.h"
#include "codec/hex.h"
#include "codec/json.h"

static struct span
unhex(struct test *t, struct span text)
{
	struct span v = { 0 };
	struct err e = { 0 };
	CHECK_OK(t, hex_parse(text, &t->arena, &v, &e), &e);
	return v;
}

/* Registers by their number as key. */
static struct pcr_set
registers(struct test *t, const struct json *j)
{
	struct pcr_set s = { 0 };
	struct json_iter it = { 0 };
	while (json_each(j, &it)) {
		unsigned i = it.key.p[0] - '0';
		if (it.key.n == 2)
			i = i * 10 + it.key.p[1] - '0';
		s.mask |= 1U << i;
		s.v[i] = unhex(t, json_text(it.value));
	}
	return s;
}

static const char *
failure(const struct verdict *v)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->check[i].result != RESULT_PASS)
			return v->check[i].code;
	return "ok";
}

static struct verdict v;

static const char *
run(struct test *t, struct span in, const struct expect *x)
{
	struct err e = { 0 };
	CHECK_OK(t, verify_document(in, x, &t->arena, &v, &e), &e);
	CHECK(t, (v.result == RESULT_PASS) == !strcmp(failure(&v), "ok"));
	CHECK(t, v.result != RESULT_PASS || v.trust != TRUST_NONE);
	return failure(&v);
}

static void
real_document(struct test *t, struct span in, const struct json *j)
{
	const struct json *want = json_get(j, "expect");
	int64_t from = json_int(json_get(j, "chain_valid_from_epoch"));
	int64_t to = json_int(json_get(j, "chain_valid_to_epoch"));
	bool signed_right = json_bool(json_get(want, "cose_signature_ok"));
	bool debug = json_bool(json_get(want, "debug_mode"));
	const char *good = signed_right ? "ok" : "signature-wrong";
	struct expect x = {
		.anchors = &anchor_aws_nitro,
		.nanchors = 1,
		.pcrs = registers(t, json_get(j, "pcrs_nonzero")),
		.max_age = EXPECT_ANY_AGE,
		.skew = to - from, /* the document is from somewhere between */
		.allow_debug = debug,
	};
	CHECK(t, json_bool(json_get(want, "anchored_in_aws_root_g1")));
	for (int64_t at = from; at <= to; at += (to - from) / 2) {
		x.at = at;
		CHECK_STR(t, run(t, in, &x), good);
	}
	x.at = to;
	CHECK_STR(t, run(t, in, &x), good);
	x.at = to + 1;
	CHECK_STR(t, run(t, in, &x), "leaf-expired");
	x.at = from - 1;
	CHECK_STR(t, run(t, in, &x), "leaf-not-yet-valid");
	x.at = from;
	x.nanchors = 0;
	CHECK_STR(t, run(t, in, &x), "chain-root-class");
	x.nanchors = 1;
	x.allow_debug = false;
	CHECK_STR(t, run(t, in, &x),
		  !signed_right ? good
		  : debug       ? "debug-mode"
				: "ok");
}

TEST(vectors_of_real_hardware)
{
	struct err e = { 0 };
	DEFER(json_release) struct json *all = NULL;
	struct json_iter it = { 0 };
	unsigned n = 0;
	struct span text = test_fixture(t, "nitro/attestation-expected.json");
	if (t->skip)
		return;
	CHECK_OK(t, json_parse(text, &all, &e), &e);
	for (; json_each(all, &it); n++) {
		char *path = arena_fmt(&t->arena, "nitro/%s",
				       (const char *)it.key.p);
		real_document(t, test_fixture(t, path), it.value);
	}
	CHECK_U(t, n, 26);
}

/* Their reason, and ours for the same. */
static const struct {
	const char *theirs, *ours;
} kms_reasons[] = {
	{ "leaf-expired", "leaf-expired" },
	{ "leaf-not-yet-valid", "leaf-not-yet-valid" },
	{ "untrusted-root", "chain-root-untrusted" },
	{ "bad-signature", "signature-wrong cose-signature-size" },
	{ "chain-broken", "chain-issuer" },
	{ "cabundle-order", "chain-order chain-root-missing" },
	{ "cabundle-empty", "doc-cabundle-empty" },
	{ "ca-flag", "chain-ca" },
	{ "alg", "cose-alg cose-alg-missing cose-unprotected" },
	{ "digest", "doc-digest" },
	{ "pcr-length", "doc-pcr-length" },
	{ "pcr-index", "doc-pcr-index" },
	{ "pcrs-empty", "doc-pcrs-empty" },
	{ "timestamp", "doc-timestamp" },
	{ "module-id", "doc-module-id" },
	{ "size", "doc-size doc-user-data-size" },
	{ "trailing", "doc-trailing" },
	{ "truncated", "doc-truncated" },
	{ "duplicate-key", "doc-key-twice" },
	{ "cose-shape", "cose-shape" },
};

static void
check_reason(struct test *t, struct span theirs, const char *got)
{
	for (size_t i = 0; i < COUNT(kms_reasons); i++)
		if (span_is(theirs, kms_reasons[i].theirs)) {
			CHECK_HAS(t, kms_reasons[i].ours, got);
			return;
		}
	CHECK_SPAN(t, theirs, SPAN("a reason of the table"));
}

/* The vectors' reason why the key is unsuitable, and ours. */
static const struct {
	const char *theirs, *ours;
} key_reasons[] = {
	{ "no-public-key", "recipient-key-absent" },
	{ "public-key-not-rsa", "recipient-key-type" },
	{ "public-key-undecodable", "recipient-key-form" },
	{ "public-key-not-spki", "recipient-key-form" },
	{ "public-key-size-unverified", "recipient-key-unproven" },
};

/* What is no good document is no recipient, whatever its key. Of the two that
 * are "unverified" the one with another size is for the user to decide, the
 * one in another form is refused. */
static void
kms_recipient(struct test *t, struct span in, const struct json *j,
	      struct expect *x, bool valid)
{
	const struct json *usable = json_get(j, "usable_as_recipient");
	struct span why = json_text(json_get(j, "reason"));
	bool yes = json_kind(usable) == JSON_KIND_BOOL && json_bool(usable);
	bool sized = span_is(why, "public-key-size-unverified");
	x->recipient = RECIPIENT_RSA_2048;
	const char *got = run(t, in, x);
	CHECK(t, yes == !strcmp(got, "ok"));
	for (size_t i = 0; i < COUNT(key_reasons); i++)
		if (span_is(why, key_reasons[i].theirs))
			CHECK_STR(t, got, key_reasons[i].ours);
	CHECK(t, !sized || v.result == RESULT_UNKNOWN);
	const struct check *c = verdict_check(&v, "recipient-key");
	CHECK(t, valid ? c && (c->result == RESULT_PASS) == yes : !yes);
	x->recipient = RECIPIENT_RSA;
	got = run(t, in, x);
	CHECK(t, (yes || sized) == !strcmp(got, "ok"));
	x->recipient = RECIPIENT_NONE;
}

static void
kms_case(struct test *t, const struct json *j, const struct json *all)
{
	struct anchor root;
	struct err e = { 0 };
	struct span why = json_text(json_get(j, "reason"));
	const struct json *r = json_get(j, "trust_root");
	const struct json *valid = json_get(j, "attestation_valid");
	char *path = arena_fmt(&t->arena, "kms/attestation/%s",
			       (const char *)json_text(json_get(j, "file")).p);
	char *root_path = arena_fmt(
		&t->arena, "kms/attestation/%s",
		(const char *)json_text(r ? r : json_get(all, "trust_root")).p);
	struct span in = test_fixture(t, path);
	CHECK_OK(t, anchor_of(TRUST_SIM, test_fixture(t, root_path), &root, &e),
		 &e);
	struct expect x = {
		.at = json_int(json_get(j, "eval_time")),
		.anchors = &root,
		.nanchors = 1,
		.max_age = EXPECT_ANY_AGE,
		.skew = EXPECT_SKEW,
		.pcrs = registers(t, json_get(all, "pcrs")),
		.allow_debug = span_is(why, "debug-mode"),
	};
	if (span_is(why, "debug-mode"))
		x.pcrs.mask = 1U << 4;
	if (json_kind(valid) != JSON_KIND_BOOL || !json_bool(valid)) {
		check_reason(t, why, run(t, in, &x));
		kms_recipient(t, in, j, &x, false);
		return;
	}
	if (span_is(why, "pcr0-absent")) {
		/* KMS takes it; we cannot tell whether it is a debug enclave */
		CHECK_STR(t, run(t, in, &x), "debug-unknown");
		return;
	}
	CHECK_STR(t, run(t, in, &x), "ok");
	kms_recipient(t, in, j, &x, true);
	x.allow_debug = false;
	if (span_is(why, "debug-mode"))
		CHECK_STR(t, run(t, in, &x), "debug-mode");
	x.anchors = &anchor_aws_nitro;
	CHECK_STR(t, run(t, in, &x), "chain-root-untrusted");
}

TEST(vectors_made_for_kms)
{
	struct err e = { 0 };
	DEFER(json_release) struct json *all = NULL;
	struct json_iter it = { 0 };
	size_t n = 0;
	struct span text = test_fixture(t, "kms/attestation/manifest.json");
	if (t->skip)
		return;
	CHECK_OK(t, json_parse(text, &all, &e), &e);
	while (json_each(all, &it))
		if (json_kind(it.value) == JSON_KIND_LIST)
			for (; n < json_count(it.value); n++)
				kms_case(t, json_at(it.value, n), all);
	CHECK_U(t, n, 41);
}
