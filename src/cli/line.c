#include "cli/line.h"

#include <stdio.h>
#include <string.h>

#include "base/fmt.h"
#include "cli/result.h"

enum { COMMON_ROWS = 3 };

static bool
has_row(const struct opt *rows, const char *name)
{
	for (; rows && rows->name; rows++)
		if (strcmp(rows->name, name) == 0)
			return true;
	return false;
}

/* Has an earlier action of the verb an option of this name? */
static bool
seen_before(const struct cmd_rows *r, const char *name)
{
	const struct cmd_action *a = r->cmd->actions;
	for (; r->action && a != r->action; a++)
		if (has_row(a->opts, name))
			return true;
	return false;
}

/* Steps to the rows of the next action; false when there is none. */
static bool
next_action(struct cmd_rows *r)
{
	const struct cmd_action *next =
		r->action ? r->action + 1 : r->cmd->actions;
	if (!next || !next->name)
		return false;
	r->action = next;
	r->at = next->opts;
	return true;
}

const struct opt *
cmd_rows_next(struct cmd_rows *r)
{
	if (r->at)
		r->at++;
	else if (!r->action)
		r->at = r->cmd->opts;
	for (;;) {
		while (r->at && r->at->name && seen_before(r, r->at->name))
			r->at++;
		if (r->at && r->at->name)
			return r->at;
		if (!next_action(r))
			return NULL;
	}
}

struct opt_text
cmd_opt_text(const struct cmd *c, const struct opt *o)
{
	struct opt_text t = { "" };
	size_t n = 0;
	bool own = has_row(c->opts, o->name);
	for (const struct cmd_action *a = c->actions; !own && a && a->name; a++)
		if (has_row(a->opts, o->name) && n < sizeof t.s)
			n += (size_t)snprintf(t.s + n, sizeof t.s - n, "%s%s",
					      n ? ", " : "", a->name);
	if (n < sizeof t.s)
		snprintf(t.s + n, sizeof t.s - n, "%s%s", n ? ": " : "",
			 o->help);
	return t;
}

static struct opt
common_row(char letter, const char *name, size_t at)
{
	return (struct opt){ .kind = OPT_KIND_FLAG,
			     .short_name = letter,
			     .name = name,
			     .offset = at };
}

/* All rows in one table. The common options lie behind the verb's own struct,
 * `at` bytes from its start. */
static const struct opt *
all_rows(const struct cmd *c, size_t at, struct arena *a)
{
	struct cmd_rows count = { .cmd = c }, walk = { .cmd = c };
	size_t n = 0;
	while (cmd_rows_next(&count))
		n++;
	struct opt *rows = NEW(a, struct opt, n + COMMON_ROWS + 1);
	if (!rows)
		return NULL;
	for (size_t i = 0; i < n; i++)
		rows[i] = *cmd_rows_next(&walk);
	rows[n++] =
		common_row('h', "help", at + offsetof(struct cli_common, help));
	rows[n++] = common_row('q', "quiet",
			       at + offsetof(struct cli_common, quiet));
	if (!result_is_own(c))
		rows[n++] = common_row('\0', "json",
				       at + offsetof(struct cli_common, json));
	return rows;
}

bool
cmd_line_parse(const struct cmd *c, struct arena *a, char **argv,
	       struct cmd_line *out, struct err *e)
{
	size_t at = (c->size + 15) & ~(size_t)15; /* aligned as any type */
	const struct opt *rows = all_rows(c, at, a);
	char *opts = arena_alloc(a, 1, 16, at + sizeof(struct cli_common));
	if (!rows || !opts)
		return err_full(e, "the command line");
	if (c->defaults)
		c->defaults(opts);
	*out = (struct cmd_line){ .opts = opts,
				  .common = (const void *)(opts + at) };
	if (!opt_parse(rows, opts, a, argv, &out->words, e))
		return false;
	out->args = out->words.rest;
	return true;
}

static bool
count_ok(const struct cmd *c, const struct opt_list *args, struct err *e)
{
	size_t least = c->actions ? 1 : c->min_args;
	if (args->n < least)
		return err_set(e, ERR_USAGE, "%s: missing operand: %s", c->name,
			       c->args);
	if (!c->actions && args->n > c->max_args)
		return err_set(e, ERR_USAGE, "%s: unexpected operand %s",
			       c->name, show_str(args->v[c->max_args]).s);
	return true;
}

static bool
no_action(const struct cmd *c, const char *name, struct err *e)
{
	char all[200] = "";
	for (const struct cmd_action *a = c->actions; a && a->name; a++) {
		size_t n = strlen(all);
		bool last = !a[1].name;
		snprintf(all + n, sizeof all - n, "%s%s",
			 n == 0 ? ""
			 : last ? " or "
				: ", ",
			 a->name);
	}
	err_set(e, ERR_USAGE, "%s has no action %s", c->name, show_str(name).s);
	return all[0] ? err_hint(e, "%s", all) : false;
}

bool
cmd_action_find(const struct cmd *c, const char *name,
		const struct cmd_action **out, struct err *e)
{
	for (const struct cmd_action *a = c->actions; a && a->name; a++)
		if (strcmp(a->name, name) == 0) {
			*out = a;
			return true;
		}
	return no_action(c, name, e);
}

bool
cmd_line_check(const struct cmd *c, struct cmd_line *l, struct err *e)
{
	if (!count_ok(c, &l->args, e))
		return false;
	if (!c->actions)
		return true;
	if (!cmd_action_find(c, l->args.v[0], &l->action, e))
		return false;
	const struct cmd_action *a = l->action;
	l->args.v++;
	l->args.n--;
	if (l->args.n >= a->min_args && l->args.n <= a->max_args)
		return true;
	err_set(e, ERR_USAGE, "%s %s: too %s arguments", c->name, a->name,
		l->args.n < a->min_args ? "few" : "many");
	return err_hint(e, "write: veraclave %s %s%s%s", c->name, a->name,
			a->args[0] ? " " : "", a->args);
}
