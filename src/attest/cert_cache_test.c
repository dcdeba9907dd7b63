#include "base/test.h"

#include <string.h>

#include "attest/scene_kit.h"

enum { SETS = 4 };

static struct cert_cache *
open_cache(struct test *t, size_t sets)
{
	struct cert_cache *c = NULL;
	struct err e = { 0 };
	CHECK_OK(t, cert_cache_open(&c, sets, NULL, &t->arena, &e), &e);
	return c;
}

/* How many of a right chain's certificates are in the cache. */
static size_t
kept(struct test *t, struct cert_cache *c, const struct kit_cert *chain)
{
	struct span der[KIT_CHAIN];
	struct cert_cache_key key[KIT_CHAIN];
	const struct cert_cached *v[KIT_CHAIN];
	struct err e = { 0 };
	size_t n = 0;
	for (size_t i = 0; i < KIT_CHAIN; i++)
		der[i] = kit_make_cert(&t->arena, &chain[i]);
	CHECK_OK(t, cert_cache_keys(der, KIT_CHAIN, key, &e), &e);
	cert_cache_lend(c, key, KIT_CHAIN, v);
	for (size_t i = 0; i < KIT_CHAIN; i++) {
		n += v[i] != NULL;
		CHECK(t, !v[i] || span_eq(v[i]->cert.der, der[i]));
	}
	cert_cache_return(c, v, KIT_CHAIN);
	return n;
}

TEST(cache_keeps_a_chain_that_stood)
{
	struct scene s;
	DEFER(cert_cache_close) struct cert_cache *c = open_cache(t, SETS);
	scene(t, &s);
	s.x.cache = c;
	CHECK_U(t, kept(t, c, s.c), 0);
	for (unsigned i = 0; i < 3; i++) {
		CHECK(t, scene_judged(&s)->result == RESULT_PASS);
		CHECK_U(t, kept(t, c, s.c), KIT_CHAIN);
	}
}

static const struct anchor nobody = { .trust = TRUST_SIM };

/* What does not verify is not kept, whatever of it is right. */
TEST(cache_keeps_nothing_that_fails)
{
	struct scene s;
	DEFER(cert_cache_close) struct cert_cache *c = open_cache(t, SETS);
	scene(t, &s);
	s.x.cache = c;
	s.x.anchors = &nobody;
	CHECK(t, scene_judged(&s)->result == RESULT_FAIL);
	s.x.anchors = &s.root;
	s.x.at = KIT_NOW + 7204;
	CHECK(t, scene_judged(&s)->result == RESULT_FAIL);
	s.x.at = KIT_NOW;
	s.d.signer = KIT_OTHER;
	CHECK(t, scene_judged(&s)->result == RESULT_FAIL);
	CHECK_U(t, kept(t, c, s.c), 0);
}

/* One thing changed after a pass: the answer is the one without a cache. */
static void
same_answer(struct test *t, struct scene *s, struct cert_cache *c)
{
	s->x.cache = NULL;
	const struct verdict *want = scene_judged(s);
	s->x.cache = c;
	const struct verdict *got = scene_judged(s);
	CHECK(t, want->result == got->result && want->trust == got->trust);
	CHECK_U(t, got->n, want->n);
	for (size_t i = 0; i < got->n && i < want->n; i++) {
		CHECK_STR(t, got->check[i].code, want->check[i].code);
		CHECK_STR(t, got->check[i].detail, want->check[i].detail);
	}
}

/* clang-format off */
static void x_old(struct scene *s) { s->x.at = KIT_NOW + 7204; }
static void x_new(struct scene *s) { s->x.at = KIT_NOW - 3601; }
static void x_other(struct scene *s) { s->x.anchors = &nobody; }
static void x_none(struct scene *s) { s->x.nanchors = 0; }
static void x_doc(struct scene *s) { s->d.signer = KIT_OTHER; }
static void c_leaf(struct kit_cert *c) { c[KIT_LEAF].odd = KIT_BAD_SIGNATURE; }
static void c_host(struct kit_cert *c) { c[3].odd = KIT_BAD_SIGNATURE; }
static void c_top(struct kit_cert *c) { c[KIT_REGION].odd = KIT_BAD_SIGNATURE; }
static void c_length(struct kit_cert *c) { c[KIT_ZONE].pathlen = 0; }
static void c_ca(struct kit_cert *c) { c[KIT_LEAF].ca = 1; }
/* clang-format on */

/* The leaf right below the zone. */
static void
x_short(struct scene *s)
{
	const struct kit_cert c[] = { s->c[0], s->c[1], s->c[2], s->c[4] };
	kit_doc(&s->t->arena, c, COUNT(c), &s->d);
}

