#include "base/test.h"

#include <pthread.h>
#include <string.h>

#include "attest/scene_kit.h"
#include "codec/hex.h"
#include "veraclave/verify.h"

#define A32 "abababababababababababababababab"

/* A document that passes, its root, and a verifier. */
struct world {
	struct test *t;
	struct scene s;
	struct span doc, root;
	veraclave_verifier *v;
};

static void
world(struct test *t, struct world *w)
{
	*w = (struct world){ .t = t };
	scene(t, &w->s);
	w->doc = kit_make_doc(&t->arena, &w->s.d);
	w->root = kit_make_cert(&t->arena, &w->s.c[KIT_ROOT]);
	w->v = veraclave_verifier_new();
	CHECK(t, w->v);
}

static void
world_end(struct world *w)
{
	veraclave_verifier_free(w->v);
}

static void
trusted(struct world *w)
{
	CHECK_U(w->t,
		(unsigned)veraclave_verifier_add_trust(w->v, "sim:", w->root.p,
						       w->root.n),
		VERACLAVE_OK);
	for (unsigned i = 0; i < 3; i++) {
		struct span p = kit_pcr(&w->t->arena, i);
		CHECK_U(w->t,
			(unsigned)veraclave_verifier_add_pcr(w->v, i, p.p, p.n),
			VERACLAVE_OK);
	}
}

static enum veraclave_result
appraise(const struct world *w, veraclave_appraisal *a)
{
	return veraclave_appraise(a, w->doc.p, w->doc.n, KIT_NOW);
}

static veraclave_appraisal *
appraisal(const struct world *w)
{
	veraclave_appraisal *a = veraclave_appraisal_new(w->v);
	CHECK(w->t, a);
	return a;
}

TEST(api_passes_and_lends_what_is_proven)
{
	DEFER(world_end) struct world w;
	size_t n = 0;
	world(t, &w);
	trusted(&w);
	veraclave_appraisal *a = appraisal(&w);
	CHECK(t, veraclave_appraisal_result(a) == VERACLAVE_NO_RESULT);
	CHECK(t, !veraclave_appraisal_json(a));
	CHECK_U(t, veraclave_appraisal_checks(a), 0);
	for (unsigned again = 0; again < 3; again++) {
		CHECK(t, appraise(&w, a) == VERACLAVE_PASS);
		CHECK_STR(t, veraclave_appraisal_trust(a), "sim");
		CHECK_STR(t, veraclave_appraisal_module_id(a), KIT_MODULE);
		CHECK(t, veraclave_appraisal_timestamp_ms(a) > 0);
		const void *p = veraclave_appraisal_pcr(a, 0, &n);
		CHECK_SPAN(t, span_of(p, n), kit_pcr(&t->arena, 0));
		CHECK(t, !veraclave_appraisal_pcr(a, 16, &n) && n == 0);
		CHECK(t, !veraclave_appraisal_pcr(a, 99, &n) && n == 0);
		p = veraclave_appraisal_nonce(a, &n);
		CHECK_SPAN(t, span_of(p, n), SPAN("nonce"));
		p = veraclave_appraisal_user_data(a, &n);
		CHECK_SPAN(t, span_of(p, n), SPAN("data"));
		CHECK(t, !veraclave_appraisal_public_key(a, &n) && n == 0);
		CHECK_HAS(t, veraclave_appraisal_json(a),
			  "\"verdict\": \"pass\"");
	}
	size_t checks = veraclave_appraisal_checks(a);
	CHECK(t, checks > 8);
	CHECK_STR(t, veraclave_appraisal_check_name(a, 0), "document");
	CHECK_STR(t, veraclave_appraisal_check_code(a, 0), "ok");
	CHECK(t, !veraclave_appraisal_check_name(a, checks));
	CHECK(t, !veraclave_appraisal_check_code(a, checks));
	CHECK(t, !veraclave_appraisal_check_detail(a, checks));
	CHECK(t, veraclave_appraisal_check_result(a, checks) ==
			 VERACLAVE_NO_RESULT);
	veraclave_appraisal_free(a);
}

