#include "base/test.h"

#include <string.h>

#include "crypto/chain.h"
#include "crypto/digest.h"
#include "keys/x509_write.h"

/* A root, an authority and a leaf for signatures of code, properly signed. */
enum { ROOT, MIDDLE, LEAF, CERTS };
enum { FROM = 1000000000, TO = 2000000000, NOW = 1500000000 };

#define FOR_CODE                                         \
	{                                                \
		(const uint8_t *)"\x2b\6\1\5\5\7\3\3", 8 \
	}
#define FOR_TIMESTAMPS                                    \
	{                                                 \
		(const uint8_t *)"\x2b\6\1\5\5\7\3\10", 8 \
	}
#define FOR_ANY                                      \
	{                                            \
		(const uint8_t *)"\x55\x1d\x25\0", 4 \
	}
#define FOR_EMAIL                                        \
	{                                                \
		(const uint8_t *)"\x2b\6\1\5\5\7\3\4", 8 \
	}

/* What the tests change, one thing at a time. */
struct world {
	struct x509 x[CERTS];
	struct chain chain;
	struct chain_rules rules;
	struct span anchor;
	struct hash root;
};

static const struct cert_attr names[CERTS] = {
	{ CERT_CN, { (const uint8_t *)"root", 4 } },
	{ CERT_CN, { (const uint8_t *)"middle", 6 } },
	{ CERT_CN, { (const uint8_t *)"leaf", 4 } },
};

static void
make_cert(struct test *t, struct world *w, size_t i, const struct cert_ext *x,
	  size_t n)
{
	uint8_t seed[2][CERT_KEY_SEED];
	size_t by = i ? i - 1 : 0;
	struct err e = { 0 };
	DEFER(cert_key_finish) struct cert_key key = { 0 };
	DEFER(cert_key_finish) struct cert_key signer = { 0 };
	DEFER(buf_free) struct buf b = buf_max(4096);
	memset(seed[0], (int)i + 1, CERT_KEY_SEED);
	memset(seed[1], (int)by + 1, CERT_KEY_SEED);
	struct cert c = { .serial = SPAN("\1"),
			  .issuer = { &names[by], 1 },
			  .subject = { &names[i], 1 },
			  .not_before = FROM + (int64_t)i,
			  .not_after = TO - (int64_t)i,
			  .ext = x,
			  .exts = n,
			  .key = &key,
			  .signer = &signer };
	CHECK_OK(t, cert_key_from_seed(&key, seed[0], &e), &e);
	CHECK_OK(t, cert_key_from_seed(&signer, seed[1], &e), &e);
	CHECK_OK(t, cert_put(&b, &c, &e), &e);
	CHECK_OK(t, x509_parse(buf_view(&b), &t->arena, &w->x[i], &e), &e);
	w->chain.cert[i] = &w->x[i];
}

static void
make_world(struct test *t, struct world *w)
{
	static const struct cert_ext ca[] = {
		{ .kind = CERT_CA, .critical = true, .number = -1 },
		{ .kind = CERT_KEY_USAGE, .number = CERT_USE_CERT_SIGN },
	};
	static const struct cert_ext middle[] = {
		{ .kind = CERT_CA, .critical = true, .number = 0 },
		{ .kind = CERT_KEY_USAGE, .number = CERT_USE_CERT_SIGN },
		{ .kind = CERT_PURPOSE, .text = FOR_CODE },
	};
	static const struct cert_ext leaf[] = {
		{ .kind = CERT_KEY_USAGE, .number = CERT_USE_SIGNATURE },
		{ .kind = CERT_PURPOSE, .critical = true, .text = FOR_CODE },
	};
	struct err e = { 0 };
	*w = (struct world){ .chain.n = CERTS };
	make_cert(t, w, ROOT, ca, COUNT(ca));
	make_cert(t, w, MIDDLE, middle, COUNT(middle));
	make_cert(t, w, LEAF, leaf, COUNT(leaf));
	CHECK_OK(t, digest_of(DIGEST_SHA256, &w->x[ROOT].der, 1, &w->root, &e),
		 &e);
	w->anchor = hash_span(&w->root);
	w->rules = (struct chain_rules){ .anchors = &w->anchor,
					 .nanchors = 1,
					 .usage = X509_DIGITAL_SIGNATURE,
					 .purpose = X509_FOR_CODE,
					 .at = NOW };
}