/* A known authority in the leaf's place. */
static void
x_authority(struct scene *s)
{
	kit_doc(&s->t->arena, s->c, KIT_CHAIN - 1, &s->d);
	s->d.signer = KIT_INSTANCE;
}

TEST(cache_changes_no_answer)
{
	static const struct {
		void (*edit)(struct scene *s);
		void (*chain)(struct kit_cert *c);
	} rows[] = {
		{ x_old, NULL },    { x_new, NULL },  { x_other, NULL },
		{ x_none, NULL },   { x_doc, NULL },  { x_short, NULL },
		{ NULL, c_leaf },   { NULL, c_host }, { NULL, c_top },
		{ NULL, c_length }, { NULL, c_ca },   { x_authority, NULL },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct scene s;
		DEFER(cert_cache_close)
		struct cert_cache *c = open_cache(t, SETS);
		scene(t, &s);
		s.x.cache = c;
		CHECK(t, scene_judged(&s)->result == RESULT_PASS);
		if (rows[i].chain) {
			rows[i].chain(s.c);
			kit_doc(&t->arena, s.c, KIT_CHAIN, &s.d);
		}
		if (rows[i].edit)
			rows[i].edit(&s);
		same_answer(t, &s, c);
		CHECK(t, scene_judged(&s)->result == RESULT_FAIL);
	}
}

static struct cert_cache_key
nth_key(uint64_t n)
{
	struct cert_cache_key k = { 0 };
	memcpy(k.v, &n, sizeof(n));
	return k;
}

static void
keep_from(struct cert_cache *c, uint64_t first, uint64_t n,
	  const struct x509 *x, const struct ec_pub *pub)
{
	for (uint64_t i = 0; i < n; i++) {
		struct cert_cache_key k = nth_key(first + i);
		cert_cache_keep(c, &k, x, pub);
	}
}

static bool
there(struct cert_cache *c, uint64_t n, const struct cert_cached **out)
{
	struct cert_cache_key k = nth_key(n);
	cert_cache_lend(c, &k, 1, out);
	return *out;
}

TEST(cache_is_bounded_and_drops_the_oldest)
{
	struct kit_cert chain[KIT_CHAIN];
	struct err e = { 0 };
	struct x509 x;
	DEFER(ec_pub_finish) struct ec_pub pub = { 0 };
	DEFER(cert_cache_close) struct cert_cache *c = open_cache(t, 1);
	const struct cert_cached *lent, *v;
	kit_chain(chain);
	struct span der = kit_make_cert(&t->arena, &chain[KIT_ROOT]);
	CHECK_OK(t, x509_parse(der, &t->arena, &x, &e), &e);
	CHECK_OK(t, x509_pub(&x, &pub, &e), &e);
	keep_from(c, 0, CERT_CACHE_WAYS, &x, &pub);
	CHECK(t, there(c, 0, &lent)); /* lent: it stays, whatever comes */
	CHECK(t, there(c, 1, &v));    /* used just now */
	cert_cache_return(c, &v, 1);
	keep_from(c, 100, CERT_CACHE_WAYS - 2, &x, &pub);
	CHECK(t, there(c, 1, &v));
	cert_cache_return(c, &v, 1);
	CHECK(t, !there(c, 2, &v) && !there(c, CERT_CACHE_WAYS - 1, &v));
	keep_from(c, 200, 5 * CERT_CACHE_WAYS, &x, &pub);
	CHECK(t, !there(c, 1, &v));
	CHECK_SPAN(t, lent->cert.der, der);
	cert_cache_return(c, &lent, 1);
}

/* Values that do not fit into a slot are just not kept. */
TEST(cache_passes_over_what_is_too_large)
{
	static const uint8_t large[8192];
	struct cert_cache_key k = nth_key(7);
	struct x509 x = { .signature = { large, sizeof(large) } };
	struct ec_pub none = { 0 };
	const struct cert_cached *v;
	DEFER(cert_cache_close) struct cert_cache *c = open_cache(t, 1);
	cert_cache_keep(c, &k, &x, &none);
	CHECK(t, !there(c, 7, &v));
	cert_cache_return(c, &v, 1);
}

TEST(cache_without_memory)
{
	struct err e = { 0 };
	struct cert_cache *c = NULL;
	for (unsigned n = 1; n <= 2; n++) {
		struct arena a = { .fail_in = n };
		CHECK(t, !cert_cache_open(&c, 1, NULL, &a, &e) && !c);
		CHECK(t, e.code == ERR_LIMIT);
		arena_finish(&a);
	}
	cert_cache_close(&c);
}
