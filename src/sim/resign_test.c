#include "base/test.h"

#include <string.h>

#include "attest/doc_kit.h"
#include "attest/verify.h"
#include "sim/resign.h"
#include "codec/hex.h"

static const uint8_t seed[SIM_SEED] = { 4, 5, 6 };

struct rig {
	struct sim_root root;
	struct kit_doc k;
	struct buf out;
	struct anchor anchor;
	struct err e;
};

static void
rig_close(struct rig *r)
{
	sim_root_finish(&r->root);
	buf_free(&r->out);
}

/* A document as QEMU 10 makes it, and a root to sign it below. */
static void
rig_open(struct test *t, struct rig *r)
{
	static const uint8_t zero[64];
	struct kit_cert c[KIT_CHAIN];
	struct span z = span_of(zero, sizeof zero);
	*r = (struct rig){ .out = buf_max(65536) };
	kit_chain(c);
	kit_doc(&t->arena, c, KIT_CHAIN, &r->k);
	r->k.header = kit_hex(&t->arena, "a10120");
	r->k.definite = true;
	r->k.signature = z;
	r->k.field[KIT_CERTIFICATE] = kit_bytes(&t->arena, z);
	r->k.field[KIT_CABUNDLE] = kit_list(&t->arena, &z, 1);
	CHECK_OK(
		t,
		sim_root_make(seed, SIM_CLASS_QEMU, &t->arena, &r->root, &r->e),
		&r->e);
	CHECK_OK(t, anchor_of(TRUST_QEMU, r->root.der, &r->anchor, &r->e),
		 &r->e);
}

static bool
sign(struct test *t, struct rig *r, struct span in)
{
	buf_clear(&r->out);
	return resign_document(&r->root, seed, in, &t->arena, &r->out, &r->e);
}

/* The verdict on what was signed, PCR2 as expected. */
static struct verdict *
judged(struct test *t, struct rig *r, const struct anchor *root, int64_t at)
{
	struct verdict *v = NEW(&t->arena, struct verdict, 1);
	struct expect x = { .at = at,
			    .anchors = root,
			    .nanchors = 1,
			    .max_age = EXPECT_ANY_AGE,
			    .skew = EXPECT_SKEW };
	x.pcrs.mask = 1U << 2;
	x.pcrs.v[2] = kit_pcr(&t->arena, 2);
	CHECK_OK(t, verify_document(buf_view(&r->out), &x, &t->arena, v, &r->e),
		 &r->e);
	return v;
}

/* Where `part` ends in s; 0 when it is not there. */
static size_t
behind(struct span s, struct span part)
{
	for (size_t i = 0; i + part.n <= s.n; i++)
		if (span_eq(span_sub(s, i, part.n), part))
			return i + part.n;
	return 0;
}

TEST(resign_changes_nothing_but_the_certificates)
{
	DEFER(rig_close) struct rig r;
	struct doc was, is;
	rig_open(t, &r);
	struct span in = kit_make_doc(&t->arena, &r.k);
	CHECK_OK(t, sign(t, &r, in), &r.e);
	CHECK_OK(t, doc_parse_qemu(in, &was, &r.e), &r.e);
	CHECK_OK(t, doc_parse(buf_view(&r.out), &is, &r.e), &r.e);
	CHECK(t, is.cose.alg == -35 && is.nbundle == 4 && !is.indefinite);
	CHECK_SPAN(t, is.bundle[0], r.root.der);
	/* Byte by byte, up to the certificate and from the bundle on. */
	struct span a = was.cose.payload, b = is.cose.payload;
	size_t cut = behind(a, SPAN("\x6b"
				    "certificate"));
	CHECK(t, cut > 0);
	CHECK_SPAN(t, span_sub(b, 0, cut), span_sub(a, 0, cut));
	size_t rest = a.n - behind(a, SPAN("\x6a"
					   "public_key"));
	CHECK(t, rest > 20 && rest < a.n);
	CHECK_SPAN(t, span_from(b, b.n - rest), span_from(a, a.n - rest));
	/* The same as text, and again the same bytes. */
	struct span first = arena_dup(&t->arena, buf_view(&r.out));
	CHECK_OK(t, sign(t, &r, span_str(hex_of(&t->arena, in))), &r.e);
	CHECK_SPAN(t, buf_view(&r.out), first);
}

