#include "base/test.h"

#include <stdio.h>
#include <string.h>

#include "codec/cbor.h"
#include "crypto/cose.h"
#include "crypto/x509.h"
#include "sim/sim.h"

enum { START_S = 1767225600 }; /* 2026-01-01 */
#define START ((uint64_t)START_S * 1000)

static uint8_t next_random;

static bool
count_up(void *p, size_t n, struct err *e)
{
	(void)e;
	memset(p, ++next_random, n);
	return true;
}

static bool
no_random(void *p, size_t n, struct err *e)
{
	(void)p;
	(void)n;
	return err_set(e, ERR_SYS, "no randomness");
}

struct heard {
	char all[4096];
};

static void
hear(void *self, bool warning, const char *text)
{
	(void)warning;
	struct heard *h = self;
	size_t n = strlen(h->all);
	snprintf(h->all + n, sizeof h->all - n, "%s\n", text);
}

struct rig {
	struct sim_root root;
	struct sim_config config;
	struct sim sim;
	struct heard heard;
};

static void
rig_close(struct rig *r)
{
	sim_close(&r->sim);
	sim_root_finish(&r->root);
}

static void
rig_open(struct test *t, struct rig *r)
{
	static const uint8_t seed[SIM_SEED] = { 9 };
	struct err e = { 0 };
	next_random = 0;
	CHECK_OK(t, sim_root_make(seed, SIM_CLASS_SIM, &t->arena, &r->root, &e),
		 &e);
	r->config.root = &r->root;
	r->config.start_ms = START;
	r->config.random = count_up;
	r->config.say = hear;
	r->config.self = &r->heard;
	r->config.boot.role_arn = SPAN("arn:aws:iam::123456789012:role/r");
	if (!r->config.boot.instance_id.n)
		r->config.boot.instance_id = SPAN("i-0123456789abcdef0");
	static uint8_t pcr0[PCR_SIZE];
	memset(pcr0, 0xaa, PCR_SIZE);
	pcr_put(&r->config.boot.pcrs, 0, span_of(pcr0, PCR_SIZE));
	CHECK_OK(t, sim_open(&r->sim, &r->config, &e), &e);
}

/* One call; the answer, read strictly. */
static struct nsm_response
ask_at(struct test *t, struct rig *r, const struct nsm_request *q, uint64_t now)
{
	DEFER(buf_free) struct buf in = buf_max(8192);
	DEFER(buf_free) struct buf out = buf_max(65536);
	struct nsm_response a = { 0 };
	struct err e = { 0 };
	nsm_put_request(&in, q);
	CHECK_OK(t, sim_answer(&r->sim, buf_view(&in), now, &out, &e), &e);
	struct span keep = arena_dup(&t->arena, buf_view(&out));
	CHECK_OK(t, nsm_read_response(keep, true, &t->arena, &a, &e), &e);
	return a;
}

static struct nsm_response
ask(struct test *t, struct rig *r, enum nsm_call call, uint16_t index)
{
	struct nsm_request q = { .call = call, .index = index, .range = index };
	q.data = SPAN("abcd");
	return ask_at(t, r, &q, START + 1500);
}

