#include "base/test.h"

#include <string.h>

#include "attest/doc_kit.h"
#include "attest/path.h"
#include "attest/reasons.h"

enum {
	R = KIT_ROOT,
	G = KIT_REGION,
	Z = KIT_ZONE,
	I = KIT_INSTANCE,
};
enum { L = KIT_LEAF };

static struct anchor
root_of(struct test *t, const struct kit_cert *c)
{
	struct anchor a;
	struct err e = { 0 };
	CHECK_OK(t, anchor_of(TRUST_SIM, kit_make_cert(&t->arena, c), &a, &e),
		 &e);
	return a;
}

/* The name of what is wrong with a chain, or "". */
static const char *
judge(struct test *t, const struct kit_cert *c, size_t n,
      const struct anchor *v, size_t nv, int64_t at)
{
	struct kit_doc k;
	struct err e = { 0 };
	struct doc d;
	DEFER(path_finish) struct path p = { 0 };
	kit_doc(&t->arena, c, n, &k);
	struct span in = kit_make_doc(&t->arena, &k);
	if (doc_parse(in, &d, &e) && path_read(&d, NULL, &t->arena, &p, &e) &&
	    path_anchor(&p, v, nv, &e) && path_links(&p, &e) &&
	    path_time(&p, at, &e)) {
		CHECK(t, p.trust == TRUST_SIM && p.chain.n == n);
		return "";
	}
	CHECK(t, e.code == ERR_REFUSED && e.msg[0] && e.hint[0]);
	return e.id ? e.id : "no name";
}

/* Every edit leaves all signatures right unless it is about them. */
static void
e_none(struct kit_cert *c)
{
	(void)c;
}
static void
e_g_ca(struct kit_cert *c)
{
	c[G].ca = 0;
	c[G].pathlen = -1;
}
static void
e_g_len_only(struct kit_cert *c)
{
	c[G].ca = 0;
}
static void
e_g_uncritical(struct kit_cert *c)
{
	c[G].odd = KIT_BASIC_UNCRITICAL;
}
static void
e_leaf_signs(struct kit_cert *c)
{
	c[L].usage = 0xc4;
}
static void
e_leaf_len(struct kit_cert *c)
{
	c[L].pathlen = 0;
}
static void
e_short_time(struct kit_cert *c)
{
	c[I].odd = KIT_TIME_SHORT;
}
static void
e_time_zone(struct kit_cert *c)
{
	c[I].odd = KIT_TIME_ZONE;
}
static void
e_long_time(struct kit_cert *c)
{
	c[I].odd = KIT_TIME_GENERAL;
}
static void
e_no_subject(struct kit_cert *c)
{
	c[L].subject = NULL;
}
static void
e_no_issuer(struct kit_cert *c)
{
	c[R].issuer = NULL;
}
static void
e_i_ca(struct kit_cert *c)
{
	c[I].ca = 0;
	c[I].pathlen = -1;
}
static void
e_g_basic(struct kit_cert *c)
{
	c[G].ca = -1;
}
static void
e_r_ca(struct kit_cert *c)
{
	c[R].ca = 0;
}
static void
e_leaf_ca(struct kit_cert *c)
{
	c[L].ca = 1;
}
static void
e_leaf_basic(struct kit_cert *c)
{
	c[L].ca = -1;
}
static void
e_g_usage(struct kit_cert *c)
{
	c[G].usage = 0x80;
}
static void
e_i_usage(struct kit_cert *c)
{
	c[I].usage = -1;
}
static void
e_i_sign_only(struct kit_cert *c)
{
	c[I].usage = 0x04;
}
static void
e_leaf_usage(struct kit_cert *c)
{
	c[L].usage = 0x40;
}
static void
e_leaf_no_usage(struct kit_cert *c)
{
	c[L].usage = -1;
}
static void
e_g_len(struct kit_cert *c)
{
	c[G].pathlen = 1;
}
static void
e_z_len(struct kit_cert *c)
{
	c[Z].pathlen = 0;
}
static void
e_r_len(struct kit_cert *c)
{
	c[R].pathlen = 2;
}
static void
e_r_len_fits(struct kit_cert *c)
{
	c[R].pathlen = 3;
}
static void
e_len_free(struct kit_cert *c)
{
	c[G].pathlen = -1;
}
static void
e_g_name(struct kit_cert *c)
{
	c[G].issuer = "other";
}
static void
e_leaf_name(struct kit_cert *c)
{
	c[L].issuer = "x";
}
static void
e_case(struct kit_cert *c)
{
	c[G].issuer = "AWS.nitro-enclaves";
}
static void
e_g_signer(struct kit_cert *c)
{
	c[G].signer = KIT_OTHER;
}
static void
e_leaf_signer(struct kit_cert *c)
{
	c[L].signer = KIT_OTHER;
}
static void
e_leaf_self(struct kit_cert *c)
{
	c[L].signer = KIT_LEAF;
}
static void
e_z_by_root(struct kit_cert *c)
{
	c[Z].signer = KIT_ROOT;
}
static void
e_i_flip(struct kit_cert *c)
{
	c[I].odd = KIT_BAD_SIGNATURE;
}
static void
e_sha256(struct kit_cert *c)
{
	c[Z].odd = KIT_SHA256;
}
static void
e_differs(struct kit_cert *c)
{
	c[Z].odd = KIT_ALG_DIFFERS;
}
static void
e_critical(struct kit_cert *c)
{
	c[Z].odd = KIT_CRITICAL;
}
static void
e_leaf_crit(struct kit_cert *c)
{
	c[L].odd = KIT_CRITICAL;
}
static void
e_uncritical(struct kit_cert *c)
{
	c[L].odd = KIT_UNCRITICAL;
}
static void
e_twice(struct kit_cert *c)
{
	c[I].odd = KIT_BASIC_TWICE;
}
static void
e_broken(struct kit_cert *c)
{
	c[I].odd = KIT_BASIC_BROKEN;
}
static void
e_version(struct kit_cert *c)
{
	c[I].version = 1;
}
static void
e_p256(struct kit_cert *c)
{
	c[G].key = c[Z].signer = KIT_P256;
}
static void
e_no_curve(struct kit_cert *c)
{
	c[L].odd = KIT_NO_NAMED_CURVE;
}
static void
e_leaf_old(struct kit_cert *c)
{
	c[L].not_after = KIT_NOW - 1;
}
static void
e_leaf_new(struct kit_cert *c)
{
	c[L].not_before = KIT_NOW + 1;
}
static void
e_i_old(struct kit_cert *c)
{
	c[I].not_after = KIT_NOW - 1;
}
static void
e_r_old(struct kit_cert *c)
{
	c[R].not_after = KIT_NOW - 1;
}
static void
e_g_new(struct kit_cert *c)
{
	c[G].not_before = KIT_NOW + 1;
}
static void
e_leaf_last(struct kit_cert *c)
{
	c[L].not_after = KIT_NOW;
}
static void
e_leaf_first(struct kit_cert *c)
{
	c[L].not_before = KIT_NOW;
}

