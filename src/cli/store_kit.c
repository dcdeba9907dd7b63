#include "cli/store_kit.h"

#include "base/num.h"

struct store {
	bool json;
	unsigned mode;
	const char *name, *file, *dir;
};

static const char *const modes[] = { "fast", "safe", NULL };

static const struct opt say_rows[] = {
	OPT_STR('n', "name", struct store, name, "NAME", "whom it's said to"),
	OPT_STR(0, "pcrs", struct store, file, "FILE", "a file [of JSON]"),
	OPT_STR(0, "dir", struct store, dir, "DIR", "a directory"),
	OPT_ENUM(0, "mode", struct store, mode, "MODE", modes, "how"),
	OPT_END,
};

static const struct opt json_rows[] = {
	OPT_FLAG(0, "json", struct store, json, "print JSON"),
	OPT_END,
};

static bool
run_say(struct cli *cli, void *opts, const struct opt_list *args, struct err *e)
{
	const struct store *o = opts;
	(void)e;
	if (cli_tells(cli))
		fprintf(cli->out, "%s to %s\n", args->n ? args->v[0] : "hello",
			o->name ? o->name : "all");
	return true;
}

static bool
run_data(struct cli *cli, void *opts, const struct opt_list *args,
	 struct err *e)
{
	(void)opts, (void)args, (void)e;
	fprintf(cli->out, "{\"n\":1}\n");
	return true;
}

static bool
run_give(struct cli *cli, void *opts, const struct opt_list *args,
	 struct err *e)
{
	uint64_t code;
	(void)opts;
	if (!num_parse(span_str(args->v[0]), &code) || code > ERR_BUG)
		return err_set(e, ERR_USAGE, "%s is no code", args->v[0]);
	fprintf(cli->out, "before\n");
	if (code == OK) { /* "no", which the verb itself has said */
		*e = (struct err){ .code = ERR_REFUSED };
		return false;
	}
	err_set(e, (enum err_code)code, "it failed");
	return err_id(e, "give-code");
}

static const struct opt put_rows[] = {
	OPT_STR(0, "where", struct store, name, "PLACE", "the place"),
	OPT_END,
};

static const struct cmd_action actions[] = {
	{ "put", "WHAT", "puts it there", 1, 1, put_rows, false, run_say },
	{ "get", "", "gets it", 0, 0, NULL, true, run_data },
	{ .name = NULL },
};

static const struct cmd_example examples[] = {
	{ "veraclave say hi", "to all" },
	{ NULL, NULL },
};

static const struct cmd say = { .name = "say",
				.group = CMD_BUILD,
				.about = "say what's to be said: [words]",
				.args = "[WORD]",
				.max_args = 1,
				.opts = say_rows,
				.size = sizeof(struct store),
				.prose = "It says it.\n\nOnce.",
				.examples = examples,
				.run = run_say };
static const struct cmd data = { .name = "data",
				 .group = CMD_CHECK,
				 .about = "print data",
				 .opts = json_rows,
				 .size = sizeof(struct store),
				 .run = run_data };
static const struct cmd give = { .name = "give",
				 .group = CMD_CHECK,
				 .about = "end with a code",
				 .args = "CODE",
				 .min_args = 1,
				 .max_args = 1,
				 .run = run_give };
static const struct cmd store = { .name = "store",
				  .group = CMD_OTHER,
				  .about = "put and get",
				  .args = "ACTION [WHAT]",
				  .actions = actions,
				  .opts = json_rows,
				  .size = sizeof(struct store) };
static const struct cmd hidden = { .name = "hidden",
				   .about = "not listed",
				   .run = run_data };

static const struct cmd *const cmds[] = { &say,   &data,   &give,
					  &store, &hidden, NULL };
static const struct topic topics[] = { { .name = NULL } };

const struct program store_program = { .cmds = cmds, .topics = topics };
