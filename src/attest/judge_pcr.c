#include "attest/judge.h"

#include "base/fmt.h"
#include "codec/hex.h"
#include "crypto/digest.h"

enum { RUNTIME = 16, ROOM = 480 };

/* What a register measures, and the name of the reason when it differs. */
static const struct {
	const char *name, *code, *about;
} registers[RUNTIME + 1] = {
	[0] = { "pcr0", "pcr-image", "the whole image" },
	[1] = { "pcr1", "pcr-boot", "kernel, command line and boot ramdisk" },
	[2] = { "pcr2", "pcr-application", "the application's ramdisks" },
	[3] = { "pcr3", "pcr-role", "the IAM role of the instance" },
	[4] = { "pcr4", "pcr-instance", "the instance's id" },
	[5] = { "pcr5", "pcr-reserved", "nothing yet" },
	[6] = { "pcr6", "pcr-reserved", "nothing yet" },
	[7] = { "pcr7", "pcr-reserved", "nothing yet" },
	[8] = { "pcr8", "pcr-signer", "the certificate that signed the image" },
	[9] = { "pcr9", "pcr-reserved", "nothing yet" },
	[10] = { "pcr10", "pcr-reserved", "nothing yet" },
	[11] = { "pcr11", "pcr-reserved", "nothing yet" },
	[12] = { "pcr12", "pcr-reserved", "nothing yet" },
	[13] = { "pcr13", "pcr-reserved", "nothing yet" },
	[14] = { "pcr14", "pcr-reserved", "nothing yet" },
	[15] = { "pcr15", "pcr-reserved", "nothing yet" },
	[RUNTIME] = { NULL, "pcr-runtime", "what the application extended" },
};

static unsigned
row(unsigned i)
{
	return i < RUNTIME ? i : RUNTIME;
}

static bool
same(const struct pcr_set *doc, const struct pcr_set *want, unsigned i)
{
	return pcr_has(doc, i) && hash_equal(doc->v[i], want->v[i]);
}

/* How many registers of a set the document lacks or has otherwise. */
static unsigned
distance(const struct pcr_set *doc, const struct pcr_set *want)
{
	return pcr_count(pcr_differing(doc, want));
}

static const char *
name_of(struct judge *j, unsigned i)
{
	const char *s =
		i < RUNTIME ? registers[i].name : arena_fmt(j->a, "pcr%u", i);
	return s ? s : "pcr";
}

static void
put_hex(struct buf *b, struct span v)
{
	hex_put(b, v);
}

/* "; this is PCR2 of release 1.4" for every known owner of the value. */
static void
whose(const struct judge *j, const struct pcr_set *doc, unsigned i,
      const struct pcr_set *want, struct buf *b)
{
	for (size_t k = 0; k < j->x->nknown; k++) {
		const struct known_value *o = &j->x->known[k];
		if (!hash_equal(o->value, doc->v[i]))
			continue;
		buf_fmt(b, "; this is PCR%u of %s", o->pcr,
			show_str(o->label).s);
		return;
	}
	for (unsigned o = 0; o < PCR_COUNT && !span_is_zero(want->v[i]); o++)
		if (o != i && pcr_has(doc, o) &&
		    hash_equal(doc->v[o], want->v[i])) {
			buf_fmt(b,
				"; the expected value is in PCR%u: were two"
				" registers mixed up?",
				o);
			return;
		}
}

/* PCR0 covers everything: PCR1 and PCR2 say which part it was. */
static void
which_part(const struct pcr_set *doc, const struct pcr_set *want, struct buf *b)
{
	if (!pcr_has(want, 1) || !pcr_has(want, 2))
		return;
	bool boot = !same(doc, want, 1), app = !same(doc, want, 2);
	if (boot && app)
		buf_str(b, "; both the kernel side and the application differ");
	else if (boot)
		buf_str(b, "; the kernel side differs, the application is the"
			   " same");
	else if (app)
		buf_str(b, "; the application differs, the kernel side is the"
			   " same");
	else
		buf_str(b, "; its parts are the same, joined in another way");
}

static bool
debug_register(unsigned i)
{
	return i <= 2 || i == 8;
}