/* Nothing of a document is told unless it passed, also after one that did. */
TEST(api_lends_nothing_that_is_not_proven)
{
	DEFER(world_end) struct world w;
	size_t n = 1;
	world(t, &w);
	trusted(&w);
	veraclave_appraisal *a = appraisal(&w);
	CHECK(t, appraise(&w, a) == VERACLAVE_PASS);
	CHECK(t, veraclave_appraise(a, w.doc.p, w.doc.n, KIT_NOW + 9999) ==
			 VERACLAVE_FAIL);
	CHECK(t, !veraclave_appraisal_pcr(a, 0, &n) && n == 0);
	CHECK(t, !veraclave_appraisal_user_data(a, &n));
	CHECK(t, !veraclave_appraisal_nonce(a, &n));
	CHECK(t, !veraclave_appraisal_public_key(a, &n));
	CHECK(t, !veraclave_appraisal_module_id(a));
	CHECK(t, !veraclave_appraisal_release(a));
	CHECK_U(t, veraclave_appraisal_timestamp_ms(a), 0);
	CHECK_HAS(t, veraclave_appraisal_json(a), "leaf-expired");
	CHECK(t, veraclave_appraise(a, "x", 1, KIT_NOW) == VERACLAVE_MALFORMED);
	CHECK(t, veraclave_appraise(a, NULL, 0, KIT_NOW) != VERACLAVE_PASS);
	CHECK(t, veraclave_appraise(a, w.doc.p, w.doc.n, -1) ==
			 VERACLAVE_NO_RESULT);
	CHECK_STR(t, veraclave_appraisal_trust(a), "none");
	CHECK(t, veraclave_appraise(a, w.doc.p, w.doc.n, INT64_MAX) ==
			 VERACLAVE_NO_RESULT);
	veraclave_appraisal_free(a);
}

TEST(api_expects_nothing_and_passes_nothing)
{
	DEFER(world_end) struct world w;
	world(t, &w);
	CHECK_U(t,
		(unsigned)veraclave_verifier_add_trust(w.v, "sim:x", w.root.p,
						       w.root.n),
		VERACLAVE_OK);
	veraclave_appraisal *a = appraisal(&w);
	CHECK(t, appraise(&w, a) == VERACLAVE_FAIL);
	CHECK_HAS(t, veraclave_appraisal_json(a), "expect-nothing");
	veraclave_appraisal_free(a);
}

TEST(api_trusts_hardware_unless_told_otherwise)
{
	DEFER(world_end) struct world w;
	world(t, &w);
	struct span p = kit_pcr(&t->arena, 0);
	CHECK(t, veraclave_verifier_add_pcr(w.v, 0, p.p, p.n) == VERACLAVE_OK);
	veraclave_appraisal *a = appraisal(&w);
	CHECK(t, appraise(&w, a) == VERACLAVE_FAIL);
	CHECK_STR(t, veraclave_appraisal_trust(a), "none");
	CHECK_HAS(t, veraclave_appraisal_json(a), "chain-root-untrusted");
	veraclave_appraisal_free(a);
}

typedef int expect_fn(veraclave_appraisal *a, const void *p, size_t n);