/* Edits: of what was read, where the signatures need not tell. */
static void
e_none(struct world *w)
{
	(void)w;
}
static void
e_version(struct world *w)
{
	w->x[MIDDLE].version = 1;
}
static void
e_twice(struct world *w)
{
	w->x[LEAF].algorithm_twice = false;
}
static void
e_algorithm(struct world *w)
{
	w->rules.algorithm = "ecdsa-with-SHA256";
}
static void
e_algorithm_right(struct world *w)
{
	w->rules.algorithm = "ecdsa-with-SHA384";
	w->rules.curve = EC_P384;
}
static void
e_curve(struct world *w)
{
	w->rules.curve = EC_P256;
}
static void
e_no_curve(struct world *w)
{
	w->x[ROOT].curve = EC_NONE;
}
static void
e_broken(struct world *w)
{
	w->x[MIDDLE].rules.broken = "keyUsage";
}
static void
e_critical(struct world *w)
{
	w->x[MIDDLE].rules.unknown_critical = "1.2.3";
	w->x[MIDDLE].rules.unknown_besides = true;
}
static void
e_purpose_not_asked(struct world *w)
{
	w->rules.purpose = 0;
}
static void
e_no_subject(struct world *w)
{
	w->x[LEAF].subject.n = 0;
}
static void
e_no_issuer(struct world *w)
{
	w->x[ROOT].issuer.n = 0;
}
static void
e_too_long(struct world *w)
{
	w->rules.most = 2;
}
static void
e_as_long(struct world *w)
{
	w->rules.most = 3;
}
static void
e_no_anchor(struct world *w)
{
	w->rules.nanchors = 0;
}
static void
e_other_anchor(struct world *w)
{
	w->root.v[31] ^= 1;
}
static void
e_issuer(struct world *w)
{
	w->x[LEAF].issuer = w->x[LEAF].subject;
}
static void
e_no_ca(struct world *w)
{
	w->x[MIDDLE].rules.ca = false;
}
static void
e_uncritical(struct world *w)
{
	w->x[ROOT].rules.basic_critical = false;
}
static void
e_no_signing(struct world *w)
{
	w->x[ROOT].rules.usage = X509_CRL_SIGN;
}
static void
e_length(struct world *w)
{
	w->x[ROOT].rules.has_pathlen = true;
}
static void
e_length_right(struct world *w)
{
	w->x[ROOT].rules.has_pathlen = true;
	w->x[ROOT].rules.pathlen = 1;
}
static void
e_purpose_of_authority(struct world *w)
{
	w->x[MIDDLE].rules.purposes = X509_FOR_OTHERS;
}
static void
e_any_of_authority(struct world *w)
{
	w->x[MIDDLE].rules.purposes = X509_FOR_ANY;
}
static void
e_no_purpose(struct world *w)
{
	w->x[LEAF].rules.has_purposes = false;
	w->x[LEAF].rules.purposes = 0;
}
static void
e_any_of_leaf(struct world *w)
{
	w->x[LEAF].rules.purposes = X509_FOR_ANY;
}
static void
e_only(struct world *w)
{
	w->rules.purpose_only = true;
}
static void
e_only_of_two(struct world *w)
{
	w->rules.purpose_only = true;
	w->x[LEAF].rules.purposes |= X509_FOR_OTHERS;
}
static void
e_only_uncritical(struct world *w)
{
	w->rules.purpose_only = true;
	w->x[LEAF].rules.purposes_critical = false;
}
static void
e_key(struct world *w)
{
	static uint8_t off[97] = { 4, 1 };
	w->x[MIDDLE].point = span_of(off, sizeof off);
}
static void
e_signature(struct world *w)
{
	w->x[LEAF].tbs.n--;
}
static void
e_leaf_ca(struct world *w)
{
	w->x[LEAF].rules.ca = true;
}
static void
e_leaf_usage(struct world *w)
{
	w->rules.usage |= X509_NON_REPUDIATION;
}
static void
e_leaf_no_usage(struct world *w)
{
	w->x[LEAF].rules.has_usage = false;
}
static void
e_leaf_signs(struct world *w)
{
	w->x[LEAF].rules.usage |= X509_KEY_CERT_SIGN;
}
static void
e_first_second(struct world *w)
{
	w->rules.at = FROM + LEAF;
}
static void
e_early(struct world *w)
{
	w->rules.at = FROM + LEAF - 1;
}
static void
e_last_second(struct world *w)
{
	w->rules.at = TO - LEAF;
}
static void
e_late(struct world *w)
{
	w->rules.at = TO - LEAF + 1;
}
static void
e_middle_late(struct world *w)
{
	w->x[MIDDLE].not_after = NOW - 1;
}

