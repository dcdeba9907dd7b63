/*
 * Flaws that other verifiers of Nitro documents had, each with what shows that
 * this one has it not. docs/verifier-tests.md says whose they were.
 */
#include "base/test.h"

#include <string.h>

#include "pcrs/release.h"
#include "attest/scene_kit.h"
#include "codec/cbor.h"

/* The code of the first check that is no pass, or "ok". */
static const char *
code(struct scene *s)
{
	const struct verdict *v = scene_judged(s);
	for (size_t i = 0; i < v->n; i++)
		if (v->check[i].result != RESULT_PASS)
			return v->check[i].code;
	return v->result == RESULT_PASS ? "ok" : "no reason";
}

static const char *
code_of(struct test *t, void (*edit)(struct scene *s))
{
	struct scene s;
	scene(t, &s);
	edit(&s);
	return code(&s);
}

/* A chain of a root that somebody made, with the right one's certificates in
 * the bundle too: nothing is trusted because it came along. */
TEST(flaw_bundle_taken_as_trust_store)
{
	struct scene s;
	struct kit_cert c[KIT_CHAIN + 1];
	scene(t, &s);
	memcpy(c, s.c, sizeof(s.c));
	/* The forger's own authority in the place of the region. */
	c[KIT_REGION].key = c[KIT_REGION].signer = KIT_OTHER;
	c[KIT_REGION].issuer = c[KIT_REGION].subject;
	c[KIT_ZONE].signer = KIT_OTHER;
	kit_doc(&t->arena, c, KIT_CHAIN, &s.d);
	CHECK_STR(t, code(&s), "chain-issuer");
	/* The same, with the right name for its issuer. */
	c[KIT_REGION].issuer = c[KIT_ROOT].subject;
	kit_doc(&t->arena, c, KIT_CHAIN, &s.d);
	CHECK_STR(t, code(&s), "chain-signature");
	/* And without the root, the authority in front. */
	c[KIT_REGION].issuer = c[KIT_REGION].subject;
	kit_doc(&t->arena, c + 1, KIT_CHAIN - 1, &s.d);
	CHECK_STR(t, code(&s), "chain-root-untrusted");
}

static void
e_no_anchor(struct scene *s)
{
	s->x.anchors = NULL;
	s->x.nanchors = 0;
}

TEST(flaw_no_root_means_no_chain_check)
{
	CHECK_STR(t, code_of(t, e_no_anchor), "chain-root-untrusted");
}

/* Each of the sixteen, one at a time, and each of its bytes. */
TEST(flaw_registers_not_compared)
{
	for (unsigned i = 0; i < 16; i++) {
		uint8_t v[48];
		struct scene s;
		scene(t, &s);
		memcpy(v, kit_pcr(&t->arena, i).p, 48);
		v[i * 3] ^= 1;
		s.x.pcrs.v[i] = span_of(v, 48);
		const struct verdict *got = scene_judged(&s);
		CHECK(t, got->result == RESULT_FAIL);
		CHECK(t, !strncmp(code(&s), "pcr-", 4));
	}
}

static void
e_absent(struct scene *s)
{
	s->x.pcrs.mask |= 1U << 20;
	s->x.pcrs.v[20] = scene_other(s);
}

static void
e_absent_zero(struct scene *s)
{
	memset(s->other, 0, sizeof(s->other));
	e_absent(s);
}

TEST(flaw_absent_register_passes)
{
	CHECK_STR(t, code_of(t, e_absent), "pcr-absent");
	CHECK_STR(t, code_of(t, e_absent_zero), "pcr-absent");
}

static void
e_reversed(struct scene *s)
{
	s->d.reversed = true;
}

TEST(flaw_field_order_assumed)
{
	CHECK_STR(t, code_of(t, e_reversed), "ok");
}

static void
e_no_pcr8(struct scene *s)
{
	s->d.field[KIT_PCRS] = scene_only(s, 7);
	s->x.pcrs.mask = 1;
}

TEST(flaw_register_8_required)
{
	CHECK_STR(t, code_of(t, e_no_pcr8), "ok");
}

