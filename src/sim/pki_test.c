#include "base/test.h"

#include <string.h>
#include <sys/stat.h>

#include "base/fmt.h"
#include "codec/cbor.h"
#include "crypto/cose.h"
#include "crypto/x509.h"
#include "sim/pki.h"

static const uint8_t seed[SIM_SEED] = { 1, 2, 3 };

static void
make(struct test *t, enum sim_class class, struct sim_root *out)
{
	struct err e = { 0 };
	CHECK_OK(t, sim_root_make(seed, class, &t->arena, out, &e), &e);
}

static const char *
attr_of(const struct x509_name *n, const char *name, struct arena *a)
{
	for (size_t i = 0; i < n->n; i++)
		if (strcmp(n->v[i].name, name) == 0)
			return arena_cstr(a, n->v[i].value);
	return "";
}

/* Where `part` is in s; s.n when nowhere. */
static size_t
find(struct span s, struct span part)
{
	for (size_t i = 0; i + part.n <= s.n; i++)
		if (span_eq(span_sub(s, i, part.n), part))
			return i;
	return s.n;
}

/* Certificates of a document that hardware signed: root first, leaf last. */
static size_t
real_chain(struct test *t, const char *file, struct x509 *x)
{
	struct cose_sign1 s;
	struct err e = { 0 };
	static struct cbor c;
	size_t n = 0;
	struct span leaf = { 0 }, text = test_fixture(t, file);
	if (t->skip || !CHECK_OK(t, cose_parse(text, &s, &e), &e))
		return 0;
	cbor_init(&c, s.payload, CBOR_INDEFINITE_LENIENT);
	cbor_map(&c);
	while (cbor_more(&c)) {
		struct span key = cbor_text(&c);
		if (span_is(key, "certificate")) {
			leaf = cbor_bytes(&c);
		} else if (span_is(key, "cabundle")) {
			cbor_array(&c);
			while (cbor_more(&c))
				CHECK_OK(t,
					 n < 4 && x509_parse(cbor_bytes(&c),
							     &t->arena, &x[n++],
							     &e),
					 &e);
		} else {
			cbor_skip(&c);
		}
	}
	CHECK_OK(t, x509_parse(leaf, &t->arena, &x[n++], &e), &e);
	return n;
}

/* The signed part of a certificate: it has a head of four bytes. */
static struct span
tbs_of(struct span der)
{
	struct span in = span_from(der, 4);
	return span_sub(in, 0, 4 + ((size_t)in.p[2] << 8 | in.p[3]));
}

/* Overwrites every `from` by `to`, of the same length. */
static void
swap(uint8_t *p, size_t n, struct span from, struct span to)
{
	struct span s = span_of(p, n);
	for (size_t at = find(s, from); at < n; at = find(s, from))
		memcpy(p + at, to.p, to.n);
}

/* The key identifier is 20 bytes behind 04 14 (own) or 80 14 (issuer's). */
static void
swap_ids(uint8_t *p, size_t n, struct span ours)
{
	static const char *const head[] = { "\x04\x16\x04\x14",
					    "\x30\x16\x80\x14" };
	struct span s = span_of(p, n);
	for (size_t i = 0; i < COUNT(head); i++) {
		size_t to = find(s, span_of(head[i], 4)),
		       from = find(ours, span_of(head[i], 4));
		if (to < n && from < ours.n)
			memcpy(p + to + 4, ours.p + from + 4, 20);
	}
}

static struct span
crl_of(struct test *t, const struct x509 *x)
{
	size_t at = find(x->der, SPAN("http://"));
	if (!CHECK(t, at < x->der.n))
		return (struct span){ 0 };
	return span_sub(x->der, at, x->der.p[at - 1]);
}

/*
 * With the names, serials and times of a real document put in, all that is
 * signed is the same to the byte, but for keys and what names them.
 */