static const struct {
	void (*edit)(struct world *w);
	enum chain_fault fault;
	size_t cert;
} rows[] = {
	{ e_none, CHAIN_OK, 0 },
	{ e_version, CHAIN_VERSION, MIDDLE },
	{ e_twice, CHAIN_ALGORITHM, LEAF },
	{ e_algorithm, CHAIN_ALGORITHM, ROOT },
	{ e_algorithm_right, CHAIN_OK, 0 },
	{ e_curve, CHAIN_CURVE, ROOT },
	{ e_no_curve, CHAIN_CURVE, ROOT },
	{ e_broken, CHAIN_EXTENSION, MIDDLE },
	{ e_critical, CHAIN_CRITICAL, MIDDLE },
	{ e_purpose_not_asked, CHAIN_CRITICAL, LEAF },
	{ e_no_subject, CHAIN_NO_SUBJECT, LEAF },
	{ e_no_issuer, CHAIN_NO_ISSUER, ROOT },
	{ e_too_long, CHAIN_TOO_LONG, LEAF },
	{ e_as_long, CHAIN_OK, 0 },
	{ e_no_anchor, CHAIN_NO_ANCHOR, ROOT },
	{ e_other_anchor, CHAIN_NO_ANCHOR, ROOT },
	{ e_issuer, CHAIN_ISSUER, LEAF },
	{ e_no_ca, CHAIN_NO_CA, MIDDLE },
	{ e_uncritical, CHAIN_UNCRITICAL, ROOT },
	{ e_no_signing, CHAIN_NO_SIGNING, ROOT },
	{ e_length, CHAIN_LENGTH, ROOT },
	{ e_length_right, CHAIN_OK, 0 },
	{ e_purpose_of_authority, CHAIN_PURPOSE, MIDDLE },
	{ e_any_of_authority, CHAIN_OK, 0 },
	{ e_no_purpose, CHAIN_PURPOSE, LEAF },
	{ e_any_of_leaf, CHAIN_PURPOSE, LEAF },
	{ e_only, CHAIN_OK, 0 },
	{ e_only_of_two, CHAIN_PURPOSE, LEAF },
	{ e_only_uncritical, CHAIN_PURPOSE, LEAF },
	{ e_key, CHAIN_KEY, MIDDLE },
	{ e_signature, CHAIN_SIGNATURE, LEAF },
	{ e_leaf_ca, CHAIN_LEAF_CA, LEAF },
	{ e_leaf_usage, CHAIN_LEAF_USAGE, LEAF },
	{ e_leaf_no_usage, CHAIN_LEAF_USAGE, LEAF },
	{ e_leaf_signs, CHAIN_LEAF_SIGNS, LEAF },
	{ e_first_second, CHAIN_OK, 0 },
	{ e_early, CHAIN_NOT_YET, LEAF },
	{ e_last_second, CHAIN_OK, 0 },
	{ e_late, CHAIN_EXPIRED, LEAF },
	{ e_middle_late, CHAIN_EXPIRED, MIDDLE },
};

