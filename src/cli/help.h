/* What the option tables make besides parsing: help, pages, completion. */
#pragma once

#include "cli/cmd.h"

void help_overview(FILE *f);
void help_verb(FILE *f, const struct cmd *c);
/* The manual page in mdoc(7); c NULL: veraclave(1). */
void help_mdoc(FILE *f, const struct cmd *c);
/* A completion script; false when the shell is not bash, zsh or fish. */
bool help_completion(FILE *f, const char *shell);

extern const struct cmd cmd_help, cmd_version, cmd_completion;
extern const struct cmd cmd_run;