TEST(api_fields_fail_closed)
{
	static const uint8_t zeros[1025];
	static const struct {
		expect_fn *expect;
		const char *right;
	} rows[] = {
		{ veraclave_appraisal_expect_nonce, "nonce" },
		{ veraclave_appraisal_expect_user_data, "data" },
		{ veraclave_appraisal_expect_public_key, NULL },
		{ veraclave_appraisal_expect_user_data_sha256, NULL },
	};
	DEFER(world_end) struct world w;
	world(t, &w);
	trusted(&w);
	veraclave_appraisal *a = appraisal(&w);
	for (size_t i = 0; i < COUNT(rows); i++) {
		CHECK(t, rows[i].expect(a, zeros, 1025) == VERACLAVE_USAGE);
		CHECK(t, appraise(&w, a) == VERACLAVE_FAIL);
		CHECK(t, rows[i].expect(a, NULL, 5) == VERACLAVE_USAGE);
		CHECK(t, appraise(&w, a) == VERACLAVE_FAIL);
		CHECK(t, rows[i].expect(a, zeros, 32) == VERACLAVE_OK);
		CHECK(t, appraise(&w, a) == VERACLAVE_FAIL);
		const char *right = rows[i].right;
		if (right) {
			CHECK(t, rows[i].expect(a, right, strlen(right)) ==
					 VERACLAVE_OK);
			CHECK(t, appraise(&w, a) == VERACLAVE_PASS);
		}
		/* what is empty, or was not got, expects nothing */
		CHECK(t, rows[i].expect(a, "", 0) == VERACLAVE_USAGE);
		CHECK(t, appraise(&w, a) == VERACLAVE_FAIL);
		CHECK(t, rows[i].expect(a, NULL, 0) == VERACLAVE_USAGE);
		CHECK(t, appraise(&w, a) == VERACLAVE_FAIL);
		veraclave_appraisal_expect_none(a);
		CHECK(t, appraise(&w, a) == VERACLAVE_PASS);
	}
	veraclave_appraisal_free(a);
}

TEST(api_emptiness_is_asked_for)
{
	DEFER(world_end) struct world w;
	world(t, &w);
	trusted(&w);
	w.s.d.field[KIT_NONCE] = kit_bytes(&t->arena, SPAN(""));
	w.doc = kit_make_doc(&t->arena, &w.s.d);
	veraclave_appraisal *a = appraisal(&w);
	CHECK(t, veraclave_appraisal_expect_empty(a, "nonce") == VERACLAVE_OK);
	CHECK(t, appraise(&w, a) == VERACLAVE_PASS);
	CHECK(t,
	      veraclave_appraisal_expect_empty(a, "user-data") == VERACLAVE_OK);
	CHECK(t, appraise(&w, a) == VERACLAVE_FAIL);
	veraclave_appraisal_expect_none(a);
	CHECK(t, appraise(&w, a) == VERACLAVE_PASS);
	CHECK(t,
	      veraclave_appraisal_expect_empty(a, "nnoce") == VERACLAVE_USAGE);
	CHECK(t, appraise(&w, a) == VERACLAVE_FAIL);
	CHECK_HAS(t, veraclave_appraisal_json(a), "expect-empty");
	veraclave_appraisal_free(a);
}

/* Nothing may run (any more), and no register makes up for that. */
TEST(api_environment_without_a_release)
{
	static const char *const rows[] = {
		"[]", "[{\"name\":\"a\",\"revoked\":\"lost\",\"pcrs\":"
		      "{\"3\":\"" A32 A32 A32 "\"}}]"
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		DEFER(world_end) struct world w;
		world(t, &w);
		trusted(&w);
		const char *env =
			arena_fmt(&t->arena,
				  "{\"schema\":\"veraclave-environment/1\","
				  "\"releases\":%s}",
				  rows[i]);
		CHECK(t, veraclave_verifier_set_environment(
				 w.v, env, strlen(env)) == VERACLAVE_OK);
		veraclave_appraisal *a = appraisal(&w);
		CHECK(t, appraise(&w, a) == VERACLAVE_FAIL);
		CHECK_HAS(t, veraclave_appraisal_json(a), "expect-empty");
		veraclave_appraisal_free(a);
	}
}

/* One name, one root: a policy that names it means one of them. */
TEST(api_roots_have_different_names)
{
	DEFER(world_end) struct world w;
	world(t, &w);
	CHECK(t, veraclave_verifier_add_trust(w.v, "sim:", w.root.p,
					      w.root.n) == VERACLAVE_OK);
	CHECK(t, veraclave_verifier_add_trust(w.v, "sim:", w.root.p,
					      w.root.n) == VERACLAVE_USAGE);
	CHECK_HAS(t, veraclave_verifier_error(w.v), "label of its own");
	CHECK(t, veraclave_verifier_add_trust(w.v, "sim:b", w.root.p,
					      w.root.n) == VERACLAVE_OK);
}

