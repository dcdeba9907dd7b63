#include "recipe/build.h"

#include <string.h>

#include "base/fmt.h"
#include "base/num.h"
#include "eif/follow.h"
#include "eif/sign.h"
#include "recipe/from.h"
#include "sys/env.h"

/* In an image that we build: the boot side's and the application's. */
enum { RAMDISKS = 2 };

bool
build_epoch(const struct build_config *c, uint32_t *out, struct err *e)
{
	uint64_t v = c->epoch;
	const char *env = sys_env("SOURCE_DATE_EPOCH");
	if (v == BIND_UNSET)
		v = 0;
	if (c->epoch == BIND_UNSET && env && !num_parse(span_str(env), &v)) {
		err_set(e, ERR_USAGE,
			"SOURCE_DATE_EPOCH is %s, which is not "
			"a number of seconds",
			show_str(env).s);
		return err_hint(e, "unset it, or use --epoch");
	}
	if (v > UINT32_MAX)
		return err_set(e, ERR_USAGE,
			       "the epoch %llu is after the year 2106",
			       (unsigned long long)v);
	*out = (uint32_t)v;
	return true;
}

const char *
build_arch(const struct build_config *c)
{
	if (c->arch == CONFIG_ARCH_HOST)
		return strcmp(sys_machine(), "aarch64") == 0 ? "aarch64"
							     : "x86_64";
	return c->arch == CONFIG_ARCH_AARCH64 ? "aarch64" : "x86_64";
}

struct span
build_oci_arch(const char *arch)
{
	return strcmp(arch, "aarch64") == 0 ? SPAN("arm64") : SPAN("amd64");
}

/* An image that says it is for another machine would not run. */
static bool
check_arch(const struct image *m, const char *arch, struct err *e)
{
	struct span is = m->config.architecture;
	if (is.n == 0 || span_eq(is, build_oci_arch(arch)))
		return true;
	err_set(e, ERR_INPUT, "the image is for %s, the build for %s",
		show(is).s, arch);
	err_hint(e, "build for the image's architecture with --arch");
	return err_id(e, "build-arch");
}

static bool
open_source(struct build_image *b, const struct build_job *job, struct err *e)
{
	struct source_options o;
	struct source s;
	if (!from_options(job, b->epoch, &o, e) ||
	    !source_open(&o, &b->image, &s, e))
		return false;
	b->kind = s.kind;
	return check_arch(&b->image, build_arch(job->config), e);
}

static bool
resolve_process(struct build_image *b, const struct build_config *c,
		struct err *e)
{
	struct process_options o = {
		.has_entrypoint = c->entrypoint.v != NULL,
		.has_cmd = c->cmd.v != NULL,
		.entrypoint = c->entrypoint,
		.cmd = c->cmd,
		.env = c->env,
		.working_dir = span_str(c->workdir),
		.user = span_str(c->user),
		.tcp = c->ingress,
	};
	bool ok = c->profile == RAMDISK_NITRO_CLI
			  ? process_nitro(&b->image, &o, &b->process, e)
			  : process_docker(&b->image, &o, &b->process, e);
	return ok && process_check_command(&b->image, &b->process,
					   c->missing_command, e);
}

/* nitro-cli takes nothing out, so its profile does so only when told to. */
static enum scrub_profile
scrub_profile(const struct build_config *c)
{
	if (c->profile == RAMDISK_NITRO_CLI && !CONFIG_GIVEN(c, scrub))
		return SCRUB_NONE;
	return c->scrub;
}

static bool
scrub(struct build_image *b, const struct build_config *c, uint32_t epoch,
      struct err *e)
{
	struct scrub_options o = {
		.profile = scrub_profile(c),
		.epoch = epoch,
		.clamp = c->mtime == RAMDISK_MTIME_CLAMP,
		.without = c->scrub_disable,
		.with = c->scrub_enable,
		.allow = c->allow_secrets,
		.env = c->env,
	};
	b->scrub_profile = o.profile;
	return scrub_apply(&b->image, &o, &b->scrub, e);
}

static struct ramdisk_options
ramdisk_options(const struct build_config *c, uint32_t epoch)
{
	return (struct ramdisk_options){
		.profile = c->profile,
		.mtime = c->mtime,
		.caps = c->caps,
		.epoch = epoch,
		.owner = c->owner,
		.devices = c->devices,
	};
}

bool
build_image_open(struct build_image *b, const struct build_job *job,
		 struct err *e)
{
	*b = (struct build_image){ 0 };
	if (!build_epoch(job->config, &b->epoch, e) ||
	    !image_init(&b->image, job->arena, job->notes, job->progress, e))
		return false;
	b->image.modes = job->config->profile == RAMDISK_NITRO_CLI
				 ? IMAGE_MODES_KEEP
				 : job->config->dir_modes;
	if (job->max_unpacked)
		image_allow(&b->image, job->max_unpacked);
	b->options = ramdisk_options(job->config, b->epoch);
	return open_source(b, job, e) && scrub(b, job->config, b->epoch, e) &&
	       resolve_process(b, job->config, e) &&
	       ramdisk_prepare(&b->image, &b->options, e);
}

void
build_image_close(struct build_image *b)
{
	image_finish(&b->image);
}

/* The application's bytes on their way, counted for the progress bar. */
struct counted {
	struct sink to;
	const struct progress *progress;
	uint64_t done, total;
};

static bool
count(void *self, struct span s, struct err *e)
{
	struct counted *c = self;
	c->done += s.n;
	progress_step(c->progress, "writing", c->done, c->total);
	return sink_write(&c->to, s, e);
}