static void
differs(struct judge *j, const struct pcr_set *doc, unsigned i,
	const struct pcr_set *want)
{
	DEFER(buf_free) struct buf b = buf_max(ROOM);
	bool debug = debug_register(i) && span_is_zero(doc->v[i]);
	bool later = i == 8 && span_is_zero(want->v[i]);
	buf_fmt(&b, "PCR%u measures %s; expected ", i, registers[row(i)].about);
	put_hex(&b, want->v[i]);
	buf_str(&b, ", the document has ");
	if (span_is_zero(doc->v[i]))
		buf_str(&b, "zeros");
	else
		put_hex(&b, doc->v[i]);
	if (!span_is_zero(doc->v[i]))
		whose(j, doc, i, want, &b);
	if (later)
		buf_str(&b, "; the image was signed after its record was"
			    " written");
	if (i == 0 && !debug)
		which_part(doc, want, &b);
	buf_u8(&b, 0);
	judge_fail(j, name_of(j, i),
		   debug && i <= 2 ? "pcr-debug" : registers[row(i)].code, "%s",
		   b.failed ? "it differs" : (const char *)b.p);
}

static void
one(struct judge *j, const struct pcr_set *doc, unsigned i,
    const struct pcr_set *want)
{
	if (!pcr_has(doc, i))
		judge_fail(j, name_of(j, i), "pcr-absent",
			   "PCR%u is not in the document%s", i,
			   i < RUNTIME ? ""
				       : "; a document contains a register "
					 "only after it is locked");
	else if (i <= 2 && span_is_zero(want->v[i]) && !j->x->allow_debug)
		judge_fail(j, name_of(j, i), "expect-zero",
			   "zeros were expected of PCR%u", i);
	else if (!same(doc, want, i))
		differs(j, doc, i, want);
	else
		judge_pass(j, name_of(j, i), "%s",
			   hex_of(j->a, doc->v[i]) ? hex_of(j->a, doc->v[i])
						   : "");
}

static void
set(struct judge *j, const struct pcr_set *doc, const struct pcr_set *want)
{
	for (unsigned i = 0; i < PCR_COUNT; i++)
		if (pcr_has(want, i))
			one(j, doc, i, want);
}

static void
debug(struct judge *j, const struct pcr_set *doc)
{
	unsigned there = 0, zero = 0;
	for (unsigned i = 0; i <= 2; i++) {
		there += pcr_has(doc, i);
		zero += pcr_has(doc, i) && span_is_zero(doc->v[i]);
	}
	if (zero && !j->x->allow_debug)
		judge_fail(j, "debug", "debug-mode",
			   "%u of registers 0 to 2 are zero: the enclave runs"
			   " in debug mode",
			   zero);
	else if (there < 3)
		judge_unknown(j, "debug", "debug-unknown",
			      "%u of registers 0 to 2 are not in the document",
			      3 - there);
	else if (zero)
		judge_pass(j, "debug",
			   "debug mode, which was allowed: the"
			   " registers say nothing about the"
			   " image");
	else
		judge_pass(j, "debug", "registers 0 to 2 are not zero");
}

static bool
in_time(const struct judge *j, const struct release *r)
{
	return j->x->at >= r->from && (r->to == 0 || j->x->at <= r->to);
}

/* Does it tell one enclave from another? Zeros are what any may have; debug
 * mode, when it was allowed, has nothing else. */
static bool
tells(const struct judge *j, const struct pcr_set *want)
{
	for (unsigned i = 0; i < PCR_COUNT; i++) {
		bool debug = j->x->allow_debug && debug_register(i);
		if (pcr_has(want, i) && (debug || !span_is_zero(want->v[i])))
			return true;
	}
	return false;
}

/* The release that fits, at best one whose time it is; else the one that is
 * nearest. Those that tell nothing never fit. */
static const struct release *
nearest(const struct judge *j, const struct pcr_set *doc, bool *fits)
{
	const struct release *best = NULL;
	unsigned least = PCR_COUNT + 1;
	for (size_t i = 0; i < j->x->nreleases; i++) {
		const struct release *r = &j->x->releases[i];
		unsigned d = distance(doc, &r->pcrs);
		if (!tells(j, &r->pcrs) || d > least)
			continue;
		if (!best || d < least || !in_time(j, best)) {
			best = r;
			least = d;
		}
	}
	*fits = best && least == 0;
	return best;
}