TEST(registers_through_the_messages)
{
	DEFER(rig_close) struct rig r = { 0 };
	struct nsm_response a;
	struct hash h;
	struct err e = { 0 };
	static const uint8_t zeros[PCR_SIZE];
	struct span parts[] = { { zeros, PCR_SIZE }, SPAN("abcd") };
	rig_open(t, &r);
	a = ask(t, &r, NSM_DESCRIBE_PCR, 0);
	CHECK(t, a.call == NSM_DESCRIBE_PCR && a.lock && a.data.p[47] == 0xaa);
	a = ask(t, &r, NSM_DESCRIBE_PCR, 16);
	CHECK(t, a.call == NSM_DESCRIBE_PCR && !a.lock);
	CHECK_SPAN(t, a.data, parts[0]);
	a = ask(t, &r, NSM_DESCRIBE_PCR, 32);
	CHECK(t, a.call == NSM_ERROR && a.error == NSM_INVALID_INDEX);
	a = ask(t, &r, NSM_EXTEND_PCR, 16);
	CHECK(t, digest_of(DIGEST_SHA384, parts, 2, &h, &e));
	CHECK(t, a.call == NSM_EXTEND_PCR);
	CHECK_SPAN(t, a.data, hash_span(&h));
	a = ask(t, &r, NSM_EXTEND_PCR, 15);
	CHECK(t, a.call == NSM_ERROR && a.error == NSM_READ_ONLY_INDEX);
	CHECK_U(t, ask(t, &r, NSM_LOCK_PCR, 16).call, NSM_LOCK_PCR);
	a = ask(t, &r, NSM_LOCK_PCR, 16);
	CHECK(t, a.call == NSM_ERROR && a.error == NSM_READ_ONLY_INDEX);
	CHECK_U(t, ask(t, &r, NSM_LOCK_PCRS, 20).call, NSM_LOCK_PCRS);
	a = ask(t, &r, NSM_LOCK_PCRS, 33);
	CHECK(t, a.call == NSM_ERROR && a.error == NSM_INVALID_INDEX);
	a = ask(t, &r, NSM_DESCRIBE_NSM, 0);
	CHECK_U(t, a.locked, 0xfffff);
	CHECK(t, a.major == 1 && a.minor == 0 && a.patch == 0);
	CHECK(t, a.max_pcrs == 32 && a.digest == NSM_SHA384);
	/* 1767225600000 ms in hexadecimal, then the first random bytes. */
	CHECK_SPAN(t, a.module_id,
		   SPAN("i-0123456789abcdef0-enc019b76daa8000101"));
	CHECK_U(t, ask(t, &r, NSM_GET_RANDOM, 0).data.n, 256);
}

/* What a reader needs of a payload here. */
struct doc {
	struct cose_sign1 cose;
	struct span module_id, digest, leaf, bundle[8];
	uint64_t timestamp;
	unsigned pcrs, bundled;
	struct span pcr[NSM_PCRS];
	struct maybe field[3];
};

static struct maybe
field_of(struct cbor *c)
{
	struct maybe f = { .there = cbor_peek(c) != CBOR_NULL };
	if (f.there)
		f.v = cbor_bytes(c);
	else
		cbor_null(c);
	return f;
}

/* In the order in which hardware has them. */
static void
doc_read(struct test *t, struct span in, bool definite, struct doc *d)
{
	static struct cbor c;
	struct err e = { 0 };
	static const char *const last[] = { "public_key", "user_data",
					    "nonce" };
	*d = (struct doc){ 0 };
	if (!CHECK_OK(t, cose_parse(in, &d->cose, &e), &e))
		return;
	CHECK(t, !d->cose.tagged && d->cose.curve == EC_P384);
	CHECK_SPAN(t, d->cose.header, test_hex(t, "a1013822"));
	CHECK_U(t, d->cose.payload.p[0], definite ? 0xa9 : 0xbf);
	cbor_init(&c, d->cose.payload,
		  definite ? CBOR_STRICT : CBOR_INDEFINITE_LENIENT);
	cbor_map(&c);
	cbor_key(&c, "module_id");
	d->module_id = cbor_text(&c);
	cbor_key(&c, "digest");
	d->digest = cbor_text(&c);
	cbor_key(&c, "timestamp");
	d->timestamp = cbor_uint(&c);
	cbor_key(&c, "pcrs");
	for (cbor_map(&c); cbor_more(&c); d->pcrs++) {
		uint64_t i = cbor_uint(&c);
		d->pcr[i % NSM_PCRS] = cbor_bytes(&c);
	}
	cbor_key(&c, "certificate");
	d->leaf = cbor_bytes(&c);
	cbor_key(&c, "cabundle");
	for (cbor_array(&c); cbor_more(&c) && d->bundled < 8; d->bundled++)
		d->bundle[d->bundled] = cbor_bytes(&c);
	for (size_t i = 0; i < 3; i++) {
		cbor_key(&c, last[i]);
		d->field[i] = field_of(&c);
	}
	cbor_close(&c);
	cbor_end(&c);
	CHECK_OK(t, cbor_ok(&c, &e), &e);
}

/* Made with the leaf's key? */
static bool
doc_signed(struct test *t, const struct doc *d, struct x509 *leaf)
{
	DEFER(ec_pub_finish) struct ec_pub pub = { 0 };
	struct err e = { 0 };
	CHECK_OK(t, x509_parse(d->leaf, &t->arena, leaf, &e), &e);
	CHECK_OK(t, x509_pub(leaf, &pub, &e), &e);
	return cose_verify(&d->cose, &pub, &e);
}

