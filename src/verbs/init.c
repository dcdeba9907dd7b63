/* veraclave init: an enclave.toml to begin with. */
#include "base/path.h"
#include "cli/cmd.h"

#include <string.h>

#include "base/fmt.h"
#include "recipe/config_fields.h"
#include "recipe/propose.h"
#include "sys/fs.h"

struct init {
	bool force, dockerfile;
};

static const struct opt init_opts[] = {
	OPT_FLAG('f', "force", struct init, force,
		 "replace an existing " CONFIG_NAME),
	OPT_FLAG(0, "dockerfile", struct init, dockerfile,
		 "also write a Dockerfile, for sources without one"),
	OPT_END,
};

static bool
is_there(const char *path, struct err *e)
{
	err_set(e, ERR_REFUSED, "%s exists already", show_str(path).s);
	err_id(e, "init-exists");
	return err_hint(e, "--force replaces it");
}

static void
tell_path(const struct cli *cli, const char *path)
{
	if (!cli_tells(cli))
		return;
	cli_put_name(cli->out, path);
	fprintf(cli->out, "\n");
}

/* Writes a file of the directory unless it exists. */
static bool
add_file(struct cli *cli, const char *dir, const char *name, struct span text,
	 struct err *e)
{
	char *path = path_join(cli->arena, dir, name);
	if (!path)
		return err_full(e, "the path");
	if (fs_there(path))
		return true;
	if (!fs_write_file(path, text, 0644, e))
		return false;
	tell_path(cli, path);
	return true;
}

/* A Dockerfile is the user's: nothing replaces it. */
static bool
no_dockerfile(const char *dir, struct arena *a, struct err *e)
{
	static const char *const names[] = { "Dockerfile", "Containerfile" };
	for (size_t i = 0; i < COUNT(names); i++) {
		char *path = path_join(a, dir, names[i]);
		if (!path)
			return err_full(e, "the path");
		if (!fs_there(path))
			continue;
		IGNORE(is_there(path, e));
		return err_hint(e, "leave --dockerfile out, or move it away");
	}
	return true;
}

/* Is the directory itself the source? */
static bool
takes_all(const struct config_proposal *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->line[i].key, "rootfs") == 0 &&
		    strcmp(p->line[i].value, "\".\"") == 0)
			return true;
	return false;
}

static void
next_steps(const struct cli *cli, const struct config_proposal *p,
	   const char *dir)
{
	if (cli->quiet)
		return;
	struct span rest = { 0 };
	for (size_t i = 1; i < p->n; i++) {
		const struct toml_line *l = &p->line[i];
		fprintf(stderr, "  %s = %s  %s\n", l->key, l->value,
			l->why ? l->why : "");
		rest = l->shown.n ? l->shown : rest;
	}
	bool shown = rest.n != 0;
	while (rest.n) {
		struct span line = span_cut(&rest, '\n');
		fprintf(stderr, "%s", line.n ? "    " : "");
		cli_put_text(stderr, line);
		fprintf(stderr, "\n");
	}
	if (shown)
		fprintf(stderr, "next: veraclave init --dockerfile %s, then  ",
			show_str(dir).s);
	else
		fprintf(stderr, "next: check it, then  ");
	fprintf(stderr, "veraclave build %s", show_str(dir).s);
	/* a file written into the source would be in the next image */
	if (takes_all(p))
		fprintf(stderr, " -o %simage.eif",
			strcmp(dir, ".") == 0 ? "../" : "");
	fprintf(stderr, "\n");
}

static bool
write_config(struct cli *cli, const char *path, const struct config_proposal *p,
	     struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(LIMIT_CONFIG);
	toml_doc_template(&config_file, &b, p->line, p->n);
	if (!buf_ok(&b, "the file", e) ||
	    !fs_write_file(path, buf_view(&b), 0644, e))
		return false;
	tell_path(cli, path);
	return true;
}

static bool
init_run(struct cli *cli, void *opts, const struct opt_list *args,
	 struct err *e)
{
	const struct init *o = opts;
	const char *dir = args->n ? args->v[0] : ".";
	struct config_proposal p;
	char *path = arena_fmt(cli->arena, "%s/" CONFIG_NAME, dir);
	if (!path)
		return err_full(e, "the path");
	if (o->dockerfile && !no_dockerfile(dir, cli->arena, e))
		return false;
	if (!propose(dir, o->dockerfile, cli->arena, &p, e))
		return false;
	bool keep = !o->force && fs_there(path);
	if (keep && !o->dockerfile)
		return is_there(path, e);
	bool there = p.dockerfile.ignore.n && !p.dockerfile.text.n;
	if (o->dockerfile &&
	    !add_file(cli, dir, "Dockerfile", p.dockerfile.text, e))
		return false;
	if ((o->dockerfile || there) &&
	    !add_file(cli, dir, ".dockerignore", p.dockerfile.ignore, e))
		return false;
	if (!keep && !write_config(cli, path, &p, e))
		return false;
	next_steps(cli, &p, dir);
	return true;
}

static const struct cmd_example init_examples[] = {
	{ "veraclave init", "write one for the current directory" },
	{ "veraclave init --dockerfile",
	  "also write a Dockerfile for your package.json, go.mod, ..." },
	{ "veraclave init --force app",
	  "write app/" CONFIG_NAME ", even if it exists" },
	{ NULL, NULL },
};

const struct cmd cmd_init = {
	.name = "init",
	.group = CMD_BUILD,
	.about = "write an " CONFIG_NAME " to begin with",
	.args = "[DIR]",
	.max_args = 1,
	.opts = init_opts,
	.size = sizeof(struct init),
	.prose = "Looks into the directory for what an enclave image could be "
		 "made from (a Dockerfile, an OCI image layout, an archive, a "
		 "root file system) and writes an " CONFIG_NAME
		 " that uses it, with every other key explained and commented "
		 "out. A file that is there stays, and the exit status is 1. "
		 "Beside package.json, requirements.txt, go.mod or Cargo.toml "
		 "alone it shows a Dockerfile that builds them and says what "
		 "has to be filled in; --dockerfile writes it, with a "
		 ".dockerignore when there is none, and keeps an " CONFIG_NAME
		 " that is there. A Dockerfile is never replaced; one without "
		 ".dockerignore gets one that keeps images and their records "
		 "out of the next build.",
	.examples = init_examples,
	.run = init_run,
};
