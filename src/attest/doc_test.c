#include "base/test.h"

#include <string.h>

#include "attest/doc.h"
#include "attest/doc_kit.h"
#include "attest/reasons.h"
#include "codec/cbor.h"
#include "codec/json.h"

static void
right(struct test *t, struct kit_doc *d)
{
	struct kit_cert c[KIT_CHAIN];
	kit_chain(c);
	kit_doc(&t->arena, c, KIT_CHAIN, d);
}

/* Refused with this reason, or accepted when it is NULL. */
static void
expect(struct test *t, struct span in, const char *id, const char *what)
{
	struct err e = { 0 };
	struct doc d = { 0 };
	bool ok = doc_parse(in, &d, &e);
	if (!CHECK(t, ok == !id)) {
		CHECK_STR(t, id ? "accepted" : e.msg, what);
		return;
	}
	if (ok)
		return;
	CHECK_STR(t, e.id ? e.id : "none", id);
	CHECK(t, e.hint[0] && d.module_id.n == 0);
	CHECK(t,
	      e.code == (reason_find(id)->malformed ? ERR_INPUT : ERR_REFUSED));
}

TEST(doc_reads_every_field)
{
	struct kit_doc k;
	struct err e = { 0 };
	struct doc d;
	right(t, &k);
	for (unsigned definite = 0; definite < 2; definite++) {
		k.definite = definite;
		struct span in = kit_make_doc(&t->arena, &k);
		CHECK_OK(t, doc_parse(in, &d, &e), &e);
		CHECK_SPAN(t, d.module_id, SPAN(KIT_MODULE));
		CHECK(t, d.indefinite == !definite && !d.cose.tagged);
		CHECK_U(t, d.timestamp_ms, (uint64_t)KIT_NOW * 1000 - 5000);
		CHECK_U(t, d.pcrs.mask, 0xffff);
		for (unsigned i = 0; i < 16; i++)
			CHECK_SPAN(t, d.pcrs.v[i], kit_pcr(&t->arena, i));
		CHECK_U(t, d.nbundle, 4);
		CHECK(t, d.certificate.n > 400 && d.bundle[0].n > 400);
		CHECK(t, !d.public_key.there && d.user_data.there);
		CHECK_SPAN(t, d.user_data.v, SPAN("data"));
		CHECK_SPAN(t, d.nonce.v, SPAN("nonce"));
	}
}