TEST(resign_gives_documents_of_class_qemu)
{
	static const char *const modules[] = {
		KIT_MODULE,
		"i-234-enc5678",
		"i-0-enc00000000000000zz",
		"x",
	};
	for (size_t i = 0; i < COUNT(modules); i++) {
		DEFER(rig_close) struct rig r;
		rig_open(t, &r);
		if (i > 0) { /* PCR4 is that of KIT_MODULE */
			DEFER(buf_free) struct buf b = buf_max(4096);
			buf_u8(&b, 0xa3);
			for (unsigned p = 0; p < 3; p++) {
				buf_u8(&b, (uint8_t)p);
				buf_span(&b, kit_bytes(&t->arena,
						       kit_pcr(&t->arena, p)));
			}
			r.k.field[KIT_PCRS] =
				arena_dup(&t->arena, buf_view(&b));
		}
		r.k.field[KIT_MODULE_ID] = kit_text(&t->arena, modules[i]);
		CHECK_OK(t, sign(t, &r, kit_make_doc(&t->arena, &r.k)), &r.e);
		struct verdict *v = judged(t, &r, &r.anchor, KIT_NOW);
		CHECK(t, v->result == RESULT_PASS && v->trust == TRUST_QEMU);
		for (size_t k = 0; k < v->n; k++)
			CHECK_STR(t, v->check[k].code, "ok");
		v = judged(t, &r, &anchor_aws_nitro, KIT_NOW);
		CHECK(t, v->result == RESULT_FAIL && v->trust == TRUST_NONE);
		CHECK_STR(t, verdict_check(v, "root")->code,
			  "chain-root-untrusted");
		/* As old as what was signed, whenever that was done. */
		v = judged(t, &r, &r.anchor, KIT_NOW + 10801);
		CHECK_STR(t, verdict_check(v, "time")->code, "leaf-expired");
	}
}

static void
refused(struct test *t, struct rig *r, struct span in, const char *id)
{
	r->e = (struct err){ 0 };
	CHECK(t, !sign(t, r, in) && r->out.n == 0);
	CHECK_STR(t, r->e.id ? r->e.id : "none", id);
}

TEST(resign_refuses_all_else)
{
	DEFER(rig_close) struct rig r;
	struct kit_cert c[KIT_CHAIN];
	struct kit_doc k;
	rig_open(t, &r);
	struct span in = kit_make_doc(&t->arena, &r.k);
	for (size_t n = 0; n < in.n; n++)
		refused(t, &r, span_sub(in, 0, n),
			n ? "doc-truncated" : "doc-size");
	refused(t, &r, SPAN("hello"), "doc-text");
	/* A real one, and our own: never signed twice. */
	kit_chain(c);
	kit_doc(&t->arena, c, KIT_CHAIN, &k);
	refused(t, &r, kit_make_doc(&t->arena, &k), "doc-not-qemu");
	CHECK_OK(t, sign(t, &r, in), &r.e);
	refused(t, &r, arena_dup(&t->arena, buf_view(&r.out)), "doc-not-qemu");
	/* Times that no certificate can name. */
	static const char *const times[] = { "01", "1903e7",
					     "1b3fffffffffffffff" };
	for (size_t i = 0; i < COUNT(times); i++) {
		k = r.k;
		k.field[KIT_TIMESTAMP] = kit_hex(&t->arena, times[i]);
		refused(t, &r, kit_make_doc(&t->arena, &k), "doc-timestamp");
	}
	/* A name for which the leaf would be too large. */
	char *name = arena_alloc(&t->arena, 1, 1, 801);
	memset(name, 'x', 800);
	k = r.k;
	k.field[KIT_MODULE_ID] = kit_text(&t->arena, name);
	refused(t, &r, kit_make_doc(&t->arena, &k), "doc-certificate-size");
}

TEST(resign_wants_a_root_of_its_class)
{
	static const enum sim_class others[] = { SIM_CLASS_SIM,
						 SIM_CLASS_DEVELOPMENT };
	for (size_t i = 0; i < COUNT(others); i++) {
		DEFER(sim_root_finish) struct sim_root root = { 0 };
		DEFER(sim_root_finish) struct sim_root got = { 0 };
		char *dir = arena_fmt(&t->arena, "%s/%zu", test_dir(t), i);
		struct err e = { 0 };
		CHECK_OK(t,
			 sim_root_make(seed, others[i], &t->arena, &root, &e),
			 &e);
		CHECK_OK(t, sim_root_save(&root, dir, true, &t->arena, &e), &e);
		CHECK(t, !resign_root(dir, &t->arena, &got, &e));
		CHECK(t, e.code == ERR_USAGE && !got.der.n);
		CHECK_STR(t, e.id, "root-class");
	}
}

TEST(resign_survives_every_failed_allocation)
{
	DEFER(rig_close) struct rig r;
	bool ok = false;
	rig_open(t, &r);
	struct span in = kit_make_doc(&t->arena, &r.k);
	for (unsigned n = 1; !ok && n < 400; n++) {
		struct arena a = { .fail_in = n };
		struct err e = { 0 };
		buf_clear(&r.out);
		ok = resign_document(&r.root, seed, in, &a, &r.out, &e);
		CHECK(t, ok != a.failed && (ok || e.code == ERR_LIMIT));
		CHECK(t, ok || r.out.n == 0);
		arena_finish(&a);
	}
	CHECK(t, ok);
}
