/*
 * One mutation of a good document for each reason code: it is refused, and for
 * that reason alone. Those that must stay good are at the end.
 */
#include "base/test.h"

#include <string.h>

#include "attest/reasons.h"
#include "attest/scene_kit.h"

enum { G = KIT_REGION, Z = KIT_ZONE, I = KIT_INSTANCE, L = KIT_LEAF };

/* In what form the document is handed over. */
enum as { AS_IS, AS_CUT, AS_TEXT };

struct mutation {
	const char *code; /* NULL: it stays good */
	/* Of the certificates, before they are made. */
	void (*chain)(struct kit_cert *c);
	/* Of the document and of what is expected. */
	void (*edit)(struct scene *s);
	/* A field's new value; "" leaves it out. */
	const char *hex;
	enum kit_field field;
	enum as as;
	bool more; /* other reasons come along, of the same cause */
};

static struct span
zeros(struct scene *s, size_t n)
{
	uint8_t *p = NEW(&s->t->arena, uint8_t, n);
	CHECK(s->t, p);
	return span_of(p, n);
}

static void
field(struct scene *s, enum kit_field f, size_t n)
{
	s->d.field[f] = kit_bytes(&s->t->arena, zeros(s, n));
}

static void
header(struct scene *s, const char *hex)
{
	s->d.header = kit_hex(&s->t->arena, hex);
}

static void
extra(struct scene *s, const char *hex)
{
	s->d.extra = kit_hex(&s->t->arena, hex);
}

/* The document anew from n of these certificates. */
static void
chain_of(struct scene *s, const struct kit_cert *c, size_t n)
{
	kit_doc(&s->t->arena, c, n, &s->d);
}

static void
expect_zeros(struct scene *s, unsigned i)
{
	s->x.pcrs.v[i] = zeros(s, 48);
	s->x.pcrs.mask |= 1U << i;
}

static void
allowed(struct scene *s)
{
	scene_debug(s);
	s->x.allow_debug = true;
}

/* Image, boot and application of one release, which is ours. */
static void
rel(struct scene *s)
{
	s->x.pcrs.mask = 0;
	s->r[0].name = "1.0";
	scene_registers(s, &s->r[0].pcrs);
	s->r[0].pcrs.mask = 7;
	s->x.releases = s->r;
	s->x.nreleases = 1;
}

