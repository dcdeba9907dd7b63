#include "base/test.h"

#include "codec/hex.h"
#include "codec/pem.h"
#include "crypto/x509.h"

#include <string.h>

/* openssl x509 -text says the same about these two files. */
TEST(x509_certificate_on_one_of_our_curves)
{
	static const struct {
		const char *name, *value;
	} issuer[] = {
		{ "countryName", "US" },
		{ "organizationName", "Veraclave" },
		{ "organizationalUnitName", "One" },
		{ "organizationalUnitName", "Two" },
		{ "commonName", "Pr\xc3\xbc"
				"fstelle" },
		{ "1.3.6.1.4.1.99999.7", "odd" },
	};
	struct err e = { 0 };
	struct x509 x;
	struct span pem = test_data(t, "cert-p256.pem");
	CHECK_OK(t, x509_parse_pem(pem, &t->arena, &x, &e), &e);
	CHECK_U(t, x.issuer.n, COUNT(issuer));
	for (size_t i = 0; i < COUNT(issuer); i++) {
		CHECK_STR(t, x.issuer.v[i].name, issuer[i].name);
		CHECK_SPAN(t, x.issuer.v[i].value, span_str(issuer[i].value));
	}
	CHECK_U(t, x.subject.n, 1);
	CHECK_SPAN(t, x.subject.v[0].value, SPAN("signer"));
	CHECK_SPAN(t, x.subject.der,
		   test_hex(t, "3011310f300d06035504030c067369676e6572"));
	CHECK_STR(t, x.not_before_text, "Feb 29 12:34:56 2024 GMT");
	CHECK_STR(t, x.not_after_text, "Feb 29 01:02:03 2044 GMT");
	CHECK(t, x.not_before == 1709210096 && x.not_after == 2340320523);
	CHECK_SPAN(t, x.serial, test_hex(t, "ff12"));
	CHECK_STR(t, x.algorithm, "ecdsa-with-SHA384");
	CHECK(t, x.signature.n > 90 && x.signature.p[0] == 0x30);
	CHECK(t, x.curve == EC_P256);
	CHECK_U(t, x.point.n, 65);
	DEFER(ec_pub_finish) struct ec_pub pub = { 0 };
	CHECK_OK(t, x509_pub(&x, &pub, &e), &e);
}

TEST(x509_certificate_on_another_curve)
{
	struct err e = { 0 };
	struct x509 x;
	struct ec_pub pub;
	struct span pem = test_data(t, "cert-ed25519.pem");
	CHECK_OK(t, x509_parse_pem(pem, &t->arena, &x, &e), &e);
	CHECK(t, x.not_before == -631152000 && x.not_after == 253402300799);
	CHECK_STR(t, x.not_before_text, "Jan  1 00:00:00 1950 GMT");
	CHECK(t, x.curve == EC_NONE && x.point.n == 0);
	CHECK(t, !x509_pub(&x, &pub, &e) && e.code == ERR_INPUT);
	CHECK_HAS(t, e.msg, "not an EC key on P-256");
}

TEST(x509_a_moment_inside_and_outside)
{
	struct x509 x = { .not_before = 100, .not_after = 200 };
	CHECK(t, x509_when(&x, 99) == X509_NOT_YET);
	CHECK(t, x509_when(&x, 100) == X509_VALID);
	CHECK(t, x509_when(&x, 200) == X509_VALID);
	CHECK(t, x509_when(&x, 201) == X509_EXPIRED);
}

TEST(x509_refuses)
{
	struct err e = { 0 };
	struct x509 x;
	struct span pem = test_data(t, "cert-p256.pem");
	CHECK(t, !x509_parse_pem(SPAN("no"), &t->arena, &x, &e));
	CHECK_HAS(t, e.msg, "no certificate in PEM form");
	CHECK_OK(t, x509_parse_pem(pem, &t->arena, &x, &e), &e);

	/* A byte behind it; an outer length that is not in its shortest form.
	 * Readers would differ in what they measure. */
	DEFER(buf_free) struct buf b = buf_max(4096);
	buf_span(&b, x.der);
	buf_u8(&b, 0);
	struct x509 y = { 0 };
	CHECK(t, !x509_parse(buf_view(&b), &t->arena, &y, &e));
	CHECK_HAS(t, e.msg, "not an X.509 certificate in DER");
	buf_clear(&b);
	CHECK(t, x.der.p[1] == 0x82);
	buf_span(&b, test_hex(t, "308300"));
	buf_span(&b, span_from(x.der, 2));
	CHECK(t, !x509_parse(buf_view(&b), &t->arena, &y, &e));
	CHECK(t, !y.der.p);
}

TEST(x509_survives_every_truncation)
{
	struct err e = { 0 };
	struct x509 x;
	struct span pem = test_data(t, "cert-p256.pem");
	CHECK_OK(t, x509_parse_pem(pem, &t->arena, &x, &e), &e);
	for (size_t n = 0; n < x.der.n; n++) {
		struct x509 y = { 0 };
		e = (struct err){ 0 };
		CHECK(t, !x509_parse(span_sub(x.der, 0, n), &t->arena, &y, &e));
		CHECK(t, e.code == ERR_INPUT && !y.der.p);
	}
}

