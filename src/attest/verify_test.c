#include "base/test.h"

#include <string.h>

#include "attest/kit.h"
#include "attest/reasons.h"
#include "attest/verify.h"

/* A document that passes, and what was expected of it: tests change one
 * thing. */
struct scene {
	struct test *t;
	struct kit_cert c[KIT_CHAIN];
	struct kit_doc d;
	struct anchor root;
	struct expect x;
	struct release r[2];
	struct known_value known;
	uint8_t other[48];
};

static struct span
other(struct scene *s)
{
	return span_of(s->other, sizeof(s->other));
}

static void
all_registers(struct scene *s, struct pcr_set *set)
{
	for (unsigned i = 0; i < 16; i++)
		set->v[i] = kit_pcr(&s->t->arena, i);
	set->mask = 0xffff;
}

static void
scene(struct test *t, struct scene *s)
{
	struct err e = { 0 };
	*s = (struct scene){ .t = t };
	memset(s->other, 0x77, sizeof(s->other));
	kit_chain(s->c);
	kit_doc(&t->arena, s->c, KIT_CHAIN, &s->d);
	struct span der = kit_make_cert(&t->arena, &s->c[KIT_ROOT]);
	CHECK_OK(t, anchor_of(TRUST_SIM, der, &s->root, &e), &e);
	s->x = (struct expect){
		.at = KIT_NOW,
		.anchors = &s->root,
		.nanchors = 1,
		.max_age = EXPECT_ANY_AGE,
	};
	all_registers(s, &s->x.pcrs);
}

static struct verdict *
judged(struct scene *s)
{
	struct err e = { 0 };
	struct verdict *v = NEW(&s->t->arena, struct verdict, 1);
	CHECK(s->t, v);
	CHECK_OK(s->t,
		 verify_document(kit_make_doc(&s->t->arena, &s->d), &s->x,
				 &s->t->arena, v, &e),
		 &e);
	for (size_t i = 0; i < v->n; i++)
		CHECK(s->t, v->check[i].detail && v->check[i].detail[0]);
	return v;
}

/* A value of the register set in the document itself. */
static struct span
with_register(struct scene *s, unsigned i, struct span v, bool only)
{
	DEFER(buf_free) struct buf b = buf_max(4096);
	buf_u8(&b, only ? 0xa1 : 0xb1);
	for (unsigned k = 0; !only && k < 16; k++) {
		buf_u8(&b, (uint8_t)k);
		buf_span(&b, kit_bytes(&s->t->arena, kit_pcr(&s->t->arena, k)));
	}
	buf_u8(&b, (uint8_t)i);
	buf_span(&b, kit_bytes(&s->t->arena, v));
	return arena_dup(&s->t->arena, buf_view(&b));
}

static struct wanted
want(const char *text)
{
	return (struct wanted){ true, span_str(text) };
}