/* clang-format off */
static void e_size(struct scene *s) { s->d.behind = zeros(s, 16384); }
static void e_behind(struct scene *s) { s->d.behind = SPAN("\0"); }
static void e_five(struct scene *s) { s->d.items = 5; }
static void e_tags(struct scene *s) { s->d.tags = 2; }
static void e_header(struct scene *s) { header(s, "a2013822044161"); }
static void e_no_alg(struct scene *s) { header(s, "a0"); }
static void e_es256(struct scene *s) { header(s, "a10126"); }
static void e_qemu(struct scene *s) { header(s, "a10120"); }
static void e_unprotected(struct scene *s)
{ s->d.unprotected = SPAN("\xa1\4\x41\x61"); }
static void e_nil(struct scene *s) { s->d.nil = true; }
static void e_der(struct scene *s) { s->d.der = true; }
static void e_tpm(struct scene *s)
{ extra(s, "6d6e6974726f74706d5f70637273a0"); }
static void e_payload(struct scene *s) { s->d.payload = SPAN("\x80"); }
static void e_key(struct scene *s) { extra(s, "0100"); }
static void e_key_twice(struct scene *s) { extra(s, "656e6f6e63654161"); }
static void e_key_new(struct scene *s) { extra(s, "616100"); }
static void e_cert_size(struct scene *s) { field(s, KIT_CERTIFICATE, 1025); }
static void e_key_size(struct scene *s) { field(s, KIT_PUBLIC_KEY, 1025); }
static void e_data_size(struct scene *s) { field(s, KIT_USER_DATA, 1025); }
static void e_nonce_size(struct scene *s) { field(s, KIT_NONCE, 1025); }
static void e_signer(struct scene *s) { s->d.signer = KIT_OTHER; }
static void e_garbage(struct scene *s) { field(s, KIT_CERTIFICATE, 64); }
static void e_before(struct scene *s)
{ s->x.at = KIT_NOW - 3601; s->x.skew = 3601; }
static void e_after(struct scene *s) { s->x.at = KIT_NOW + 7204; }
static void e_nothing(struct scene *s) { s->x.pcrs.mask = 0; }
static void e_named_empty(struct scene *s) { s->x.empty = "prod"; }
static void e_zero(struct scene *s) { expect_zeros(s, 0); }
static void e_debug_reg(struct scene *s) { allowed(s); s->x.pcrs.mask |= 2; }
static void e_absent(struct scene *s) { expect_zeros(s, 16); }
static void e_image(struct scene *s) { s->x.pcrs.v[0] = scene_other(s); }
static void e_boot(struct scene *s) { s->x.pcrs.v[1] = scene_other(s); }
static void e_app(struct scene *s) { s->x.pcrs.v[2] = scene_other(s); }
static void e_role(struct scene *s) { s->x.pcrs.v[3] = scene_other(s); }
static void e_inst(struct scene *s) { s->x.pcrs.v[4] = scene_other(s); }
static void e_reserved(struct scene *s) { s->x.pcrs.v[5] = scene_other(s); }
static void e_pcr8(struct scene *s) { s->x.pcrs.v[8] = scene_other(s); }
static void e_rel_none(struct scene *s)
{ rel(s); s->r[0].pcrs.v[2] = scene_other(s); }
static void e_rel_empty(struct scene *s) { rel(s); s->r[0].pcrs.mask = 0; }
static void e_rel_early(struct scene *s) { rel(s); s->r[0].from = KIT_NOW + 1; }
static void e_rel_late(struct scene *s) { rel(s); s->r[0].to = KIT_NOW - 1; }
static void e_need_nonce(struct scene *s) { s->x.need_nonce = true; }
static void e_nonce(struct scene *s) { s->x.nonce = scene_want("nonsense"); }
static void e_pub(struct scene *s) { s->x.public_key = scene_want("key"); }
static void e_pub2(struct scene *s) { e_pub(s); field(s, KIT_PUBLIC_KEY, 3); }
static void e_data(struct scene *s) { s->x.user_data = scene_want("other"); }
static void e_old(struct scene *s) { s->x.max_age = 4; }
static void e_future(struct scene *s) { s->x.max_age = 60; s->x.at -= 306; }
static void e_rsa(struct scene *s) { s->x.recipient = RECIPIENT_RSA_2048; }
static void e_rsa_0(struct scene *s) { e_rsa(s); field(s, KIT_PUBLIC_KEY, 9); }

static void c_link(struct kit_cert *c) { c[Z].issuer = "somebody"; }
static void c_signer(struct kit_cert *c) { c[G].signer = KIT_OTHER; }
static void c_ca(struct kit_cert *c) { c[I].ca = 0; c[I].pathlen = -1; }
static void c_flat(struct kit_cert *c) { c[G].odd = KIT_BASIC_UNCRITICAL; }
static void c_usage(struct kit_cert *c) { c[G].usage = 0x80; }
static void c_length(struct kit_cert *c) { c[Z].pathlen = 0; }
static void c_leaf_ca(struct kit_cert *c) { c[L].ca = 1; }
static void c_leaf_usage(struct kit_cert *c) { c[L].usage = 0x40; }
static void c_version(struct kit_cert *c) { c[I].version = 1; }
static void c_sha256(struct kit_cert *c) { c[Z].odd = KIT_SHA256; }
static void c_p256(struct kit_cert *c) { c[G].key = c[Z].signer = KIT_P256; }
static void c_critical(struct kit_cert *c) { c[Z].odd = KIT_CRITICAL; }
static void c_twice(struct kit_cert *c) { c[I].odd = KIT_BASIC_TWICE; }
static void c_name(struct kit_cert *c) { c[L].subject = NULL; }
static void c_old(struct kit_cert *c) { c[I].not_after = KIT_NOW - 1; }
static void c_new(struct kit_cert *c) { c[G].not_before = KIT_NOW + 1; }
static void c_leaf_name(struct kit_cert *c) { c[L].subject = "i-1-enc2.x.aws"; }
static void c_serial(struct kit_cert *c) { c[L].serial = "0198f1c4a2b3c4d6"; }
/* clang-format on */