/* One field of a right document replaced. Long values are made below. */
static const struct {
	enum kit_field f;
	const char *hex, *id; /* "" leaves the key out */
} wrong_fields[] = {
	{ KIT_MODULE_ID, "60", "doc-module-id" },
	{ KIT_MODULE_ID, "4161", "doc-module-id" },
	{ KIT_MODULE_ID, "f6", "doc-module-id" },
	{ KIT_MODULE_ID, "61ff", "doc-encoding" },
	{ KIT_MODULE_ID, "780161", "doc-encoding" },
	{ KIT_MODULE_ID, "7f6161ff", "doc-encoding" },
	{ KIT_MODULE_ID, "", "doc-key-missing" },
	{ KIT_MODULE_ID, "68692d312d74706d31", "doc-nitrotpm" },
	{ KIT_DIGEST, "66534841323536", "doc-digest" },
	{ KIT_DIGEST, "66736861333834", "doc-digest" },
	{ KIT_DIGEST, "46534841333834", "doc-digest" },
	{ KIT_DIGEST, "", "doc-key-missing" },
	{ KIT_TIMESTAMP, "00", "doc-timestamp" },
	{ KIT_TIMESTAMP, "20", "doc-timestamp" },
	{ KIT_TIMESTAMP, "1bffffffffffffffff", "doc-timestamp" },
	{ KIT_TIMESTAMP, "fb3ff0000000000000", "doc-timestamp" },
	{ KIT_TIMESTAMP, "f6", "doc-timestamp" },
	{ KIT_TIMESTAMP, "1801", "doc-encoding" },
	{ KIT_TIMESTAMP, "", "doc-key-missing" },
	{ KIT_PCRS, "a0", "doc-pcrs-empty" },
	{ KIT_PCRS, "bfff", "doc-indefinite" },
	{ KIT_PCRS, "80", "doc-pcrs" },
	{ KIT_PCRS, "f6", "doc-pcrs" },
	{ KIT_PCRS, "a10040", "doc-pcr-length" },
	{ KIT_PCRS, "a100f6", "doc-pcr-length" },
	{ KIT_PCRS, "a1006161", "doc-pcr-length" },
	{ KIT_PCRS, "a1613040", "doc-pcr-index" },
	{ KIT_PCRS, "a12040", "doc-pcr-index" },
	{ KIT_PCRS, "", "doc-key-missing" },
	{ KIT_CERTIFICATE, "40", "doc-certificate-size" },
	{ KIT_CERTIFICATE, "6161", "doc-certificate" },
	{ KIT_CERTIFICATE, "f6", "doc-certificate" },
	{ KIT_CERTIFICATE, "", "doc-key-missing" },
	{ KIT_CABUNDLE, "80", "doc-cabundle-empty" },
	{ KIT_CABUNDLE, "f6", "doc-cabundle" },
	{ KIT_CABUNDLE, "4161", "doc-cabundle" },
	{ KIT_CABUNDLE, "81f6", "doc-cabundle" },
	{ KIT_CABUNDLE, "8140", "doc-cabundle-size" },
	{ KIT_CABUNDLE, "9f4130ff", "doc-indefinite" },
	{ KIT_CABUNDLE, "89413041304130413041304130413041304130",
	  "doc-cabundle-count" },
	{ KIT_CABUNDLE, "", "doc-key-missing" },
	{ KIT_PUBLIC_KEY, "40", "doc-public-key-size" },
	{ KIT_PUBLIC_KEY, "6161", "doc-public-key" },
	{ KIT_PUBLIC_KEY, "f7", "doc-public-key" },
	{ KIT_PUBLIC_KEY, "81182a", "doc-public-key" },
	{ KIT_USER_DATA, "6161", "doc-user-data" },
	{ KIT_USER_DATA, "00", "doc-user-data" },
	{ KIT_NONCE, "6161", "doc-nonce" },
	{ KIT_NONCE, "a0", "doc-nonce" },
	{ KIT_NONCE, "5f4161ff", "doc-encoding" },
	/* What must stay accepted. */
	{ KIT_PUBLIC_KEY, "", NULL },
	{ KIT_USER_DATA, "", NULL },
	{ KIT_NONCE, "", NULL },
	{ KIT_USER_DATA, "40", NULL },
	{ KIT_NONCE, "40", NULL },
	{ KIT_PUBLIC_KEY, "4100", NULL },
	{ KIT_TIMESTAMP, "01", NULL },
};

TEST(doc_refuses_fields)
{
	struct kit_doc k;
	right(t, &k);
	k.signature = kit_hex(&t->arena, "00");
	uint8_t sig[96] = { 1 };
	k.signature = span_of(sig, 96);
	for (size_t i = 0; i < COUNT(wrong_fields); i++) {
		struct kit_doc one = k;
		one.field[wrong_fields[i].f] =
			kit_hex(&t->arena, wrong_fields[i].hex);
		expect(t, kit_make_doc(&t->arena, &one), wrong_fields[i].id,
		       wrong_fields[i].hex);
	}
}

static struct span
zeros(struct test *t, size_t n)
{
	return span_of(arena_alloc(&t->arena, 1, 1, n), n);
}

/* A map of registers, with n more than the first. */
static struct span
registers(struct test *t, uint64_t first, unsigned n, size_t size)
{
	DEFER(buf_free) struct buf b = buf_max(65536);
	cbor_put_map(&b, n);
	for (unsigned i = 0; i < n; i++) {
		cbor_put_uint(&b, first + i);
		cbor_put_bytes(&b, zeros(t, size));
	}
	return arena_dup(&t->arena, buf_view(&b));
}

TEST(doc_limits_at_n_and_one_more)
{
	struct kit_doc k;
	right(t, &k);
	static const struct {
		enum kit_field f;
		const char *id;
	} rows[] = {
		{ KIT_PUBLIC_KEY, "doc-public-key-size" },
		{ KIT_USER_DATA, "doc-user-data-size" },
		{ KIT_NONCE, "doc-nonce-size" },
		{ KIT_CERTIFICATE, "doc-certificate-size" },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t more = 0; more < 2; more++) {
			struct kit_doc one = k;
			one.field[rows[i].f] =
				kit_bytes(&t->arena, zeros(t, 1024 + more));
			expect(t, kit_make_doc(&t->arena, &one),
			       more ? rows[i].id : NULL, "size");
		}
	struct kit_doc one = k;
	struct span cert[9];
	for (size_t i = 0; i < 9; i++)
		cert[i] = zeros(t, 1024 + (i == 8));
	one.field[KIT_CABUNDLE] = kit_list(&t->arena, cert, 8);
	expect(t, kit_make_doc(&t->arena, &one), NULL, "eight");
	one.field[KIT_CABUNDLE] = kit_list(&t->arena, cert + 1, 8);
	expect(t, kit_make_doc(&t->arena, &one), "doc-cabundle-size", "1025");
	one = k;
	one.field[KIT_PCRS] = registers(t, 0, 32, 48);
	expect(t, kit_make_doc(&t->arena, &one), NULL, "32 registers");
	one.field[KIT_PCRS] = registers(t, 0, 33, 48);
	expect(t, kit_make_doc(&t->arena, &one), "doc-pcr-index", "33");
	one.field[KIT_PCRS] = registers(t, 32, 1, 48);
	expect(t, kit_make_doc(&t->arena, &one), "doc-pcr-index", "32");
	for (size_t n = 32; n <= 64; n++) {
		one.field[KIT_PCRS] = registers(t, 0, 1, n);
		expect(t, kit_make_doc(&t->arena, &one),
		       n == 48 ? NULL : "doc-pcr-length", "length");
	}
}