/* clang-format off */
static void e_none(struct scene *s) { (void)s; }
static void e_high(struct scene *s) { s->d.high_s = true; }
static void e_tag(struct scene *s) { s->d.tags = 1; }
static void e_definite(struct scene *s) { s->d.definite = true; }
static void e_reversed(struct scene *s) { s->d.reversed = true; }
static void e_empty(struct scene *s) { s->x.pcrs.mask = 0; }
static void e_signer(struct scene *s) { s->d.signer = KIT_OTHER; }
static void e_by_ca(struct scene *s) { s->d.signer = KIT_INSTANCE; }
static void e_no_root(struct scene *s) { s->x.nanchors = 0; }
static void e_aws(struct scene *s) { s->x.anchors = &anchor_aws_nitro; }
static void e_first(struct scene *s) { s->x.at = KIT_NOW - 3600; }
static void e_before(struct scene *s) { s->x.at = KIT_NOW - 3601; }
static void e_last(struct scene *s) { s->x.at = KIT_NOW + 7203; }
static void e_after(struct scene *s) { s->x.at = KIT_NOW + 7204; }
static void e_p0(struct scene *s) { s->x.pcrs.v[0] = other(s); }
static void e_p1(struct scene *s) { s->x.pcrs.v[1] = other(s); }
static void e_p2(struct scene *s) { s->x.pcrs.v[2] = other(s); }
static void e_p3(struct scene *s) { s->x.pcrs.v[3] = other(s); }
static void e_p4(struct scene *s) { s->x.pcrs.v[4] = other(s); }
static void e_p5(struct scene *s) { s->x.pcrs.v[5] = other(s); }
static void e_p8(struct scene *s) { s->x.pcrs.v[8] = other(s); }
static void e_p15(struct scene *s) { s->x.pcrs.v[15] = other(s); }
static void e_short(struct scene *s) { s->x.pcrs.v[0].n = 47; }
static void e_prefix(struct scene *s) { s->x.pcrs.v[0].n = 0; }
static void e_nonce(struct scene *s) { s->x.nonce = want("nonce"); }
static void e_nonce2(struct scene *s) { s->x.nonce = want("nonc"); }
static void e_nonce3(struct scene *s) { s->x.nonce = want("noncf"); }
static void e_nonce4(struct scene *s) { s->x.nonce = want(""); }
static void e_data(struct scene *s) { s->x.user_data = want("data"); }
static void e_data2(struct scene *s) { s->x.user_data = want("Data"); }
static void e_key(struct scene *s) { s->x.public_key = want("key"); }
static void e_age(struct scene *s) { s->x.max_age = 5; }
static void e_age2(struct scene *s) { s->x.max_age = 4; }
/* clang-format on */

static void
e_zero(struct scene *s)
{
	memset(s->other, 0, sizeof(s->other));
	s->x.pcrs.v[0] = other(s);
}

static void
e_p16(struct scene *s)
{
	s->x.pcrs.mask |= 1U << 16;
	s->x.pcrs.v[16] = other(s);
}

static void
e_p16_locked(struct scene *s)
{
	e_p16(s);
	s->d.field[KIT_PCRS] = with_register(s, 16, other(s), false);
}

static void
e_p16_other(struct scene *s)
{
	e_p16_locked(s);
	s->x.pcrs.v[16] = kit_pcr(&s->t->arena, 1);
}

static void
e_key2(struct scene *s)
{
	e_key(s);
	s->d.field[KIT_PUBLIC_KEY] = kit_bytes(&s->t->arena, SPAN("keys"));
}

static void
e_key3(struct scene *s)
{
	e_key(s);
	s->d.field[KIT_PUBLIC_KEY] = kit_bytes(&s->t->arena, SPAN("key"));
}

static void
e_nonce_null(struct scene *s)
{
	e_nonce4(s);
	s->d.field[KIT_NONCE] = kit_hex(&s->t->arena, "f6");
}

static void
e_nonce_empty(struct scene *s)
{
	e_nonce4(s);
	s->d.field[KIT_NONCE] = kit_hex(&s->t->arena, "40");
}

static void
e_data_null(struct scene *s)
{
	s->x.user_data = want("");
	s->d.field[KIT_USER_DATA] = kit_hex(&s->t->arena, "f6");
}

static void
e_digest(struct scene *s)
{
	/* printf data | sha256sum */
	s->x.user_data_sha256 = (struct wanted){
		true, test_hex(s->t, "3a6eb0790f39ac87c94f3856b2dd2c5d110e6811"
				     "602261a9a923d3bb23adc8b7")
	};
}

static void
e_digest2(struct scene *s)
{
	e_digest(s);
	s->d.field[KIT_USER_DATA] = kit_bytes(&s->t->arena, SPAN("date"));
}

static void
e_digest_null(struct scene *s)
{
	e_digest(s);
	s->d.field[KIT_USER_DATA] = kit_hex(&s->t->arena, "f6");
}

/* As debug mode: 0, 1, 2 and 8 are zero, 3 and 4 are not. */
static void
e_debug(struct scene *s)
{
	struct span all = s->d.field[KIT_PCRS];
	static const unsigned zero[] = { 0, 1, 2, 8 };
	uint8_t *p = NEW(&s->t->arena, uint8_t, all.n);
	memcpy(p, all.p, all.n);
	for (size_t i = 0; i < COUNT(zero); i++)
		memset(p + 1 + zero[i] * 51 + 3, 0, 48);
	s->d.field[KIT_PCRS] = span_of(p, all.n);
	s->x.pcrs.mask = 1U << 3 | 1U << 4;
}