static const struct {
	void (*edit)(struct kit_cert *c);
	const char *id;
} wrong[] = {
	{ e_none, "" },
	{ e_g_ca, "chain-ca" },
	{ e_i_ca, "chain-ca" },
	{ e_g_basic, "chain-ca" },
	{ e_g_len_only, "cert-extension" },
	{ e_g_uncritical, "chain-ca-critical" },
	{ e_leaf_signs, "leaf-key-usage" },
	{ e_leaf_len, "cert-extension" },
	{ e_short_time, "cert-malformed" },
	{ e_time_zone, "cert-malformed" },
	{ e_long_time, "" },
	{ e_no_subject, "cert-name" },
	{ e_no_issuer, "cert-name" },
	{ e_r_ca, "chain-ca" },
	{ e_leaf_ca, "leaf-ca" },
	{ e_leaf_basic, "" },
	{ e_g_usage, "chain-key-usage" },
	{ e_i_usage, "chain-key-usage" },
	{ e_i_sign_only, "" },
	{ e_leaf_usage, "leaf-key-usage" },
	{ e_leaf_no_usage, "leaf-key-usage" },
	{ e_g_len, "chain-path-length" },
	{ e_z_len, "chain-path-length" },
	{ e_r_len, "chain-path-length" },
	{ e_r_len_fits, "" },
	{ e_len_free, "" },
	{ e_g_name, "chain-issuer" },
	{ e_leaf_name, "chain-issuer" },
	{ e_case, "chain-issuer" },
	{ e_g_signer, "chain-signature" },
	{ e_leaf_signer, "chain-signature" },
	{ e_leaf_self, "chain-signature" },
	{ e_z_by_root, "chain-signature" },
	{ e_i_flip, "chain-signature" },
	{ e_sha256, "cert-algorithm" },
	{ e_differs, "cert-algorithm" },
	{ e_critical, "cert-critical" },
	{ e_leaf_crit, "cert-critical" },
	{ e_uncritical, "" },
	{ e_twice, "cert-extension" },
	{ e_broken, "cert-extension" },
	{ e_version, "cert-version" },
	{ e_p256, "cert-key" },
	{ e_no_curve, "cert-key" },
	{ e_leaf_old, "leaf-expired" },
	{ e_leaf_new, "leaf-not-yet-valid" },
	{ e_i_old, "cert-expired" },
	{ e_r_old, "cert-expired" },
	{ e_g_new, "cert-not-yet-valid" },
	{ e_leaf_last, "" },
	{ e_leaf_first, "" },
};