/* When the document was made. */
#define MADE (KIT_NOW - 5)

TEST(api_documents_from_the_future)
{
	static const struct {
		int64_t skew, ahead;
		enum veraclave_result want;
	} rows[] = { { -1, 300, VERACLAVE_PASS },
		     { -1, 301, VERACLAVE_FAIL },
		     { 0, 1, VERACLAVE_FAIL },
		     { 0, 0, VERACLAVE_PASS },
		     { 400, 400, VERACLAVE_PASS } };
	for (size_t i = 0; i < COUNT(rows); i++) {
		DEFER(world_end) struct world w;
		world(t, &w);
		trusted(&w);
		CHECK(t, rows[i].skew < 0 ||
				 veraclave_verifier_set_max_skew(
					 w.v, rows[i].skew) == VERACLAVE_OK);
		veraclave_appraisal *a = appraisal(&w);
		CHECK(t,
		      veraclave_appraise(a, w.doc.p, w.doc.n,
					 MADE - rows[i].ahead) == rows[i].want);
		veraclave_appraisal_free(a);
	}
}

TEST(api_times_are_in_range)
{
	static const int64_t bad[] = { -1, INT64_C(1) << 31, INT64_MIN };
	DEFER(world_end) struct world w;
	world(t, &w);
	for (size_t i = 0; i < COUNT(bad); i++) {
		CHECK(t, veraclave_verifier_set_max_age(w.v, bad[i]) !=
				 VERACLAVE_OK);
		CHECK_HAS(t, veraclave_verifier_error(w.v), "an age of ");
		CHECK(t, veraclave_verifier_set_max_skew(w.v, bad[i]) !=
				 VERACLAVE_OK);
		CHECK_HAS(t, veraclave_verifier_error(w.v), "a skew of ");
	}
	CHECK(t,
	      veraclave_verifier_set_max_age(w.v, INT32_MAX) == VERACLAVE_OK);
	CHECK(t, veraclave_verifier_set_max_skew(w.v, 0) == VERACLAVE_OK);
}

/* printf data | sha256sum */
TEST(api_user_data_by_digest)
{
	DEFER(world_end) struct world w;
	world(t, &w);
	trusted(&w);
	struct span h = test_hex(t, "3a6eb0790f39ac87c94f3856b2dd2c5d110e6811"
				    "602261a9a923d3bb23adc8b7");
	veraclave_appraisal *a = appraisal(&w);
	CHECK(t, veraclave_appraisal_expect_user_data_sha256(a, h.p, 31) ==
			 VERACLAVE_USAGE);
	CHECK(t, appraise(&w, a) == VERACLAVE_FAIL);
	CHECK(t, veraclave_appraisal_expect_user_data_sha256(a, h.p, 32) ==
			 VERACLAVE_OK);
	CHECK(t, appraise(&w, a) == VERACLAVE_PASS);
	veraclave_appraisal_free(a);
}

/* A call that fails says why and changes nothing. */
/* One call that fails, of each kind. */
static int
failing(veraclave_verifier *v, unsigned what)
{
	switch (what) {
	case 0:
		return veraclave_verifier_set_environment(v, "", 0);
	case 1:
		return veraclave_verifier_set_policy(v, "x", 1);
	case 2:
		return veraclave_verifier_add_pcr(v, 32, "", 48);
	case 3:
		return veraclave_verifier_add_release(v, NULL, "{}", 2);
	case 4:
		return veraclave_verifier_set_max_age(v, -1);
	default:
		return veraclave_verifier_set_recipient(v, "dh");
	}
}