static void
e_debug_allowed(struct scene *s)
{
	e_debug(s);
	s->x.allow_debug = true;
}

static void
e_debug_expected(struct scene *s)
{
	e_debug_allowed(s);
	s->x.pcrs.mask |= 1U;
}

static void
e_debug_zero(struct scene *s)
{
	e_debug_allowed(s);
	memset(s->other, 0, sizeof(s->other));
	s->x.pcrs.mask |= 1U;
	s->x.pcrs.v[0] = other(s);
}

static void
e_only_pcr4(struct scene *s)
{
	s->d.field[KIT_PCRS] =
		with_register(s, 4, kit_pcr(&s->t->arena, 4), true);
	s->x.pcrs.mask = 1U << 4;
}

static void
e_module(struct scene *s)
{
	s->d.field[KIT_MODULE_ID] = kit_text(
		&s->t->arena, "i-0123456789abcdef1-enc0198f1c4a2b3c4d5");
}

static void
e_enclave(struct scene *s)
{
	s->d.field[KIT_MODULE_ID] = kit_text(
		&s->t->arena, "i-0123456789abcdef0-enc0198f1c4a2b3c4d6");
}

static void
again(struct scene *s)
{
	kit_doc(&s->t->arena, s->c, KIT_CHAIN, &s->d);
}

static void
e_serial(struct scene *s)
{
	s->c[KIT_LEAF].serial = "0198f1c4a2b3c4d6";
	again(s);
}

/* As hardware has it: number and seconds. KIT_NOW is 0x6968d6c0. */
static void
e_serial_long(struct scene *s)
{
	s->c[KIT_LEAF].serial = "0198f1c4a2b3c4d5000000006968d6c0";
	again(s);
}

static void
e_serial_late(struct scene *s)
{
	s->c[KIT_LEAF].serial = "0198f1c4a2b3c4d5000000006a68d6c0";
	again(s);
}

static void
e_leaf_cn(struct scene *s)
{
	s->c[KIT_LEAF].subject = KIT_MODULE "0.us-east-1.aws";
	again(s);
}

static void
e_free_cn(struct scene *s)
{
	s->c[KIT_LEAF].subject = "somebody's test leaf";
	s->c[KIT_LEAF].serial = "01";
	again(s);
}

static void
e_timestamp(struct scene *s)
{
	s->d.field[KIT_TIMESTAMP] = kit_hex(&s->t->arena, "1a6968d6c0");
}

static void
e_future(struct scene *s)
{
	s->x.max_age = 60;
	s->x.at = KIT_NOW - 5 - 301;
}

static void
e_skew(struct scene *s)
{
	s->x.max_age = 60;
	s->x.at = KIT_NOW - 5 - 300;
}

static void
e_flip(struct scene *s)
{
	struct span in = kit_make_doc(&s->t->arena, &s->d);
	struct err e = { 0 };
	struct doc d;
	CHECK_OK(s->t, doc_parse(in, &d, &e), &e);
	uint8_t *p = NEW(&s->t->arena, uint8_t, 96);
	memcpy(p, d.cose.sig.p, 96);
	p[95] ^= 1;
	s->d.signature = span_of(p, 96);
}

static void
e_sig_zero(struct scene *s)
{
	s->d.signature = span_of(NEW(&s->t->arena, uint8_t, 96), 96);
}

static void
e_sig_order(struct scene *s)
{
	uint8_t *p = NEW(&s->t->arena, uint8_t, 96);
	memset(p, 0xff, 96);
	s->d.signature = span_of(p, 96);
}

static void
e_leaf_garbage(struct scene *s)
{
	s->d.field[KIT_CERTIFICATE] = kit_bytes(&s->t->arena, SPAN("0"));
}

static void
e_alg(struct scene *s)
{
	s->d.header = kit_hex(&s->t->arena, "a10126");
}

static void
e_qemu(struct scene *s)
{
	s->d.header = kit_hex(&s->t->arena, "a10120");
}

