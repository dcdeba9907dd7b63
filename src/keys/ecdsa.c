#include "keys/ecdsa.h"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include <string.h>

#include "crypto/ec_ossl.h"
#include "crypto/ossl.h"

/* The generator of k (RFC 6979, 3.2): the letters are the standard's. */
struct kgen {
	const char *md;
	size_t hlen;
	uint8_t K[DIGEST_MAX], V[DIGEST_MAX];
};

static void
kgen_finish(struct kgen *g)
{
	OPENSSL_cleanse(g, sizeof(*g));
}

static bool
hmac(const struct kgen *g, const uint8_t *in, size_t n, uint8_t *out)
{
	size_t len = 0;
	return EVP_Q_mac(NULL, "HMAC", NULL, g->md, NULL, g->K, g->hlen, in, n,
			 out, DIGEST_MAX, &len) &&
	       len == g->hlen;
}

/* K = HMAC_K(V || sep || more); V = HMAC_K(V) */
static bool
kgen_stir(struct kgen *g, uint8_t sep, const uint8_t *more, size_t n)
{
	uint8_t in[DIGEST_MAX + 1 + 2 * EC_SIZE_MAX], K[DIGEST_MAX];
	ASSERT(n <= 2 * EC_SIZE_MAX);
	memcpy(in, g->V, g->hlen);
	in[g->hlen] = sep;
	if (n)
		memcpy(in + g->hlen + 1, more, n);
	bool ok = hmac(g, in, g->hlen + 1 + n, K);
	memcpy(g->K, K, g->hlen);
	OPENSSL_cleanse(in, sizeof(in));
	OPENSSL_cleanse(K, sizeof(K));
	return ok && hmac(g, g->V, g->hlen, g->V);
}

/* What one signature works with: all that is secret is wiped at the end. */
struct work {
	BN_CTX *ctx;
	EC_GROUP *group;
	const BIGNUM *q;
	size_t rlen;
	BN_MONT_CTX *mont;
	BIGNUM *k, *r, *s, *e;
};

static void
work_finish(struct work *w)
{
	BN_clear_free(w->k);
	BN_free(w->r);
	BN_free(w->s);
	BN_free(w->e);
	BN_MONT_CTX_free(w->mont);
	EC_GROUP_free(w->group);
	BN_CTX_free(w->ctx);
}

static bool
work_init(struct work *w, enum ec_curve c)
{
	*w = (struct work){ .ctx = BN_CTX_secure_new(),
			    .group = EC_GROUP_new_by_curve_name(ec_nid(c)),
			    .mont = BN_MONT_CTX_new(),
			    .rlen = ec_size(c),
			    .k = BN_secure_new(),
			    .r = BN_new(),
			    .s = BN_new(),
			    .e = BN_new() };
	if (!w->ctx || !w->group || !w->mont || !w->k || !w->r || !w->s ||
	    !w->e)
		return false;
	BN_set_flags(w->k, BN_FLG_CONSTTIME);
	w->q = EC_GROUP_get0_order(w->group);
	return w->q && BN_MONT_CTX_set(w->mont, w->q, w->ctx) == 1;
}

/* 2.3.2: the leftmost bits of a string, as many as the order has. */
static bool
bits2int(const struct work *w, const uint8_t *p, size_t n, BIGNUM *out)
{
	int qlen = BN_num_bits(w->q);
	if (n > w->rlen)
		n = w->rlen;
	if (!BN_bin2bn(p, (int)n, out))
		return false;
	int over = (int)n * 8 - qlen;
	return over <= 0 || BN_rshift(out, out, over) == 1;
}

/* Steps a to g: from the key and the digest. */
static bool
kgen_init(struct kgen *g, const struct work *w, const BIGNUM *x,
	  enum digest_kind kind)
{
	static const char *const md[] = { "SHA256", "SHA384", "SHA512" };
	uint8_t seed[2 * EC_SIZE_MAX];
	*g = (struct kgen){ .md = md[kind], .hlen = digest_size(kind) };
	memset(g->V, 1, g->hlen);
	bool ok = BN_bn2binpad(x, seed, (int)w->rlen) == (int)w->rlen &&
		  BN_bn2binpad(w->e, seed + w->rlen, (int)w->rlen) ==
			  (int)w->rlen &&
		  kgen_stir(g, 0, seed, 2 * w->rlen) &&
		  kgen_stir(g, 1, seed, 2 * w->rlen);
	OPENSSL_cleanse(seed, sizeof(seed));
	return ok;
}