TEST(documents_are_as_hardware_writes_them)
{
	DEFER(rig_close) struct rig r = { 0 };
	struct doc d;
	struct x509 leaf;
	struct nsm_request q = { .call = NSM_ATTESTATION };
	q.nonce = (struct maybe){ true, SPAN("nonce") };
	q.user_data = (struct maybe){ true, SPAN("") };
	rig_open(t, &r);
	struct nsm_response a = ask_at(t, &r, &q, START + 1234);
	CHECK_U(t, a.call, NSM_ATTESTATION);
	doc_read(t, a.data, false, &d);
	CHECK(t, doc_signed(t, &d, &leaf));
	CHECK_SPAN(t, d.module_id, r.sim.module_id);
	CHECK_SPAN(t, d.digest, SPAN("SHA384"));
	CHECK(t, d.timestamp == START + 1234);
	CHECK(t, d.pcrs == 16 && d.bundled == 4);
	CHECK_U(t, d.pcr[0].p[0], 0xaa);
	CHECK_SPAN(t, d.bundle[0], r.root.der);
	CHECK(t, !d.field[0].there);
	CHECK(t, d.field[1].there && d.field[1].v.n == 0);
	CHECK_SPAN(t, d.field[2].v, SPAN("nonce"));
	CHECK(t, x509_when(&leaf, START_S + 1) == X509_VALID);

	/* With PCR16 locked there is one more. */
	CHECK_U(t, ask(t, &r, NSM_EXTEND_PCR, 16).call, NSM_EXTEND_PCR);
	doc_read(t, ask_at(t, &r, &q, START).data, false, &d);
	CHECK(t, d.pcrs == 16 && !d.pcr[16].n);
	CHECK_HAS(t, r.heard.all, "PCR16 was extended but not locked");
	CHECK_U(t, ask(t, &r, NSM_LOCK_PCR, 16).call, NSM_LOCK_PCR);
	doc_read(t, ask_at(t, &r, &q, START).data, false, &d);
	CHECK(t, d.pcrs == 17 && d.pcr[16].n == PCR_SIZE);
	CHECK_HAS(t, r.heard.all, "LockPCR 16: done");
}

TEST(documents_with_the_older_map)
{
	DEFER(rig_close) struct rig r = { .config.definite = true };
	struct nsm_request q = { .call = NSM_ATTESTATION };
	struct doc d;
	struct x509 leaf;
	rig_open(t, &r);
	doc_read(t, ask_at(t, &r, &q, START).data, true, &d);
	CHECK(t, doc_signed(t, &d, &leaf));
}

TEST(leaves_are_kept_until_they_end)
{
	DEFER(rig_close) struct rig r = { .config.leaf_age = 10000 };
	struct nsm_request q = { .call = NSM_ATTESTATION };
	struct doc one, two, three;
	struct x509 x, y;
	rig_open(t, &r);
	doc_read(t, ask_at(t, &r, &q, START).data, false, &one);
	doc_read(t, ask_at(t, &r, &q, START + 800000).data, false, &two);
	doc_read(t, ask_at(t, &r, &q, START + 801000).data, false, &three);
	CHECK(t, doc_signed(t, &one, &x) && doc_signed(t, &three, &y));
	CHECK_SPAN(t, two.leaf, one.leaf);
	CHECK(t, !span_eq(three.leaf, one.leaf));
	CHECK(t, x.not_after == START_S + 800);
	CHECK(t, y.not_before == START_S + 801 - 3);
}