TEST(api_a_failed_call_is_not_forgotten)
{
	for (unsigned what = 0; what < 6; what++) {
		DEFER(world_end) struct world w;
		world(t, &w);
		trusted(&w);
		int status = failing(w.v, what);
		CHECK(t, status != VERACLAVE_OK);
		veraclave_appraisal *a = appraisal(&w);
		CHECK(t, appraise(&w, a) == VERACLAVE_FAIL);
		CHECK_HAS(t, veraclave_appraisal_json(a), "expect-empty");
		veraclave_appraisal_free(a);
	}
}

TEST(api_setting_up_refuses)
{
	DEFER(world_end) struct world w;
	world(t, &w);
	veraclave_verifier *v = w.v;
	CHECK_STR(t, veraclave_verifier_error(v), "");
	CHECK(t, veraclave_verifier_add_trust(v, "sgx:", w.root.p, w.root.n) ==
			 VERACLAVE_USAGE);
	CHECK_HAS(t, veraclave_verifier_error(v), "no such trust class");
	CHECK(t, veraclave_verifier_add_trust(v, "sim:", "x", 1) ==
			 VERACLAVE_INPUT);
	CHECK(t, veraclave_verifier_add_trust(v, "aws-nitro", "x", 1) ==
			 VERACLAVE_USAGE);
	CHECK(t, veraclave_verifier_add_pcr(v, 32, "", 48) == VERACLAVE_USAGE);
	CHECK(t, veraclave_verifier_add_pcr(v, 0, "x", 1) == VERACLAVE_USAGE);
	CHECK_HAS(t, veraclave_verifier_error(v), "48 bytes");
	CHECK(t, veraclave_verifier_add_release(v, NULL, "{}", 2) ==
			 VERACLAVE_INPUT);
	CHECK(t, veraclave_verifier_set_environment(v, "{}", 2) ==
			 VERACLAVE_INPUT);
	CHECK(t, veraclave_verifier_set_policy(v, "x", 1) == VERACLAVE_INPUT);
	CHECK(t, veraclave_verifier_set_max_age(v, -1) == VERACLAVE_USAGE);
	CHECK(t, veraclave_verifier_set_cache(v, 65537) == VERACLAVE_USAGE);
	CHECK(t, veraclave_verifier_set_recipient(v, "dh") == VERACLAVE_USAGE);
	CHECK_HAS(t, veraclave_verifier_error(v), "rsa-2048");
	trusted(&w);
	CHECK(t, veraclave_verifier_add_pcr(v, 0, w.root.p, 48) ==
			 VERACLAVE_USAGE);
	CHECK_HAS(t, veraclave_verifier_error(v), "twice");
	/* who did not look at what they returned lets nobody in */
	veraclave_appraisal *a = appraisal(&w);
	CHECK(t, appraise(&w, a) == VERACLAVE_FAIL);
	CHECK_HAS(t, veraclave_appraisal_json(a), "expect-empty");
	veraclave_appraisal_expect_none(a);
	CHECK(t, appraise(&w, a) == VERACLAVE_FAIL);
	CHECK(t, veraclave_verifier_allow_debug(v) == VERACLAVE_USAGE);
	CHECK(t, veraclave_verifier_set_max_age(v, 1) == VERACLAVE_USAGE);
	CHECK(t, veraclave_verifier_add_trust(v, "aws-nitro", NULL, 0) ==
			 VERACLAVE_USAGE);
	CHECK_HAS(t, veraclave_verifier_error(v), "appraisals");
	veraclave_appraisal_free(a);
}

static const char *
hex(struct test *t, unsigned i)
{
	return hex_of(&t->arena, kit_pcr(&t->arena, i));
}

