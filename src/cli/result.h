/* --json of verbs that print for people: what they did, as data. */
#pragma once

#include "cli/cmd.h"

/* Does the command line want JSON? Also of one that cannot be parsed. */
bool result_wanted(char **argv);
/* Has the verb a --json of its own, which prints its own schema? */
bool result_is_own(const struct cmd *c);

/* From here on what the verb prints is kept. */
struct kept {
	FILE *out; /* NULL: nothing is kept */
};
void result_keep(struct cli *cli, struct kept *k);
/* Prints veraclave-result/1: the verb, the exit status, and what was kept, as
 * "result" when it is JSON and as "text" else. */
void result_put(struct cli *cli, struct kept *k, const char *verb, int status);
/* Prints veraclave-error/1. */
void result_error(const struct err *e);
