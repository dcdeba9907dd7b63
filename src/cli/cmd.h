/*
 * Verbs as data: one `const struct cmd` describes a verb completely, and a
 * `struct program` is the list of them. The folder verbs has both.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/note.h"
#include "base/progress.h"
#include "cli/opt.h"

#include <stdio.h>

/* Every verb gets one: where it prints, and how. */
struct bar;

struct cli {
	const struct program *program;
	struct arena *arena; /* dies with the program */
	FILE *out;           /* results only */
	bool quiet;          /* errors and results only: cli_tells */
	bool json;           /* --json was given */
	bool answered;       /* the verb printed its JSON, also for "no" */
	struct progress *progress; /* NULL: none */
	struct bar *bar;           /* what shows it; notes clear it */
	int status; /* of a program that a verb ran in our place */
	const struct opt_line *line; /* the verb's command line */
};

/* A command line worth trying, for help and the manual page. */
struct cmd_example {
	const char *command, *what;
};

/* Options and operands are parsed before the call. Returns false with
 * ERR_REFUSED if the answer is "no" (exit status 1). */
typedef bool cmd_run_fn(struct cli *cli, void *opts,
			const struct opt_list *args, struct err *e);

/* A verb below a verb; the first operand names it. */
struct cmd_action {
	const char *name;
	const char *args; /* operands, as in a usage line; may be "" */
	const char *about;
	size_t min_args, max_args;
	const struct opt *opts; /* besides the verb's, in the same struct */
	bool json;              /* it prints its own JSON with --json */
	cmd_run_fn *run;        /* args: what follows its name */
};

/* Tasks, under which help lists the verbs, in this order. */
enum cmd_group {
	CMD_UNLISTED, /* works, but help does not name it */
	CMD_BUILD,
	CMD_CHECK,
	CMD_EXPECT,
	CMD_RUN,
	CMD_NITRO_CLI,
	CMD_OTHER,
	CMD_GROUPS
};
/* Their headings; NULL for CMD_UNLISTED. */
extern const char *const cmd_group_names[CMD_GROUPS];

struct cmd {
	const char *name;
	const struct cmd_action *actions; /* ends with a NULL name; or NULL */
	bool streams; /* another program writes its output: not kept */
	enum cmd_group group;
	const char *about; /* one phrase */
	const char *args;  /* operands as in a usage line: "FILE [DIR]" */
	size_t min_args, max_args; /* of a verb without actions */
	const struct opt *opts;
	size_t size;       /* of the struct that the options fill */
	const char *prose; /* paragraphs separated by empty lines, or NULL */
	const struct cmd_example *examples; /* ends with a NULL command */
	/* Fills in defaults that are not zero; may be NULL. */
	void (*defaults)(void *opts);
	/* Prints the possible first operands, each followed by a space, for
	 * completion; may be NULL. */
	void (*words)(const struct program *p, FILE *f);
	cmd_run_fn *run; /* NULL: each action has its own */
};

/* What is explained besides verbs: a file or a format. */
struct topic {
	const char *name;
	const char *page; /* of the manual, in that section */
	unsigned section;
	const char *about;
	void (*text)(struct buf *b);
	void (*mdoc)(struct buf *b);
	void (*markdown)(struct buf *b);
};

/* The program as data. */
struct program {
	const struct cmd *const
		*cmds;              /* in the order of help; ends with NULL */
	const struct topic *topics; /* ends with a NULL name */
};
/* Returns the verb of that name, or NULL. */
const struct cmd *cmd_find(const struct program *p, const char *name);
/* Runs the command line and returns the exit status. */
int program_run(const struct program *p, int argc, char **argv);

/* Sentences that hold shown parts, and foreign names as a whole: whatever is in
 * them, a terminal shows it and does not obey it. */
void cli_put_text(FILE *f, struct span text);
void cli_put_name(FILE *f, const char *name);
/* Prints notes on stderr: "warning: text [id]". */
void cli_notes(const struct cli *cli, const struct notes *n);
/* Whether to tell on standard output what was written and what it measures: not
 * with -q, unless it was asked for as JSON. */
bool cli_tells(const struct cli *cli);
/* ERR_USAGE when bytes for another program cannot go to standard output: with
 * --json, and on a terminal. `option` leads them to a file instead. */
MUST_USE bool cli_bytes(const struct cli *cli, const char *option,
			struct err *e);
/* Whether a file can be made under this name, as far as its name tells: not
 * empty, not "-", not a directory. For verbs that work long before they
 * write. */
MUST_USE bool cli_output(const char *path, struct err *e);
/* Fails with ERR_SYS if output could not be written to stdout. */
MUST_USE bool cli_flush(const struct cli *cli, struct err *e);
