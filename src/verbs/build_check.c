#include "verbs/build_check.h"

#include "base/fmt.h"
#include "verbs/release.h"
#include "codec/hex.h"
#include "crypto/x509.h"
#include "codec/jwrite.h"
#include "pcrs/pcr.h"
#include "sys/fs.h"

static const uint8_t zero[PCR_SIZE];

/* The registers of a build, with a hint for each that differs. */
static const struct {
	unsigned index;
	const char *hint;
} known[] = {
	{ 1, "PCR1 is kernel, command line and init: the publisher's are"
	     " named with --boot-dir, or are those of the same version of"
	     " veraclave" },
	{ 2, "PCR2 is the application's files: look for another source, epoch,"
	     " profile or rules in the record, and compare the ramdisks"
	     " (\"veraclave unpack --ramdisks\")" },
	{ 0, "PCR0 is all of the image, in the order of its sections" },
	{ 8, "PCR8 is the signing certificate: the record was made with"
	     " another one, or none" },
};

bool
build_check_open(struct build_check *c, const char *path, struct arena *a,
		 struct err *e)
{
	*c = (struct build_check){ .path = path };
	return release_file(path, path, a, &c->want, e);
}

static bool
signer(const struct build_config *c, struct arena *a, struct hash *out,
       struct err *e)
{
	struct span text;
	struct x509 x;
	return fs_read(c->certificate, LIMIT_PEM, a, &text, e) &&
	       ((x509_parse_pem(text, a, &x, e) &&
		 pcr_of_data(x.der, out, e)) ||
		err_ctx(e, "%s", show_str(c->certificate).s));
}

static bool
is_zero(struct span s)
{
	return span_eq(s, span_of(zero, sizeof zero));
}

static bool
states_signer(const struct release *want)
{
	return want->pcrs.mask >> 8 & 1 && !is_zero(want->pcrs.v[8]);
}

/* Removes the published PCR8 if there is no certificate to compare with. */
static void
drop_signer(struct release *want, const struct build_result *r,
	    const char *path, struct notes *n)
{
	if (r->pcr8.n || !states_signer(want))
		return;
	want->pcrs.mask &= ~(1u << 8);
	note_warn(n, "check-signer",
		  "PCR8 of %s was not compared: no signing certificate is"
		  " configured here",
		  show_str(path).s);
}

static struct span
got(const struct build_result *r, unsigned i)
{
	const struct hash *const h[] = { &r->measured.pcr0, &r->measured.pcr1,
					 &r->measured.pcr2 };
	if (i < COUNT(h))
		return hash_span(h[i]);
	return i == 8 && r->pcr8.n ? hash_span(&r->pcr8)
				   : span_of(zero, sizeof zero);
}

/* Returns the published registers whose values differ. */
static uint32_t
differing(const struct release *want, const struct build_result *r)
{
	uint32_t out = 0;
	for (unsigned i = 0; i < PCR_COUNT; i++)
		if (want->pcrs.mask >> i & 1 &&
		    !span_eq(want->pcrs.v[i], got(r, i)))
			out |= 1u << i;
	return out;
}

static bool
print_json(const struct build_check *c, const struct build_result *r,
	   uint32_t differ, FILE *f, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(64 * KIB);
	struct jw w = jw_into(&b, 2);
	jw_map(&w, NULL);
	jw_list(&w, "differ");
	for (unsigned i = 0; i < PCR_COUNT; i++) {
		if (!(differ >> i & 1))
			continue;
		jw_map(&w, NULL);
		jw_u64(&w, "pcr", i);
		jw_hex(&w, "published", c->want.pcrs.v[i]);
		jw_hex(&w, "built", got(r, i));
		jw_end(&w);
	}
	jw_end(&w);
	jw_str(&w, "record", c->path);
	jw_bool(&w, "same", !differ);
	jw_str(&w, "schema", "veraclave-check/1");
	jw_end(&w);
	buf_u8(&b, '\n');
	if (!jw_ok(&w, e))
		return false;
	fwrite(b.p, 1, b.n, f);
	return true;
}

/* "PCR0, PCR2" */
static const char *
list(uint32_t mask, struct arena *a)
{
	const char *out = "";
	for (unsigned i = 0; out && i < PCR_COUNT; i++)
		if (mask >> i & 1)
			out = arena_fmt(a, "%s%sPCR%u", out, *out ? ", " : "",
					i);
	return out ? out : "registers";
}

static bool
refuse(const struct build_check *c, const struct build_result *r,
       uint32_t differ, struct arena *a, struct err *e)
{
	const char *hint = "a build computes only PCR0, PCR1, PCR2 and PCR8";
	unsigned first = 0;
	while (!(differ >> first & 1))
		first++;
	for (size_t i = COUNT(known); i-- > 0;)
		if (differ >> known[i].index & 1) {
			first = known[i].index;
			hint = known[i].hint;
		}
	err_set(e, ERR_REFUSED,
		"the build differs from %s in %s: PCR%u should"
		" be %.16s... and is %.16s...",
		show_str(c->path).s, list(differ, a), first,
		hex_of(a, c->want.pcrs.v[first]), hex_of(a, got(r, first)));
	err_hint(e, "%s", hint);
	return err_id(e, "check-differs");
}

bool
build_check(const struct build_check *c, const struct build_job *job,
	    struct build_result *r, const struct build_check_how *how,
	    struct cli *cli, struct err *e)
{
	struct build_check check = *c;
	const struct build_config *k = job->config;
	bool sign = how->sign && k->certificate &&
		    (k->key || states_signer(&check.want));
	if (sign && !signer(k, job->arena, &r->pcr8, e))
		return false;
	drop_signer(&check.want, r, c->path, job->notes);
	uint32_t differ = differing(&check.want, r);
	if (how->json && !print_json(&check, r, differ, cli->out, e))
		return false;
	cli->answered = how->json;
	if (differ)
		return refuse(&check, r, differ, job->arena, e);
	if (!how->json)
		fprintf(cli->out, "the same as %s: %s\n", show_str(c->path).s,
			list(check.want.pcrs.mask, job->arena));
	return true;
}
