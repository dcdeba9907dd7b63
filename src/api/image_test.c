#include <pthread.h>
#include <string.h>

#include "api/image.h"
#include "base/test.h"
#include "codec/hex.h"
#include "codec/json.h"
#include "eif/eif_kit.h"

/* A source of bytes that can be made to misbehave. */
struct source {
	struct span all;
	size_t most;      /* bytes a call gives at most; 0: any number */
	unsigned fail_in; /* the n-th call gives `fail`; 0: none */
	int64_t fail;
	unsigned calls;
	uint64_t behind; /* where the last call ended */
	bool backwards;  /* a byte was asked for again */
	struct test *t;
};

static int64_t
give(void *self, void *out, size_t size, uint64_t at)
{
	struct source *s = self;
	CHECK(s->t, size > 0 && at < s->all.n && size <= s->all.n - at);
	s->backwards = s->backwards || at < s->behind;
	if (++s->calls == s->fail_in)
		return s->fail;
	if (s->most && size > s->most)
		size = s->most;
	s->behind = at + size;
	memcpy(out, s->all.p + at, size);
	return (int64_t)size;
}

static struct source
source(struct test *t, struct span all)
{
	return (struct source){ .all = all, .t = t };
}

static enum veraclave_status
read_all(veraclave_eif *f, struct source *s)
{
	enum veraclave_status status = veraclave_eif_open(f, give, s, s->all.n);
	s->behind = 0;
	return status == VERACLAVE_OK ? veraclave_eif_measure(f) : status;
}

static struct span
bytes(const veraclave_eif *f, enum veraclave_eif_field field, unsigned index)
{
	size_t n = 99;
	const void *p = veraclave_eif_bytes(f, field, index, &n);
	return (struct span){ p, n };
}

static void
free_eif(veraclave_eif **f)
{
	veraclave_eif_free(*f);
}

/* Of an image that was refused, or not read, nothing is told. */
static void
check_silent(struct test *t, const veraclave_eif *f)
{
	CHECK_U(t, veraclave_eif_version(f), 0);
	CHECK_U(t, veraclave_eif_flags(f), 0);
	CHECK(t, veraclave_eif_arch(f) == VERACLAVE_ARCH_UNKNOWN);
	CHECK_U(t, veraclave_eif_sections(f), 0);
	CHECK_U(t, veraclave_eif_warnings(f), 0);
	CHECK(t, !veraclave_eif_warning_code(f, 0));
	CHECK(t, veraclave_eif_signature(f) == VERACLAVE_SIGNATURE_UNKNOWN);
	CHECK(t, veraclave_eif_validity(f, 1) == VERACLAVE_VALIDITY_UNKNOWN);
	CHECK(t, !veraclave_eif_subject(f));
	for (unsigned field = 0; field < 9; field++)
		for (unsigned i = 0; i < 9; i++) {
			struct span s =
				bytes(f, (enum veraclave_eif_field)field, i);
			CHECK(t, !s.p && !s.n);
		}
}

/* The same, measured inside the project. */
static void
check_measured(struct test *t, const veraclave_eif *f, struct span image)
{
	struct blob b = blob_of(&image);
	struct eif_measure_plan plan = { .single = true };
	struct eif eif;
	struct measured m;
	struct hash digest;
	struct err e = { 0 };
	CHECK_OK(t, eif_open(&b, &eif, NULL, &e), &e);
	CHECK_OK(t, eif_measure(&b, &eif, &plan, &t->arena, &m, &e), &e);
	CHECK_OK(t, eif_digest(&eif, &m, &digest, &e), &e);
	CHECK_SPAN(t, bytes(f, VERACLAVE_EIF_PCR, 0), hash_span(&m.pcr0));
	CHECK_SPAN(t, bytes(f, VERACLAVE_EIF_PCR, 1), hash_span(&m.pcr1));
	CHECK_SPAN(t, bytes(f, VERACLAVE_EIF_PCR, 2), hash_span(&m.pcr2));
	CHECK_SPAN(t, bytes(f, VERACLAVE_EIF_DIGEST, 0), hash_span(&digest));
	CHECK_U(t, veraclave_eif_sections(f), eif.n);
	for (unsigned i = 0; i < eif.n; i++) {
		CHECK_SPAN(t, bytes(f, VERACLAVE_EIF_SECTION, i),
			   hash_span(&m.section[i].digest));
		CHECK_U(t, veraclave_eif_section_size(f, i),
			eif.section[i].size);
		CHECK_U(t, veraclave_eif_section_at(f, i),
			eif.section[i].at + EIF_SECTION_HEADER);
	}
	CHECK(t, !bytes(f, VERACLAVE_EIF_SECTION, (unsigned)eif.n).p);
}

