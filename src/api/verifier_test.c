#include <string.h>

#include "api/world_kit.h"
#include "base/test.h"
#include "codec/hex.h"

#define A32 "abababababababababababababababab"

/* Nothing may run (any more), and no register makes up for that. */
TEST(verifier_environment_without_a_release)
{
	static const char *const rows[] = {
		"[]", "[{\"name\":\"a\",\"revoked\":\"lost\",\"pcrs\":"
		      "{\"3\":\"" A32 A32 A32 "\"}}]"
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		DEFER(world_finish) struct world w;
		world_init(t, &w);
		world_trust(&w);
		const char *env =
			arena_fmt(&t->arena,
				  "{\"schema\":\"veraclave-environment/1\","
				  "\"releases\":%s}",
				  rows[i]);
		CHECK(t, veraclave_verifier_set_environment(
				 w.v, env, strlen(env)) == VERACLAVE_OK);
		veraclave_appraisal *a = world_appraisal(&w);
		CHECK(t, world_appraise(&w, a) == VERACLAVE_FAIL);
		CHECK_HAS(t, veraclave_appraisal_json(a), "expect-empty");
		veraclave_appraisal_free(a);
	}
}

/* One name, one root: a policy that names it means one of them. */
TEST(verifier_roots_have_different_names)
{
	DEFER(world_finish) struct world w;
	world_init(t, &w);
	CHECK(t,
	      veraclave_verifier_add_trust(w.v, VERACLAVE_TRUST_SIM, "",
					   w.root.p, w.root.n) == VERACLAVE_OK);
	CHECK(t, veraclave_verifier_add_trust(w.v, VERACLAVE_TRUST_SIM, "",
					      w.root.p,
					      w.root.n) == VERACLAVE_USAGE);
	CHECK_HAS(t, veraclave_verifier_error(w.v), "label of its own");
	CHECK(t,
	      veraclave_verifier_add_trust(w.v, VERACLAVE_TRUST_SIM, "b",
					   w.root.p, w.root.n) == VERACLAVE_OK);
}

/* When the document was made. */
#define MADE (KIT_NOW - 5)

TEST(verifier_documents_from_the_future)
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
		DEFER(world_finish) struct world w;
		world_init(t, &w);
		world_trust(&w);
		CHECK(t, rows[i].skew < 0 ||
				 veraclave_verifier_set_max_skew(
					 w.v, rows[i].skew) == VERACLAVE_OK);
		veraclave_appraisal *a = world_appraisal(&w);
		CHECK(t,
		      veraclave_appraise(a, w.doc.p, w.doc.n,
					 MADE - rows[i].ahead) == rows[i].want);
		veraclave_appraisal_free(a);
	}
}

TEST(verifier_times_are_in_range)
{
	static const int64_t bad[] = { -1, INT64_C(1) << 31, INT64_MIN };
	DEFER(world_finish) struct world w;
	world_init(t, &w);
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

/* One call that fails, of each kind. */
static enum veraclave_status
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
		return veraclave_verifier_set_recipient(
			v, VERACLAVE_RECIPIENT_UNKNOWN);
	}
}

TEST(verifier_a_failed_call_is_not_forgotten)
{
	for (unsigned what = 0; what < 6; what++) {
		DEFER(world_finish) struct world w;
		world_init(t, &w);
		world_trust(&w);
		enum veraclave_status status = failing(w.v, what);
		CHECK(t, status != VERACLAVE_OK);
		veraclave_appraisal *a = world_appraisal(&w);
		CHECK(t, world_appraise(&w, a) == VERACLAVE_FAIL);
		CHECK_HAS(t, veraclave_appraisal_json(a), "expect-empty");
		veraclave_appraisal_free(a);
	}
}

TEST(verifier_setting_up_refuses)
{
	DEFER(world_finish) struct world w;
	world_init(t, &w);
	veraclave_verifier *v = w.v;
	CHECK_STR(t, veraclave_verifier_error(v), "");
	CHECK(t, veraclave_verifier_add_trust(v, (enum veraclave_trust)9, "",
					      w.root.p,
					      w.root.n) == VERACLAVE_USAGE);
	CHECK_HAS(t, veraclave_verifier_error(v), "no such trust class");
	CHECK(t, veraclave_verifier_add_trust(v, VERACLAVE_TRUST_SIM, "", "x",
					      1) == VERACLAVE_INPUT);
	CHECK(t, veraclave_verifier_add_trust(v, VERACLAVE_TRUST_AWS_NITRO,
					      NULL, "x", 1) == VERACLAVE_USAGE);
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
	CHECK(t, veraclave_verifier_set_recipient(
			 v, VERACLAVE_RECIPIENT_UNKNOWN) == VERACLAVE_USAGE);
	CHECK_HAS(t, veraclave_verifier_error(v), "recipient");
	CHECK(t, veraclave_verifier_set_recipient(
			 v, (enum veraclave_recipient)4) == VERACLAVE_USAGE);
	world_trust(&w);
	CHECK(t, veraclave_verifier_add_pcr(v, 0, w.root.p, 48) ==
			 VERACLAVE_USAGE);
	CHECK_HAS(t, veraclave_verifier_error(v), "twice");
	/* who did not look at what they returned lets nobody in */
	veraclave_appraisal *a = world_appraisal(&w);
	CHECK(t, world_appraise(&w, a) == VERACLAVE_FAIL);
	CHECK_HAS(t, veraclave_appraisal_json(a), "expect-empty");
	veraclave_appraisal_expect_none(a);
	CHECK(t, world_appraise(&w, a) == VERACLAVE_FAIL);
	CHECK(t, veraclave_verifier_allow_debug(v) == VERACLAVE_USAGE);
	CHECK(t, veraclave_verifier_set_max_age(v, 1) == VERACLAVE_USAGE);
	CHECK(t,
	      veraclave_verifier_add_trust(v, VERACLAVE_TRUST_AWS_NITRO, NULL,
					   NULL, 0) == VERACLAVE_USAGE);
	CHECK_HAS(t, veraclave_verifier_error(v), "appraisals");
	veraclave_appraisal_free(a);
}

