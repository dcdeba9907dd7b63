#include "base/test.h"

#include "codec/cbor.h"
#include "codec/hex.h"
#include "codec/pem.h"
#include "keys/sign.h"
#include "eif/sig.h"
#include "eif/content.h"
#include "pcrs/pcr.h"

#include <string.h>

static struct span
pcr_of_ones(void)
{
	static const uint8_t v[PCR_SIZE] = { 1, 1, 1, 24, 255 };
	return span_of(v, PCR_SIZE);
}

/* A section over pcr_of_ones, signed with the key of testdata. */
static struct span
section(struct test *t, struct span pem)
{
	struct err e = { 0 };
	struct ec_sig sig;
	struct x509 x;
	DEFER(sign_key_finish) struct sign_key k = { 0 };
	DEFER(ec_pub_finish) struct ec_pub pub = { 0 };
	DEFER(buf_free) struct buf b = buf_max(LIMIT_EIF_SIGNATURE);
	DEFER(buf_free) struct buf tbs = buf_max(1000);
	struct span key = test_data(t, "sig-key.pem");
	CHECK_OK(t, sign_key_from_pem(&k, key, SPAN(""), &e), &e);
	CHECK_OK(t, x509_parse_pem(pem, &t->arena, &x, &e), &e);
	CHECK_OK(t, x509_pub(&x, &pub, &e), &e);
	CHECK_OK(t, eifsig_tbs(x.curve, pcr_of_ones(), &tbs, &e), &e);
	CHECK_OK(t, sign_message(&k, &pub, buf_view(&tbs), &sig, &e), &e);
	CHECK_OK(t,
		 eifsig_write(pem, x.curve, pcr_of_ones(), ec_sig_span(&sig),
			      &b, &e),
		 &e);
	return arena_dup(&t->arena, buf_view(&b));
}

TEST(eifsig_written_and_read)
{
	struct err e = { 0 };
	struct notes n = { .arena = &t->arena };
	struct eifsig s;
	enum eifsig_verdict v;
	struct span pem = test_data(t, "sig-cert.pem");
	CHECK_OK(t, eifsig_parse(section(t, pem), &t->arena, &s, &n, &e), &e);
	CHECK_U(t, n.n, 0);
	CHECK_SPAN(t, s.pem, pem);
	CHECK(t, s.index == 0 && s.entries == 1 && s.cert.curve == EC_P384);
	CHECK_SPAN(t, s.value, pcr_of_ones());
	CHECK_OK(t, eifsig_check(&s, pcr_of_ones(), &v, &e), &e);
	CHECK(t, v == EIFSIG_GOOD);
	uint8_t zero[PCR_SIZE] = { 0 };
	CHECK_OK(t, eifsig_check(&s, span_of(zero, PCR_SIZE), &v, &e), &e);
	CHECK(t, v == EIFSIG_OTHER_IMAGE);
	uint8_t sig[96];
	memcpy(sig, s.cose.sig.p, sizeof(sig));
	sig[7] ^= 1;
	s.cose.sig = span_of(sig, sizeof(sig));
	CHECK_OK(t, eifsig_check(&s, pcr_of_ones(), &v, &e), &e);
	CHECK(t, v == EIFSIG_FORGED);
}

/* The parts of a good section, put together in other ways. */
struct parts {
	struct span pem, cose;
};

static struct parts
take_apart(struct test *t)
{
	struct cbor c;
	struct parts p;
	cbor_init(&c, section(t, test_data(t, "sig-cert.pem")), CBOR_STRICT);
	cbor_array_n(&c, 1);
	cbor_map_n(&c, 2);
	cbor_text(&c);
	p.pem = cbor_octets(&c, &t->arena);
	cbor_text(&c);
	p.cose = cbor_octets(&c, &t->arena);
	CHECK(t, !c.r.why);
	return p;
}

static void
put_entry(struct buf *b, struct parts p)
{
	cbor_put_map(b, 2);
	cbor_put_str(b, "signing_certificate");
	cbor_put_octets(b, p.pem);
	cbor_put_str(b, "signature");
	cbor_put_octets(b, p.cose);
}

/* Reads; true when it was read with this one warning and is good. */
static bool
good_with(struct test *t, const struct buf *b, const char *warning)
{
	struct err e = { 0 };
	struct notes n = { .arena = &t->arena };
	struct eifsig s;
	enum eifsig_verdict v = EIFSIG_FORGED;
	CHECK_OK(t, eifsig_parse(buf_view(b), &t->arena, &s, &n, &e), &e);
	CHECK_OK(t, eifsig_check(&s, pcr_of_ones(), &v, &e), &e);
	return n.n == 1 && note_has(&n, warning) && v == EIFSIG_GOOD;
}

