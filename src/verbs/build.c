/* build: from a source to a measured enclave image. */
#include "cli/cmd.h"

#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "recipe/files.h"
#include "recipe/record.h"
#include "verbs/build_check.h"
#include "verbs/build_opts.h"
#include "eif/signing.h"
#include "pcrs/pcr.h"
#include "sys/env.h"

static const struct opt rows[] = {
	OPT_STR(0, "from", struct build_opts, job.from, "SOURCE",
		"what to build: a directory, tar, OCI layout, docker save "
		"archive, Dockerfile, docker://host/name@digest, or - "
		"for an archive on standard input"),
	OPT_STR('o', "output", struct build_opts, output, "FILE",
		"the image to write (default: NAME.eif)"),
	OPT_STR(0, "pcrs", struct build_opts, pcrs, "FILE",
		"the file for the measurements (default: beside the image, "
		"ending in .pcrs.json)"),
	OPT_STR(0, "report", struct build_opts, report, "FILE",
		"write every change that scrub rules made, as JSON"),
	BUILD_OPTS(struct build_opts),
	OPT_STR(0, "metadata", struct build_opts, metadata, "FILE",
		"JSON for the metadata section, instead of [metadata]"),
	OPT_FLAG(0, "no-sign", struct build_opts, no_sign,
		 "do not sign the image, even if enclave.toml has [sign]"),
	OPT_STR(0, "check", struct build_opts, check, "FILE",
		"write no image; compare the registers of the build with this "
		"published pcrs.json"),
	OPT_FLAG(0, "json", struct build_opts, json,
		 "print the result as JSON"),
	OPT_END,
};

/* The signer, if the image is signed. */
struct signs {
	bool wanted;
	struct signing how;
	struct eif_signer signer; /* the certificate, read before the build */
};

struct outputs {
	struct out eif, signed_eif, pcrs, report;
	const char *pcrs_path;
};

/* One build on its way. */
struct work {
	const struct build_opts *o;
	struct cli *cli;
	bool tells; /* the summary is printed */
	const struct build_job *job;
	struct build_parts parts;
	struct build_image image;
	struct signs signs;
	struct outputs to;
};

static void
work_finish(struct work *w)
{
	out_abort(&w->to.eif);
	out_abort(&w->to.signed_eif);
	out_abort(&w->to.pcrs);
	out_abort(&w->to.report);
	eif_signer_finish(&w->signs.signer);
	build_image_close(&w->image);
	parts_close(&w->parts);
}

static bool
write_record(struct out *f, const char *path, const struct buf *b,
	     struct err *e)
{
	return out_open(f, path, 0644, e) &&
	       (fs_write(f->fd, buf_view(b), e) ||
		err_ctx(e, "writing %s", show_str(path).s));
}

/* Reads the signer that the description names. */
static void
set_signing(struct signs *s, const struct build_opts *o,
	    const struct build_config *c)
{
	s->how = (struct signing){ .cert = c->certificate,
				   .key = c->key,
				   .passphrase = c->passphrase_file,
				   .pin = c->pin_file,
				   .passphrase_by = "passphrase_file in [sign]",
				   .pin_by = "pin_file in [sign]",
				   .at = sys_now() };
	s->wanted = c->certificate && c->key && !o->no_sign;
}

/* Signs from an unnamed file, so that no unsigned image ever has a name. */
static bool
sign(struct work *w, struct build_result *r, struct err *e)
{
	DEFER(buf_free) struct buf section = buf_max(LIMIT_EIF_SIGNATURE);
	const struct signs *s = &w->signs;
	struct outputs *f = &w->to;
	return !s->wanted || (signing_section(&s->how, &s->signer,
					      hash_span(&r->measured.pcr0),
					      w->job->notes, &section, e) &&
			      pcr_of_data(s->signer.cert.der, &r->pcr8, e) &&
			      out_open(&f->signed_eif, w->o->output, 0644, e) &&
			      build_sign(w->job, &f->eif, buf_view(&section),
					 &f->signed_eif, r, e));
}

