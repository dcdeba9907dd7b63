#include "eif/eif_kit.h"

#include "codec/crc32.h"
#include "pcrs/pcr.h"

struct case_ {
	struct kit_section s[6];
	size_t n;
};

/* PCRs by their definition, from spans in memory. */
static struct hash
pcr_of(struct test *t, const struct case_ *c, unsigned from, unsigned to)
{
	struct span part[6];
	size_t n = 0;
	unsigned ramdisk = 0;
	struct hash inner, out = { 0 };
	struct err e = { 0 };
	for (size_t i = 0; i < c->n; i++) {
		bool boot = c->s[i].type == EIF_KERNEL ||
			    c->s[i].type == EIF_CMDLINE;
		ramdisk += c->s[i].type == EIF_RAMDISK;
		if ((boot && from == 0) || (c->s[i].type == EIF_RAMDISK &&
					    ramdisk >= from && ramdisk <= to))
			part[n++] = c->s[i].data;
	}
	CHECK_OK(t, digest_of(DIGEST_SHA384, part, n, &inner, &e), &e);
	CHECK_OK(t, pcr_of_digest(&inner, &out, &e), &e);
	return out;
}

static bool
measure(const struct case_ *c, bool single, size_t piece, struct arena *a,
	struct measured *out, struct err *e)
{
	DEFER(measure_close) struct measure *m = NULL;
	struct measure_plan plan = { .sha256 = true, .single = single };
	for (size_t i = 0; i < c->n; i++)
		plan.ramdisks += c->s[i].type == EIF_RAMDISK;
	if (!measure_open(&m, &plan, a, e) || !measure_raw(m, SPAN("raw"), e))
		return false;
	for (size_t i = 0; i < c->n; i++) {
		struct span s = c->s[i].data;
		uint64_t size;
		if (!measure_begin(m, c->s[i].type, e))
			return false;
		for (; s.n; s = span_from(s, piece)) {
			struct span part = span_sub(s, 0, piece);
			struct blob b = blob_of(&part);
			if (!measure_blob(m, &b, NULL, e))
				return false;
		}
		if (!measure_end(m, &size, e))
			return false;
		ASSERT(size == c->s[i].data.n);
	}
	return measure_finish(m, out, e);
}

static void
check_case(struct test *t, const struct case_ *c, const struct measured *m)
{
	struct hash want[] = { pcr_of(t, c, 0, 9), pcr_of(t, c, 0, 1),
			       pcr_of(t, c, 2, 9) };
	struct span part[7] = { SPAN("raw") };
	struct hash sha256;
	struct err e = { 0 };
	CHECK_SPAN(t, hash_span(&m->pcr0), hash_span(&want[0]));
	CHECK_SPAN(t, hash_span(&m->pcr1), hash_span(&want[1]));
	CHECK_SPAN(t, hash_span(&m->pcr2), hash_span(&want[2]));
	CHECK_U(t, m->n, c->n);
	for (size_t i = 0; i < c->n; i++) {
		struct hash own;
		part[i + 1] = c->s[i].data;
		CHECK_OK(t,
			 digest_of(DIGEST_SHA384, &c->s[i].data, 1, &own, &e),
			 &e);
		CHECK_SPAN(t, hash_span(&m->section[i].digest),
			   hash_span(&own));
		CHECK_U(t, m->section[i].crc, crc32_of(0, c->s[i].data));
		CHECK_U(t, m->section[i].size, c->s[i].data.n);
	}
	CHECK_OK(t, digest_of(DIGEST_SHA256, part, c->n + 1, &sha256, &e), &e);
	CHECK_SPAN(t, hash_span(&m->sha256), hash_span(&sha256));
}

TEST(measure_agrees_with_the_definition)
{
	const struct case_ rows[] = {
		{ { { EIF_KERNEL, kit_noise(t, 3000000, 1) },
		    { EIF_CMDLINE, SPAN("c") },
		    { EIF_METADATA, kit_noise(t, 700, 2) },
		    { EIF_RAMDISK, kit_noise(t, 262144, 3) },
		    { EIF_RAMDISK, kit_noise(t, 262145, 4) },
		    { EIF_RAMDISK, kit_noise(t, 900000, 5) } },
		  6 },
		{ { { EIF_METADATA, SPAN("") },
		    { EIF_KERNEL, SPAN("k") },
		    { EIF_CMDLINE, SPAN("") },
		    { EIF_RAMDISK, kit_noise(t, 524288, 6) },
		    { EIF_SIGNATURE, SPAN("s") } },
		  5 },
		{ { { EIF_CMDLINE, SPAN("c") },
		    { EIF_KERNEL, SPAN("k") },
		    { EIF_RAMDISK, SPAN("1") },
		    { EIF_METADATA, SPAN("m") },
		    { EIF_RAMDISK, SPAN("2") },
		    { EIF_RAMDISK, SPAN("3") } },
		  6 },
		{ { { EIF_KERNEL, SPAN("k") },
		    { EIF_RAMDISK, kit_noise(t, 300000, 7) },
		    { EIF_RAMDISK, SPAN("2") },
		    { EIF_CMDLINE, SPAN("c") },
		    { EIF_RAMDISK, SPAN("") } },
		  5 },
		{ { { EIF_KERNEL, SPAN("k") } }, 1 },
		{ { { EIF_KERNEL, SPAN("") } }, 0 },
	};
	const size_t piece[] = { 110, 262144, 1000000 };
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t k = 0; k < 2 * COUNT(piece); k++) {
			struct err e = { 0 };
			struct measured m;
			struct arena a = { 0 };
			CHECK_OK(t,
				 measure(&rows[i], k % 2, piece[k / 2], &a, &m,
					 &e),
				 &e);
			check_case(t, &rows[i], &m);
			arena_finish(&a);
		}
}

/* Files that change or fail under us. */
static bool
bad_sector(void *self, void *p, size_t n, uint64_t at, size_t *got,
	   struct err *e)
{
	(void)self, (void)p, (void)n, (void)at;
	*got = 0;
	return err_set(e, ERR_SYS, "bad sector");
}

TEST(measure_passes_a_read_failure_on)
{
	struct blob b = { .read = bad_sector, .size = 1000 };
	struct measure_plan plan = { .ramdisks = 1 };
	struct err e = { 0 };
	DEFER(measure_close) struct measure *m = NULL;
	CHECK_OK(t, measure_open(&m, &plan, &t->arena, &e), &e);
	CHECK_OK(t, measure_begin(m, EIF_RAMDISK, &e), &e);
	CHECK(t, !measure_blob(m, &b, NULL, &e));
	CHECK_STR(t, e.msg, "bad sector");
}

TEST(measure_survives_failed_allocations)
{
	for (unsigned n = 1; n < 5; n++) {
		struct arena a = { .fail_in = n };
		struct measure_plan plan = { 0 };
		struct err e = { 0 };
		struct measure *m = NULL;
		CHECK(t, !measure_open(&m, &plan, &a, &e));
		CHECK(t, e.code == ERR_LIMIT);
		measure_close(&m);
		arena_finish(&a);
	}
}