TEST(doc_keys)
{
	struct kit_doc k, one;
	right(t, &k);
	one = k;
	one.reversed = true; /* order means nothing in CBOR */
	expect(t, kit_make_doc(&t->arena, &one), NULL, "reversed");
	one.definite = true;
	expect(t, kit_make_doc(&t->arena, &one), NULL, "reversed");
	static const struct {
		const char *hex, *id;
	} rows[] = {
		{ "6161 00", "doc-key-unknown" },
		{ "654e6f6e6365 00", "doc-key-unknown" }, /* Nonce */
		{ "656e6f6e6365 4161", "doc-key-twice" },
		{ "696d6f64756c655f6964 6161", "doc-key-twice" },
		{ "01 00", "doc-key" },
		{ "4161 00", "doc-key" },
		{ "6d6e6974726f74706d5f70637273 a0", "doc-nitrotpm" },
		{ "61ff 00", "doc-encoding" },
	};
	for (size_t i = 0; i < 2 * COUNT(rows); i++) {
		one = k;
		one.definite = i & 1;
		one.extra = test_hex(t, rows[i / 2].hex);
		expect(t, kit_make_doc(&t->arena, &one), rows[i / 2].id,
		       rows[i / 2].hex);
	}
}

TEST(doc_envelope)
{
	struct kit_doc k, one;
	right(t, &k);
	static const struct {
		const char *hex, *id;
	} headers[] = {
		{ "", "cose-alg-missing" },
		{ "a0", "cose-alg-missing" },
		{ "a10126", "cose-alg" },   /* ES256, -7 */
		{ "a1013823", "cose-alg" }, /* ES512 */
		{ "a10127", "cose-alg" },   /* EdDSA */
		{ "a10105", "cose-alg" },   /* HMAC */
		{ "a10120", "doc-qemu" },   /* -1 */
		{ "a1390022", "cose-header" },
		{ "a101390022", "cose-header" },
		{ "a10138220000", "cose-header" },
		{ "a101", "cose-header" },
		{ "a2013822044161", "cose-header" },
		{ "bf013822ff", "cose-header" },
		{ "a1043822", "cose-header" },
		{ "a101654553333834", "cose-header" },
		{ "3822", "cose-header" },
	};
	for (size_t i = 0; i < COUNT(headers); i++) {
		one = k;
		one.header = kit_hex(&t->arena, headers[i].hex);
		expect(t, kit_make_doc(&t->arena, &one), headers[i].id,
		       headers[i].hex);
	}
	one = k;
	one.unprotected = kit_hex(&t->arena, "a1013822");
	expect(t, kit_make_doc(&t->arena, &one), "cose-unprotected", "");
	one.header = kit_hex(&t->arena, "a0");
	expect(t, kit_make_doc(&t->arena, &one), "cose-unprotected", "");
	one = k;
	one.nil = true;
	expect(t, kit_make_doc(&t->arena, &one), "cose-detached", "nil");
	one = k;
	one.der = true;
	expect(t, kit_make_doc(&t->arena, &one), "cose-signature-size", "");
	one = k;
	one.tags = 1;
	expect(t, kit_make_doc(&t->arena, &one), NULL, "tag");
	one.tags = 2;
	expect(t, kit_make_doc(&t->arena, &one), "cose-tag", "tags");
	one = k;
	one.items = 5;
	expect(t, kit_make_doc(&t->arena, &one), "cose-shape", "five");
	one = k;
	one.behind = SPAN("\0");
	expect(t, kit_make_doc(&t->arena, &one), "doc-trailing", "behind");
	one = k;
	one.payload = kit_hex(&t->arena, "80");
	expect(t, kit_make_doc(&t->arena, &one), "doc-payload", "array");
	one.payload = kit_hex(&t->arena, "a000");
	expect(t, kit_make_doc(&t->arena, &one), "doc-trailing", "inner");
	one.payload = kit_hex(&t->arena, "a0");
	expect(t, kit_make_doc(&t->arena, &one), "doc-key-missing", "none");
}