TEST(image_is_read_once_and_told)
{
	DEFER(free_eif) veraclave_eif *f = veraclave_eif_new();
	struct span image = kit_plain(t);
	static const enum veraclave_section types[] = {
		VERACLAVE_SECTION_KERNEL,   VERACLAVE_SECTION_CMDLINE,
		VERACLAVE_SECTION_METADATA, VERACLAVE_SECTION_RAMDISK,
		VERACLAVE_SECTION_RAMDISK,  VERACLAVE_SECTION_UNKNOWN
	};
	check_silent(t, f);
	CHECK(t, veraclave_eif_measure(f) == VERACLAVE_USAGE);
	for (unsigned k = 0; k < 4; k++) {
		struct source s = source(t, image);
		s.most = k % 2 ? 7 : 0;
		veraclave_eif_set_threads(f, k / 2 ? 4 : 1);
		CHECK(t, read_all(f, &s) == VERACLAVE_OK);
		CHECK(t, !s.backwards);
		CHECK_STR(t, veraclave_eif_error(f), "");
		CHECK_STR(t, veraclave_eif_error_code(f), "");
		check_measured(t, f, image);
		CHECK_U(t, veraclave_eif_version(f), 4);
		CHECK(t, veraclave_eif_arch(f) == VERACLAVE_ARCH_X86_64);
		for (size_t i = 0; i < COUNT(types); i++)
			CHECK(t, veraclave_eif_section_type(f, i) == types[i]);
		CHECK_SPAN(t, bytes(f, VERACLAVE_EIF_CMDLINE, 0),
			   SPAN("console=ttyS0"));
		CHECK_SPAN(t, bytes(f, VERACLAVE_EIF_METADATA, 0),
			   kit_metadata());
		CHECK(t,
		      veraclave_eif_signature(f) == VERACLAVE_SIGNATURE_NONE);
		CHECK(t, !bytes(f, VERACLAVE_EIF_PCR, 8).p);
		CHECK(t, !bytes(f, VERACLAVE_EIF_PCR, 3).p);
		CHECK(t, !bytes(f, VERACLAVE_EIF_CERTIFICATE, 0).p);
		CHECK(t, !bytes(f, VERACLAVE_EIF_DIGEST, 1).p);
		CHECK(t, !bytes(f, (enum veraclave_eif_field)99, 0).p);
		CHECK_U(t, veraclave_eif_warnings(f), 1);
		CHECK_STR(t, veraclave_eif_warning_code(f, 0), "eif-kernel");
		CHECK_HAS(t, veraclave_eif_warning_text(f, 0), "kernel");
		CHECK(t, !veraclave_eif_warning_text(f, 1));
	}
	/* once for each image */
	CHECK(t, veraclave_eif_measure(f) == VERACLAVE_USAGE);
	check_silent(t, f);
}

static void
count(void *self, uint64_t done, uint64_t total)
{
	uint64_t *last = self;
	if (done >= *last && done <= total)
		*last = done;
}

TEST(image_progress)
{
	DEFER(free_eif) veraclave_eif *f = veraclave_eif_new();
	struct source s = source(t, kit_plain(t));
	uint64_t last = 0;
	veraclave_eif_set_progress(f, count, &last);
	CHECK(t, read_all(f, &s) == VERACLAVE_OK);
	CHECK_U(t, last, s.all.n);
	last = 0;
	veraclave_eif_set_progress(f, NULL, NULL);
	CHECK(t, read_all(f, &s) == VERACLAVE_OK);
	CHECK_U(t, last, 0);
}

/* Whatever a function of the caller does, no image is reported that is not the
 * one that was measured. */
TEST(image_read_function_fails)
{
	static const int64_t wrong[] = { -1, 0, INT64_MIN, INT64_MAX, 4096 };
	DEFER(free_eif) veraclave_eif *f = veraclave_eif_new();
	struct span image = kit_plain(t);
	struct source all = source(t, image);
	CHECK(t, read_all(f, &all) == VERACLAVE_OK);
	for (size_t k = 0; k < COUNT(wrong); k++)
		for (unsigned n = 1; n <= all.calls; n++) {
			struct source s = source(t, image);
			s.fail_in = n;
			s.fail = wrong[k];
			CHECK(t, read_all(f, &s) == VERACLAVE_MACHINE);
			CHECK_U(t, s.calls, n);
			CHECK_HAS(t, veraclave_eif_error(f), "offset");
			CHECK_STR(t, veraclave_eif_error_code(f), "");
			check_silent(t, f);
		}
	CHECK(t, read_all(f, &all) == VERACLAVE_OK);
	check_measured(t, f, image);
}

