/* OpenSSL's own allocations fail, one after the other: as fault_test.c, with
 * whatever OpenSSL makes of it. */
#include "base/test.h"

#include <openssl/crypto.h>

#include <stdlib.h>
#include <string.h>

#include "codec/pem.h"
#include "crypto/x509.h"

/* Allocations until one fails; 0: none does. How many there were. */
static unsigned fail_in, calls;

static bool
fails(void)
{
	calls++;
	return fail_in && --fail_in == 0;
}

static void *
own_malloc(size_t n, const char *file, int line)
{
	(void)file, (void)line;
	return fails() ? NULL : malloc(n);
}

static void *
own_realloc(void *p, size_t n, const char *file, int line)
{
	(void)file, (void)line;
	return fails() ? NULL : realloc(p, n);
}

static void
own_free(void *p, const char *file, int line)
{
	(void)file, (void)line;
	free(p);
}

static bool
signed_by_itself(struct span der, struct err *e)
{
	DEFER(arena_finish) struct arena a = { 0 };
	DEFER(ec_pub_finish) struct ec_pub first = { 0 };
	DEFER(ec_pub_finish) struct ec_pub pub = { 0 };
	struct x509 x;
	return x509_parse(der, &a, &x, e) && x509_pub(&x, &first, e) &&
	       x509_pub_like(&x, &first, &pub, e) &&
	       x509_signed_by(&x, &pub, e);
}

static void
judge(struct test *t, struct span der, bool right)
{
	unsigned n = 0, hit = 1;
	for (; hit && n < 20000; n++) {
		struct err e = { 0 };
		calls = 0;
		fail_in = n;
		bool ok = signed_by_itself(der, &e);
		fail_in = 0;
		hit = n == 0 || calls >= n;
		CHECK(t, right || !ok);
		if (!ok && right && e.code != ERR_SYS && e.code != ERR_LIMIT)
			CHECK_OK(t, false, &e);
	}
	CHECK(t, n > 20 && !hit);
}

TEST(starve_certificates)
{
	struct pem_block b;
	struct err e = { 0 };
	struct span pem = test_data(t, "cert-self.pem");
	bool found = false;
	if (CRYPTO_set_mem_functions(own_malloc, own_realloc, own_free) != 1) {
		test_skip(t, "OpenSSL has allocated something already");
		return;
	}
	CHECK_OK(t, pem_next(&pem, &t->arena, &b, &found, &e) && found, &e);
	uint8_t *wrong = NEW(&t->arena, uint8_t, b.der.n);
	memcpy(wrong, b.der.p, b.der.n);
	wrong[b.der.n - 1] ^= 1;
	judge(t, b.der, true);
	judge(t, span_of(wrong, b.der.n), false);
}
