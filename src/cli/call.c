#include "cli/call.h"

bool
cli_call(struct cli *cli, const char *const *argv, struct err *e)
{
	const struct opt_line *outer = cli->line;
	struct opt_line line;
	const struct cmd *c = cmd_find(cli->program, argv[0]);
	ASSERT(c);
	size_t n = 0;
	while (argv[n])
		n++;
	char **copy = NEW(cli->arena, char *, n);
	void *opts = arena_alloc(cli->arena, 1, 16, c->size);
	if (!copy || !opts)
		return err_full(e, "the command line");
	for (size_t i = 1; i < n; i++)
		if (!(copy[i - 1] = arena_cstr(cli->arena, span_str(argv[i]))))
			return err_full(e, "the command line");
	if (c->defaults)
		c->defaults(opts);
	if (!opt_parse(c->opts, opts, cli->arena, copy, &line, e))
		return false;
	cli->line = &line;
	bool ok = c->run(cli, opts, &line.rest, e);
	cli->line = outer;
	return ok;
}