TEST(api_policy_and_release)
{
	DEFER(world_end) struct world w;
	world(t, &w);
	const char *policy = arena_fmt(
		&t->arena,
		"schema = \"veraclave-policy/1\"\ntrust = [\"sim:root.der\"]\n"
		"max_age = 300\nneed_nonce = true\n"
		"[[image]]\nname = \"wallet 1\"\npcrs = { 0 = \"%s\" }\n",
		hex(t, 0));
	size_t n = strlen(policy);
	CHECK(t,
	      veraclave_verifier_set_policy(w.v, policy, n) == VERACLAVE_USAGE);
	CHECK_HAS(t, veraclave_verifier_error(w.v), "sim:root.der");
	world_end(&w);
	world(t, &w);
	CHECK(t, veraclave_verifier_add_trust(w.v, "sim:root.der", w.root.p,
					      w.root.n) == VERACLAVE_OK);
	CHECK(t, veraclave_verifier_set_policy(w.v, policy, n) == VERACLAVE_OK);
	veraclave_appraisal *a = appraisal(&w);
	CHECK(t, appraise(&w, a) == VERACLAVE_FAIL);
	CHECK_HAS(t, veraclave_appraisal_json(a), "nonce-required");
	CHECK(t,
	      veraclave_appraisal_expect_nonce(a, "nonce", 5) == VERACLAVE_OK);
	CHECK(t, appraise(&w, a) == VERACLAVE_PASS);
	CHECK_STR(t, veraclave_appraisal_release(a), "wallet 1");
	CHECK(t, veraclave_appraise(a, w.doc.p, w.doc.n, KIT_NOW + 301) ==
			 VERACLAVE_FAIL);
	veraclave_appraisal_free(a);
}

TEST(api_releases_of_both_kinds)
{
	DEFER(world_end) struct world w;
	world(t, &w);
	const char *ours = arena_fmt(
		&t->arena,
		"{\"schema\":\"nitro-pcrs/1\",\"name\":\"other\",\"version\":"
		"\"2\",\"pcrs\":{\"0\":\"%s\",\"1\":\"%s\",\"2\":\"%s\"}}",
		hex(t, 0), hex(t, 1), hex(t, 3));
	const char *cli = arena_fmt(
		&t->arena,
		"{\"Measurements\":{\"HashAlgorithm\":\"Sha384 { ... }\","
		"\"PCR0\":\"%s\",\"PCR1\":\"%s\",\"PCR2\":\"%s\"}}",
		hex(t, 0), hex(t, 1), hex(t, 2));
	CHECK(t, veraclave_verifier_add_trust(w.v, "sim:", w.root.p,
					      w.root.n) == VERACLAVE_OK);
	CHECK(t, veraclave_verifier_add_release(w.v, NULL, ours,
						strlen(ours)) == VERACLAVE_OK);
	CHECK(t, veraclave_verifier_add_release(w.v, "mine", cli,
						strlen(cli)) == VERACLAVE_OK);
	veraclave_appraisal *a = appraisal(&w);
	CHECK(t, appraise(&w, a) == VERACLAVE_PASS);
	CHECK_STR(t, veraclave_appraisal_release(a), "mine");
	veraclave_appraisal_free(a);
}

enum { THREADS = 4, ROUNDS = 50 };

struct job {
	struct world *w;
	veraclave_appraisal *a;
	unsigned good, bad;
};

/* Right and wrong documents in turn. */
static void *
many(void *self)
{
	struct job *j = self;
	for (unsigned i = 0; i < ROUNDS; i++) {
		j->good += appraise(j->w, j->a) == VERACLAVE_PASS;
		j->bad += veraclave_appraise(j->a, j->w->doc.p, j->w->doc.n,
					     KIT_NOW + 9999) == VERACLAVE_FAIL;
	}
	return NULL;
}

TEST(api_many_threads)
{
	static const size_t caches[] = { 0, 1, 128 };
	for (size_t k = 0; k < COUNT(caches); k++) {
		DEFER(world_end) struct world w;
		pthread_t thread[THREADS];
		struct job job[THREADS];
		world(t, &w);
		trusted(&w);
		CHECK(t, veraclave_verifier_set_cache(w.v, caches[k]) ==
				 VERACLAVE_OK);
		for (size_t i = 0; i < THREADS; i++) {
			job[i] = (struct job){ &w, appraisal(&w), 0, 0 };
			CHECK(t, pthread_create(&thread[i], NULL, many,
						&job[i]) == 0);
		}
		for (size_t i = 0; i < THREADS; i++) {
			CHECK(t, pthread_join(thread[i], NULL) == 0);
			CHECK_U(t, job[i].good, ROUNDS);
			CHECK_U(t, job[i].bad, ROUNDS);
			veraclave_appraisal_free(job[i].a);
		}
	}
}