/* Both releases; the second one fits. */
static void
e_releases(struct scene *s)
{
	s->x.pcrs.mask = 0;
	for (unsigned i = 0; i < 2; i++) {
		s->r[i].name = i ? "1.1" : "1.0";
		all_registers(s, &s->r[i].pcrs);
		s->r[i].pcrs.mask = 7;
	}
	s->r[0].pcrs.v[0] = s->r[0].pcrs.v[2] = other(s);
	s->x.releases = s->r;
	s->x.nreleases = 2;
}

static void
e_releases_none(struct scene *s)
{
	e_releases(s);
	s->x.nreleases = 1;
}

static void
e_releases_empty(struct scene *s)
{
	e_releases(s);
	s->r[0].pcrs.mask = 0;
	s->x.nreleases = 1;
}

static void
e_releases_and(struct scene *s)
{
	e_releases(s);
	s->x.pcrs.mask = 1U << 3;
	s->x.pcrs.v[3] = other(s);
}

static const struct {
	void (*edit)(struct scene *s);
	const char *check, *code; /* NULL: it passes */
} rows[] = {
	{ e_none, NULL, NULL },
	{ e_high, NULL, NULL },
	{ e_tag, NULL, NULL },
	{ e_definite, NULL, NULL },
	{ e_reversed, NULL, NULL },
	{ e_empty, "expectations", "expect-nothing" },
	{ e_signer, "signature", "signature-wrong" },
	{ e_by_ca, "signature", "signature-wrong" },
	{ e_flip, "signature", "signature-wrong" },
	{ e_sig_zero, "signature", "signature-wrong" },
	{ e_sig_order, "signature", "signature-wrong" },
	{ e_no_root, "root", "chain-root-untrusted" },
	{ e_aws, "root", "chain-root-untrusted" },
	{ e_first, NULL, NULL },
	{ e_before, "time", "leaf-not-yet-valid" },
	{ e_last, NULL, NULL },
	{ e_after, "time", "leaf-expired" },
	{ e_p0, "pcr0", "pcr-image" },
	{ e_p1, "pcr1", "pcr-boot" },
	{ e_p2, "pcr2", "pcr-application" },
	{ e_p3, "pcr3", "pcr-role" },
	{ e_p4, "pcr4", "pcr-instance" },
	{ e_p5, "pcr5", "pcr-reserved" },
	{ e_p8, "pcr8", "pcr-signer" },
	{ e_p15, "pcr15", "pcr-reserved" },
	{ e_short, "pcr0", "pcr-image" },
	{ e_prefix, "pcr0", "expect-zero" },
	{ e_zero, "pcr0", "expect-zero" },
	{ e_p16, "pcr16", "pcr-absent" },
	{ e_p16_locked, NULL, NULL },
	{ e_p16_other, "pcr16", "pcr-runtime" },
	{ e_nonce, NULL, NULL },
	{ e_nonce2, "nonce", "nonce-differs" },
	{ e_nonce3, "nonce", "nonce-differs" },
	{ e_nonce4, "nonce", "nonce-differs" },
	{ e_nonce_null, "nonce", "nonce-absent" },
	{ e_nonce_empty, NULL, NULL },
	{ e_data, NULL, NULL },
	{ e_data2, "user-data", "user-data-differs" },
	{ e_data_null, "user-data", "user-data-absent" },
	{ e_digest, NULL, NULL },
	{ e_digest2, "user-data-sha256", "user-data-differs" },
	{ e_digest_null, "user-data-sha256", "user-data-absent" },
	{ e_key, "public-key", "public-key-absent" },
	{ e_key2, "public-key", "public-key-differs" },
	{ e_key3, NULL, NULL },
	{ e_age, NULL, NULL },
	{ e_age2, "age", "age-old" },
	{ e_future, "age", "age-future" },
	{ e_skew, NULL, NULL },
	{ e_debug, "debug", "debug-mode" },
	{ e_debug_allowed, NULL, NULL },
	{ e_debug_expected, "pcr0", "pcr-debug" },
	{ e_debug_zero, NULL, NULL },
	{ e_only_pcr4, "debug", "debug-unknown" },
	{ e_module, "module-pcr4", "module-pcr4" },
	{ e_enclave, "leaf-name", "leaf-name" },
	{ e_serial, "leaf-serial", "leaf-serial" },
	{ e_serial_long, NULL, NULL },
	{ e_serial_late, "leaf-serial", "leaf-serial" },
	{ e_leaf_cn, "leaf-name", "leaf-name" },
	{ e_free_cn, NULL, NULL },
	{ e_timestamp, "timestamp", "timestamp-outside" },
	{ e_leaf_garbage, "certificates", "cert-malformed" },
	{ e_alg, "document", "cose-alg" },
	{ e_qemu, "document", "doc-qemu" },
	{ e_releases, NULL, NULL },
	{ e_releases_none, "release", "release-none" },
	{ e_releases_empty, "release", "release-empty" },
	{ e_releases_and, "pcr3", "pcr-role" },
};