static void
same_as_hardware(struct test *t, const char *file)
{
	DEFER(sim_root_finish) struct sim_root root = { 0 };
	DEFER(sim_chain_finish) struct sim_chain chain = { 0 };
	struct x509 real[5], ours;
	struct err e = { 0 };
	if (real_chain(t, file, real) != 5)
		return;
	const char *leaf = attr_of(&real[4].subject, "commonName", &t->arena);
	const char *inst = attr_of(&real[3].subject, "commonName", &t->arena);
	struct span module = span_str(leaf), rest = span_str(inst);
	struct span instance = span_cut(&rest, '.');
	struct span region = span_cut(&rest, '.');
	module = span_cut(&module, '.');
	struct sim_chain_plan p = {
		.root = &root,
		.region = region,
		.instance_id = instance,
		.module_id = module,
		.issued = real[4].not_before + 3,
		.seed = seed,
		.crl_regional = crl_of(t, &real[1]),
		.crl_zonal = crl_of(t, &real[2]),
	};
	for (size_t i = 0; i < 8; i++)
		p.enclave_id = p.enclave_id << 8 | real[4].serial.p[i];
	make(t, SIM_CLASS_SIM, &root);
	CHECK_OK(t, sim_chain_make(&p, &t->arena, &chain, &e), &e);
	for (size_t i = 0; i < 5; i++) {
		struct span der = i < 4 ? chain.bundle[i] : chain.leaf;
		struct span want = tbs_of(real[i].der), got = tbs_of(der);
		CHECK_OK(t, x509_parse(der, &t->arena, &ours, &e), &e);
		struct span copy = arena_dup(&t->arena, want);
		uint8_t *w = (uint8_t *)(uintptr_t)copy.p;
		swap(w, copy.n, real[i].point, ours.point);
		swap_ids(w, copy.n, got);
		/* Serial, names and times: hardware's are its own. */
		size_t tail = find(copy, SPAN("\x2a\x86\x48\xce\x3d\x02\x01"));
		size_t mine = find(got, SPAN("\x2a\x86\x48\xce\x3d\x02\x01"));
		CHECK_SPAN(t, span_from(got, mine), span_from(copy, tail));
		if (i == 0 || i == 4)
			CHECK(t, ours.not_after == real[i].not_after &&
					 ours.not_before == real[i].not_before);
		CHECK(t, ours.not_after - ours.not_before ==
				 real[i].not_after - real[i].not_before);
		CHECK_U(t, ours.subject.n, real[i].subject.n);
		CHECK_U(t, ours.subject.der.n, real[i].subject.der.n);
		for (size_t k = 0; k < ours.subject.n; k++) {
			CHECK_STR(t, ours.subject.v[k].name,
				  real[i].subject.v[k].name);
			if (i != 1 && i != 2) /* have a random name */
				CHECK_SPAN(t, ours.subject.v[k].value,
					   real[i].subject.v[k].value);
		}
		if (i == 0 || i >= 3)
			CHECK_SPAN(t, ours.subject.der, real[i].subject.der);
		if (i == 4)
			CHECK_SPAN(t, ours.serial, real[i].serial);
	}
}

TEST(chain_is_hardwares_but_for_its_keys)
{
	same_as_hardware(t, "nitro/attestation/2026-08-03_13a44c64_debug-indef"
			    ".cbor");
}

static void
plan_of(struct sim_chain_plan *p, const struct sim_root *root)
{
	*p = (struct sim_chain_plan){
		.root = root,
		.region = SPAN("eu-west-1"),
		.instance_id = SPAN("i-0123456789abcdef0"),
		.module_id = SPAN("i-0123456789abcdef0-enc0190a1b2c3d4e5f6"),
		.enclave_id = 0x0190a1b2c3d4e5f6,
		.issued = 1767225600,
		.seed = seed,
	};
}

TEST(each_certificate_is_signed_by_the_one_above)
{
	DEFER(sim_root_finish) struct sim_root root = { 0 };
	DEFER(sim_chain_finish) struct sim_chain chain = { 0 };
	struct sim_chain_plan p;
	struct x509 x[5];
	struct err e = { 0 };
	plan_of(&p, &root);
	make(t, SIM_CLASS_SIM, &root);
	CHECK_OK(t, sim_chain_make(&p, &t->arena, &chain, &e), &e);
	for (size_t i = 0; i < 5; i++) {
		struct span der = i < 4 ? chain.bundle[i] : chain.leaf;
		const struct x509 *up = &x[i ? i - 1 : 0];
		DEFER(ec_pub_finish) struct ec_pub pub = { 0 };
		struct ec_sig sig;
		CHECK_OK(t, x509_parse(der, &t->arena, &x[i], &e), &e);
		CHECK_OK(t, x509_pub(up, &pub, &e), &e);
		CHECK_OK(t, ec_sig_from_der(EC_P384, x[i].signature, &sig, &e),
			 &e);
		CHECK_OK(t, ec_verify(&pub, tbs_of(der), ec_sig_span(&sig), &e),
			 &e);
		CHECK_SPAN(t, x[i].issuer.der, up->subject.der);
		CHECK(t, x509_when(&x[i], p.issued) == X509_VALID);
		CHECK(t, der.n <= 1024);
	}
	CHECK(t, x509_when(&x[4], p.issued - 4) == X509_NOT_YET);
	CHECK(t, x509_when(&x[4], p.issued + 10801) == X509_EXPIRED);
	CHECK_SPAN(t, x[4].point,
		   span_of(chain.key.point, sizeof chain.key.point));
}