/* Step h once: a candidate for k, which may be out of range. */
static bool
kgen_next(struct kgen *g, const struct work *w)
{
	uint8_t T[EC_SIZE_MAX + DIGEST_MAX];
	size_t n = 0;
	bool ok = true;
	while (ok && n < w->rlen) {
		ok = hmac(g, g->V, g->hlen, g->V);
		memcpy(T + n, g->V, g->hlen);
		n += g->hlen;
	}
	ok = ok && bits2int(w, T, n, w->k);
	OPENSSL_cleanse(T, sizeof(T));
	return ok;
}

/* r: the first coordinate of k times the generator, modulo the order. */
static bool
compute_r(const struct work *w)
{
	DEFER(ossl_point) EC_POINT *R = EC_POINT_new(w->group);
	DEFER(ossl_bn) BIGNUM *x = BN_new();
	return R && x &&
	       EC_POINT_mul(w->group, R, w->k, NULL, NULL, w->ctx) == 1 &&
	       EC_POINT_get_affine_coordinates(w->group, R, x, NULL, w->ctx) ==
		       1 &&
	       BN_nnmod(w->r, x, w->q, w->ctx) == 1;
}

/* out = a * b modulo the order, with Montgomery's constant-time product. */
static bool
mul(const struct work *w, BIGNUM *out, const BIGNUM *a, const BIGNUM *b)
{
	DEFER(ossl_bn) BIGNUM *am = BN_secure_new();
	return am && BN_to_montgomery(am, a, w->mont, w->ctx) == 1 &&
	       BN_mod_mul_montgomery(out, am, b, w->mont, w->ctx) == 1;
}

/*
 * s = (e + r x) / k, computed as (b e + (b r) x) / (b k) with a random b: no
 * product has two operands that an attacker knows or sees twice.
 */
static bool
compute_s(const struct work *w, const BIGNUM *x)
{
	DEFER(ossl_bn) BIGNUM *b = BN_secure_new();
	DEFER(ossl_bn) BIGNUM *rx = BN_secure_new();
	DEFER(ossl_bn) BIGNUM *be = BN_secure_new();
	DEFER(ossl_bn) BIGNUM *bk = BN_secure_new();
	DEFER(ossl_bn) BIGNUM *q2 = BN_dup(w->q);
	if (!b || !rx || !be || !bk || !q2 || BN_sub_word(q2, 2) != 1)
		return false;
	do {
		if (BN_priv_rand_range(b, w->q) != 1)
			return false;
	} while (BN_is_zero(b));
	BN_set_flags(bk, BN_FLG_CONSTTIME);
	/* The inverse is a power, as Fermat has it: the order is prime. */
	return mul(w, rx, b, w->r) && mul(w, rx, rx, x) &&
	       mul(w, be, b, w->e) && BN_mod_add_quick(rx, rx, be, w->q) == 1 &&
	       mul(w, bk, b, w->k) &&
	       BN_mod_exp_mont_consttime(bk, bk, q2, w->q, w->ctx, w->mont) ==
		       1 &&
	       mul(w, w->s, rx, bk);
}

static bool
attempt(struct kgen *g, const struct work *w, const BIGNUM *x, bool *done)
{
	*done = false;
	if (!kgen_next(g, w))
		return false;
	if (!BN_is_zero(w->k) && BN_cmp(w->k, w->q) < 0) {
		if (!compute_r(w) || !compute_s(w, x))
			return false;
		*done = !BN_is_zero(w->r) && !BN_is_zero(w->s);
	}
	return *done || kgen_stir(g, 0, NULL, 0);
}

bool
ecdsa_sign(enum ec_curve c, const void *priv, enum digest_kind kind,
	   struct span digest, struct ec_sig *out, struct err *e)
{
	DEFER(work_finish) struct work w = { 0 };
	DEFER(kgen_finish) struct kgen g = { 0 };
	bool done = false;
	int half = (int)ec_size(c);
	ASSERT(digest.n == digest_size(kind));
	if (!work_init(&w, c) || !bits2int(&w, digest.p, digest.n, w.e) ||
	    BN_nnmod(w.e, w.e, w.q, w.ctx) != 1 ||
	    !kgen_init(&g, &w, priv, kind))
		return ossl_fail(e, ERR_SYS, "libcrypto cannot sign");
	while (!done)
		if (!attempt(&g, &w, priv, &done))
			return ossl_fail(e, ERR_SYS, "libcrypto cannot sign");
	out->n = 2 * (size_t)half;
	if (BN_bn2binpad(w.r, out->v, half) == half &&
	    BN_bn2binpad(w.s, out->v + half, half) == half)
		return true;
	return ossl_fail(e, ERR_BUG, "a signature that does not fit its curve");
}
