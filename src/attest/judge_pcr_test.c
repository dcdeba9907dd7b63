#include "base/test.h"

#include <string.h>

#include "attest/scene_kit.h"

/* clang-format off */
static void e_empty(struct scene *s) { s->x.pcrs.mask = 0; }
static void e_p0(struct scene *s) { s->x.pcrs.v[0] = scene_other(s); }
static void e_p1(struct scene *s) { s->x.pcrs.v[1] = scene_other(s); }
static void e_p2(struct scene *s) { s->x.pcrs.v[2] = scene_other(s); }
static void e_p3(struct scene *s) { s->x.pcrs.v[3] = scene_other(s); }
static void e_p4(struct scene *s) { s->x.pcrs.v[4] = scene_other(s); }
static void e_p5(struct scene *s) { s->x.pcrs.v[5] = scene_other(s); }
static void e_p8(struct scene *s) { s->x.pcrs.v[8] = scene_other(s); }
static void e_p15(struct scene *s) { s->x.pcrs.v[15] = scene_other(s); }
static void e_short(struct scene *s) { s->x.pcrs.v[0].n = 47; }
static void e_prefix(struct scene *s) { s->x.pcrs.v[0].n = 0; }
/* clang-format on */

static void
e_zero(struct scene *s)
{
	memset(s->other, 0, sizeof(s->other));
	s->x.pcrs.v[0] = scene_other(s);
}

static void
e_p16(struct scene *s)
{
	s->x.pcrs.mask |= 1U << 16;
	s->x.pcrs.v[16] = scene_other(s);
}

static void
e_p16_locked(struct scene *s)
{
	e_p16(s);
	s->d.field[KIT_PCRS] = scene_with(s, 16, scene_other(s), false);
}

static void
e_p16_other(struct scene *s)
{
	e_p16_locked(s);
	s->x.pcrs.v[16] = kit_pcr(&s->t->arena, 1);
}

static void
e_debug_allowed(struct scene *s)
{
	scene_debug(s);
	s->x.allow_debug = true;
}

static void
e_debug_expected(struct scene *s)
{
	e_debug_allowed(s);
	s->x.pcrs.mask |= 1U;
}

static void
e_debug_zero(struct scene *s)
{
	e_debug_allowed(s);
	memset(s->other, 0, sizeof(s->other));
	s->x.pcrs.mask |= 1U;
	s->x.pcrs.v[0] = scene_other(s);
}

static void
e_only_pcr4(struct scene *s)
{
	s->d.field[KIT_PCRS] = scene_with(s, 4, kit_pcr(&s->t->arena, 4), true);
	s->x.pcrs.mask = 1U << 4;
}

/* Both releases; the second one fits. */
static void
e_releases(struct scene *s)
{
	s->x.pcrs.mask = 0;
	for (unsigned i = 0; i < 2; i++) {
		s->r[i].name = i ? "1.1" : "1.0";
		scene_registers(s, &s->r[i].pcrs);
		s->r[i].pcrs.mask = 7;
	}
	s->r[0].pcrs.v[0] = s->r[0].pcrs.v[2] = scene_other(s);
	s->x.releases = s->r;
	s->x.nreleases = 2;
}

static void
e_releases_none(struct scene *s)
{
	e_releases(s);
	s->x.nreleases = 1;
}

static void
e_releases_empty(struct scene *s)
{
	e_releases(s);
	s->r[0].pcrs.mask = 0;
	s->x.nreleases = 1;
}

static void
e_releases_and(struct scene *s)
{
	e_releases(s);
	s->x.pcrs.mask = 1U << 3;
	s->x.pcrs.v[3] = scene_other(s);
}

static void
e_window(struct scene *s)
{
	e_releases(s);
	s->r[1].from = s->r[1].to = KIT_NOW;
}

static void
e_too_early(struct scene *s)
{
	e_releases(s);
	s->r[1].from = KIT_NOW + 1;
}

static void
e_too_late(struct scene *s)
{
	e_releases(s);
	s->r[1].to = KIT_NOW - 1;
}

/* The same registers twice, and one of the two may run. */
static void
e_renewed(struct scene *s)
{
	e_too_late(s);
	s->r[0].pcrs = s->r[1].pcrs;
}

static void
e_revoked_other(struct scene *s)
{
	scene_revoked(s);
	s->revoked.pcrs.mask |= 1U << 1;
	s->revoked.pcrs.v[1] = scene_other(s);
}

static void
e_revoked_nothing(struct scene *s)
{
	scene_revoked(s);
	s->revoked.pcrs.mask = 0;
}

static void
e_signed(struct scene *s)
{
	s->x.pcrs.mask = 0;
	s->signers[0] = scene_other(s);
	s->signers[1] = kit_pcr(&s->t->arena, 8);
	s->x.signers = s->signers;
	s->x.nsigners = 2;
}

static void
e_signed_other(struct scene *s)
{
	e_signed(s);
	s->x.nsigners = 1;
}

/* An image that is not signed is never one of a signer's. */
static void
e_signed_zero(struct scene *s)
{
	e_debug_allowed(s);
	memset(s->other, 0, sizeof(s->other));
	e_signed(s);
}

static void
e_revoked_absent_other(struct scene *s)
{
	scene_revoked_absent(s);
	s->revoked.pcrs.v[2] = scene_other(s);
}

static void
e_named_empty(struct scene *s)
{
	s->x.empty = "the environment prod";
}

static void
e_named_empty_and_more(struct scene *s)
{
	e_releases(s);
	e_named_empty(s);
}

/* Register 5, which is zero in every enclave. */
static void
e_zero_only(struct scene *s)
{
	s->x.pcrs.mask = 1U << 5;
}

