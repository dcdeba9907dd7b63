#include "verbs/build_opts.h"

#include "base/fmt.h"
#include "base/limits.h"
#include "recipe/record.h"
#include "codec/hex.h"
#include "pcrs/bootstack.h"

static bool
check_env(const struct strings *env, struct err *e)
{
	for (size_t i = 0; i < env->n; i++) {
		size_t eq = span_find(env->v[i], '=');
		if (eq > 0 && eq < env->v[i].n)
			continue;
		err_set(e, ERR_USAGE, "--env %s: not NAME=VALUE",
			show(env->v[i]).s);
		return err_hint(e,
				"write the value: it is never taken from the "
				"environment of this command");
	}
	return true;
}

/* Options override the file. */
static bool
lay_over(const struct build_opts *o, const struct cli *cli,
	 struct build_config *c, struct err *e)
{
	const size_t from = offsetof(struct build_opts, over);
	for (size_t i = 0; i < cli->line->n; i++) {
		size_t at = cli->line->given[i]->offset;
		if (at < from || at >= from + sizeof(o->over))
			continue;
		if (!config_lay(&o->over, at - from, cli->arena, c, e))
			return false;
	}
	return true;
}

static bool
no_config(struct err *e)
{
	return !e->hint[0] &&
	       err_hint(e, "\"veraclave init\" writes an enclave.toml; --from "
			   "SOURCE builds without one");
}

/* nitro-cli's name is the image's reference, and names no file. */
static bool
check_name(const struct build_opts *o, const struct build_config *c,
	   struct err *e)
{
	bool reference = c->profile == RAMDISK_NITRO_CLI && o->output;
	if (config_name_ok(c->name) || (reference && c->name[0]))
		return true;
	err_set(e, o->over.name ? ERR_USAGE : ERR_INPUT,
		"the name \"%s\" cannot be a file name", show_str(c->name).s);
	err_hint(e, "a name contains no /, does not begin with a dot, and is"
		    " not empty");
	return err_id(e, "build-name");
}

bool
build_opts_config(const struct build_opts *o, const struct cli *cli,
		  struct build_config *c, struct err *e)
{
	const struct opt_list *args = &cli->line->rest;
	const char *path = args->n ? args->v[0] : NULL;
	if (!path && !o->job.from && fs_kind(CONFIG_NAME) == FS_FILE)
		path = CONFIG_NAME;
	config_defaults(c);
	if (path && !config_load(path, cli->arena, c, e))
		return e->code == ERR_NOTFOUND ? no_config(e) : false;
	if (!lay_over(o, cli, c, e) || !check_name(o, c, e))
		return false;
	if (o->over.dockerfile && !o->job.from)
		c->from = CONFIG_FROM_DOCKERFILE;
	return check_env(&o->over.env, e);
}

struct build_job
build_opts_job(const struct build_opts *o, const struct build_config *c,
	       const struct cli *cli, struct notes *notes)
{
	struct build_job job = o->job;
	job.config = c;
	job.quiet = cli->quiet;
	job.arena = cli->arena;
	job.notes = notes;
	job.progress = cli->progress;
	return job;
}

static void
register_line(FILE *f, const char *name, const struct hash *h,
	      const char *remark)
{
	fprintf(f, "  %s  ", name);
	for (size_t i = 0; i < h->n; i++)
		fprintf(f, "%02x", h->v[i]);
	fprintf(f, "%s%s%s\n", remark ? "  (" : "", remark ? remark : "",
		remark ? ")" : "");
}

/* "scrubbed  41 entries: apt-cache 30, logs 11" in the order of the rules. */
static void
scrub_line(FILE *f, const struct build_image *b)
{
	const struct scrub_change *c = b->scrub.first;
	if (!c)
		return;
	fprintf(f, "  scrubbed  %s, %s less:",
		show_count(b->scrub.n, "change", NULL).s,
		show_size(b->scrub.bytes_removed).s);
	while (c) {
		const char *rule = c->rule;
		size_t n = 0;
		for (; c && c->rule == rule; c = c->next)
			n++;
		fprintf(f, " %s %zu%s", rule, n, c ? "," : "\n");
	}
}

static void
sections_line(FILE *f, const struct build_result *r)
{
	static const char *const ramdisk[] = { "boot", "application" };
	size_t ramdisks = 0;
	fprintf(f, " ");
	for (size_t i = 0; i < r->eif.n; i++) {
		const struct eif_section *s = &r->eif.section[i];
		if (s->type == EIF_RAMDISK && ramdisks < 2)
			fprintf(f, " %s %s ", ramdisk[ramdisks++],
				show_size(s->size).s);
		else if (s->type == EIF_KERNEL)
			fprintf(f, " kernel %s (%s) ", show_size(s->size).s,
				show(r->kernel_version).s);
	}
	fprintf(f, " %s\n", show_count(r->entries, "file", NULL).s);
}

void
build_summary(FILE *f, const char *output, const char *pcrs,
	      const struct build_image *b, const struct build_result *r)
{
	const struct bootstack *known =
		bootstack_find(hash_span(&r->measured.pcr1));
	cli_put_name(f, output);
	fprintf(f, "  %s, %s, %s, rules %s\n", show_size(r->eif.size).s,
		r->arch, ramdisk_profile_name(b->options.profile),
		scrub_profile_name(b->scrub_profile));
	sections_line(f, r);
	scrub_line(f, b);
	register_line(f, "PCR0", &r->measured.pcr0, NULL);
	register_line(f, "PCR1", &r->measured.pcr1, known ? known->name : NULL);
	register_line(f, "PCR2", &r->measured.pcr2, NULL);
	if (r->pcr8.n)
		register_line(f, "PCR8", &r->pcr8, NULL);
	register_line(f, "sha256", &r->measured.sha256, NULL);
	fprintf(f, "  measurements in ");
	cli_put_name(f, pcrs);
	fprintf(f, "\n");
}

bool
build_summary_json(FILE *f, const struct build_job *job,
		   const struct build_image *b, const struct build_result *r,
		   struct err *e)
{
	DEFER(buf_free) struct buf out = buf_max(16 * MIB);
	if (!record_pcrs(job, b, r, &out, e))
		return false;
	fwrite(out.p, 1, out.n, f);
	return true;
}
