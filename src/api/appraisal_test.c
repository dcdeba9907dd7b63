#include <pthread.h>
#include <string.h>

#include "api/world_kit.h"
#include "base/test.h"

TEST(appraisal_passes_and_lends_what_is_proven)
{
	DEFER(world_finish) struct world w;
	size_t n = 0;
	world_init(t, &w);
	world_trust(&w);
	veraclave_appraisal *a = world_appraisal(&w);
	CHECK(t, veraclave_appraisal_result(a) == VERACLAVE_UNKNOWN);
	CHECK(t, !veraclave_appraisal_json(a));
	CHECK_U(t, veraclave_appraisal_checks(a), 0);
	for (unsigned again = 0; again < 3; again++) {
		CHECK(t, world_appraise(&w, a) == VERACLAVE_PASS);
		CHECK(t, veraclave_appraisal_trust(a) == VERACLAVE_TRUST_SIM);
		CHECK_STR(t, veraclave_appraisal_module_id(a), KIT_MODULE);
		CHECK(t, veraclave_appraisal_timestamp_ms(a) > 0);
		const void *p =
			veraclave_appraisal_bytes(a, VERACLAVE_PCR, 0, &n);
		CHECK_SPAN(t, span_of(p, n), kit_pcr(&t->arena, 0));
		CHECK(t, !veraclave_appraisal_bytes(a, VERACLAVE_PCR, 16, &n) &&
				 n == 0);
		CHECK(t, !veraclave_appraisal_bytes(a, VERACLAVE_PCR, 99, &n) &&
				 n == 0);
		p = veraclave_appraisal_bytes(a, VERACLAVE_NONCE, 0, &n);
		CHECK_SPAN(t, span_of(p, n), SPAN("nonce"));
		p = veraclave_appraisal_bytes(a, VERACLAVE_USER_DATA, 0, &n);
		CHECK_SPAN(t, span_of(p, n), SPAN("data"));
		CHECK(t, !veraclave_appraisal_bytes(a, VERACLAVE_PUBLIC_KEY, 0,
						    &n) &&
				 n == 0);
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
	CHECK(t,
	      veraclave_appraisal_check_result(a, checks) == VERACLAVE_UNKNOWN);
	veraclave_appraisal_free(a);
}

/* Nothing of a document is told unless it passed, also after one that did. */
TEST(appraisal_lends_nothing_that_is_not_proven)
{
	DEFER(world_finish) struct world w;
	size_t n = 1;
	world_init(t, &w);
	world_trust(&w);
	veraclave_appraisal *a = world_appraisal(&w);
	CHECK(t, world_appraise(&w, a) == VERACLAVE_PASS);
	CHECK(t, veraclave_appraise(a, w.doc.p, w.doc.n, KIT_NOW + 9999) ==
			 VERACLAVE_FAIL);
	CHECK(t, !veraclave_appraisal_bytes(a, VERACLAVE_PCR, 0, &n) && n == 0);
	CHECK(t, !veraclave_appraisal_bytes(a, VERACLAVE_USER_DATA, 0, &n));
	CHECK(t, !veraclave_appraisal_bytes(a, VERACLAVE_NONCE, 0, &n));
	CHECK(t, !veraclave_appraisal_bytes(a, VERACLAVE_PUBLIC_KEY, 0, &n));
	CHECK(t, !veraclave_appraisal_module_id(a));
	CHECK(t, !veraclave_appraisal_release(a));
	CHECK_U(t, veraclave_appraisal_timestamp_ms(a), 0);
	CHECK_HAS(t, veraclave_appraisal_json(a), "leaf-expired");
	CHECK(t, veraclave_appraise(a, "x", 1, KIT_NOW) == VERACLAVE_MALFORMED);
	CHECK(t, veraclave_appraise(a, NULL, 0, KIT_NOW) != VERACLAVE_PASS);
	CHECK(t,
	      veraclave_appraise(a, w.doc.p, w.doc.n, -1) == VERACLAVE_UNKNOWN);
	CHECK(t, veraclave_appraisal_trust(a) == VERACLAVE_TRUST_NONE);
	CHECK(t, veraclave_appraise(a, w.doc.p, w.doc.n, INT64_MAX) ==
			 VERACLAVE_UNKNOWN);
	veraclave_appraisal_free(a);
}

TEST(appraisal_expects_nothing_and_passes_nothing)
{
	DEFER(world_finish) struct world w;
	world_init(t, &w);
	CHECK_U(t,
		veraclave_verifier_add_trust(w.v, VERACLAVE_TRUST_SIM, "x",
					     w.root.p, w.root.n),
		VERACLAVE_OK);
	veraclave_appraisal *a = world_appraisal(&w);
	CHECK(t, world_appraise(&w, a) == VERACLAVE_FAIL);
	CHECK_HAS(t, veraclave_appraisal_json(a), "expect-nothing");
	veraclave_appraisal_free(a);
}

TEST(appraisal_trusts_hardware_unless_told_otherwise)
{
	DEFER(world_finish) struct world w;
	world_init(t, &w);
	struct span p = kit_pcr(&t->arena, 0);
	CHECK(t, veraclave_verifier_add_pcr(w.v, 0, p.p, p.n) == VERACLAVE_OK);
	veraclave_appraisal *a = world_appraisal(&w);
	CHECK(t, world_appraise(&w, a) == VERACLAVE_FAIL);
	CHECK(t, veraclave_appraisal_trust(a) == VERACLAVE_TRUST_NONE);
	CHECK_HAS(t, veraclave_appraisal_json(a), "chain-root-untrusted");
	veraclave_appraisal_free(a);
}

/* The field with this number, or, for none, the digest of the user data. */
static enum veraclave_status
expect(veraclave_appraisal *a, enum veraclave_field field, const void *p,
       size_t n)
{
	return field ? veraclave_appraisal_expect(a, field, p, n)
		     : veraclave_appraisal_expect_user_data_sha256(a, p, n);
}

TEST(appraisal_fields_fail_closed)
{
	static const uint8_t zeros[1025];
	static const struct {
		enum veraclave_field field;
		const char *right;
	} rows[] = {
		{ VERACLAVE_NONCE, "nonce" },
		{ VERACLAVE_USER_DATA, "data" },
		{ VERACLAVE_PUBLIC_KEY, NULL },
		{ VERACLAVE_FIELD_UNKNOWN, NULL },
	};
	DEFER(world_finish) struct world w;
	world_init(t, &w);
	world_trust(&w);
	veraclave_appraisal *a = world_appraisal(&w);
	for (size_t i = 0; i < COUNT(rows); i++) {
		CHECK(t,
		      expect(a, rows[i].field, zeros, 1025) == VERACLAVE_USAGE);
		CHECK(t, world_appraise(&w, a) == VERACLAVE_FAIL);
		CHECK(t, expect(a, rows[i].field, NULL, 5) == VERACLAVE_USAGE);
		CHECK(t, world_appraise(&w, a) == VERACLAVE_FAIL);
		CHECK(t, expect(a, rows[i].field, zeros, 32) == VERACLAVE_OK);
		CHECK(t, world_appraise(&w, a) == VERACLAVE_FAIL);
		const char *right = rows[i].right;
		if (right) {
			CHECK(t, expect(a, rows[i].field, right,
					strlen(right)) == VERACLAVE_OK);
			CHECK(t, world_appraise(&w, a) == VERACLAVE_PASS);
		}
		/* what is empty, or was not got, expects nothing */
		CHECK(t, expect(a, rows[i].field, "", 0) == VERACLAVE_USAGE);
		CHECK(t, world_appraise(&w, a) == VERACLAVE_FAIL);
		CHECK(t, expect(a, rows[i].field, NULL, 0) == VERACLAVE_USAGE);
		CHECK(t, world_appraise(&w, a) == VERACLAVE_FAIL);
		veraclave_appraisal_expect_none(a);
		CHECK(t, world_appraise(&w, a) == VERACLAVE_PASS);
	}
	veraclave_appraisal_free(a);
}

TEST(appraisal_emptiness_is_asked_for)
{
	DEFER(world_finish) struct world w;
	world_init(t, &w);
	world_trust(&w);
	w.s.d.field[KIT_NONCE] = kit_bytes(&t->arena, SPAN(""));
	w.doc = kit_make_doc(&t->arena, &w.s.d);
	veraclave_appraisal *a = world_appraisal(&w);
	CHECK(t, veraclave_appraisal_expect_empty(a, VERACLAVE_NONCE) ==
			 VERACLAVE_OK);
	CHECK(t, world_appraise(&w, a) == VERACLAVE_PASS);
	CHECK(t, veraclave_appraisal_expect_empty(a, VERACLAVE_USER_DATA) ==
			 VERACLAVE_OK);
	CHECK(t, world_appraise(&w, a) == VERACLAVE_FAIL);
	veraclave_appraisal_expect_none(a);
	CHECK(t, world_appraise(&w, a) == VERACLAVE_PASS);
	for (unsigned i = 0; i < 4; i++) {
		static const enum veraclave_field none[] = {
			VERACLAVE_FIELD_UNKNOWN, VERACLAVE_PCR,
			(enum veraclave_field)5,
			(enum veraclave_field)UINT32_MAX
		};
		CHECK(t, veraclave_appraisal_expect_empty(a, none[i]) ==
				 VERACLAVE_USAGE);
		CHECK(t, world_appraise(&w, a) == VERACLAVE_FAIL);
		CHECK_HAS(t, veraclave_appraisal_json(a), "expect-empty");
		veraclave_appraisal_expect_none(a);
		CHECK(t, veraclave_appraisal_expect(a, none[i], "x", 1) ==
				 VERACLAVE_USAGE);
		CHECK(t, world_appraise(&w, a) == VERACLAVE_FAIL);
		CHECK_HAS(t, veraclave_appraisal_json(a), "expect-empty");
		veraclave_appraisal_expect_none(a);
		CHECK(t, world_appraise(&w, a) == VERACLAVE_PASS);
		size_t n = 1;
		CHECK(t,
		      !veraclave_appraisal_bytes(a, none[i], 16, &n) && n == 0);
	}
	veraclave_appraisal_free(a);
}

/* printf data | sha256sum */
TEST(appraisal_user_data_by_digest)
{
	DEFER(world_finish) struct world w;
	world_init(t, &w);
	world_trust(&w);
	struct span h = test_hex(t, "3a6eb0790f39ac87c94f3856b2dd2c5d110e6811"
				    "602261a9a923d3bb23adc8b7");
	veraclave_appraisal *a = world_appraisal(&w);
	CHECK(t, veraclave_appraisal_expect_user_data_sha256(a, h.p, 31) ==
			 VERACLAVE_USAGE);
	CHECK(t, world_appraise(&w, a) == VERACLAVE_FAIL);
	CHECK(t, veraclave_appraisal_expect_user_data_sha256(a, h.p, 32) ==
			 VERACLAVE_OK);
	CHECK(t, world_appraise(&w, a) == VERACLAVE_PASS);
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
		j->good += world_appraise(j->w, j->a) == VERACLAVE_PASS;
		j->bad += veraclave_appraise(j->a, j->w->doc.p, j->w->doc.n,
					     KIT_NOW + 9999) == VERACLAVE_FAIL;
	}
	return NULL;
}

TEST(appraisal_many_threads)
{
	static const size_t caches[] = { 0, 1, 128 };
	for (size_t k = 0; k < COUNT(caches); k++) {
		DEFER(world_finish) struct world w;
		pthread_t thread[THREADS];
		struct job job[THREADS];
		world_init(t, &w);
		world_trust(&w);
		CHECK(t, veraclave_verifier_set_cache(w.v, caches[k]) ==
				 VERACLAVE_OK);
		for (size_t i = 0; i < THREADS; i++) {
			job[i] = (struct job){ &w, world_appraisal(&w), 0, 0 };
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

TEST(appraisal_reasons)
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
