/* What the option tables make besides parsing: help, pages, completion. */
#pragma once

#include "base/buf.h"
#include "cli/cmd.h"

void help_overview(const struct program *p, FILE *f);
void help_verb(FILE *f, const struct cmd *c);
/* The manual page in mdoc(7); c NULL: veraclave(1). */
void help_mdoc(const struct program *p, struct buf *b, const struct cmd *c);
/* A completion script; false when the shell is not bash, zsh or fish. */
bool help_completion(const struct program *p, FILE *f, const char *shell);
/* The names of the verbs that help lists, with a space behind each. */
void help_verb_names(const struct program *p, FILE *f);

/* Writes every page to DIR/man1, DIR/man5 and so on. */
MUST_USE bool help_pages(const struct program *p, struct arena *a,
			 const char *dir, struct err *e);