static void
memory_file(struct inode *i, struct span bytes)
{
	*i = (struct inode){ .type = NODE_FILE, .mode = 0755, .names = 1 };
	content_set(i, bytes);
}

static bool
write_boot_ramdisk(struct eif_writer *w, const struct build_image *b,
		   const struct boot *boot, struct err *e)
{
	struct inode init, nsm;
	struct sink k = eif_writer_sink(w);
	struct ramdisk_boot files = { .init = &init };
	memory_file(&init, boot->init);
	memory_file(&nsm, boot->nsm_ko);
	if (boot->nsm_ko.p)
		files.nsm = &nsm;
	return eif_writer_begin(w, EIF_RAMDISK, 0, e) &&
	       ramdisk_boot(&files, &b->options, &k, &(uint64_t){ 0 }, e) &&
	       eif_writer_end(w, e);
}

static bool
write_app_ramdisk(struct eif_writer *w, const struct build_image *b,
		  const struct build_job *job, struct err *e)
{
	struct counted c = { .to = eif_writer_sink(w),
			     .progress = job->progress };
	struct sink k = { count, &c };
	uint64_t size;
	return ramdisk_app(&b->image, &b->process, &b->options, NULL, &c.total,
			   e) &&
	       eif_writer_begin(w, EIF_RAMDISK, 0, e) &&
	       ramdisk_app(&b->image, &b->process, &b->options, &k, &size, e) &&
	       eif_writer_end(w, e);
}

/* Our init reads the whole process description; others know cmd and env. */
static bool
check_init(const struct build_image *b, const struct boot *boot, struct err *e)
{
	const char *mark = process_edition(&b->process);
	struct process_files files;
	const char *lost = process_beyond_aws(&b->process);
	if (b->process.reduced ||
	    memmem(boot->init.p, boot->init.n, mark, strlen(mark)))
		return true;
	if (b->process.tcp.n) {
		err_set(e, ERR_INPUT,
			"the given init does not know [ingress]: nothing "
			"would lead to the application's TCP port");
		err_hint(e, "boot with the init of this version of veraclave "
			    "(make boot), or leave [ingress] out");
		return err_id(e, "init-ingress");
	}
	if (!process_files(&b->process, b->image.arena, &files, e))
		return false;
	if (!files.has_lines) {
		err_set(e, ERR_INPUT,
			"an argument or environment variable "
			"holds a newline, which the given init "
			"cannot take");
		return err_hint(e, "boot with veraclave's own init");
	}
	if (lost)
		note_warn(b->image.notes, "init-reduced",
			  "the given init %s; boot with veraclave's own init "
			  "to keep them",
			  lost);
	return true;
}

/* What is wrong with the source is told before what is wrong with the boot
 * side, which may take minutes to make. */
static bool
source_usable(const struct build_job *job, struct arena *a, struct err *e)
{
	struct source_options o;
	struct source s;
	return from_there(job, a, &o, &s, e) && source_ready(&s, &o, a, e);
}

bool
build_ready(const struct build_job *job, struct build_parts *p, struct err *e)
{
	DEFER(arena_finish) struct arena scratch = { .max = job->arena->max };
	return source_usable(job, &scratch, e) && parts_open(p, job, e);
}

static bool
write_sections(struct eif_writer *w, int fd, const struct build_job *job,
	       const struct build_input *in, struct build_result *r,
	       struct err *e)
{
	const struct build_image *b = in->image;
	struct eif1 head = in->parts->head;
	if (!check_init(b, &in->parts->boot, e) ||
	    !eif1_meta(&head, b->epoch, job->arena, e) ||
	    !eif1_begin(w, fd, &head, job->arena, e))
		return false;
	r->boot_dir = in->parts->boot.dir;
	r->kernel_version = head.meta.kernel_version;
	DEFER(trail_close) struct trail *trail = NULL;
	if (!trail_open(&trail, fd, w->at, job->arena, e) ||
	    !eif_follow_open(w, RAMDISKS, job->arena, e))
		return false;
	w->trail = trail;
	return write_boot_ramdisk(w, b, &in->parts->boot, e) &&
	       write_app_ramdisk(w, b, job, e) && eif_writer_finish(w, e);
}

bool
build_eif(const struct build_job *job, const struct build_input *in,
	  struct out *file, struct build_result *out, struct err *e)
{
	DEFER(eif_follow_close) struct eif_writer w = { 0 };
	struct eif_measure_plan plan = { .sha256 = true,
					 .progress = job->progress };
	*out = (struct build_result){ .arch = build_arch(job->config),
				      .entries = in->image->image.tree.count };
	if (file->pipe) {
		err_set(e, ERR_USAGE, "%s is not a regular file",
			show_str(file->path).s);
		return err_hint(e, "an image's header is written last: name a "
				   "file");
	}
	if (!write_sections(&w, file->fd, job, in, out, e) ||
	    !eif_writer_measure(&w, &plan, job->arena, &out->measured, e))
		return false;
	out->eif = w.eif;
	return eif_digest(&out->eif, &out->measured, &out->digest, e);
}

bool
build_sign(const struct build_job *job, const struct out *from,
	   struct span section, struct out *to, struct build_result *r,
	   struct err *e)
{
	struct blob in;
	struct eif_signed now;
	struct eif_sign_plan plan = { .in = &in,
				      .eif = &r->eif,
				      .before = &r->measured,
				      .section = section,
				      .progress = job->progress };
	if (!fs_blob(from->fd, &in, e) ||
	    !eif_sign_copy(&plan, to->fd, job->arena, &now, e))
		return false;
	r->eif = now.eif;
	r->measured = now.measured;
	r->digest = now.digest;
	return true;
}
