#include "verbs/description.h"

#include <inttypes.h>

#include "base/fmt.h"
#include "cli/bar.h"
#include "codec/hex.h"
#include "pcrs/bootstack.h"

/* Its register is right whatever the time is; the hypervisor looks at it. */
static void
look_at_dates(struct eif_inspection *d, int64_t at)
{
	const struct x509 *x = &d->sig.cert;
	enum x509_when when = x509_when(x, at);
	if (when == X509_EXPIRED)
		note_warn(&d->notes, "cert-expired",
			  "the signing certificate expired on %s: the"
			  " hypervisor does not start this image",
			  x->not_after_text);
	else if (when == X509_NOT_YET)
		note_warn(&d->notes, "cert-not-yet-valid",
			  "the signing certificate is not valid before %s: the"
			  " hypervisor does not start this image until then",
			  x->not_before_text);
}

bool
description_read(struct cli *cli, const char *path,
		 const struct describe_plan *plan, struct eif_inspection *d,
		 struct err *e)
{
	struct eif_inspect_plan how = { .sha256 = plan->sha256,
					.progress = cli->progress };
	bool ok = eif_inspect(path, &how, cli->arena, d, e);
	bar_done(cli->bar); /* what follows may print at once */
	if (!ok || !d->content.is_signed)
		return ok;
	if (d->verdict != EIFSIG_GOOD)
		note_warn(&d->notes, "eif-signature-check", "%s",
			  eifsig_verdict_text(d->verdict));
	look_at_dates(d, plan->at);
	return true;
}

const char *
describe_arch(const struct eif *eif)
{
	return eif->flags & EIF_FLAG_ARM64 ? "aarch64" : "x86_64";
}

static void
put_pcrs(FILE *f, const struct eif_inspection *d)
{
	const struct {
		unsigned index;
		const struct hash *h;
		const char *what;
	} row[] = {
		{ 0, &d->measured.pcr0, "the whole image" },
		{ 1, &d->measured.pcr1, "kernel, command line, first ramdisk" },
		{ 2, &d->measured.pcr2, "the other ramdisks" },
		{ 8, &d->pcr8, "the signing certificate" },
	};
	for (size_t i = 0; i < COUNT(row); i++) {
		if (!row[i].h->n)
			continue;
		fprintf(f, "\nPCR%u  ", row[i].index);
		for (size_t k = 0; k < row[i].h->n; k++)
			fprintf(f, "%02x", row[i].h->v[k]);
		fprintf(f, "\n      %s\n", row[i].what);
	}
}

static void
put_sections(FILE *f, const struct eif_inspection *d)
{
	fprintf(f, "\nSections\n");
	for (size_t i = 0; i < d->eif.n; i++) {
		const struct eif_section *s = &d->eif.section[i];
		fprintf(f, "  %-9s  at %10" PRIu64 "  %12" PRIu64 " bytes  ",
			eif_type_name(s->type), s->at, s->size);
		for (size_t k = 0; k < 8; k++)
			fprintf(f, "%02x", d->measured.section[i].digest.v[k]);
		fprintf(f, "...\n");
	}
}

static void
put_signer(FILE *f, const struct eif_inspection *d)
{
	if (!d->content.is_signed) {
		fprintf(f, "Signed        no\n");
		return;
	}
	fprintf(f, "Signed        %s, %s\n", cose_alg_name(d->sig.cose.curve),
		eifsig_verdict_text(d->verdict));
	fprintf(f, "              valid from %s to %s\n",
		d->sig.cert.not_before_text, d->sig.cert.not_after_text);
}

void
describe_text(const struct eif_inspection *d, FILE *f)
{
	static const char *const format[] = { "unknown format", "bzImage",
					      "arm64 Image" };
	const struct eif_meta *m = &d->content.meta;
	const struct kimage *k = &d->content.kernel;
	const struct bootstack *boot =
		bootstack_find(hash_span(&d->measured.pcr1));
	if (d->content.meta_ok)
		fprintf(f, "%s%s%s\n\n", show(m->image_name).s,
			m->image_version.n ? " " : "",
			show(m->image_version).s);
	fprintf(f, "Format        EIF version %u, %s, %s\n", d->eif.version,
		describe_arch(&d->eif), show_size(d->eif.size).s);
	fprintf(f, "Kernel        %s %s\n", format[k->kind],
		show(k->version).s);
	fprintf(f, "Command line  %s\n", show(d->content.cmdline).s);
	fprintf(f, "Boot stack    %s\n", boot ? boot->name : "not a known one");
	if (d->content.meta_ok)
		fprintf(f,
			"Built         %s by %s %s (not measured: anybody "
			"can change this)\n",
			show(m->build_time).s, show(m->build_tool).s,
			show(m->build_tool_version).s);
	put_signer(f, d);
	put_pcrs(f, d);
	put_sections(f, d);
}