TEST(eifsig_tolerances_are_remarked_upon)
{
	struct parts p = take_apart(t), q = p;
	DEFER(buf_free) struct buf b = buf_max(LIMIT_EIF_SIGNATURE);
	cbor_put_array(&b, 1);
	cbor_put_map(&b, 2);
	cbor_put_str(&b, "signature");
	cbor_put_octets(&b, p.cose);
	cbor_put_str(&b, "signing_certificate");
	cbor_put_octets(&b, p.pem);
	CHECK(t, good_with(t, &b, "eifsig-order"));

	buf_clear(&b);
	cbor_put_array(&b, 2);
	put_entry(&b, p);
	put_entry(&b, p);
	CHECK(t, good_with(t, &b, "eifsig-entries"));

	buf_clear(&b);
	q.pem = span_str(arena_fmt(&t->arena, "Certificate:\n    Data:\n%.*s",
				   SPAN_ARG(p.pem)));
	cbor_put_array(&b, 1);
	put_entry(&b, q);
	CHECK(t, good_with(t, &b, "eifsig-preamble"));

	buf_clear(&b);
	q.pem = span_str(
		arena_fmt(&t->arena, "\xef\xbb\xbf%.*s", SPAN_ARG(p.pem)));
	cbor_put_array(&b, 1);
	put_entry(&b, q);
	CHECK(t, good_with(t, &b, "eifsig-preamble"));

	DEFER(buf_free) struct buf tagged = buf_max(1000);
	cbor_put_tag(&tagged, 18);
	buf_span(&tagged, p.cose);
	q = (struct parts){ p.pem, buf_view(&tagged) };
	buf_clear(&b);
	cbor_put_array(&b, 1);
	put_entry(&b, q);
	CHECK(t, good_with(t, &b, "eifsig-tag"));
}

static void
refused(struct test *t, struct span in, const char *why)
{
	struct err e = { 0 };
	struct notes n = { .arena = &t->arena };
	struct eifsig s = { 0 };
	CHECK(t, !eifsig_parse(in, &t->arena, &s, &n, &e));
	CHECK(t, e.code == ERR_INPUT && !s.pem.p);
	CHECK_HAS(t, e.msg, why);
}

TEST(eifsig_with_wide_numbers)
{
	struct span in = section(t, test_data(t, "sig-cert.pem"));
	DEFER(buf_free) struct buf b = buf_max(LIMIT_EIF_SIGNATURE);
	buf_span(&b, test_hex(t, "9801"));
	buf_span(&b, span_from(in, 1));
	CHECK(t, good_with(t, &b, "eifsig-encoding"));
}

TEST(eifsig_refuses)
{
	struct parts p = take_apart(t), q = p;
	DEFER(buf_free) struct buf b = buf_max(LIMIT_EIF_SIGNATURE);
	refused(t, SPAN(""), "signature section: byte 0: truncated");
	refused(t, test_hex(t, "80"), "no signature in it");
	refused(t, test_hex(t, "ffff"), "not an array");
	refused(t, test_hex(t, "81a0"), "a map of another size");
	refused(t, test_hex(t, "81a200000000"), "not a text string");

	cbor_put_array(&b, 1);
	put_entry(&b, p);
	buf_u8(&b, 0);
	refused(t, buf_view(&b), "trailing bytes");

	/* Byte strings, as one would write them: nobody reads them. */
	buf_clear(&b);
	cbor_put_array(&b, 1);
	cbor_put_map(&b, 2);
	cbor_put_str(&b, "signing_certificate");
	cbor_put_bytes(&b, p.pem);
	cbor_put_str(&b, "signature");
	cbor_put_bytes(&b, p.cose);
	refused(t, buf_view(&b), "not an array of integers");

	buf_clear(&b);
	q.pem = SPAN("-----BEGIN TRUSTED CERTIFICATE-----\nAA==\n"
		     "-----END TRUSTED CERTIFICATE-----\n");
	cbor_put_array(&b, 1);
	put_entry(&b, q);
	refused(t, buf_view(&b), "does not begin with a CERTIFICATE block");

	buf_clear(&b);
	q = (struct parts){ p.pem, test_hex(t, "84 44a1013822 a0 41a0 40") };
	cbor_put_array(&b, 1);
	put_entry(&b, q);
	refused(t, buf_view(&b), "payload: byte 0: a map of another size");
}