static void
e_zero_and_signer(struct scene *s)
{
	e_signed(s);
	e_zero_only(s);
}

static void
e_releases_zero(struct scene *s)
{
	e_releases(s);
	s->r[1].pcrs.mask = 1U << 5;
	s->x.releases = &s->r[1];
	s->x.nreleases = 1;
}

static void
e_no_pcr1(struct scene *s)
{
	s->d.field[KIT_PCRS] = scene_only(s, 0x1d);
	s->x.pcrs.mask = 0x1d;
}

static void
e_no_pcr1_allowed(struct scene *s)
{
	e_no_pcr1(s);
	s->x.allow_debug = true;
}

/* Debug mode does not make the other registers zero. */
static void
e_zero_allowed(struct scene *s)
{
	e_zero_only(s);
	s->x.allow_debug = true;
}

/* One of the three is zero, another is not there. */
static void
e_debug_partly(struct scene *s)
{
	e_no_pcr1_allowed(s);
	s->x.pcrs.mask = 1U << 3;
	scene_fill(s, 0, 0);
}

static const struct scene_row rows[] = {
	{ e_empty, "expectations", "expect-nothing" },
	{ e_p0, "pcr0", "pcr-image" },
	{ e_p1, "pcr1", "pcr-boot" },
	{ e_p2, "pcr2", "pcr-application" },
	{ e_p3, "pcr3", "pcr-role" },
	{ e_p4, "pcr4", "pcr-instance" },
	{ e_p5, "pcr5", "pcr-reserved" },
	{ e_p8, "pcr8", "pcr-signer" },
	{ e_p15, "pcr15", "pcr-reserved" },
	{ e_short, "pcr0", "pcr-image" },
	{ e_prefix, "pcr0", "expect-zero" },
	{ e_zero, "pcr0", "expect-zero" },
	{ e_p16, "pcr16", "pcr-absent" },
	{ e_p16_locked, NULL, NULL },
	{ e_p16_other, "pcr16", "pcr-runtime" },
	{ scene_debug, "debug", "debug-mode" },
	{ e_debug_allowed, NULL, NULL },
	{ e_debug_expected, "pcr0", "pcr-debug" },
	{ e_debug_zero, NULL, NULL },
	{ e_only_pcr4, "debug", "debug-unknown" },
	{ e_releases, NULL, NULL },
	{ e_releases_none, "release", "release-none" },
	{ e_releases_empty, "release", "release-empty" },
	{ e_window, NULL, NULL },
	{ e_too_early, "release", "release-not-yet" },
	{ e_too_late, "release", "release-ended" },
	{ e_renewed, NULL, NULL },
	{ scene_revoked, "revoked", "release-revoked" },
	{ e_revoked_other, NULL, NULL },
	{ e_revoked_nothing, "revoked", "revoked-unknown" },
	{ scene_revoked_absent, "revoked", "revoked-unknown" },
	{ e_revoked_absent_other, NULL, NULL },
	{ e_named_empty, "expectations", "expect-empty" },
	{ e_named_empty_and_more, "expectations", "expect-empty" },
	{ e_zero_only, "expectations", "expect-zero" },
	{ e_zero_and_signer, NULL, NULL },
	{ e_releases_zero, "release", "release-empty" },
	{ e_no_pcr1, "debug", "debug-unknown" },
	{ e_no_pcr1_allowed, "debug", "debug-unknown" },
	{ e_zero_allowed, "expectations", "expect-zero" },
	{ e_debug_partly, "debug", "debug-unknown" },
	{ e_signed, NULL, NULL },
	{ e_signed_other, "signer", "signer-none" },
	{ e_signed_zero, "signer", "signer-none" },
	{ e_releases_and, "pcr3", "pcr-role" },
};

TEST(registers_one_thing_changed)
{
	scene_rows(t, rows, COUNT(rows));
}

TEST(verify_says_what_it_means)
{
	struct scene s;
	scene(t, &s);
	e_releases_none(&s);
	s.known =
		(struct known_value){ "release 1.1", 2, kit_pcr(&t->arena, 2) };
	s.x.known = &s.known;
	s.x.nknown = 1;
	const struct verdict *v = scene_judged(&s);
	CHECK(t, v->result == RESULT_FAIL && !v->release);
	CHECK_HAS(t, verdict_check(v, "pcr0")->detail,
		  "the application differs, the kernel side is the same");
	CHECK_HAS(t, verdict_check(v, "pcr2")->detail,
		  "this is PCR2 of release 1.1");
	CHECK_HAS(t, verdict_check(v, "release")->detail,
		  "the nearest, 1.0, differs in 2 registers");
	CHECK_STR(t, verdict_check(v, "pcr1")->code, "ok");

	scene(t, &s);
	s.x.pcrs.v[1] = kit_pcr(&t->arena, 2);
	v = scene_judged(&s);
	CHECK_HAS(t, verdict_check(v, "pcr1")->detail,
		  "the expected value is in PCR2");

	/* Zeros are in many registers, and identify none. */
	scene(t, &s);
	s.x.pcrs.v[8] = kit_pcr(&t->arena, 5);
	v = scene_judged(&s);
	CHECK_HAS(t, verdict_check(v, "pcr8")->detail,
		  "signed after its record was written");
	CHECK(t, !strstr(verdict_check(v, "pcr8")->detail, "mixed up"));

	scene(t, &s);
	e_releases(&s);
	v = scene_judged(&s);
	CHECK_STR(t, v->release, "1.1");
	CHECK(t, v->trust == TRUST_SIM && v->has_doc);
	CHECK(t, !verdict_check(v, "no such check"));
}