static void
c_order(struct kit_cert *c)
{
	struct kit_cert root = c[KIT_ROOT];
	c[KIT_ROOT] = c[G];
	c[G] = root;
}

static void
e_root(struct scene *s)
{
	static struct kit_cert c[KIT_CHAIN];
	kit_chain(c);
	c[KIT_ROOT].key = c[KIT_ROOT].signer = c[G].signer = KIT_OTHER;
	chain_of(s, c, KIT_CHAIN);
}

static void
e_no_root(struct scene *s)
{
	chain_of(s, s->c + 1, KIT_CHAIN - 1);
}

static void
e_nine(struct scene *s)
{
	struct span v[9];
	for (size_t i = 0; i < COUNT(v); i++)
		v[i] = SPAN("0");
	s->d.field[KIT_CABUNDLE] = kit_list(&s->t->arena, v, COUNT(v));
}

static void
e_only_pcr4(struct scene *s)
{
	s->d.field[KIT_PCRS] = scene_with(s, 4, kit_pcr(&s->t->arena, 4), true);
	s->x.pcrs.mask = 1U << 4;
}

static void
e_runtime(struct scene *s)
{
	s->d.field[KIT_PCRS] = scene_with(s, 16, scene_other(s), false);
	expect_zeros(s, 16);
}

static void
e_signers(struct scene *s)
{
	s->signers[0] = scene_other(s);
	s->x.signers = s->signers;
	s->x.nsigners = 1;
}

static void
e_nonce_null(struct scene *s)
{
	s->x.nonce = scene_want("nonce");
	s->d.field[KIT_NONCE] = kit_hex(&s->t->arena, "f6");
}

static void
e_data_null(struct scene *s)
{
	s->x.user_data = scene_want("");
	s->d.field[KIT_USER_DATA] = kit_hex(&s->t->arena, "f6");
}

static void
rsa_key(struct scene *s, const char *file)
{
	struct span key = test_repo_file(
		s->t,
		arena_fmt(&s->t->arena, "src/crypto/testdata/rsa/%s", file));
	s->x.recipient = RECIPIENT_RSA_2048;
	s->d.field[KIT_PUBLIC_KEY] = kit_bytes(&s->t->arena, key);
}

/* clang-format off */
static void e_rsa_ec(struct scene *s) { rsa_key(s, "bad-ec"); }
static void e_rsa_small(struct scene *s) { rsa_key(s, "ok-1024"); }
static void e_rsa_large(struct scene *s) { rsa_key(s, "ok-3072"); }
static void e_rsa_right(struct scene *s) { rsa_key(s, "ok-2048"); }
/* clang-format on */

static void
e_rsa_any(struct scene *s)
{
	e_rsa_large(s);
	s->x.recipient = RECIPIENT_RSA;
}

static void
e_timestamp(struct scene *s)
{
	s->d.field[KIT_TIMESTAMP] = kit_hex(&s->t->arena, "1a6968d6c0");
}

/* PCR4 of another instance, which nobody expected to be so. */
static void
e_module(struct scene *s)
{
	scene_fill(s, 4, 0x77);
	s->x.pcrs.mask &= ~(1U << 4);
}

#define FIELD(c, f, h)                                \
	{                                             \
		.code = (c), .field = (f), .hex = (h) \
	}
#define EDIT(c, e)                       \
	{                                \
		.code = (c), .edit = (e) \
	}
#define CHAIN(c, e)                       \
	{                                 \
		.code = (c), .chain = (e) \
	}
#define WITH(c, e)                                     \
	{                                              \
		.code = (c), .edit = (e), .more = true \
	}

