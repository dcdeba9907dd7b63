#include "base/test.h"

#include <string.h>

#include "crypto/rsa.h"

TEST(rsa_keys_by_their_form)
{
	static const struct {
		const char *file;
		enum rsa_form form;
		unsigned bits;
		bool exponent_ok;
	} rows[] = {
		{ "rsa/ok-1024", RSA_FORM_SPKI, 1024, true },
		{ "rsa/ok-2048", RSA_FORM_SPKI, 2048, true },
		{ "rsa/ok-3072", RSA_FORM_SPKI, 3072, true },
		{ "rsa/bad-exponent-1", RSA_FORM_SPKI, 2048, false },
		{ "rsa/bad-exponent-even", RSA_FORM_SPKI, 2048, false },
		{ "rsa/bad-pkcs1", RSA_FORM_PKCS1, 0, false },
		{ "rsa/bad-ec", RSA_FORM_OTHER, 0, false },
		{ "rsa/bad-ed25519", RSA_FORM_OTHER, 0, false },
		{ "rsa/bad-pem", RSA_FORM_NONE, 0, false },
		{ "rsa/bad-trailing", RSA_FORM_NONE, 0, false },
		{ "rsa/bad-empty-key", RSA_FORM_NONE, 0, false },
		{ "rsa/bad-ber", RSA_FORM_NONE, 0, false },
		{ "rsa/bad-unused-bits", RSA_FORM_NONE, 0, false },
	};
	struct rsa_look k;
	struct err e = { 0 };
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span der = test_data(t, rows[i].file);
		CHECK_OK(t, rsa_look(der, &k, &e), &e);
		if (!CHECK(t, k.form == rows[i].form &&
				      k.bits == rows[i].bits &&
				      k.exponent_ok == rows[i].exponent_ok))
			CHECK_STR(t, rows[i].file, "");
		CHECK(t, (k.form == RSA_FORM_OTHER) == (k.kind != NULL));
	}
	CHECK_OK(t, rsa_look(test_data(t, "rsa/bad-ec"), &k, &e), &e);
	CHECK_STR(t, k.kind, "id-ecPublicKey");
	CHECK_OK(t, rsa_look(SPAN(""), &k, &e), &e);
	CHECK(t, k.form == RSA_FORM_NONE);
}

TEST(rsa_keys_cut_at_every_byte)
{
	struct span der = test_data(t, "rsa/ok-2048");
	struct rsa_look k;
	struct err e = { 0 };
	for (size_t n = 0; n < der.n; n++) {
		CHECK_OK(t, rsa_look(span_sub(der, 0, n), &k, &e), &e);
		CHECK(t, k.form == RSA_FORM_NONE);
		CHECK_OK(t, rsa_look(span_from(der, n + 1), &k, &e), &e);
		CHECK(t, k.form != RSA_FORM_SPKI);
	}
}