TEST(eifsig_survives_every_truncation)
{
	struct span in = section(t, test_data(t, "sig-cert.pem"));
	for (size_t n = 0; n < in.n; n++) {
		struct arena a = { 0 };
		struct err e = { 0 };
		struct notes notes = { .arena = &a };
		struct eifsig s;
		CHECK(t, !eifsig_parse(span_sub(in, 0, n), &a, &s, &notes, &e));
		CHECK(t, e.code == ERR_INPUT);
		arena_finish(&a);
	}
}

TEST(eifsig_survives_every_failed_allocation)
{
	struct span in = section(t, test_data(t, "sig-cert.pem"));
	bool ok = false;
	for (unsigned n = 1; !ok && n < 100; n++) {
		struct arena a = { .fail_in = n };
		struct err e = { 0 };
		struct notes notes = { .arena = &a };
		struct eifsig s;
		ok = eifsig_parse(in, &a, &s, &notes, &e);
		CHECK(t, ok != a.failed);
		CHECK(t, ok || e.code == ERR_LIMIT);
		arena_finish(&a);
	}
	CHECK(t, ok);
}

/* The signed images of the reference library: PCR8 as it computes it, the
 * verdict, and the same section when we write the same values. */
struct image {
	const char *name, *pcr8;
	enum eifsig_verdict verdict;
	const char *note;
};

static void
check_image(struct test *t, const struct image *v)
{
	struct err e = { 0 };
	struct notes n = { .arena = &t->arena };
	const char *name = arena_fmt(&t->arena, "nitro/eif/%s.eif", v->name);
	struct span file = test_fixture(t, name);
	if (t->skip)
		return;
	struct blob b = blob_of(&file);
	struct eif f;
	struct eif_content c = { 0 };
	struct measured m;
	struct eif_measure_plan plan = { .single = true };
	CHECK_OK(t, eif_open(&b, &f, &n, &e), &e);
	CHECK_OK(t, eif_content_read(&b, &f, &t->arena, &c, &n, &e), &e);
	CHECK_OK(t, eif_measure(&b, &f, &plan, &t->arena, &m, &e), &e);
	struct notes of_sig = { .arena = &t->arena };
	struct eifsig s;
	enum eifsig_verdict verdict;
	struct hash pcr8;
	CHECK_OK(t, eifsig_parse(c.signature, &t->arena, &s, &of_sig, &e), &e);
	CHECK_OK(t, eifsig_check(&s, hash_span(&m.pcr0), &verdict, &e), &e);
	CHECK_OK(t, pcr_of_data(s.cert.der, &pcr8, &e), &e);
	CHECK(t, verdict == v->verdict);
	CHECK_HAS(t, hex_of(&t->arena, hash_span(&pcr8)), v->pcr8);
	CHECK(t, (of_sig.n > 0) == (v->note != NULL));
	CHECK(t, !v->note || note_has(&of_sig, v->note));
	DEFER(buf_free) struct buf again = buf_max(LIMIT_EIF_SIGNATURE);
	CHECK_OK(t,
		 eifsig_write(s.pem, s.cose.curve, s.value, s.cose.sig, &again,
			      &e),
		 &e);
	if (!v->note || strcmp(v->note, "eifsig-order") != 0)
		CHECK_SPAN(t, buf_view(&again), c.signature);
	eif_content_finish(&c);
}

TEST(eifsig_of_the_reference_library)
{
	static const struct image images[] = {
		{ "v4_signed_p256", "10a13724696069c54ce71542", EIFSIG_GOOD,
		  NULL },
		{ "v4_signed_p384", "c37c3a479e422e53186a96e6", EIFSIG_GOOD,
		  NULL },
		{ "v4_signed_p521", "feccb0e83aa27a70c78f2a61", EIFSIG_GOOD,
		  NULL },
		{ "v4_sign_appended_p384", "c37c3a479e422e53186a96e6",
		  EIFSIG_GOOD, NULL },
		{ "v4_signed_expired_cert", "f7ff99c817e86d86837bcb1f",
		  EIFSIG_GOOD, NULL },
		{ "v4_signed_pem_with_text_preamble",
		  "f7ff99c817e86d86837bcb1f", EIFSIG_GOOD, "eifsig-preamble" },
		{ "v4_signed_key_cert_mismatch", "c37c3a479e422e53186a96e6",
		  EIFSIG_FORGED, NULL },
		{ "malformed/signature_fields_swapped",
		  "c37c3a479e422e53186a96e6", EIFSIG_GOOD, "eifsig-order" },
	};
	for (size_t i = 0; i < COUNT(images); i++)
		check_image(t, &images[i]);
}
