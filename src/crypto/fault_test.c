/* OpenSSL functions that fail, one after the other: what could not be looked at
 * is an error, never a yes, and never a no to what is right. */
#include "base/test.h"

#include <errno.h>
#include <string.h>

#include "base/fault_kit.h"
#include "codec/pem.h"
#include "crypto/cose.h"
#include "crypto/rsa.h"
#include "crypto/x509.h"

/* Of a machine, not of the input: no verdict can be made of it. */
static bool
is_machine(const struct err *e)
{
	return e->msg[0] && (e->code == ERR_SYS || e->code == ERR_LIMIT);
}

/* A certificate that signed itself, and the same with a bit changed in its
 * signature. */
static struct span
certificate(struct test *t, bool right)
{
	struct pem_block b;
	struct err e = { 0 };
	struct span pem = test_data(t, "cert-self.pem");
	bool found = false;
	CHECK_OK(t, pem_next(&pem, &t->arena, &b, &found, &e) && found, &e);
	uint8_t *own = NEW(&t->arena, uint8_t, b.der.n);
	memcpy(own, b.der.p, b.der.n);
	own[b.der.n - 1] ^= !right;
	return span_of(own, b.der.n);
}

static bool
signed_by_itself(struct span der, bool like, struct err *e)
{
	DEFER(arena_finish) struct arena a = { 0 };
	DEFER(ec_pub_finish) struct ec_pub first = { 0 };
	DEFER(ec_pub_finish) struct ec_pub pub = { 0 };
	struct x509 x;
	return x509_parse(der, &a, &x, e) && x509_pub(&x, &first, e) &&
	       x509_pub_like(&x, like ? &first : NULL, &pub, e) &&
	       x509_signed_by(&x, &pub, e);
}

/* A right certificate passes or cannot be judged; a wrong one is refused or
 * cannot be judged. */
static void
judge(struct test *t, bool right, bool like)
{
	struct span der = certificate(t, right);
	unsigned failed = 0, refused = 0;
	for (unsigned n = 1, hit = 1; hit; n++) {
		struct err e = { 0 };
		fault_begin(NULL, n, ENOMEM);
		bool ok = signed_by_itself(der, like, &e);
		hit = fault_end() >= n;
		CHECK(t, right || !ok);
		if (ok)
			continue;
		failed += is_machine(&e);
		refused += e.code == ERR_REFUSED;
		if (right || hit)
			CHECK_OK(t, is_machine(&e), &e);
	}
	CHECK(t, failed >= 20 && refused == !right);
}

TEST(fault_certificates)
{
	for (unsigned like = 0; like < 2; like++) {
		judge(t, true, like);
		judge(t, false, like);
	}
}

static bool
digest_twice(struct hash *whole, struct hash *forked, struct err *e)
{
	struct span s[] = { SPAN("ab"), SPAN("c") };
	DEFER(digest_finish) struct digest d = { 0 };
	DEFER(digest_finish) struct digest f = { 0 };
	return digest_of(DIGEST_SHA384, s, 2, whole, e) &&
	       digest_init(&d, DIGEST_SHA384, e) &&
	       digest_update(&d, s[0], e) && digest_fork(&f, &d, e) &&
	       digest_update(&f, s[1], e) && digest_final(&f, forked, e);
}

TEST(fault_digests)
{
	unsigned failed = 0;
	for (unsigned n = 1, hit = 1; hit; n++) {
		struct hash whole = { 0 }, forked = { 0 };
		struct err e = { 0 };
		fault_begin(NULL, n, ENOMEM);
		bool ok = digest_twice(&whole, &forked, &e);
		hit = fault_end() >= n;
		CHECK(t, ok == !hit);
		if (ok)
			CHECK_SPAN(t, hash_span(&whole), hash_span(&forked));
		else
			CHECK_OK(t, is_machine(&e), &e);
		failed += !ok;
	}
	CHECK(t, failed >= 10);
}

/* The same signature as DER, and back. */
TEST(fault_signatures)
{
	struct x509 x;
	struct err why = { 0 };
	unsigned failed = 0;
	CHECK_OK(t, x509_parse(certificate(t, true), &t->arena, &x, &why),
		 &why);
	for (unsigned n = 1, hit = 1; hit; n++) {
		struct ec_sig sig;
		struct span der;
		struct err e = { 0 };
		fault_begin(NULL, n, ENOMEM);
		bool ok = ec_sig_from_der(EC_P256, x.signature, &sig, &e) &&
			  ec_sig_to_der(EC_P256, ec_sig_span(&sig), &t->arena,
					&der, &e);
		hit = fault_end() >= n;
		CHECK(t, ok == !hit);
		if (ok)
			CHECK_SPAN(t, der, x.signature);
		else
			CHECK_OK(t, is_machine(&e), &e);
		failed += !ok;
	}
	CHECK(t, failed >= 5);
}

/* A key that KMS would take is not called another. */
TEST(fault_rsa_keys)
{
	struct span der = test_data(t, "rsa/ok-2048");
	unsigned failed = 0;
	for (unsigned n = 1, hit = 1; hit; n++) {
		struct rsa_look look;
		struct err e = { 0 };
		fault_begin(NULL, n, ENOMEM);
		bool ok = rsa_look(der, &look, &e);
		hit = fault_end() >= n;
		CHECK(t, ok == !hit);
		if (ok)
			CHECK(t, look.form == RSA_FORM_SPKI &&
					 look.bits == 2048 && look.exponent_ok);
		else
			CHECK_OK(t, is_machine(&e), &e);
		failed += !ok;
	}
	CHECK(t, failed >= 3);
}
