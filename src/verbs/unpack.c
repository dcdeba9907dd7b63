/* unpack and repack: an enclave image as a directory, and back. */
#include <stdio.h>

#include "base/fmt.h"
#include "recipe/record.h"
#include "verbs/verbs.h"
#include "pcrs/measurements.h"
#include "eif/unpack.h"
#include "ramdisk/unpack.h"
#include "eif/sig.h"
#include "pcrs/pcr.h"
#include "sys/claim.h"
#include "sys/fs.h"
#include "sys/place.h"

struct unpack {
	bool ramdisks, devices;
	uint64_t max_unpacked;
};

static const struct opt unpack_opts[] = {
	OPT_FLAG('r', "ramdisks", struct unpack, ramdisks,
		 "also unpack the content of the ramdisks, into ramdisk-N.d"),
	OPT_FLAG(0, "devices", struct unpack, devices,
		 "with --ramdisks: also make device nodes and FIFOs"),
	OPT_SIZE(0, "max-unpacked", struct unpack, max_unpacked, "SIZE", 1,
		 INT64_MAX,
		 "with --ramdisks: the size limit of the decompressed ramdisks "
		 "(default: 1G, or 100 times their size)"),
	OPT_END,
};

/* Opens an empty directory, made when it is not there. */
static bool
open_target(const char *path, struct arena *a, bool *made, int *dir,
	    struct err *e)
{
	struct span *names;
	size_t n;
	unsigned dirs = 0;
	*made = fs_kind(path) == FS_NONE;
	if ((*made && !fs_make_dir(path, 0755, false, &dirs, e)) ||
	    !fs_open_dir(path, dir, e) || !fs_list(*dir, a, &names, &n, e))
		return false;
	if (n == 0)
		return true;
	err_set(e, ERR_USAGE, "%s is not empty", show_str(path).s);
	return err_hint(e, "name an empty or new directory");
}

static bool
unpack_contents(const struct blob *b, const struct eif *f, int dir,
		const struct unpack *o, struct notes *n, struct err *e)
{
	unsigned nth = 0;
	struct budget budget = unpack_budget(o->max_unpacked);
	const struct unpack_plan plan = { o->devices, &budget };
	for (size_t i = 0; i < f->n; i++) {
		DEFER(fd_closep) int sub = -1;
		struct unpack_count count = { 0 };
		struct blob data = eif_data(b, f, i);
		char name[32];
		if (f->section[i].type != EIF_RAMDISK)
			continue;
		snprintf(name, sizeof name, "ramdisk-%u.d", ++nth);
		if (!place_dir(dir, span_str(name), 0755, e) ||
		    !fs_open_beneath(dir, span_str(name), &sub, e))
			return false;
		if (!ramdisk_unpack(&data, sub, &plan, &count, e))
			return err_ctx(e, "ramdisk %u", nth);
		if (count.skipped)
			note_info(n, "unpack-skipped",
				  "ramdisk %u: %llu devices and FIFOs were "
				  "not made",
				  nth, (unsigned long long)count.skipped);
	}
	return true;
}

static bool
unpack_to(struct cli *cli, const struct blob *b, const char *path,
	  const struct unpack *o, struct notes *n, struct err *e)
{
	DEFER(fd_closep) int dir = -1;
	struct eif_measure_plan plan = { .progress = cli->progress };
	struct measured m;
	struct eif f;
	bool made = false;
	if (!eif_open(b, &f, n, e) ||
	    !eif_measure(b, &f, &plan, cli->arena, &m, e) ||
	    !open_target(path, cli->arena, &made, &dir, e))
		return false;
	if (eif_unpack(b, &f, dir, e) &&
	    (!o->ramdisks || unpack_contents(b, &f, dir, o, n, e)))
		return true;
	if (made)
		fs_remove_tree(path);
	return false;
}

static bool
unpack_run(struct cli *cli, void *opts, const struct opt_list *args,
	   struct err *e)
{
	DEFER(fd_closep) int fd = -1;
	struct notes n = { .arena = cli->arena };
	struct blob b;
	if (!fs_open(args->v[0], &fd, e))
		return false;
	bool ok = fs_blob(fd, &b, e) &&
		  unpack_to(cli, &b, args->v[1], opts, &n, e);
	cli_notes(cli, &n);
	return ok || err_ctx(e, "unpacking %s", show_str(args->v[0]).s);
}

static const struct cmd_example unpack_examples[] = {
	{ "veraclave unpack app.eif app.d", "write one file per section" },
	{ "veraclave unpack --ramdisks app.eif app.d",
	  "also write the files that the enclave sees" },
	{ NULL, NULL },
};