TEST(path_one_thing_wrong)
{
	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct kit_cert c[KIT_CHAIN];
		kit_chain(c);
		wrong[i].edit(c);
		struct anchor a = root_of(t, &c[R]);
		if (!CHECK_STR(t, judge(t, c, KIT_CHAIN, &a, 1, KIT_NOW),
			       wrong[i].id))
			CHECK_U(t, i, 9999);
	}
}

TEST(path_order_and_roots)
{
	struct kit_cert c[KIT_CHAIN], m[KIT_CHAIN + 1];
	kit_chain(c);
	struct anchor a = root_of(t, &c[R]);

	/* No root was named, or another. */
	CHECK_STR(t, judge(t, c, 5, NULL, 0, KIT_NOW), "chain-root-untrusted");
	CHECK_STR(t, judge(t, c, 5, &anchor_aws_nitro, 1, KIT_NOW),
		  "chain-root-untrusted");
	/* The same name and another key: a root that somebody made. */
	memcpy(m, c, sizeof(c));
	m[R].key = m[R].signer = m[G].signer = KIT_OTHER;
	CHECK_STR(t, judge(t, m, 5, &a, 1, KIT_NOW), "chain-root-untrusted");
	/* The same key, other bytes: not what was named. */
	memcpy(m, c, sizeof(c));
	m[R].serial = "12";
	CHECK_STR(t, judge(t, m, 5, &a, 1, KIT_NOW), "chain-root-untrusted");
	/* Without the root; turned around; with a link missing; one twice. */
	CHECK_STR(t, judge(t, c + 1, 4, &a, 1, KIT_NOW), "chain-root-missing");
	for (size_t i = 0; i < 4; i++)
		m[i] = c[3 - i];
	m[4] = c[4];
	CHECK_STR(t, judge(t, m, 5, &a, 1, KIT_NOW), "chain-order");
	m[0] = c[0], m[1] = c[1], m[2] = c[3], m[3] = c[4];
	CHECK_STR(t, judge(t, m, 4, &a, 1, KIT_NOW), "chain-issuer");
	m[0] = c[0], m[1] = c[2], m[2] = c[1], m[3] = c[3];
	CHECK_STR(t, judge(t, m, 5, &a, 1, KIT_NOW), "chain-issuer");
	m[0] = c[0];
	memcpy(m + 1, c, sizeof(c));
	m[1] = c[1];
	m[2] = c[1];
	m[3] = c[2];
	m[4] = c[3];
	CHECK_STR(t, judge(t, m, 6, &a, 1, KIT_NOW), "chain-issuer");
	/* A leaf that issues another. */
	memcpy(m, c, sizeof(c));
	m[5] = c[4];
	m[5].issuer = c[4].subject;
	m[5].key = KIT_OTHER;
	m[5].signer = KIT_LEAF;
	CHECK_STR(t, judge(t, m, 6, &a, 1, KIT_NOW), "chain-ca");
	/* The instance's authority makes one more. */
	m[4].ca = 1;
	m[4].usage = 0x04;
	CHECK_STR(t, judge(t, m, 6, &a, 1, KIT_NOW), "chain-path-length");
	/* Any of several roots. */
	struct anchor two[] = { anchor_aws_nitro, a };
	CHECK_STR(t, judge(t, c, 5, two, 2, KIT_NOW), "");
	/* Shorter chains are fine where every rule holds. */
	m[0] = c[0];
	m[1] = c[4];
	m[1].issuer = c[0].subject;
	m[1].signer = KIT_ROOT;
	CHECK_STR(t, judge(t, m, 2, &a, 1, KIT_NOW), "");
}