TEST(flaw_512_byte_limits)
{
	static const enum kit_field fields[] = { KIT_PUBLIC_KEY, KIT_USER_DATA,
						 KIT_NONCE };
	for (size_t i = 0; i < COUNT(fields); i++)
		for (size_t n = 512; n <= 1024; n += 128) {
			struct scene s;
			scene(t, &s);
			uint8_t *p = NEW(&t->arena, uint8_t, n);
			s.d.field[fields[i]] =
				kit_bytes(&t->arena, span_of(p, n));
			CHECK_STR(t, code(&s), "ok");
		}
}

static void
e_empty(struct scene *s)
{
	s->d.field[KIT_USER_DATA] = s->d.field[KIT_NONCE] =
		kit_hex(&s->t->arena, "40");
	s->x.nonce = s->x.user_data = scene_want("");
}

static void
e_null(struct scene *s)
{
	e_empty(s);
	s->d.field[KIT_NONCE] = kit_hex(&s->t->arena, "f6");
}

TEST(flaw_empty_fields_refused_or_taken_for_null)
{
	CHECK_STR(t, code_of(t, e_empty), "ok");
	CHECK_STR(t, code_of(t, e_null), "nonce-absent");
}

static void
e_nothing(struct scene *s)
{
	s->x.pcrs.mask = 0;
}

static void
e_no_registers(struct scene *s)
{
	e_nothing(s);
	s->r[0].name = "empty";
	s->x.releases = s->r;
	s->x.nreleases = 1;
}

TEST(flaw_nothing_expected_matches_all)
{
	struct err e = { 0 };
	struct release r;
	CHECK_STR(t, code_of(t, e_nothing), "expect-nothing");
	CHECK_STR(t, code_of(t, e_no_registers), "release-empty");
	CHECK(t, !release_parse(SPAN("{\"schema\": \"nitro-pcrs/1\","
				     " \"pcrs\": {}}"),
				"x", &t->arena, &r, &e));
}

TEST(flaw_wrong_register_named)
{
	struct scene s;
	scene(t, &s);
	s.x.pcrs.v[2] = scene_other(&s);
	const struct verdict *v = scene_judged(&s);
	for (size_t i = 0; i < v->n; i++)
		CHECK(t, (v->check[i].result == RESULT_PASS) ==
				 (strcmp(v->check[i].name, "pcr2") != 0));
}

static void
e_index_32(struct scene *s)
{
	static const uint8_t map[] = { 0xa1, 0x18, 32, 0x58, 48 };
	uint8_t *p = NEW(&s->t->arena, uint8_t, sizeof(map) + 48);
	memcpy(p, map, sizeof(map));
	s->d.field[KIT_PCRS] = span_of(p, sizeof(map) + 48);
}

TEST(flaw_register_32_accepted)
{
	CHECK_STR(t, code_of(t, e_index_32), "doc-pcr-index");
}

static void
e_nonce(struct scene *s)
{
	s->x.nonce = scene_want("nonce");
}

static void
e_nonce_other(struct scene *s)
{
	s->x.nonce = scene_want("nonce of yesterday");
}

TEST(flaw_nonce_refused_or_ignored)
{
	CHECK_STR(t, code_of(t, e_nonce), "ok");
	CHECK_STR(t, code_of(t, e_nonce_other), "nonce-differs");
}

static void
e_bare(struct scene *s)
{
	s->d.tags = 0;
}

static void
e_tag(struct scene *s)
{
	s->d.tags = 1;
}

TEST(flaw_tag_needed_in_front)
{
	CHECK_STR(t, code_of(t, e_bare), "ok");
	CHECK_STR(t, code_of(t, e_tag), "ok");
}

static void
e_backwards(struct scene *s)
{
	struct kit_cert c[KIT_CHAIN];
	memcpy(c, s->c, sizeof(c));
	for (size_t i = 0; i + 1 < KIT_CHAIN; i++)
		c[i] = s->c[KIT_CHAIN - 2 - i];
	kit_doc(&s->t->arena, c, KIT_CHAIN, &s->d);
}

static void
e_der(struct scene *s)
{
	s->d.der = true;
}