TEST(faults_are_what_they_say)
{
	struct nsm_request q = { .call = NSM_ATTESTATION };
	static const unsigned all[] = {
		SIM_FAULT_REFUSE, SIM_FAULT_OVERSIZE, SIM_FAULT_EXPIRED,
		SIM_FAULT_DIGEST, SIM_FAULT_CORRUPT,  SIM_FAULT_SIGNATURE
	};
	for (size_t i = 0; i < COUNT(all); i++) {
		DEFER(rig_close) struct rig r = { .config.faults = all[i] };
		struct doc d;
		struct x509 leaf;
		rig_open(t, &r);
		struct nsm_response a = ask_at(t, &r, &q, START);
		CHECK(t, (a.call == NSM_ERROR) == (i == 0));
		if (i == 0) {
			CHECK_U(t, a.error, NSM_INTERNAL_ERROR);
			continue;
		}
		if (i == 1) {
			CHECK(t, a.data.n > NSM_RESPONSE_MAX);
			continue;
		}
		doc_read(t, a.data, false, &d);
		CHECK(t, doc_signed(t, &d, &leaf) == (i < 4));
		CHECK(t,
		      (x509_when(&leaf, START_S) == X509_EXPIRED) == (i == 2));
		CHECK(t, span_is(d.digest, i == 3 ? "SHA256" : "SHA384"));
	}
}

/* A document at n bytes, an error at n + 1. */
TEST(limits_are_the_devices)
{
	DEFER(rig_close) struct rig r = { 0 };
	static const uint8_t big[NSM_REQUEST_MAX + 1];
	rig_open(t, &r);
	for (size_t i = 0; i < 3; i++) {
		struct nsm_request q = { .call = NSM_ATTESTATION };
		struct maybe *f[] = { &q.user_data, &q.nonce, &q.public_key };
		*f[i] = (struct maybe){ true, span_of(big, 1024) };
		CHECK_U(t, ask_at(t, &r, &q, START).call, NSM_ATTESTATION);
		f[i]->v.n = 1025;
		struct nsm_response a = ask_at(t, &r, &q, START);
		CHECK(t, a.call == NSM_ERROR && a.error == NSM_INPUT_TOO_LARGE);
	}
	struct nsm_request q = { .call = NSM_EXTEND_PCR, .index = 16 };
	/* {"ExtendPCR": {"index": 16, "data": h'...'}} takes 27 more */
	q.data = span_of(big, NSM_REQUEST_MAX - 27);
	CHECK_U(t, ask_at(t, &r, &q, START).call, NSM_EXTEND_PCR);
	q.data.n++;
	struct nsm_response a = ask_at(t, &r, &q, START);
	CHECK(t, a.call == NSM_ERROR && a.error == NSM_INPUT_TOO_LARGE);
}

TEST(requests_that_are_none)
{
	DEFER(rig_close) struct rig r = { 0 };
	DEFER(buf_free) struct buf out = buf_max(4096);
	struct err e = { 0 };
	struct nsm_response a;
	rig_open(t, &r);
	CHECK_OK(t, sim_answer(&r.sim, SPAN("nonsense"), START, &out, &e), &e);
	CHECK_OK(t, nsm_read_response(buf_view(&out), true, &t->arena, &a, &e),
		 &e);
	CHECK(t, a.call == NSM_ERROR && a.error == NSM_INVALID_OPERATION);
	CHECK_HAS(t, r.heard.all, "a request of 8 bytes");
	/* A leniency of the library, unless strictness was asked for. */
	struct span wide =
		test_hex(t, "a16b4465736372696265504352a165696e646578190003");
	for (unsigned strict = 0; strict < 2; strict++) {
		r.sim.config.strict = strict;
		buf_clear(&out);
		CHECK(t, sim_answer(&r.sim, wide, START, &out, &e));
		CHECK(t, nsm_read_response(buf_view(&out), true, &t->arena, &a,
					   &e));
		CHECK(t, (a.call == NSM_ERROR) == strict);
	}
}

TEST(names_come_from_one_another)
{
	DEFER(rig_close) struct rig r = { 0 };
	struct err e = { 0 };
	struct sim s = { 0 };
	rig_open(t, &r);
	struct sim_config c = r.config;
	c.boot.instance_id = (struct span){ 0 };
	CHECK(t, !sim_open(&s, &c, &e) && e.code == ERR_USAGE);
	c.module_id = SPAN("i-1-enc00112233445566ff");
	CHECK_OK(t, sim_open(&s, &c, &e), &e);
	CHECK_SPAN(t, s.config.boot.instance_id, SPAN("i-1"));
	CHECK(t, s.enclave_id == 0x00112233445566ff);
	sim_close(&s);
	c.random = no_random;
	CHECK(t, !sim_open(&s, &c, &e) && e.code == ERR_SYS);
}
