/* What the option tables make besides parsing: help, pages, completion. */
#pragma once

#include "base/buf.h"
#include "cli/cmd.h"

void help_overview(FILE *f);
void help_verb(FILE *f, const struct cmd *c);
/* The manual page in mdoc(7); c NULL: veraclave(1). */
void help_mdoc(struct buf *b, const struct cmd *c);
/* A completion script; false when the shell is not bash, zsh or fish. */
bool help_completion(FILE *f, const char *shell);

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
extern const struct topic help_topics[]; /* ends with a NULL name */
/* Writes every page to DIR/man1, DIR/man5 and so on. */
MUST_USE bool help_pages(struct arena *a, const char *dir, struct err *e);

extern const struct cmd cmd_help, cmd_version, cmd_completion;
extern const struct cmd cmd_build;
extern const struct cmd cmd_describe, cmd_pcr, cmd_repack, cmd_unpack;
extern const struct cmd cmd_init, cmd_run;
extern const struct cmd cmd_simulate, cmd_nsm, cmd_resign;
extern const struct cmd cmd_sign_eif;
extern const struct cmd cmd_ramdisk;
extern const struct cmd cmd_explain, cmd_pcrs, cmd_verify;
extern const struct cmd cmd_describe_eif, cmd_build_enclave;
extern const struct cmd cmd_run_enclave, cmd_describe_enclaves;
extern const struct cmd cmd_console, cmd_terminate_enclave;