static const struct mutation refused[] = {
	{ .code = "doc-truncated", .as = AS_CUT },
	{ .code = "doc-text", .as = AS_TEXT },
	EDIT("doc-size", e_size),
	EDIT("doc-trailing", e_behind),
	EDIT("cose-shape", e_five),
	EDIT("cose-tag", e_tags),
	EDIT("cose-header", e_header),
	EDIT("cose-alg-missing", e_no_alg),
	EDIT("cose-alg", e_es256),
	EDIT("cose-unprotected", e_unprotected),
	EDIT("cose-detached", e_nil),
	EDIT("cose-signature-size", e_der),
	EDIT("doc-qemu", e_qemu),
	EDIT("doc-nitrotpm", e_tpm),
	EDIT("doc-payload", e_payload),
	EDIT("doc-key", e_key),
	EDIT("doc-key-twice", e_key_twice),
	EDIT("doc-key-unknown", e_key_new),
	FIELD("doc-encoding", KIT_NONCE, "5f4161ff"),
	FIELD("doc-indefinite", KIT_CABUNDLE, "9f4130ff"),
	FIELD("doc-key-missing", KIT_DIGEST, ""),
	FIELD("doc-module-id", KIT_MODULE_ID, "60"),
	FIELD("doc-digest", KIT_DIGEST, "66534841323536"),
	FIELD("doc-timestamp", KIT_TIMESTAMP, "00"),
	FIELD("doc-pcrs", KIT_PCRS, "80"),
	FIELD("doc-pcrs-empty", KIT_PCRS, "a0"),
	FIELD("doc-pcr-index", KIT_PCRS, "a1182040"),
	FIELD("doc-pcr-length", KIT_PCRS,
	      "a1005820"
	      "000000000000000000000000000000000000000000000000000000000000"
	      "0000"),
	FIELD("doc-certificate", KIT_CERTIFICATE, "f6"),
	EDIT("doc-certificate-size", e_cert_size),
	FIELD("doc-cabundle", KIT_CABUNDLE, "f6"),
	FIELD("doc-cabundle-empty", KIT_CABUNDLE, "80"),
	FIELD("doc-cabundle-size", KIT_CABUNDLE, "8140"),
	EDIT("doc-cabundle-count", e_nine),
	FIELD("doc-public-key", KIT_PUBLIC_KEY, "6161"),
	EDIT("doc-public-key-size", e_key_size),
	FIELD("doc-user-data", KIT_USER_DATA, "6161"),
	EDIT("doc-user-data-size", e_data_size),
	FIELD("doc-nonce", KIT_NONCE, "6161"),
	EDIT("doc-nonce-size", e_nonce_size),

	EDIT("chain-root-untrusted", e_root),
	WITH("chain-root-missing", e_no_root),
	{ .code = "chain-order", .chain = c_order, .more = true },
	CHAIN("chain-issuer", c_link),
	CHAIN("chain-signature", c_signer),
	CHAIN("chain-ca", c_ca),
	CHAIN("chain-ca-critical", c_flat),
	CHAIN("chain-key-usage", c_usage),
	CHAIN("chain-path-length", c_length),
	CHAIN("leaf-ca", c_leaf_ca),
	CHAIN("leaf-key-usage", c_leaf_usage),
	EDIT("cert-malformed", e_garbage),
	CHAIN("cert-version", c_version),
	CHAIN("cert-algorithm", c_sha256),
	CHAIN("cert-key", c_p256),
	CHAIN("cert-critical", c_critical),
	CHAIN("cert-extension", c_twice),
	CHAIN("cert-name", c_name),
	EDIT("leaf-not-yet-valid", e_before),
	EDIT("leaf-expired", e_after),
	CHAIN("cert-expired", c_old),
	CHAIN("cert-not-yet-valid", c_new),
	EDIT("signature-wrong", e_signer),

	EDIT("expect-nothing", e_nothing),
	EDIT("expect-empty", e_named_empty),
	EDIT("expect-zero", e_zero),
	EDIT("debug-mode", scene_debug),
	EDIT("debug-unknown", e_only_pcr4),
	EDIT("pcr-debug", e_debug_reg),
	EDIT("pcr-absent", e_absent),
	EDIT("pcr-image", e_image),
	EDIT("pcr-boot", e_boot),
	EDIT("pcr-application", e_app),
	EDIT("pcr-role", e_role),
	EDIT("pcr-instance", e_inst),
	EDIT("pcr-reserved", e_reserved),
	EDIT("pcr-signer", e_pcr8),
	EDIT("pcr-runtime", e_runtime),
	WITH("release-none", e_rel_none),
	WITH("release-empty", e_rel_empty),
	EDIT("release-not-yet", e_rel_early),
	EDIT("release-ended", e_rel_late),
	EDIT("release-revoked", scene_revoked),
	EDIT("revoked-unknown", scene_revoked_absent),
	EDIT("signer-none", e_signers),
	EDIT("nonce-required", e_need_nonce),
	EDIT("nonce-absent", e_nonce_null),
	EDIT("nonce-differs", e_nonce),
	EDIT("public-key-absent", e_pub),
	EDIT("public-key-differs", e_pub2),
	EDIT("recipient-key-absent", e_rsa),
	EDIT("recipient-key-form", e_rsa_0),
	EDIT("recipient-key-type", e_rsa_ec),
	EDIT("recipient-key-size", e_rsa_small),
	EDIT("recipient-key-unproven", e_rsa_large),
	EDIT("user-data-absent", e_data_null),
	EDIT("user-data-differs", e_data),
	EDIT("age-old", e_old),
	EDIT("age-future", e_future),
	EDIT("timestamp-outside", e_timestamp),
	EDIT("module-pcr4", e_module),
	CHAIN("leaf-name", c_leaf_name),
	CHAIN("leaf-serial", c_serial),
};