const struct cmd cmd_unpack = {
	.name = "unpack",
	.group = CMD_CHECK,
	.about = "write the parts of an enclave image to a directory",
	.args = "EIF DIR",
	.min_args = 2,
	.max_args = 2,
	.opts = unpack_opts,
	.size = sizeof(struct unpack),
	.prose = "Writes a file for each section, and eif.json, from which "
		 "\"veraclave repack\" makes the same image again. Ramdisks "
		 "may be uncompressed or compressed with gzip, zstd or "
		 "xz.\n\nNever writes outside of DIR, whatever names the image "
		 "contains, and does not follow symbolic links of the image. "
		 "Owners, times and set-id bits are not kept.",
	.examples = unpack_examples,
	.run = unpack_run,
};

struct repack {
	const char *output;
	uint64_t max_unpacked;
};

/* The new image. */
struct repacked {
	struct eif eif;
	struct measured measured;
};

static const struct opt repack_opts[] = {
	OPT_STR('o', "output", struct repack, output, "FILE",
		"the image to write"),
	OPT_SIZE(0, "max-unpacked", struct repack, max_unpacked, "SIZE", 1,
		 INT64_MAX,
		 "if there are ramdisk-N.d: the size limit of the decompressed "
		 "ramdisks (default: 1G, or 100 times their size)"),
	OPT_END,
};

/* The signature is kept as it was, so it may be another image's now. */
static bool
read_signature(const struct repacked *r, int fd, struct arena *a,
	       struct notes *n, struct hash *pcr8, struct err *e)
{
	struct blob b;
	struct span section;
	struct eifsig s;
	enum eifsig_verdict v;
	size_t at = eif_find(&r->eif, EIF_SIGNATURE);
	if (at == r->eif.n)
		return true;
	if (!fs_blob(fd, &b, e))
		return false;
	struct blob data = eif_data(&b, &r->eif, at);
	uint8_t *p = NEW(a, uint8_t, (size_t)data.size + 1);
	if (!p)
		return err_full(e, "the signature");
	section = span_of(p, (size_t)data.size);
	if (!blob_read(&data, p, section.n, 0, e) ||
	    !eifsig_parse(section, a, &s, n, e) ||
	    !eifsig_check(&s, hash_span(&r->measured.pcr0), &v, e))
		return false;
	if (v != EIFSIG_GOOD)
		note_warn(n, "eif-signature-check", "%s; sign again",
			  eifsig_verdict_text(v));
	return pcr_of_data(s.cert.der, pcr8, e);
}

static bool
repack_run(struct cli *cli, void *opts, const struct opt_list *args,
	   struct err *e)
{
	const struct repack *o = opts;
	DEFER(fd_closep) int dir = -1;
	DEFER(out_abort) struct out out = OUT_NONE;
	DEFER(buf_free) struct buf b = buf_max(4 * KIB);
	struct notes notes = { .arena = cli->arena };
	struct repacked r;
	struct hash digest, pcr8 = { 0 };
	struct budget budget = unpack_budget(o->max_unpacked);
	if (!o->output)
		return err_set(e, ERR_USAGE, "give the output with -o FILE");
	struct claims claims = { .arena = cli->arena };
	if (!cli_output(o->output, e) || !fs_open_dir(args->v[0], &dir, e) ||
	    !claim_tree(&claims, "the unpacked image", args->v[0], e) ||
	    !claim_output(&claims, "the image", o->output, e) ||
	    !out_open(&out, o->output, 0644, e))
		return false;
	if (!unpack_unedited(dir, &budget, cli->arena, e) ||
	    !eif_repack(dir, out.fd, cli->arena, &r.eif, &r.measured, e) ||
	    !read_signature(&r, out.fd, cli->arena, &notes, &pcr8, e))
		return err_ctx(e, "%s", show_str(args->v[0]).s);
	const struct measured *m = &r.measured;
	struct pcr_set set = pcr_image(&m->pcr0, &m->pcr1, &m->pcr2, &pcr8);
	if (!measurements_text(&b, &set, e) ||
	    !eif_digest(&r.eif, &r.measured, &digest, e) ||
	    !out_commit(&out, e))
		return false;
	record_warn_stale(o->output, &digest, cli->arena, &notes);
	cli_notes(cli, &notes);
	if (cli_tells(cli))
		fwrite(b.p, 1, b.n, cli->out);
	return true;
}

static const struct cmd_example repack_examples[] = {
	{ "veraclave repack app.d -o app.eif",
	  "make an image from a directory that unpack wrote" },
	{ NULL, NULL },
};

const struct cmd cmd_repack = {
	.name = "repack",
	.group = CMD_BUILD,
	.about = "make an enclave image from an unpacked one",
	.args = "DIR -o FILE",
	.min_args = 1,
	.max_args = 1,
	.opts = repack_opts,
	.size = sizeof(struct repack),
	.prose =
		"Reads eif.json and the section files in DIR. The files in "
		"ramdisk-N.d are not packed: if they differ from those in "
		"ramdisk-N, repack reports it and writes nothing. An unchanged "
		"directory gives the same bytes again. A signature is kept "
		"unchanged; if you changed a measured part, sign again.",
	.examples = repack_examples,
	.run = repack_run,
};
