/* OpenSSL functions and threads that fail while an image is measured: it is an
 * error, and no verdict about the image or its signature. */
#include <errno.h>
#include <string.h>

#include "base/fault_kit.h"
#include "base/test.h"
#include "veraclave/eif.h"

static int64_t
give(void *self, void *out, size_t size, uint64_t at)
{
	const struct span *s = self;
	memcpy(out, s->p + at, size);
	return (int64_t)size;
}

static void
measure(struct test *t, const char *image, unsigned threads,
	enum veraclave_signature worth)
{
	struct span all = test_fixture(t, image);
	veraclave_eif *f = veraclave_eif_new();
	unsigned failed = 0;
	for (unsigned n = 1, hit = 1; all.p && hit; n++) {
		veraclave_eif_set_threads(f, threads);
		fault_begin(NULL, n, ENOMEM);
		enum veraclave_status s =
			veraclave_eif_open(f, give, &all, all.n);
		if (s == VERACLAVE_OK)
			s = veraclave_eif_measure(f);
		hit = fault_end() >= n;
		CHECK(t, s == VERACLAVE_OK || s == VERACLAVE_MACHINE);
		CHECK(t, veraclave_eif_signature(f) ==
				 (s == VERACLAVE_OK
					  ? worth
					  : VERACLAVE_SIGNATURE_UNKNOWN));
		CHECK_STR(t, veraclave_eif_error_code(f), "");
		failed += s != VERACLAVE_OK;
	}
	CHECK(t, failed >= 20 || !all.p);
	veraclave_eif_free(f);
}

TEST(fault_images)
{
	for (unsigned threads = 1; threads <= 2; threads++) {
		measure(t, "nitro/eif/v4_signed_p384.eif", threads,
			VERACLAVE_SIGNATURE_GOOD);
		measure(t, "nitro/eif/v4_signed_key_cert_mismatch.eif", threads,
			VERACLAVE_SIGNATURE_FORGED);
	}
}