/* A size that is not the image's. */
TEST(image_of_another_size)
{
	DEFER(free_eif) veraclave_eif *f = veraclave_eif_new();
	struct span image = kit_plain(t);
	for (size_t n = 0; n < image.n; n += 13) {
		struct source s = source(t, span_sub(image, 0, n));
		CHECK(t, read_all(f, &s) == VERACLAVE_INPUT);
		CHECK_STR(t, veraclave_eif_error_code(f), "eif-truncated");
		check_silent(t, f);
	}
	struct source s = source(t, image);
	CHECK(t,
	      veraclave_eif_open(f, give, &s, image.n + 1) == VERACLAVE_INPUT);
	CHECK_STR(t, veraclave_eif_error_code(f), "eif-trailing");
	CHECK(t,
	      veraclave_eif_open(f, give, &s, UINT64_MAX) == VERACLAVE_INPUT);
	CHECK_STR(t, veraclave_eif_error_code(f), "eif-trailing");
	check_silent(t, f);
}

TEST(image_every_bit_counts)
{
	DEFER(free_eif) veraclave_eif *f = veraclave_eif_new();
	struct span image = kit_plain(t);
	uint8_t *p = NEW(&t->arena, uint8_t, image.n);
	memcpy(p, image.p, image.n);
	for (size_t i = 0; i < image.n; i += 3) {
		struct source s = source(t, span_of(p, image.n));
		p[i] ^= 1;
		CHECK(t, read_all(f, &s) == VERACLAVE_INPUT);
		CHECK(t, strncmp(veraclave_eif_error_code(f), "eif-", 4) == 0);
		check_silent(t, f);
		p[i] ^= 1;
	}
}

/* Fails each allocation of opening and measuring in turn. */
TEST(image_without_memory)
{
	DEFER(free_eif) veraclave_eif *f = veraclave_eif_new();
	struct source s = source(t, kit_plain(t));
	unsigned n = 0;
	enum veraclave_status got = VERACLAVE_MACHINE;
	while (got != VERACLAVE_OK && ++n < 100) {
		CHECK(t,
		      veraclave_eif_open(f, give, &s, s.all.n) == VERACLAVE_OK);
		f->work.fail_in = n;
		got = veraclave_eif_measure(f);
		if (got == VERACLAVE_OK)
			break;
		CHECK(t, got == VERACLAVE_MACHINE);
		check_silent(t, f);
	}
	CHECK(t, n > 5 && n < 100);
}

/* The most that a handle takes is enough for the most that an image may have
 * in its small sections. */
TEST(image_of_the_largest_sections)
{
	DEFER(free_eif) veraclave_eif *f = veraclave_eif_new();
	size_t n = LIMIT_EIF_METADATA;
	uint8_t *p = NEW(&t->arena, uint8_t, n);
	ASSERT(p);
	memset(p, ' ', n);
	memcpy(p, kit_metadata().p, kit_metadata().n);
	const struct kit_section sections[] = {
		{ EIF_KERNEL, kit_noise(t, MIB, 1) },
		{ EIF_CMDLINE, kit_noise(t, MIB, 2) },
		{ EIF_METADATA, span_of(p, n) },
		{ EIF_RAMDISK, kit_noise(t, MIB, 3) },
	};
	struct span image = kit_eif(t, sections, COUNT(sections));
	for (unsigned threads = 1; threads <= 2; threads++) {
		struct source s = source(t, image);
		veraclave_eif_set_threads(f, threads);
		CHECK(t, read_all(f, &s) == VERACLAVE_OK && !s.backwards);
		CHECK_STR(t, veraclave_eif_error(f), "");
		CHECK_SPAN(t, bytes(f, VERACLAVE_EIF_METADATA, 0),
			   span_of(p, n));
		CHECK_SPAN(t, bytes(f, VERACLAVE_EIF_CMDLINE, 0),
			   span_sub(sections[1].data, 0, LIMIT_CMDLINE));
	}
}

static const struct fixture {
	const char *name;
	enum veraclave_signature signature;
	enum veraclave_validity validity; /* in 2027 */
	const char *code;                 /* NULL: it is well formed */
} fixtures[] = {
	{ "v4_signed_p256.eif", VERACLAVE_SIGNATURE_GOOD, VERACLAVE_VALID,
	  NULL },
	{ "v4_signed_p384.eif", VERACLAVE_SIGNATURE_GOOD, VERACLAVE_VALID,
	  NULL },
	{ "v4_signed_p521.eif", VERACLAVE_SIGNATURE_GOOD, VERACLAVE_VALID,
	  NULL },
	{ "v4_signed_expired_cert.eif", VERACLAVE_SIGNATURE_GOOD,
	  VERACLAVE_EXPIRED, NULL },
	{ "v4_signed_key_cert_mismatch.eif", VERACLAVE_SIGNATURE_FORGED,
	  VERACLAVE_VALID, NULL },
	{ "v4_three_ramdisks_aarch64.eif", VERACLAVE_SIGNATURE_NONE,
	  VERACLAVE_VALIDITY_UNKNOWN, NULL },
	{ "malformed/zero_length_cmdline.eif", VERACLAVE_SIGNATURE_NONE,
	  VERACLAVE_VALIDITY_UNKNOWN, NULL },
	{ .name = "malformed/bad_crc.eif", .code = "eif-crc" },
	{ .name = "malformed/bad_magic.eif", .code = "eif-magic" },
	{ .name = "malformed/signature_not_cbor.eif", .code = "eif-signature" },
	{ .name = "malformed/differential_table_swaps_ramdisks.eif",
	  .code = "eif-table-order" },
};