/* What a root is for can be read in it and in all that stands below it; one
 * of a simulator has no mark, as those of the first versions. */
TEST(roots_say_what_they_are_for)
{
	static const struct {
		enum sim_class class;
		const char *root, *unit, *leaf;
	} rows[] = {
		{ SIM_CLASS_SIM, "aws.nitro-enclaves", "AWS", "" },
		{ SIM_CLASS_QEMU, "qemu.aws.nitro-enclaves", "qemu", ".qemu" },
		{ SIM_CLASS_DEVELOPMENT, "development.aws.nitro-enclaves",
		  "development", "" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		DEFER(sim_root_finish) struct sim_root root = { 0 };
		DEFER(sim_root_finish) struct sim_root again = { 0 };
		DEFER(sim_chain_finish) struct sim_chain chain = { 0 };
		char *dir = arena_fmt(&t->arena, "%s/%zu", test_dir(t), i);
		struct sim_chain_plan p;
		struct err e = { 0 };
		struct x509 x;
		plan_of(&p, &root);
		make(t, rows[i].class, &root);
		CHECK_OK(t, sim_root_save(&root, dir, true, &t->arena, &e), &e);
		CHECK_OK(t, sim_root_load(dir, &t->arena, &again, &e), &e);
		CHECK_U(t, again.class, rows[i].class);
		CHECK_OK(t, sim_chain_make(&p, &t->arena, &chain, &e), &e);
		for (size_t k = 0; k < 5; k++) {
			struct span der = k < 4 ? chain.bundle[k] : chain.leaf;
			CHECK_OK(t, x509_parse(der, &t->arena, &x, &e), &e);
			CHECK_STR(t,
				  attr_of(&x.subject, "organizationalUnitName",
					  &t->arena),
				  rows[i].unit);
			const char *cn =
				attr_of(&x.subject, "commonName", &t->arena);
			if (k == 0)
				CHECK_STR(t, cn, rows[i].root);
			if (k == 4)
				CHECK_HAS(t, cn,
					  arena_fmt(&t->arena, ".aws%s",
						    rows[i].leaf));
		}
	}
	CHECK_STR(t, sim_class_names[SIM_CLASS_DEVELOPMENT], "development");
	CHECK(t, !sim_class_names[COUNT(rows)]);
}

TEST(roots_are_kept_and_never_replaced)
{
	DEFER(sim_root_finish) struct sim_root root = { 0 };
	DEFER(sim_root_finish) struct sim_root again = { 0 };
	char *dir = arena_fmt(&t->arena, "%s/a/b", test_dir(t));
	struct err e = { 0 };
	struct stat st;
	CHECK(t, !sim_root_load(dir, &t->arena, &again, &e));
	CHECK_U(t, e.code, ERR_NOTFOUND);
	CHECK_HAS(t, e.hint, "veraclave simulate init");
	make(t, SIM_CLASS_SIM, &root);
	CHECK_OK(t, sim_root_save(&root, dir, true, &t->arena, &e), &e);
	CHECK(t, stat(arena_fmt(&t->arena, "%s/root.key", dir), &st) == 0);
	CHECK_U(t, st.st_mode & 0777, 0600);
	CHECK_OK(t, sim_root_load(dir, &t->arena, &again, &e), &e);
	CHECK_SPAN(t, again.der, root.der);
	CHECK(t, memcmp(again.key.point, root.key.point,
			sizeof root.key.point) == 0);
	CHECK(t, !sim_root_save(&root, dir, true, &t->arena, &e));
	CHECK_U(t, e.code, ERR_REFUSED);
	CHECK_STR(t, e.id, "sim-root-exists");
}
