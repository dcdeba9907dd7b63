/* Finds the verb, fills its options, runs it, tells how it went. */
#include "cli/cmd.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "base/near.h"
#include "cli/bar.h"
#include "cli/help.h"
#include "cli/result.h"

enum { ROWS_MAX = 61 };

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

/* The verb's rows plus the common ones, over one struct: the common part
 * lies behind the verb's own. */
static const struct opt *
all_rows(const struct cmd *c, size_t at, struct arena *a)
{
	struct opt *rows = NEW(a, struct opt, ROWS_MAX + 4);
	size_t n = 0;
	ASSERT(rows);
	for (const struct opt *o = c->opts; o && o->name; o++) {
		ASSERT(n < ROWS_MAX);
		rows[n++] = *o;
	}
	rows[n++] = (struct opt){ .short_name = 'h',
				  .name = "help",
				  .offset = at +
					    offsetof(struct cli_common, help) };
	rows[n++] = (struct opt){ .short_name = 'q',
				  .name = "quiet",
				  .offset = at + offsetof(struct cli_common,
							  quiet) };
	if (!result_is_own(c))
		rows[n++] =
			(struct opt){ .name = "json",
				      .offset = at + offsetof(struct cli_common,
							      json) };
	return rows;
}

static bool
count_ok(const struct cmd *c, const struct opt_list *args, struct err *e)
{
	if (args->n >= c->min_args && args->n <= c->max_args)
		return true;
	if (args->n > c->max_args)
		err_set(e, ERR_USAGE, "%s: unexpected operand %s", c->name,
			show_str(args->v[c->max_args]).s);
	else
		err_set(e, ERR_USAGE, "%s: missing operand: %s", c->name,
			c->args);
	return false;
}

/* Where a wrong call has no better hint, help has one. */
static bool
wrong(const struct cmd *c, struct err *e)
{
	if (e->code == ERR_USAGE && !e->hint[0])
		err_hint(e, "\"veraclave help %s\" says how it is used",
			 c->name);
	return false;
}

/* Does it print its JSON itself, in this call? */
static bool
prints_json(const struct cmd *c, const struct opt_list *args)
{
	for (size_t i = 0; args->n && c->told && c->told[i]; i++)
		if (strcmp(c->told[i], args->v[0]) == 0)
			return false;
	return result_is_own(c);
}

/* With --json a verb that prints for people is told of as data. What another
 * program prints goes where it goes; the verb's own words to stderr. */
static bool
run_told(struct cli *cli, const struct cmd *c, void *opts,
	 const struct opt_list *args, struct err *e)
{
	struct kept k = { 0 };
	bool wrap = cli->json && !prints_json(c, args);
	if (wrap)
		result_keep(cli, &k);
	if (wrap && c->streams)
		cli->out = stderr;
	bool ok = c->run(cli, opts, args, e);
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
	struct opt_list args = { 0 };
	size_t at = (c->size + 15) & ~(size_t)15;
	char *opts =
		arena_alloc(cli->arena, 1, 16, at + sizeof(struct cli_common));
	ASSERT(opts);
	if (c->defaults)
		c->defaults(opts);
	const struct cli_common *common = (void *)(opts + at);
	if (!opt_parse(all_rows(c, at, cli->arena), opts, cli->arena, argv,
		       &args, e))
		return wrong(c, e);
	if (common->help) {
		help_verb(cli->out, c);
		return cli_flush(cli, e);
	}
	cli->bar = NEW(cli->arena, struct bar, 1);
	ASSERT(cli->bar);
	cli->quiet = common->quiet;
	cli->progress = bar_init(cli->bar, cli->quiet);
	if (!count_ok(c, &args, e))
		return wrong(c, e);
	bool ok = run_told(cli, c, opts, &args, e);
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
	err_set(e, ERR_USAGE, "the option %s stands in front of the verb",
		show_str(name).s);
	if (next && cmd_find(p, next))
		return err_hint(e, "write: veraclave %s %s", next,
				show_str(name).s);
	return err_hint(e, "write it behind the verb: veraclave VERB %s",
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
