#include "base/test.h"

#include "codec/hex.h"
#include "codec/pem.h"
#include "crypto/ec_ossl.h"
#include "keys/ecdsa.h"
#include "keys/sign.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include <string.h>

/* A line of testdata/rfc6979: its words. */
struct row {
	struct span kind, curve, a, b, c;
};

static bool
next_row(struct span *rest, struct row *r)
{
	while (rest->n) {
		struct span line = span_cut(rest, '\n');
		if (span_starts(line, SPAN("#")))
			continue;
		r->kind = span_cut(&line, ' ');
		r->curve = span_cut(&line, ' ');
		r->a = span_cut(&line, ' ');
		r->b = span_cut(&line, ' ');
		r->c = line;
		return true;
	}
	return false;
}

static enum ec_curve
curve_named(struct span name)
{
	for (unsigned c = EC_P256; c <= EC_P521; c++)
		if (span_is(name, ec_curve_name(c)))
			return c;
	UNREACHABLE();
}

static struct row
key_on(struct test *t, enum ec_curve c)
{
	struct span rest = test_data(t, "rfc6979");
	struct row r = { 0 };
	while (next_row(&rest, &r))
		if (span_is(r.kind, "key") &&
		    span_is(r.curve, ec_curve_name(c)))
			return r;
	UNREACHABLE();
}

/* The n-th signature of the file, as raw bytes. */
static struct span
sig_number(struct test *t, size_t n)
{
	struct span rest = test_data(t, "rfc6979");
	struct row r = { 0 };
	while (next_row(&rest, &r))
		if (span_is(r.kind, "sig") && n-- == 0)
			return test_hex(t, arena_cstr(&t->arena, r.c));
	UNREACHABLE();
}

/* SEC 1, C.4: version 1, the number, the curve; in PEM. */
static struct span
pem_of(struct test *t, enum ec_curve c)
{
	static const char *const head[] = { "", "30310201010420",
					    "303e0201010430",
					    "30500201010442" };
	static const char *const tail[] = { "", "a00a06082a8648ce3d030107",
					    "a00706052b81040022",
					    "a00706052b81040023" };
	struct span x = key_on(t, c).a;
	const char *der =
		arena_fmt(&t->arena, "%s%.*s%s", head[c], SPAN_ARG(x), tail[c]);
	DEFER(buf_free) struct buf b = buf_max(1000);
	pem_put(&b, "EC PRIVATE KEY", test_hex(t, der));
	return arena_dup(&t->arena, buf_view(&b));
}

static void
pub_of(struct test *t, enum ec_curve c, struct ec_pub *out)
{
	struct err e = { 0 };
	struct span p = key_on(t, c).b;
	const char *point = arena_fmt(&t->arena, "04%.*s", SPAN_ARG(p));
	CHECK_OK(t, ec_pub_from_point(out, c, test_hex(t, point), &e), &e);
}

static void
check_answer(struct test *t, const struct row *r)
{
	struct err e = { 0 };
	struct hash h;
	struct ec_sig sig;
	BIGNUM *x = NULL;
	enum ec_curve c = curve_named(r->curve);
	enum digest_kind kind = span_is(r->b, "sha256")   ? DIGEST_SHA256
				: span_is(r->b, "sha384") ? DIGEST_SHA384
							  : DIGEST_SHA512;
	CHECK(t, BN_hex2bn(&x, arena_cstr(&t->arena, key_on(t, c).a)) > 0);
	CHECK_OK(t, digest_of(kind, &r->a, 1, &h, &e), &e);
	CHECK_OK(t, ecdsa_sign(c, x, kind, hash_span(&h), &sig, &e), &e);
	CHECK_SPAN(t, span_str(hex_of(&t->arena, ec_sig_span(&sig))), r->c);
	BN_clear_free(x);

	/* OpenSSL agrees, and refuses one bit of difference. */
	DEFER(ec_pub_finish) struct ec_pub pub = { 0 };
	pub_of(t, c, &pub);
	CHECK_OK(t,
		 ec_verify_digest(&pub, hash_span(&h), ec_sig_span(&sig), &e),
		 &e);
	sig.v[sig.n - 1] ^= 1;
	CHECK(t, !ec_verify_digest(&pub, hash_span(&h), ec_sig_span(&sig), &e));
	CHECK(t, e.code == ERR_REFUSED);
}