/* Reasons that no change of this document can give, and where they are tested
 * instead. */
static const struct {
	const char *code, *where;
} elsewhere[] = {
	{ "chain-root-development", "path_test.c: a name" },
	{ "chain-root-class", "vectors_of_real_hardware: needs AWS's root" },
	{ "doc-not-qemu", "doc_test.c: resign judges nothing" },
	{ "chain-unread", "below: comes along with unreadable certificates" },
	{ "machine", "verify_survives_every_failed_allocation" },
	{ "module-id", "below AWS's root only, where all have the form" },
	{ "pcr-form", "e2e/verify: values of the command line" },
	{ "release-taken", "environment_test.c: no document is judged" },
};

static const struct verdict *
judged(struct test *t, const struct mutation *m, struct scene *s)
{
	struct err e = { 0 };
	struct verdict *v = NEW(&t->arena, struct verdict, 1);
	scene(t, s);
	if (m->chain) {
		m->chain(s->c);
		chain_of(s, s->c, KIT_CHAIN);
	}
	if (m->edit)
		m->edit(s);
	if (m->hex)
		s->d.field[m->field] = kit_hex(&t->arena, m->hex);
	struct span in = kit_make_doc(&t->arena, &s->d);
	CHECK(t, v);
	if (m->as == AS_CUT)
		in.n--;
	if (m->as == AS_TEXT)
		in = SPAN("an attestation document\n");
	CHECK_OK(t,
		 m->as == AS_TEXT
			 ? verify_text(in, &s->x, &t->arena, v, &e)
			 : verify_document(in, &s->x, &t->arena, v, &e),
		 &e);
	return v;
}

/* Whether the code is among what failed, and whether anything else is. */
static void
look(const struct verdict *v, const char *code, bool *found, bool *others)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct check *c = &v->check[i];
		if (c->result == RESULT_PASS)
			continue;
		if (strcmp(c->code, code) == 0)
			*found = true;
		else if (strcmp(c->code, "chain-unread") != 0)
			*others = true;
	}
}

TEST(mutations_are_refused_each_for_its_own_reason)
{
	CHECK(t, COUNT(refused) >= 60);
	for (size_t i = 0; i < COUNT(refused); i++) {
		const struct mutation *m = &refused[i];
		struct scene s;
		const struct verdict *v = judged(t, m, &s);
		bool found = false, others = false;
		look(v, m->code, &found, &others);
		if (CHECK(t, found && others <= m->more &&
				     v->result != RESULT_PASS && !v->release))
			continue;
		CHECK_STR(t, m->code, "");
		for (size_t k = 0; k < v->n; k++)
			CHECK_STR(t, v->check[k].code, "ok");
	}
}

TEST(mutations_have_every_reason_once)
{
	const struct reason *r;
	size_t n = 0;
	for (; (r = reason_at(n)); n++) {
		unsigned seen = 0;
		for (size_t i = 0; i < COUNT(refused); i++)
			seen += strcmp(refused[i].code, r->code) == 0;
		for (size_t i = 0; i < COUNT(elsewhere); i++)
			seen += strcmp(elsewhere[i].code, r->code) == 0 &&
				elsewhere[i].where[0];
		if (!CHECK_U(t, seen, 1))
			CHECK_STR(t, r->code, "");
	}
	CHECK_U(t, n, COUNT(refused) + COUNT(elsewhere));
}

