#include "base/test.h"
#include "cli/line.h"

#include <string.h>

enum { ROWS = 100 };

struct verb {
	bool flag, all[ROWS];
	const char *name;
};

static bool
run_nothing(struct cli *cli, void *opts, const struct opt_list *args,
	    struct err *e)
{
	(void)cli, (void)opts, (void)args, (void)e;
	return true;
}

#define NAME OPT_STR('n', "name", struct verb, name, "NAME", "its name")

static const struct opt verb_rows[] = {
	OPT_FLAG('f', "flag", struct verb, flag, "a flag"),
	OPT_END,
};
static const struct opt put_rows[] = { NAME, OPT_END };
static const struct opt get_rows[] = { NAME, OPT_END };

static const struct cmd_action actions[] = {
	{ "put", "WHAT", "puts", 1, 1, put_rows, false, run_nothing },
	{ "get", "", "gets", 0, 0, get_rows, true, run_nothing },
	{ "list", "[WHERE]", "lists", 0, 1, NULL, false, run_nothing },
	{ .name = NULL },
};

static const struct cmd store = {
	.name = "store",
	.actions = actions,
	.args = "ACTION",
	.opts = verb_rows,
	.size = sizeof(struct verb),
};

static const struct cmd plain = {
	.name = "plain",
	.args = "FILE [DIR]",
	.min_args = 1,
	.max_args = 2,
	.opts = verb_rows,
	.size = sizeof(struct verb),
	.run = run_nothing,
};

static bool
parse(struct test *t, const struct cmd *c, const char *text,
      struct cmd_line *line, struct err *e)
{
	struct span left = span_str(text);
	char *argv[20] = { 0 };
	for (size_t n = 0; left.n > 0; n++)
		argv[n] = arena_cstr(&t->arena, span_cut(&left, ' '));
	return cmd_line_parse(c, &t->arena, argv, line, e) &&
	       cmd_line_check(c, line, e);
}

TEST(an_action_has_its_options_and_operands)
{
	struct cmd_line line;
	struct err e = { 0 };
	CHECK_OK(t, parse(t, &store, "-f put --name=x y -q", &line, &e), &e);
	const struct verb *v = line.opts;
	CHECK_STR(t, line.action->name, "put");
	CHECK(t, v->flag && line.common->quiet && !line.common->help);
	CHECK_STR(t, v->name, "x");
	CHECK_U(t, line.args.n, 1);
	CHECK_STR(t, line.args.v[0], "y");
}

TEST(a_verb_without_actions_keeps_all_operands)
{
	struct cmd_line line;
	struct err e = { 0 };
	CHECK_OK(t, parse(t, &plain, "put y --json", &line, &e), &e);
	CHECK(t, !line.action && line.common->json);
	CHECK_U(t, line.args.n, 2);
}

TEST(operands_are_counted)
{
	static const struct {
		const struct cmd *cmd;
		const char *line, *why, *hint;
	} bad[] = {
		{ &plain, "", "plain: missing operand: FILE [DIR]", "" },
		{ &plain, "a b c", "plain: unexpected operand c", "" },
		{ &store, "", "store: missing operand: ACTION", "" },
		{ &store, "pull", "store has no action pull",
		  "put, get or list" },
		{ &store, "put", "store put: too few arguments",
		  "write: veraclave store put WHAT" },
		{ &store, "get a", "store get: too many arguments",
		  "write: veraclave store get" },
		{ &store, "list a b", "store list: too many arguments",
		  "write: veraclave store list [WHERE]" },
	};
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct cmd_line line;
		struct err e = { 0 };
		CHECK(t, !parse(t, bad[i].cmd, bad[i].line, &line, &e));
		CHECK(t, e.code == ERR_USAGE);
		CHECK_STR(t, e.msg, bad[i].why);
		CHECK_STR(t, e.hint, bad[i].hint);
	}
}

TEST(options_of_all_actions_come_once)
{
	struct cmd_rows rows = { .cmd = &store };
	const struct opt *flag = cmd_rows_next(&rows);
	const struct opt *name = cmd_rows_next(&rows);
	if (!CHECK(t, flag && name && !cmd_rows_next(&rows)))
		return;
	CHECK_STR(t, cmd_opt_text(&store, flag).s, "a flag");
	CHECK_STR(t, cmd_opt_text(&store, name).s, "put, get: its name");
}

/* However many rows a verb has, each is seen once. */
TEST(a_hundred_options)
{
	struct opt *rows = NEW(&t->arena, struct opt, ROWS + 1);
	struct cmd many = plain;
	char *argv[ROWS + 3] = { 0 };
	for (size_t i = 0; i < ROWS; i++) {
		rows[i] = (struct opt)OPT_FLAG(0, NULL, struct verb, flag, "");
		rows[i].name = arena_fmt(&t->arena, "row%zu", i);
		rows[i].offset = offsetof(struct verb, all) + i;
		argv[i] = arena_fmt(&t->arena, "--row%zu", i);
	}
	many.opts = rows;
	argv[ROWS] = arena_fmt(&t->arena, "operand");
	struct cmd_line line;
	struct err e = { 0 };
	CHECK_OK(t, cmd_line_parse(&many, &t->arena, argv, &line, &e), &e);
	const struct verb *v = line.opts;
	for (size_t i = 0; i < ROWS; i++)
		CHECK(t, v->all[i]);
	argv[ROWS + 1] = arena_fmt(&t->arena, "--row%d", ROWS - 1);
	CHECK(t, !cmd_line_parse(&many, &t->arena, argv, &line, &e));
	CHECK_HAS(t, e.msg, "--row99 is given twice");
}

TEST(every_allocation_can_fail)
{
	for (unsigned n = 1; n < 20; n++) {
		struct arena a = { .fail_in = n };
		char put[] = "put", what[] = "x";
		char *argv[] = { put, what, NULL };
		struct cmd_line line;
		struct err e = { 0 };
		bool ok = cmd_line_parse(&store, &a, argv, &line, &e);
		CHECK(t, ok || e.code == ERR_LIMIT);
		CHECK(t, ok == !a.failed);
		arena_finish(&a);
	}
}
