#include "verbs/build_opts.h"

#include <limits.h>
#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"
#include "recipe/record.h"
#include "codec/hex.h"
#include "pcrs/bootstack.h"

void
build_opts_defaults(struct build_opts *o)
{
	o->profile = o->scrub = o->mtime = o->caps = o->arch = o->engine =
		o->dir_modes = UINT_MAX;
	o->epoch = o->max_unpacked = OPT_UNSET;
}

static void
choose(unsigned given, unsigned *to)
{
	if (given != UINT_MAX)
		*to = given;
}

static void
text(const char *given, const char **to)
{
	if (given)
		*to = given;
}

/* Adds to a list of the file, or replaces it. */
static bool
strings(const struct opt_list *given, bool add, struct strings *to,
	struct arena *a, struct err *e)
{
	size_t old = add ? to->n : 0;
	if (given->n == 0)
		return true;
	struct span *v = NEW(a, struct span, old + given->n);
	if (!v)
		return err_full(e, "the command line");
	for (size_t i = 0; i < old; i++)
		v[i] = to->v[i];
	for (size_t i = 0; i < given->n; i++)
		v[old + i] = span_str(given->v[i]);
	*to = (struct strings){ v, old + given->n };
	return true;
}

static bool
check_env(const struct opt_list *env, struct err *e)
{
	for (size_t i = 0; i < env->n; i++) {
		const char *eq = strchr(env->v[i], '=');
		if (eq && eq != env->v[i])
			continue;
		err_set(e, ERR_USAGE, "--env %s: not NAME=VALUE",
			show_str(env->v[i]).s);
		return err_hint(e, "write the value: the environment of this "
				   "command is not part of an image");
	}
	return true;
}

static bool
lists(const struct build_opts *o, struct build_config *c, struct arena *a,
      struct err *e)
{
	const struct {
		const struct opt_list *given;
		bool add;
		struct strings *to;
	} all[] = {
		{ &o->entrypoint, false, &c->entrypoint },
		{ &o->cmd, false, &c->cmd },
		{ &o->env, true, &c->env },
		{ &o->build_arg, true, &c->args },
		{ &o->without_rule, true, &c->scrub_disable },
		{ &o->with_rule, true, &c->scrub_enable },
		{ &o->allow_secret, true, &c->allow_secrets },
		{ &o->device, true, &c->devices },
	};
	if (!check_env(&o->env, e))
		return false;
	for (size_t i = 0; i < COUNT(all); i++)
		if (!strings(all[i].given, all[i].add, all[i].to, a, e))
			return false;
	c->entrypoint_set |= o->entrypoint.n != 0;
	c->cmd_set |= o->cmd.n != 0;
	return true;
}

static void
scalars(const struct build_opts *o, struct build_config *c)
{
	choose(o->profile, &c->profile);
	choose(o->scrub, &c->scrub);
	choose(o->mtime, &c->mtime);
	choose(o->caps, &c->caps);
	choose(o->arch, &c->arch);
	choose(o->engine, &c->engine);
	choose(o->dir_modes, &c->dir_modes);
	c->scrub_set |= o->scrub != UINT_MAX;
	if (o->owner_root)
		c->owner = RAMDISK_OWNER_ROOT;
	if (o->allow_missing)
		c->missing_command = PROCESS_MISSING_ALLOW;
	if (o->epoch != OPT_UNSET)
		c->epoch = o->epoch;
	text(o->name, &c->name);
	text(o->app_version, &c->version);
	text(o->boot_dir, &c->boot_dir);
	text(o->kernel, &c->kernel);
	text(o->cmdline, &c->cmdline);
	text(o->init, &c->init);
	text(o->nsm_ko, &c->nsm_ko);
	text(o->workdir, &c->workdir);
	text(o->user, &c->user);
	text(o->dockerfile, &c->dockerfile);
	text(o->context, &c->context);
	text(o->target, &c->target);
	text(o->network, &c->network);
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
	err_set(e, o->name ? ERR_USAGE : ERR_INPUT,
		"the name \"%s\" is no file's name", show_str(c->name).s);
	err_hint(e, "a name has no / in it, does not begin with a dot, and is"
		    " not empty");
	return err_id(e, "build-name");
}

bool
build_opts_config(const struct build_opts *o, const char *operand,
		  struct arena *a, struct build_config *c, struct err *e)
{
	bool here = !operand && !o->from && fs_kind("enclave.toml") == FS_FILE;
	config_defaults(c);
	if ((operand || here) &&
	    !config_load(here ? "enclave.toml" : operand, a, c, e))
		return e->code == ERR_NOTFOUND ? no_config(e) : false;
	scalars(o, c);
	if (!check_name(o, c, e))
		return false;
	if (o->dockerfile && !o->from)
		c->from = CONFIG_FROM_DOCKERFILE;
	return lists(o, c, a, e);
}

struct build_job
build_opts_job(const struct build_opts *o, const struct build_config *c,
	       const struct cli *cli, struct notes *notes)
{
	return (struct build_job){ .config = c,
				   .from = o->from,
				   .no_cache = o->no_cache,
				   .quiet = cli->quiet,
				   .fetch_seconds = o->fetch_seconds,
				   .max_unpacked = o->max_unpacked == OPT_UNSET
							   ? 0
							   : o->max_unpacked,
				   .arena = cli->arena,
				   .notes = notes,
				   .progress = cli->progress };
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
