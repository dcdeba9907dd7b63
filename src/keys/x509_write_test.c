#include "base/test.h"

#include <string.h>

#include "crypto/x509.h"
#include "keys/x509_write.h"

static void
make_key(struct test *t, uint8_t fill, struct cert_key *k)
{
	uint8_t seed[CERT_KEY_SEED];
	struct err e = { 0 };
	memset(seed, fill, sizeof seed);
	CHECK_OK(t, cert_key_from_seed(k, seed, &e), &e);
}

static const struct cert_attr subject[] = {
	{ CERT_COUNTRY, { (const uint8_t *)"US", 2 } },
	{ CERT_STATE, { (const uint8_t *)"WA", 2 } },
	{ CERT_CN, { (const uint8_t *)"caf\xc3\xa9", 5 } },
};

static struct span
make(struct test *t, struct buf *b, struct cert *c)
{
	struct err e = { 0 };
	buf_clear(b);
	c->subject = (struct cert_name){ subject, COUNT(subject) };
	c->issuer = (struct cert_name){ subject, 1 };
	CHECK_OK(t, cert_put(b, c, &e), &e);
	return buf_view(b);
}

TEST(certificate_is_read_back)
{
	DEFER(cert_key_finish) struct cert_key k = { 0 };
	DEFER(cert_key_finish) struct cert_key ca = { 0 };
	DEFER(buf_free) struct buf b = buf_max(4096);
	DEFER(buf_free) struct buf again = buf_max(4096);
	struct x509 x;
	struct err e = { 0 };
	static const struct cert_ext ext[] = {
		{ .kind = CERT_CA, .critical = true, .number = -1 },
		{ .kind = CERT_SUBJECT_KEY_ID },
		{ .kind = CERT_AUTHORITY_KEY_ID },
		{ .kind = CERT_KEY_USAGE, .number = CERT_USE_CERT_SIGN },
		{ .kind = CERT_CRL,
		  .text = { (const uint8_t *)"http://a", 8 } },
	};
	make_key(t, 1, &k);
	make_key(t, 2, &ca);
	struct cert c = { .serial = SPAN("\x00\x00\x81\x02"),
			  .not_before = 0,
			  .not_after = 951782399, /* 28 February 2000 */
			  .ext = ext,
			  .exts = COUNT(ext),
			  .key = &k,
			  .signer = &ca };
	make(t, &b, &c);
	CHECK_OK(t, x509_parse(buf_view(&b), &t->arena, &x, &e), &e);
	CHECK_STR(t, x.not_before_text, "Jan  1 00:00:00 1970 GMT");
	CHECK_STR(t, x.not_after_text, "Feb 28 23:59:59 2000 GMT");
	CHECK_SPAN(t, x.serial, test_hex(t, "8102"));
	CHECK_STR(t, x.algorithm, "ecdsa-with-SHA384");
	CHECK_SPAN(t, x.point, span_of(k.point, sizeof k.point));
	CHECK_U(t, x.subject.n, 3);
	CHECK_STR(t, x.subject.v[1].name, "stateOrProvinceName");
	CHECK_STR(t, x.subject.v[2].name, "commonName");
	CHECK_SPAN(t, x.subject.v[2].value, SPAN("caf\xc3\xa9"));
	CHECK_U(t, x.issuer.n, 1);
	/* The same again gives the same bytes. */
	make(t, &again, &c);
	CHECK_SPAN(t, buf_view(&again), buf_view(&b));
}