TEST(ecdsa_known_answers)
{
	struct span rest = test_data(t, "rfc6979");
	struct row r = { 0 };
	size_t n = 0;
	while (next_row(&rest, &r)) {
		if (span_is(r.kind, "key"))
			continue;
		check_answer(t, &r);
		n++;
	}
	CHECK_U(t, n, 18);
}

TEST(a_file_key_signs_the_same_twice)
{
	for (unsigned c = EC_P256; c <= EC_P521; c++) {
		struct err e = { 0 };
		struct ec_sig a, b;
		DEFER(sign_key_finish) struct sign_key k = { 0 };
		DEFER(ec_pub_finish) struct ec_pub pub = { 0 };
		pub_of(t, c, &pub);
		CHECK_OK(t, sign_key_from_pem(&k, pem_of(t, c), SPAN(""), &e),
			 &e);
		CHECK(t, k.curve == c && k.deterministic);
		CHECK_OK(t, sign_message(&k, &pub, SPAN("sample"), &a, &e), &e);
		CHECK_OK(t, sign_message(&k, &pub, SPAN("sample"), &b, &e), &e);
		CHECK_SPAN(t, ec_sig_span(&a), ec_sig_span(&b));
		CHECK(t, ec_verify(&pub, SPAN("sample"), ec_sig_span(&a), &e));
		CHECK(t, !ec_verify(&pub, SPAN("simple"), ec_sig_span(&a), &e));
	}
}

TEST(a_key_that_is_not_the_certificates_is_refused)
{
	struct err e = { 0 };
	struct ec_sig sig;
	DEFER(sign_key_finish) struct sign_key k = { 0 };
	DEFER(ec_pub_finish) struct ec_pub p384 = { 0 }, other = { 0 };
	pub_of(t, EC_P384, &p384);
	CHECK(t, sign_key_from_pem(&k, pem_of(t, EC_P256), SPAN(""), &e));
	CHECK(t, !sign_message(&k, &p384, SPAN("m"), &sig, &e));
	CHECK(t, e.code == ERR_REFUSED);
	CHECK_STR(t, e.id, "key-mismatch");
	CHECK_HAS(t, e.msg, "is on P-256, the certificate's on P-384");
	/* Another point on the same curve: the generator. */
	CHECK_OK(t,
		 ec_pub_from_point(
			 &other, EC_P256,
			 test_hex(t, "046b17d1f2e12c4247f8bce6e563a440f27703"
				     "7d812deb33a0f4a13945d898c2964fe342e2fe"
				     "1a7f9b8ee7eb4a7c0f9e162bce33576b315ece"
				     "cbb6406837bf51f5"),
			 &e),
		 &e);
	CHECK(t, !sign_message(&k, &other, SPAN("m"), &sig, &e));
	CHECK_STR(t, e.id, "key-mismatch");
	CHECK_HAS(t, e.msg, "does not belong to the certificate");
}

TEST(points_off_the_curve_are_refused)
{
	struct err e = { 0 };
	struct ec_pub pub;
	struct span xy = key_on(t, EC_P256).b;
	const char *point = arena_fmt(&t->arena, "04%.*s", SPAN_ARG(xy));
	struct span p = test_hex(t, point);
	uint8_t bad[65];
	memcpy(bad, p.p, sizeof(bad));
	bad[64] ^= 1;
	CHECK(t, !ec_pub_from_point(&pub, EC_P256, span_of(bad, 65), &e));
	CHECK(t, e.code == ERR_INPUT && !pub.pkey);
	CHECK(t, !ec_pub_from_point(&pub, EC_P384, p, &e));
	CHECK(t, !ec_pub_from_point(&pub, EC_P256, span_sub(p, 0, 64), &e));
	CHECK(t, !ec_pub_from_point(&pub, EC_P256, span_sub(p, 0, 0), &e));
}

