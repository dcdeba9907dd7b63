/* A verb's command line: its options and operands, checked by its rows. */
#pragma once

#include "cli/cmd.h"

/* Options of every verb: --help, --quiet and, if it prints data, --json. */
struct cli_common {
	bool help, quiet, json;
};

struct cmd_line {
	void *opts; /* the verb's own struct */
	const struct cli_common *common;
	const struct cmd_action *action; /* NULL: the verb has none */
	struct opt_list args;            /* what follows the action's name */
	struct opt_line words;           /* as they were given */
};

/* Goes through the options of a verb and of its actions, each name once.
 * Begin with { .cmd = c }; NULL is the end. */
struct cmd_rows {
	const struct cmd *cmd;
	const struct cmd_action *action; /* NULL: the verb's own rows */
	const struct opt *at;
};
const struct opt *cmd_rows_next(struct cmd_rows *r);
/* Returns the help of an option, preceded by the actions that have it. */
struct opt_text {
	char s[400];
};
struct opt_text cmd_opt_text(const struct cmd *c, const struct opt *o);

/* Fills the options and collects the operands without checking them. */
MUST_USE bool cmd_line_parse(const struct cmd *c, struct arena *a, char **argv,
			     struct cmd_line *out, struct err *e);
/* Finds the action and compares the number of operands with the row. */
MUST_USE bool cmd_line_check(const struct cmd *c, struct cmd_line *l,
			     struct err *e);
/* Finds the verb's action of that name, or fails with ERR_USAGE. */
MUST_USE bool cmd_action_find(const struct cmd *c, const char *name,
			      const struct cmd_action **out, struct err *e);