TEST(path_roots_by_class)
{
	struct err e = { 0 };
	struct anchor a;
	CHECK(t, !anchor_of(TRUST_SIM, SPAN("no"), &a, &e));
	CHECK(t, e.code == ERR_INPUT);
	CHECK_STR(t, trust_name(TRUST_AWS_NITRO), "aws-nitro");
	struct span der = test_fixture(t, "nitro/certs/aws_nitro_root_g1.der");
	if (t->skip)
		return;
	CHECK_OK(t, anchor_of(TRUST_AWS_NITRO, der, &a, &e), &e);
	CHECK(t, memcmp(a.sha256, anchor_aws_nitro.sha256, 32) == 0);
	CHECK(t, !anchor_of(TRUST_SIM, der, &a, &e) && e.code == ERR_USAGE);
}

/* A root's class is in the root: it can be named for nothing else. */
TEST(path_roots_say_their_class)
{
	static const struct {
		const char *cn;
		enum trust is;
	} rows[] = {
		{ "aws.nitro-enclaves",
		  TRUST_SIM }, /* as the first made them */
		{ "anything", TRUST_SIM },
		{ "qemu.aws.nitro-enclaves", TRUST_QEMU },
		{ "development.aws.nitro-enclaves", TRUST_DEVELOPMENT },
	};
	static const enum trust named[] = { TRUST_SIM, TRUST_QEMU,
					    TRUST_DEVELOPMENT };
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t k = 0; k < COUNT(named); k++) {
			struct kit_cert c[KIT_CHAIN];
			struct anchor a;
			struct err e = { 0 };
			kit_chain(c);
			c[R].subject = c[R].issuer = rows[i].cn;
			struct span der = kit_make_cert(&t->arena, &c[R]);
			if (named[k] == rows[i].is) {
				CHECK_OK(t, anchor_of(named[k], der, &a, &e),
					 &e);
				CHECK(t, a.trust == rows[i].is);
				continue;
			}
			CHECK(t, !anchor_of(named[k], der, &a, &e));
			CHECK(t, e.code == ERR_USAGE);
			CHECK_STR(t, e.id, "root-class");
			CHECK_HAS(t, e.msg, trust_name(rows[i].is));
		}
}

TEST(path_of_a_development_key_that_nobody_named)
{
	struct kit_cert c[KIT_CHAIN];
	kit_chain(c);
	struct anchor other = root_of(t, &c[R]);
	c[R].subject = c[R].issuer = c[G].issuer =
		"development.aws.nitro-enclaves";
	CHECK_STR(t, judge(t, c, KIT_CHAIN, &other, 1, KIT_NOW),
		  "chain-root-development");
	CHECK_STR(t, judge(t, c, KIT_CHAIN, &anchor_aws_nitro, 1, KIT_NOW),
		  "chain-root-development");
	CHECK_STR(t, judge(t, c, KIT_CHAIN, NULL, 0, KIT_NOW),
		  "chain-root-development");
}

TEST(path_warns_of_all_but_hardware)
{
	CHECK(t, !trust_warning(TRUST_NONE));
	CHECK(t, !trust_warning(TRUST_AWS_NITRO));
	CHECK_HAS(t, trust_warning(TRUST_SIM), "simulator");
	CHECK_HAS(t, trust_warning(TRUST_QEMU), "emulator");
	CHECK_HAS(t, trust_warning(TRUST_DEVELOPMENT), "development key");
}

TEST(path_survives_every_failed_allocation)
{
	struct kit_cert c[KIT_CHAIN];
	struct kit_doc k;
	struct err e = { 0 };
	struct doc d;
	bool ok = false;
	kit_chain(c);
	kit_doc(&t->arena, c, KIT_CHAIN, &k);
	CHECK_OK(t, doc_parse(kit_make_doc(&t->arena, &k), &d, &e), &e);
	for (unsigned n = 1; !ok && n < 400; n++) {
		struct arena a = { .fail_in = n };
		struct path p = { 0 };
		ok = path_read(&d, NULL, &a, &p, &e);
		path_finish(&p);
		CHECK(t, ok != a.failed && (ok || e.code == ERR_LIMIT));
		arena_finish(&a);
	}
	CHECK(t, ok);
}
