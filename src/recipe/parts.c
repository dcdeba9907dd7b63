#include "recipe/parts.h"

#include <string.h>

#include "recipe/build.h"
#include "recipe/metadata.h"

static bool
custom_metadata(const struct build_job *job, struct json **out, struct err *e)
{
	if (job->metadata.n)
		return json_parse(job->metadata, out, e) ||
		       err_ctx(e, "custom metadata");
	return !job->config->metadata ||
	       metadata_json(job->config->metadata, out, e);
}

static struct boot_options
boot_options(const struct build_config *c)
{
	return (struct boot_options){
		.dir = c->boot_dir,
		.kernel = c->kernel,
		.cmdline = c->cmdline,
		.init = c->init,
		.nsm_ko = c->nsm_ko,
		.arch = build_arch(c),
		.aws_first = c->profile == RAMDISK_NITRO_CLI,
	};
}

static void
set_head(struct build_parts *p, const struct build_config *c)
{
	p->kernel = (struct window){ p->boot.kernel, 0, p->boot.kernel_size };
	p->kernel_blob = window_blob(&p->kernel);
	p->head = (struct eif1){
		.kernel = &p->kernel_blob,
		.cmdline = p->boot.cmdline,
		.arm64 = strcmp(build_arch(c), "aarch64") == 0,
		.mem = c->memory_mib == BIND_UNSET ? 0 : c->memory_mib * MIB,
		.cpus = c->cpus == BIND_UNSET ? 0 : c->cpus,
		.meta = { .image_name = span_str(c->name),
			  .image_version = span_str(c->version),
			  .custom = p->custom },
	};
}

bool
parts_open(struct build_parts *p, const struct build_job *job, struct err *e)
{
	struct boot_options o = boot_options(job->config);
	*p = BUILD_PARTS_NONE;
	if (!boot_load(&p->boot, &o, job->arena, e) ||
	    !custom_metadata(job, &p->custom, e))
		return false;
	set_head(p, job->config);
	return eif1_meta(&p->head, 0, job->arena, e) &&
	       eif1_check(&p->head, job->arena, e);
}

void
parts_close(struct build_parts *p)
{
	boot_close(&p->boot);
	json_release(&p->custom);
}