TEST(api_reasons)
{
	CHECK(t, strlen(veraclave_reason_title("leaf-expired")) > 0);
	CHECK(t, strlen(veraclave_reason_means("leaf-expired")) > 0);
	CHECK(t, strlen(veraclave_reason_next("leaf-expired")) > 0);
	CHECK(t, !veraclave_reason_title("no-such-code"));
	CHECK(t, !veraclave_reason_means("ok"));
	CHECK_STR(t, veraclave_version(), VERACLAVE_VERSION);
	veraclave_verifier_free(NULL);
	veraclave_appraisal_free(NULL);
}

/* A development key lets nobody in unless a policy names it. */
TEST(api_development_only_by_policy)
{
	DEFER(world_end) struct world w;
	world(t, &w);
	w.s.c[KIT_ROOT].subject = w.s.c[KIT_ROOT].issuer =
		w.s.c[KIT_REGION].issuer = "development.aws.nitro-enclaves";
	kit_doc(&t->arena, w.s.c, KIT_CHAIN, &w.s.d);
	w.doc = kit_make_doc(&t->arena, &w.s.d);
	w.root = kit_make_cert(&t->arena, &w.s.c[KIT_ROOT]);
	const char *policy =
		arena_fmt(&t->arena,
			  "schema = \"veraclave-policy/1\"\n"
			  "trust = [\"aws-nitro\", \"development:k\"]\n"
			  "[[image]]\nname = \"x\"\npcrs = { 0 = \"%s\" }\n",
			  hex(t, 0));
	for (unsigned named = 0; named < 2; named++) {
		veraclave_verifier *v = veraclave_verifier_new();
		struct span p = kit_pcr(&t->arena, 0);
		CHECK(t, veraclave_verifier_add_trust(w.v, "sim:k", w.root.p,
						      w.root.n) ==
				 VERACLAVE_USAGE);
		CHECK(t,
		      veraclave_verifier_add_trust(v, "development:k", w.root.p,
						   w.root.n) == VERACLAVE_OK);
		CHECK(t, veraclave_verifier_add_pcr(v, 0, p.p, p.n) ==
				 VERACLAVE_OK);
		CHECK(t, !named || veraclave_verifier_set_policy(
					   v, policy, strlen(policy)) ==
					   VERACLAVE_OK);
		veraclave_appraisal *a = veraclave_appraisal_new(v);
		CHECK(t, (appraise(&w, a) == VERACLAVE_PASS) == (named == 1));
		CHECK_STR(t, veraclave_appraisal_trust(a),
			  named ? "development" : "none");
		CHECK_HAS(t, veraclave_appraisal_json(a),
			  named ? "\"development\": true"
				: "\"development\": false");
		veraclave_appraisal_free(a);
		veraclave_verifier_free(v);
	}
}

/* The document has no public key. */
TEST(api_recipient)
{
	static const char *const kinds[] = { "none", "rsa", "rsa-2048" };
	for (size_t i = 0; i < COUNT(kinds); i++) {
		DEFER(world_end) struct world w;
		world(t, &w);
		trusted(&w);
		CHECK(t, veraclave_verifier_set_recipient(w.v, kinds[i]) ==
				 VERACLAVE_OK);
		veraclave_appraisal *a = appraisal(&w);
		CHECK(t, (appraise(&w, a) == VERACLAVE_PASS) == (i == 0));
		CHECK(t, i == 0 || strstr(veraclave_appraisal_json(a),
					  "recipient-key-absent"));
		veraclave_appraisal_free(a);
	}
}