TEST(chain_finds_each_fault)
{
	uint64_t seen = 0;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct chain_finding f;
		struct world w;
		make_world(t, &w);
		rows[i].edit(&w);
		bool ok = chain_verify(&w.chain, &w.rules, &f, &e);
		CHECK(t, ok == (rows[i].fault == CHAIN_OK));
		CHECK(t, ok || (e.code == ERR_REFUSED && e.msg[0]));
		CHECK_U(t, f.fault, rows[i].fault);
		CHECK_U(t, f.cert, rows[i].cert);
		seen |= UINT64_C(1) << f.fault;
		chain_finish(&w.chain);
	}
	CHECK_U(t, seen, (UINT64_C(1) << CHAIN_FAULTS) - 1);
}

/* A known signature is not checked again, and its key is not made. */
TEST(chain_takes_what_is_known)
{
	struct err e = { 0 };
	struct chain_finding f;
	struct world w;
	make_world(t, &w);
	DEFER(ec_pub_finish) struct ec_pub root = { 0 };
	DEFER(ec_pub_finish) struct ec_pub middle = { 0 };
	CHECK_OK(t, x509_pub(&w.x[ROOT], &root, &e), &e);
	CHECK_OK(t, x509_pub(&w.x[MIDDLE], &middle, &e), &e);
	w.chain.known[ROOT] = &root;
	w.chain.known[MIDDLE] = &middle;
	w.x[MIDDLE].tbs.n--;
	CHECK_OK(t, chain_verify(&w.chain, &w.rules, &f, &e), &e);
	for (size_t i = 0; i < CERTS; i++)
		CHECK(t, !w.chain.pub[i].pkey);
	CHECK(t, chain_key(&w.chain, MIDDLE, &f, &e) == &middle);
	CHECK(t, chain_key(&w.chain, LEAF, &f, &e) == &w.chain.pub[LEAF]);
	chain_finish(&w.chain);
}

/* A root that signs by itself is a chain of one: only its form and flags. */
TEST(chain_of_one)
{
	struct err e = { 0 };
	struct chain_finding f;
	struct world w;
	make_world(t, &w);
	w.chain.n = 1;
	CHECK(t, !chain_verify(&w.chain, &w.rules, &f, &e));
	CHECK(t, f.fault == CHAIN_LEAF_CA && f.cert == ROOT);
	chain_finish(&w.chain);
}

TEST(purposes_are_read)
{
	static const struct {
		struct span oid;
		unsigned purposes;
	} all[] = {
		{ FOR_CODE, X509_FOR_CODE },
		{ FOR_TIMESTAMPS, X509_FOR_TIMESTAMPS },
		{ FOR_ANY, X509_FOR_ANY },
		{ FOR_EMAIL, X509_FOR_OTHERS },
	};
	for (size_t i = 0; i < COUNT(all); i++)
		for (int critical = 0; critical < 2; critical++) {
			struct world w = { 0 };
			struct cert_ext x = { .kind = CERT_PURPOSE,
					      .critical = critical,
					      .text = all[i].oid };
			make_cert(t, &w, LEAF, &x, 1);
			const struct x509_rules *r = &w.x[LEAF].rules;
			CHECK(t, r->has_purposes && !r->unknown_besides);
			CHECK_U(t, r->purposes, all[i].purposes);
			CHECK(t, r->purposes_critical == (critical == 1));
			CHECK(t, !r->unknown_critical == (critical == 0));
		}
}