static void
e_int_array(struct scene *s)
{
	DEFER(buf_free) struct buf b = buf_max(256);
	cbor_put_octets(&b, SPAN("nonce"));
	s->d.field[KIT_NONCE] = arena_dup(&s->t->arena, buf_view(&b));
}

/* What real documents never are; that real ones are accepted is
 * vectors_of_real_hardware's. */
TEST(flaw_forms_that_hardware_has_not)
{
	CHECK_STR(t, code_of(t, e_backwards), "chain-order");
	CHECK_STR(t, code_of(t, e_der), "cose-signature-size");
	CHECK_STR(t, code_of(t, e_int_array), "doc-nonce");
}

static void
e_four_hours(struct scene *s)
{
	s->x.at = KIT_NOW + 4 * 3600;
}

static void
e_old_authority(struct scene *s)
{
	s->c[KIT_ZONE].not_after = KIT_NOW - 1;
	kit_doc(&s->t->arena, s->c, KIT_CHAIN, &s->d);
}

/* The time is the one that was given, for every certificate, and never the
 * document's own. */
TEST(flaw_time_disabled_or_from_document)
{
	CHECK_STR(t, code_of(t, e_four_hours), "leaf-expired");
	CHECK_STR(t, code_of(t, e_old_authority), "cert-expired");
}

static void
e_not_ca(struct scene *s)
{
	s->c[KIT_ZONE].ca = 0;
	s->c[KIT_ZONE].pathlen = -1;
	kit_doc(&s->t->arena, s->c, KIT_CHAIN, &s->d);
}

static void
e_length(struct scene *s)
{
	s->c[KIT_REGION].pathlen = 1;
	kit_doc(&s->t->arena, s->c, KIT_CHAIN, &s->d);
}

static void
e_usage(struct scene *s)
{
	s->c[KIT_ZONE].usage = 0x80;
	kit_doc(&s->t->arena, s->c, KIT_CHAIN, &s->d);
}

TEST(flaw_authorities_not_checked)
{
	CHECK_STR(t, code_of(t, e_not_ca), "chain-ca");
	CHECK_STR(t, code_of(t, e_length), "chain-path-length");
	CHECK_STR(t, code_of(t, e_usage), "chain-key-usage");
}

/* An answer or an error, not both. */
TEST(flaw_result_beside_an_error)
{
	struct scene s;
	struct err e = { 0 };
	struct doc d = { 0 };
	scene(t, &s);
	s.d.behind = SPAN("\0");
	CHECK(t, !doc_parse(kit_make_doc(&t->arena, &s.d), &d, &e));
	CHECK(t, d.module_id.n == 0 && d.pcrs.mask == 0 && d.nbundle == 0);
	const struct verdict *v = scene_judged(&s);
	CHECK(t, !v->has_doc && !v->release && v->trust == TRUST_NONE);
	scene(t, &s);
	s.d.signer = KIT_OTHER;
	v = scene_judged(&s);
	CHECK(t, v->result == RESULT_FAIL && !v->release);
}

static void
e_p521(struct scene *s)
{
	s->c[KIT_LEAF].key = KIT_P521;
	kit_doc(&s->t->arena, s->c, KIT_CHAIN, &s->d);
}

static void
e_p521_leaf(struct scene *s)
{
	e_p521(s);
	s->d.signer = KIT_LEAF; /* 96 bytes again */
}

static void
e_p521_issuer(struct scene *s)
{
	s->c[KIT_INSTANCE].key = s->c[KIT_LEAF].signer = KIT_P521;
	kit_doc(&s->t->arena, s->c, KIT_CHAIN, &s->d);
}

static void
e_p521_signature(struct scene *s)
{
	e_p521(s);
	s->d.header = kit_hex(&s->t->arena, "a1013823"); /* ES512 */
}

TEST(flaw_panic_on_p521)
{
	CHECK_STR(t, code_of(t, e_p521), "cose-signature-size");
	CHECK_STR(t, code_of(t, e_p521_leaf), "cert-key");
	CHECK_STR(t, code_of(t, e_p521_issuer), "cert-key");
	CHECK_STR(t, code_of(t, e_p521_signature), "cose-alg");
}

static void
e_header_text(struct scene *s)
{
	s->d.header = kit_hex(&s->t->arena, "a101654553333834");
}

