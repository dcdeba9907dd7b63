/* help, version, completion: the verbs about the program itself. */
#include "cli/help.h"
#include "cli/line.h"
#include "verbs/formats.h"
#include "verbs/verbs.h"

#include <string.h>

#include "base/fmt.h"
#include "base/limits.h"

struct help {
	bool mdoc, markdown;
	unsigned schema; /* enum format_id, or FORMAT_COUNT */
	const char *pages;
};

static const struct opt help_opts[] = {
	OPT_FLAG(0, "mdoc", struct help, mdoc,
		 "print the manual page in mdoc(7) instead"),
	OPT_FLAG(0, "markdown", struct help, markdown,
		 "print a topic in Markdown instead"),
	OPT_ENUM(0, "schema", struct help, schema, "FORMAT", format_names,
		 "print the JSON Schema of one of the formats instead"),
	OPT_STR(0, "pages", struct help, pages, "DIR",
		"write all manual pages to directories below DIR"),
	OPT_END,
};

static const struct topic *
topic_find(const struct program *p, const char *name)
{
	for (const struct topic *x = p->topics; x->name; x++)
		if (strcmp(x->name, name) == 0)
			return x;
	return NULL;
}

static bool
unknown_verb(const char *name, struct err *e)
{
	err_set(e, ERR_USAGE, "there is no verb %s", show_str(name).s);
	return err_hint(e, "\"veraclave help\" lists verbs and topics");
}

static bool
print_topic(struct cli *cli, const struct help *h, const struct topic *x,
	    struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(MIB);
	(h->mdoc ? x->mdoc : h->markdown ? x->markdown : x->text)(&b);
	fwrite(b.p, 1, b.n, cli->out);
	return buf_ok(&b, "the topic", e);
}

static bool
print_page(struct cli *cli, const struct cmd *c, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(MIB);
	help_mdoc(cli->program, &b, c);
	fwrite(b.p, 1, b.n, cli->out);
	return buf_ok(&b, "the page", e);
}

/* help pcrs add */
static bool
print_action(struct cli *cli, const struct cmd *c, const struct opt_list *args,
	     struct err *e)
{
	if (!c)
		return unknown_verb(args->v[0], e);
	const struct cmd_action *a;
	if (!cmd_action_find(c, args->v[1], &a, e))
		return err_hint(e, "veraclave help %s", c->name);
	fprintf(cli->out, "veraclave %s %s: %s\n\n", c->name, a->name,
		a->about);
	fprintf(cli->out, "Usage: veraclave %s %s [options] %s\n\n", c->name,
		a->name, a->args);
	help_verb(cli->out, c);
	return true;
}

static bool
print_schema(struct cli *cli, enum format_id id, struct err *e)
{
	DEFER(buf_free) struct buf b = buf_max(MIB);
	if (!format_schema(id, &b, e))
		return false;
	fwrite(b.p, 1, b.n, cli->out);
	return true;
}

static void
help_defaults(void *opts)
{
	struct help *h = opts;
	h->schema = FORMAT_COUNT;
}

static bool
help_run(struct cli *cli, void *opts, const struct opt_list *args,
	 struct err *e)
{
	const struct help *h = opts;
	const struct cmd *c =
		args->n ? cmd_find(cli->program, args->v[0]) : NULL;
	const struct topic *x =
		args->n ? topic_find(cli->program, args->v[0]) : NULL;
	if (args->n > 1)
		return print_action(cli, c, args, e);
	if (h->schema != FORMAT_COUNT)
		return print_schema(cli, (enum format_id)h->schema, e);
	if (h->pages)
		return help_pages(cli->program, cli->arena, h->pages, e);
	if (x)
		return print_topic(cli, h, x, e);
	if (args->n && !c)
		return unknown_verb(args->v[0], e);
	if (h->markdown)
		return err_set(e, ERR_USAGE,
			       "only topics are there in Markdown");
	if (h->mdoc)
		return print_page(cli, c, e);
	if (c)
		help_verb(cli->out, c);
	else
		help_overview(cli->program, cli->out);
	return true;
}

static void
help_words(const struct program *p, FILE *f)
{
	help_verb_names(p, f);
	for (const struct topic *x = p->topics; x->name; x++)
		fprintf(f, "%s ", x->name);
}

static const struct cmd_example help_examples[] = {
	{ "veraclave help init", "explain the verb init" },
	{ "veraclave help enclave.toml", "explain the keys of that file" },
	{ "veraclave help --schema nitro-pcrs/1",
	  "print a schema to check such files with" },
	{ NULL, NULL },
};

const struct cmd cmd_help = {
	.name = "help",
	.group = CMD_OTHER,
	.about = "explain the program, a verb or a topic",
	.args = "[VERB [ACTION] | TOPIC]",
	.max_args = 2,
	.opts = help_opts,
	.size = sizeof(struct help),
	.examples = help_examples,
	.defaults = help_defaults,
	.words = help_words,
	.run = help_run,
};

struct version {
	bool json;
};

static const struct opt version_opts[] = {
	OPT_FLAG(0, "json", struct version, json, "print JSON"),
	OPT_END,
};

static bool
version_run(struct cli *cli, void *opts, const struct opt_list *args,
	    struct err *e)
{
	const struct version *v = opts;
	(void)args, (void)e;
	if (v->json)
		fprintf(cli->out,
			"{\"schema\":\"veraclave-version/1\","
			"\"version\":\"%s\"}\n",
			VERACLAVE_VERSION);
	else
		fprintf(cli->out, "veraclave %s\n", VERACLAVE_VERSION);
	return true;
}

const struct cmd cmd_version = {
	.name = "version",
	.group = CMD_OTHER,
	.about = "print the version",
	.opts = version_opts,
	.size = sizeof(struct version),
	.run = version_run,
};

static bool
completion_run(struct cli *cli, void *opts, const struct opt_list *args,
	       struct err *e)
{
	(void)opts;
	if (help_completion(cli->program, cli->out, args->v[0]))
		return true;
	err_set(e, ERR_USAGE, "no completion for %s", show_str(args->v[0]).s);
	return err_hint(e, "choose bash, zsh or fish");
}

static void
completion_words(const struct program *p, FILE *f)
{
	(void)p;
	fputs("bash zsh fish ", f);
}

static const struct cmd_example completion_examples[] = {
	{ "eval \"$(veraclave completion bash)\"",
	  "complete verbs and options in this bash" },
	{ NULL, NULL },
};

const struct cmd cmd_completion = {
	.name = "completion",
	.group = CMD_OTHER,
	.about = "print a completion script for bash, zsh or fish",
	.args = "SHELL",
	.min_args = 1,
	.max_args = 1,
	.examples = completion_examples,
	.words = completion_words,
	.run = completion_run,
};