TEST(signatures_in_der_and_raw)
{
	struct err e = { 0 };
	struct ec_sig sig;
	struct span raw = sig_number(t, 0), der;
	CHECK_OK(t, ec_sig_to_der(EC_P256, raw, &t->arena, &der, &e), &e);
	CHECK_OK(t, ec_sig_from_der(EC_P256, der, &sig, &e), &e);
	CHECK_SPAN(t, ec_sig_span(&sig), raw);
	for (size_t n = 0; n < der.n; n++)
		CHECK(t,
		      !ec_sig_from_der(EC_P256, span_sub(der, 0, n), &sig, &e));
	static const char *const bad[] = {
		"3006020100020101",      /* r = 0 */
		"3006020101020100",      /* s = 0 */
		"30060201ff020101",      /* r < 0 */
		"300702020001020101",    /* r not in its shortest form */
		"308106020101020101",    /* length not in its shortest form */
		"300602010102010100",    /* a byte too many */
		"3080020101020101 0000", /* indefinite length */
	};
	CHECK(t, ec_sig_from_der(EC_P256, test_hex(t, "3006020101020101"), &sig,
				 &e));
	for (size_t i = 0; i < COUNT(bad); i++) {
		CHECK(t,
		      !ec_sig_from_der(EC_P256, test_hex(t, bad[i]), &sig, &e));
		CHECK(t, e.code == ERR_INPUT);
	}
	/* A P-384 value is out of P-256's range. */
	raw = sig_number(t, 7);
	CHECK_OK(t, ec_sig_to_der(EC_P384, raw, &t->arena, &der, &e), &e);
	CHECK(t, !ec_sig_from_der(EC_P256, der, &sig, &e));
	CHECK_HAS(t, e.msg, "out of range");
}

/* A raw signature of r = s = the curve's order, less a small number. */
static struct span
near_order(struct test *t, enum ec_curve c, unsigned less)
{
	EC_GROUP *g = EC_GROUP_new_by_curve_name(ec_nid(c));
	BIGNUM *q = BN_dup(EC_GROUP_get0_order(g));
	int n = (int)ec_size(c);
	uint8_t *raw = NEW(&t->arena, uint8_t, EC_SIG_MAX);
	CHECK(t, BN_sub_word(q, less) == 1);
	CHECK(t, BN_bn2binpad(q, raw, n) == n);
	CHECK(t, BN_bn2binpad(q, raw + n, n) == n);
	BN_free(q);
	EC_GROUP_free(g);
	return span_of(raw, 2 * (size_t)n);
}

/* Keys made beside another one are the same, and as strict. */
TEST(a_key_like_another)
{
	struct err e = { 0 };
	DEFER(ec_pub_finish) struct ec_pub first = { 0 };
	EC_GROUP *g = EC_GROUP_new_by_curve_name(ec_nid(EC_P384));
	struct span point = { NEW(&t->arena, uint8_t, 97), 97 };
	uint8_t *p = (uint8_t *)(uintptr_t)point.p;
	CHECK_U(t,
		EC_POINT_point2oct(g, EC_GROUP_get0_generator(g),
				   POINT_CONVERSION_UNCOMPRESSED, p, 97, NULL),
		97);
	EC_GROUP_free(g);
	CHECK_OK(t, ec_pub_like(&first, NULL, EC_P384, point, &e), &e);
	for (unsigned i = 0; i < 2; i++) {
		struct ec_pub k = { 0 };
		CHECK_OK(t, ec_pub_like(&k, &first, EC_P384, point, &e), &e);
		CHECK(t, k.curve == EC_P384 && k.pkey != first.pkey);
		CHECK(t, EVP_PKEY_eq(k.pkey, first.pkey) == 1);
		ec_pub_finish(&k);
		CHECK(t, !ec_pub_like(&k, &first, EC_P384,
				      span_sub(point, 0, 96), &e));
		CHECK(t, !ec_pub_like(&k, &first, EC_P256, point, &e));
		p[96] ^= 1; /* not on the curve */
		CHECK(t, !ec_pub_like(&k, &first, EC_P384, point, &e));
		CHECK(t, e.code == ERR_INPUT && !k.pkey);
		p[96] ^= 1;
		p[0] = 3; /* compressed */
		CHECK(t, !ec_pub_like(&k, &first, EC_P384, point, &e));
		CHECK(t, !ec_pub_like(&k, &first, EC_P384,
				      span_sub(point, 0, 49), &e));
		p[0] = 4;
	}
	CHECK(t, ec_curve_of(first.pkey) == EC_P384);
}

/* OpenSSL's idea of the orders, against the one written down here. */
TEST(a_signature_ends_below_the_order)
{
	struct err e = { 0 };
	struct ec_sig sig;
	struct span der;
	for (unsigned c = EC_P256; c < EC_CURVES; c++) {
		struct span last = near_order(t, c, 1);
		CHECK_OK(t, ec_sig_to_der(c, last, &t->arena, &der, &e), &e);
		CHECK_OK(t, ec_sig_from_der(c, der, &sig, &e), &e);
		CHECK_SPAN(t, ec_sig_span(&sig), last);
		CHECK_OK(t,
			 ec_sig_to_der(c, near_order(t, c, 0), &t->arena, &der,
				       &e),
			 &e);
		CHECK(t, !ec_sig_from_der(c, der, &sig, &e));
		CHECK_HAS(t, e.msg, "out of range");
	}
}