/* All content is written before the first name appears. */
static bool
write_outputs(struct work *w, const struct build_result *r, struct err *e)
{
	const struct build_opts *o = w->o;
	const struct build_job *job = w->job;
	const struct build_image *b = &w->image;
	struct outputs *f = &w->to;
	DEFER(buf_free) struct buf pcrs = buf_max(16 * MIB);
	DEFER(buf_free) struct buf report = buf_max(512 * MIB);
	struct out *const all[] = { r->pcr8.n ? &f->signed_eif : &f->eif,
				    &f->pcrs, &f->report };
	if (!record_pcrs(job, b, r, &pcrs, e) ||
	    !write_record(&f->pcrs, f->pcrs_path, &pcrs, e))
		return false;
	if (o->report && (!record_scrub(b, &report, e) ||
			  !write_record(&f->report, o->report, &report, e)))
		return false;
	if (!out_commit_all(all, o->report ? 3 : 2, e))
		return false;
	record_warn_stale(o->output, &r->digest, job->arena, job->notes);
	return true;
}

/* A certificate without a key: the image is signed elsewhere. */
static void
remind_to_sign(const struct build_opts *o, const struct build_job *job)
{
	const struct build_config *c = job->config;
	if (!c->certificate || c->key || o->no_sign)
		return;
	note_warn(job->notes, "unsigned",
		  "the image is not signed yet: veraclave sign-eif %s -c %s"
		  " -k KEY",
		  show_str(o->output).s, show_str(c->certificate).s);
}

/* Refuses an output that is also an input or another output. */
static bool
claim_all(const struct work *w, struct err *e)
{
	const struct build_opts *o = w->o;
	const struct build_job *job = w->job;
	struct claims c = { .arena = job->arena };
	return build_claims(job, &c, e) &&
	       claim_input(&c, "the metadata", o->metadata, e) &&
	       claim_output(&c, "the image", o->output, e) &&
	       claim_output(&c, "its measurements", w->to.pcrs_path, e) &&
	       claim_output(&c, "the report", o->report, e);
}

/* A record may go to a pipe, such as /dev/stdout. */
static bool
record_output(const char *path, struct err *e)
{
	return fs_kind(path) == FS_OTHER || cli_output(path, e);
}

/* What can be known to fail is found before the source is read, which may
 * take minutes when something has to build it. */
static bool
ready(struct work *w, struct err *e)
{
	const struct build_opts *o = w->o;
	struct signs *s = &w->signs;
	if (!cli_output(o->output, e) || !record_output(w->to.pcrs_path, e) ||
	    (o->report && !record_output(o->report, e)))
		return false;
	set_signing(s, o, w->job->config);
	return claim_all(w, e) && build_ready(w->job, &w->parts, e) &&
	       (!s->wanted || signing_ready(&s->how, w->cli->arena,
					    w->job->notes, &s->signer, e)) &&
	       out_open(&w->to.eif, o->output, 0644, e);
}

/* Opens the source and writes the image to a file. */
static bool
make_image(struct work *w, struct build_result *r, struct err *e)
{
	const struct build_input in = { &w->parts, &w->image };
	return build_image_open(&w->image, w->job, e) &&
	       build_eif(w->job, &in, &w->to.eif, r, e);
}

/* Refuses an empty metadata file: it is not the same as no metadata. */
static bool
read_metadata(const char *path, struct arena *a, struct build_job *job,
	      struct err *e)
{
	if (!fs_read(path, LIMIT_JSON, a, &job->metadata, e))
		return false;
	return span_trim(job->metadata).n ||
	       err_set(e, ERR_INPUT, "%s, the metadata, is empty",
		       show_str(path).s);
}

static bool
check_build(struct work *w, struct err *e)
{
	struct build_check check;
	struct build_result r;
	const struct build_check_how how = { !w->o->no_sign, w->o->json };
	return build_check_open(&check, w->o->check, w->job->arena, e) &&
	       build_ready(w->job, &w->parts, e) &&
	       fs_tmpfile(NULL, &w->to.eif.fd, e) && make_image(w, &r, e) &&
	       build_check(&check, w->job, &r, &how, w->cli, e);
}