/* clang-format off */
static void v_none(struct scene *s) { (void)s; }
static void v_high(struct scene *s) { s->d.high_s = true; }
static void v_tag(struct scene *s) { s->d.tags = 1; }
static void v_definite(struct scene *s) { s->d.definite = true; }
static void v_reversed(struct scene *s) { s->d.reversed = true; }
static void v_key_1024(struct scene *s) { field(s, KIT_PUBLIC_KEY, 1024); }
static void v_data_1024(struct scene *s) { field(s, KIT_USER_DATA, 1024); }
static void v_nonce_1024(struct scene *s) { field(s, KIT_NONCE, 1024); }
static void v_first(struct scene *s)
{ s->x.at = KIT_NOW - 3600; s->x.skew = 3600; }
static void v_last(struct scene *s) { s->x.at = KIT_NOW + 7203; }
static void v_release(struct scene *s) { rel(s); }
static void v_uncritical(struct kit_cert *c) { c[Z].odd = KIT_UNCRITICAL; }
static void v_key_ids(struct kit_cert *c) { c[I].odd = c[L].odd = KIT_KEY_IDS; }
static void v_no_basic(struct kit_cert *c) { c[L].ca = -1; }
static void v_name(struct kit_cert *c)
{ c[L].subject = "a"; c[L].serial = "01"; }
/* clang-format on */

static const struct mutation good[] = {
	EDIT(NULL, v_none),
	EDIT(NULL, v_high),
	EDIT(NULL, v_tag),
	EDIT(NULL, v_definite),
	EDIT(NULL, v_reversed),
	EDIT(NULL, v_key_1024),
	EDIT(NULL, v_data_1024),
	EDIT(NULL, v_nonce_1024),
	EDIT(NULL, v_first),
	EDIT(NULL, v_last),
	EDIT(NULL, v_release),
	EDIT(NULL, allowed),
	EDIT(NULL, e_rsa_right),
	EDIT(NULL, e_rsa_any),
	CHAIN(NULL, v_uncritical),
	CHAIN(NULL, v_key_ids),
	CHAIN(NULL, v_no_basic),
	CHAIN(NULL, v_name),
	FIELD(NULL, KIT_USER_DATA, "f6"),
	FIELD(NULL, KIT_USER_DATA, "40"),
	FIELD(NULL, KIT_USER_DATA, ""),
	FIELD(NULL, KIT_NONCE, "f6"),
	FIELD(NULL, KIT_NONCE, "40"),
	FIELD(NULL, KIT_NONCE, ""),
	FIELD(NULL, KIT_PUBLIC_KEY, ""),
};

TEST(mutations_that_change_nothing_pass)
{
	for (size_t i = 0; i < COUNT(good); i++) {
		struct scene s;
		const struct verdict *v = judged(t, &good[i], &s);
		if (CHECK(t, v->result == RESULT_PASS && v->trust == TRUST_SIM))
			continue;
		CHECK_U(t, i, 9999);
		for (size_t k = 0; k < v->n; k++)
			CHECK_STR(t, v->check[k].code, "ok");
	}
}

TEST(mutations_of_unreadable_chains_leave_no_pass)
{
	static const struct mutation m = EDIT("", e_garbage);
	static const char *const names[] = { "root", "chain", "time",
					     "signature" };
	struct scene s;
	const struct verdict *v = judged(t, &m, &s);
	for (size_t i = 0; i < COUNT(names); i++) {
		const struct check *c = verdict_check(v, names[i]);
		CHECK(t, c && c->result == RESULT_UNKNOWN);
		CHECK_STR(t, c ? c->code : "", "chain-unread");
	}
}

/* Everything that can be expected at once, with each allocation failing. */
TEST(mutations_and_every_failed_allocation)
{
	struct scene s;
	bool ok = false;
	scene(t, &s);
	rel(&s);
	e_rsa_right(&s);
	scene_revoked(&s);
	s.revoked.pcrs.v[2] = scene_other(&s);
	s.signers[0] = kit_pcr(&t->arena, 8);
	s.x.signers = s.signers;
	s.x.nsigners = 1;
	s.x.nonce = scene_want("nonce");
	s.x.user_data = scene_want("data");
	s.x.max_age = 60;
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