TEST(x509_survives_every_failed_allocation)
{
	struct span pem = test_data(t, "cert-p256.pem");
	bool ok = false;
	for (unsigned n = 1; !ok && n < 100; n++) {
		struct arena a = { .fail_in = n };
		struct err e = { 0 };
		struct x509 x = { 0 };
		ok = x509_parse_pem(pem, &a, &x, &e);
		CHECK(t, ok != a.failed);
		CHECK(t, ok || (e.code == ERR_LIMIT && !x.der.p));
		arena_finish(&a);
	}
	CHECK(t, ok);
}

TEST(x509_root_of_nitro)
{
	struct err e = { 0 };
	struct x509 x;
	struct span der = test_fixture(t, "nitro/certs/aws_nitro_root_g1.der");
	if (t->skip)
		return;
	CHECK_OK(t, x509_parse(der, &t->arena, &x, &e), &e);
	CHECK_SPAN(t, x.der, der);
	CHECK_SPAN(t, x.serial,
		   test_hex(t, "f93175681b90afe11d46ccb4e4e7f856"));
	CHECK_STR(t, x.not_before_text, "Oct 28 13:28:05 2019 GMT");
	CHECK_STR(t, x.not_after_text, "Oct 28 14:28:05 2049 GMT");
	CHECK(t, x.curve == EC_P384);
	CHECK_SPAN(t, x.subject.der, x.issuer.der);
}

TEST(x509_rules_of_a_path)
{
	struct err e = { 0 };
	struct x509 x, y;
	DEFER(ec_pub_finish) struct ec_pub pub = { 0 };
	struct span der = test_fixture(t, "nitro/certs/aws_nitro_root_g1.der");
	if (t->skip)
		return;
	CHECK_OK(t, x509_parse(der, &t->arena, &x, &e), &e);
	CHECK(t, x.version == 3 && x.algorithm_twice);
	CHECK(t, x.rules.has_basic && x.rules.basic_critical && x.rules.ca);
	CHECK(t, !x.rules.has_pathlen && !x.rules.unknown_critical);
	CHECK(t, x.rules.has_usage && !x.rules.broken);
	CHECK_U(t, x.rules.usage,
		X509_DIGITAL_SIGNATURE | X509_KEY_CERT_SIGN | X509_CRL_SIGN);
	CHECK_OK(t, x509_pub(&x, &pub, &e), &e);
	CHECK_OK(t, x509_signed_by(&x, &pub, &e), &e);
	y = x;
	y.tbs = span_from(x.tbs, 1);
	CHECK(t, !x509_signed_by(&y, &pub, &e) && e.code == ERR_REFUSED);
	y = x;
	y.algorithm = "ecdsa-with-SHA1";
	CHECK(t, !x509_signed_by(&y, &pub, &e) && e.code == ERR_REFUSED);
	y = x;
	y.signature = span_sub(x.signature, 0, x.signature.n - 1);
	CHECK(t, !x509_signed_by(&y, &pub, &e) && e.code == ERR_REFUSED);
}

TEST(x509_copied_is_the_same_elsewhere)
{
	struct err e = { 0 };
	struct x509 x, y;
	struct arena other = { 0 };
	struct span pem = test_fixture(t, "nitro/certs/p384.pem");
	if (t->skip)
		return;
	CHECK_OK(t, x509_parse_pem(pem, &t->arena, &x, &e), &e);
	CHECK_OK(t, x509_copy(&x, &other, &y, &e), &e);
	CHECK_SPAN(t, y.der, x.der);
	CHECK_SPAN(t, y.tbs, x.tbs);
	CHECK_SPAN(t, y.point, x.point);
	CHECK_SPAN(t, y.signature, x.signature);
	CHECK_SPAN(t, y.serial, x.serial);
	CHECK_SPAN(t, y.subject.der, x.subject.der);
	CHECK_SPAN(t, y.issuer.der, x.issuer.der);
	CHECK_U(t, y.subject.n, x.subject.n);
	for (size_t i = 0; i < x.subject.n; i++) {
		CHECK_STR(t, y.subject.v[i].name, x.subject.v[i].name);
		CHECK_SPAN(t, y.subject.v[i].value, x.subject.v[i].value);
	}
	CHECK_STR(t, y.not_before_text, x.not_before_text);
	CHECK_STR(t, y.not_after_text, x.not_after_text);
	CHECK_STR(t, y.algorithm, x.algorithm);
	CHECK(t, y.not_after == x.not_after && y.rules.ca == x.rules.ca);
	CHECK(t,
	      y.der.p != x.der.p && y.tbs.p == y.der.p + (x.tbs.p - x.der.p));
	for (unsigned n = 1; n < 10; n++) {
		struct arena a = { .fail_in = n };
		CHECK(t, !x509_copy(&x, &a, &y, &e) && e.code == ERR_LIMIT);
		arena_finish(&a);
	}
	arena_finish(&other);
}

/* -1, and 2^32 + 2, whose lower half is that of version 3. */
TEST(x509_versions_that_there_are_not)
{
	static const char *const files[] = { "x509/bad-version",
					     "x509/bad-version-wide" };
	for (size_t i = 0; i < COUNT(files); i++) {
		struct x509 x;
		struct err e = { 0 };
		CHECK(t,
		      !x509_parse(test_data(t, files[i]), &t->arena, &x, &e));
		CHECK(t, e.code == ERR_INPUT);
		CHECK_HAS(t, e.msg, "version");
	}
}