static bool
check_run(struct work *w, struct err *e)
{
	const struct build_opts *o = w->o;
	if (o->output || o->pcrs || o->report) {
		err_set(e, ERR_USAGE,
			"--check writes nothing and excludes"
			" --output, --pcrs and --report");
		return err_hint(e, "build with them, then compare with"
				   " --check");
	}
	bool ok = check_build(w, e);
	cli_notes(w->cli, w->job->notes);
	return ok;
}

/* Sets the names of outputs that were not given. */
static bool
name_outputs(struct work *w, struct build_opts *o, struct err *e)
{
	if (!o->output)
		o->output = arena_fmt(w->cli->arena, "%s.eif",
				      w->job->config->name);
	if (!o->output)
		return err_full(e, "the output's name");
	w->to.pcrs_path =
		o->pcrs ? o->pcrs : record_path(o->output, w->cli->arena);
	return w->to.pcrs_path || err_full(e, "the output's name");
}

static bool
write_run(struct work *w, struct err *e)
{
	const struct build_opts *o = w->o;
	struct cli *cli = w->cli;
	struct build_result r;
	bool ok = ready(w, e) && make_image(w, &r, e) && sign(w, &r, e) &&
		  write_outputs(w, &r, e);
	if (ok)
		remind_to_sign(o, w->job);
	cli_notes(cli, w->job->notes);
	if (!ok)
		return false;
	if (o->json)
		return build_summary_json(cli->out, w->job, &w->image, &r, e);
	if (w->tells)
		build_summary(cli->out, o->output, w->to.pcrs_path, &w->image,
			      &r);
	return true;
}

bool
build_with_config(struct cli *cli, struct build_opts *o,
		  const struct build_config *config, bool tells, struct err *e)
{
	struct notes notes = { .arena = cli->arena };
	DEFER(work_finish)
	struct work w = { .o = o,
			  .cli = cli,
			  .tells = tells,
			  .parts = BUILD_PARTS_NONE,
			  .to = { OUT_NONE, OUT_NONE, OUT_NONE, OUT_NONE,
				  NULL } };
	struct build_job job = build_opts_job(o, config, cli, &notes);
	w.job = &job;
	if (o->metadata && !read_metadata(o->metadata, cli->arena, &job, e))
		return false;
	if (o->check)
		return check_run(&w, e);
	return name_outputs(&w, o, e) && write_run(&w, e);
}

static bool
build_run(struct cli *cli, void *opts, const struct opt_list *args,
	  struct err *e)
{
	struct build_config config;
	(void)args;
	return build_opts_config(opts, cli, &config, e) &&
	       build_with_config(cli, opts, &config, cli_tells(cli), e);
}

static const struct cmd_example examples[] = {
	{ "veraclave build",
	  "build what enclave.toml in this directory describes" },
	{ "veraclave build --from app.tar -o app.eif",
	  "build a file-system tar, as docker export writes it" },
	{ "veraclave build --from oci:layout --scrub minimal -o app.eif",
	  "build an OCI image layout, without package databases" },
	{ "veraclave build --check published.pcrs.json",
	  "compare with what was published; the exit status is 0 or 1" },
	{ "veraclave build --from image.tar --profile nitro-cli -o app.eif",
	  "write the same bytes as nitro-cli" },
	{ NULL, NULL },
};

const struct cmd cmd_build = {
	.name = "build",
	.group = CMD_BUILD,
	.about = "make an enclave image that anyone can rebuild bit for bit",
	.args = "[enclave.toml]",
	.max_args = 1,
	.opts = rows,
	.size = sizeof(struct build_opts),
	.examples = examples,
	.run = build_run,
	.prose = "Reads a source, removes what differs from build to build, "
		 "packs the rest with a kernel and an init into an enclave "
		 "image file (EIF, version 4), and measures it. The same "
		 "source gives the same bytes on every machine and at any "
		 "time.\n\nWithout --from, the file enclave.toml describes "
		 "what to build. With --from, that file is read only if it is "
		 "named. The kind of a source is recognised by its content; "
		 "the prefixes dir:, tar:, oci:, oci-archive:, "
		 "docker-archive:, docker-dir:, docker:// and dockerfile: set "
		 "it explicitly.\n\nThe image gets its name when it is "
		 "complete, and then replaces an older file or symbolic link "
		 "of that name atomically.",
};