/* What the reference reader measured. */
static struct span
reference(const struct json *all, const char *image, const char *name)
{
	const struct json *j = json_get(all, image);
	j = json_get(j, "reference_reader_image_format_0_5_0");
	return json_text(json_get(json_get(j, "Measurements"), name));
}

static void
check_fixture(struct test *t, const struct fixture *x, const veraclave_eif *f,
	      const struct json *expected)
{
	static const unsigned registers[] = { 0, 1, 2, 8 };
	const char *path = arena_fmt(&t->arena, "nitro/eif/%s", x->name);
	check_measured(t, f, test_fixture(t, path));
	for (size_t i = 0; i < COUNT(registers); i++) {
		const char *name = arena_fmt(&t->arena, "PCR%u", registers[i]);
		struct span s = bytes(f, VERACLAVE_EIF_PCR, registers[i]);
		CHECK_SPAN(t, span_str(s.p ? hex_of(&t->arena, s) : NULL),
			   reference(expected, x->name, name));
	}
	CHECK(t, veraclave_eif_signature(f) == x->signature);
	CHECK(t, veraclave_eif_validity(f, INT64_C(1800000000)) == x->validity);
	CHECK(t, bytes(f, VERACLAVE_EIF_CMDLINE, 0).p);
	if (!x->validity)
		return;
	CHECK(t, veraclave_eif_not_before(f) < veraclave_eif_not_after(f));
	CHECK(t, veraclave_eif_validity(f, veraclave_eif_not_after(f)) ==
			 VERACLAVE_VALID);
	CHECK(t, veraclave_eif_validity(f, veraclave_eif_not_before(f) - 1) ==
			 VERACLAVE_NOT_YET_VALID);
	CHECK_HAS(t, veraclave_eif_subject(f), "commonName=");
	CHECK(t, bytes(f, VERACLAVE_EIF_CERTIFICATE, 0).n > 100);
}

TEST(image_fixtures)
{
	DEFER(free_eif) veraclave_eif *f = veraclave_eif_new();
	DEFER(json_release) struct json *expected = NULL;
	struct span text = test_fixture(t, "nitro/eif/expected.json");
	struct err e = { 0 };
	if (!text.p)
		return;
	CHECK_OK(t, json_parse(text, &expected, &e), &e);
	for (size_t i = 0; i < COUNT(fixtures); i++) {
		const struct fixture *x = &fixtures[i];
		struct source s = source(
			t, test_fixture(t, arena_fmt(&t->arena, "nitro/eif/%s",
						     x->name)));
		enum veraclave_status got = read_all(f, &s);
		if (!x->code) {
			CHECK_STR(t, veraclave_eif_error(f), "");
			CHECK(t, got == VERACLAVE_OK && !s.backwards);
			check_fixture(t, x, f, expected);
			continue;
		}
		CHECK(t, got == VERACLAVE_INPUT);
		CHECK_STR(t, veraclave_eif_error_code(f), x->code);
		check_silent(t, f);
	}
}

struct job {
	struct test *t;
	struct span image;
	unsigned good;
};

static void *
many(void *self)
{
	struct job *j = self;
	veraclave_eif *f = veraclave_eif_new();
	veraclave_eif_set_threads(f, 2);
	for (unsigned i = 0; i < 20; i++) {
		struct source s = source(j->t, j->image);
		j->good += read_all(f, &s) == VERACLAVE_OK;
	}
	veraclave_eif_free(f);
	return NULL;
}

/* Handles share nothing. */
TEST(image_many_threads)
{
	enum { THREADS = 4 };
	pthread_t thread[THREADS];
	struct job job[THREADS];
	struct span image = kit_plain(t);
	for (size_t i = 0; i < THREADS; i++) {
		job[i] = (struct job){ t, image, 0 };
		CHECK(t, pthread_create(&thread[i], NULL, many, &job[i]) == 0);
	}
	for (size_t i = 0; i < THREADS; i++) {
		CHECK(t, pthread_join(thread[i], NULL) == 0);
		CHECK_U(t, job[i].good, 20);
	}
	veraclave_eif_free(NULL);
}
