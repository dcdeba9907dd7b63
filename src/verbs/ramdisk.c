/* ramdisk: the application ramdisk of an image alone. */
#include "cli/cmd.h"

#include "base/fmt.h"
#include "base/limits.h"
#include "recipe/files.h"
#include "verbs/build_opts.h"
#include "codec/hex.h"
#include "codec/jwrite.h"
#include "pcrs/pcr.h"

static const struct opt rows[] = {
	OPT_STR(0, "from", struct build_opts, job.from, "SOURCE",
		"what to pack: a directory, tar, OCI layout, docker save "
		"archive, Dockerfile, docker://host/name@digest, or - "
		"for an archive on standard input"),
	OPT_STR('o', "output", struct build_opts, output, "FILE",
		"the ramdisk to write (default: NAME.cpio)"),
	BUILD_OPTS(struct build_opts),
	OPT_FLAG(0, "json", struct build_opts, json,
		 "print the result as JSON"),
	OPT_END,
};

/* Writes and measures bytes. */
struct measured_file {
	struct digest digest;
	int fd;
	const struct progress *progress;
	uint64_t done, total;
};

struct result {
	const char *path;
	uint64_t size;
	struct hash sha384, pcr2;
};

static void
measured_finish(struct measured_file *f)
{
	digest_finish(&f->digest);
}

static bool
write_measured(void *self, struct span s, struct err *e)
{
	struct measured_file *f = self;
	f->done += s.n;
	progress_step(f->progress, "writing", f->done, f->total);
	return digest_update(&f->digest, s, e) && fs_write(f->fd, s, e);
}

static bool
write_ramdisk(const struct build_image *b, const struct progress *p, int fd,
	      struct result *r, struct err *e)
{
	DEFER(measured_finish)
	struct measured_file f = { .fd = fd, .progress = p };
	struct sink k = { write_measured, &f };
	return digest_init(&f.digest, DIGEST_SHA384, e) &&
	       ramdisk_app(&b->image, &b->process, &b->options, NULL, &f.total,
			   e) &&
	       ramdisk_app(&b->image, &b->process, &b->options, &k, &r->size,
			   e) &&
	       digest_final(&f.digest, &r->sha384, e) &&
	       pcr_of_digest(&r->sha384, &r->pcr2, e);
}

static bool
print_json(FILE *to, const struct build_image *b, const struct result *r,
	   struct err *e)
{
	DEFER(buf_free) struct buf out = buf_max(1 * MIB);
	struct jw w = jw_into(&out, 2);
	jw_map(&w, NULL);
	jw_str(&w, "schema", "veraclave-ramdisk/1");
	jw_str(&w, "path", r->path);
	jw_u64(&w, "size", r->size);
	jw_str(&w, "profile", ramdisk_profile_name(b->options.profile));
	jw_str(&w, "scrub", scrub_profile_name(b->scrub_profile));
	jw_u64(&w, "epoch", b->options.epoch);
	jw_hex(&w, "sha384", hash_span(&r->sha384));
	jw_hex(&w, "PCR2", hash_span(&r->pcr2));
	jw_end(&w);
	if (!jw_ok(&w, e))
		return false;
	fwrite(out.p, 1, out.n, to);
	fputc('\n', to);
	return true;
}

static bool
print_text(FILE *to, const struct build_image *b, const struct result *r,
	   struct arena *a, struct err *e)
{
	const char *sha384 = hex_of(a, hash_span(&r->sha384));
	const char *pcr2 = hex_of(a, hash_span(&r->pcr2));
	if (!sha384 || !pcr2)
		return err_full(e, "the result");
	cli_put_name(to, r->path);
	fprintf(to, "  %s, %s, rules %s\n", show_size(r->size).s,
		ramdisk_profile_name(b->options.profile),
		scrub_profile_name(b->scrub_profile));
	fprintf(to, "  SHA-384  %s\n  PCR2     %s\n", sha384, pcr2);
	return true;
}

static bool
ramdisk_run(struct cli *cli, void *opts, const struct opt_list *args,
	    struct err *e)
{
	struct build_opts *o = opts;
	struct build_config config;
	struct notes notes = { .arena = cli->arena };
	struct result r = { .path = o->output };
	DEFER(out_abort) struct out file = OUT_NONE;
	DEFER(build_image_close) struct build_image b = { 0 };
	(void)args;
	if (!build_opts_config(o, cli, &config, e))
		return false;
	struct build_job job = build_opts_job(o, &config, cli, &notes);
	if (!r.path)
		r.path = arena_fmt(cli->arena, "%s.cpio", config.name);
	if (!r.path)
		return err_full(e, "the output's name");
	struct claims claims = { .arena = cli->arena };
	bool ok = cli_output(r.path, e) && build_claims(&job, &claims, e) &&
		  claim_output(&claims, "the ramdisk", r.path, e) &&
		  out_open(&file, r.path, 0644, e) &&
		  build_image_open(&b, &job, e) &&
		  write_ramdisk(&b, cli->progress, file.fd, &r, e) &&
		  out_commit(&file, e);
	cli_notes(cli, &notes);
	if (!ok)
		return false;
	if (o->json)
		return print_json(cli->out, &b, &r, e);
	return !cli_tells(cli) || print_text(cli->out, &b, &r, cli->arena, e);
}

static const struct cmd_example examples[] = {
	{ "veraclave ramdisk --from app.tar -o app.cpio",
	  "print PCR2 of an image with this application" },
	{ "veraclave ramdisk --from app.tar --profile nitro-cli -o app.cpio",
	  "the same in nitro-cli's format" },
	{ NULL, NULL },
};

const struct cmd cmd_ramdisk = {
	.name = "ramdisk",
	.group = CMD_BUILD,
	.about = "pack only the application ramdisk and print its PCR2",
	.args = "[enclave.toml]",
	.max_args = 1,
	.opts = rows,
	.size = sizeof(struct build_opts),
	.examples = examples,
	.run = ramdisk_run,
	.prose = "Writes the file that build puts into the image as its second "
		 "ramdisk: an uncompressed cpio archive with the root file "
		 "system below rootfs/ and the files that describe the process "
		 "to start. PCR2 of an enclave image depends on this file "
		 "alone, so no kernel and no init are needed; options about "
		 "them are accepted without effect.",
};