TEST(verify_one_thing_changed)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct scene s;
		scene(t, &s);
		rows[i].edit(&s);
		const struct verdict *v = judged(&s);
		const struct check *c =
			rows[i].check ? verdict_check(v, rows[i].check) : NULL;
		bool ok = rows[i].check ? c && v->result != RESULT_PASS &&
						  c->result != RESULT_PASS &&
						  !strcmp(c->code, rows[i].code)
					: v->result == RESULT_PASS;
		if (CHECK(t, ok))
			continue;
		CHECK_U(t, i, 9999);
		for (size_t k = 0; k < v->n; k++)
			CHECK_STR(t, v->check[k].code, "ok");
	}
}

TEST(verify_says_what_it_means)
{
	struct scene s;
	scene(t, &s);
	e_releases_none(&s);
	s.known =
		(struct known_value){ "release 1.1", 2, kit_pcr(&t->arena, 2) };
	s.x.known = &s.known;
	s.x.nknown = 1;
	const struct verdict *v = judged(&s);
	CHECK(t, v->result == RESULT_FAIL && !v->release);
	CHECK_HAS(t, verdict_check(v, "pcr0")->detail,
		  "the application differs, the kernel side is the same");
	CHECK_HAS(t, verdict_check(v, "pcr2")->detail,
		  "this is PCR2 of release 1.1");
	CHECK_HAS(t, verdict_check(v, "release")->detail,
		  "the nearest, 1.0, differs in 2 registers");
	CHECK_STR(t, verdict_check(v, "pcr1")->code, "ok");

	scene(t, &s);
	s.x.pcrs.v[1] = kit_pcr(&t->arena, 2);
	v = judged(&s);
	CHECK_HAS(t, verdict_check(v, "pcr1")->detail,
		  "the expected value is in PCR2");

	scene(t, &s);
	e_releases(&s);
	v = judged(&s);
	CHECK_STR(t, v->release, "1.1");
	CHECK(t, v->trust == TRUST_SIM && v->has_doc);
	CHECK(t, !verdict_check(v, "no such check"));
}

TEST(verify_what_is_no_document)
{
	struct scene s;
	struct err e = { 0 };
	struct verdict v;
	scene(t, &s);
	CHECK_OK(t, verify_document(SPAN("hello"), &s.x, &t->arena, &v, &e),
		 &e);
	CHECK(t, v.malformed && v.result == RESULT_FAIL && v.n == 1);
	CHECK_STR(t, v.check[0].name, "document");
	CHECK(t, v.trust == TRUST_NONE && !v.has_doc);
}

TEST(verify_survives_every_failed_allocation)
{
	struct scene s;
	bool ok = false;
	scene(t, &s);
	struct span in = kit_make_doc(&t->arena, &s.d);
	for (unsigned n = 1; !ok && n < 900; n++) {
		struct arena a = { .fail_in = n };
		struct err e = { 0 };
		static struct verdict v;
		ok = verify_document(in, &s.x, &a, &v, &e);
		CHECK(t, ok != a.failed);
		CHECK(t,
		      ok ? v.result == RESULT_PASS
			 : v.result == RESULT_UNKNOWN && e.code == ERR_LIMIT);
		arena_finish(&a);
	}
	CHECK(t, ok);
}
