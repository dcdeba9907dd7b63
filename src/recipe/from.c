#include "recipe/from.h"

#include "base/fmt.h"

static struct debian
packages_of(const struct build_config *c)
{
	return (struct debian){ .packages = c->packages,
				.variant = c->variant,
				.mirror = c->mirror,
				.files = c->files };
}

static struct engine_build
engine_of(const struct build_config *c)
{
	return (struct engine_build){ .engine = c->engine,
				      .dockerfile = c->dockerfile,
				      .context = c->context,
				      .target = c->target,
				      .network = c->network,
				      .args = c->args };
}

/* The source that the file names, unless the command line does. */
static void
choose(const struct build_job *job, struct source_options *o)
{
	const struct build_config *c = job->config;
	o->from = job->from;
	if (job->from)
		return;
	switch (c->from) {
	case CONFIG_FROM_NOTHING:
		return;
	case CONFIG_FROM_DOCKERFILE:
		o->kind = SOURCE_DOCKERFILE;
		o->from = c->dockerfile;
		return;
	case CONFIG_FROM_IMAGE:
		o->from = c->image;
		return;
	case CONFIG_FROM_ROOTFS:
		o->from = c->rootfs;
		o->rootfs = true;
		return;
	case CONFIG_FROM_DEBIAN:
		o->kind = SOURCE_DEBIAN;
		o->from = c->debian;
		return;
	}
	UNREACHABLE();
}

bool
from_options(const struct build_job *job, uint32_t epoch,
	     struct source_options *out, struct err *e)
{
	const struct build_config *c = job->config;
	*out = (struct source_options){
		.arch = build_oci_arch(build_arch(c)),
		.epoch = epoch,
		.quiet = job->quiet,
		.pull = { .no_cache = job->no_cache,
			  .seconds = job->fetch_seconds },
		.engine = engine_of(c),
		.debian = packages_of(c),
	};
	choose(job, out);
	if (out->from)
		return true;
	err_set(e, ERR_USAGE, "nothing says what to build from");
	return err_hint(e, "use --from SOURCE, or write an enclave.toml "
			   "(\"veraclave init\")");
}

/* A source that is missing, and only in the file is it written down. */
static bool
who_says(const struct build_job *job, struct err *e)
{
	const char *path = job->config->path;
	if (e->code != ERR_NOTFOUND || job->from || !path || e->hint[0])
		return false;
	return err_hint(e,
			"it is the source that %s names: make it first, or "
			"correct the name",
			show_str(path).s);
}

bool
from_there(const struct build_job *job, struct arena *a,
	   struct source_options *o, struct source *out, struct err *e)
{
	return from_options(job, 0, o, e) &&
	       (source_there(o, a, out, e) || who_says(job, e));
}