/* The signature covers the first element, and is the signer's. */
TEST(certificate_is_signed_by_its_issuer)
{
	DEFER(cert_key_finish) struct cert_key k = { 0 };
	DEFER(cert_key_finish) struct cert_key ca = { 0 };
	DEFER(buf_free) struct buf b = buf_max(4096);
	struct x509 x;
	struct ec_sig sig;
	struct err e = { 0 };
	make_key(t, 3, &k);
	make_key(t, 4, &ca);
	struct cert c = {
		.serial = SPAN("\x01"), .not_after = 1, .key = &k, .signer = &ca
	};
	make(t, &b, &c);
	CHECK_OK(t, x509_parse(buf_view(&b), &t->arena, &x, &e), &e);
	CHECK_OK(t, ec_sig_from_der(EC_P384, x.signature, &sig, &e), &e);
	/* 30 82 LL LL, then the signed part, which has less than 256. */
	const uint8_t *tbs = x.der.p + 4;
	size_t n = 3 + (size_t)tbs[2];
	if (!CHECK(t, tbs[0] == 0x30 && tbs[1] == 0x81 && n < x.der.n))
		return;
	CHECK_OK(t, ec_verify(&ca.pub, span_of(tbs, n), ec_sig_span(&sig), &e),
		 &e);
	CHECK(t, !ec_verify(&k.pub, span_of(tbs, n), ec_sig_span(&sig), &e));
}

TEST(times_on_both_sides_of_2050)
{
	static const struct {
		int64_t t;
		const char *text;
	} row[] = {
		{ -631152000, "Jan  1 00:00:00 1950 GMT" },
		{ -1, "Dec 31 23:59:59 1969 GMT" },
		{ 1709210096, "Feb 29 12:34:56 2024 GMT" },
		{ 2524607999, "Dec 31 23:59:59 2049 GMT" },
		{ 2524608000, "Jan  1 00:00:00 2050 GMT" },
		{ 4107542400, "Mar  1 00:00:00 2100 GMT" },
		{ 253402300799, "Dec 31 23:59:59 9999 GMT" },
	};
	DEFER(cert_key_finish) struct cert_key k = { 0 };
	DEFER(buf_free) struct buf b = buf_max(4096);
	struct x509 x;
	struct err e = { 0 };
	make_key(t, 5, &k);
	for (size_t i = 0; i < COUNT(row); i++) {
		struct cert c = { .serial = SPAN("\x01"),
				  .not_before = row[i].t,
				  .not_after = row[i].t,
				  .key = &k,
				  .signer = &k };
		make(t, &b, &c);
		CHECK_OK(t, x509_parse(buf_view(&b), &t->arena, &x, &e), &e);
		CHECK(t, x.not_before == row[i].t && x.not_after == row[i].t);
		CHECK_STR(t, x.not_after_text, row[i].text);
	}
}

TEST(keys_come_from_their_seed_alone)
{
	DEFER(cert_key_finish) struct cert_key a = { 0 };
	DEFER(cert_key_finish) struct cert_key b = { 0 };
	DEFER(cert_key_finish) struct cert_key c = { 0 };
	uint8_t zero[CERT_KEY_SEED] = { 0 };
	struct err e = { 0 };
	make_key(t, 6, &a);
	make_key(t, 6, &b);
	make_key(t, 7, &c);
	CHECK(t, memcmp(a.point, b.point, sizeof a.point) == 0);
	CHECK(t, memcmp(a.point, c.point, sizeof a.point) != 0);
	cert_key_finish(&c);
	/* The seed zero is the private key 1: the generator itself. */
	CHECK_OK(t, cert_key_from_seed(&c, zero, &e), &e);
	CHECK_SPAN(t, span_of(c.point, 17),
		   test_hex(t, "04aa87ca22be8b05378eb1c71ef320ad74"));
}

TEST(keys_are_kept_in_pem)
{
	DEFER(cert_key_finish) struct cert_key a = { 0 };
	DEFER(cert_key_finish) struct cert_key b = { 0 };
	DEFER(buf_free) struct buf pem = buf_max(4096);
	struct err e = { 0 };
	make_key(t, 8, &a);
	CHECK_OK(t, cert_key_put_pem(&pem, &a, &e), &e);
	CHECK(t, span_starts(buf_view(&pem),
			     SPAN("-----BEGIN PRIVATE KEY-----\n")));
	CHECK_OK(t, cert_key_from_pem(&b, buf_view(&pem), &e), &e);
	CHECK(t, memcmp(a.point, b.point, sizeof a.point) == 0);
	cert_key_finish(&b);
	struct span other = test_data(t, "key-p256.pem");
	CHECK(t, !cert_key_from_pem(&b, other, &e));
	CHECK_U(t, e.code, ERR_INPUT);
	CHECK_HAS(t, e.msg, "P-384");
}