/* Made with: openssl pkcs8 -topk8 -v2 aes256 -passout pass:veraclave, from the
 * P-256 key of RFC 6979. */
TEST(an_encrypted_key_opens_with_its_passphrase)
{
	struct err e = { 0 };
	struct ec_sig sig;
	struct sign_key k;
	struct span pem =
		test_repo_file(t, "src/crypto/testdata/key-encrypted.pem");
	CHECK(t, !sign_key_from_pem(&k, pem, SPAN(""), &e));
	CHECK(t, e.code == ERR_USAGE && !k.pkey);
	CHECK_STR(t, e.id, "key-encrypted");
	CHECK(t, !sign_key_from_pem(&k, pem, SPAN("Veraclave"), &e));
	CHECK(t, e.code == ERR_INPUT);
	CHECK_HAS(t, e.msg, "does not open with this passphrase");
	CHECK_OK(t, sign_key_from_pem(&k, pem, SPAN("veraclave"), &e), &e);
	DEFER(ec_pub_finish) struct ec_pub pub = { 0 };
	pub_of(t, EC_P256, &pub);
	CHECK_OK(t, sign_message(&k, &pub, SPAN("sample"), &sig, &e), &e);
	CHECK_SPAN(t, ec_sig_span(&sig), sig_number(t, 0));
	sign_key_finish(&k);
}

TEST(keys_that_are_refused)
{
	static const struct {
		const char *in, *why;
	} rows[] = {
		{ "", "no private key in PEM form" },
		{ "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----",
		  "no private key in PEM form" },
		{ "-----BEGIN RSA PRIVATE KEY-----\nAA==\n"
		  "-----END RSA PRIVATE KEY-----\n",
		  "a key of kind RSA PRIVATE KEY" },
		{ "-----BEGIN PRIVATE KEY-----\nAA==\n"
		  "-----END PRIVATE KEY-----\n",
		  "not a private key" },
		{ "-----BEGIN EC PRIVATE KEY-----\nAA==\n"
		  "-----END EC PRIVATE KEY-----\n",
		  "not a private key" },
		/* Ed25519, RFC 8410, section 7. */
		{ "-----BEGIN PRIVATE KEY-----\n"
		  "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/"
		  "HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n",
		  "not an EC key on P-256" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct sign_key k;
		CHECK(t, !sign_key_from_pem(&k, span_str(rows[i].in), SPAN(""),
					    &e));
		CHECK(t, e.code == ERR_INPUT && !k.pkey);
		CHECK_HAS(t, e.msg, rows[i].why);
	}
	struct err e = { 0 };
	struct sign_key k;
	struct span one = pem_of(t, EC_P256);
	const char *two =
		arena_fmt(&t->arena, "%.*s%.*s", SPAN_ARG(one), SPAN_ARG(one));
	CHECK(t, !sign_key_from_pem(&k, span_str(two), SPAN(""), &e));
	CHECK_HAS(t, e.msg, "more than one private key");
}

TEST(a_key_survives_every_truncation)
{
	struct span pem = pem_of(t, EC_P384);
	for (size_t n = 0; n + 1 < pem.n; n++) {
		struct err e = { 0 };
		struct sign_key k;
		CHECK(t, !sign_key_from_pem(&k, span_sub(pem, 0, n), SPAN(""),
					    &e));
		CHECK(t, e.code == ERR_INPUT);
	}
}

TEST(token_addresses_that_are_refused)
{
	static const struct {
		const char *uri, *why;
	} rows[] = {
		{ "pkcs12:token=a", "not a PKCS #11 URI" },
		{ "pkcs11:token=%zz", "not a PKCS #11 URI" },
		{ "pkcs11:token=a?pin-value=1234", "a PIN in the URI" },
		{ "pkcs11:tokn=a", "an unknown attribute" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct sign_key k;
		CHECK(t, !sign_key_from_uri(&k, rows[i].uri, SPAN(""), &e));
		CHECK(t, e.code == ERR_USAGE && !k.token);
		CHECK_HAS(t, e.msg, rows[i].why);
	}
}
