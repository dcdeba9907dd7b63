#include "base/test.h"

#include <string.h>

#include "attest/scene_kit.h"

/* clang-format off */
static void e_none(struct scene *s) { (void)s; }
static void e_high(struct scene *s) { s->d.high_s = true; }
static void e_tag(struct scene *s) { s->d.tags = 1; }
static void e_definite(struct scene *s) { s->d.definite = true; }
static void e_reversed(struct scene *s) { s->d.reversed = true; }
static void e_signer(struct scene *s) { s->d.signer = KIT_OTHER; }
static void e_by_ca(struct scene *s) { s->d.signer = KIT_INSTANCE; }
static void e_no_root(struct scene *s) { s->x.nanchors = 0; }
static void e_aws(struct scene *s) { s->x.anchors = &anchor_aws_nitro; }
/* before the document itself was made */
static void e_first(struct scene *s)
{ s->x.at = KIT_NOW - 3600; s->x.skew = 3601; }
static void e_before(struct scene *s) { e_first(s); s->x.at--; }
static void e_last(struct scene *s) { s->x.at = KIT_NOW + 7203; }
static void e_after(struct scene *s) { s->x.at = KIT_NOW + 7204; }
static void e_nonce(struct scene *s) { s->x.nonce = scene_want("nonce"); }
static void e_nonce2(struct scene *s) { s->x.nonce = scene_want("nonc"); }
static void e_nonce3(struct scene *s) { s->x.nonce = scene_want("noncf"); }
static void e_nonce4(struct scene *s) { s->x.nonce = scene_want(""); }
static void e_data(struct scene *s) { s->x.user_data = scene_want("data"); }
static void e_data2(struct scene *s) { s->x.user_data = scene_want("Data"); }
static void e_key(struct scene *s) { s->x.public_key = scene_want("key"); }
static void e_age(struct scene *s) { s->x.max_age = 5; }
static void e_age2(struct scene *s) { s->x.max_age = 4; }
/* clang-format on */

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
	s->x.user_data = scene_want("");
	s->d.field[KIT_USER_DATA] = kit_hex(&s->t->arena, "f6");
}

static void
e_digest(struct scene *s)
{
	/* printf data | sha256sum */
	s->x.user_data_sha256 = (struct maybe){
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

static void
e_need_nonce(struct scene *s)
{
	s->x.need_nonce = true;
}

static void
e_need_nonce_given(struct scene *s)
{
	e_need_nonce(s);
	e_nonce(s);
}

/* The field is there and empty, as is what was expected. */
static void
e_need_nonce_empty(struct scene *s)
{
	e_nonce_empty(s);
	e_need_nonce(s);
}

static void
e_future_any_age(struct scene *s)
{
	e_future(s);
	s->x.max_age = EXPECT_ANY_AGE;
}

static void
e_future_allowed(struct scene *s)
{
	e_future_any_age(s);
	s->x.skew = 3600;
}

static void
e_module_nul(struct scene *s)
{
	s->d.field[KIT_MODULE_ID] = kit_hex(&s->t->arena, "6361"
							  "00"
							  "62");
}

static const struct scene_row rows[] = {
	{ e_none, NULL, NULL },
	{ e_high, NULL, NULL },
	{ e_tag, NULL, NULL },
	{ e_definite, NULL, NULL },
	{ e_reversed, NULL, NULL },
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
	{ e_need_nonce, "nonce", "nonce-required" },
	{ e_need_nonce_given, NULL, NULL },
	{ e_need_nonce_empty, "nonce", "nonce-required" },
	{ e_future_any_age, "age", "age-future" },
	{ e_future_allowed, NULL, NULL },
	{ e_module_nul, "document", "doc-module-id" },
};

TEST(verify_one_thing_changed)
{
	scene_rows(t, rows, COUNT(rows));
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
