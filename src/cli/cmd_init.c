/* veraclave init: an enclave.toml to begin with. */
#include "cli/cmd.h"

#include "base/fmt.h"
#include "build/config_fields.h"
#include "build/propose.h"
#include "sys/fs.h"

struct init {
	bool force;
};

static const struct opt init_opts[] = {
	OPT_FLAG('f', "force", struct init, force,
		 "replace an " CONFIG_NAME " that is there"),
	OPT_END,
};

static bool
is_there(const char *path, struct err *e)
{
	err_set(e, ERR_REFUSED, "%s is there already", show_str(path).s);
	err_id(e, "init-exists");
	return err_hint(e, "--force replaces it");
}

static void
next_steps(const struct cli *cli, const struct config_proposal *p,
	   const char *dir)
{
	if (cli->quiet)
		return;
	for (size_t i = 1; i < p->n; i++)
		fprintf(stderr, "  %s = %s  %s\n", p->line[i].key,
			p->line[i].value, p->line[i].why ? p->line[i].why : "");
	fprintf(stderr, "next: look through it, then  veraclave build %s\n",
		show_str(dir).s);
}

static bool
init_run(struct cli *cli, void *opts, const struct opt_list *args,
	 struct err *e)
{
	const struct init *o = opts;
	const char *dir = args->n ? args->v[0] : ".";
	struct config_proposal p;
	DEFER(buf_free) struct buf b = buf_max(LIMIT_CONFIG);
	char *path = arena_fmt(cli->arena, "%s/" CONFIG_NAME, dir);
	if (!path)
		return err_full(e, "the path");
	if (!propose(dir, cli->arena, &p, e))
		return false;
	if (!o->force && fs_kind(path) != FS_NONE)
		return is_there(path, e);
	config_doc_template(&b, &p);
	if (!buf_ok(&b, "the file", e) ||
	    !fs_write_file(path, buf_view(&b), 0644, e))
		return false;
	if (cli_tells(cli))
		fprintf(cli->out, "%s\n", path);
	next_steps(cli, &p, dir);
	return true;
}

static const struct cmd_example init_examples[] = {
	{ "veraclave init", "write one for the directory you are in" },
	{ "veraclave init --force app",
	  "write app/" CONFIG_NAME ", whatever was there" },
	{ NULL, NULL },
};

const struct cmd cmd_init = {
	.name = "init",
	.group = "Build",
	.about = "write an " CONFIG_NAME " to begin with",
	.args = "[DIR]",
	.max_args = 1,
	.opts = init_opts,
	.size = sizeof(struct init),
	.prose = "Looks into the directory for what an enclave image could be "
		 "made from (a Dockerfile, an OCI image layout, an archive, a "
		 "root file system) and writes an " CONFIG_NAME
		 " that uses it, with every other key explained and commented "
		 "out. A file that is there stays, and the exit status is 1.",
	.examples = init_examples,
	.run = init_run,
};
