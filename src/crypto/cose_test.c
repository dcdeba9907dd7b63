#include "base/test.h"

#include "base/path.h"
#include "codec/cbor.h"
#include "crypto/cose.h"
#include "keys/sign.h"
#include "crypto/x509.h"
#include "sys/fs.h"

/* Header, payload and signature around what a row wants to try. */
TEST(cose_refuses)
{
	static const struct {
		const char *in, *why;
	} rows[] = {
		{ "84 44a1013822 a0 4101 4102", NULL },
		{ "d2 84 44a1013822 a0 4101 4102", NULL },
		{ "84 43a10120 a0 4101 40", NULL }, /* QEMU: algorithm -1 */
		{ "", "truncated" },
		{ "d2 d2 84 44a1013822 a0 4101 4102", "not an array" },
		{ "d1 84 44a1013822 a0 4101 4102", "not an array" },
		{ "83 44a1013822 a0 4101", "an array of another length" },
		{ "85 44a1013822 a0 4101 4102 00", "array of another length" },
		{ "9f 44a1013822 a0 4101 4102 ff", "an indefinite length" },
		{ "84 40 a0 4101 4102", "protected header: byte 0: truncated" },
		{ "84 41a0 a0 4101 4102", "header: byte 0: a map of another" },
		{ "84 46a20138220400 a0 4101 4102", "a map of another size" },
		{ "84 44a1023822 a0 4101 4102", "not the key of alg" },
		{ "84 45a101382200 a0 4101 4102", "trailing bytes" },
		{ "84 45a101390022 a0 4101 4102", "longer than it needs" },
		{ "84 48a101654553333834 a0 4101 4102", "not an integer" },
		{ "84 a1013822 a0 4101 4102", "byte 1: not a byte string" },
		{ "84 44a1013822 a10400 4101 4102", "a map of another size" },
		{ "84 44a1013822 a0 f6 4102", "byte 7: not a byte string" },
		{ "84 44a1013822 a0 4101 4102 00", "trailing bytes" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct err e = { 0 };
		struct cose_sign1 s;
		bool ok = cose_parse(test_hex(t, rows[i].in), &s, &e);
		CHECK(t, ok == !rows[i].why);
		if (rows[i].why)
			CHECK_HAS(t, e.msg, rows[i].why);
	}
}

TEST(cose_survives_every_truncation)
{
	struct span in = test_hex(t, "d2 84 44a1013822 a0 4101 4102");
	for (size_t n = 0; n < in.n; n++) {
		struct err e = { 0 };
		struct cose_sign1 s;
		CHECK(t, !cose_parse(span_sub(in, 0, n), &s, &e));
		CHECK_HAS(t, e.msg, "truncated");
	}
}

TEST(cose_algorithms_by_curve)
{
	static const struct {
		const char *header, *name;
	} rows[] = {
		[EC_P256] = { "a10126", "ES256" },
		[EC_P384] = { "a1013822", "ES384" },
		[EC_P521] = { "a1013823", "ES512" },
	};
	for (unsigned c = EC_P256; c <= EC_P521; c++) {
		DEFER(buf_free) struct buf b = buf_max(100);
		cose_put_header(&b, c);
		CHECK_SPAN(t, buf_view(&b), test_hex(t, rows[c].header));
		CHECK_STR(t, cose_alg_name(c), rows[c].name);
	}
	DEFER(buf_free) struct buf b = buf_max(100);
	cose_put_tbs(&b, test_hex(t, "a10126"), SPAN("hi"));
	CHECK_SPAN(t, buf_view(&b),
		   test_hex(t, "84 6a5369676e617475726531 43a10126 40 426869"));
}

TEST(cose_verifies_what_was_signed)
{
	struct err e = { 0 };
	struct x509 x;
	struct ec_sig sig;
	struct cose_sign1 s;
	DEFER(sign_key_finish) struct sign_key k = { 0 };
	DEFER(ec_pub_finish) struct ec_pub pub = { 0 };
	DEFER(buf_free) struct buf tbs = buf_max(1000), h = buf_max(100);
	DEFER(buf_free) struct buf out = buf_max(1000);
	CHECK_OK(t,
		 sign_key_from_pem(&k, test_data(t, "key-encrypted.pem"),
				   SPAN("veraclave"), &e),
		 &e);
	CHECK_OK(t,
		 x509_parse_pem(test_data(t, "cert-p256.pem"), &t->arena, &x,
				&e),
		 &e);
	CHECK_OK(t, x509_pub(&x, &pub, &e), &e);
	cose_put_header(&h, EC_P256);
	cose_put_tbs(&tbs, buf_view(&h), SPAN("payload"));
	CHECK_OK(t, sign_message(&k, &pub, buf_view(&tbs), &sig, &e), &e);
	cose_put_sign1(&out, buf_view(&h), SPAN("payload"), ec_sig_span(&sig));
	CHECK_OK(t, cose_parse(buf_view(&out), &s, &e), &e);
	CHECK(t, s.curve == EC_P256 && s.alg == -7 && !s.tagged);
	CHECK_OK(t, cose_verify(&s, &pub, &e), &e);

	struct cose_sign1 bad = s;
	bad.payload = SPAN("Payload");
	CHECK(t, !cose_verify(&bad, &pub, &e) && e.code == ERR_REFUSED);
	bad = s;
	bad.sig = span_sub(s.sig, 0, 63);
	CHECK(t, !cose_verify(&bad, &pub, &e) && e.code == ERR_REFUSED);
	CHECK_HAS(t, e.msg, "a signature of 63 bytes");
	bad = s;
	bad.curve = EC_P384;
	CHECK(t, !cose_verify(&bad, &pub, &e) && e.code == ERR_REFUSED);
	CHECK_HAS(t, e.msg, "ES384 does not go with a P-256 key");
	bad.curve = EC_NONE;
	bad.alg = -1;
	CHECK(t, !cose_verify(&bad, &pub, &e) && e.code == ERR_REFUSED);
	CHECK_HAS(t, e.msg, "algorithm -1 is unknown");
}

/* The leaf certificate inside an attestation document's payload. */
static struct span
leaf_of(struct test *t, struct span payload)
{
	struct cbor c;
	struct err e = { 0 };
	struct span leaf = { 0 };
	cbor_init(&c, payload, CBOR_INDEFINITE_LENIENT);
	cbor_map(&c);
	while (cbor_more(&c)) {
		if (span_is(cbor_text(&c), "certificate"))
			leaf = cbor_bytes(&c);
		else
			cbor_skip(&c);
	}
	cbor_end(&c);
	CHECK_OK(t, cbor_ok(&c, &e), &e);
	return leaf;
}

static void
check_document(struct test *t, struct span doc, bool good)
{
	struct err e = { 0 };
	struct cose_sign1 s;
	struct x509 x;
	DEFER(ec_pub_finish) struct ec_pub pub = { 0 };
	CHECK_OK(t, cose_parse(doc, &s, &e), &e);
	CHECK_OK(t, x509_parse(leaf_of(t, s.payload), &t->arena, &x, &e), &e);
	CHECK_OK(t, x509_pub(&x, &pub, &e), &e);
	CHECK(t, s.curve == EC_P384);
	CHECK(t, cose_verify(&s, &pub, &e) == good);
}

/* Real documents, 2021 to 2026; one of them has a damaged signature. */
TEST(cose_of_real_attestation_documents)
{
	struct err e = { 0 };
	struct span *names;
	size_t n = 0;
	DEFER(fd_closep) int fd = -1;
	const char *dir = test_fixture_path(t, "nitro/attestation");
	if (!dir)
		return;
	CHECK_OK(t, fs_open_dir(dir, &fd, &e), &e);
	CHECK_OK(t, fs_list(fd, &t->arena, &names, &n, &e), &e);
	for (size_t i = 0; i < n; i++) {
		const char *name = arena_cstr(&t->arena, names[i]);
		const char *path = path_join(&t->arena, dir, name);
		struct span doc;
		CHECK_OK(t, fs_read(path, 16384, &t->arena, &doc, &e), &e);
		check_document(t, doc,
			       !span_ends(names[i], SPAN("-badsig.cbor")));
	}
	CHECK_U(t, n, 26);
}
