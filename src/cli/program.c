/* Finds the verb, fills its options, runs it and reports the result. */
#include "cli/cmd.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "base/near.h"
#include "cli/bar.h"
#include "cli/help.h"
#include "cli/line.h"
#include "cli/result.h"

/* Values of a command line and what verbs print; data is streamed. */
#define CLI_ARENA ((size_t)256 << 20)

const struct cmd *
cmd_find(const struct program *p, const char *name)
{
	for (const struct cmd *const *c = p->cmds; *c; c++)
		if (strcmp((*c)->name, name) == 0)
			return *c;
	return NULL;
}

static void
complain(const struct err *e)
{
	fprintf(stderr, "veraclave: ");
	cli_put_text(stderr, span_str(e->msg));
	fprintf(stderr, "%s%s%s\n", e->id ? " [" : "", e->id ? e->id : "",
		e->id ? "]" : "");
	if (!e->hint[0])
		return;
	fprintf(stderr, "  hint: ");
	cli_put_text(stderr, span_str(e->hint));
	fprintf(stderr, "\n");
}

/* A wrong call without a hint gets one that names the help page. */
static bool
wrong(const struct cmd *c, struct err *e)
{
	if (e->code == ERR_USAGE && !e->hint[0])
		err_hint(e, "\"veraclave help %s\" explains its usage",
			 c->name);
	return false;
}

/* Returns true if this call prints its own JSON. */
static bool
prints_json(const struct cmd *c, const struct cmd_line *l)
{
	return result_is_own(c) && (!l->action || l->action->json);
}

/* With --json the output of a verb that prints for people becomes data. The
 * output of another program is not touched; the verb's own goes to stderr. */
static bool
run_told(struct cli *cli, const struct cmd *c, const struct cmd_line *l,
	 struct err *e)
{
	DEFER(result_drop) struct kept k = { 0 };
	bool wrap = cli->json && !prints_json(c, l);
	if (wrap)
		result_keep(cli, &k);
	if (wrap && c->streams)
		cli->out = stderr;
	cmd_run_fn *run = l->action ? l->action->run : c->run;
	bool ok = run(cli, l->opts, &l->args, e);
	bar_done(cli->bar);
	bool told = ok || !e->msg[0];
	if (wrap && told)
		result_put(cli, &k, c->name,
			   ok ? cli->status : err_exit_status(e->code));
	if (wrap)
		cli->out = stdout;
	return ok;
}

static bool
run_verb(struct cli *cli, const struct cmd *c, char **argv, struct err *e)
{
	struct cmd_line line;
	if (!cmd_line_parse(c, cli->arena, argv, &line, e))
		return wrong(c, e);
	if (line.common->help) {
		help_verb(cli->out, c);
		return cli_flush(cli, e);
	}
	cli->bar = NEW(cli->arena, struct bar, 1);
	ASSERT(cli->bar);
	cli->quiet = line.common->quiet;
	cli->progress = bar_init(cli->bar, cli->quiet);
	if (!cmd_line_check(c, &line, e))
		return wrong(c, e);
	cli->line = &line.words;
	bool ok = run_told(cli, c, &line, e);
	cli->line = NULL;
	struct err late = { 0 };
	if (!cli_flush(cli, &late) && ok) {
		*e = late;
		return false;
	}
	return ok || wrong(c, e);
}

static bool
no_such_verb(const struct program *p, const char *name, struct err *e)
{
	const char *best = NULL;
	size_t least = near_enough(strlen(name)) + 1;
	err_set(e, ERR_USAGE, "there is no verb %s", show_str(name).s);
	for (const struct cmd *const *c = p->cmds; *c; c++) {
		size_t d = near_distance((*c)->name, name);
		if ((*c)->group && d < least) {
			best = (*c)->name;
			least = d;
		}
	}
	return best ? err_hint(e, "did you mean %s?", best)
		    : err_hint(e, "\"veraclave help\" lists the verbs");
}

/* "veraclave -q build": options belong to a verb. */
static bool
option_first(const struct program *p, const char *name, const char *next,
	     struct err *e)
{
	err_set(e, ERR_USAGE, "the option %s precedes the verb",
		show_str(name).s);
	if (next && cmd_find(p, next))
		return err_hint(e, "write: veraclave %s %s", next,
				show_str(name).s);
	return err_hint(e, "write it after the verb: veraclave VERB %s",
			show_str(name).s);
}

static bool
dispatch(struct cli *cli, int argc, char **argv, struct err *e)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	if (!name) {
		help_overview(cli->program, stderr);
		return err_set(e, ERR_USAGE, "no verb given");
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		name = "help";
	if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
		name = "version";
	const struct cmd *c = cmd_find(cli->program, name);
	if (!c && name[0] == '-' && name[1])
		return option_first(cli->program, name, argv[2], e);
	if (!c)
		return no_such_verb(cli->program, name, e);
	return run_verb(cli, c, argv + 2, e);
}

int
program_run(const struct program *p, int argc, char **argv)
{
	struct arena arena;
	struct err e = { 0 };
	setlocale(LC_ALL, "C");
	arena_init(&arena, CLI_ARENA);
	struct cli cli = {
		.program = p,
		.arena = &arena,
		.out = stdout,
	};
	cli.json = argc > 1 && result_wanted(argv + 1);
	bool ok = dispatch(&cli, argc, argv, &e);
	if (!ok && e.msg[0])
		complain(&e);
	if (!ok && e.msg[0] && cli.json && !cli.answered)
		result_error(&e);
	arena_finish(&arena);
	return ok ? cli.status : err_exit_status(e.code);
}