static void
releases(struct judge *j, const struct pcr_set *doc)
{
	bool fits = false;
	const struct release *r = nearest(j, doc, &fits);
	if (!r) {
		judge_fail(j, "release", "release-empty",
			   "no release names any register with another"
			   " value than zeros");
		return;
	}
	set(j, doc, &r->pcrs);
	if (fits && !in_time(j, r)) {
		bool early = j->x->at < r->from;
		judge_fail(j, "release",
			   early ? "release-not-yet" : "release-ended",
			   "%s may run %s %s", show_str(r->name).s,
			   early ? "from" : "until",
			   show_time(early ? r->from : r->to).s);
	} else if (fits) {
		j->v->release = r->name;
		judge_pass(j, "release", "%s", show_str(r->name).s);
	} else {
		judge_fail(j, "release", "release-none",
			   "none of %zu fits; the nearest, %s, differs in %s",
			   j->x->nreleases, show_str(r->name).s,
			   show_count(distance(doc, &r->pcrs), "register", NULL)
				   .s);
	}
}

/* Registers of a revocation: those that the document has otherwise, and those
 * that it does not have. */
static void
compare(const struct pcr_set *doc, const struct pcr_set *revoked,
	unsigned *other, unsigned *absent)
{
	*other = *absent = 0;
	for (unsigned i = 0; i < PCR_COUNT; i++) {
		bool there = pcr_has(doc, i), named = pcr_has(revoked, i);
		*absent += named && !there;
		*other += named && there && !same(doc, revoked, i);
	}
}

static void
revoked(struct judge *j, const struct pcr_set *doc)
{
	const struct revocation *open = NULL;
	for (size_t i = 0; i < j->x->nrevoked; i++) {
		const struct revocation *r = &j->x->revoked[i];
		unsigned other, absent;
		compare(doc, &r->pcrs, &other, &absent);
		if (other)
			continue;
		if (!absent && r->pcrs.mask) {
			judge_fail(j, "revoked", "release-revoked", "%s",
				   show_str(r->reason).s);
			return;
		}
		open = r;
	}
	if (open)
		judge_unknown(j, "revoked", "revoked-unknown",
			      "the document lacks registers of the revocation"
			      " \"%s\", and has the others",
			      show_str(open->reason).s);
	else if (j->x->nrevoked)
		judge_pass(j, "revoked", "none of %zu revocations",
			   j->x->nrevoked);
}

static void
signer(struct judge *j, const struct pcr_set *doc)
{
	bool any = false;
	if (j->x->nsigners == 0)
		return;
	for (size_t i = 0; i < j->x->nsigners; i++)
		any |= pcr_has(doc, 8) && !span_is_zero(doc->v[8]) &&
		       hash_equal(doc->v[8], j->x->signers[i]);
	if (any)
		judge_pass(j, "signer", "one of %zu that may sign",
			   j->x->nsigners);
	else
		judge_fail(j, "signer", "signer-none", "%s",
			   !pcr_has(doc, 8) || span_is_zero(doc->v[8])
				   ? "the image is not signed"
				   : "signed by somebody else");
}

/* Is there something that only the right enclave has? Revocations alone expect
 * nothing, and what was named and is empty is not made up for by the rest. */
static void
expectations(struct judge *j)
{
	const struct expect *x = j->x;
	bool others = x->nreleases || x->nsigners;
	if (x->empty)
		judge_fail(j, "expectations", "expect-empty", "%s",
			   show_str(x->empty).s);
	else if (x->pcrs.mask == 0 && !others)
		judge_fail(j, "expectations", "expect-nothing",
			   "no register's value was given");
	else if (!tells(j, &x->pcrs) && !others)
		judge_fail(j, "expectations", "expect-zero",
			   "nothing but zeros was expected");
}

void
judge_registers(struct judge *j, const struct pcr_set *got)
{
	debug(j, got);
	expectations(j);
	set(j, got, &j->x->pcrs);
	if (j->x->nreleases)
		releases(j, got);
	signer(j, got);
	revoked(j, got);
}