TEST(doc_sizes_and_other_things)
{
	expect(t, SPAN(""), "doc-size", "empty");
	struct span big = zeros(t, 16385);
	expect(t, big, "doc-size", "large");
	expect(t, span_sub(big, 0, 16384), "cose-shape", "zeros");
	expect(t, SPAN("{}"), "cose-shape", "json");
	expect(t, test_hex(t, "d184"), "cose-tag", "tag 17");
	expect(t, test_hex(t, "a16b4174746573746174696f6e00"), "cose-shape",
	       "the whole answer");
}

/* As QEMU 10 answers: zeros for signature and certificates. */
static void
of_qemu(struct test *t, struct kit_doc *k)
{
	struct span zero = zeros(t, 64);
	right(t, k);
	k->header = kit_hex(&t->arena, "a10120");
	k->definite = true;
	k->signature = zero;
	k->field[KIT_CERTIFICATE] = kit_bytes(&t->arena, zero);
	k->field[KIT_CABUNDLE] = kit_list(&t->arena, &zero, 1);
}

TEST(doc_unsigned_by_qemu_is_read_on_request)
{
	struct kit_doc k, one;
	struct err e = { 0 };
	struct doc d;
	of_qemu(t, &k);
	struct span in = kit_make_doc(&t->arena, &k);
	CHECK_OK(t, doc_parse_qemu(in, &d, &e), &e);
	CHECK(t, span_is(d.module_id, KIT_MODULE) && d.pcrs.mask == 0xffff);
	CHECK(t, d.cose.alg == -1 && d.nbundle == 1 && d.bundle[0].n == 64);
	for (unsigned i = 0; i < 16; i++)
		CHECK_SPAN(t, d.pcrs.v[i], kit_pcr(&t->arena, i));
	for (size_t n = 0; n < in.n; n++)
		CHECK(t, !doc_parse_qemu(span_sub(in, 0, n), &d, &e));
	CHECK_STR(t, e.id, "doc-truncated");
	/* One bit of what has to be zero. */
	uint8_t bit[64] = { [63] = 1 };
	struct span v = span_of(bit, 64), two[] = { zeros(t, 64), v };
	one = k;
	one.signature = v;
	CHECK(t, !doc_parse_qemu(kit_make_doc(&t->arena, &one), &d, &e));
	CHECK_STR(t, e.id, "doc-not-qemu");
	one = k;
	one.field[KIT_CERTIFICATE] = kit_bytes(&t->arena, v);
	CHECK(t, !doc_parse_qemu(kit_make_doc(&t->arena, &one), &d, &e));
	CHECK_STR(t, e.id, "doc-not-qemu");
	one = k;
	one.field[KIT_CABUNDLE] = kit_list(&t->arena, two, 2);
	CHECK(t, !doc_parse_qemu(kit_make_doc(&t->arena, &one), &d, &e));
	CHECK_STR(t, e.id, "doc-not-qemu");
	/* Rules about fields are the same. */
	one = k;
	one.field[KIT_DIGEST] = kit_text(&t->arena, "SHA256");
	CHECK(t, !doc_parse_qemu(kit_make_doc(&t->arena, &one), &d, &e));
	CHECK_STR(t, e.id, "doc-digest");
}

/* What a guest of QEMU 10.0's nitro-enclave machine got: the probe of
 * tests/interop, with its user data and nonce. */
TEST(doc_of_a_guest)
{
	struct err e = { 0 };
	struct doc d;
	struct span in = test_data(t, "doc/bad-qemu-guest");
	expect(t, in, "doc-qemu", "a guest's");
	CHECK_OK(t, doc_parse_qemu(in, &d, &e), &e);
	CHECK(t, span_is(d.module_id, "i-234-enc5678") && !d.indefinite);
	CHECK(t, d.timestamp_ms == 1795558728000);
	CHECK(t, d.pcrs.mask == 0xffff && span_is_zero(d.pcrs.v[4]));
	CHECK_SPAN(t, d.pcrs.v[1],
		   test_hex(t,
			    "46adaa05a9135ef8faa0567472e5ca85cc7d2be9231633e8"
			    "c04b72be527443a1e19c7bbcb7fbd1be07a870bbd0d20af"
			    "a"));
	CHECK(t, span_is(d.user_data.v, "hello") && !d.public_key.there);
	CHECK_SPAN(t, d.nonce.v, test_hex(t, "00ff"));
	CHECK(t, d.nbundle == 1 && d.bundle[0].n == 64 && d.cose.sig.n == 64);
}