static void
e_header_int(struct scene *s)
{
	s->d.header = kit_hex(&s->t->arena, "3822");
}

TEST(flaw_header_of_another_type)
{
	CHECK_STR(t, code_of(t, e_header_text), "cose-header");
	CHECK_STR(t, code_of(t, e_header_int), "cose-header");
}

static void
e_expect_zeros(struct scene *s)
{
	scene_debug(s);
	memset(s->other, 0, sizeof(s->other));
	s->x.pcrs.mask = 1;
	s->x.pcrs.v[0] = scene_other(s);
}

TEST(flaw_debug_documents_accepted)
{
	CHECK_STR(t, code_of(t, scene_debug), "debug-mode");
	CHECK_STR(t, code_of(t, e_expect_zeros), "debug-mode");
}

static void
e_twice(struct scene *s)
{
	s->d.extra = kit_hex(&s->t->arena, "696d6f64756c655f69646161");
}

static void
e_unknown(struct scene *s)
{
	s->d.extra = kit_hex(&s->t->arena, "61780a");
}

static void
e_behind(struct scene *s)
{
	s->d.behind = SPAN("\0");
}

static void
e_definite(struct scene *s)
{
	s->d.definite = true;
}

TEST(flaw_payload_map_read_loosely)
{
	CHECK_STR(t, code_of(t, e_definite), "ok");
	CHECK_STR(t, code_of(t, e_twice), "doc-key-twice");
	CHECK_STR(t, code_of(t, e_unknown), "doc-key-unknown");
	CHECK_STR(t, code_of(t, e_behind), "doc-trailing");
}

static void
e_forged(struct scene *s)
{
	s->d.signer = KIT_OTHER;
}

TEST(flaw_no_signature_check)
{
	CHECK_STR(t, code_of(t, e_forged), "signature-wrong");
}

static void
e_age(struct scene *s)
{
	s->x.max_age = 4;
}

TEST(flaw_no_maximum_age)
{
	CHECK_STR(t, code_of(t, e_age), "age-old");
}

/* Deep, wide and long, within few bytes or many: refused at once. */
TEST(flaw_unbounded_cbor)
{
	static uint8_t deep[16000];
	static const char *const huge[] = {
		"bfffffffffffffffff", "9bffffffffffffffff",
		"bbffffffffffffffff", "5bffffffffffffffff",
		"ba7fffffff",         "845a7fffffff",
	};
	struct err e = { 0 };
	struct doc d;
	struct scene s;
	memset(deep, 0x81, sizeof(deep));
	CHECK(t, !doc_parse(span_of(deep, sizeof(deep)), &d, &e));
	memset(deep, 0xd2, sizeof(deep));
	CHECK(t, !doc_parse(span_of(deep, sizeof(deep)), &d, &e));
	for (size_t i = 0; i < COUNT(huge); i++) {
		CHECK(t, !doc_parse(test_hex(t, huge[i]), &d, &e));
		scene(t, &s);
		s.d.payload = test_hex(t, huge[i]);
		CHECK(t, !doc_parse(kit_make_doc(&t->arena, &s.d), &d, &e));
	}
	uint8_t *big = NEW(&t->arena, uint8_t, DOC_SIZE_MAX + 1);
	CHECK(t, !doc_parse(span_of(big, DOC_SIZE_MAX + 1), &d, &e));
	CHECK_STR(t, e.id, "doc-size");
}

static void
e_tpm(struct scene *s)
{
	s->d.field[KIT_PCRS] = SPAN("");
	s->d.extra = kit_hex(&s->t->arena, "6d6e6974726f74706d5f70637273a0");
}

TEST(flaw_nitrotpm_taken_for_an_enclave)
{
	CHECK_STR(t, code_of(t, e_tpm), "doc-nitrotpm");
}

/* Two images can have one PCR0: the registers of the two halves count too. */
static void
e_other_boot(struct scene *s)
{
	s->x.pcrs.mask = 7;
	s->x.pcrs.v[1] = scene_other(s);
}

TEST(flaw_only_register_0_compared)
{
	CHECK_STR(t, code_of(t, e_other_boot), "pcr-boot");
}