static const char *
hex(struct test *t, unsigned i)
{
	return hex_of(&t->arena, kit_pcr(&t->arena, i));
}

TEST(verifier_policy_and_release)
{
	DEFER(world_finish) struct world w;
	world_init(t, &w);
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
	world_finish(&w);
	world_init(t, &w);
	CHECK(t,
	      veraclave_verifier_add_trust(w.v, VERACLAVE_TRUST_SIM, "root.der",
					   w.root.p, w.root.n) == VERACLAVE_OK);
	CHECK(t, veraclave_verifier_set_policy(w.v, policy, n) == VERACLAVE_OK);
	veraclave_appraisal *a = world_appraisal(&w);
	CHECK(t, world_appraise(&w, a) == VERACLAVE_FAIL);
	CHECK_HAS(t, veraclave_appraisal_json(a), "nonce-required");
	CHECK(t, veraclave_appraisal_expect(a, VERACLAVE_NONCE, "nonce", 5) ==
			 VERACLAVE_OK);
	CHECK(t, world_appraise(&w, a) == VERACLAVE_PASS);
	CHECK_STR(t, veraclave_appraisal_release(a), "wallet 1");
	CHECK(t, veraclave_appraise(a, w.doc.p, w.doc.n, KIT_NOW + 301) ==
			 VERACLAVE_FAIL);
	veraclave_appraisal_free(a);
}

TEST(verifier_releases_of_both_kinds)
{
	DEFER(world_finish) struct world w;
	world_init(t, &w);
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
	CHECK(t,
	      veraclave_verifier_add_trust(w.v, VERACLAVE_TRUST_SIM, "",
					   w.root.p, w.root.n) == VERACLAVE_OK);
	CHECK(t, veraclave_verifier_add_release(w.v, NULL, ours,
						strlen(ours)) == VERACLAVE_OK);
	CHECK(t, veraclave_verifier_add_release(w.v, "mine", cli,
						strlen(cli)) == VERACLAVE_OK);
	veraclave_appraisal *a = world_appraisal(&w);
	CHECK(t, world_appraise(&w, a) == VERACLAVE_PASS);
	CHECK_STR(t, veraclave_appraisal_release(a), "mine");
	veraclave_appraisal_free(a);
}

TEST(verifier_names_of_classes)
{
	static const char *const names[] = { "none", "aws-nitro", "qemu", "sim",
					     "development" };
	for (unsigned i = 0; i < COUNT(names); i++)
		CHECK_STR(t, veraclave_trust_name((enum veraclave_trust)i),
			  names[i]);
	CHECK(t, !veraclave_trust_name((enum veraclave_trust)5));
	CHECK(t, !veraclave_trust_name((enum veraclave_trust)UINT32_MAX));
}

/* A development key lets nobody in unless a policy names it. */
TEST(verifier_development_only_by_policy)
{
	DEFER(world_finish) struct world w;
	world_init(t, &w);
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
		CHECK(t, veraclave_verifier_add_trust(
				 w.v, VERACLAVE_TRUST_SIM, "k", w.root.p,
				 w.root.n) == VERACLAVE_USAGE);
		CHECK(t, veraclave_verifier_add_trust(
				 v, VERACLAVE_TRUST_DEVELOPMENT, "k", w.root.p,
				 w.root.n) == VERACLAVE_OK);
		CHECK(t, veraclave_verifier_add_pcr(v, 0, p.p, p.n) ==
				 VERACLAVE_OK);
		CHECK(t, !named || veraclave_verifier_set_policy(
					   v, policy, strlen(policy)) ==
					   VERACLAVE_OK);
		veraclave_appraisal *a = veraclave_appraisal_new(v);
		CHECK(t, (world_appraise(&w, a) == VERACLAVE_PASS) ==
				 (named == 1));
		CHECK(t, veraclave_appraisal_trust(a) ==
				 (named ? VERACLAVE_TRUST_DEVELOPMENT
					: VERACLAVE_TRUST_NONE));
		CHECK_HAS(t, veraclave_appraisal_json(a),
			  named ? "\"development\": true"
				: "\"development\": false");
		veraclave_appraisal_free(a);
		veraclave_verifier_free(v);
	}
}

/* The document has no public key. */
TEST(verifier_recipient)
{
	static const enum veraclave_recipient kinds[] = {
		VERACLAVE_RECIPIENT_NONE, VERACLAVE_RECIPIENT_RSA,
		VERACLAVE_RECIPIENT_RSA_2048
	};
	for (size_t i = 0; i < COUNT(kinds); i++) {
		DEFER(world_finish) struct world w;
		world_init(t, &w);
		world_trust(&w);
		CHECK(t, veraclave_verifier_set_recipient(w.v, kinds[i]) ==
				 VERACLAVE_OK);
		veraclave_appraisal *a = world_appraisal(&w);
		CHECK(t, (world_appraise(&w, a) == VERACLAVE_PASS) == (i == 0));
		CHECK(t, i == 0 || strstr(veraclave_appraisal_json(a),
					  "recipient-key-absent"));
		veraclave_appraisal_free(a);
	}
}