TEST(doc_that_is_signed_is_not_qemus)
{
	struct kit_doc k;
	struct err e = { 0 };
	struct doc d;
	static const struct {
		const char *header, *id;
	} rows[] = {
		{ NULL, "doc-not-qemu" },      { "a10126", "doc-not-qemu" },
		{ "a10100", "doc-not-qemu" },  { "a0", "cose-alg-missing" },
		{ "a1043822", "cose-header" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		right(t, &k);
		if (rows[i].header)
			k.header = kit_hex(&t->arena, rows[i].header);
		CHECK(t, !doc_parse_qemu(kit_make_doc(&t->arena, &k), &d, &e));
		CHECK_STR(t, e.id, rows[i].id);
		CHECK(t, e.code == ERR_REFUSED);
	}
	CHECK(t, !doc_parse_qemu(SPAN("hello"), &d, &e));
	CHECK(t, e.code == ERR_INPUT);
}

TEST(doc_of_qemu_is_named)
{
	struct kit_doc k;
	struct err e = { 0 };
	struct doc d;
	of_qemu(t, &k);
	CHECK(t, !doc_parse(kit_make_doc(&t->arena, &k), &d, &e));
	CHECK_STR(t, e.id, "doc-qemu");
	CHECK(t, e.code == ERR_REFUSED);
	CHECK_HAS(t, e.msg, "QEMU");
}

TEST(doc_survives_every_truncation)
{
	struct kit_doc k;
	right(t, &k);
	struct span in = kit_make_doc(&t->arena, &k);
	for (size_t n = 1; n < in.n; n++)
		expect(t, span_sub(in, 0, n), "doc-truncated", "cut");
	/* The payload cut inside of a right envelope. */
	struct err e = { 0 };
	struct doc d;
	CHECK_OK(t, doc_parse(in, &d, &e), &e);
	uint8_t sig[96] = { 1 };
	struct span body = arena_dup(&t->arena, d.cose.payload);
	for (size_t n = 1; n < body.n; n++) {
		k.payload = span_sub(body, 0, n);
		k.signature = span_of(sig, 96);
		CHECK(t, !doc_parse(kit_make_doc(&t->arena, &k), &d, &e));
	}
}

TEST(doc_module_ids)
{
	static const struct {
		const char *id, *instance, *enclave;
	} rows[] = {
		{ "i-1-enc2", "i-1", "2" }, { "i-enc-enc2", "i-enc", "2" },
		{ "i-1-enc", NULL, NULL },  { "-enc1", NULL, NULL },
		{ "i-1", NULL, NULL },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct doc d = { .module_id = span_str(rows[i].id) };
		struct span a, b;
		bool ok = doc_module(&d, &a, &b);
		CHECK(t, ok == (rows[i].instance != NULL));
		if (ok) {
			CHECK_SPAN(t, a, span_str(rows[i].instance));
			CHECK_SPAN(t, b, span_str(rows[i].enclave));
		}
	}
}

TEST(doc_every_real_one_parses)
{
	struct err e = { 0 };
	DEFER(json_release) struct json *all = NULL;
	struct json_iter it = { 0 };
	unsigned n = 0, indefinite = 0;
	struct span text = test_fixture(t, "nitro/attestation-expected.json");
	if (t->skip)
		return;
	CHECK_OK(t, json_parse(text, &all, &e), &e);
	for (; json_each(all, &it); n++) {
		struct doc d;
		struct span form, id;
		char *path = arena_fmt(&t->arena, "nitro/%s",
				       (const char *)it.key.p);
		CHECK_OK(t, doc_parse(test_fixture(t, path), &d, &e), &e);
		form = json_text(json_get(it.value, "payload_map_encoding"));
		id = json_text(json_get(it.value, "module_id"));
		CHECK(t, span_is(form, "indefinite") == d.indefinite);
		CHECK_SPAN(t, d.module_id, id);
		CHECK(t, d.nbundle == 4 && !d.cose.tagged);
		indefinite += d.indefinite;
	}
	CHECK(t, n == 26 && indefinite == 8);
}
